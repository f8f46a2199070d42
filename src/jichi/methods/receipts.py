"""Receipt numbers: fourteen digits that tell neither how many came before nor who comes next.

Thirteen digits are a keyed permutation of a sequence, so that no two are alike and neighbours do not look
like neighbours; the fourteenth is a check digit that shows every single wrong digit and every swap of two
neighbours, the two errors that people make most when they copy or hear a number.

The permutation is a Feistel network. Because 9·10¹² is the square of 3·10⁶, its halves are numbers below
3·10⁶ that are added modulo 3·10⁶: every step stays inside the domain, and no walking along cycles is needed.

References
----------
Black, J. and Rogaway, P. (2002). Ciphers with arbitrary finite domains. CT-RSA 2002, 114-130 (the
generalised Feistel network).

Krawczyk, H., Bellare, M. and Canetti, R. (1997). HMAC: keyed-hashing for message authentication. RFC 2104.

Damm, H. M. (2004). Total anti-symmetrische Quasigruppen. Dissertation, Philipps-Universität Marburg (the
check digit).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from jichi.methods.errors import MethodError

__all__ = [
    "DIGITS",
    "SEQUENCES",
    "ReceiptError",
    "grouped",
    "is_outside",
    "number_of",
    "numbers_of",
    "outside_number",
    "read",
    "sequence_of",
    "spoken",
]

DIGITS = 14
SEQUENCES = 9_000_000_000_000
"""Numbers that one key can give: those of thirteen digits whose first is not 9."""

_HALF = 3_000_000
_ROUNDS = 8
_SHORTEST_KEY = 16
_LONGEST = 200
_GROUPS = ((0, 4), (4, 8), (8, 12), (12, 14))
# Damm's table as it is usually printed: row = interim digit, column = next digit.
_TABLE = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_KANA = ("ゼロ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# What people write between digits: dashes and tildes of every kind, the long vowel mark, dots, underscores.
_BETWEEN = frozenset("ーｰ−〜～~∼_＿.．・･/／、,，丨│─━")
_LABEL = re.compile(r"[^0-9]{1,20}?[:：\s.．#＃]\s*(?=[0-9])")


class ReceiptError(MethodError):
    """A receipt number that cannot be one, or a key or sequence that gives none."""


def _interim(digits: str) -> int:
    state = 0
    for digit in digits:
        state = _TABLE[state][ord(digit) - 48]
    return state


def _with_check(body: str) -> str:
    return body + str(_interim(body))


def _pads(key: bytes) -> tuple[Any, Any]:
    """HMAC's inner and outer hash with a key of at most 64 bytes already in them (RFC 2104, section 4)."""
    filled = key.ljust(64, b"\0")
    return (
        hashlib.sha256(bytes(byte ^ 0x36 for byte in filled)),
        hashlib.sha256(bytes(byte ^ 0x5C for byte in filled)),
    )


def _keyed(pads: tuple[Any, Any], message: bytes) -> bytes:
    """HMAC-SHA-256. Millions are made for one import, and copies of the pads take a third of the time."""
    inner, outer = pads[0].copy(), pads[1].copy()
    inner.update(message)
    outer.update(inner.digest())
    digest: bytes = outer.digest()
    return digest


