"""Who sees what: the public the published, offices their own, those who asked what they asked."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone
from django.utils.translation import override

from jichi.city import registry
from jichi.city.access import ANONYMOUS
from jichi.city.models import Department, Grant
from jichi.city.viewers import system_viewer, viewer_for
from jichi.directory.models import Body
from jichi.manifest import Role
from jichi.undertakings import duties, services
from jichi.undertakings.models import Undertaking
from jichi.undertakings.queries import (
    Filters,
    counted_by_state,
    counts_of,
    events_of,
    of_context,
    offices_among,
    public_for,
    undertaking_for,
    undertakings_for,
    years_among,
)
from jichi.undertakings.queries.export import undertaking_rows
from jichi.undertakings.queries.findable import undertakings
from tests.conftest import make_account

from .conftest import Asker

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def published(people: SimpleNamespace, row: Undertaking, **facts: object) -> Undertaking:
    return services.publish(viewer=people.planner, undertaking_id=row.pk, version=None, **facts)  # type: ignore[arg-type]


def test_each_sees_her_own(asked: Asker, people: SimpleNamespace, other_department: Department) -> None:
    ours = asked()
    theirs = asked(department_id=other_department.pk, viewer=people.council, kind="request")
    nobodys = asked(department_id=None, viewer=people.planner)
    every = {ours.pk, theirs.pk, nobodys.pk}
    seen = {
        "planner": every,
        "auditor": every,
        "officer": {ours.pk},
        "head": {ours.pk},
        "stranger": {theirs.pk},
        "reviewer": {ours.pk},
        "council": {theirs.pk},
        "nobody": set(),
    }
    for who, expected in seen.items():
        assert {row.pk for row in undertakings_for(getattr(people, who))} == expected, who
    assert not undertakings_for(ANONYMOUS).exists()
    with pytest.raises(Undertaking.DoesNotExist):
        undertaking_for(people.stranger, ours.pk)


def test_who_asks_from_outside_sees_what_is_public_and_what_her_committee_asked(
    asked: Asker, people: SimpleNamespace, body: Body, department: Department
) -> None:
    of_body = asked(viewer=people.planner)
    other = asked(viewer=people.planner, source_body_id=None, source_name="監査")
    account = make_account(None)
    assert account.person is not None
    Grant.objects.create(
        person=account.person,
        role=Role.EXTERNAL_REVIEWER,
        object_type="directory.body",
        object_id=str(body.pk),
        valid_from="2020-04-01",
    )
    member = viewer_for(account)
    assert [row.pk for row in undertakings_for(member)] == [of_body.pk]
    assert not undertakings_for(people.reviewer).exists()
    published(people, other)
    assert {row.pk for row in undertakings_for(member)} == {of_body.pk, other.pk}
    assert [row.pk for row in undertakings_for(people.reviewer)] == [other.pk]


def test_the_public_sees_only_what_is_published_and_past_its_embargo(
    asked: Asker, people: SimpleNamespace
) -> None:
    now = timezone.now()
    hidden, shown, later, past = asked(), asked(), asked(), asked()
    published(people, shown)
    published(people, later, visible_from=now + datetime.timedelta(days=1))
    published(people, past, visible_from=now - datetime.timedelta(days=1))
    for viewer in (ANONYMOUS, people.planner, system_viewer("worker")):
        assert {row.pk for row in public_for(viewer)} == {shown.pk, past.pk}
    assert hidden.pk not in {row.pk for row in public_for(ANONYMOUS)}
    rows = list(undertaking_rows(people.planner))
    assert [row["reference"] for row in rows] == [shown.reference, past.reference]
    assert {row.object_id for row in undertakings()} == {str(shown.pk), str(past.pk)}
    assert {row.object_id for row in undertakings([("undertakings.undertaking", str(later.pk))])} == set()
    services.withdraw_from_public(viewer=people.planner, undertaking_id=shown.pk, version=None, reason="氏名")
    assert {row.pk for row in public_for(ANONYMOUS)} == {past.pk}


def test_inner_steps_are_for_those_who_read_all_of_it(answered: Asker, people: SimpleNamespace) -> None:
    row = answered()
    services.report_progress(
        viewer=people.officer, undertaking_id=row.pk, version=None, text="内部の調整", is_public=False
    )
    kinds = {
        who: [one.kind for one in events_of(getattr(people, who), row)] for who in ("officer", "reviewer")
    }
    assert kinds["officer"] == ["asked", "drafted", "decided", "answered", "progress"]
    assert kinds["reviewer"] == ["asked", "decided", "answered"]
    assert [one.kind for one in events_of(people.planner, row, public=True)] == kinds["reviewer"]


def test_what_was_asked_about_one_thing(asked: Asker, people: SimpleNamespace) -> None:
    one, other = "evaluation.sheet:1", "evaluation.sheet:2"
    first, second = asked(context=one), asked(context=one)
    asked(context=other)
    published(people, second)
    assert [row.pk for row in of_context(people.officer, one)] == [first.pk, second.pk]
    assert [row.pk for row in of_context(people.stranger, one)] == [second.pk]
    assert [row.pk for row in of_context(ANONYMOUS, one)] == [second.pk]
    none = "evaluation.sheet:3"
    assert counts_of(people.officer, [one, other, none]) == {one: {"open": 2}, other: {"open": 1}, none: {}}
    assert counts_of(ANONYMOUS, [one, other]) == {one: {"open": 1}, other: {}}


def test_the_filter_of_an_address(
    asked: Asker, people: SimpleNamespace, other_department: Department
) -> None:
    late = asked(due_on=TODAY - datetime.timedelta(days=1))
    soon = asked(due_on=TODAY, kind="request", summary="段差をなくすこと")
    theirs = asked(department_id=other_department.pk, asked_on=datetime.date(2024, 5, 1), due_on=None)
    free = asked(department_id=None, due_on=None)

    def found(**data: str) -> set[object]:
        return {row.pk for row in undertakings_for(people.planner, Filters.given(data))}

    assert found(late="1") == {late.pk}
    assert found(kind="request") == {soon.pk}
    assert found(department="bosai") == {theirs.pk}
    assert found(year="2024") == {theirs.pk}
    assert found(unassigned="1") == {free.pk}
    assert found(q="段差") == {soon.pk}
    assert found(q=free.reference) == {free.pk}
    assert found(state="done") == set()
    whole = {late.pk, soon.pk, theirs.pk, free.pk}
    for odd in ({"state": "x"}, {"year": "20a4"}, {"year": "²⁰²⁴"}, {"kind": "'"}, {"q": "\0"}):
        assert found(**odd) == whole
    assert found(q="99999-99999") == set()
    rows = undertakings_for(people.planner)
    assert counted_by_state(rows)["open"] == 4
    assert years_among(rows) == [2025, 2024]
    assert [office.key for office in offices_among(rows)] == ["bosai", "kyodo"]
    assert [row.pk for row in rows][:2] == [late.pk, soon.pk]


def test_an_address_is_kept_as_it_was_given() -> None:
    given = {"state": "done", "kind": "remark", "department": "kyodo", "year": "2025", "late": "1", "q": "語"}
    assert Filters.given(given).address() == given
    assert Filters.given({}).address() == {}


# --- what waits ---------------------------------------------------------------------------------------
def test_duties_are_with_whom_they_wait(
    asked: Asker, answered: Asker, people: SimpleNamespace, department: Department
) -> None:
    asked(summary="答えるもの", due_on=TODAY)
    asked(summary="おくれたもの", due_on=TODAY - datetime.timedelta(days=3))
    asked(summary="所管のないもの", department_id=None)
    drafted = asked(summary="確かめるもの", due_on=TODAY)
    services.answer(viewer=people.officer, undertaking_id=drafted.pk, version=None, text="案")
    moved = answered(summary="すすめるもの", asked_on=datetime.date(2024, 5, 1), due_on=None)
    services.report_progress(
        viewer=people.officer,
        undertaking_id=moved.pk,
        version=None,
        text="着手",
        carry_out_by=TODAY - datetime.timedelta(days=1),
    )

    def titles(viewer: object, duty: str) -> list[str]:
        with override("en"):
            return [item.title for item in getattr(duties, duty)(viewer)]

    assert titles(people.officer, "to_answer") == ["おくれたもの", "答えるもの"]
    assert titles(people.planner, "to_answer") == []
    assert titles(people.stranger, "to_answer") == []
    assert titles(people.head, "to_confirm") == titles(people.planner, "to_confirm") == ["確かめるもの"]
    assert titles(people.officer, "to_confirm") == titles(people.strange_head, "to_confirm") == []
    assert titles(people.planner, "to_assign") == ["所管のないもの"]
    assert titles(people.head, "to_assign") == []
    assert titles(people.officer, "late") == ["すすめるもの"]
    assert set(titles(people.planner, "late")) == {"おくれたもの", "所管のないもの", "すすめるもの"}
    for who in ("reviewer", "auditor", "nobody"):
        for duty in ("to_answer", "to_confirm", "to_assign", "late"):
            assert titles(getattr(people, who), duty) == []
    assert {duty.key for room in registry.rooms() if room.key == "undertakings" for duty in room.duties} == {
        "undertakings.answer",
        "undertakings.confirm",
        "undertakings.assign",
        "undertakings.late",
    }
