"""A table of a made-up prefecture, its source and the figure bound to it: what tests of imports begin with."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.figures.models import Binding, TableImport, TableSource
from jichi.figures.services import add_definition, decide_binding
from jichi.figures.statistics.services import create_source, map_table, save_target, stage_table
from jichi.methods.tables.files import open_book
from jichi.methods.tables.proposing import propose
from jichi.plan.models import Plan, Series
from tests.plan.rich import applied

KEY = "kenkyo"
CITIES = ("見本市", "隣町", "遠山村")
HEAD = ("市区町村", "加入世帯数（世帯）", "加入率（%）")


def table(
    *rows: Sequence[Any], head: Sequence[str] = HEAD, above: Sequence[str] = ("第1表　町内会の状況",)
) -> bytes:
    """A csv: what stands above, the head, the rows."""
    lines = [list(line.split(",")) for line in above] + [list(head), *(list(row) for row in rows)]
    return "\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode("cp932")


def year_2023() -> bytes:
    return table(("見本市", "41,200", "59.4"), ("隣町", "3,100", "71.0"), ("遠山村", "x", "-"))


def year_2024() -> bytes:
    return table(("見本市", "40,900", "58.8"), ("隣町", "3,080", "70.1"), ("北町", "…", "66.6"))


def loader() -> Any:
    return system_viewer("pack-loader")


def series() -> Series:
    if not Plan.objects.filter(key="mihon-1").exists():
        applied()
    return Series.objects.get(indicator__key="kanyu")


def source(department: Department | None = None, key: str = KEY) -> TableSource:
    """The source, made when first asked for."""
    known = TableSource.objects.filter(key=key).first()
    if known is not None:
        if department is not None:
            TableSource.objects.filter(pk=known.pk).update(department=department)
        return TableSource.objects.get(pk=known.pk)
    return create_source(
        viewer=loader(), key=key, title="町内会の状況（見本）", publisher="見本県", department=department
    )


def bind(to: str = KEY, subject: Series | None = None, definition: str = "1") -> Binding:
    """The figure comes from this table from now on."""
    return decide_binding(
        viewer=loader(),
        series=subject or series(),
        valid_from=datetime.date(2022, 4, 1),
        decided_on=datetime.date(2022, 4, 1),
        decision="見本の決定",
        source_kind="outside_statistics",
        via="table",
        source_key=to,
        definition=definition,
        due_month=9,
        due_day=30,
        due_years=1,
        first_year=2023,
    )


def define(code: str, *, first_year: int | None = None, reason: str = "") -> None:
    add_definition(
        viewer=loader(),
        series=series(),
        code=code,
        counts=f"定義{code}",
        first_year=first_year,
        break_reason=reason,
    )


def mapped(viewer: Any, department: Department | None = None, content: bytes | None = None) -> TableSource:
    """The source with the layout proposed for its first file, confirmed."""
    one = source(department)
    if one.mappings.exists():
        return one
    layout = propose(open_book(content or year_2023())).as_json()
    map_table(viewer=viewer, source=one, version=one.version, layout=layout)
    return source(department)


def placed(viewer: Any, department: Department | None = None, **more: Any) -> TableSource:
    """The source with the figure's place."""
    one = mapped(viewer, department)
    facts = {
        "series": series(),
        "select": {"市区町村": "見本市"},
        "column": "加入率",
        "decimals": 1,
        "quantity": "rate",
        **more,
    }
    save_target(viewer=viewer, source=one, version=one.version, **facts)
    return source(department)


def staged(viewer: Any, one: TableSource, content: bytes, year: int = 2023, **more: Any) -> TableImport:
    return stage_table(
        viewer=viewer, source=one, filename=f"hyo{year}.csv", content=content, fiscal_year=year, **more
    )


def rate(text: str) -> Decimal:
    return Decimal(text)
