"""The acts of an inquiry: who may, what is refused with which sentence, what is kept for ever."""

from __future__ import annotations

import datetime

import pytest

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry, DepartmentSuccession, Ward
from jichi.city.viewers import system_viewer
from jichi.figures.inquiries import services
from jichi.figures.inquiries.duties import of_ours, to_answer, to_check, to_reply
from jichi.figures.inquiries.evidence import evidence_of_merge
from jichi.figures.inquiries.queries.lists import inquiries_for, requests_for
from jichi.figures.inquiries.queries.returns import previous_values
from jichi.figures.inquiries.services.daily import is_day_to_remind, remind_by_day
from jichi.figures.models import Breakdown, Inquiry, RequestEvent
from jichi.sheets.definition import Address
from jichi.sheets.services import publish_version

from .sample import (
    WOMEN,
    accept,
    answer,
    answered_and_accepted,
    drafted,
    form,
    measuring,
    office,
    raw,
    request_of,
    sent,
    series,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def inquiry(offices):
    row = series(department=offices.planning, check_levels=2)
    return sent(row, [offices.a, offices.b], due_on=datetime.date(2026, 6, 30))


def test_only_those_who_may_do_each_act(inquiry, offices, people):
    request = request_of(inquiry, offices.a)
    pk, of = request.pk, inquiry.pk
    acts = {
        "answer": lambda who: services.hand_in(
            viewer=who, request_id=pk, raw=raw(members=3, women=1), version=1
        ),
        "draft": lambda who: services.save_draft(viewer=who, request_id=pk, raw=raw(members=3), version=1),
        "nothing": lambda who: services.report_nothing(viewer=who, request_id=pk, text="ない"),
        "hand_on": lambda who: services.hand_on(viewer=who, request_id=pk, department_id=offices.b.pk),
        "check_section": lambda who: services.check_section(viewer=who, request_id=pk),
        "check_bureau": lambda who: services.check_bureau(viewer=who, request_id=pk),
        "send_back": lambda who: services.send_back(viewer=who, request_id=pk, text="違う"),
        "question": lambda who: services.ask_question(viewer=who, request_id=pk, text="なぜ"),
        "cancel": lambda who: services.cancel_request(viewer=who, request_id=pk, text="不要"),
        "accept": lambda who: services.accept_returns(viewer=who, inquiry_id=of, versions={pk: None}),
        "remind": lambda who: services.remind(viewer=who, inquiry_id=of),
        "close": lambda who: services.close_inquiry(viewer=who, inquiry_id=of, version=1),
        "merge": lambda who: services.merge_inquiry(viewer=who, inquiry_id=of),
        "workbooks": lambda who: services.take_workbooks(viewer=who, inquiry_id=of),
        "choose": lambda who: services.choose_respondents(viewer=who, inquiry_id=of, who=[]),
    }
    asker = {"cancel", "accept", "remind", "close", "merge", "workbooks", "choose"}
    may = {
        "a": {"answer", "draft", "nothing", "hand_on", "question"},
        "head_a": {"answer", "draft", "nothing", "hand_on", "question", "check_section", "send_back"},
        "bureau": {"check_bureau", "send_back", "question"},
        "planner": asker | {"send_back", "question"},
        "b": set(),
        "c": set(),
        "other_bureau": set(),
        "auditor": set(),
        "stranger": set(),
    }
    for name, allowed in may.items():
        for key, act in acts.items():
            if key in allowed:
                continue
            with pytest.raises(NotAllowed):
                act(getattr(people, name))
    # And those who may are refused, if at all, for another reason.
    for name, allowed in may.items():
        for key in sorted(allowed - {"answer", "draft", "nothing", "hand_on", "cancel", "close"}):
            try:
                acts[key](getattr(people, name))
            except (Invalid, Conflict):
                continue


def test_the_events_are_the_whole_way_and_name_offices(inquiry, offices, people):
    request = request_of(inquiry, offices.a)
    answer(request, people.a, members=30, women=12)
    services.check_section(viewer=people.head_a, request_id=request.pk)
    services.send_back(viewer=people.planner, request_id=request.pk, text="分母が違う")
    answer(request, people.a, members=32, women=12)
    kinds = [(one.kind, one.by_asker, one.office) for one in request.events.order_by("pk")]
    assert kinds == [
        ("sent", True, offices.planning),
        ("answered", False, offices.a),
        ("section_checked", False, offices.a),
        ("sent_back", True, offices.planning),
        ("answered", False, offices.a),
    ]
    words = str(list(AuditEntry.objects.values_list("fields", flat=True)))
    assert "分母が違う" not in words


def test_a_correction_of_an_accepted_return_says_why_and_goes_back(offices, people):
    inquiry = sent(series(), [offices.a])
    request = answered_and_accepted(inquiry, offices.a, members=30, women=12)
    with pytest.raises(Invalid) as error:
        answer(request, people.a, members=31, women=12)
    assert "note" in error.value.messages
    again = answer(request, people.a, note="転記の誤り", members=31, women=12)
    assert again.state == "answered" and again.answer_set.revision == 2
    assert request.events.filter(kind="corrected").get().text == "転記の誤り"


def test_more_time_moves_the_day_of_one_or_of_all(inquiry, offices, people):
    one = request_of(inquiry, offices.a)
    services.extend(
        viewer=people.planner, inquiry_id=inquiry.pk, request_ids=[one.pk], due_on=datetime.date(2026, 7, 15)
    )
    assert [str(row.due_on) for row in inquiry.requests.order_by("pk")] == ["2026-07-15", "None"]
    with pytest.raises(Invalid):
        services.extend(viewer=people.planner, inquiry_id=inquiry.pk, due_on=datetime.date(2026, 6, 1))
    services.extend(viewer=people.planner, inquiry_id=inquiry.pk, due_on=datetime.date(2026, 7, 31))
    inquiry.refresh_from_db()
    assert str(inquiry.due_on) == "2026-07-31"
    assert all(row.due_on is None for row in inquiry.requests.all())


def test_adding_somebody_later_asks_at_once(inquiry, offices, people):
    made = services.choose_respondents(
        viewer=people.planner, inquiry_id=inquiry.pk, who=[services.Who(department_id=offices.c.pk)]
    )
    [request] = made
    assert request.answer_set is not None and request.events.get().kind == "sent"
    assert inquiry.requests.count() == 3, "nobody is taken off"


def test_an_office_that_is_gone_cannot_be_asked(offices, people):
    gone = office("kyu", "旧課", valid_to=datetime.date(2020, 3, 31))
    inquiry = drafted(series(department=offices.planning))
    with pytest.raises(Invalid):
        services.choose_respondents(
            viewer=people.planner, inquiry_id=inquiry.pk, who=[services.Who(department_id=gone.pk)]
        )


def test_the_draft_takes_the_newest_form_and_what_was_sent_keeps_its_own(offices, people):
    row = series()
    first = sent(row, [offices.a], 2024)
    publish_version(
        viewer=people.planner,
        form=form("women", WOMEN).form,
        definition={**WOMEN, "title": {"ja": "新しい題名"}},
        note="題名",
    )
    second = sent(row, [offices.a], 2025)
    assert (first.form_version.number, second.form_version.number) == (1, 2)
    assert second.previous == first


def test_last_years_answer_follows_the_office_that_took_over(offices):
    row = series()
    old = office("kyu", "旧青葉課", parent=offices.first)
    answered_and_accepted(sent(row, [old], 2024), old, members=77, women=33)
    DepartmentSuccession.objects.create(predecessor=old, successor=offices.a, on="2025-04-01")
    now = sent(row, [offices.a], 2025)
    values = previous_values(request_of(now, offices.a))
    assert values is not None and values[Address("members")] == 77


def test_reads_are_scoped(inquiry, offices, people):
    def seen(viewer):
        return (inquiries_for(viewer).count(), requests_for(viewer).count())

    assert seen(people.planner) == (1, 2)
    assert seen(people.auditor) == (1, 2)
    assert seen(people.a) == (0, 1)
    assert seen(people.bureau) == (0, 2)
    assert seen(people.c) == seen(people.other_bureau) == seen(people.stranger) == (0, 0)


def test_duties_of_each_side(inquiry, offices, people):
    def titles(duty, viewer):
        return [item.detail for item in duty(viewer)]

    first = request_of(inquiry, offices.a)
    assert len(titles(to_answer, people.a)) == 1 and "遅" not in str(titles(to_answer, people.a))
    assert titles(to_answer, people.planner) == [] and titles(to_answer, people.auditor) == []
    answer(first, people.a, members=30, women=12)
    assert titles(to_answer, people.a) == []
    assert titles(to_check, people.head_a) == ["青葉課"] and titles(to_check, people.bureau) == []
    services.check_section(viewer=people.head_a, request_id=first.pk)
    assert titles(to_check, people.head_a) == [] and titles(to_check, people.bureau) == ["青葉課"]
    services.ask_question(viewer=people.planner, request_id=first.pk, text="なぜ")
    assert titles(to_reply, people.a) == ["青葉課"] and titles(to_reply, people.planner) == []
    services.reply(viewer=people.a, request_id=first.pk, text="なぜなら")
    assert titles(to_reply, people.a) == []
    # The other is late (the inquiry was due in June), and the asker is told.
    [mine] = of_ours(people.planner)
    assert "1" in mine.detail


@pytest.mark.parametrize(
    ("days", "reminded"),
    [(8, False), (7, True), (6, False), (1, True), (0, False), (-1, True), (-2, False), (-8, True)],
)
def test_days_on_which_the_house_reminds(days, reminded):
    assert is_day_to_remind(days) is reminded


def test_the_house_reminds_once_a_day_who_has_not_answered(inquiry, offices, people):
    answer(request_of(inquiry, offices.a), people.a, members=30, women=12)
    day = datetime.date(2026, 6, 23)
    assert [remind_by_day(day), remind_by_day(day), remind_by_day(datetime.date(2026, 6, 24))] == [1, 0, 0]
    [event] = RequestEvent.objects.filter(kind="reminded")
    assert event.request == request_of(inquiry, offices.b)
    assert event.actor == system_viewer("worker").actor


def test_evidence_names_who_answered_and_shows_returns_only_to_readers(inquiry, offices, people, anonymous):
    for name in ("a", "b"):
        Inquiry.objects.filter(pk=inquiry.pk)
        answer(request_of(inquiry, getattr(offices, name)), members=30, women=12)
    request = request_of(inquiry, offices.a)
    services.check_section(viewer=people.head_a, request_id=request.pk)
    services.check_bureau(viewer=people.bureau, request_id=request.pk)
    accept(request)
    merge = services.merge_inquiry(viewer=people.planner, inquiry_id=inquiry.pk)
    public = evidence_of_merge(anonymous, merge)
    named = [(str(one["name"]), one["answered"], one["url"]) for one in public["offices"]]
    assert named == [("青葉課", True, ""), ("紅花課", False, "")]
    assert (public["seen"], public["whole"], public["inquiry_url"]) == (1, 2, "")
    assert "30" in str(public["totals"])
    staff = evidence_of_merge(people.auditor, merge)
    assert staff["offices"][0]["url"] and staff["inquiry_url"]


def test_a_value_by_ward_where_ward_offices_answer(plan, people):
    wards = [
        Ward.objects.create(key=f"w{place}", code=f"99999{place}", name=f"{place}区", order=place)
        for place in range(3)
    ]
    offices = [
        office(f"ku{place}", f"{ward.name}役所", "ward_office", ward=ward) for place, ward in enumerate(wards)
    ]
    row = series()
    measured = measuring(row, "sum(members)", by_ward=True)
    inquiry = sent(row, offices)
    for place, one in enumerate(offices):
        answered_and_accepted(inquiry, one, members=100 + place, women=50)
    merge = services.merge_inquiry(viewer=people.planner, inquiry_id=inquiry.pk)
    done = services.enter_results(viewer=people.planner, merge_id=merge.pk)
    assert done.refused == () and done.rows[0].series == measured and done.rows[0].value == 303
    [cut] = Breakdown.objects.all()
    cells = {tuple(cell.key): cell.value for cell in cut.cells.all()}
    assert cells[("w0",)] == 100 and cells[("w2",)] == 102
