"""Stretches of a text that can stand alone as a label: whole words, a sensible start and end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from jichi.methods.texts.sentences import sentences
from jichi.methods.texts.words import Kind, Word, words

__all__ = ["LONGEST", "SHORTEST", "Phrase", "phrases"]

SHORTEST, LONGEST = 8, 28
"""Characters of a label; Latin letters, half as wide, count half."""
_WIDEST, _NARROWEST = 44, 2
# Characters of a text that are searched, up to the last whole sentence.
_READ = 4_000

# Parts of one compound: a label neither begins nor ends between two of them.
_COMPOUND = frozenset({Kind.noun, Kind.number, Kind.suffix, Kind.prefix})
_STARTS = frozenset({Kind.noun, Kind.number, Kind.prefix, Kind.adjective})
_ENDS = frozenset({Kind.noun, Kind.suffix})
# Nouns that say nothing where they stand last.
_HOLLOW_NOUNS = (
    "事 物 為 様 等 的 訳 所 際 時 点 中 上 下 場合 方 旨 以上 以下 故 程度 内 間 前 後 通り 由 件 毎 自体 類"
    " 意味 他 筈 儘 侭 因 為め 者 化 性 本 今 何 此れ 其れ 々"
)
_HOLLOW = frozenset(_HOLLOW_NOUNS.split())
# Particles that join nouns into one; after any other a label must reach a predicate.
_LINKING = frozenset({"の", "や", "と", "か"})
_STOPS = ("", *"。．.！？!?｡\n\r")
_JOINED = frozenset("・/／-‐－―〜~%％&＆’'")


class Phrase(NamedTuple):
    """A candidate: its place, how wide it is, and its words of content."""

    start: int
    end: int
    width: float
    bases: tuple[str, ...]
    is_clause: bool
    """Whether it runs to an end that says what ought to be, such as すべき, or to the sentence's own."""


def _width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.5 for sign in text)


def _runs(found: Sequence[Word], text: str) -> Iterator[list[Word]]:
    """Words that follow each other without punctuation."""
    run: list[Word] = []
    for word in found:
        written = text[word.start : word.end]
        if word.kind is Kind.mark and not written.isspace() and written not in _JOINED:
            if run:
                yield run
            run = []
            continue
        gap = text[run[-1].end : word.start] if run else ""
        if "\n" in gap or "\r" in gap:
            yield run
            run = []
        if not (written.isspace() and not run):
            run.append(word)
    if run:
        yield run


def _can_start(run: Sequence[Word], at: int) -> bool:
    word = run[at]
    if word.kind not in _STARTS or not (word.content or word.kind is Kind.prefix):
        return False
    if word.base in _HOLLOW and at + 1 < len(run) and run[at + 1].kind is Kind.particle:
        return False  # 「切る前に診断を…」 is not about what is 前に, nor 「今のままでは」 about what is 今
    before = run[at - 1] if at else None
    if at > 1 and run[at - 1].base.isspace() and run[at - 2].kind is Kind.number:
        return False  # 30 年: a space after a number parts nothing
    return before is None or before.end < word.start or before.kind not in _COMPOUND | {Kind.adjective}


class _End(IntEnum):
    """What a label would be that ends after a word."""

    none = 0
    noun = 1
    predicate = 2
    clause = 3


def _end(run: Sequence[Word], at: int, text: str) -> _End:
    word = run[at]
    after = run[at + 1] if at + 1 < len(run) else None
    if word.base == "べし" and text[word.start : word.end] == "べき":
        return _End.clause
    if word.kind in (Kind.auxiliary, Kind.verb, Kind.adjective):
        stops = after is None and text[word.end : word.end + 1] in _STOPS
        return _End.clause if stops else _End.none
    if word.kind not in _ENDS or not word.content or word.base in _HOLLOW:
        return _End.none
    if after is None:
        return _End.predicate
    written = text[after.start : after.end]
    if after.start == word.end and (after.kind in _COMPOUND or written in _JOINED):
        return _End.none
    done = after.kind is Kind.auxiliary or after.base in ("為る", "出来る") or after.start > word.end
    return _End.predicate if done else _End.noun


def phrases(text: str) -> tuple[Phrase, ...]:
    """Candidates for labels in a text.

    Notes
    -----
    A candidate begins with a noun, number, prefix or adjective that no other part of the same compound comes
    before and that says something (前に and 今の do not), and ends with a noun or suffix that none follows,
    with すべき, or where its sentence ends. After a particle other than those that link nouns it must reach
    the predicate, so that no clause is cut in two. No punctuation lies within. A text is read for its first
    4,000 characters at most.
    """
    found: list[Phrase] = []
    if len(text) > _READ:
        text = text[: sentences(text[:_READ])[-1].start] or text[:_READ]
    for run in _runs(words(text), text):
        ends = [_end(run, at, text) for at in range(len(run))]
        for first in range(len(run)):
            if not _can_start(run, first):
                continue
            width, at = 0.0, run[first].start
            bases: list[str] = []
            need = _End.noun
            for last in range(first, len(run)):
                word = run[last]
                width += _width(text[at : word.end])
                at = word.end
                if width > _WIDEST:
                    break
                if word.content:
                    bases.append(word.base)
                if word.kind is Kind.particle and text[word.start : word.end] not in _LINKING:
                    need = _End.predicate
                if bases and ends[last] >= need and width >= _NARROWEST:
                    clause = ends[last] is _End.clause
                    found.append(Phrase(run[first].start, word.end, width, tuple(bases), clause))
    return tuple(found)
