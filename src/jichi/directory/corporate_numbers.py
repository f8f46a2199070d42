"""法人番号: the 13-digit number of a corporation. Pure.

A check digit stands before the 12 digits of the base number. It is 9 minus the rest, divided by 9, of the sum
of all digits, of which every second from the right is doubled (法人番号の指定等に関する省令 第2条): 1 to 9,
never 0.
"""

from __future__ import annotations

import re
import unicodedata

LENGTH = 13
_BETWEEN = re.compile(r"[\s\-‐-―−ー]")


def normalised(text: str) -> str:
    """What was typed with half-width digits and without blanks and hyphens; other signs stay."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text))


def check_digit(base: str) -> int:
    """The check digit of a base number of 12 digits. Raises ValueError for anything else."""
    if not re.fullmatch(r"[0-9]{12}", base):
        raise ValueError(f"not 12 digits: {base!r}")
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(base)))
    return 9 - total % 9


def is_corporate_number(text: str) -> bool:
    """Whether ``text`` is 13 half-width digits, the first of which is the check digit of the rest."""
    return re.fullmatch(r"[0-9]{13}", text) is not None and int(text[0]) == check_digit(text[1:])
