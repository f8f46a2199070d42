"""What changed from one version of a draft to the next, down to the words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from jichi.methods.drafts.matching import increasing
from jichi.methods.drafts.values import Draft, Paragraph, printed
from jichi.methods.texts.sentences import sentences
from jichi.methods.texts.words import words

__all__ = ["Change", "ChangeKind", "Piece", "compare", "pieces"]

_MOST_WORDS = 1_500
_LONGEST = 40_000
_CLAUSES = "、。，,\n\u3000"


class ChangeKind(StrEnum):
    """What became of a paragraph. (One that was changed and moved is ``changed``.)"""

    added = "added"
    removed = "removed"
    changed = "changed"
    moved = "moved"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph's printed text, and whether it differs from the other version."""

    start: int
    end: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one paragraph.

    Attributes
    ----------
    kind
        What happened.
    old, new
        The paragraph in both versions; None where it was added, or removed.
    old_spans, new_spans
        Pieces that partition :func:`~.values.printed` of each, unchanged and changed; empty for None.
    is_moved
        Whether it stands elsewhere among the paragraphs that stayed.
    """

    kind: ChangeKind
    old: Paragraph | None
    new: Paragraph | None
    old_spans: tuple[Piece, ...]
    new_spans: tuple[Piece, ...]
    is_moved: bool = False

    @property
    def anchor(self) -> str:
        """The anchor, the same in both versions."""
        one = self.new or self.old
        return one.anchor if one is not None else ""


def _whole(text: str, *, changed: bool) -> tuple[Piece, ...]:
    return (Piece(0, len(text), changed),) if text else ()


def _tokens(text: str) -> list[str]:
    """The text in words and what lies between them; in sentences where it has too many words."""
    made: list[str] = []
    done = 0
    for word in words(text):
        if word.start > done:
            made.append(text[done : word.start])
        made.append(text[word.start : word.end])
        done = word.end
    made.append(text[done:])
    if len(made) > _MOST_WORDS:
        return [text[part.start : part.end] for part in sentences(text)]
    return [token for token in made if token]


def _shared(old: str, new: str) -> int:
    """How many characters both begin with."""
    differs = (place for place, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    return next(differs, min(len(old), len(new)))


def _joined(spans: Iterator[Piece]) -> tuple[Piece, ...]:
    made: list[Piece] = []
    for span in spans:
        if span.start == span.end:
            continue
        if made and made[-1].changed == span.changed:
            made[-1] = Piece(made[-1].start, span.end, span.changed)
        else:
            made.append(span)
    return tuple(made)


def _blocks(old: Sequence[str], new: Sequence[str]) -> list[tuple[bool, int, int]]:
    """Runs of (same, characters before, characters after) that rebuild both sides."""
    if len(old) > _MOST_WORDS or len(new) > _MOST_WORDS:
        return [(False, sum(map(len, old)), sum(map(len, new)))]
    made: list[tuple[bool, int, int]] = []
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(codes):
        left, right = sum(map(len, old[a:b])), sum(map(len, new[c:d]))
        # One sign that happens to stand on both sides of a passage written anew is no help to a reader.
        lonely = 0 < place < len(codes) - 1 and left <= 1
        made.append((tag == "equal" and not lonely, left, right))
    return made


def pieces(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts cut into what they share and what differs, by words.

    Returns
    -------
    tuple
        Pieces of ``old`` and of ``new``; each partition its text, and the unchanged ones of both read the
        same one after the other.
    """
    if old == new:
        return _whole(old, changed=False), _whole(new, changed=False)
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    # Words are told apart within their clause, so the cut is where one begins.
    clause = max(old.rfind(mark, 0, start) for mark in _CLAUSES) + 1
    marks = [place for mark in _CLAUSES if (place := old.find(mark, len(old) - end)) >= 0]
    rest = len(old) - min(marks, default=len(old))
    if max(len(old), len(new)) - clause - rest <= _LONGEST:
        start, end = clause, rest
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    if max(len(left), len(right)) > _LONGEST:
        blocks = [(False, len(left), len(right))]
    else:
        blocks = _blocks(_tokens(left), _tokens(right))
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    at = [0, 0]
    for same, before, after in ((True, start, start), *blocks, (True, end, end)):
        for side, length in enumerate((before, after)):
            sides[side].append(Piece(at[side], at[side] + length, not same))
            at[side] += length
    return _joined(iter(sides[0])), _joined(iter(sides[1]))


def _change(old: Paragraph, new: Paragraph, *, moved: bool) -> Change | None:
    before, after = printed(old), printed(new)
    same = before == after and old.kind is new.kind
    if same and not moved:
        return None
    left, right = pieces(before, after)
    return Change(ChangeKind.moved if same else ChangeKind.changed, old, new, left, right, moved)


def compare(old: Draft, new: Draft) -> tuple[Change, ...]:
    """What changed between two versions whose anchors were carried.

    Parameters
    ----------
    old, new
        Two versions; paragraphs with the same anchor are the same paragraph.

    Returns
    -------
    tuple of Change
        In the order of the new version; a removed paragraph stands after what it stood after. Unchanged ones
        are not listed.
    """
    places = {anchor: place for place, anchor in enumerate(old.anchors)}
    common = [one.anchor for one in new.paragraphs if one.anchor in places]
    steady = increasing([places[anchor] for anchor in common])
    moved = {anchor for at, anchor in enumerate(common) if at not in steady}
    stay = {*common}
    following: dict[str, list[Change]] = {}
    last = ""
    for one in old.paragraphs:
        if one.anchor in stay:
            last = last if one.anchor in moved else one.anchor
        else:
            gone = Change(ChangeKind.removed, one, None, _whole(printed(one), changed=True), ())
            following.setdefault(last, []).append(gone)
    made = following.get("", [])
    for one in new.paragraphs:
        if one.anchor in stay:
            change = _change(old.paragraphs[places[one.anchor]], one, moved=one.anchor in moved)
            made += [change] if change is not None else []
            made += following.get(one.anchor, [])
        else:
            made.append(Change(ChangeKind.added, None, one, (), _whole(printed(one), changed=True)))
    return tuple(made)
