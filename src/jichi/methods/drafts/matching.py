"""Which paragraph of one version is which of the next: the same words first, then alike ones in their place.

What is unique and unchanged on both sides and in the same order holds the versions together (as in patience
diff); between these, alike paragraphs are aligned in order; what is left is looked for elsewhere, as moved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import pairwise

from jichi.methods.drafts.values import Paragraph, ParagraphKind

__all__ = ["increasing", "matched"]

_ALIKE = 0.5
_MOVED = 0.8
_MOST_PAIRS = 60_000
_LONGEST = 4_000


def increasing(values: Sequence[int]) -> set[int]:
    """Places of a longest increasing run of distinct values (Schensted 1961)."""
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(values)
    for place, value in enumerate(values):
        at = bisect_left(tails, value)
        if at:
            before[place] = ends[at - 1]
        tails[at : at + 1] = [value]
        ends[at : at + 1] = [place]
    kept: set[int] = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept


def _key(paragraph: Paragraph) -> Hashable:
    return paragraph.kind, "".join(paragraph.text.split())


def _grams(paragraph: Paragraph) -> frozenset[str]:
    text = "".join(paragraph.text.split())[:_LONGEST]
    return frozenset({text[at : at + 2] for at in range(len(text) - 1)} or {text})


class _Alike:
    """How alike two paragraphs are: pairs of characters that they share (Dice), more where numbers agree."""

    def __init__(self, old: Sequence[Paragraph], new: Sequence[Paragraph]) -> None:
        self.old, self.new = old, new
        self.keys_old = [_key(one) for one in old]
        self.keys_new = [_key(one) for one in new]
        self.left = [_grams(one) for one in old]
        self.right = [_grams(one) for one in new]

    def __call__(self, one: int, other: int) -> float:
        left, right = self.left[one], self.right[other]
        before, after = self.old[one], self.new[other]
        if self.keys_old[one] == self.keys_new[other]:
            return 1.0 + (before.number == after.number) * 0.01
        score = 2 * len(left & right) / (len(left) + len(right))
        if before.kind is not after.kind:
            score -= 0.2
        elif before.number and before.number == after.number and before.kind is ParagraphKind.article:
            # An article keeps its number where it is written anew; comments on it stay with it.
            score += 0.3
        return score


def _unique(keys: Sequence[Hashable]) -> dict[Hashable, int]:
    places: dict[Hashable, int] = {}
    twice: set[Hashable] = set()
    for place, key in enumerate(keys):
        if key in places:
            twice.add(key)
        places[key] = place
    return {key: place for key, place in places.items() if key not in twice}


def _gap(alike: _Alike, old: range, new: range) -> list[tuple[int, int]]:
    """Pairs of alike paragraphs within a gap, in order, with the greatest likeness in all."""
    pairs: list[tuple[int, int]] = []
    keys_old, keys_new = alike.keys_old, alike.keys_new
    first, last = 0, 0
    while first < min(len(old), len(new)) and keys_old[old[first]] == keys_new[new[first]]:
        pairs.append((old[first], new[first]))
        first += 1
    while last < min(len(old), len(new)) - first and keys_old[old[-1 - last]] == keys_new[new[-1 - last]]:
        pairs.append((old[-1 - last], new[-1 - last]))
        last += 1
    old, new = old[first : len(old) - last], new[first : len(new) - last]
    if not old or not new:
        return pairs
    if len(old) * len(new) > _MOST_PAIRS:
        # A gap of hundreds on both sides is a new text; only what stands at the same place is compared.
        return pairs + [
            (one, other) for one, other in zip(old, new, strict=False) if alike(one, other) >= _ALIKE
        ]
    return pairs + _aligned(alike, old, new)


def _aligned(alike: _Alike, old: range, new: range) -> list[tuple[int, int]]:
    scores = [[alike(one, other) for other in new] for one in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for row in range(len(old) - 1, -1, -1):
        for column in range(len(new) - 1, -1, -1):
            score = scores[row][column]
            paired = score + best[row + 1][column + 1] if score >= _ALIKE else -1.0
            best[row][column] = max(paired, best[row + 1][column], best[row][column + 1])
    pairs: list[tuple[int, int]] = []
    row = column = 0
    while row < len(old) and column < len(new):
        score = scores[row][column]
        if score >= _ALIKE and best[row][column] == score + best[row + 1][column + 1]:
            pairs.append((old[row], new[column]))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs


def _elsewhere(alike: _Alike, old: list[int], new: list[int]) -> list[tuple[int, int]]:
    """Pairs among what was left: the same words, or nearly, at another place."""
    pairs: list[tuple[int, int]] = []
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for one in old:
        waiting[alike.keys_old[one]].append(one)
    for other in new:
        same = waiting.get(alike.keys_new[other])
        if same and len(alike.right[other]) > 3:
            pairs.append((same.pop(0), other))
    gone, come = {one for one, _ in pairs}, {other for _, other in pairs}
    old, new = [one for one in old if one not in gone], [other for other in new if other not in come]
    if len(old) * len(new) > _MOST_PAIRS:
        return pairs
    scored = sorted(
        ((-alike(one, other), one, other) for one in old for other in new if len(alike.left[one]) > 12),
    )
    gone, come = set(), set()
    for score, one, other in scored:
        if -score >= _MOVED and one not in gone and other not in come:
            gone.add(one)
            come.add(other)
            pairs.append((one, other))
    return pairs


def matched(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> dict[int, int]:
    """From places in ``new`` to the places in ``old`` of the same paragraphs; each at most once."""
    alike = _Alike(old, new)
    left, right = _unique(alike.keys_old), _unique(alike.keys_new)
    shared = sorted((place, left[key]) for key, place in right.items() if key in left)
    kept = increasing([place for _, place in shared])
    firm = [shared[at] for at in sorted(kept)]
    pairs = [(one, other) for other, one in firm]
    edges = [(-1, -1), *((one, other) for other, one in firm), (len(old), len(new))]
    for (above, before), (below, after) in pairwise(edges):
        pairs += _gap(alike, range(above + 1, below), range(before + 1, after))
    gone, come = {one for one, _ in pairs}, {other for _, other in pairs}
    pairs += _elsewhere(
        alike,
        [place for place in range(len(old)) if place not in gone],
        [place for place in range(len(new)) if place not in come],
    )
    return {other: one for one, other in pairs}
