"""The finance system's file: budget or settlement lines, or which project bears which part of them.

Pure: a file becomes rows, and what is wrong with it becomes sentences with the line they are about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.figures.statistics.words import refused
from jichi.methods.tables.cells import text_of
from jichi.methods.tables.files import open_book
from jichi.methods.tables.grid import Grid, cell_name
from jichi.methods.tables.troubles import TableError

MOST_ROWS = 20_000
_NOTHING = {"", "-", "−", "—", "ー", "…"}
_AMOUNT = re.compile(r"[-−▲△]?\d+(\.0+)?")
_PER_CENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?")
_LARGEST = 10**15

HEADS: Mapping[str, tuple[str, ...]] = {
    "account": ("会計", "会計名", "account"),
    "code": ("科目コード", "予算科目", "款項目", "コード", "code"),
    "name": ("名称", "事業名", "科目名", "予算事業名", "name"),
    "department": ("所属", "所管課", "部署", "department"),
    "amount": ("金額", "予算額", "決算額", "事業費", "amount"),
    "national": ("国庫支出金", "国庫支出金等", "national"),
    "bonds": ("市債", "地方債", "bonds"),
    "other": ("その他特財", "その他特定財源", "その他", "other"),
    "general": ("一般財源", "general"),
    "project": ("事務事業コード", "事業コード", "project"),
    "percent": ("按分率", "割合", "按分", "percent"),
}
"""The names of the columns that are understood, by what they hold."""
SOURCES = ("national", "bonds", "other", "general")
LINE_COLUMNS, LINE_REQUIRED = (
    ("account", "code", "name", "department", "amount", *SOURCES),
    ("code", "name", "amount"),
)
SHARE_COLUMNS = SHARE_REQUIRED = ("account", "code", "project", "percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A budget or settlement line; amounts in yen, None where the cell is empty."""

    row: int
    account: str
    code: str
    name: str
    department: str
    amount: int
    sources: Mapping[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """Which per cent of a line a project bears."""

    row: int
    account: str
    code: str
    project: str
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that could not be taken: its line in the file, and why, with how to mend it."""

    row: int
    sentence: str


@dataclass(slots=True)
class Read:
    """What a file says."""

    rows: list[Any] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


class _Bad(Exception):
    """What is wrong with one cell, as a sentence."""


def read_lines(content: bytes, *, unit: int) -> Read:
    """The budget or settlement lines of a csv or workbook; amounts are given in ``unit`` yen (1 or 1000).

    Raises:
        Invalid: at ``file``, for a file that cannot be read or lacks a column.
    """
    seen: dict[tuple[str, str], int] = {}

    def line(number: int, cell: Callable[[str], str]) -> LineRow:
        account = _short(cell("account"), "account", 60)
        code = _short(_required(cell("code"), "code"), "code", 40)
        name = _required(cell("name"), "name")
        if (account, code) in seen:
            raise _Bad(
                _("The line %(code)s stands in row %(row)d already. Keep one of them.")
                % {"code": code, "row": seen[account, code]}
            )
        sources = {key: _amount(cell(key), key, unit) for key in SOURCES}
        amount = _amount(cell("amount"), "amount", unit)
        if amount is None:
            raise _Bad(_("The amount is empty. Write 0 if it is nothing."))
        known = [one for one in sources.values() if one is not None]
        if len(known) == len(SOURCES) and sum(known) != amount:
            text = _(
                "The sources add up to %(sum)s, the amount is %(amount)s. Correct the one that is wrong."
            )
            raise _Bad(text % {"sum": f"{sum(known):,}", "amount": f"{amount:,}"})
        seen[account, code] = number
        return LineRow(
            row=number,
            account=account,
            code=code,
            name=name[:200],
            department=cell("department")[:120],
            amount=amount,
            sources=sources,
        )

    return _read(content, LINE_COLUMNS, LINE_REQUIRED, line)


def read_shares(content: bytes) -> Read:
    """Which project bears which per cent of which line. Raises Invalid as :func:`read_lines`."""

    def share(number: int, cell: Callable[[str], str]) -> ShareRow:
        return ShareRow(
            row=number,
            account=cell("account"),
            code=_required(cell("code"), "code"),
            project=_required(cell("project"), "project"),
            percent=_percent(cell("percent")),
        )

    return _read(content, SHARE_COLUMNS, ("code", "project", "percent"), share)


def _read(
    content: bytes,
    columns: Sequence[str],
    required: Sequence[str],
    take: Callable[[int, Callable[[str], str]], Any],
) -> Read:
    try:
        grid = open_book(content).grid(0)
    except TableError as problem:
        raise refused(problem) from None
    head, places = _head(grid, columns, required)
    if grid.height - head - 1 > MOST_ROWS:
        raise Invalid({"file": [_("The file has more than %(most)d rows.") % {"most": MOST_ROWS}]})
    found = Read()
    for at in range(head + 1, grid.height):
        number = grid.line_of(at) or at + 1

        def cell(key: str, at: int = at) -> str:
            place = places.get(key)
            if place is None:
                return ""
            if (at, place) in grid.faults:
                raise _Bad(_("The cell %(cell)s holds an error.") % {"cell": cell_name(at, place)})
            return _plain(text_of(grid.at(at, place)))

        if not any(_plain(text_of(value)) for value in grid.rows[at]):
            continue
        try:
            found.rows.append(take(number, cell))
        except _Bad as problem:
            found.bad.append(BadRow(row=number, sentence=str(problem)))
    return found


def _head(grid: Grid, columns: Sequence[str], required: Sequence[str]) -> tuple[int, dict[str, int]]:
    """The row of the heads, among the first ten, and where each column stands."""
    names = {_plain(name): key for key in columns for name in HEADS[key]}
    best: tuple[int, dict[str, int]] = (0, {})
    for at in range(min(10, grid.height)):
        places: dict[str, int] = {}
        for place, value in enumerate(grid.rows[at]):
            key = names.get(_plain(text_of(value)).partition("(")[0].strip())
            if key is not None:
                places.setdefault(key, place)
        if len(places) > len(best[1]):
            best = at, places
    if missing := [HEADS[key][0] for key in required if key not in best[1]]:
        text = _("The file has no column %(names)s. The heads that are understood: %(known)s")
        known = _(", ").join(HEADS[key][0] for key in columns)
        raise Invalid({"file": [text % {"names": _(", ").join(missing), "known": known}]})
    return best


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _required(text: str, key: str) -> str:
    if not text:
        raise _Bad(_("The column %(name)s is empty.") % {"name": HEADS[key][0]})
    return text


def _short(text: str, key: str, most: int) -> str:
    """What a line is known by is never cut: two lines would become one."""
    if len(text) > most:
        words = {"name": HEADS[key][0], "most": most}
        raise _Bad(_("%(name)s: at most %(most)d characters.") % words)
    return text


def _amount(text: str, key: str, unit: int) -> int | None:
    plain = text.replace(",", "").replace("円", "")
    # "12千" in a file that is said to be in yen is told, never read as twelve yen.
    plain = (plain.replace("千", "") if unit == 1000 else plain).strip()
    if plain in _NOTHING:
        return None
    if not _AMOUNT.fullmatch(plain):
        raise _Bad(
            _("%(name)s: “%(text)s” is no whole amount. Write digits only, “-” where there is none.")
            % {"name": HEADS[key][0], "text": text[:40]}
        )
    amount = int(Decimal(re.sub("[−▲△]", "-", plain))) * unit
    if abs(amount) >= _LARGEST:
        raise _Bad(_("%(name)s: the amount is too large. Check the unit.") % {"name": HEADS[key][0]})
    return amount


def _percent(text: str) -> Decimal:
    plain = text.rstrip("%").strip()
    value = Decimal(plain) if _PER_CENT.fullmatch(plain) else Decimal(0)
    if not 0 < value <= 100:
        raise _Bad(
            _("“%(text)s” is no share. Write per cent: over 0, at most 100, with up to three decimals.")
            % {"text": text[:40]}
        )
    return value
