"""Offices as a tree: what stands above an office, and which is its bureau."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jichi.city.models import Department

Offices = Mapping[int, Department]


def with_all_above(offices: Offices, pk: int) -> Iterator[int]:
    """The office, the one it stands below (or its ward's office), and so on to the top."""
    seen: set[int] = set()
    current: int | None = pk
    while current is not None and current not in seen and current in offices:
        yield current
        seen.add(current)
        office = offices[current]
        current = office.parent_id or _ward_office(offices, office)


def bureau_of(offices: Offices, pk: int) -> int:
    """The office at the top above ``pk``; itself where nothing stands above it."""
    return list(with_all_above(offices, pk))[-1]


def _ward_office(offices: Offices, office: Department) -> int | None:
    if office.ward_id is None or office.kind == Department.Kind.WARD_OFFICE:
        return None
    return next(
        (
            one.pk
            for one in offices.values()
            if one.kind == Department.Kind.WARD_OFFICE and one.ward_id == office.ward_id
        ),
        None,
    )
