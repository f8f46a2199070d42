"""No page mixes languages: on an English page Japanese stands only where it says so (``lang="ja"``)."""

from __future__ import annotations

import re
from html.parser import HTMLParser

JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
VOID = {"meta", "link", "br", "img", "input", "hr", "path", "circle", "rect", "line"}
DOWNLOAD = re.compile(r"\.(csv|json|xlsx|pdf|jsonld|xml)$")


class Unmarked(HTMLParser):
    """Gathers Japanese text that stands in an element declared to be English."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            above = self.open[-1][1] if self.open else ""
            self.open.append((tag, dict(attrs).get("lang") or above))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, language = self.open[-1] if self.open else ("", "")
        if tag not in {"script", "style"} and language.startswith("en") and JAPANESE.search(data):
            self.found.append(data.strip()[:80])


def unmarked_japanese(html: str) -> list[str]:
    parser = Unmarked()
    parser.feed(html)
    return parser.found


def test_the_finder_finds() -> None:
    assert unmarked_japanese('<html lang="en"><p>施策 <span lang="ja">政策</span></p></html>') == ["施策"]
