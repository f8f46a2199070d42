"""What becomes of each character when texts are compared: its folded form, and whether it is kept."""

from __future__ import annotations

import threading
import unicodedata
from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = [
    "COMMA",
    "DIGIT",
    "DROPPED",
    "EXPANDS",
    "JAMO",
    "JOINS",
    "KEPT",
    "MARK",
    "MINUS",
    "TABLES",
    "Tables",
    "folded",
    "folded_cluster",
]

DROPPED, KEPT, DIGIT, MARK, COMMA, MINUS, JAMO = range(7)
JOINS, EXPANDS = 1, 2
_BLOCK = 8

_COMMAS = ",，"
_MINUSES = "-−‐‑‒–—▲△"
_STANCES = "○×👍👎↑↓%"
_SAME = {"◯": "○", "⭕": "○", "✕": "×", "✖": "×", "✗": "×", "✘": "×", "❌": "×", "❎": "×"}
_ALIKE = str.maketrans({"゛": "\u3099", "゜": "\u309a", **_SAME})


def _is_faceless(sign: str) -> bool:
    return (
        unicodedata.category(sign) == "Cf"
        or "\ufe00" <= sign <= "\ufe0f"
        or "\U000e0100" <= sign <= "\U000e01ef"
    )


def folded(text: str) -> str:
    """A stretch within which all composing happens: width and case folded, signs without a face left out."""
    seen = "".join(sign for sign in text if not _is_faceless(sign)).translate(_ALIKE)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())


folded_cluster = lru_cache(maxsize=1 << 15)(folded)


def _class_of(sign: str) -> int:
    category = unicodedata.category(sign)
    if "\u1100" <= sign <= "\u11ff":
        return JAMO
    if sign in _COMMAS:
        return COMMA
    if sign in _MINUSES:
        return MINUS
    if category == "Nd":
        return DIGIT
    # Private-use characters are a municipality's own kanji; unassigned ones are newer than these tables.
    if category[0] in "LN" or category in ("Co", "Cn") or sign in _STANCES:
        return KEPT
    return MARK if category in ("Mn", "Mc") else DROPPED


class Tables:
    """What becomes of each code point, filled in as scripts are met.

    ``folded`` is the code point after folding, ``kind`` what is then done with it, ``special`` whether it
    composes with what stands before it or becomes several.
    """

    def __init__(self) -> None:
        self.folded = np.zeros(0x110000, np.uint32)
        self.kind = np.zeros(0x110000, np.uint8)
        self.special = np.zeros(0x110000, np.uint8)
        self._known = np.zeros(0x110000 >> _BLOCK, np.bool_)
        self._lock = threading.Lock()

    def learn(self, codes: npt.NDArray[np.uint32]) -> None:
        """Fills in the blocks of these code points."""
        used = np.bincount(codes >> _BLOCK, minlength=len(self._known)) > 0
        pending = np.flatnonzero(used & ~self._known).tolist()
        if not pending:
            return
        with self._lock:
            met: set[int] = set()
            while pending:
                block = pending.pop()
                if self._known[block] or block in met:
                    continue
                met.add(block)
                whole = slice(block << _BLOCK, (block + 1) << _BLOCK)
                for code in range(whole.start, whole.stop):
                    self.folded[code], self.special[code], self.kind[code] = self._told(chr(code))
                # What a sign becomes may stand in a block of its own.
                pending += np.unique(self.folded[whole] >> _BLOCK).tolist()
            # Only now may other threads rely on them.
            self._known[list(met)] = True

    @staticmethod
    def _told(sign: str) -> tuple[int, int, int]:
        category, kind = unicodedata.category(sign), _class_of(sign)
        if category == "Lo" and kind == KEPT and unicodedata.is_normalized("NFKC", sign):
            return ord(sign.casefold()), 0, kind
        if category[0] == "M" or kind == JAMO or _is_faceless(sign) or sign in "ﾞﾟ゛゜":
            return ord(sign), JOINS, kind
        made = folded(sign)
        if len(made) == 1 or all(_class_of(part) == DROPPED for part in made):
            return ord(made[0]), 0, kind
        return ord(sign), EXPANDS, kind


TABLES = Tables()
