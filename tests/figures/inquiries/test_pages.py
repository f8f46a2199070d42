"""One inquiry through the pages, by everybody who has a part in it, from its set-up to the value."""

from __future__ import annotations

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jichi.city.viewers import system_viewer
from jichi.figures.inquiries.services import Who, choose_respondents, send_inquiry
from jichi.figures.models import Inquiry, InquiryRequest, InquirySeries, Merge, Observation
from jichi.manifest import Role
from jichi.plan.models import Series
from jichi.sheets.models import AnswerRevision

from .sample import EVENT, MONTH, WOMEN, bind, drafted, form, office, request_of, sent, series
from .test_workbooks import filled

# The permission matrix draws these pages on every database; what they do to rows, services' tests read there.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def clients(offices, client_as):
    return SimpleNamespace(
        planner=client_as(Role.PLANNING_OFFICER),
        a=client_as(Role.OFFICER, offices.a),
        colleague=client_as(Role.OFFICER, offices.a),
        b=client_as(Role.OFFICER, offices.b),
        head_a=client_as(Role.SECTION_HEAD, offices.a),
        bureau=client_as(Role.BUREAU_HEAD, offices.first),
        auditor=client_as(Role.AUDITOR),
    )


def page_of(client: Client, name: str, pk: int, status: int = 200, **query: str) -> str:
    response = client.get(reverse(f"staff-inquiry{name}", args=[pk]), query)
    assert response.status_code == status, response.content.decode()[:600]
    return response.content.decode()


def post(client: Client, name: str, pk: int, status: int = 302, query: str = "", **data: object) -> str:
    response = client.post(reverse(f"staff-inquiry{name}", args=[pk]) + query, data)
    assert response.status_code == status, response.content.decode()[:1500]
    return response.content.decode()


def version_on(page: str, name: str = "version") -> str:
    found = re.search(rf'name="{name}" value="(\d+)"', page)
    assert found is not None, f"no {name} on the page"
    return found[1]


def hand_in(
    client: Client, request: InquiryRequest, status: int = 302, query: str = "", **answers: object
) -> str:
    page = page_of(client, "-request", request.pk, **({"correct": ""} if "correct" in query else {}))
    data = {f"a-{key}": value for key, value in answers.items()}
    return post(client, "-request", request.pk, status, query, hand_in="1", version=version_on(page), **data)


