"""One width for all characters, each staying at its place: what the patterns are looked for in."""

from __future__ import annotations

__all__ = ["folded", "with_kanji_digits"]

_DASHES = "‐‑‒–—―−－ｰ─━﹣﹘"
_SPACES = "\u3000\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\t\v\f"
_TABLE = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {ord(sign): "-" for sign in _DASHES}
    | {ord(sign): " " for sign in _SPACES}
    | {
        ord("﹫"): "@",
        ord("〜"): "~",
        ord("〇"): "〇",
        ord("\r"): "\n",
        0x2028: "\n",
        0x2029: "\n",
        0x85: "\n",
    }
)
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def folded(text: str) -> str:
    """The text with full-width letters, digits and signs made half-width, dashes and spaces made one kind.

    As long as the text given: an offset in one is an offset in the other.
    """
    return text.translate(_TABLE)


def with_kanji_digits(text: str) -> str:
    """The text with digits written in kanji as digits, as long as the text given."""
    return text.translate(_DIGITS)
