"""Sentences: a text cut where its sentences end, so that the parts rebuild it.

Opinions come as lists, as letters, with quotations, in Japanese and English and both at once. Nothing is lost
or changed here: a part is a pair of offsets, and the parts follow each other without gap or overlap.
"""

from __future__ import annotations

import re
from itertools import pairwise

from jichi.methods.texts.spans import Span

__all__ = ["sentences"]

_OPENING = {"「": "」", "『": "』", "（": "）", "(": ")", "“": "”", "【": "】", "〔": "〕"}
_CLOSING = frozenset(_OPENING.values())
_BRACKETS = re.compile("[" + re.escape("".join(_OPENING) + "".join(sorted(_CLOSING))) + "\n]")
# A quotation longer than this is taken for one whose closing bracket was forgotten.
_LONGEST_QUOTE = 400
_LINE = re.compile(r"[\r\n\u2028\u2029\x85\v\f]+\s*")
_END = re.compile(
    r"[。．！？!?｡]+[」』）)”’\"'】〕]*\s*"  # Japanese and unmistakable ends, with what closes after them
    r"|\.+[)”’\"']*(?:\s+|$)"  # a full stop counts before white space alone: 3.5, example.jp
    r"|(?=[①-⑳■●◆◇○□▼▽★☆])"  # a mark that opens the next item of a list
)
_ABBREVIATED = (
    "mr mrs ms dr prof st no nos vs etc e.g i.e cf fig figs vol pp p art sec dept gov inc ltd co jr sr approx"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
)
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
_LAST_WORD = re.compile(r"[A-Za-z][A-Za-z.]*$")


def _quoted(text: str) -> list[tuple[int, int]]:
    """Outermost pairs of brackets, each within one line and not too long, in order."""
    found: list[tuple[int, int]] = []
    waiting: list[tuple[str, int]] = []
    for match in _BRACKETS.finditer(text):
        mark, place = match.group(), match.start()
        if mark == "\n":
            waiting.clear()
        elif mark in _OPENING:
            waiting.append((_OPENING[mark], place))
        elif waiting and waiting[-1][0] == mark:
            start = waiting.pop()[1]
            if place - start <= _LONGEST_QUOTE:
                while found and found[-1][0] >= start:
                    found.pop()
                found.append((start, place))
    return found


def _is_abbreviation(text: str, stop: int) -> bool:
    """Whether the full stop at ``stop`` belongs to the word before it: e.g., No., an initial."""
    word = _LAST_WORD.search(text, max(0, stop - 12), stop)
    if word is None:
        return False
    letters = word.group().lower()
    initial = len(letters) == 1 and word.group().isupper() and letters != "i"
    return letters in _ABBREVIATIONS or initial or ("." in letters and len(letters) <= 5)


def _ends(text: str, match: re.Match[str]) -> bool:
    """Whether a mark that may end a sentence does so here."""
    mark, place, after = match.group(), match.start(), match.end()
    if not mark:
        return True
    following = text[after : after + 1]
    if mark[0] == ".":
        continues = following.islower() or _is_abbreviation(text, place)
        return not following or (not continues and not text[max(0, place - 1) : place].isspace())
    if mark[0] in "!?" and mark[-1] in "!?":
        # The query of an address, or code, goes on at once in the same script.
        return not (following.isascii() and following.isalnum())
    return True


def sentences(text: str) -> tuple[Span, ...]:
    """Cuts a text into sentences.

    Parameters
    ----------
    text
        Any text: a word, a letter, a list; also empty.

    Returns
    -------
    tuple of Span
        In order and without gap or overlap, ``"".join(text[s.start:s.end] for s in result) == text``; white
        space belongs to the sentence before it. An empty text has none.

    Notes
    -----
    A sentence ends after 。！？ with the brackets that close there, at a new line, before a mark of a list,
    and after an English full stop before white space that is not of an abbreviation, an initial or a number.
    Inside a pair of brackets within one line nothing ends, so that a quotation stays whole. Cost is linear.

    Examples
    --------
    >>> text = "道が狭い。「危ない。直して」と言われた。"
    >>> [text[part.start:part.end] for part in sentences(text)]
    ['道が狭い。', '「危ない。直して」と言われた。']
    """
    cuts = {match.end() for match in _LINE.finditer(text)}
    quoted = _quoted(text)
    at = 0
    for match in _END.finditer(text):
        while at < len(quoted) and quoted[at][1] < match.start():
            at += 1
        inside = at < len(quoted) and quoted[at][0] < match.start()
        if not inside and _ends(text, match):
            cuts.add(match.end())
    cuts.add(len(text))
    cuts.discard(0)
    starts = [0, *sorted(cuts)]
    return tuple(Span(start, end) for start, end in pairwise(starts))
