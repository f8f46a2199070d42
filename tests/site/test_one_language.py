"""No page mixes languages: on an English page Japanese stands only where it says so (``lang="ja"``)."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from jichi.city.pack import PACKS
from jichi.city.viewers import system_viewer
from jichi.config.packs import load_pack

JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
VOID = {"meta", "link", "br", "img", "input", "hr", "path", "circle", "rect", "line"}
DOWNLOAD = re.compile(r"\.(csv|json|xlsx|jsonld|xml)$")


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


@pytest.mark.django_db
@pytest.mark.parametrize("pack", sorted(path.parent.name for path in PACKS.glob("*/pack.json")))
def test_every_english_page_is_english(client: Client, pack: str) -> None:
    load_pack(viewer=system_viewer("pack-loader"), name=pack)
    waiting, seen, mixed = ["/en/"], set(), {}
    while waiting:
        address = waiting.pop()
        if address in seen or DOWNLOAD.search(address) or "/accounts/" in address:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code in {200, 302}, address
        html = answer.content.decode() if answer.status_code == 200 else ""
        if found := unmarked_japanese(html):
            mixed[address] = found
        waiting += re.findall(r'href="(/en/[^"#?]*)"', html)
    assert len(seen) > 20
    assert not mixed
