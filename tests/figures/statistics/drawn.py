"""Tables as ministries lay them out, drawn at random: wide or long, heads of one to three rows, eras, footnotes.

Each table knows what it says, so that a test can ask whether it was read back exactly.
"""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import xlsxwriter
from hypothesis import assume
from hypothesis import strategies as st

from jichi.methods.tables.cells import plain_decimal
from jichi.methods.tables.layout import Key, Layout, ValueColumn

CITIES = ["あさひ野区", "かわべ区", "おかのうえ区", "みなみ区", "北町", "東市", "西ノ原村"]
REGIONS = ["県央", "県北", "県南"]
MEASURES = ["人口", "交付枚数", "交付率", "世帯数", "登録法人数"]
CATEGORIES = ["男", "女", "その他", "うち 65歳以上"]
GROUPS = ["申請", "交付", "保有"]
MARKS = {"-": "-", "－": "-", "…": "...", "x": "x", "X": "x", "***": "***"}

Answer = str | None
Identity = tuple[tuple[str, ...], str, int | None, datetime.date | None]


@dataclass
class Drawn:
    """A table on paper: its cells, what is merged, how it lies and what it says."""

    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    says: dict[Identity, Answer] = field(default_factory=dict)
    layout: Layout | None = None

    def put(self, row: int, column: int, value: Any) -> None:
        if value is not None and value != "":
            self.cells[row, column] = value

    def as_csv(self, encoding: str, delimiter: str = ",") -> bytes:
        height = max(row for row, _ in self.cells) + 1
        width = max(column for _, column in self.cells) + 1
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=delimiter)
        for row in range(height):
            writer.writerow([self.cells.get((row, column), "") for column in range(width)])
        return out.getvalue().encode(encoding)

    def as_xlsx(self, sheet: str = "表1", *, hidden: str = "") -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
            if hidden:
                other = book.add_worksheet(hidden)
                other.write(0, 0, "作業用")
                other.hide()
            page = book.add_worksheet(sheet)
            page.activate()
            if hidden:
                page.set_first_sheet()
            merged = {(top, left) for top, left, _bottom, _right in self.merges}
            for top, left, bottom, right in self.merges:
                page.merge_range(top, left, bottom, right, self.cells.get((top, left), ""))
            for (row, column), value in self.cells.items():
                if (row, column) in merged:
                    continue
                if isinstance(value, str):
                    page.write_string(row, column, value)
                else:
                    page.write_number(row, column, value)
        return out.getvalue()


def wide_digits(text: str) -> str:
    return text.translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})


@st.composite
def numbers(draw: Any) -> tuple[Any, Answer]:
    """A cell as somebody types it, and what it says: a number in its plain form, a mark, or nothing."""
    sort = draw(st.sampled_from(["number", "number", "number", "number", "mark", "blank"]))
    if sort == "blank":
        return "", None
    if sort == "mark":
        printed = draw(st.sampled_from(sorted(MARKS)))
        return printed, f"[{MARKS[printed]}]"
    places = draw(st.integers(0, 2))
    value = Decimal(draw(st.integers(-3_000_000, 9_000_000))).scaleb(-places)
    # A whole number right under a head that reads as a year may belong to it: a person decides, no proposal.
    assume(not (value == value.to_integral_value() and 1000 <= value < 3000))
    style = draw(st.sampled_from(["number", "plain", "thousands", "wide", "triangle", "note", "unit"]))
    says = plain_decimal(value)
    if style == "number":
        return (int(value) if places == 0 else float(value)), says
    text = f"{value:,}" if style in {"thousands", "triangle", "note"} else f"{value}"
    if style == "triangle":
        text = text.replace("-", draw(st.sampled_from(["▲", "△", "−", "▲ "])))
    if style == "wide":
        text = wide_digits(text)
    if style == "note":
        text += draw(st.sampled_from(["*1)", "※", " 注2)", " 1)", "¹"]))
    return text, says


YEARS: list[tuple[str, int, datetime.date | None]] = [
    ("令和{era}年度", 0, None),
    ("R{era}", 0, None),
    ("{year}年度", 0, None),
    ("{year}年", 0, None),
    ("令和{era}（{year}）年度", 0, None),
    ("R{era}.4.1現在", 0, datetime.date(2000, 4, 1)),
    ("令和{era}年10月1日", 0, datetime.date(2000, 10, 1)),
    ("令和{era}年3月末", -1, datetime.date(2000, 3, 31)),
]