def test_one_inquiry_from_its_set_up_to_the_value(clients, offices, plan):
    # The planning officer sets up what is asked each year, says what it measures, and asks.
    made = clients.planner.post(
        reverse("staff-inquiry-series-new"),
        {
            "key": "women",
            "title": "審議会等への女性の参加",
            "purpose": "委員の男女の割合を知るため",
            "kind": "departments",
            "form": form("women", WOMEN).form_id,
            "check_levels": "2",
            "department": "",
        },
    )
    assert made.status_code == 302
    row = InquirySeries.objects.get()
    measured = plan_series()
    bind(measured, "women")
    page = page_of(clients.planner, "-targets", row.pk)
    post(
        clients.planner,
        "-targets",
        row.pk,
        version=version_on(page),
        **{
            "t0-subject": f"Series:{measured.pk}",
            "t0-expression": "sum(women) / sum(members) * 100",
            "t0-decimals": "1",
        },
    )
    post(
        clients.planner,
        "-new",
        row.pk,
        title="審議会等への女性の参加",
        purpose="委員の男女の割合を知るため",
        fiscal_year="令和7年度",
        as_of="R7.6.1",
        due_on="2099-01-31",
    )
    inquiry = Inquiry.objects.get()
    page = page_of(clients.planner, "-choose", inquiry.pk)
    assert "市民局" in page and "青葉課" in page
    post(
        clients.planner,
        "-choose",
        inquiry.pk,
        version=version_on(page),
        department=[offices.a.pk, offices.b.pk],
    )
    assert InquiryRequest.objects.count() == 2
    # Nobody asked sees anything before it is sent.
    first, second = request_of(inquiry, offices.a), request_of(inquiry, offices.b)
    page_of(clients.a, "-request", first.pk, status=404)
    page = page_of(clients.planner, "-send", inquiry.pk)
    assert "青葉課" in page and "委員総数" in page
    post(clients.planner, "-send", inquiry.pk, version=version_on(page))
    inquiry.refresh_from_db()
    assert inquiry.state == "sent"

    # The officer of one section keeps a draft and hands in; her mistake is told beside the field first.
    assert "審議会等への女性の参加" in clients.a.get(reverse("workbench")).content.decode()
    page = page_of(clients.a, "-request", first.pk)
    post(clients.a, "-request", first.pk, draft="1", version=version_on(page), **{"a-members": "３０"})
    assert 'value="３０"' in page_of(clients.a, "-request", first.pk)
    wrong = hand_in(clients.a, first, 422, members="30", women="31")
    assert "女性の数が委員総数を超えています" in wrong and 'value="31"' in wrong
    assert not AnswerRevision.objects.exists()
    hand_in(clients.a, first, members="30", women="15")

    # She cannot check it herself, nor can the other section; her head can, then the head of the bureau.
    post(clients.a, "-request-check-section", first.pk, 404, version="1")
    post(clients.b, "-request-check-section", first.pk, 404, version="1")
    assert "審議会等への女性の参加" in clients.head_a.get(reverse("workbench")).content.decode()
    page = page_of(clients.head_a, "-request", first.pk)
    post(clients.head_a, "-request-check-section", first.pk, version=version_on(page))
    page = page_of(clients.bureau, "-request", first.pk)
    post(clients.bureau, "-request-send-back", first.pk, version=version_on(page), text="分母を確かめて")
    page = page_of(clients.a, "-request", first.pk)
    assert "分母を確かめて" in page
    hand_in(clients.a, first, members="32", women="16")
    page = page_of(clients.head_a, "-request", first.pk)
    post(clients.head_a, "-request-check-section", first.pk, version=version_on(page))
    page = page_of(clients.bureau, "-request", first.pk)
    post(clients.bureau, "-request-check-bureau", first.pk, version=version_on(page))

    # The other section has nothing to report.
    page = page_of(clients.b, "-request-nothing", second.pk)
    post(clients.b, "-request-nothing", second.pk, version=version_on(page), text="審議会がない")

    # The planning officer sees who has answered, accepts, merges and enters.
    page = page_of(clients.planner, "", inquiry.pk)
    assert re.search(r"2\D+2", re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)[1])
    post(
        clients.planner,
        "-bulk",
        inquiry.pk,
        act="accept",
        request=[first.pk],
        **{f"version-{first.pk}": version_on(page, f"version-{first.pk}")},
    )
    first.refresh_from_db()
    assert first.state == "accepted"
    post(clients.planner, "-merge", inquiry.pk)
    page = page_of(clients.planner, "-merge", inquiry.pk)
    assert "50.0" in page and "紅花課" in page
    post(clients.planner, "-enter", inquiry.pk)
    [value] = Observation.objects.all()
    assert (value.series, value.value) == (measured, Decimal("50.0"))
    assert (value.coverage_seen, value.coverage_whole, value.fiscal_year) == (1, 2, 2025)
    assert value.published_at is None
    publishing = reverse("staff-values-publish")
    assert publishing in page_of(clients.planner, "-merge", inquiry.pk)
    page = page_of(clients.auditor, "-merge", inquiry.pk)
    assert publishing not in page
    assert "50.0" in page and 'name="with_answered"' not in page


def plan_series() -> Series:
    return Series.objects.get(indicator__key="kanyu")


# --- two at once ------------------------------------------------------------------------------------------------
@pytest.fixture
def inquiry(offices):
    return sent(series(department=offices.planning), [offices.a, offices.b])


def test_the_second_of_two_sees_the_firsts_answers_and_loses_nothing(clients, inquiry, offices):
    request = request_of(inquiry, offices.a)
    mine = page_of(clients.a, "-request", request.pk)
    theirs = page_of(clients.colleague, "-request", request.pk)
    post(
        clients.colleague,
        "-request",
        request.pk,
        hand_in="1",
        version=version_on(theirs),
        **{"a-members": "30", "a-women": "12"},
    )
    page = post(
        clients.a,
        "-request",
        request.pk,
        409,
        hand_in="1",
        version=version_on(mine),
        **{"a-members": "31", "a-women": "12"},
    )
    table = re.search(r"<table class=\"data-table\">.*?</table>", page, re.DOTALL)[0]
    assert "委員総数" in table and ">30<" in table and ">31<" in table and "うち女性" not in table
    assert 'value="31"' in page
    # Having seen it, she may let hers count.
    post(
        clients.a,
        "-request",
        request.pk,
        hand_in="1",
        version=version_on(page),
        **{"a-members": "31", "a-women": "12"},
    )
    assert [one.values["members"] for one in AnswerRevision.objects.order_by("number")] == ["30", "31"]


