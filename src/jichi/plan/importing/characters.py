"""Characters: half-width forms for reading, clean forms for names.

Reading happens on a narrowed copy that has exactly as many characters as the original, so that what
was found can be cut out of the text as it was printed.
"""

from __future__ import annotations

import re

__all__ = ["HYPHENS", "clean_name", "compact", "narrow", "repair"]

# Characters that extraction prints where a code has a hyphen. ー is also a long vowel: it counts as a
# hyphen only between digits.
HYPHENS = "-‐‑‒–—―−ー－ｰ─"

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NARROW |= {0x3000: 0x20, 0xA0: 0x20, 0x2002: 0x20, 0x2003: 0x20, 0x2009: 0x20, 0x3014: 0x28, 0x3015: 0x29}
# A minus and a tilde stay what they are: they mean different things in a range and in a number.
_NARROW |= {0xFF0B: 0x2B, 0xFF3B: 0x5B, 0xFF3D: 0x5D, 0xFFE5: 0xA5}

_ALNUM = {c: n for c, n in _NARROW.items() if chr(n).isalnum()} | {0xFF05: 0x25, 0x3000: 0x20, 0xA0: 0x20}
_FOOTNOTE = re.compile(r"\^\{ ?※? ?([0-9]{1,2}) ?\}|※ ?([0-9]{1,2})(?=$|[\s)」※、])")
_WIDE = r"[^\x00-\x7f]"
_GAP = re.compile(rf"(?<={_WIDE})\s+(?=\S)|(?<=\S)\s+(?={_WIDE})")


def narrow(text: str) -> str:
    """`text` with half-width digits, letters, brackets and spaces; the same number of characters."""
    return text.translate(_NARROW)


def compact(text: str) -> str:
    """`text` narrowed and without any space: the form in which headings and names are compared."""
    return re.sub(r"\s+", "", narrow(text))


def repair(text: str, repairs: tuple[tuple[str, str], ...]) -> str:
    """`text` with the given misread words put right; the words come from the caller, never from here."""
    for wrong, right in repairs:
        if wrong:
            text = text.replace(wrong, right)
    return text


def footnote_marks(text: str) -> tuple[str, tuple[int, ...]]:
    """`text` without its footnote marks (^{※1}, ※2), and the numbers of the marks."""
    plain = text.translate(_ALNUM)
    numbers = tuple(int(m.group(1) or m.group(2)) for m in _FOOTNOTE.finditer(plain))
    return (re.sub(r" {2,}", " ", _FOOTNOTE.sub(" ", plain)) if numbers else text), numbers


def clean_name(text: str) -> str:
    """A name as a person writes it: half-width letters and digits, no gap left by a broken line.

    Brackets and signs stay as printed. A space stays only between two half-width characters.
    """
    return _GAP.sub("", re.sub(r"\s+", " ", text.translate(_ALNUM)).strip())
