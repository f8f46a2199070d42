"""The form in which texts are compared, for one text or many at once, and the way back to the original.

The normal form has letters, numbers and their marks, width and case folded: no spaces, no punctuation, few
symbols. What can turn an opinion round is kept all the same: a sign before a number, a mark between two
numbers (1.5 is not 15, while 5,000 is 5000), per cent, arrows, thumbs, circle and cross.

References
----------
Unicode Standard Annex 15, Unicode Normalization Forms (NFKC); The Unicode Standard, section 3.13, default
case folding.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.folding import (
    COMMA,
    DIGIT,
    JAMO,
    JOINS,
    KEPT,
    MARK,
    MINUS,
    TABLES,
    folded,
    folded_cluster,
)

__all__ = ["CHUNK", "Codes", "Normal", "Span", "as_codes", "normal_codes", "normalise", "with_places"]

CHUNK = 1 << 19
"""About how many characters are worked on at once, so that the arrays stay in the processor's cache."""

_SEPARATOR = "\0"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text: ``text[start:end]``, offsets in Python characters (code points)."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __iter__(self) -> Iterator[int]:
        """Start and end, so that ``slice(*span)`` is the stretch."""
        return iter((self.start, self.end))

    def of(self, text: str) -> str:
        """The stretch itself."""
        return text[self.start : self.end]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Codes:
    """Code points of many texts in one array.

    Attributes
    ----------
    codes
        Shape (characters,): the texts one after another.
    starts
        Shape (texts + 1,): where each begins; the last is the length of ``codes``.
    """

    codes: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Shape (texts,): characters of each."""
        return np.diff(self.starts)

    def text(self, number: int) -> str:
        """One of the texts."""
        return _as_text(self.codes[self.starts[number] : self.starts[number + 1]])


def as_codes(text: str) -> npt.NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint32, copy=False)


def _as_text(codes: npt.NDArray[np.uint32]) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def _clusters(codes: npt.NDArray[np.uint32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First and last (exclusive) places of the stretches that no table can fold."""
    special = TABLES.special[codes]
    if not special.any():
        return np.empty(0, np.int64), np.empty(0, np.int64)
    joins = special == JOINS
    bases = np.maximum.accumulate(np.where(joins, 0, np.arange(len(codes))))
    firsts = np.unique(bases[special != 0])
    free = np.append(np.flatnonzero(~joins), len(codes))
    return firsts, free[np.searchsorted(free, firsts, side="right")]


def _read(text: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64] | None]:
    """Folded code points of a text that begins with NUL, and the place each came from (None: its own)."""
    codes = as_codes(text)
    TABLES.learn(codes)
    firsts, lasts = _clusters(codes)
    if not len(firsts):
        return TABLES.folded[codes], None
    parts: list[str] = []
    counts = np.ones(len(codes), np.int64)
    done = 0
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        made = folded_cluster(text[first:last]) if last - first < 16 else folded(text[first:last])
        parts += (text[done:first], made)
        counts[first:last] = 0
        counts[first] = len(made)
        done = last
    codes = as_codes("".join([*parts, text[done:]]))
    TABLES.learn(codes)
    return TABLES.folded[codes], np.repeat(np.arange(len(counts)), counts)


