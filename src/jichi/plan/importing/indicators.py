"""Indicator tables: from rows to indicators, each value under the column its header names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from jichi.methods.eras import YearMention, find_years
from jichi.plan.importing.characters import clean_name, footnote_marks, narrow
from jichi.plan.importing.columns import Column, align, read_header
from jichi.plan.importing.layout import Layout
from jichi.plan.importing.lines import Account, SourceLine, footnote
from jichi.plan.importing.repeats import IndicatorList
from jichi.plan.importing.structure import Table
from jichi.plan.importing.values import Cell, Quantity, json_number, read_cell

__all__ = ["read_indicators"]

_SOURCE = re.compile(r"\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*$")
_REMARK = re.compile(r"\s*※(?![0-9]+(?:\s|$))(\S+)")


@dataclass
class _Value:
    """One value of one series under one column, not yet accepted."""

    column: Column
    cell: Cell
    quantity: Quantity
    year: YearMention | None
    series: str
    problem: str = ""


def read_indicators(tables: list[Table], account: Account, layout: Layout) -> list[dict[str, Any]]:
    """Every indicator of the document's sense and outcome tables, in printed order."""
    headers = _sound(tables, [read_header(table.rows[0], layout) for table in tables])
    years = _period_years(tables, headers)
    indicators = IndicatorList(account)
    for table, columns in zip(tables, headers, strict=True):
        kind = "sense" if table.kind == "sense" else "outcome"
        account.place(table.rows[0].number, f"{table.branch}/indicators")
        torn = False
        for row in table.rows[1:]:
            if not table.branch:
                account.doubt(row.number, row.raw.strip(), "", [], "the heading of this table is missing")
                continue
            if torn:
                # The row above holds words and no values: it may be the beginning of this row's name.
                torn = False
                account.doubt(row.number, row.raw.strip(), table.branch, [], "the name may be torn")
                continue
            key = indicators.key(table.branch, kind)
            indicator = _Row(row, table, columns, years, account, key).read(kind)
            if indicator is None:
                torn = bool(row.plain.strip()) and not re.search(r"[0-9]", row.plain)
            else:
                indicators.add(indicator, row.number)
        _place_footnotes(table, account)
    return indicators.indicators


def _sound(tables: list[Table], headers: list[list[Column]]) -> list[list[Column]]:
    """The headers; where one lacks 計画策定時 or 現状 that another of its kind has, the other is not sure."""
    measured = ("baseline", "current")
    roles = [{c.role for c in columns if c.role in measured} for columns in headers]
    result = []
    for table, columns, own in zip(tables, headers, roles, strict=True):
        kin = set[str | None]().union(
            *(r for t, r in zip(tables, roles, strict=True) if t.kind == table.kind)
        )
        lost = own != kin
        result.append(
            [replace(c, role=None) if lost and c.role in measured and not c.year else c for c in columns]
        )
    return result


def _period_years(tables: list[Table], headers: list[list[Column]]) -> dict[int, int]:
    """The usual target year of each period, from the rows that fit their header."""
    counts: dict[int, Counter[int]] = {}
    for table, columns in zip(tables, headers, strict=True):
        for row in table.rows[1:]:
            cells = row.plain.split("\t")
            known = [c.strip() for c, column in zip(cells, columns, strict=False) if column.role]
            if len(cells) != len(columns) or not all(known):
                continue
            for column, text in zip(columns, cells, strict=True):
                cell = read_cell(text) if column.role == "target" and column.period else None
                if cell and cell.kind == "value" and cell.year and cell.year.fiscal_year and column.period:
                    counts.setdefault(column.period, Counter())[cell.year.fiscal_year] += 1
    return {period: counter.most_common(1)[0][0] for period, counter in counts.items()}


def _place_footnotes(table: Table, account: Account) -> None:
    for line in table.footnotes:
        account.place(line.number, f"{table.branch}/indicators", "a footnote of the table")


