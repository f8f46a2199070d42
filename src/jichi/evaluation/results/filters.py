"""What of an evaluation a reader wants to see; the address keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise

from jichi.evaluation.enums import SheetKind
from jichi.evaluation.queries.results import SheetRow
from jichi.ui.content import translated

_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Ward, office and kind of sheet narrow the whole page; the judgement only the list of sheets."""

    ward: str = ""
    department: str = ""
    kind: str = ""
    level: str = ""

    @classmethod
    def given(cls, asked: Mapping[str, str], rows: Sequence[SheetRow], key: str) -> Wanted:
        """What an address asks for; what no sheet has is left out."""
        known = {
            "ward": {row.ward_key for row in rows},
            "department": {row.department_key for row in rows},
            "kind": {str(row.sheet.kind) for row in rows},
            "level": {row.judged.get(key, "") for row in rows},
        }
        found = {name: str(asked.get(name, ""))[:_LONGEST] for name in known}
        return cls(**{name: text if text in known[name] else "" for name, text in found.items()})

    @property
    def narrows(self) -> bool:
        """Whether the page tells of a part of the sheets only."""
        return bool(self.ward or self.department or self.kind)

    def scope(self, rows: Iterable[SheetRow]) -> list[SheetRow]:
        """The sheets the whole page is about."""
        return [
            row
            for row in rows
            if (not self.ward or row.ward_key == self.ward)
            and (not self.department or row.department_key == self.department)
            and (not self.kind or row.sheet.kind == self.kind)
        ]

    def listed(self, rows: Iterable[SheetRow], key: str) -> list[SheetRow]:
        """Those of them that the list shows."""
        return [row for row in rows if not self.level or row.judged.get(key, "") == self.level]

    def address(self, **others: str) -> str:
        """The query of the address, with some of it changed."""
        now = {"ward": self.ward, "department": self.department, "kind": self.kind, "level": self.level}
        found = {name: text for name, text in {**now, **others}.items() if text}
        return urlencode(found)


def choices(rows: Sequence[SheetRow], wanted: Wanted) -> list[dict[str, Any]]:
    """The selects of the filter: only what the sheets have, and none in which all of them are alike."""
    wards: dict[str, Any] = {}
    offices: dict[str, Any] = {}
    for row in rows:
        office = row.sheet.department
        if office is None:
            continue
        offices[office.key] = translated(office, "name")
        if office.ward is not None:
            wards[office.ward.key] = (office.ward.order, translated(office.ward, "name"))
    kinds = {str(row.sheet.kind): SheetKind(row.sheet.kind).label for row in rows}
    listed = {
        "ward": [(key, text) for key, (_order, text) in sorted(wards.items(), key=_place)],
        "department": sorted(offices.items()),
        "kind": sorted(kinds.items()),
    }
    differ = {
        "ward": {row.ward_key for row in rows},
        "department": {row.department_key for row in rows},
        "kind": set(kinds),
    }
    return [
        {"name": name, "options": _options(options, getattr(wanted, name))}
        for name, options in listed.items()
        if options and (len(differ[name]) > 1 or getattr(wanted, name))
    ]


def _place(item: tuple[str, tuple[int, Any]]) -> int:
    return item[1][0]


def _options(options: Iterable[tuple[str, Any]], chosen: str) -> list[dict[str, Any]]:
    return [{"value": key, "text": _said(text), "selected": key == chosen} for key, text in options]


def _said(text: Any) -> dict[str, str]:
    if isinstance(text, str | Promise):
        return {"words": str(text), "language": ""}
    return {"words": text.text, "language": text.html_lang if text.is_fallback else ""}
