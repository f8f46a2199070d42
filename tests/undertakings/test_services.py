"""The acts: who may do which, in which order, and what is refused in words."""

from __future__ import annotations

import datetime
import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from jichi.city.access import ANONYMOUS
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry, Department, Grant
from jichi.city.viewers import viewer_for
from jichi.directory.models import Body
from jichi.manifest import Role
from jichi.undertakings import services
from jichi.undertakings.models import Undertaking, UndertakingEvent
from tests.conftest import make_account

from .conftest import ANSWER, ASKED_ON, DUE, Asker

pytestmark = pytest.mark.django_db


def objected(error: Any) -> set[str]:
    return set(error.value.messages)


def kinds(row: Undertaking) -> list[str]:
    return list(row.events.order_by("pk").values_list("kind", flat=True))


# --- asking ---------------------------------------------------------------------------------------
def test_what_is_asked_gets_the_next_number_of_its_year(asked: Asker, people: SimpleNamespace) -> None:
    first, second = asked(), asked()
    third = asked(asked_on=datetime.date(2026, 3, 31), due_on=None)
    other = asked(asked_on=datetime.date(2025, 3, 31), due_on=None)
    assert [row.reference for row in (first, second, third, other)] == [
        "2025-1",
        "2025-2",
        "2025-3",
        "2024-1",
    ]
    assert (first.state, first.adoption, first.asked_by) == ("open", "undecided", people.reviewer.actor)
    assert kinds(first) == ["asked"]
    entry = AuditEntry.objects.get(act="undertakings.undertaking:remark", object_id=str(first.pk))
    assert first.text not in str(entry.fields)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"text": "  "}, "text"),
        ({"kind": "wish"}, "kind"),
        ({"source_name": "別の会"}, "source_name"),
        ({"source_body_id": None}, "source_name"),
        ({"source_body_id": 987654}, "source_body"),
        ({"department_id": 987654}, "department"),
        ({"asked_on": datetime.date(2999, 1, 1), "due_on": None}, "asked_on"),
        ({"due_on": ASKED_ON - datetime.timedelta(days=1)}, "due_on"),
        ({"summary": "長" * 201}, "summary"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(asked: Asker, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error:
        asked(**facts)
    assert objected(error) == {field}
    assert not Undertaking.objects.exists()


@pytest.mark.parametrize(
    ("who", "kind", "may"),
    [
        ("planner", "recommendation", True),
        ("planner", "promise", True),
        ("reviewer", "recommendation", True),
        ("reviewer", "remark", True),
        ("reviewer", "promise", False),
        ("council", "request", True),
        ("auditor", "remark", True),
        ("auditor", "request", False),
        ("officer", "remark", False),
        ("head", "request", False),
        ("nobody", "remark", False),
    ],
)
def test_who_may_ask_for_what(asked: Asker, people: SimpleNamespace, who: str, kind: str, may: bool) -> None:
    viewer = getattr(people, who)
    if may:
        row = asked(viewer=viewer, kind=kind)
        assert row.kind == kind
        assert row.adoption == ("adopted" if kind == "promise" else "undecided")
    else:
        with pytest.raises(NotAllowed):
            asked(viewer=viewer, kind=kind)


def test_nobody_writes_without_a_name(asked: Asker) -> None:
    with pytest.raises(NotAllowed):
        asked(viewer=ANONYMOUS)


# --- giving to an office ------------------------------------------------------------------------------
def test_the_planning_section_gives_it_to_an_office(
    asked: Asker, people: SimpleNamespace, other_department: Department
) -> None:
    row = asked(department_id=None, due_on=None)
    for who in ("officer", "head", "reviewer", "auditor", "nobody"):
        with pytest.raises(NotAllowed):
            services.assign(
                viewer=getattr(people, who),
                undertaking_id=row.pk,
                version=row.version,
                department_id=other_department.pk,
                due_on=DUE,
            )
    done = services.assign(
        viewer=people.planner,
        undertaking_id=row.pk,
        version=row.version,
        department_id=other_department.pk,
        due_on=DUE,
    )
    assert (done.department_id, done.due_on, done.version) == (other_department.pk, DUE, 2)
    event = done.events.get(kind="assigned")
    assert (event.department_id, event.due_on, event.is_public) == (other_department.pk, DUE, True)
    with pytest.raises(Conflict) as error:
        services.assign(
            viewer=people.planner,
            undertaking_id=row.pk,
            version=1,
            department_id=None,
            due_on=None,
        )
    assert error.value.current.department_id == other_department.pk


def test_several_are_given_at_once_all_or_none(
    asked: Asker, people: SimpleNamespace, other_department: Department
) -> None:
    rows = [asked(department_id=None) for _ in range(3)]
    versions: dict[uuid.UUID, int | None] = {row.pk: row.version for row in rows}
    with pytest.raises(Conflict):
        services.assign_several(
            viewer=people.planner, versions={**versions, rows[1].pk: 9}, department_id=other_department.pk
        )
    assert not Undertaking.objects.filter(department=other_department).exists()
    with pytest.raises(Invalid):
        services.assign_several(viewer=people.planner, versions=versions)
    with pytest.raises(Invalid):
        services.assign_several(viewer=people.planner, versions={}, department_id=other_department.pk)
    with pytest.raises(Invalid) as error:
        services.assign_several(
            viewer=people.planner, versions=versions, due_on=ASKED_ON - datetime.timedelta(days=1)
        )
    assert "2025-" in str(error.value)
    with pytest.raises(NotAllowed):
        services.assign_several(viewer=people.officer, versions=versions, department_id=other_department.pk)
    services.assign_several(viewer=people.planner, versions=versions, department_id=other_department.pk)
    assert Undertaking.objects.filter(department=other_department, due_on=DUE).count() == 3
    entry = AuditEntry.objects.get(act="undertakings.undertaking:assign")
    assert (entry.count, entry.object_type) == (3, "undertakings.several")
    assert UndertakingEvent.objects.filter(kind="assigned").count() == 3


# --- answering ------------------------------------------------------------------------------------------
def test_one_drafts_and_another_confirms(asked: Asker, people: SimpleNamespace) -> None:
    row = asked()
    for who in ("stranger", "reviewer", "auditor", "nobody"):
        with pytest.raises(NotAllowed):
            services.answer(viewer=getattr(people, who), undertaking_id=row.pk, version=1, text=ANSWER)
    drafted = services.answer(viewer=people.head, undertaking_id=row.pk, version=1, text=ANSWER)
    assert (drafted.answer, drafted.answer_draft, drafted.state) == ("", ANSWER, "open")
    common = {"undertaking_id": row.pk, "version": drafted.version, "adoption": "adopted"}
    for who in ("officer", "strange_head", "reviewer"):
        with pytest.raises(NotAllowed):
            services.confirm_answer(viewer=getattr(people, who), **common)
    with pytest.raises(Invalid) as error:
        services.confirm_answer(viewer=people.head, **common)
    assert "yourself" in str(error.value) or "自分" in str(error.value)
    with pytest.raises(Conflict):
        services.confirm_answer(viewer=people.planner, **{**common, "version": 1})
    done = services.confirm_answer(viewer=people.planner, **common, carry_out_by=datetime.date(2026, 3, 31))
    assert (done.answer, done.answer_draft, done.drafted_by) == (ANSWER, "", None)
    assert (done.state, done.adoption, done.by_when) == ("answered", "adopted", datetime.date(2026, 3, 31))
    assert kinds(done) == ["asked", "drafted", "decided", "answered"]
    assert not done.events.get(kind="drafted").is_public


def test_an_answer_needs_its_decision_and_a_decision_its_reason(
    asked: Asker, people: SimpleNamespace
) -> None:
    row = asked()
    with pytest.raises(Invalid):
        services.confirm_answer(viewer=people.head, undertaking_id=row.pk, version=None)
    services.answer(viewer=people.officer, undertaking_id=row.pk, version=None, text=ANSWER)
    with pytest.raises(Invalid) as error:
        services.confirm_answer(viewer=people.head, undertaking_id=row.pk, version=None)
    assert objected(error) == {"adoption"}
    with pytest.raises(Invalid) as error:
        services.confirm_answer(viewer=people.head, undertaking_id=row.pk, version=None, adoption="partly")
    assert objected(error) == {"adoption_reason"}
    for wrong in ("undecided", "maybe", ""):
        with pytest.raises(Invalid) as error:
            services.decide_adoption(viewer=people.head, undertaking_id=row.pk, version=None, adoption=wrong)
        assert objected(error) == {"adoption"}
    with pytest.raises(Invalid) as error:
        services.decide_adoption(
            viewer=people.head, undertaking_id=row.pk, version=None, adoption="not_adopted"
        )
    assert objected(error) == {"reason"}
    with pytest.raises(NotAllowed):
        services.decide_adoption(
            viewer=people.officer, undertaking_id=row.pk, version=None, adoption="adopted"
        )
    assert kinds(row) == ["asked", "drafted"]


def test_what_is_not_adopted_is_over_once_answered(answered: Asker, people: SimpleNamespace) -> None:
    row = answered("not_adopted", "制度が終わるため。")
    assert (row.state, row.is_over) == ("closed_without", True)
    with pytest.raises(Invalid):
        services.report_progress(viewer=people.officer, undertaking_id=row.pk, version=None, text="着手")
    again = services.reopen(
        viewer=people.head, undertaking_id=row.pk, version=None, reason="制度が続くことになった。"
    )
    assert (again.state, again.adoption, again.answer, again.answer_draft) == (
        "open",
        "undecided",
        "",
        ANSWER,
    )
    told = again.events.filter(kind__in=["answered", "decided"]).values_list("text", flat=True)
    assert set(told) == {ANSWER, "制度が終わるため。"}


def test_a_decision_against_it_after_the_answer_closes_it(answered: Asker, people: SimpleNamespace) -> None:
    row = answered()
    row = services.decide_adoption(
        viewer=people.head,
        undertaking_id=row.pk,
        version=row.version,
        adoption="not_adopted",
        reason="予算が否決されたため。",
    )
    assert row.state == "closed_without"


def test_a_translation_goes_with_the_words_it_translates(answered: Asker, people: SimpleNamespace) -> None:
    row = answered(translations={"en": {"text": "Show it by hour.", "answer": "We will."}})
    assert row.translations == {"en": {"text": "Show it by hour."}}


# --- carrying out -----------------------------------------------------------------------------------------
def finished(people: SimpleNamespace, row: Undertaking, **facts: Any) -> Undertaking:
    return services.finish(
        **{
            "viewer": people.officer,
            "undertaking_id": row.pk,
            "version": None,
            "done_on": datetime.date(2026, 1, 20),
            "evidence_text": "区役所の入口に表を掲示した。",
            **facts,
        }
    )


def test_it_is_carried_out_with_evidence(answered: Asker, people: SimpleNamespace) -> None:
    row = answered()
    moved = services.report_progress(
        viewer=people.officer,
        undertaking_id=row.pk,
        version=row.version,
        text="試しに計算した。",
        carry_out_by=datetime.date(2026, 6, 30),
        is_public=False,
    )
    assert (moved.state, moved.carry_out_by) == ("in_progress", datetime.date(2026, 6, 30))
    for facts, field in (
        ({"evidence_text": " "}, "evidence_text"),
        ({"done_on": datetime.date(2999, 1, 1)}, "done_on"),
        ({"done_on": datetime.date(2025, 10, 1)}, "done_on"),
        ({"evidence_url": "javascript:alert(1)"}, "evidence_url"),
    ):
        with pytest.raises(Invalid) as error:
            finished(people, row, **facts)
        assert objected(error) == {field}
    with pytest.raises(NotAllowed):
        finished(people, row, viewer=people.stranger)
    done = finished(people, row)
    assert (done.state, done.evidence_text) == ("done", "区役所の入口に表を掲示した。")
    with pytest.raises(Invalid):
        finished(people, row)
    again = services.reopen(
        viewer=people.planner, undertaking_id=row.pk, version=None, reason="掲示が外された。"
    )
    assert (again.state, again.done_on, again.evidence_text) == ("in_progress", None, "")


def test_nothing_is_done_before_it_is_adopted_and_answered(asked: Asker, people: SimpleNamespace) -> None:
    row = asked()
    with pytest.raises(Invalid):
        finished(people, row)
    with pytest.raises(Invalid):
        services.report_progress(viewer=people.officer, undertaking_id=row.pk, version=None, text="着手")
    services.decide_adoption(viewer=people.head, undertaking_id=row.pk, version=None, adoption="adopted")
    with pytest.raises(Invalid):
        finished(people, row)
    promise = asked(viewer=people.planner, kind="promise")
    assert finished(people, promise).state == "done"


def test_it_is_closed_only_with_its_reason_and_by_a_head(asked: Asker, people: SimpleNamespace) -> None:
    row = asked()
    common = {"undertaking_id": row.pk, "version": None}
    with pytest.raises(Invalid):
        services.close_without(viewer=people.head, reason=" ", **common)
    with pytest.raises(NotAllowed):
        services.close_without(viewer=people.officer, reason="重複", **common)
    with pytest.raises(Invalid):
        services.reopen(viewer=people.head, reason="誤り", **common)
    assert services.close_without(viewer=people.head, reason="重複", **common).state == "closed_without"
    with pytest.raises(Invalid):
        services.close_without(viewer=people.head, reason="重複", **common)
    assert services.reopen(viewer=people.head, reason="別の件だった", **common).state == "open"


# --- publishing -------------------------------------------------------------------------------------------
def test_only_the_planning_section_publishes(asked: Asker, people: SimpleNamespace) -> None:
    row = asked()
    common = {"undertaking_id": row.pk, "version": None}
    for who in ("officer", "head", "reviewer", "auditor"):
        with pytest.raises(NotAllowed):
            services.publish(viewer=getattr(people, who), **common)
    assert services.publish(viewer=people.planner, **common).published_at is not None
    with pytest.raises(Invalid):
        services.publish(viewer=people.planner, **common)
    with pytest.raises(Invalid):
        services.withdraw_from_public(viewer=people.planner, reason="", **common)
    back = services.withdraw_from_public(viewer=people.planner, reason="氏名が書かれていた", **common)
    assert back.published_at is None
    assert not back.events.get(kind="withdrawn").is_public
    with pytest.raises(Invalid):
        services.withdraw_from_public(viewer=people.planner, reason="もう一度", **common)


def test_many_are_published_in_one_act(asked: Asker, people: SimpleNamespace) -> None:
    rows = [asked() for _ in range(3)]
    services.publish(viewer=people.planner, undertaking_id=rows[0].pk, version=None)
    ids = [row.pk for row in rows]
    with pytest.raises(NotAllowed):
        services.publish_all(viewer=people.head, undertaking_ids=ids)
    assert services.publish_all(viewer=people.planner, undertaking_ids=ids) == 2
    assert services.publish_all(viewer=people.planner, undertaking_ids=ids) == 0
    assert UndertakingEvent.objects.filter(kind="published").count() == 3
    assert AuditEntry.objects.filter(act="undertakings.undertaking:publish").count() == 2


def test_the_title_may_be_bettered_and_nothing_else(asked: Asker, people: SimpleNamespace) -> None:
    row = asked()
    common = {"undertaking_id": row.pk, "version": 1}
    with pytest.raises(Invalid):
        services.say_what_it_is(viewer=people.planner, summary=" ", **common)
    with pytest.raises(NotAllowed):
        services.say_what_it_is(viewer=people.head, summary="時間帯ごとの待ち時間", **common)
    done = services.say_what_it_is(viewer=people.planner, summary="時間帯ごとの待ち時間", **common)
    assert (done.summary, done.text) == ("時間帯ごとの待ち時間", row.text)


def test_a_reviewer_of_one_committee_asks_for_that_one_only(
    asked: Asker, body: Body, department: Department
) -> None:
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
    other = Body.objects.create(key="b", name="別の会", kind="meeting", department=department)
    assert asked(viewer=member).source_body_id == body.pk
    with pytest.raises(NotAllowed):
        asked(viewer=member, source_body_id=other.pk)
    with pytest.raises(NotAllowed):
        asked(viewer=member, source_body_id=None, source_name="別の会")