class _Row:
    """Reads one row of an indicator table."""

    def __init__(
        self,
        row: SourceLine,
        table: Table,
        columns: list[Column],
        years: dict[int, int],
        account: Account,
        key: str,
    ) -> None:
        self.row, self.table, self.columns = row, table, columns
        self.years, self.account, self.key = years, account, key
        self.notes = dict(footnote(line) for line in table.footnotes)
        self.path = f"{table.branch}/indicators/{key}"

    def read(self, kind: str) -> dict[str, Any] | None:
        texts = self.row.text.rstrip("\r\n").split("\t")
        at = next((i for i, c in enumerate(self.columns) if c.role == "name"), 0)
        name_text = texts[at] if at < len(texts) else ""
        filled = any(t.strip() for i, t in enumerate(texts) if i != at)
        headless = any(not c.text and t.strip() for c, t in zip(self.columns, texts, strict=False))
        if not filled or headless or not _names_something(name_text):
            self._leave(texts)
            return None
        name, source, note, marks = _name(name_text)
        header = self.columns[at].text if at < len(self.columns) else ""
        gaps = len(texts) != len(self.columns) or any(
            c.role and not t.strip() for c, t in zip(self.columns, texts, strict=False)
        )
        if not source and "出典" in header and gaps:
            # The name's cell may be missing, and what stands here belongs to the next column.
            self._leave(texts)
            return None
        self.account.place(self.row.number, self.path)
        values, nulls = self._values(texts, at)
        series = self._series(values, nulls)
        comparators = [
            p["comparator"]
            for s in series
            for p in s["points"]
            if p["role"] == "target" and p["value"] is not None
        ]
        quantities = [v.quantity for v in values]
        return {
            "key": self.key,
            "node": self.table.branch,
            "name": name,
            "kind": kind,
            "source": source,
            "unit": _unit(quantities),
            "comparator": comparators[-1] if comparators else "none",
            "decimals": max((q.decimals for q in quantities), default=0),
            "definition": " ".join(self.notes.get(n, "") for n in marks).strip(),
            "note": note,
            "series": series,
        }

    def _leave(self, texts: list[str]) -> None:
        if re.search(r"[0-9]", narrow("".join(texts))):
            self.account.doubt(
                self.row.number, self.row.raw.strip(), self.table.branch, [], "a row without a name"
            )
        else:
            self.account.unplaced(self.row.number, "a row of the table without values")

    def _doubt(self, text: str, role: str, candidates: list[dict[str, Any]], reason: str) -> None:
        self.account.doubt(self.row.number, text.strip(), f"{self.path}/{role}", candidates, reason)

    def _values(self, texts: list[str], at: int) -> tuple[list[_Value], list[tuple[Column, Cell]]]:
        """The row's values under their columns; what cannot be aligned is put in doubt."""
        cells = [read_cell(text) for text in texts]
        pairs, doubtful = align(self.columns, cells, at, self.years)
        for cell, candidates in doubtful:
            options = [_candidate(column, cell) for column in candidates]
            self._doubt(cell.text, "points", options, "the row does not fit the table's columns")
        values: list[_Value] = []
        nulls: list[tuple[Column, Cell]] = []
        for column, cell in pairs:
            if column.role is None:
                if re.search(r"[0-9]", narrow(cell.text)):
                    self._doubt(cell.text, "points", [], f"the column “{column.text}” is not known")
            elif cell.kind == "note":
                nulls.append((column, cell))
            elif cell.kind == "odd":
                self._doubt(cell.text, column.role, [_candidate(column, cell)], cell.problem)
            elif cell.kind == "value":
                values.extend(self._cell_values(column, cell))
        return self._accepted(values), nulls

    def _cell_values(self, column: Column, cell: Cell) -> list[_Value]:
        year, problem = cell.year or column.year, ""
        if cell.year and column.year and cell.year.fiscal_year != column.year.fiscal_year:
            problem = "the cell's year is not that of the column"
        if year is None:
            problem = "no year is printed"
        elif year.fiscal_year is None:
            problem = "the era and the western year contradict each other"
        many = len(cell.quantities) > 1
        return [_Value(column, cell, q, year, q.qualifier if many else "", problem) for q in cell.quantities]

    def _accepted(self, values: list[_Value]) -> list[_Value]:
        several = {v.series for v in values if v.series}
        units = Counter(v.quantity.unit for v in values if v.quantity.unit)
        unit = units.most_common(1)[0][0] if units else ""
        accepted = []
        for value in values:
            if several and not value.series:
                if value.quantity.qualifier in several:
                    value.series = value.quantity.qualifier
                else:
                    value.problem = value.problem or "the series is not named"
            if value.quantity.unit not in (unit, ""):
                value.problem = value.problem or f"the unit is not that of the row ({unit})"
            if unit == "%" and not 0 <= value.quantity.value <= 100:
                value.problem = value.problem or "a share beyond 100 %"
            if value.problem:
                candidate = _candidate(value.column, value.cell, value.quantity)
                self._doubt(value.quantity.printed, str(value.column.role), [candidate], value.problem)
            else:
                accepted.append(value)
        return accepted

    def _series(self, values: list[_Value], nulls: list[tuple[Column, Cell]]) -> list[dict[str, Any]]:
        names = list(dict.fromkeys(v.series for v in values)) or [""]
        series = []
        for number, name in enumerate(names, start=1):
            points = [(self.columns.index(v.column), self._point(v)) for v in values if v.series == name] + [
                (self.columns.index(column), _null_point(column, cell)) for column, cell in nulls
            ]
            points.sort(key=lambda item: item[0])
            series.append(
                {"key": f"s{number}" if name else "", "name": name, "points": [p for _, p in points]}
            )
        return series

    def _point(self, value: _Value) -> dict[str, Any]:
        year = value.year
        assert year is not None
        as_of, note = year.as_of, ""
        for number in value.cell.footnotes:
            text = self.notes.get(number, "")
            dates = [y for y in find_years(narrow(text)) if y.as_of]
            if len(dates) == 1:
                as_of = dates[0].as_of
            note = f"{note} {text}".strip()
        if value.quantity.qualifier and not value.series:
            note = f"{note} {value.quantity.qualifier}".strip()
        return {
            "role": value.column.role,
            "fiscal_year": year.fiscal_year,
            "as_of": as_of,
            "value": json_number(value.quantity.value),
            "decimals": value.quantity.decimals,
            "comparator": value.quantity.comparator,
            "period": value.column.period,
            "printed": value.quantity.printed,
            "note": note,
        }


