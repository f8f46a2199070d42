"""Which characters the typeface has. What it lacks is printed as 〓, the printers' mark for a missing type.

PDF/UA allows no character without a glyph, so a single emoji would otherwise keep a whole packet from being
set. ``fonts/covered.txt`` lists the characters that both weights have, as ranges of code points.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

MISSING_TYPE = "〓"

# Marks without a shape of their own: joiners, directions, variation selectors.
_SHAPELESS = "\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\U000e0100-\U000e01ef\t\n\r"


@cache
def _lacking() -> re.Pattern[str]:
    listed = (Path(__file__).parent / "fonts" / "covered.txt").read_text(encoding="ascii").split()
    ranges = [entry.partition("-") for entry in listed]
    covered = "".join(
        f"{re.escape(chr(int(first, 16)))}-{re.escape(chr(int(last or first, 16)))}"
        for first, _dash, last in ranges
    )
    return re.compile(f"[^{covered}{_SHAPELESS}]")


def printable(text: str) -> tuple[str, bool]:
    """The text with 〓 for each character that the typeface lacks, and whether there was any."""
    replaced, count = _lacking().subn(MISSING_TYPE, text)
    return replaced, count > 0
