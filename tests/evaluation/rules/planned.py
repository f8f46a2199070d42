"""A small plan with indicators and results, made row by row, and a cycle that judges one of its years."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.pack import Pack
from jichi.city.viewers import system_viewer
from jichi.evaluation.enums import CycleKind, CycleState
from jichi.evaluation.models import Cycle, Grade, RuleSetVersion
from jichi.evaluation.services.rules import load_rules
from jichi.figures.models import Definition, Evidence, Observation
from jichi.plan.models import Indicator, Level, Node, Placement, Plan, Point, Series

from .files import raw

ACTOR = uuid.UUID(int=7)


def loader() -> Viewer:
    return system_viewer("pack-loader")


def loaded(data: Any) -> int:
    return load_rules(viewer=loader(), pack=Pack.open("mihon"), data=data)


def version_of(name: str, number: int = 1) -> RuleSetVersion:
    """The version as the pack brings it."""
    loaded(raw(name))
    return RuleSetVersion.objects.select_related("rule_set").get(rule_set__key=name, number=number)


def plan(first: int = 2022, last: int = 2025, key: str = "kei") -> Plan:
    made = Plan.objects.create(
        key=key,
        name="見本の計画",
        first_year=first,
        last_year=last,
        adopted_on=datetime.date(first, 3, 1),
        published_at=timezone.now(),
    )
    level = Level.objects.create(plan=made, depth=0, key="measure", name="施策", kind="branch")
    Node.objects.create(plan=made, level=level, code="1", order=1, name="つながりの施策")
    return made


def indicator(
    made: Plan,
    key: str,
    *,
    start: str | None = "16.9",
    start_year: int = 2021,
    targets: dict[int, str] | None = None,
    comparator: str = "ge",
    unit: str = "%",
    decimals: int = 1,
    kind: str = "outcome",
    series: tuple[str, ...] = ("",),
) -> Placement:
    """An indicator of the plan's measure; ``targets`` by year, by default 25 in the plan's last."""
    node = made.nodes.get()
    row = Indicator.objects.create(key=key, name=f"指標{key}", kind=kind, unit=unit, decimals=decimals)
    placed = Placement.objects.create(
        node=node, indicator=row, order=node.placements.count() + 1, comparator=comparator
    )
    for order, name in enumerate(series, start=1):
        line = Series.objects.create(indicator=row, key=name, name=name, order=order)
        if start is not None:
            Point.objects.create(
                series=line,
                plan=made,
                role="current",
                fiscal_year=start_year,
                value=Decimal(start),
                decimals=1,
            )
            Point.objects.create(
                series=line, plan=made, role="baseline", fiscal_year=2015, value=Decimal("19.8"), decimals=1
            )
        for year, value in ({made.last_year: "25"} if targets is None else targets).items():
            Point.objects.create(
                series=line,
                plan=made,
                role="target",
                fiscal_year=year,
                value=Decimal(value),
                comparator=comparator,
            )
    return placed


def line_of(placed: Placement, name: str = "") -> Series:
    return placed.indicator.series.get(key=name)


def define(placed: Placement, *codes: tuple[str, int | None], name: str = "") -> None:
    for order, (code, first) in enumerate(codes, start=1):
        Definition.objects.create(
            series=line_of(placed, name),
            code=code,
            order=order,
            first_year=first,
            counts="数えるもの",
            break_reason="" if order == 1 else "数え方が変わった",
        )


def result(placed: Placement, year: int, value: str | None, name: str = "", **more: Any) -> Observation:
    evidence = Evidence.objects.get_or_create(title="見本の記録")[0]
    row = {
        "decimals": placed.indicator.decimals,
        "unit": placed.indicator.unit,
        "source_kind": "register",
        "entered_by": ACTOR,
        "published_at": timezone.now(),
        "note": "" if value is not None else "調査を行わなかった",
        "reason": "直した" if more.get("revision", 1) > 1 else "",
    } | more
    return Observation.objects.create(
        series=line_of(placed, name),
        fiscal_year=year,
        value=None if value is None else Decimal(value),
        evidence=evidence,
        **row,
    )


def survey(placed: Placement, year: int, value: str | None, n: int = 1400, **more: Any) -> Observation:
    """A wave of a probability sample, its interval as a full import would write it."""
    told: dict[str, Any] = {"source_kind": "probability_survey", "n": n if value else None}
    if value is not None:
        half = Decimal("2.5")
        told |= {
            "interval_low": Decimal(value) - half,
            "interval_high": Decimal(value) + half,
            "interval_method": "wilson/95/srs",
        }
    return result(placed, year, value, **(told | more))


def cycle(
    made: Plan,
    rule: RuleSetVersion | None,
    *,
    year: int = 2025,
    kind: str = CycleKind.YEARLY,
    state: str = CycleState.OPEN,
) -> Cycle:
    due = datetime.date(year + 1, 6, 1)
    return Cycle.objects.create(
        plan=made,
        fiscal_year=year,
        kind=kind,
        title=f"{year}年度の評価",
        state=state,
        rule=rule,
        due_department=due,
        due_section=due,
        due_bureau=due,
        due_planning=due,
        opened_at=None if state == CycleState.PREPARING else timezone.now(),
        created_by=ACTOR,
    )


def publish(row: Cycle, public_from: datetime.datetime | None = None) -> None:
    Cycle.objects.filter(pk=row.pk, published_at=None).update(
        state=CycleState.PUBLISHED, published_at=timezone.now()
    )
    Cycle.objects.filter(pk=row.pk).update(public_from=timezone.now() if public_from is None else public_from)


def newest(row: Cycle, placed: Placement, name: str = "") -> Grade:
    return Grade.objects.filter(cycle=row, placement=placed, series__key=name).order_by("-revision")[0]
