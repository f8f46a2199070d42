"""The two stages of a draw in one stratum: its clusters, and the people of a cluster. See :mod:`.draws`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .draws import Drawer, walk
from .plans import FirstStage, Plan
from .registers import Register

__all__ = ["Drawn", "Group", "People", "drawn_groups", "drawn_people", "in_reserve"]

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class People:
    """Eligible people of one cluster: keys with their rows and addresses."""

    rows: dict[str, int]
    addresses: dict[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """A cluster that was drawn, or a whole stratum, and how many of its people are to be."""

    stratum: str
    cluster: str
    people: People
    probability: Fraction
    certain: bool
    clusters_there: int
    wanted: int

    def available(self, plan: Plan) -> int:
        """How many can be drawn of it."""
        return len(set(self.people.addresses.values()) if plan.one_per_address else self.people.rows)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Somebody drawn, and the probability of that once the group is drawn."""

    key: str
    group: Group
    probability: Fraction


def drawn_groups(
    drawer: Drawer, plan: Plan, register: Register, stratum: str, clusters: Mapping[str, Rows]
) -> Iterator[Group]:
    """The clusters drawn in a stratum; without clusters the stratum itself.

    ``plan`` holds a number for each stratum; ``clusters`` are rows of eligible people by label.
    """
    numbers = plan.per_stratum
    n = numbers if isinstance(numbers, int) else numbers[stratum]
    if not register.has_clusters:
        yield Group(stratum, "", _people_of(register, clusters[""]), Fraction(1), False, 1, n)
        return
    labels = sorted(clusters)
    if plan.first_stage is FirstStage.LOTS:
        chosen = {name: Fraction(n, len(labels)) for name in drawer.lots(labels, n, "cluster", stratum)}
        certain: frozenset[str] = frozenset()
    else:
        sizes = [len(clusters[name]) if plan.first_stage is FirstStage.PPS else 1 for name in labels]
        walked = walk(drawer, sizes, n, "cluster-start", stratum)
        chosen = {labels[at]: p for at, p in zip(walked.places, walked.probabilities, strict=True)}
        certain = frozenset(labels[at] for at in walked.certain)
    for name in sorted(chosen):
        people = _people_of(register, clusters[name])
        group = Group(stratum, name, people, chosen[name], name in certain, len(labels), plan.take or 0)
        yield group if plan.take is not None else _whole(group, plan)


def _whole(group: Group, plan: Plan) -> Group:
    return Group(
        group.stratum,
        group.cluster,
        group.people,
        group.probability,
        group.certain,
        group.clusters_there,
        group.available(plan),
    )


def _people_of(register: Register, rows: Rows) -> People:
    keys = register.keys[rows].tolist()
    return People(
        rows=dict(zip(keys, rows.tolist(), strict=True)),
        addresses=dict(zip(keys, register.addresses.of(rows), strict=True)),
    )


def drawn_people(drawer: Drawer, plan: Plan, group: Group) -> list[Drawn]:
    """The people drawn of a group, all there are if fewer than wanted."""
    n = min(group.wanted, group.available(plan))
    where = (group.stratum, group.cluster)
    if plan.one_per_address:
        return _by_address(drawer, group, n)
    there = group.people.rows
    if plan.first_stage is FirstStage.SYSTEMATIC and group.cluster == "":
        keys = sorted(there)
        walked = walk(drawer, [1] * len(keys), n, "person-start", *where)
        chosen = [keys[at] for at in walked.places]
    else:
        chosen = drawer.lots(there, n, "person", *where)
    return [Drawn(key, group, Fraction(n, len(there))) for key in chosen]


def _by_address(drawer: Drawer, group: Group, n: int) -> list[Drawn]:
    where = (group.stratum, group.cluster)
    homes: dict[str, list[str]] = {}
    for key, address in group.people.addresses.items():
        homes.setdefault(address, []).append(key)
    addresses = drawer.ordered(homes, "address", *where)
    walked = walk(drawer, [len(homes[one]) for one in addresses], n, "address-start", *where)
    found = []
    for at, probability in zip(walked.places, walked.probabilities, strict=True):
        at_home = homes[addresses[at]]
        key = drawer.lots(at_home, 1, "person", *where)[0]
        found.append(Drawn(key, group, probability / len(at_home)))
    return found


def in_reserve(drawer: Drawer, plan: Plan, group: Group, chosen: Sequence[Drawn]) -> tuple[str, ...]:
    """Keys that are to take others' places, in their order; fewer than planned if there are no more."""
    taken = {one.key for one in chosen}
    others = [key for key in group.people.rows if key not in taken]
    ordered = drawer.ordered(others, "reserve", group.stratum, group.cluster)
    if not plan.one_per_address:
        return tuple(ordered[: plan.reserve])
    seen = {group.people.addresses[key] for key in taken}
    found: list[str] = []
    for key in ordered:
        address = group.people.addresses[key]
        if len(found) < plan.reserve and address not in seen:
            seen.add(address)
            found.append(key)
    return tuple(found)