def _kept(
    codes: npt.NDArray[np.uint32], classes: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """Places in folded text of what the normal form keeps, and what stands there in it.

    Texts are parted by NUL, neither kept nor a digit; one stands before the first and after the last.
    """
    keep = (classes == KEPT) | (classes == DIGIT) | (classes == JAMO)
    marks = np.flatnonzero(classes == MARK)
    if len(marks):
        # A mark goes with what it stands on, which may be several marks back.
        base = np.where(classes == MARK, 0, np.arange(len(codes)))
        keep[marks] = keep[np.maximum.accumulate(base)[marks]]
    digits = np.flatnonzero(classes == DIGIT)
    if len(digits):
        codes = codes.copy()
        _between_digits(codes, classes, keep, digits)
    places = np.flatnonzero(keep)
    return places, codes[places]


def _between_digits(
    codes: npt.NDArray[np.uint32],
    classes: npt.NDArray[np.uint8],
    keep: npt.NDArray[np.bool_],
    digits: npt.NDArray[np.int64],
) -> None:
    """Keeps one mark where something stood between two digits, and a minus before a number, in place."""
    left, right = digits[:-1], digits[1:]
    through = np.concatenate([[0], np.cumsum(keep | (codes == 0))])
    gap = (right - left > 1) & (through[right] == through[left + 1])
    left, right = left[gap], right[gap]
    thousands = (right - left == 2) & (classes[left + 1] == COMMA)
    for ahead in (1, 2):
        thousands &= classes[np.minimum(right + ahead, len(codes) - 1)] == DIGIT
    thousands &= classes[np.minimum(right + 3, len(codes) - 1)] != DIGIT
    marked = left[~thousands] + 1
    signs = digits[classes[digits - 1] == MINUS] - 1
    if len(signs):
        # Not after a number: there the mark between the two already stands for it.
        last = np.maximum.accumulate(np.where(keep | (codes == 0), np.arange(len(codes)), 0))
        signs = signs[classes[last[signs]] != DIGIT]
    keep[marked] = keep[signs] = True
    codes[marked], codes[signs] = ord("."), ord("-")


def _bare(text: str) -> str:
    """What stands for a text without a letter or number: its signs, without spaces and controls."""
    return "".join(
        sign for sign in folded(text) if unicodedata.category(sign) not in ("Zs", "Zl", "Zp", "Cc", "Cf")
    )


def _chunk(texts: Sequence[str]) -> Codes:
    joined = _SEPARATOR.join(texts)
    if joined.count(_SEPARATOR) != len(texts) - 1:
        joined = _SEPARATOR.join(text.replace(_SEPARATOR, "\x01") for text in texts)
    codes, _ = _read(f"{_SEPARATOR}{joined}{_SEPARATOR}")
    classes = TABLES.kind[codes]
    places, found = _kept(codes, classes)
    starts = np.searchsorted(places, np.flatnonzero(codes == 0))
    made = Codes(codes=found, starts=starts)
    odd = np.flatnonzero(np.diff(starts) == 0).tolist()
    if (classes == JAMO).any():
        jamo = np.concatenate([[0], np.cumsum(TABLES.kind[found] == JAMO)])
        odd += np.flatnonzero(np.diff(jamo[starts])).tolist()
    return _replaced(made, {row: _odd(texts[row], made.text(row)) for row in odd}) if odd else made


def _odd(text: str, found: str) -> str:
    """The normal form where dropping a sign let two letters meet that compose, or left nothing."""
    return unicodedata.normalize("NFC", found) if found else _bare(text)


def _replaced(made: Codes, others: dict[int, str]) -> Codes:
    others = {row: text for row, text in others.items() if text or made.lengths[row]}
    if not others:
        return made
    parts = np.split(made.codes, made.starts[1:-1])
    for row, text in others.items():
        parts[row] = as_codes(text)
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    return Codes(codes=np.concatenate(parts), starts=starts)


def chunks(texts: Sequence[str], size: int = CHUNK) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of runs of texts that together have about ``size`` characters."""
    first = total = 0
    for number, text in enumerate(texts):
        total += len(text) + 1
        if total >= size:
            yield first, number + 1
            first, total = number + 1, 0
    if first < len(texts):
        yield first, len(texts)


def normal_codes(texts: Sequence[str]) -> Codes:
    """Normal forms of many texts.

    Parameters
    ----------
    texts
        Any strings, the empty among them.

    Returns
    -------
    Codes
        As many as ``texts``, each what :func:`normalise` gives.

    Notes
    -----
    About 30 ns a character: tables fold what stands for itself, and only stretches whose signs compose or
    become several pass through ``unicodedata``. Texts are joined by NUL, which nothing composes with.
    """
    made = [_chunk(texts[first:last]) for first, last in chunks(texts)]
    if not made:
        return Codes(codes=np.empty(0, np.uint32), starts=np.zeros(1, np.int64))
    offsets = np.cumsum([0, *(len(part.codes) for part in made)])
    starts = [part.starts[:-1] + offset for part, offset in zip(made, offsets.tolist(), strict=False)]
    return Codes(
        codes=np.concatenate([part.codes for part in made]), starts=np.concatenate([*starts, offsets[-1:]])
    )


def normalise(text: str) -> str:
    """The normal form of a text: what two texts have in common that differ in width, case or punctuation.

    Parameters
    ----------
    text
        Any string.

    Returns
    -------
    str
        NFKC, case folded, letters and numbers with their marks. Between two digits that anything but a
        thousands comma parted stands a full stop; a minus before a number stays. A text that has no letter or
        number becomes its own signs without spaces (``! !`` becomes ``!!``); only one of spaces and controls
        becomes the empty form.

    Notes
    -----
    Normalising twice is normalising once.

    Examples
    --------
    >>> normalise("保育園を、 増やして ください！") == normalise("保育園を増やしてください。")
    True
    >>> normalise("５，０００円"), normalise("１．５％")
    ('5000円', '1.5')
    """
    return _chunk([text]).text(0)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Normal:
    """A normal form that remembers where each of its characters came from.

    Attributes
    ----------
    text
        The normal form.
    starts, ends
        Shape (len(text),): the stretch of the original behind each character.
    """

    text: str
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    @property
    def places(self) -> npt.NDArray[np.int64]:
        """Shape (len(text),): where in the original each character begins."""
        return self.starts

    def span(self, start: int, end: int) -> Span:
        """The stretch of the original behind ``text[start:end]``; empty for an empty one."""
        if not 0 <= start < end <= len(self.text):
            at = int(self.starts[start]) if 0 <= start < len(self.text) else 0
            return Span(at, at)
        return Span(int(self.starts[start]), int(self.ends[end - 1]))


def with_places(text: str) -> Normal:
    """The normal form of a text, with the place in the original of each of its characters.

    Parameters
    ----------
    text
        Any string.

    Returns
    -------
    Normal
        Its ``text`` is ``normalise(text)``. A character made of several (か and a voicing mark) points to all
        of them. Where letters of old Hangul meet or the text has no letters, all point to the whole text.
    """
    whole = normalise(text)
    codes, origin = _read(f"{_SEPARATOR}{text.replace(_SEPARATOR, chr(1))}{_SEPARATOR}")
    places, found = _kept(codes, TABLES.kind[codes])
    if _as_text(found) != whole:
        ends = np.full(len(whole), len(text), np.int64)
        return Normal(text=whole, starts=np.zeros(len(whole), np.int64), ends=ends)
    if origin is None:
        return Normal(text=whole, starts=places - 1, ends=places)
    # A stretch that was folded as one ends where the next sign's begins.
    bounds = np.append(np.unique(origin), len(text) + 2)
    starts = origin[places]
    return Normal(text=whole, starts=starts - 1, ends=bounds[np.searchsorted(bounds, starts) + 1] - 1)