def _null_point(column: Column, cell: Cell) -> dict[str, Any]:
    return {
        "role": column.role,
        "fiscal_year": column.year.fiscal_year if column.year else None,
        "as_of": None,
        "value": None,
        "decimals": 0,
        "comparator": "none",
        "period": column.period,
        "printed": cell.text.strip(),
        "note": clean_name(cell.text),
    }


def _candidate(column: Column, cell: Cell, quantity: Quantity | None = None) -> dict[str, Any]:
    year = cell.year or column.year
    quantity = quantity or (cell.quantities[0] if cell.quantities else None)
    candidate: dict[str, Any] = {
        "role": column.role,
        "period": column.period,
        "fiscal_year": year.fiscal_year if year else None,
        "value": json_number(quantity.value) if quantity else None,
    }
    if year and year.fiscal_year is None and year.candidates:
        candidate["fiscal_years"] = list(year.candidates)
    return candidate


def _names_something(text: str) -> bool:
    """Whether a cell can be a name: a value or the torn end of one is not."""
    plain = narrow(text).strip()
    if not plain or read_cell(text).kind in ("value", "dash", "empty"):
        return False
    if plain.count("(") != plain.count(")") or re.match(r"[(\[][^)\]]*[0-9]", plain):
        return False
    if any(plain[y.end :].lstrip().startswith(")") and y.fiscal for y in find_years(plain)):
        return False
    if any(y.start == 0 and not plain[y.end :].strip(" )]") for y in find_years(plain)):
        return False
    if not _SOURCE.search(plain) and re.match(r"第\s*[0-9]{1,2}\s*期.*(?:設定|新規|開始)$", plain):
        # What the baseline says of an indicator that is new.
        return False
    if _SOURCE.search(plain) and re.match(r"[0-9]{4}年度?[^\s0-9()%]{3,}", plain):
        # A name may begin with the year it compares with.
        return True
    return not re.match(r"[)\]%.,。、年度]|[0-9.]+\s*(?:[)%]|年|月)", plain)


def _unit(quantities: list[Quantity]) -> str:
    units = Counter(q.unit for q in quantities if q.unit)
    return units.most_common(1)[0][0] if units else ""


def _name(text: str) -> tuple[str, str, str, tuple[int, ...]]:
    """An indicator's name, its source, its remark and the numbers of its footnotes."""
    plain, marks = footnote_marks(text)
    source = ""
    if found := _SOURCE.search(narrow(plain)):
        source = clean_name(plain[found.start(1) : found.end(1)])
        plain = plain[: found.start()]
    note = ""
    if found := _REMARK.search(plain):
        note = "※" + clean_name(found.group(1))
        plain = plain[: found.start()] + " " + plain[found.end() :]
    return clean_name(plain), source, note, marks
