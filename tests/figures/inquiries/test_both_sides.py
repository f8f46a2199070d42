"""A person who asks and is asked as well, and what each side is told."""

from __future__ import annotations

import datetime
import io
import zipfile
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from jichi.city.errors import Invalid
from jichi.city.models import Grant
from jichi.city.viewers import viewer_for
from jichi.figures.inquiries import services
from jichi.figures.inquiries.duties import of_ours
from jichi.figures.inquiries.merging import Gathered, WhyNone, result_of
from jichi.figures.inquiries.queries.subjects import time_warnings
from jichi.figures.inquiries.services import File, returning, take_in_workbooks
from jichi.manifest import Role
from jichi.sheets.models import AnswerRevision
from tests.conftest import make_account

from .sample import MONTH, accept, answer, drafted, measuring, raw, request_of, sent, series
from .test_workbooks import returned

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(offices):
    """An officer of the office that asks and of the first that is asked."""
    account = make_account(Role.OFFICER, offices.planning)
    Grant.objects.create(
        person=account.person, role=Role.SECTION_HEAD, department=offices.a, valid_from="2020-04-01"
    )
    client = Client()
    client.force_login(account)
    return SimpleNamespace(viewer=viewer_for(account), client=client)


@pytest.fixture
def inquiry(offices):
    return sent(series(department=offices.planning), [offices.a, offices.b])


def page(client: Client, request) -> str:
    return client.get(reverse("staff-inquiry-request", args=[request.pk])).content.decode()


# --- accepting ------------------------------------------------------------------------------------------------
def test_nobody_accepts_her_own_return(inquiry, offices, both, people, viewer_as):
    request = answer(request_of(inquiry, offices.a), both.viewer, members=30, women=12)
    with pytest.raises(Invalid) as refused:
        accept(request, both.viewer)
    [sentence] = refused.value.messages[str(request.pk)]
    assert "企画課" in sentence, "it says who may"
    request.refresh_from_db()
    assert request.state == "answered"
    assert sentence in page(both.client, request)
    assert 'value="accept"' not in page(both.client, request)
    accept(request, viewer_as(Role.OFFICER, offices.planning))
    request.refresh_from_db()
    assert request.state == "accepted"


def test_one_of_her_own_keeps_her_from_accepting_none_of_the_others_in_bulk(inquiry, offices, both, people):
    mine = answer(request_of(inquiry, offices.a), both.viewer, members=30, women=12)
    other = answer(request_of(inquiry, offices.b), people.b, members=30, women=12)
    both.client.post(reverse("staff-inquiry-bulk", args=[inquiry.pk]), {"act": "accept_clean"})
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, other.state) == ("answered", "accepted")


def test_what_the_asker_typed_in_from_paper_is_not_her_own(inquiry, offices, both):
    request = request_of(inquiry, offices.b)
    services.take_in(
        viewer=both.viewer,
        request_id=request.pk,
        raw=raw(members=30, women=12),
        version=request.answer_set.version,
        channel=AnswerRevision.Channel.PAPER,
    )
    accept(request, both.viewer)
    request.refresh_from_db()
    assert request.state == "accepted"


# --- talking --------------------------------------------------------------------------------------------------
def test_who_stands_on_both_sides_replies_for_the_one_that_was_asked(
    inquiry, offices, both, people, client_as
):
    request = request_of(inquiry, offices.a)
    services.ask_question(viewer=people.planner, request_id=request.pk, text="基準日は")
    talk = reverse("staff-inquiry-request-talk", args=[request.pk])
    assert 'name="side"' not in both.client.get(talk).content.decode()
    both.client.post(talk, {"text": "6月1日です"})
    last = request.events.order_by("pk").last()
    assert (last.kind, last.by_asker, last.office) == ("reply", False, offices.a)


@pytest.mark.parametrize(("side", "by_asker"), [("asking", True), ("asked", False)])
def test_who_stands_on_both_sides_says_for_whom_she_asks(inquiry, offices, both, side, by_asker):
    request = request_of(inquiry, offices.a)
    talk = reverse("staff-inquiry-request-talk", args=[request.pk])
    assert both.client.post(talk, {"text": "なぜですか"}).status_code == 422, "she has to say it"
    both.client.post(talk, {"text": "なぜですか", "side": side})
    last = request.events.order_by("pk").last()
    assert (last.kind, last.by_asker) == ("question", by_asker)
    assert last.office == (offices.planning if by_asker else offices.a)


@pytest.mark.parametrize(("side", "by_asker"), [("asking", True), ("asked", False)])
def test_who_stands_on_both_sides_says_for_whom_she_sends_back(
    inquiry, offices, both, people, side, by_asker
):
    request = answer(request_of(inquiry, offices.a), people.a, members=30, women=12)
    back = reverse("staff-inquiry-request-send-back", args=[request.pk])
    both.client.post(back, {"text": "確かめてください", "side": side})
    last = request.events.order_by("pk").last()
    assert (last.kind, last.by_asker) == ("sent_back", by_asker)


def test_nobody_else_is_asked_for_whom_she_speaks(inquiry, offices, people, client_as):
    request = request_of(inquiry, offices.a)
    talk = reverse("staff-inquiry-request-talk", args=[request.pk])
    for client in (client_as(Role.PLANNING_OFFICER), client_as(Role.OFFICER, offices.a)):
        assert 'name="side"' not in client.get(talk).content.decode()