class _Rounds:
    """The keyed function of a half for each round, a number below 3·10⁶."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _SHORTEST_KEY:
            raise ReceiptError(
                "bad-key",
                f"the key of receipt numbers has {len(key)} bytes; it needs at least {_SHORTEST_KEY}",
                least=_SHORTEST_KEY,
            )
        # One key for each round; the name keeps them apart from other uses of the same secret.
        self.pads = [
            _pads(hmac.digest(key, b"receipt number, round %d" % number, "sha256"))
            for number in range(_ROUNDS)
        ]

    def value(self, number: int, half: int) -> int:
        made = _keyed(self.pads[number], half.to_bytes(4, "big"))
        # Of 2^64 values, one half is more likely than another by less than 10^-12.
        return int.from_bytes(made[:8], "big") % _HALF

    def forward(self, sequence: int) -> int:
        return self.finish(*self.start(*divmod(sequence, _HALF), self.value(0, sequence // _HALF)))

    def start(self, high: int, low: int, first: int) -> tuple[int, int]:
        return (low + first) % _HALF, high

    def finish(self, left: int, right: int) -> int:
        for number in range(1, _ROUNDS):
            left, right = (right + self.value(number, left)) % _HALF, left
        return left * _HALF + right

    def back(self, place: int) -> int:
        left, right = divmod(place, _HALF)
        for number in reversed(range(1, _ROUNDS)):
            left, right = right, (left - self.value(number, right)) % _HALF
        return right * _HALF + (left - self.value(0, right)) % _HALF


def _check_sequence(first: int, count: int) -> None:
    if first < 0 or count < 0 or first + count > SEQUENCES:
        raise ReceiptError(
            "bad-sequence",
            f"sequences run from 0 to {SEQUENCES - 1}; {count} from {first} on do not fit",
            first=first,
            count=count,
        )


def number_of(sequence: int, key: bytes) -> str:
    """The receipt number of a place in the sequence.

    Parameters
    ----------
    sequence
        From 0 to ``SEQUENCES`` − 1, each used once.
    key
        At least 16 secret bytes, the same for all numbers of an installation.

    Returns
    -------
    str
        14 digits; the first is never 9.

    Raises
    ------
    ReceiptError
        ``bad-sequence``, ``bad-key``.
    """
    _check_sequence(sequence, 1)
    return _with_check(f"{_Rounds(key).forward(sequence):013d}")


def numbers_of(first: int, count: int, key: bytes) -> list[str]:
    """The receipt numbers of ``count`` places from ``first`` on, in order, as :func:`number_of` gives them.

    Raises
    ------
    ReceiptError
        ``bad-sequence``, ``bad-key``.
    """
    _check_sequence(first, count)
    rounds = _Rounds(key)
    made: list[str] = []
    known, opening = -1, 0
    for sequence in range(first, first + count):
        high, low = divmod(sequence, _HALF)
        if high != known:
            known, opening = high, rounds.value(0, high)
        made.append(_with_check(f"{rounds.finish(*rounds.start(high, low, opening)):013d}"))
    return made


def is_outside(number: str) -> bool:
    """Whether a number was given in the outer zone, which has no sequence of its own."""
    return number.startswith("9")


def sequence_of(number: str, key: bytes) -> int:
    """The place in the sequence that a receipt number stands for.

    Raises
    ------
    ReceiptError
        ``bad-length``, ``bad-check``, ``bad-key``; ``outside-number`` where the number was drawn by
        :func:`outside_number` and stands for no place.
    """
    _check(number)
    if is_outside(number):
        raise ReceiptError("outside-number", "numbers that begin with 9 stand for no place in the sequence")
    return _Rounds(key).back(int(number[:-1]))


def outside_number(random: Callable[[int], int]) -> str:
    """A number drawn where no sequence is at hand: 9, twelve random digits and the check digit.

    Parameters
    ----------
    random
        Called with n, gives a number from 0 to n − 1, all alike likely (``secrets.randbelow``). Two draws are
        the same once in 10¹²; who stores them keeps them unique.
    """
    return _with_check(f"9{random(10**12):012d}")


def _check(number: str) -> None:
    if len(number) != DIGITS or not (number.isascii() and number.isdigit()):
        digits = sum(sign.isdigit() for sign in number[:_LONGEST])
        raise ReceiptError(
            "bad-length",
            f"a receipt number has {DIGITS} digits, and here are {digits}",
            digits=digits,
            wanted=DIGITS,
        )
    if _interim(number) != 0:
        raise ReceiptError(
            "bad-check",
            "the check digit does not fit: one digit is wrong, or two are exchanged; read it again",
        )


def grouped(number: str) -> str:
    """A number as it is printed: ``1234-5678-9012-34``."""
    return "-".join(number[start:stop] for start, stop in _GROUPS)


def _is_between(sign: str) -> bool:
    category = unicodedata.category(sign)
    return sign in _BETWEEN or category in ("Pd", "Zs", "Cf") or sign.isspace()


def read(text: str) -> str:
    """The number that a person typed or pasted.

    Parameters
    ----------
    text
        Digits of any width with spaces, dashes and tildes of every kind between them; a short label may stand
        before them (「受付番号：」, "No.").

    Returns
    -------
    str
        14 digits whose check digit fits. Whether such a number was given to anybody is not known here.

    Raises
    ------
    ReceiptError
        ``bad-sign`` with the first sign that does not belong, ``bad-length`` with how many digits were found,
        ``bad-check``.
    """
    if len(text) > _LONGEST:
        raise ReceiptError(
            "bad-length",
            f"a receipt number has {DIGITS} digits; this text has {len(text)} characters",
            digits=len(text),
            wanted=DIGITS,
        )
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in text).strip()
    label = _LABEL.match(plain)
    found: list[str] = []
    for sign in plain[label.end() :] if label else plain:
        if sign.isascii() and sign.isdigit():
            found.append(sign)
        elif not _is_between(sign):
            raise ReceiptError(
                "bad-sign", f"a receipt number has digits and hyphens only, not “{sign}”", sign=sign
            )
    number = "".join(found)
    _check(number)
    return number


def spoken(number: str, language: str) -> tuple[str, ...]:
    """A number as it is read out by telephone, digit by digit, in the groups in which it is printed.

    Parameters
    ----------
    number
        14 digits.
    language
        A language code: kana for Japanese (``"ja"``, ``"ja_Simple"``), English words for any other.

    Examples
    --------
    >>> spoken("12345678901234", "ja")[0]
    'いち に さん よん'
    """
    names = _KANA if language.replace("-", "_").split("_")[0] == "ja" else _ENGLISH
    return tuple(" ".join(names[int(digit)] for digit in number[start:stop]) for start, stop in _GROUPS)
