"""A value set for the purpose counts in place of the plan's current one, from the next grading on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.evaluation.models import StartValue
from jichi.evaluation.services.grading import grade_cycle, set_start_value
from jichi.manifest import Role

from .planned import cycle, indicator, newest, plan, result, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def graded(city: Any, planning_officer: Viewer) -> Any:
    made = plan()
    placed = indicator(made, "hiroi")
    result(placed, 2025, "15.0")
    row = cycle(made, version_of("kawasaki"))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert newest(row, placed).grade == "c"
    return row, placed


def put(viewer: Viewer, placed: Any, **changes: Any) -> StartValue:
    facts = {
        "value": Decimal("14.0"),
        "fiscal_year": 2021,
        "reason": "集計の誤りを除いた値（見本）",
        "revision": 0,
    }
    series = placed.indicator.series.get()
    return set_start_value(viewer=viewer, placement_id=placed.pk, series_id=series.pk, **{**facts, **changes})


def test_it_counts_from_the_next_grading_and_is_said(graded: Any, planning_officer: Viewer) -> None:
    row, placed = graded
    put(planning_officer, placed)
    assert newest(row, placed).grade == "c"
    grade_cycle(viewer=planning_officer, cycle_id=row.pk, reason="個別設定値による")
    grade = newest(row, placed)
    # b: not below the start, which is 14.0 now and not the plan's 16.9.
    assert (grade.grade, grade.case["start"]) == ("b", "14.0")
    assert [one["why"] for one in grade.beside["flags"] if one["code"] == "start_set"] == [
        "集計の誤りを除いた値（見本）"
    ]
    put(planning_officer, placed, value=None, revision=1)
    grade_cycle(viewer=planning_officer, cycle_id=row.pk, reason="計画の現状値に戻す")
    assert newest(row, placed).grade == "c"


@pytest.mark.parametrize(
    ("place", "changes"), [("reason", {"reason": " "}), ("fiscal_year", {"fiscal_year": 2026})]
)
def test_it_has_a_reason_and_a_year(graded: Any, planning_officer: Viewer, place: str, changes: Any) -> None:
    with pytest.raises(Invalid) as refused:
        put(planning_officer, graded[1], **changes)
    assert list(refused.value.messages) == [place]


def test_two_at_once_who_may_and_that_it_stays(graded: Any, planning_officer: Viewer, viewer_as: Any) -> None:
    put(planning_officer, graded[1])
    with pytest.raises(Conflict):
        put(planning_officer, graded[1])
    with pytest.raises(NotAllowed):
        put(viewer_as(Role.AUDITOR), graded[1], revision=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        StartValue.objects.update(value=1)


def test_the_page(graded: Any, client_as: Any) -> None:
    row, placed = graded
    client = client_as(Role.PLANNING_OFFICER)
    series = placed.indicator.series.get().pk
    address = reverse("staff-evaluation-start-value", args=[row.pk, placed.pk, series])
    assert address in client.get(reverse("staff-evaluation-grades", args=[row.pk])).content.decode()
    assert client.post(address, {"value": "14", "fiscal_year": 2021, "revision": 0}).status_code == 422
    facts = {"value": "14", "fiscal_year": 2021, "reason": "見本", "revision": 0}
    assert client.post(address, facts).status_code == 302
    assert client.post(address, facts).status_code == 409
    other = reverse("staff-evaluation-start-value", args=[row.pk, placed.pk, series + 99])
    assert client.get(other).status_code == 404
