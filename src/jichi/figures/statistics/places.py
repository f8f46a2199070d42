"""Where in a table each figure stands, and what differs from the table before: kept with the import."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jichi.methods.tables.cells import Fault, Mark
from jichi.methods.tables.differences import Difference, compare
from jichi.methods.tables.reading import Place, Table, day_wanted, places_of, printed
from jichi.methods.tables.troubles import Severity, TableError

MOST_LISTED = 500
"""Differences are kept up to this number; those that touch a figure all."""

DAY = "@day"
"""Among the selected names: the day of the year (``03-31``) where a year has numbers of several days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The place of one figure, as a target says it."""

    target: int
    select: Mapping[str, str]
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A number of a figure as it stands in the table. ``sort`` is number, mark, blank or fault.

    ``problem`` says why there is none: ``lost`` (no such place) or ``several`` (more than one for a year).
    """

    target: int
    cell: str = ""
    keys: tuple[str, ...] = ()
    column: str = ""
    year: int | None = None
    as_of: datetime.date | None = None
    period: str = ""
    sort: str = "number"
    text: str = ""
    unit: str = ""
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """The stand as plain data."""
        return {
            "target": self.target,
            "cell": self.cell,
            "keys": list(self.keys),
            "column": self.column,
            "year": self.year,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "period": self.period,
            "sort": self.sort,
            "text": self.text,
            "unit": self.unit,
            "problem": self.problem,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Stand:
        """What :meth:`as_json` gave."""
        day = data["as_of"]
        return cls(
            **{
                **data,
                "keys": tuple(data["keys"]),
                "as_of": datetime.date.fromisoformat(day) if day else None,
            }
        )


def stands_of(table: Table, wanted: Iterable[Wanted], own_year: int) -> list[Stand]:
    """Every number of every wanted figure; ``own_year`` is the year of numbers that have none themselves."""
    found: list[Stand] = []
    for one in wanted:
        try:
            places = day_wanted(places_of(table, one.select, one.column), str(one.select.get(DAY, "")))
        except TableError:
            places = []
        found += _stands(one, places, own_year)
    return found


def _stands(wanted: Wanted, places: Sequence[Place], own_year: int) -> list[Stand]:
    if not places:
        return [Stand(target=wanted.target, column=wanted.column, problem="lost")]
    by_year: dict[int, list[Place]] = {}
    for place in places:
        by_year.setdefault(place.period.year if place.period else own_year, []).append(place)
    found = []
    for year, listed in sorted(by_year.items()):
        place = listed[0]
        several = len(listed) > 1
        cell = place.cell
        sort = "blank" if cell is None else "number"
        if isinstance(cell, Mark | Fault):
            sort = "mark" if isinstance(cell, Mark) else "fault"
        found.append(
            Stand(
                target=wanted.target,
                cell=", ".join(one.address for one in listed[:4]),
                keys=place.row.keys,
                column=place.column.name if place.column.period else place.column.measure,
                year=year,
                as_of=place.period.as_of if place.period else None,
                period=place.period.kind if place.period else "",
                sort=sort,
                text=printed(cell),
                unit=place.column.unit,
                problem="several" if several else "",
            )
        )
    return found


@dataclass(slots=True)
class Change:
    """What differs from the table before: counts by kind, those kept, how many were left out of the list."""

    counts: dict[str, int] = field(default_factory=dict)
    listed: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0


def change_of(old: Table, old_year: int, new: Table, new_year: int, wanted: Sequence[Wanted]) -> Change:
    """The differences worth keeping: all that touch a figure, then the others up to a number."""
    whole = compare(old, old_year, new, new_year)
    touching: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for one in whole.listed:
        targets = [want.target for want in wanted if _touches(one, want, new.keys if one.new else old.keys)]
        (touching if targets else others).append(_as_json(one, targets))
    # What the publisher changed in years published before comes first: it is what nobody expects.
    order = {"revised": 0, "gone": 1, "added": 2, "next": 3}
    others.sort(key=lambda item: order[item["kind"]])
    kept = others[: max(0, MOST_LISTED - len(touching))]
    return Change(whole.counts(), touching + kept, len(others) - len(kept))


def _touches(one: Difference, wanted: Wanted, names: Sequence[str]) -> bool:
    if one.measure != wanted.column:
        return False
    said = dict(zip(names, one.keys, strict=True))
    return all(said.get(name) == text for name, text in wanted.select.items() if not name.startswith("@"))


def _as_json(one: Difference, targets: list[int]) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "keys": list(one.keys),
        "column": one.measure,
        "year": one.year,
        "year_before": one.year_before,
        "old": one.old,
        "new": one.new,
        "cell": one.address,
        "targets": targets,
    }


def stops(problems: Iterable[Mapping[str, Any]]) -> bool:
    """Whether among stored problems is one by which nothing can be taken in."""
    return any(problem["severity"] == Severity.STOP for problem in problems)