# --- what one is told -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("levels", "words"), [(0, []), (1, ["企画課"]), (2, ["企画課"])])
def test_who_answers_is_told_that_a_check_comes_first(offices, client_as, levels, words):
    row = sent(series(department=offices.planning, check_levels=levels), [offices.a])
    request = request_of(row, offices.a)
    client = client_as(Role.OFFICER, offices.a)
    answered = client.post(
        reverse("staff-inquiry-request", args=[request.pk]),
        {"hand_in": "1", "version": request.answer_set.version, "a-members": "30", "a-women": "12"},
    )
    [said] = [str(one) for one in get_messages(answered.wsgi_request)]
    assert all(word in said for word in words) and (("課" in said) == bool(words))


def test_what_is_all_accepted_is_no_duty_any_more(inquiry, offices, people):
    def waiting():
        return [one.title for one in of_ours(people.planner)]

    for office in (offices.a, offices.b):
        request = answer(request_of(inquiry, office), members=30, women=12)
    assert waiting() == [inquiry.title]
    accept(request_of(inquiry, offices.a))
    assert waiting() == [inquiry.title]
    accept(request)
    assert waiting() == []


def test_an_operators_return_is_named_by_the_place(offices, place, operator_account, client_as):
    row = series("month", MONTH, kind="operator", department=offices.planning)
    inquiry = drafted(row, month=6)
    services.choose_respondents(
        viewer=viewer_for(make_account(Role.PLANNING_OFFICER)),
        inquiry_id=inquiry.pk,
        who=[services.Who(place_id=place.pk)],
    )
    services.send_inquiry(viewer=viewer_for(make_account(Role.PLANNING_OFFICER)), inquiry_id=inquiry.pk)
    request = answer(request_of(inquiry, place), viewer_for(operator_account), days=26, visitors=100)
    last = request.events.order_by("pk").last()
    assert (last.kind, last.office) == ("answered", None)
    history = page(client_as(Role.PLANNING_OFFICER), request).split('class="wb-history"')[1]
    assert "平和館" in history and "茶畑課" not in history
    # Her office answers too, where the place cannot.
    answer(request, viewer_for(make_account(Role.OFFICER, offices.c)), days=26, visitors=101)
    assert request.events.order_by("pk").last().office == offices.c


def test_a_draft_about_the_wrong_kind_of_time_is_warned_of(offices, plan, client_as):
    row = series(department=offices.planning)
    measuring(row, "sum(women)", quantity="stock")
    viewer, client = viewer_for(make_account(Role.PLANNING_OFFICER)), client_as(Role.PLANNING_OFFICER)
    asked = drafted(row, as_of=None)
    [warning] = time_warnings(viewer, asked)
    assert warning in client.get(reverse("staff-inquiry-send", args=[asked.pk])).content.decode()
    assert time_warnings(viewer, drafted(row, year=2024)) == []
    row.targets.update(quantity="flow")
    assert time_warnings(viewer, asked) == []
    assert len(time_warnings(viewer, drafted(row, year=2024))) == 1
    days = {"period_first": datetime.date(2024, 4, 1), "period_last": datetime.date(2025, 3, 31)}
    assert time_warnings(viewer, drafted(row, year=2024, **days)) == []


# --- numbers and archives that are too large -------------------------------------------------------------------
@pytest.mark.parametrize("decimals", [0, 3, 6])
def test_a_number_with_more_digits_than_are_kept_is_no_value_and_no_error(decimals):
    column = Gathered(values=(Decimal("9" * 15),))
    result = result_of("sum(a) * sum(a) * sum(a)", {"a": column}, decimals=decimals, returned=1, nothing=0)
    assert (result.value, result.why) == (None, WhyNone.TOO_LARGE)
    assert services.results.why_none(result)
    kept = result_of("sum(a) / 10000", {"a": column}, decimals=decimals, returned=1, nothing=0)
    assert kept.value is not None and kept.why is None


def test_an_archive_of_very_many_entries_is_not_even_listed(inquiry, people, offices, monkeypatch):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(returning.MOST_ENTRIES + 1):
            archive.writestr(f"{number}", b"")

    def opened(*_given):
        raise AssertionError("the archive was opened")

    monkeypatch.setattr(returning.zipfile, "ZipFile", opened)
    with pytest.raises(Invalid, match=r"many\.zip"):
        take_in_workbooks(
            viewer=people.planner,
            inquiry_id=inquiry.pk,
            files=[File(name="many.zip", content=buffer.getvalue())],
        )


def test_archives_share_one_bound_on_what_they_unpack_to(inquiry, people, monkeypatch):
    monkeypatch.setattr(returning, "MOST_UNPACKED", 1_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xlsx", b"0" * 600)
    one = File(name="one.zip", content=buffer.getvalue())
    assert len(returning.unpacked([one])) == 1
    with pytest.raises(Invalid):
        returning.unpacked([one, one])


def test_a_workbook_of_another_office_is_told_of_once(inquiry, offices, people):
    theirs = returned(request_of(inquiry, offices.b), people.b, members=10, women=5)
    [told] = take_in_workbooks(viewer=people.a, request_id=request_of(inquiry, offices.a).pk, files=[theirs])
    assert told.outcome == "refused"
    [sentence] = told.sentences
    assert "紅花課" in sentence and inquiry.title not in sentence
