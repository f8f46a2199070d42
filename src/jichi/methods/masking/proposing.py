"""Proposals to mask, from all rules together; and a text with what was confirmed masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jichi.methods.masking.addresses import addresses
from jichi.methods.masking.numbers import numbers
from jichi.methods.masking.people import people
from jichi.methods.masking.values import MARKS, Kind, MaskingError, Span
from jichi.methods.masking.widths import folded
from jichi.methods.texts.normal import normalise, with_places

__all__ = ["apply", "propose"]

_ADDRESS_ON_THE_WEB = re.compile(r"https?://[^\s<>\"「」（）、。]{1,2000}")


def _places_of(text: str, word: str) -> Iterator[tuple[int, int]]:
    at = text.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + len(word))


def _is_latin_letter(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


def _given_words(text: str, words: Sequence[str], kind: Kind, reason: str) -> Iterator[Span]:
    """Words that are known, in any width and case, with or without spaces; a Latin one stands by itself."""
    wanted = {word.strip() for word in words if word.strip()}
    if not wanted:
        return
    flat = folded(text)
    for word in wanted:
        signs = [re.escape(sign) for sign in folded(word) if not sign.isspace()]
        for match in re.finditer(r"\s{0,3}".join(signs), flat, re.IGNORECASE):
            if _stands_alone(text, *match.span()):
                yield Span(match.start(), match.end(), kind, 1.0, reason)
    normal = with_places(text)
    for word in {normalise(word) for word in wanted if any(sign.isalnum() for sign in word)}:
        for start, end in _places_of(normal.text, word):
            span = normal.span(start, end)
            # Where the way back is lost, a span is the whole text; the search above has found what is plain.
            known = span.end - span.start <= 4 * len(word) + 8
            if known and _stands_alone(text, span.start, span.end):
                yield Span(span.start, span.end, kind, 1.0, reason)


def _stands_alone(text: str, start: int, end: int) -> bool:
    joined_before = start > 0 and _is_latin_letter(text[start - 1]) and _is_latin_letter(text[start])
    joined_after = end < len(text) and _is_latin_letter(text[end]) and _is_latin_letter(text[end - 1])
    return not (joined_before or joined_after)


def _outside(spans: Iterable[Span], text: str) -> Iterator[Span]:
    """Spans that do not lie in an address of a page: it is public, and masking would break it."""
    links = [match.span() for match in _ADDRESS_ON_THE_WEB.finditer(text)]
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        while at < len(links) and links[at][1] <= span.start:
            at += 1
        inside = at < len(links) and links[at][0] <= span.start and span.end <= links[at][1]
        if not inside or span.reason in ("known-name", "harmful-place") or span.kind is Kind.mail:
            yield span


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Overlapping spans as one: nothing that any rule found is left standing at an edge."""
    made: list[Span] = []
    start = end = 0
    best: Span | None = None
    for span in spans:
        if best is None or span.start >= end:
            if best is not None:
                made.append(Span(start, end, best.kind, best.certainty, best.reason))
            start, end, best = span.start, span.end, span
            continue
        end = max(end, span.end)
        # The surer one says what it is; of two alike, the longer.
        if (span.certainty, span.end - span.start) > (best.certainty, best.end - best.start):
            best = span
    if best is not None:
        made.append(Span(start, end, best.kind, best.certainty, best.reason))
    return tuple(made)


def propose(text: str, *, places: Sequence[str] = (), names: Sequence[str] = ()) -> tuple[Span, ...]:
    """What should be masked before a text is published. A person confirms it.

    Parameters
    ----------
    text
        Any text, Japanese or English.
    places
        Place names that harm the people who live there when printed; each occurrence is proposed.
    names
        Names known from elsewhere, such as the sender's contact; every occurrence is proposed, with or
        without the space inside, in any width and case.

    Returns
    -------
    tuple of Span
        In order, without overlap; where rules overlap, one span covers both. Empty where nothing was found,
        which is no proof that nothing is there.

    Notes
    -----
    Every pattern has bounded repetitions and every look backwards a bounded window, so the cost is linear in
    the text. Addresses of pages are left alone.
    """
    flat = folded(text)
    found = [
        *numbers(flat),
        *addresses(flat),
        *people(flat),
        *_given_words(text, names, Kind.name, "known-name"),
        *_given_words(text, places, Kind.place, "harmful-place"),
    ]
    return _joined(_outside(found, flat))


def apply(text: str, spans: Iterable[Span], *, marks: Mapping[str, str] = MARKS) -> str:
    """The text with a mark in place of each span.

    Parameters
    ----------
    text
        The text that the spans were proposed for.
    spans
        In any order, without overlap.
    marks
        What to write, by kind.

    Raises
    ------
    MaskingError
        ``bad-span`` where one is empty or lies outside the text, ``spans-overlap``, ``no-mark``.
    """
    parts: list[str] = []
    done = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if not 0 <= span.start < span.end <= len(text):
            raise MaskingError(
                "bad-span",
                f"a span from {span.start} to {span.end} is no part of a text of {len(text)} characters",
                start=span.start,
                end=span.end,
            )
        if span.start < done:
            raise MaskingError(
                "spans-overlap", f"two spans overlap at character {span.start}; join them", start=span.start
            )
        if span.kind not in marks:
            raise MaskingError("no-mark", f"no mark is given for {span.kind}", kind=str(span.kind))
        parts += [text[done : span.start], marks[span.kind]]
        done = span.end
    return "".join([*parts, text[done:]])
