"""Counting rows into the cells of a breakdown, each cell with the identity of what it counted."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

TOTAL = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is counted: its identity, the fiscal year it counts in, its member of each cut."""

    ident: str
    year: int
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """A cell: how many, and the digest (SHA-256) of their identities: equal for the same things."""

    count: int
    digest: str


def tally(
    items: Iterable[Item], *, years: Sequence[int], by: Sequence[str] = (), distinct: bool = True
) -> dict[tuple[int, tuple[str, ...]], Tally]:
    """Count ``items`` by year and by every combination of the cuts ``by`` and their totals (member ``""``).

    Years without any item have a total of none. ``distinct``: an identity counts once in a cell, otherwise as
    often as it comes. An item without a member of a cut counts in the totals over that cut only.
    """
    cells: dict[tuple[int, tuple[str, ...]], list[str]] = defaultdict(list)
    for year in years:
        cells[(year, (TOTAL,) * len(by))] = []
    wanted = set(years)
    for item in items:
        if item.year in wanted:
            choices = [dict.fromkeys((TOTAL, item.members.get(cut, TOTAL))) for cut in by]
            for members in product(*choices):
                cells[(item.year, members)].append(item.ident)
    return {key: _tally(set(idents) if distinct else idents) for key, idents in sorted(cells.items())}


def _tally(idents: Iterable[str]) -> Tally:
    listed = sorted(idents)
    return Tally(len(listed), digest_of(listed))


def digest_of(idents: Sequence[str]) -> str:
    """The SHA-256 of a sorted list of identities."""
    return hashlib.sha256(json.dumps(list(idents), ensure_ascii=False).encode()).hexdigest()
