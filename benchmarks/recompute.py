"""How long, and with how much memory, 600 projects x 5 years x 7 wards are counted anew.

    python -m benchmarks.recompute [sqlite] [postgres]

Each database gets a process and a scratch place of its own. SQLite runs as an installation does (WAL,
synchronous=FULL); PostgreSQL comes from its wheel, as in the tests, without fsync. Counted twice: all new,
and after one value in a hundred changed. Printed are the time, the time of the processor, for how long the
write lock was held (95 of 100 times at most, and the longest), and the peak of memory.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import resource
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path[:0] = [
    str(Path(__file__).resolve().parent.parent / "src"),
    str(Path(__file__).resolve().parent.parent),
]

from tests import databases  # noqa: E402

PROJECTS, YEARS, WARDS = 600, range(2022, 2027), [f"ward-{n}" for n in range(1, 8)]
SEEN: dict[tuple[str, int, str], int] = {}


def _code(number: int) -> str:
    return f"1-1-{number:03d}"


def measure(scope: Any) -> Iterator[Any]:
    """What ``SEEN`` holds, by project, or by project and ward."""
    from jichi.manifest import Figure

    for number in range(1, PROJECTS + 1):
        for year in range(scope.first_year, scope.last_year + 1):
            parts = {ward: SEEN[_code(number), year, ward] for ward in WARDS}
            wards = {"": sum(parts.values()), **parts} if "ward" in scope.by else {"": sum(parts.values())}
            for ward, count in wards.items():
                told = f"{number} {year} {ward} {count}".encode()
                yield Figure(
                    metric="bench.visits",
                    value=Decimal(count),
                    unit="visits",
                    decimals=0,
                    period=(year, year),
                    definition="visits/1",
                    members=(_code(number), ward) if "ward" in scope.by else (_code(number),),
                    evidence_count=count,
                    evidence_digest=hashlib.sha256(told).hexdigest(),
                )


def _declare() -> None:
    from jichi.city import registry
    from jichi.manifest import Cut, Metric, Room, StockFlow

    metric = Metric(
        key="bench.visits",
        title="Visits",
        unit="visits",
        definition="visits/1",
        counts="Visits",
        kind=StockFlow.FLOW,
        distinct=False,
        cuts=(Cut(key="project", title="Project"), Cut(key="ward", title="Ward", kept=True)),
        measure=f"{__name__}:measure",
    )
    registry.install((*registry.rooms(), Room(key="bench", title="Bench", metrics=(metric,))))


def _fill() -> None:
    """A plan of one measure with 600 projects, each with a yearly number bound to its cell of the metric."""
    from jichi.city.models import City
    from jichi.figures.models import Binding
    from jichi.plan.models import Level, Node, Plan, ProjectFigure

    City.objects.create(id=1, code="999991", name="見本市", pack="mihon", is_sample=True)
    plan = Plan.objects.create(key="bench", name="計画", first_year=2022, last_year=2026)
    branch = Level.objects.create(plan=plan, depth=0, key="measure", name="施策", kind="branch")
    level = Level.objects.create(plan=plan, depth=1, key="project", name="事務事業", kind="project")
    top = Node.objects.create(plan=plan, level=branch, code="1-1", order=1, name="施策")
    nodes = Node.objects.bulk_create(
        Node(plan=plan, level=level, parent=top, code=_code(n), order=n, name=f"事業{n}")
        for n in range(1, PROJECTS + 1)
    )
    figures = ProjectFigure.objects.bulk_create(
        ProjectFigure(project=node, order=1, name="利用者数", unit="人") for node in nodes
    )
    day = datetime.date(2022, 4, 1)
    Binding.objects.bulk_create(
        Binding(
            project_figure=figure,
            number=1,
            source_kind="register",
            via="metric",
            source_key=f"bench.visits/project={node.code}",
            valid_from=day,
            decided_on=day,
            decision="測定のため",
            decided_by=uuid.uuid4(),
        )
        for node, figure in zip(nodes, figures, strict=True)
    )


def _watch_lock() -> list[float]:
    """The times for which writing transactions were open, from the first statement to the commit."""
    from jichi.figures.services import recompute

    held: list[float] = []
    plain = recompute.act

    class Watched:
        def __init__(self, *args: Any) -> None:
            self.inner = plain(*args)

        def __enter__(self) -> Any:
            self.started = time.perf_counter()
            return self.inner.__enter__()

        def __exit__(self, *error: Any) -> Any:
            done = self.inner.__exit__(*error)
            held.append(time.perf_counter() - self.started)
            return done

    recompute.act = Watched  # type: ignore[assignment]
    return held


def _run(name: str) -> None:
    os.environ["JICHI_TEST_DATABASE"] = name
    databases.prepare()
    import django
    from django.utils import timezone

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _declare()
    from jichi.city.viewers import system_viewer
    from jichi.figures.models import Cell, Observation
    from jichi.figures.services.recompute import recompute

    _fill()
    for number in range(1, PROJECTS + 1):
        for year in YEARS:
            for place, ward in enumerate(WARDS):
                # Some wards are so small that their cells are hidden, and others with them.
                SEEN[_code(number), year, ward] = (number * 7 + year * 3 + place * place * 11) % 97
    held = _watch_lock()
    viewer = system_viewer("worker")

    def count(title: str) -> None:
        held.clear()
        started, worked = time.perf_counter(), time.process_time()
        done = recompute(
            viewer=viewer, metric="bench.visits", first_year=YEARS[0], last_year=YEARS[-1], reason="測定"
        )
        seconds, processor = time.perf_counter() - started, time.process_time() - worked
        held.sort()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{name:9} {title:12} {seconds:6.1f} s  processor {processor:5.1f} s  lock"
            f" {held[len(held) * 95 // 100] * 1000:4.0f}/{held[-1] * 1000:4.0f} ms  {peak:4.0f} MB"
            f"  {done.entered} new, {done.corrected} corrected, {done.unchanged} unchanged",
            flush=True,
        )

    count("all new")
    Observation.objects.update(published_at=timezone.now())
    for place, key in enumerate(sorted(SEEN)):
        if place % (100 * len(WARDS)) == 0:
            SEEN[key] += 40
    count("1 % changed")
    hidden = Cell.objects.exclude(state="shown").count()
    print(f"{name:9} {Cell.objects.count()} cells kept, {hidden} of them hidden", flush=True)


if __name__ == "__main__":
    if os.environ.get("JICHI_BENCHMARK_CHILD"):
        _run(sys.argv[1])
    else:
        for database in sys.argv[1:] or ["sqlite", "postgres"]:
            subprocess.run(
                [sys.executable, "-m", "benchmarks.recompute", database],
                check=True,
                env={**os.environ, "JICHI_BENCHMARK_CHILD": "1"},
            )
