"""Sheets of past years from a table: checked whole, written as a finished evaluation, public only later."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse

from jichi.city.errors import Invalid, NotAllowed
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.queries.results import public_cycles_for
from jichi.evaluation.services.finance import BadRows
from jichi.evaluation.services.past import take_in_past
from jichi.manifest import Role
from tests.evaluation.cycle.sample import forms

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(plan: Any) -> Any:
    forms()
    return plan


def take(viewer: Any, plan: Any, text: str, **more: Any) -> Any:
    facts = {"fiscal_year": 2022, "kind": "yearly", "title": "令和4年度 事務事業評価", "filename": "past.csv"}
    return take_in_past(viewer=viewer, plan_id=plan.pk, content=text.encode(), **{**facts, **more})


GOOD = """事務事業コード,達成度,理由,事業費（予算額）,project_cost.settled,planned.1,done.1,result_state.1,むかしの欄
1-1-01,3,参加者が目標に届いた,"1,200",1100,広場を開く,開いた,計画どおり,x
1-1-02,2,目標を上回った,-,,,,,
"""


def test_a_past_year_becomes_a_finished_evaluation(people: Any, ready: Any) -> None:
    taken = take(people.planner, ready, GOOD)
    assert (taken.taken, taken.left_out, list(taken.unknown_heads)) == (2, 1, ["むかしの欄"])
    cycle = Cycle.objects.get()
    assert (cycle.state, cycle.is_imported, cycle.public_from) == ("published", True, None)
    edition = Sheet.objects.get(node__code="1-1-01").editions.get()
    assert edition.content["values"]["project_cost.settled"] == "1100"
    assert edition.content["values"]["result_state.1"] == "as_planned"
    second = Sheet.objects.get(node__code="1-1-02").editions.get().content["values"]
    assert second.get("project_cost.estimate") is None
    left = Sheet.objects.get(node__code="1-2-01")
    assert left.state == "withdrawn" and left.reason
    revision = edition.revision
    assert (revision.channel, revision.filename) == ("import", "past.csv")
    assert not public_cycles_for(people.stranger).exists()


def test_bad_rows_are_told_and_nothing_is_written(people: Any, ready: Any) -> None:
    text = GOOD + "9-9-99,3,,,,,,,\n1-1-01,3,,,,,,,\n1-2-01,,理由だけ,x,,,,,\n"
    with pytest.raises(BadRows) as refused:
        take(people.planner, ready, text)
    assert [one.row for one in refused.value.bad] == [4, 5, 6, 6]
    assert not Cycle.objects.exists()
    assert take(people.planner, ready, text, skips_bad=True).taken == 2


def test_a_year_with_an_evaluation_of_its_own_stays(people: Any, ready: Any) -> None:
    take(people.planner, ready, GOOD)
    with pytest.raises(Invalid) as refused:
        take(people.planner, ready, GOOD)
    assert list(refused.value.messages) == ["fiscal_year"]


def test_work_that_was_cut_off_goes_on(people: Any, ready: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from jichi.evaluation.services import past  # deferred: to patch what it calls

    def cut(*_args: Any, **_facts: Any) -> None:
        raise RuntimeError("the machine stopped")

    with monkeypatch.context() as patch:
        patch.setattr(past, "_accept", cut)
        with pytest.raises(RuntimeError):
            take(people.planner, ready, GOOD)
    assert Cycle.objects.get().state == "open"
    assert take(people.planner, ready, GOOD).cycle.state == "published"


def test_who_may(people: Any, ready: Any) -> None:
    for viewer in (people.a, people.head_a, people.bureau, people.auditor, people.reviewer, people.stranger):
        with pytest.raises(NotAllowed):
            take(viewer, ready, GOOD)


def test_the_page(people: Any, ready: Any, client_as: Any) -> None:
    client = client_as(Role.PLANNING_OFFICER)
    address = reverse("staff-evaluation-past")
    assert client.get(address).status_code == 200

    def send(text: str) -> Any:
        file = io.BytesIO(text.encode("cp932"))
        file.name = "past.csv"
        facts = {
            "plan_id": ready.pk,
            "kind": "yearly",
            "fiscal_year": 2022,
            "title": "令和4年度",
            "file": file,
        }
        return client.post(address, facts)

    refused = send(GOOD.replace("1-1-02", "7"))
    assert refused.status_code == 422 and "3" in refused.content.decode()
    assert send(GOOD).status_code == 302
