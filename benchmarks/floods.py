"""Floods of opinions from a seed, of two shapes, with the truth about every text, and scores for who
groups them.

``ministry_flood`` is a public comment under campaign: almost every comment is a byte-identical copy.
``mixed_flood`` is Japanese and English in one heap, with near-duplicates of seven kinds. Uniques share
subjects, sentence patterns, opening and closing phrases and form frames with campaigns, and one in
twenty-five quotes a campaign's sentence. Only whole numbers are drawn, from the raw stream of PCG64,
which NumPy promises never to change. An exact copy is a string of its own, as a file would give it, and
rows come in shuffled order.

As measured by ``python -m benchmarks.flood_shape`` with seed 1:

- ministry: 207,850 texts, 8,277 different, 10,000 copies of one, 119 characters in the mean; 57 campaigns of
  up to 18,741; 5,381 uniques, of whose 3-grams .25 (median) are shared with the nearest other, over .5: none.
- mixed: 1,000,000 texts, 620,389 different, 154 characters, .765 Japanese; 29,937 campaigns of up to
  20,000, median 4; two uniques share .02 of their 3-grams (99th percentile .13, over .4: none of 4,000),
  one and its nearest of 50,000 others .32 (median), over .5 in 3.5 %, over .6 in .5 %; a campaign's text and
  one with a sentence added or dropped .80 (5th percentile .65), with synonyms .90 (.79); made in 30 s.

A benchmark that measures memory gives the texts to its contenders through a file: making a million of them
takes about a gigabyte by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .flood_grammar import (
    EXACT,
    KINDS,
    LONG_PLANS,
    MIX,
    PARAPHRASE,
    PLANS,
    UNIQUE,
    WIDTH,
    Draw,
    Language,
    Maker,
    languages,
    mutated,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flood:
    """Opinions and what is true of them.

    ``truth`` gives texts of one campaign one number, and every unique text a number of its own; ``kind``
    is the place in ``KINDS`` of what was done to a campaign's text.
    """

    ids: list[str]
    texts: list[str]
    truth: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int8]


class PairScores(NamedTuple):
    """Of the pairs put together, the share that belong together; of those that belong, the share found."""

    precision: float
    recall: float


class PairCounts(NamedTuple):
    """Numbers of pairs, exact."""

    right: int
    found: int
    true: int


def _flood(texts: list[str], truth: list[int], kind: list[int], maker: Maker) -> Flood:
    order = maker.shuffled(len(texts))
    return Flood(
        ids=[f"c{number:07d}" for number in range(1, len(texts) + 1)],
        texts=[texts[at] for at in order],
        truth=np.array(truth, dtype=np.int64)[order],
        kind=np.array(kind, dtype=np.int8)[order],
    )


def mixed_flood(n: int = 1_000_000, seed: int = 1, unique: float = 0.46) -> Flood:
    """Three quarters Japanese and one English; uniques, and campaigns of heavy-tailed sizes.

    A campaign's size s has P(size >= s) = 2 / s, up to n / 50. Short opinions (5-20 characters in
    Japanese) are a hundredth of the uniques and campaigns and come as exact copies or with other width
    and punctuation only.
    """
    maker, words = Maker(seed), languages()
    draw = maker.draw
    tongues = [words["ja"], words["ja"], words["ja"], words["en"]]
    plans = {id(words[name]): PLANS[name] for name in words}
    shorts = [(tongue, text) for tongue in words.values() for text in tongue.short]
    shorts = [shorts[at] for at in maker.shuffled(len(shorts))]
    shorts = shorts[: max(n // 100, 2)]
    for _tongue, text in shorts:
        maker.is_new(text)
    alone = n * round(unique * 10_000) // 10_000
    alone += n - alone == 1
    texts: list[str] = []
    truth: list[int] = []
    kind: list[int] = []
    sentences: list[tuple[Language, str]] = []
    label = 0
    for size in _sizes(n - alone, n // 50, draw):
        if shorts and label % 100 == 99:
            language, base = shorts.pop()
            said = [base]
        else:
            language = tongues[draw() % 4]
            said = maker.fresh(language, plans[id(language)])
            base = "".join(said).rstrip(" ")
            sentences.append((language, said[draw() % len(said)]))
        for copy in range(size):
            what = EXACT if copy == 0 else MIX[draw() % 100]
            if len(said) == 1 and what > WIDTH:
                what = WIDTH
            texts.append(mutated(base, said, what, language, draw))
            kind.append(what)
            truth.append(label)
        label += 1
    for number in range(alone):
        if shorts and number % 100 == 99:
            text = shorts.pop()[1]
        elif sentences and draw() % 25 == 0:
            language, quoted = sentences[draw() % len(sentences)]
            said = maker.fresh(language, plans[id(language)])
            said.insert(draw() % len(said), quoted)
            text = "".join(said).rstrip(" ")
        else:
            language = tongues[draw() % 4]
            text = "".join(maker.fresh(language, plans[id(language)])).rstrip(" ")
        texts.append(text)
        kind.append(UNIQUE)
        truth.append(label)
        label += 1
    return _flood(texts, truth, kind, maker)


def _sizes(whole: int, most: int, draw: Draw) -> Iterator[int]:
    """Sizes of campaigns, at least 2 each, that add up to the whole."""
    left = whole
    while left > 1:
        size = min(2 * (1 << 31) // (draw() + 1), max(most, 2), left)
        if left - size == 1:
            size += 1
        yield size
        left -= size


def ministry_flood(n: int = 207_850, seed: int = 1, *, paraphrases: Sequence[tuple[str, int]] = ()) -> Flood:
    """A public comment of the ministry's shape of 2025: 207,850 comments, 8,277 of them different byte
    for byte.

    One sentence came 10,000 times. A third of the different texts belong to campaigns (one in fifty a
    base, the rest variants of one, each sent by many), two thirds are opinions of their own of 30-400
    characters. With other ``n`` all numbers shrink in proportion. ``paraphrases`` are (text, label) to
    plant: texts with one label are one campaign; they take the places of as many opinions of their own.
    """
    if n < 100:
        raise ValueError(f"n = {n}: the shape needs at least 100 comments")
    maker, language = Maker(seed), languages()["ja"]
    draw = maker.draw
    different, most = max(n * 8_277 // 207_850, 12), max(n * 10_000 // 207_850, 2)
    shared = max(different * 35 // 100, 2)
    alone = different - shared - len(paraphrases)
    if alone < 0:
        raise ValueError(f"{len(paraphrases)} paraphrases do not fit into {different - shared} texts")
    forms = _campaign_forms(maker, language, shared)
    copies = _copies(n - (different - shared), shared, most)
    texts, truth, kind = [], [], []
    for (text, label, what), many in zip(forms, copies, strict=True):
        texts += [(text + " ")[:-1] for _ in range(many)]
        truth += [label] * many
        kind += [what] * many
    label = 1 + max(truth)
    subjects = len(language.subjects)
    own = language.domains.index("環境")
    for _ in range(alone):
        said = _of_length(maker, language, own if draw() % 10 < 3 else draw() % subjects)
        texts.append(said)
        truth.append(label)
        kind.append(UNIQUE)
        label += 1
    for text, group in paraphrases:
        texts.append(text)
        truth.append(label + group)
        kind.append(PARAPHRASE)
    return _flood(texts, truth, kind, maker)


def _of_length(maker: Maker, language: Language, subject: int) -> str:
    while True:
        text = "".join(maker.fresh(language, LONG_PLANS, subject))
        if 30 <= len(text) <= 400:
            return text


def _campaign_forms(maker: Maker, language: Language, many: int) -> list[tuple[str, int, int]]:
    """The different texts of all campaigns, bases first: text, label, kind."""
    draw = maker.draw
    bases = []
    for _ in range(max(many // 50, 1)):
        said = maker.fresh(language, ["D", "PD", "CPD", "CPRD", "PERD", "CPERDD"])
        bases.append((said, "".join(said)))
    forms = [(base, label, EXACT) for label, (_said, base) in enumerate(bases)]
    known = {base for base, _label, _kind in forms}
    while len(forms) < many:
        # The bigger a campaign (the lower its number), the more variants it has.
        label = draw() % (1 + draw() % len(bases))
        said, base = bases[label]
        what = MIX[56 + draw() % 44]
        text = mutated(base, said, what, language, draw)
        if text not in known:
            known.add(text)
            forms.append((text, label, what))
    return forms


def _copies(whole: int, many: int, most: int) -> list[int]:
    """How many copies of each form: about most * (1 + q) / (rank + q), with q such that they add up."""

    def with_q(sixteenths: int) -> list[int]:
        return [max(1, most * (16 + sixteenths) // (16 * rank + sixteenths)) for rank in range(1, many + 1)]

    low, high = 0, 16 * many
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if sum(with_q(middle)) <= whole else (low, middle)
    found = with_q(low)
    spare, at = whole - sum(found), 1 % many
    while spare > 0:
        found[at] += 1
        spare, at = spare - 1, at % (many - 1) + 1 if many > 1 else 0
    return found


def pair_counts(truth: npt.ArrayLike, found: npt.ArrayLike) -> PairCounts:
    """Pairs rightly together, put together, and truly together, from the counts of a contingency table."""
    true = np.unique(np.asarray(truth), return_inverse=True)[1].astype(np.int64)
    ours = np.unique(np.asarray(found), return_inverse=True)[1].astype(np.int64)

    def pairs(labels: npt.NDArray[np.int64]) -> int:
        counts = np.unique(labels, return_counts=True)[1].astype(np.int64)
        return int((counts * (counts - 1) // 2).sum())

    width = int(ours.max(initial=0)) + 1
    return PairCounts(pairs(true * width + ours), pairs(ours), pairs(true))


def pair_scores(truth: npt.ArrayLike, found: npt.ArrayLike) -> PairScores:
    """Precision and recall over pairs, each pair counting once; 1 where there is no pair to judge."""
    right, together, true = pair_counts(truth, found)
    return PairScores(right / together if together else 1.0, right / true if true else 1.0)


def recall_by_kind(flood: Flood, found: npt.ArrayLike) -> dict[str, float]:
    """For the texts of each kind: of their pairs with all others of their campaign, the share found."""
    ours = np.unique(np.asarray(found), return_inverse=True)[1].astype(np.int64)
    cell = flood.truth * (int(ours.max(initial=0)) + 1) + ours
    _, at, counts = np.unique(cell, return_inverse=True, return_counts=True)
    _, whole_at, whole = np.unique(flood.truth, return_inverse=True, return_counts=True)
    got, there = counts[at] - 1, whole[whole_at] - 1
    shares = {}
    for number, name in enumerate(KINDS):
        mine = (flood.kind == number) & (there > 0)
        if mine.any():
            shares[name] = int(got[mine].sum()) / int(there[mine].sum())
    return shares


def uniques_grouped(flood: Flood, found: npt.ArrayLike) -> float:
    """The share of unique texts that stand in a set with another text."""
    _, at, counts = np.unique(np.asarray(found), return_inverse=True, return_counts=True)
    alone = flood.kind == UNIQUE
    return float((counts[at][alone] > 1).mean()) if alone.any() else 0.0
