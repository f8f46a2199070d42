"""Text in any language as overlapping pairs of characters, so that every two-character word can be found.

Japanese has no spaces; a word list would decide what may be found. Pairs need no list, and a sequence of
pairs is found exactly where the text itself stands. Each character is written as four ASCII signs, so that no
database's idea of a letter (々, 〇, ー, dakuten) changes what is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

VERSION = 1
"""Raised whenever the same text gives other pairs; indexes built with another version are built anew."""

WIDTH = 4
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_CODE = re.compile(r"[0-9a-z]+(?:[-.][0-9a-z]+)+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－", "-"))


@lru_cache(maxsize=8192)
def _is_ignored(character: str) -> bool:
    """Signs without a face: variation selectors (as in 葛󠄀), joiners, soft hyphens."""
    return (
        unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
        or ("\U000e0100" <= character <= "\U000e01ef")
    )


def normalise(text: str) -> str:
    """Text as it is compared: NFKC, case folded, composed again; signs without a face are left out."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    composed = unicodedata.normalize("NFKC", folded)
    return composed if composed.isascii() else "".join(sign for sign in composed if not _is_ignored(sign))


@lru_cache(maxsize=8192)
def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def runs(text: str) -> list[str]:
    """The unbroken stretches of letters and digits of a text, normalised; punctuation and spaces separate."""
    found: list[str] = []
    current: list[str] = []
    for character in normalise(text):
        if _is_word(character):
            current.append(character)
        elif current:
            found.append("".join(current))
            current.clear()
    if current:
        found.append("".join(current))
    return found


@lru_cache(maxsize=16384)
def code(character: str) -> str:
    """One character as four ASCII signs (its code point to the base of 36)."""
    number, signs = ord(character), ""
    for _ in range(WIDTH):
        number, rest = divmod(number, 36)
        signs = _DIGITS[rest] + signs
    return signs


def _grams(run: str) -> list[str]:
    codes = [code(character) for character in run]
    # The last character stands alone as well, so that a one-character query finds it by prefix.
    return [first + second for first, second in pairwise(codes)] + [codes[-1]]


def grams(text: str) -> str:
    """The pairs of a text in order, separated by spaces, ready for a full-text index."""
    return " ".join(gram for run in runs(text) for gram in _grams(run))


def comparable(text: str) -> str:
    """The runs of a text joined by single spaces: what a found phrase is verified against."""
    return " ".join(runs(text))


@dataclass(frozen=True, slots=True)
class Term:
    """One unbroken stretch of a query. ``grams`` in order; a single character is looked up by prefix."""

    text: str

    @property
    def is_prefix(self) -> bool:
        return len(self.text) == 1

    @property
    def grams(self) -> tuple[str, ...]:
        """The pairs that must stand one after another; for one character, the prefix of a pair."""
        return (code(self.text),) if self.is_prefix else tuple(_grams(self.text)[:-1])


def terms(query: str, *, limit: int = 12) -> tuple[Term, ...]:
    """The distinct terms of a query in order, at most ``limit``. All of them must be found."""
    return tuple(Term(run) for run in list(dict.fromkeys(runs(query)))[:limit])


def code_of(query: str) -> str:
    """The plan code a query consists of ("５－１－１" → "5-1-1"), or an empty string."""
    text = normalise(query.strip().translate(_DASHES)).translate(_DASHES)
    return text if _CODE.fullmatch(text) else ""


def is_found(query: str, text: str) -> bool:
    """Whether every term of ``query`` stands in ``text``: the truth the indexes are tested against."""
    whole = comparable(text)
    wanted = terms(query)
    return bool(wanted) and all(term.text in whole for term in wanted)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an excerpt; ``hit`` if it matches a term."""

    text: str
    hit: bool


def _positions(text: str) -> tuple[str, list[int]]:
    """The comparable form of ``text`` and, for each of its characters, the index it came from."""
    signs: list[str] = []
    origin: list[int] = []
    # Normalising cluster by cluster keeps the way back to the original characters.
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and (unicodedata.combining(text[end]) or text[end] in "ﾞﾟ"):
            end += 1
        for sign in normalise(text[start:end]):
            signs.append(sign if _is_word(sign) else " ")
            origin.append(start)
        start = end
    return "".join(signs), origin


def marked(text: str, query: str) -> list[Piece]:
    """``text`` cut into pieces, those that match a term of ``query`` marked. Joined they give ``text``."""
    return _marked(text, *_hits(text, terms(query)))


def _hits(text: str, wanted: Iterable[Term]) -> tuple[list[bool], int]:
    flags = [False] * len(text)
    first = -1
    signs, origin = _positions(text)
    for term in wanted:
        at = signs.find(term.text)
        while at >= 0:
            stop = at + len(term.text)
            last = origin[stop] if stop < len(origin) else len(text)
            for index in range(origin[at], max(last, origin[at] + 1)):
                flags[index] = True
            first = origin[at] if first < 0 else min(first, origin[at])
            at = signs.find(term.text, at + 1)
    return flags, first


def _marked(text: str, flags: list[bool], _first: int = 0) -> list[Piece]:
    pieces: list[Piece] = []
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or flags[index] != flags[start]:
            pieces.append(Piece(text[start:index], flags[start]))
            start = index
    return pieces


def excerpt(text: str, query: str, *, length: int = 110) -> list[Piece]:
    """About ``length`` characters of ``text`` around the first match, cut at sentences where one is near."""
    flags, first = _hits(text, terms(query))
    if len(text) <= length:
        return _marked(text, flags)
    start = max(0, (first if first >= 0 else 0) - length // 4)
    for index in range(start, max(0, start - 20), -1):
        if text[index - 1] in "。．.\n":
            start = index
            break
    end = min(len(text), start + length)
    pieces = _marked(text[start:end], flags[start:end])
    if start:
        pieces.insert(0, Piece("…", False))
    if end < len(text):
        pieces.append(Piece("…", False))
    return pieces


_BREAK = re.compile(r"[\s、。・（）()「」『』,.:：/／]+")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー]")


class Readings:
    """Words and how they are said, ready to be looked for in many texts."""

    def __init__(self, readings: Mapping[str, str]) -> None:
        self.readings = {word: said for word, said in readings.items() if word and said}
        # Among words that begin alike the longer goes first.
        self._by_first: dict[str, list[str]] = {}
        for word in sorted(self.readings, key=len, reverse=True):
            self._by_first.setdefault(word[0], []).append(word)

    def in_kana(self, text: str) -> str:
        """The stretches of ``text`` that the readings can say, in kana; empty if they can say none.

        Kana between two known words stays, so that compounds are found as spoken.
        """
        spoken: list[str] = []
        for run in _BREAK.split(text):
            current, said, at = "", False, 0
            while at < len(run):
                word = next(
                    (word for word in self._by_first.get(run[at], ()) if run.startswith(word, at)), ""
                )
                if word:
                    current, said, at = current + self.readings[word], True, at + len(word)
                    continue
                if _KANA.match(run, at):
                    current, at = current + run[at], at + 1
                    continue
                if said:
                    spoken.append(current)
                current, said, at = "", False, at + 1
            if said:
                spoken.append(current)
        return " ".join(dict.fromkeys(spoken))
