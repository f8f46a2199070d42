"""Numbers that Word prints and a document's text does not hold: counted by its lists.

Reference: ECMA-376-1:2016, section 17.9 (numbering), 17.18.59 (formats of numbers).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docx.oxml.ns import qn

__all__ = ["Numbering"]

_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def _kanji(number: int) -> str:
    made = ""
    for sign, size in (("千", 1000), ("百", 100), ("十", 10)):
        count, number = divmod(number, size)
        if count:
            made += ("" if count == 1 else "一二三四五六七八九"[min(count, 9) - 1]) + sign
    return made + ("一二三四五六七八九"[number - 1] if number else "")


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 8)


def _roman(number: int) -> str:
    made = ""
    for sign, size in zip(
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        strict=True,
    ):
        made += sign * min(number // size, 9)
        number %= size
    return made


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalFullWidth": lambda number: str(number).translate(_WIDE),
    "decimalFullWidth2": lambda number: str(number).translate(_WIDE),
    "decimalZero": lambda number: f"{number:02d}",
    "decimalEnclosedCircle": lambda number: chr(0x2460 + number - 1) if number <= 20 else f"({number})",
    "aiueo": lambda number: _AIUEO[(number - 1) % len(_AIUEO)],
    "aiueoFullWidth": lambda number: _AIUEO[(number - 1) % len(_AIUEO)],
    "iroha": lambda number: _IROHA[(number - 1) % len(_IROHA)],
    "irohaFullWidth": lambda number: _IROHA[(number - 1) % len(_IROHA)],
    "japaneseCounting": _kanji,
    "ideographDigital": _kanji,
    "japaneseDigitalTenThousand": _kanji,
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "none": lambda number: "",
}


def _value(element: Any, path: str) -> str | None:
    found = element.find(path) if element is not None else None
    return None if found is None else found.get(qn("w:val"))


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 7 else default


class Numbering:
    """Counts a document's lists while its paragraphs are gone through in order.

    Parameters
    ----------
    root
        The root element of ``word/numbering.xml``, None where a document has no lists.
    """

    def __init__(self, root: Any) -> None:
        self.levels: dict[tuple[str, int], Any] = {}
        self.counts: dict[str, list[int]] = {}
        self.abstract: dict[str, str] = {}
        if root is None:
            return
        kinds = {kind.get(qn("w:abstractNumId")): kind for kind in root.findall(qn("w:abstractNum"))}
        for number in root.findall(qn("w:num")):
            name = number.get(qn("w:numId"), "")
            kind = kinds.get(_value(number, qn("w:abstractNumId")))
            self.abstract[name] = _value(number, qn("w:abstractNumId")) or name
            for level in [] if kind is None else kind.findall(qn("w:lvl")):
                self.levels[name, _whole(level.get(qn("w:ilvl")), 0)] = level

    def next(self, name: str, depth: int) -> str:
        """The number printed before the next paragraph of a list, empty where the list is not known."""
        level = self.levels.get((name, depth))
        if level is None:
            return ""
        counts = self.counts.setdefault(self.abstract[name], [0] * 10)
        if not 0 <= depth < len(counts):
            return ""
        start = _whole(_value(level, qn("w:start")), 1)
        counts[depth] = counts[depth] + 1 if counts[depth] else max(start, 1)
        counts[depth + 1 :] = [0] * (len(counts) - depth - 1)
        if _value(level, qn("w:numFmt")) == "bullet":
            return "・"
        text = (_value(level, qn("w:lvlText")) or "")[:60]
        for at in range(depth + 1):
            style = _value(self.levels.get((name, at)), qn("w:numFmt")) or "decimal"
            text = text.replace(f"%{at + 1}", _FORMATS.get(style, str)(max(counts[at], 1)))
        return text.strip()