def test_where_two_answers_differ_is_told_in_the_words_of_the_form(clients, offices):
    inquiry = sent(series("walk", EVENT, department=offices.planning), [offices.a])
    request = request_of(inquiry, offices.a)
    old = version_on(page_of(clients.a, "-request", request.pk))
    hand_in(clients.colleague, request, held="yes", attendance="３０", how="register")
    answers = {"a-held": "yes", "a-attendance": "30", "a-how": "estimate"}
    page = post(clients.a, "-request", request.pk, 409, hand_in="1", version=old, **answers)
    table = re.search(r"<table class=\"data-table\">.*?</table>", page, re.DOTALL)[0]
    assert ">受付で数えた<" in table and ">概数<" in table and "register" not in table
    assert "参加者数" not in table, "the same number in another width is no difference"
    answers |= {"a-held": "no", "a-why_not": "weather"}
    page = post(clients.a, "-request", request.pk, 409, hand_in="1", version=old, **answers)
    table = re.search(r"<table class=\"data-table\">.*?</table>", page, re.DOTALL)[0]
    assert ">はい<" in table and ">いいえ<" in table and ">荒天<" in table


def test_two_presses_of_the_button_are_one_return(clients, inquiry, offices):
    request = request_of(inquiry, offices.a)
    version = version_on(page_of(clients.a, "-request", request.pk))
    for _press in range(2):
        post(
            clients.a,
            "-request",
            request.pk,
            hand_in="1",
            version=version,
            **{"a-members": "30", "a-women": "12"},
        )
    assert AnswerRevision.objects.count() == 1
    assert list(request.events.values_list("kind", flat=True)) == ["sent", "answered"]


def test_the_back_button_does_not_overwrite_what_came_after(clients, inquiry, offices):
    request = request_of(inquiry, offices.a)
    old = version_on(page_of(clients.a, "-request", request.pk))
    hand_in(clients.a, request, members="30", women="12")
    hand_in(clients.a, request, query="?correct", members="33", women="12")
    post(
        clients.a,
        "-request",
        request.pk,
        409,
        hand_in="1",
        version=old,
        **{"a-members": "29", "a-women": "12"},
    )
    assert [one.values["members"] for one in AnswerRevision.objects.order_by("number")] == ["30", "33"]


def test_a_check_of_what_was_changed_meanwhile_is_none(offices, clients):
    inquiry = sent(series(check_levels=1), [offices.a])
    request = request_of(inquiry, offices.a)
    hand_in(clients.a, request, members="30", women="12")
    seen = version_on(page_of(clients.head_a, "-request", request.pk))
    hand_in(clients.a, request, query="?correct", members="33", women="12")
    post(clients.head_a, "-request-check-section", request.pk, version=seen)
    request.refresh_from_db()
    assert request.state == "answered"


def test_nobody_checks_what_she_handed_in_herself(offices, clients):
    inquiry = sent(series(check_levels=1), [offices.a])
    request = request_of(inquiry, offices.a)
    hand_in(clients.head_a, request, members="30", women="12")
    page = page_of(clients.head_a, "-request", request.pk)
    assert reverse("staff-inquiry-request-check-section", args=[request.pk]) not in page
    request.refresh_from_db()
    post(clients.head_a, "-request-check-section", request.pk, version=str(request.version))
    request.refresh_from_db()
    assert request.state == "answered"


# --- who sees what ----------------------------------------------------------------------------------------------
def test_each_office_sees_its_own_requests_and_no_other(clients, inquiry, offices):
    first, second = request_of(inquiry, offices.a), request_of(inquiry, offices.b)
    page_of(clients.a, "-request", first.pk)
    page_of(clients.a, "-request", second.pk, status=404)
    page_of(clients.a, "", inquiry.pk, status=404)
    page_of(clients.a, "-merge", inquiry.pk, status=404)
    listed = clients.a.get(reverse("staff-inquiries"), {"show": "answer"}).content.decode()
    assert reverse("staff-inquiry-request", args=[first.pk]) in listed
    assert reverse("staff-inquiry-request", args=[second.pk]) not in listed


def test_the_board_keeps_its_filter_in_the_address(clients, inquiry, offices):
    hand_in(clients.a, request_of(inquiry, offices.a), members="30", women="12")
    page = page_of(clients.planner, "", inquiry.pk, only="open")
    assert "紅花課" in page and "青葉課" not in page
    page = page_of(clients.planner, "", inquiry.pk, only="ready")
    assert "青葉課" in page and "紅花課" not in page
    assert "青葉課" in page_of(clients.planner, "", inquiry.pk, q="青葉")


