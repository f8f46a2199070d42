"""Staff pages of where a figure comes from: decisions are added, never changed, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest

from jichi.figures.models import Binding, Definition
from jichi.figures.services.bindings import add_definition
from jichi.manifest import Role
from jichi.plan.models import Series
from tests.plan.rich import applied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def plan(db: None) -> Any:
    return applied()


def series() -> Series:
    return Series.objects.get(indicator__key="kanyu")


def address(rest: str = "source/") -> str:
    return f"/staff/figures/series/{series().pk}/{rest}"


DECISION = {
    "source_kind": "departments",
    "via": "entry",
    "source_key": "",
    "definition": "1",
    "due_month": "６",
    "due_day": "30",
    "due_years": "1",
    "every_years": "1",
    "collected_by": "町内会からの届け",
    "how": "",
    "traps": "4月1日現在の世帯数",
    "valid_from": "令和4年4月1日",
    "decided_on": "2022-03-20",
    "decision": "企画課決定",
}


def test_a_planning_officer_decides_and_everybody_with_a_role_can_read_the_decision(client_as, department):
    client = client_as(Role.PLANNING_OFFICER)
    answer = client.post(address("source/decide/"), DECISION | {"due_month": "6"})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    row = Binding.objects.get()
    assert (row.number, row.source_kind, row.valid_from.isoformat()) == (1, "departments", "2022-04-01")
    assert row.texts["traps"] == {"ja": "4月1日現在の世帯数"}
    page = client_as(Role.AUDITOR).get(address()).content.decode()
    assert "企画課決定" in page and "4月1日現在の世帯数" in page
    assert "source/decide/" not in page


def test_a_second_decision_stands_beside_the_first(client_as):
    client = client_as(Role.PLANNING_OFFICER)
    client.post(address("source/decide/"), DECISION | {"due_month": "6"})
    later = DECISION | {
        "due_month": "6",
        "source_kind": "outside_statistics",
        "valid_from": "2024-04-01",
        "decision": "県の統計へ切替え",
    }
    assert client.post(address("source/decide/"), later).status_code == 302
    assert list(Binding.objects.values_list("number", "source_kind")) == [
        (1, "departments"),
        (2, "outside_statistics"),
    ]
    page = client.get(address()).content.decode()
    assert page.index("県の統計へ切替え") < page.index("企画課決定")


def test_what_was_typed_stays_when_a_decision_is_refused(client_as):
    client = client_as(Role.PLANNING_OFFICER)
    answer = client.post(address("source/decide/"), DECISION | {"due_month": "2", "decision": "二月の末"})
    assert answer.status_code == 422
    assert "二月の末" in answer.content.decode()
    assert not Binding.objects.exists()


def test_an_officer_reads_but_does_not_decide(client_as, department):
    series().indicator.__class__.objects.update(department=department)
    client = client_as(Role.OFFICER, department)
    assert client.get(address()).status_code == 200
    assert client.get(address("source/decide/")).status_code == 404
    assert client.post(address("source/decide/"), DECISION).status_code == 404
    assert not Binding.objects.exists()


def test_a_definition_is_added_and_said_better_but_its_name_stays(client_as):
    client = client_as(Role.PLANNING_OFFICER)
    answer = client.post(address("definition/"), {"code": "kanyu-1", "counts": "加入している世帯の割合"})
    assert answer.status_code == 302
    row = Definition.objects.get()
    page = client.get(address(f"definition/{row.pk}/")).content.decode()
    assert 'name="code"' not in page
    changed = {"version": row.version, "counts": "4月1日に加入している世帯の割合", "confirmed": "on"}
    assert client.post(address(f"definition/{row.pk}/"), changed).status_code == 302
    row.refresh_from_db()
    assert (row.code, row.counts, row.confirmed) == ("kanyu-1", "4月1日に加入している世帯の割合", True)
    stale = client.post(address(f"definition/{row.pk}/"), changed | {"counts": "別の言い方"})
    assert stale.status_code == 409
    assert "別の言い方" in stale.content.decode()


def test_a_second_definition_needs_its_year_and_its_reason(client_as, planning_officer):
    add_definition(viewer=planning_officer, series=series(), code="1", counts="世帯の届け")
    client = client_as(Role.PLANNING_OFFICER)
    answer = client.post(address("definition/"), {"code": "2", "counts": "標本調査の推計"})
    assert answer.status_code == 422
    assert Definition.objects.count() == 1
    whole = {"code": "2", "counts": "標本調査の推計", "first_year": "R6", "break_reason": "調査方法の変更"}
    assert client.post(address("definition/"), whole).status_code == 302
    assert Definition.objects.get(code="2").first_year == 2024
