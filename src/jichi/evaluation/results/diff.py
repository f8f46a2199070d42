"""What was changed between two texts, word by word, also where a language puts no spaces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

LONGEST = 20_000
"""Longer texts are compared line by line: word by word would take minutes."""

# Runs of one script are what comes closest to words in Japanese; a number with its separators is one word.
_WORD = re.compile(
    r"[0-9０-９][0-9０-９.,．，]*|[A-Za-zＡ-Ｚａ-ｚ]+|[ァ-ヺー]+|[々〇一-鿿]+|[ぁ-ゖ]+|\s+|.", re.DOTALL
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Op(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that was kept, taken out or put in."""

    op: Op
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The way from one text to the other; the kept and the put in make ``after``, the others ``before``."""
    if before == after:
        return (Piece(Op.SAME, after),) if after else ()
    split = _LINE if len(before) + len(after) > LONGEST else _WORD
    old, new = split.findall(before), split.findall(after)
    found: list[Piece] = []
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(Op.SAME, "".join(new[start:end])))
            continue
        if last > first:
            found.append(Piece(Op.OUT, "".join(old[first:last])))
        if end > start:
            found.append(Piece(Op.IN, "".join(new[start:end])))
    return tuple(found)
