"""What a document prints twice: indicators of a page that stands in it again, and blocks of rows."""

from __future__ import annotations

from typing import Any

from jichi.plan.importing.characters import compact
from jichi.plan.importing.lines import Account, Source, SourceLine
from jichi.plan.importing.structure import Table, header_kind, is_years_row

__all__ = ["IndicatorList", "repeated_rows", "set_copies_aside"]

_LONG = 24

_REASON = "the same indicator is printed twice with different values"


class IndicatorList:
    """The indicators of a document; one that is printed again is compared with the first."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.indicators: list[dict[str, Any]] = []
        self.lines: dict[str, int] = {}

    def key(self, branch: str, kind: str) -> str:
        """The key of the branch's next indicator of that kind."""
        order = sum(1 for i in self.indicators if i["node"] == branch and i["kind"] == kind) + 1
        return f"{branch}-{kind[0]}{order}"

    def add(self, indicator: dict[str, Any], line: int) -> None:
        """Add an indicator, or what it says differently from its first print to the doubts."""
        twin = next((i for i in self.indicators if _same(i, indicator)), None)
        if twin is None:
            self.indicators.append(indicator)
            self.lines[indicator["key"]] = line
            return
        path = f"{twin['node']}/indicators/{twin['key']}"
        self.account.place(line, path, "printed again")
        for series in indicator["series"]:
            nowhere: dict[str, Any] = {"points": []}
            first = next((s for s in twin["series"] if s["name"] == series["name"]), nowhere)
            known = {_place(p): p for p in first["points"]}
            for point in series["points"]:
                before = known.get(_place(point))
                if point["value"] is None or (before and before["value"] == point["value"]):
                    continue
                self._doubt(line, path, point)
                if before in first["points"] and before is not None and before["value"] is not None:
                    first["points"].remove(before)
                    self._doubt(self.lines[twin["key"]], path, before)

    def _doubt(self, line: int, path: str, point: dict[str, Any]) -> None:
        candidate = {k: point[k] for k in ("role", "period", "fiscal_year", "value")}
        self.account.doubt(line, point["printed"], f"{path}/{point['role']}", [candidate], _REASON)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    names = compact(one["name"]) == compact(other["name"]) and bool(one["name"])
    return names and all(one[k] == other[k] for k in ("node", "kind", "unit"))


def _place(point: dict[str, Any]) -> tuple[Any, ...]:
    return point["role"], point["period"], point["fiscal_year"]


def repeated_rows(tables: list[Table]) -> dict[int, int]:
    """Rows that stand in one measure a second time together with a neighbour: line to first line."""
    rows = [(table.branch, row) for table in tables for row in table.rows[table.header_rows :] if row.key]
    keys = [(branch, row.key) for branch, row in rows]
    first: dict[tuple[str, str], int] = {}
    repeated: dict[int, int] = {}
    for at, (_, row) in enumerate(rows):
        before = first.setdefault(keys[at], at)
        steps = [step for step in (-1, 1) if before + step >= 0 and at + step < len(rows)]
        if before != at and any(keys[before + step] == keys[at + step] for step in steps):
            repeated[row.number] = rows[before][1].number
    return repeated


def set_copies_aside(source: Source, account: Account) -> None:
    """Read a part of a page that stands in the document twice only where it first stands.

    A copy is a run of lines that stood before, line by line, with rows of a table and its header or the
    heading of a section; what stands under another heading is no copy, however alike it is.
    """
    lines = [line for line in source.lines if line.kind not in ("blank", "joined", "markup")]
    keys = [line.key for line in lines]
    rows = [_holds_content(line, source) for line in lines]
    told = [rows[n] or (x.kind == "bullet" and len(x.key) >= _LONG) for n, x in enumerate(lines)]
    heads = _headings(lines)
    first: dict[str, int] = {}
    at = 0
    while at < len(lines):
        before = first.setdefault(keys[at], at) if told[at] else at
        if before == at:
            at += 1
            continue
        back = 0
        while before - back > 0 and at - back > before + 1 and keys[before - back - 1] == keys[at - back - 1]:
            back += 1
        ahead = 1
        while (
            at + ahead < len(lines)
            and before + ahead < at - back
            and keys[before + ahead] == keys[at + ahead]
        ):
            ahead += 1
        copy = range(at - back, at + ahead)
        same = heads[before - back] == heads[copy.start] or any(lines[n].name for n in copy)
        marks = sum(_structural(lines[n], source) for n in copy)
        contents = sum(rows[n] for n in copy)
        whole = contents > 0 and marks + contents >= 3
        if same and marks and (whole or _goes_back(lines, copy)):
            _set_aside([lines[n] for n in copy], before - back, lines, account)
        at += ahead


def _headings(lines: list[SourceLine]) -> list[str]:
    """The code of the last heading before each line."""
    codes, code = [], ""
    for line in lines:
        codes.append(code)
        code = line.code if line.name else code
    return codes


def _goes_back(lines: list[SourceLine], copy: range) -> bool:
    """Whether the first section of a run bears a number that stood under the same heading before."""
    first = next((lines[n] for n in copy if lines[n].kind in ("section", "node")), None)
    if first is None or first.kind == "node":
        return False
    for line in reversed(lines[: copy.start]):
        if line.kind == "node":
            return False
        if line.kind == "section" and line.code:
            return int(line.code) >= int(first.code or 99)
    return False


def _holds_content(line: SourceLine, source: Source) -> bool:
    if line.kind != "row" or len(line.key) < _LONG or _structural(line, source):
        return False
    return not is_years_row(line)


def _structural(line: SourceLine, source: Source) -> bool:
    return line.kind in ("node", "section") or (line.kind == "row" and bool(header_kind(line, source.layout)))


def _set_aside(copy: list[SourceLine], start: int, lines: list[SourceLine], account: Account) -> None:
    opening = copy[0]
    for offset, line in enumerate(copy[1:], start=1):
        line.kind = "joined"
        account.joined[line.number] = lines[start + offset].number
    opening.kind = "joined"
    reason = "from here on the document repeats what it printed before"
    account.doubt(opening.number, opening.raw.strip()[:200], "", [{"line": lines[start].number}], reason)
