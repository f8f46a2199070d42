"""A metric for tests that counts what a test puts into ``SEEN``: visits by project and ward."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from jichi.city import registry
from jichi.manifest import Cut, Figure, Metric, Room, Scope, StockFlow
from jichi.methods.tallies import Item, tally

SEEN: list[Item] = []

VISITS = Metric(
    key="sample.visits",
    title="Visits",
    unit="visits",
    definition="visits/1",
    counts="Visits",
    kind=StockFlow.FLOW,
    distinct=False,
    cuts=(Cut(key="project", title="Project"), Cut(key="ward", title="Ward", kept=True)),
    measure="tests.figures.counted:measure",
)


def measure(scope: Scope) -> Iterator[Figure]:
    """What ``SEEN`` holds, by the cuts asked for."""
    years = range(scope.first_year, scope.last_year + 1)
    for (year, members), cell in tally(SEEN, years=years, by=scope.by, distinct=False).items():
        yield Figure(
            metric=VISITS.key,
            value=Decimal(cell.count),
            unit="visits",
            decimals=0,
            period=(year, year),
            definition=VISITS.definition,
            rule_version="1",
            members=members,
            evidence_count=cell.count,
            evidence_digest=cell.digest,
        )


def visit(project: str, year: int, ward: str, times: int = 1) -> None:
    """Let the metric see ``times`` visits."""
    start = len(SEEN)
    SEEN.extend(
        Item(ident=str(start + n), year=year, members={"project": project, "ward": ward})
        for n in range(times)
    )


def install(monkeypatch: pytest.MonkeyPatch, *metrics: Any) -> None:
    """Declare the metric beside those of the rooms, with nothing seen."""
    SEEN.clear()
    room = Room(key="sample", title="Sample", metrics=metrics or (VISITS,))
    monkeypatch.setattr(registry, "_rooms", (*registry.rooms(), room))
