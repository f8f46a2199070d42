"""Arguments of the routes of imported statistics, for the permission matrix."""

from __future__ import annotations

from typing import Any

from jichi.city.models import City, Department
from jichi.figures.models import TableImport, TableSource
from jichi.figures.statistics.services import take_table

from .given import KEY, loader, placed, source, staged, year_2023, year_2024


def table_source(owner: Department | None) -> dict[str, Any]:
    """A table that ``owner`` takes in: one file taken, the next waiting."""
    City.objects.get_or_create(
        id=1, defaults={"code": "999991", "name": "見本市", "pack": "mihon", "is_sample": True}
    )
    if not TableImport.objects.exists():
        take_table(viewer=loader(), import_id=staged(loader(), placed(loader()), year_2023()).pk)
        staged(loader(), source(), year_2024(), 2024)
    TableSource.objects.update(department=owner)
    return {"key": KEY}


def table_file(owner: Department | None) -> dict[str, Any]:
    """The file that waits."""
    address = table_source(owner)
    return {**address, "pk": TableImport.objects.get(state="staged").pk}


def table_target(owner: Department | None) -> dict[str, Any]:
    """The place of the one figure."""
    address = table_source(owner)
    return {**address, "pk": source().targets.get().pk}


ADDRESSES = {
    "staff-table-source": table_source,
    "staff-table-edit": table_source,
    "staff-table-layout": table_source,
    "staff-table-target-new": table_source,
    "staff-table-target": table_target,
    "staff-table-upload": table_source,
    "staff-table-import": table_file,
    "staff-table-file": table_file,
    "staff-table-differences": table_file,
}
