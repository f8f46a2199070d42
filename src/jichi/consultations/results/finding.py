"""The rows of a result that a reader asks for: by words, code, topic, passage or number."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.http import urlencode

from jichi.consultations.result import OpinionRow, Result

MOST_WORDS = 100
WITHOUT_TOPIC = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for in the address; empty: everything. ``passage`` is an anchor."""

    text: str = ""
    code: str = ""
    topic: str = ""
    passage: str = ""
    number: int | None = None

    @classmethod
    def given(cls, parameters: Mapping[str, str], result: Result) -> Asked:
        """From an address; a value that this result does not know counts as not given."""
        text = parameters.get("q", "").replace("\0", "").strip()[:MOST_WORDS]
        code, topic = parameters.get("code", ""), parameters.get("topic", "")
        passage, number = parameters.get("passage", ""), parameters.get("no", "")
        return cls(
            text=text,
            code=code if any(one.code == code for one in result.codes) else "",
            topic=topic if any((one.key or WITHOUT_TOPIC) == topic for one in result.topics) else "",
            passage=passage if any(one.anchor == passage for one in result.passages) else "",
            number=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else None,
        )

    def __bool__(self) -> bool:
        return bool(self.address)

    @property
    def address(self) -> str:
        """The same as a query, without what is empty."""
        pairs = {
            "q": self.text,
            "code": self.code,
            "topic": self.topic,
            "passage": self.passage,
            "no": str(self.number) if self.number is not None else "",
        }
        return urlencode({name: value for name, value in pairs.items() if value})


def rows_found(result: Result, asked: Asked) -> list[OpinionRow]:
    """The rows that fit everything that was asked, in the order of the result."""
    wanted = _folded(asked.text).split()
    numbers = _numbers(result, asked.passage) if asked.passage else None
    return [
        row
        for row in result.rows
        if (not asked.code or row.code == asked.code)
        and (not asked.topic or (row.topic or WITHOUT_TOPIC) == asked.topic)
        and (asked.number is None or row.number == asked.number)
        and (numbers is None or row.number in numbers)
        and (not wanted or _has(row, wanted))
    ]


def passages_by_row(result: Result) -> dict[int, list[str]]:
    """The anchors of the passages that each row stands behind or against, in the order of the text."""
    found: dict[int, list[str]] = {}
    for passage in result.passages:
        for number in (*passage.behind, *passage.against):
            found.setdefault(number, []).append(passage.anchor)
    return found


def _numbers(result: Result, anchor: str) -> frozenset[int]:
    return frozenset(
        number
        for passage in result.passages
        if passage.anchor == anchor
        for number in (*passage.behind, *passage.against)
    )


def _has(row: OpinionRow, wanted: list[str]) -> bool:
    """All words in its texts, in whatever language these are."""
    texts = (*row.summary.values(), *row.view.values(), *row.change.values())
    whole = _folded("\n".join(texts))
    return all(word in whole for word in wanted)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