@st.composite
def years(draw: Any, most: int = 3) -> list[tuple[str, int, datetime.date | None]]:
    """Heads of consecutive years in one way of writing: text, fiscal year, day."""
    form, shift, day = draw(st.sampled_from(YEARS))
    start = draw(st.integers(2020, 2024))
    found = []
    for year in range(start, start + draw(st.integers(2, most))):
        text = form.format(era=year - 2018, year=year)
        found.append((text, year + shift, day.replace(year=year) if day else None))
    return found


@st.composite
def tables(draw: Any, *, can_merge: bool) -> Drawn:
    """A table and what it says."""
    table = Drawn()
    left, row = draw(st.integers(0, 2)), 0
    if draw(st.booleans()):
        table.put(0, left, "第1表　区別の状況（見本）")
        row = 1
        if draw(st.booleans()):
            table.put(1, left, "（令和6年4月1日現在）")
            row = 2
    row += draw(st.integers(0, 1))
    regions = draw(st.booleans())
    keys = [("地域", left)] if regions else []
    keys.append(("市区町村", left + len(keys)))
    shape = draw(st.sampled_from(["wide", "wide", "long"]))
    body = _wide if shape == "wide" else _long
    return body(draw, table, row, keys, can_merge)


def _members(draw: Any, keys: list[tuple[str, int]]) -> list[tuple[str, ...]]:
    cities = draw(st.lists(st.sampled_from(CITIES), min_size=2, max_size=5, unique=True))
    if len(keys) == 1:
        return [(city,) for city in cities]
    regions = sorted(draw(st.sampled_from(REGIONS)) for _ in cities)
    return list(zip(regions, cities, strict=True))


def _noted(draw: Any, text: str) -> str:
    return text + draw(st.sampled_from(["", "", "", "注1)", "(注)", "※", " *2"]))


def _put_keys(
    draw: Any,
    table: Drawn,
    first: int,
    keys: list[tuple[str, int]],
    rows: list[tuple[str, ...]],
    can_merge: bool,
) -> None:
    """Write the names of the rows; equal ones one below the other once, merged or with blanks."""
    for place, (_name, column) in enumerate(keys):
        start = 0
        repeat = draw(st.booleans()) or place == len(keys) - 1
        while start < len(rows):
            end = start
            while end + 1 < len(rows) and rows[end + 1][: place + 1] == rows[start][: place + 1]:
                end += 1
            if repeat:
                for index in range(start, end + 1):
                    table.put(first + index, column, rows[index][place])
            else:
                table.put(first + start, column, rows[start][place])
                if end > start and can_merge:
                    table.merges.append((first + start, column, first + end, column))
            start = end + 1


def _head_key(
    table: Drawn, top: int, bottom: int, column: int, name: str, can_merge: bool, low: bool
) -> None:
    if can_merge and bottom > top:
        table.put(top, column, name)
        table.merges.append((top, column, bottom, column))
    else:
        table.put(bottom if low else top, column, name)


def _wide(draw: Any, table: Drawn, top: int, keys: list[tuple[str, int]], can_merge: bool) -> Drawn:
    measures = draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=3, unique=True))
    height = draw(st.integers(1, 3))
    levels: list[list[tuple[str, Any]]]
    if height == 1:
        if draw(st.booleans()):
            levels = [[(text, (None, year, day)) for text, year, day in draw(years())]]
        else:
            levels = [[(one, (one, None, None)) for one in measures]]
    elif height == 2:
        first = [(one, (one, None, None)) for one in measures]
        second = [(text, (None, year, day)) for text, year, day in draw(years())]
        if draw(st.booleans()):
            categories = draw(st.lists(st.sampled_from(CATEGORIES), min_size=2, max_size=3, unique=True))
            second = [(one, (one, None, None)) for one in categories]
        levels = [first, second] if draw(st.booleans()) else [second, first]
        if len(levels[1]) < 2 and not can_merge:
            levels = [levels[1], levels[0]]
    else:
        groups = draw(st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2, unique=True))
        categories = draw(st.lists(st.sampled_from(CATEGORIES), min_size=2, max_size=2, unique=True))
        levels = [
            [(one, (one, None, None)) for one in groups],
            [(text, (None, year, day)) for text, year, day in draw(years(2))],
            [(one, (one, None, None)) for one in categories],
        ]
    bottom = top + height - 1
    low = draw(st.booleans())
    for name, column in keys:
        _head_key(table, top, bottom, column, name, can_merge, low)
    at = keys[-1][1] + 1
    columns = _put_head(draw, table, top, at, levels, can_merge)
    members = _members(draw, keys)
    _put_keys(draw, table, bottom + 1, keys, members, can_merge)
    for index, member in enumerate(members):
        filled = draw(st.integers(0, len(columns) - 1))
        for place, (measure, year, day) in enumerate(columns):
            typed, says = draw(numbers())
            if place == filled and says is None:
                typed, says = 7, "7"
            table.put(bottom + 1 + index, at + place, typed)
            table.says[tuple(_tidy(name) for name in member), measure, year, day] = says
    rows = bottom + 1 + len(members)
    end = _put_end(draw, table, rows, keys, at, len(columns))
    values: dict[str, ValueColumn] = {}
    for place, (measure, year, _day) in enumerate(columns):
        values.setdefault(measure, ValueColumn(name=measure, at=_letters(at + place), years=year is not None))
    table.layout = _layout(keys, [], top, bottom, tuple(values.values()), "wide", end, can_merge)
    return table


