"""The texts of a workbook: runs put together, escapes undone."""

from __future__ import annotations

import re

from jichi.sheets.typed import plain_text

from .package import END, START, Package

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Characters that XML does not hold are written ``_x000D_`` (ECMA-376 part 1, 22.9.2.19).

    Those that no database keeps either are left out.
    """
    return plain_text(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text)


class TextCollector:
    """Puts the runs of a formatted text together; the readings that Japanese Excel keeps are left out."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._in_reading = 0

    def take(self, kind: int, tag: str, text: str) -> None:
        """See one tag of the text."""
        if tag == "rPh":
            self._in_reading += 1 if kind == START else -1
        elif tag == "t" and kind == END and not self._in_reading:
            self._pieces.append(text)

    def finish(self) -> str:
        """The whole text; the next one begins."""
        text = unescaped("".join(self._pieces))
        self._pieces.clear()
        return text


def strings_of(package: Package, part: str) -> list[str]:
    """The texts that cells share, in the order in which they are counted; none without the part."""
    found: list[str] = []
    if not part or not package.has(part):
        return found
    collector = TextCollector()
    for kind, tag, _attributes, text in package.events(part):
        collector.take(kind, tag, text)
        if kind == END and tag == "si":
            found.append(collector.finish())
    return found
