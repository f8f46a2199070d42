"""Where a submission falls into parts: at the passages it was written under, then as the rules propose."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jichi.methods import splitting

MOST_PARTS = 1000
"""Parts of one submission; what comes after stays together as the last."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters ``start`` to ``end`` of an original: an opinion, or a frame around opinions.

    ``anchor`` is the passage of a draft it was written under, ``question`` the one it answers.
    """

    start: int
    end: int
    is_opinion: bool
    anchor: str = ""
    question: str = ""


def pieces_of(text: str, passages: Sequence[Mapping[str, Any]]) -> list[Piece]:
    """The parts of a submission, without gap from 0 to its end; whoever wrote something has one opinion."""
    found = [
        piece
        for start, end, anchor, question in _segments(len(text), passages)
        for piece in _proposed(text, start, end, anchor, question)
    ]
    if len(found) > MOST_PARTS:
        rest = found[MOST_PARTS - 1 :]
        found[MOST_PARTS - 1 :] = [replace(rest[0], end=rest[-1].end, is_opinion=True)]
    if found and text.strip() and not any(piece.is_opinion for piece in found):
        longest = max(range(len(found)), key=lambda at: len(text[found[at].start : found[at].end].strip()))
        found[longest] = replace(found[longest], is_opinion=True)
    return found


def _segments(length: int, passages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int, str, str]]:
    at = 0
    for one in sorted(passages, key=lambda passage: (int(passage["start"]), int(passage["end"]))):
        start, end = max(at, int(one["start"])), min(length, int(one["end"]))
        if start >= end:
            continue
        if at < start:
            yield at, start, "", ""
        yield start, end, str(one.get("anchor", ""))[:40], str(one.get("question", ""))[:40]
        at = end
    if at < length:
        yield at, length, "", ""


def _proposed(text: str, start: int, end: int, anchor: str, question: str) -> Iterator[Piece]:
    for part in splitting.propose(text[start:end]):
        yield Piece(start + part.start, start + part.end, part.is_opinion, anchor, question)


def place_of(start: int, end: int, passages: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Anchor and question of the passage that holds most of a part; empty where none does."""
    shares = [
        (min(end, int(one["end"])) - max(start, int(one["start"])), -number)
        for number, one in enumerate(passages)
    ]
    if not shares or max(shares)[0] <= 0:
        return "", ""
    one = passages[-max(shares)[1]]
    return str(one.get("anchor", ""))[:40], str(one.get("question", ""))[:40]


def digest_of_text(text: str, key: bytes) -> str:
    """The keyed hash (64 hexadecimal digits) by which one text of a desk is told from another.

    Blanks at its end, which a part has or lacks by what follows it, make no other text.
    """
    return hmac.digest(key, b"voices.wording\0" + text.rstrip().encode(), hashlib.sha256).hex()
