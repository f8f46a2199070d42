"""Offices as a tree: which bureau an office belongs to, and which offices a request can be handed on to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jichi.city.models import Department


@dataclass(frozen=True, slots=True)
class Placed:
    """An office at its depth below its bureau (0: the bureau itself)."""

    office: Department
    depth: int


def exists_on(office: Department, day: datetime.date) -> bool:
    """Whether the office exists on the day; days that are not known do not speak against it."""
    return (office.valid_from is None or office.valid_from <= day) and (
        office.valid_to is None or day <= office.valid_to
    )


def bureau_of(offices: Mapping[int, Department], pk: int) -> int:
    """The office at the top above ``pk``, or its ward's office; itself where there is none."""
    seen: set[int] = set()
    current = pk
    while current not in seen and current in offices:
        seen.add(current)
        above = offices[current].parent_id or _ward_office(offices, offices[current])
        if above is None or above not in offices:
            return current
        current = above
    return current


def _ward_office(offices: Mapping[int, Department], office: Department) -> int | None:
    if office.ward_id is None or office.kind == Department.Kind.WARD_OFFICE:
        return None
    for one in offices.values():
        if one.kind == Department.Kind.WARD_OFFICE and one.ward_id == office.ward_id:
            return one.pk
    return None


def offices_within(offices: Iterable[Department], asked: int, day: datetime.date) -> frozenset[int]:
    """The offices of the bureau of the one asked that exist on the day, itself among them."""
    known = {one.pk: one for one in offices}
    bureau = bureau_of(known, asked)
    return frozenset(
        pk for pk, one in known.items() if exists_on(one, day) and bureau_of(known, pk) == bureau
    )


def by_bureau(offices: Iterable[Department]) -> Iterator[tuple[Department, list[Placed]]]:
    """Each bureau with its offices (itself first), in the order given, those below behind the one above."""
    known = {one.pk: one for one in offices}
    below: dict[int, list[Department]] = {}
    tops = []
    for one in known.values():
        above = one.parent_id or _ward_office(known, one)
        if above is None or above not in known:
            tops.append(one)
        else:
            below.setdefault(above, []).append(one)
    for top in tops:
        yield top, list(_walk(top, below, 0))


def _walk(office: Department, below: Mapping[int, list[Department]], depth: int) -> Iterator[Placed]:
    yield Placed(office, depth)
    for one in below.get(office.pk, ()):
        yield from _walk(one, below, depth + 1)