def test_what_speaks_against_a_return_keeps_it_from_being_accepted_in_bulk(clients, inquiry, offices):
    hand_in(clients.a, request_of(inquiry, offices.a), members="400", women="12")
    hand_in(clients.b, request_of(inquiry, offices.b), members="40", women="12")
    post(clients.planner, "-bulk", inquiry.pk, act="accept_clean")
    assert [request_of(inquiry, one).state for one in (offices.a, offices.b)] == ["answered", "accepted"]


def test_a_question_goes_to_the_other_office_and_comes_back(clients, inquiry, offices):
    request = request_of(inquiry, offices.a)
    post(clients.planner, "-request-talk", request.pk, text="基準日はいつですか")
    assert "基準日はいつですか" in page_of(clients.a, "-request", request.pk)
    post(clients.b, "-request-talk", request.pk, 404, text="こんにちは")
    post(clients.a, "-request-talk", request.pk, text="6月1日です")
    assert "6月1日です" in page_of(clients.planner, "-request", request.pk)
    assert list(request.events.values_list("kind", "by_asker")) == [
        ("sent", True),
        ("question", True),
        ("reply", False),
    ]


def test_a_request_is_handed_on_inside_the_bureau_and_back(clients, inquiry, offices):
    request = request_of(inquiry, offices.a)
    other = office("momo", "桃課", parent=offices.first)
    page = page_of(clients.a, "-request-hand-on", request.pk)
    assert "桃課" in page and "茶畑課" not in page
    post(clients.a, "-request-hand-on", request.pk, version=version_on(page), department=str(other.pk))
    request.refresh_from_db()
    assert (request.asked, request.department) == (offices.a, other)
    # Who handed it on still sees it and may take it back, but does not answer.
    assert 'name="hand_in"' not in page_of(clients.a, "-request", request.pk)
    post(
        clients.a, "-request-hand-on", request.pk, version=str(request.version), department=str(offices.a.pk)
    )
    request.refresh_from_db()
    assert request.department == offices.a
    refused = post(
        clients.a,
        "-request-hand-on",
        request.pk,
        422,
        version=str(request.version),
        department=str(offices.c.pk),
    )
    assert "textarea" in refused


def test_paper_is_typed_in_by_the_office_that_asks(clients, inquiry, offices):
    request = request_of(inquiry, offices.a)
    page = page_of(clients.planner, "-request", request.pk, **{"as": "paper"})
    post(
        clients.planner,
        "-request",
        request.pk,
        query="?as=paper",
        hand_in="1",
        version=version_on(page),
        **{"a-members": "30", "a-women": "12"},
    )
    assert AnswerRevision.objects.get().channel == "paper"
    assert "委員総数" in page_of(clients.a, "-request-paper", request.pk)


def test_reminders_stand_with_a_text_to_copy(clients, inquiry, offices):
    hand_in(clients.a, request_of(inquiry, offices.a), members="30", women="12")
    page = page_of(clients.planner, "-remind", inquiry.pk)
    assert "紅花課" in page and "青葉課" not in page and "mailto:?subject=" in page
    post(clients.planner, "-remind", inquiry.pk)
    post(clients.planner, "-remind", inquiry.pk)
    assert request_of(inquiry, offices.b).events.filter(kind="reminded").count() == 1


def test_workbooks_go_out_and_come_back_through_the_pages(clients, inquiry, offices):
    request = request_of(inquiry, offices.a)
    response = clients.a.post(reverse("staff-inquiry-request-workbook", args=[request.pk]))
    assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
    content = filled(response.content, 委員総数=30, うち女性=12)
    page = post(clients.a, "-request-upload", request.pk, 200, files=SimpleUploadedFile("回答.xlsx", content))
    assert "回答.xlsx" in page
    assert AnswerRevision.objects.get().channel == "workbook"
    page = post(clients.b, "-request-upload", request.pk, 404, files=SimpleUploadedFile("x.xlsx", content))
    wrong = post(
        clients.b,
        "-request-upload",
        request_of(inquiry, offices.b).pk,
        422,
        files=SimpleUploadedFile("よその.xlsx", content),
    )
    assert "青葉課" in wrong
    zipped = clients.planner.post(reverse("staff-inquiry-bulk", args=[inquiry.pk]), {"act": "workbooks"})
    assert zipped["Content-Type"] == "application/zip"
    number = AnswerRevision.objects.get().number
    kept = clients.planner.get(reverse("staff-inquiry-request-file", args=[request.pk, number]))
    assert kept.content == content


