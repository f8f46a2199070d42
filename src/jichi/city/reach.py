"""How far a grant for a department carries on a given day. Pure: it works on ids and needs no rows.

Work follows the office. Departments are joined, split and renamed; rows keep the department they were made
under. Therefore each department is followed to whoever holds its work on the day (its successors, theirs, and
so on), and a grant covers a department when that holder is, or stands below, a holder of the granted one.
So the officers of an office that was renamed keep their work, those of the new office see the old rows, and a
section that moved to another bureau leaves the reach of its former bureau.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A department as reach sees it: the one it stands below, its ward, and whether it is a ward's office."""

    id: int
    parent: int | None = None
    ward: int | None = None
    is_ward_office: bool = False


class Offices:
    """The departments and the successions in force on one day."""

    def __init__(self, offices: Iterable[Office], successions: Iterable[tuple[int, int]]) -> None:
        self._offices: Mapping[int, Office] = {office.id: office for office in offices}
        self._successors: dict[int, list[int]] = {}
        for predecessor, successor in successions:
            self._successors.setdefault(predecessor, []).append(successor)
        self._ward_offices: dict[int, list[int]] = {}
        for office in self._offices.values():
            if office.is_ward_office and office.ward is not None:
                self._ward_offices.setdefault(office.ward, []).append(office.id)

    def holders(self, department: int) -> frozenset[int]:
        """Who holds the department's work: itself, or those who took it over, however often it moved."""
        found: set[int] = set()
        seen: set[int] = set()
        waiting = [department]
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            following = self._successors.get(current)
            if following:
                waiting += following
            else:
                found.add(current)
        return frozenset(found)

    def _above(self, department: int) -> Iterable[int]:
        office = self._offices.get(department)
        if office is None:
            return ()
        above = [] if office.parent is None else [office.parent]
        if office.ward is not None and not office.is_ward_office:
            above += self._ward_offices.get(office.ward, [])
        return above

    def _with_all_above(self, department: int) -> frozenset[int]:
        seen: set[int] = set()
        waiting = list(self.holders(department))
        while waiting:
            current = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            for above in self._above(current):
                waiting += self.holders(above)
        return frozenset(seen)

    def covered_by(self, granted: int) -> frozenset[int]:
        """The departments whose things a grant for ``granted`` reaches; itself always among them."""
        holders = self.holders(granted)
        reached = {one for one in self._offices if holders & self._with_all_above(one)}
        return frozenset(reached | {granted})