def _put_head(
    draw: Any, table: Drawn, top: int, at: int, levels: list[list[tuple[str, Any]]], can_merge: bool
) -> list[tuple[str, int | None, datetime.date | None]]:
    found: list[tuple[str, int | None, datetime.date | None]] = []

    def walk(level: int, column: int, names: list[str], year: int | None, day: Any) -> int:
        for text, (name, own_year, own_day) in levels[level]:
            inner = [*names, _tidy(name)] if name else names
            when = (own_year, own_day) if own_year is not None else (year, day)
            table.put(top + level, column, _noted(draw, text))
            if level + 1 == len(levels):
                found.append((" / ".join(inner) or "値", *when))
                column += 1
                continue
            after = walk(level + 1, column, inner, *when)
            if can_merge and after - column > 1:
                table.merges.append((top + level, column, top + level, after - 1))
            column = after
        return column

    walk(0, at, [], None, None)
    return found


def _long(draw: Any, table: Drawn, top: int, keys: list[tuple[str, int]], can_merge: bool) -> Drawn:
    year_first = draw(st.booleans())
    when, item = keys[-1][1] + 1, keys[-1][1] + 2
    at = item + 1
    table.put(top, when, "年度")
    table.put(top, item, "項目")
    table.put(top, at, _noted(draw, "値"))
    for name, column in keys:
        table.put(top, column, name)
    members = _members(draw, keys)
    items = draw(st.lists(st.sampled_from(MEASURES), min_size=1, max_size=3, unique=True))
    listed = draw(years())
    rows = [
        (member, year, one)
        for member in members
        for year in (listed if year_first else reversed(listed))
        for one in items
    ]
    _put_keys(draw, table, top + 1, keys, [member for member, _year, _item in rows], False)
    for index, (member, (text, year, day), one) in enumerate(rows):
        table.put(top + 1 + index, when, text)
        table.put(top + 1 + index, item, _noted(draw, one))
        typed, says = draw(numbers())
        if says is None:
            typed, says = 7, "7"
        table.put(top + 1 + index, at, typed)
        table.says[(*(_tidy(name) for name in member), one), "値", year, day] = says
    end = _put_end(draw, table, top + 1 + len(rows), keys, at, 1)
    more = [Key(name="年度", at=_letters(when), kind="year"), Key(name="項目", at=_letters(item))]
    values = (ValueColumn(name="値", at=_letters(at)),)
    table.layout = _layout(keys, more, top, top, values, "long", end, can_merge)
    return table


def _put_end(
    draw: Any, table: Drawn, row: int, keys: list[tuple[str, int]], at: int, width: int
) -> tuple[str, str]:
    """A row of totals, and what stands below: nothing, a blank row and notes, or notes at once."""
    if width > 1 and draw(st.booleans()):
        table.put(row, keys[0][1], "計")
        for place in range(width):
            table.put(row, at + place, 99_999)
        row += 1
    rule = draw(st.sampled_from(["sheet", "blank", "pattern"]))
    if rule == "blank":
        table.put(row + 1, keys[0][1], "資料：総務課（見本）")
        return "blank", ""
    if rule == "pattern":
        table.put(row, keys[0][1], "注1) 見本である。")
        table.put(row + 1, keys[0][1], "資料：総務課（見本）")
        return "pattern", "注*"
    return "sheet", ""


def _layout(
    keys: list[tuple[str, int]],
    more: list[Key],
    top: int,
    bottom: int,
    values: tuple[ValueColumn, ...],
    shape: Any,
    end: tuple[Any, str],
    can_merge: bool,
) -> Layout:
    return Layout(
        sheet="表1" if can_merge else "1",
        sheet_by="name" if can_merge else "place",
        head_first=top + 1,
        head_last=bottom + 1,
        spread="merged" if can_merge else "blank",
        keys=(*(Key(name=name, at=_letters(column)) for name, column in keys), *more),
        values=values,
        shape=shape,
        skip=("計",),
        end=end[0],
        end_pattern=end[1],
    )


def _letters(column: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]


def _tidy(text: str) -> str:
    return text.replace(" ", "")