def test_a_closed_inquiry_takes_nothing_until_it_is_opened_again(clients, inquiry, offices):
    request = request_of(inquiry, offices.a)
    open_page = page_of(clients.a, "-request", request.pk)
    page = page_of(clients.planner, "-close", inquiry.pk)
    assert "青葉課" in page
    post(clients.planner, "-close", inquiry.pk, version=version_on(page))
    post(
        clients.a,
        "-request",
        request.pk,
        hand_in="1",
        version=version_on(open_page),
        **{"a-members": "30", "a-women": "12"},
    )
    assert not AnswerRevision.objects.exists()
    inquiry.refresh_from_db()
    post(clients.planner, "-close", inquiry.pk, version=str(inquiry.version))
    hand_in(clients.a, request, members="30", women="12")
    assert AnswerRevision.objects.count() == 1


def test_an_operator_sees_her_place_and_nothing_else(clients, offices, place, operator_account):
    other = place.__class__.objects.create(key="betsu", name="別館", kind="museum")
    inquiry = drafted(series("monthly", MONTH, kind="operator"), month=5)
    viewer = system_viewer("demo")
    choose_respondents(
        viewer=viewer, inquiry_id=inquiry.pk, who=[Who(place_id=place.pk), Who(place_id=other.pk)]
    )
    send_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    departments = sent(series(), [offices.a])
    client = Client()
    client.force_login(operator_account)
    mine = request_of(inquiry, place)
    assert client.get(reverse("workbench")).status_code == 200
    page = client.get(reverse("staff-inquiries")).content.decode()
    assert "平和館" in page and "別館" not in page
    hand_in(client, mine, days="20", visitors="1,234")
    assert AnswerRevision.objects.get().values == {"days": "20", "visitors": "1234"}
    page_of(client, "-request", request_of(inquiry, other).pk, status=404)
    page_of(client, "-request", request_of(departments, offices.a).pk, status=404)
    page_of(client, "", inquiry.pk, status=404)


def test_officers_ask_for_their_own_office(offices, client_as):
    asker = client_as(Role.OFFICER, offices.c)
    stranger = client_as(Role.OFFICER, offices.b)
    row = series(department=offices.c)
    page_of(asker, "-series", row.pk)
    page_of(stranger, "-series", row.pk, status=404)
    inquiry = sent(row, [offices.a])
    page_of(asker, "", inquiry.pk)
    page_of(stranger, "", inquiry.pk, status=404)
    # Who asks and answers as well is told what it is for; who asks alone is not told to correct anything.
    own = request_of(sent(row, [offices.c], 2024), offices.c)
    assert row.purpose in page_of(asker, "-request", own.pk)
    hand_in(client_as(Role.OFFICER, offices.a), request_of(inquiry, offices.a), members="3", women="1")
    asked = request_of(inquiry, offices.a)
    page = page_of(asker, "-request-send-back", asked.pk)
    post(asker, "-request-send-back", asked.pk, version=version_on(page), text="分母を確かめて")
    order = "差し戻されました。訂正してください"
    assert order not in page_of(asker, "-request", asked.pk)
    assert order in page_of(client_as(Role.OFFICER, offices.a), "-request", asked.pk)
    assert not Merge.objects.exists()


def _queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_ask_the_database_no_more_for_more_rows(clients, offices, inquiry):
    row = inquiry.series
    board, runs = reverse("staff-inquiry", args=[inquiry.pk]), f"{reverse('staff-inquiries')}?show=run"
    mine = f"{reverse('staff-inquiries')}?show=answer"
    before = [_queries(clients.planner, board), _queries(clients.planner, runs), _queries(clients.a, mine)]
    viewer = system_viewer("demo")
    more = [office(f"more{number}", f"第{number}課", parent=offices.first) for number in range(4)]
    choose_respondents(viewer=viewer, inquiry_id=inquiry.pk, who=[Who(department_id=one.pk) for one in more])
    for year in (2022, 2023, 2024):
        sent(row, [offices.a], year)
    after = [_queries(clients.planner, board), _queries(clients.planner, runs), _queries(clients.a, mine)]
    assert after == before
