"""The page of one sheet: drafts, two at once, midnight, remarks, last year, and who sees nothing of it."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from jichi.city.models import Account
from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Cycle, Sheet, SheetComment
from jichi.evaluation.services.publishing import publish_cycle
from tests.evaluation.cycle.sample import accepted, brought_through, handed_in, opened, passed, raw, sheet_of

from .browsing import controls, hand_in, notices, page, post, save, url, version_on

pytestmark = pytest.mark.django_db


def test_two_at_once_lose_nothing_and_see_both(clients, sheet):
    stale = page(clients.colleague, "-sheet", sheet.pk)
    save(clients.a, sheet.pk, accomplishment_reason="先の人の文章")
    text = save(clients.colleague, sheet.pk, status=409, text=stale, accomplishment_reason="後の人の文章")
    assert "先の人の文章" in text and controls(text)["a-accomplishment_reason"] == "後の人の文章"
    assert sheet_of(sheet.cycle, "1-1-01").answer_set.draft["accomplishment_reason"] == "先の人の文章"
    # What the page shows now can be saved: the form goes on from the other's version.
    save(clients.colleague, sheet.pk, text=text, accomplishment_reason="二人の文章")
    assert sheet_of(sheet.cycle, "1-1-01").answer_set.draft["accomplishment_reason"] == "二人の文章"


def test_the_page_saves_by_itself_and_says_so(clients, sheet):
    text = page(clients.a, "-sheet", sheet.pk)
    data = controls(text) | {"version": version_on(text), "a-accomplishment_reason": "打ちかけ"}
    assert f'data-autosave="{url("-sheet-save", sheet.pk)}"' in text
    answer = clients.a.post(url("-sheet-save", sheet.pk), data)
    assert answer.status_code == 200 and answer.json()["version"] == int(data["version"]) + 1
    late = clients.a.post(url("-sheet-save", sheet.pk), data | {"a-accomplishment_reason": "別の画面"})
    assert late.status_code == 409 and "version" not in late.json() and late.json()["text"]
    again = clients.a.post(url("-sheet-save", sheet.pk), data)  # the same text twice is no conflict
    assert again.status_code == 200
    assert clients.a.get(url("-sheet-save", sheet.pk)).status_code == 405
    assert clients.c.post(url("-sheet-save", sheet.pk), data).status_code == 404
    guarded = Client(enforce_csrf_checks=True)
    guarded.cookies = clients.a.cookies
    assert guarded.post(url("-sheet-save", sheet.pk), data).status_code == 403


def test_what_is_wrong_is_listed_with_links_and_what_was_typed_stays(clients, sheet):
    text = save(
        clients.a, sheet.pk, status=422, button="hand_in", accomplishment="", accomplishment_reason="あ"
    )
    assert 'href="#a-accomplishment"' in text and controls(text)["a-accomplishment_reason"] == "あ"
    assert Sheet.objects.get(pk=sheet.pk).state == "filling"
    page(clients.a, "-sheet-hand-in", sheet.pk, status=302)  # cannot be gone round


def test_rows_are_added_without_saving_or_losing_anything(clients, sheet):
    text = page(clients.a, "-sheet", sheet.pk)
    data = controls(text) | {"version": version_on(text), "a-rows:results": "1", "more:results": "1"}
    before = Sheet.objects.get(pk=sheet.pk).answer_set.version
    text = post(clients.a, "-sheet", sheet.pk, status=200, **data | {"a-accomplishment_reason": "途中"})
    assert "a-planned.2" in text and controls(text)["a-accomplishment_reason"] == "途中"
    assert Sheet.objects.get(pk=sheet.pk).answer_set.version == before


def test_a_deadline_that_passes_at_midnight_closes_nothing(clients, sheet, time_machine):
    Cycle.objects.filter(pk=sheet.cycle_id).update(due_department=datetime.date(2030, 5, 10))
    tokyo, account = timezone.get_default_timezone(), account_of(clients.a)
    time_machine.move_to(datetime.datetime(2030, 5, 10, 23, 59, tzinfo=tokyo), tick=False)
    clients.a.force_login(account)
    text = page(clients.a, "-sheet", sheet.pk)
    assert "notice--warn" not in text  # the last day is no late day
    time_machine.move_to(datetime.datetime(2030, 5, 11, 0, 1, tzinfo=tokyo), tick=False)
    save(clients.a, sheet.pk, text=text, accomplishment="3", accomplishment_reason="日をまたいで")
    text = page(clients.a, "-sheet", sheet.pk)
    assert controls(text)["a-accomplishment_reason"] == "日をまたいで" and "notice--warn" in text
    hand_in(clients.a, sheet.pk, accomplishment_reason="日をまたいで")
    row = Sheet.objects.get(pk=sheet.pk)
    assert row.state == "section"
    assert row.events.filter(kind="handed_in").get().text  # says by how many days it was late


def account_of(client: Client):
    return Account.objects.get(pk=client.session["_auth_user_id"])


def test_handing_in_twice_is_one_step(clients, sheet):
    save(clients.a, sheet.pk, button="hand_in", accomplishment="3")
    text = page(clients.a, "-sheet-hand-in", sheet.pk)
    post(clients.a, "-sheet-hand-in", sheet.pk, version=version_on(text))
    post(clients.a, "-sheet-hand-in", sheet.pk, version=version_on(text))
    row = Sheet.objects.get(pk=sheet.pk)
    assert (row.state, row.answer_set.revision) == ("section", 1)
    assert row.events.filter(kind="handed_in").count() == 1


def test_a_remark_stands_beside_its_answer_until_it_is_settled(clients, sheet):
    handed_in(sheet)
    text = page(clients.head_a, "-sheet", sheet.pk)
    assert url("-sheet-remark", sheet.pk) + "?place=accomplishment" in text
    post(clients.head_a, "-sheet-remark", sheet.pk, place="accomplishment", text="根拠を示すこと")
    row = SheetComment.objects.get()
    assert (row.side, row.place) == ("section", "accomplishment")
    text = page(clients.a, "-sheet", sheet.pk)
    assert "ev-remark" in text and f'id="remark-{row.pk}"' in text
    post(clients.head_a, "-sheet-remark", sheet.pk, status=422, place="accomplishment", text="")
    post(clients.a, "-remark-settle", sheet.pk, row.pk)
    assert SheetComment.objects.get().settled_at is not None
    assert '"ev-remark"' not in page(clients.a, "-sheet", sheet.pk)
    assert clients.c.post(url("-remark-settle", sheet.pk, row.pk)).status_code == 404


def test_last_year_stands_beside_this_year(clients, plan, offices):
    loader = system_viewer("demo")
    before = opened(plan, 2022, title="前の年度")
    handed_in(sheet_of(before, "1-1-01"), answers=raw(accomplishment="2", accomplishment_reason="昨年の理由"))
    brought_through(before, "1-1-02", "1-2-01")
    there = sheet_of(before, "1-1-01")
    accepted(passed(passed(there)))
    before = Cycle.objects.get(pk=before.pk)
    publish_cycle(viewer=loader, cycle_id=before.pk, version=before.version)
    now = opened(plan, 2023)
    sheet = sheet_of(now, "1-1-01")
    save(clients.a, sheet.pk, accomplishment="2", accomplishment_reason="今年の理由")
    assert "昨年の理由" in page(clients.a, "-sheet", sheet.pk)
    text = page(clients.a, "-sheet-compare", sheet.pk)
    assert "昨年の理由" in text and "今年の理由" in text and "ev-compare__row--changed" in text
    changed = page(clients.a, "-sheet-compare", sheet.pk, only="changed")
    assert changed.count("ev-compare__row") < text.count("ev-compare__row")
    page(clients.c, "-sheet-compare", sheet.pk, status=404)


def test_who_has_no_part_in_a_sheet_finds_nothing(clients, cycle, sheet):
    for client in (clients.c, clients.account):
        page(client, "-sheet", sheet.pk, status=404)
        assert client.post(url("-sheet", sheet.pk), {"draft": "1"}).status_code == 404
        assert client.get(url("-sheet-hand-in", sheet.pk)).status_code == 404
    for client in (clients.reviewer, clients.council):
        response = client.get(url("-sheet", sheet.pk))
        assert client.get(response.headers["Location"]).status_code == 404
    # The auditor reads everything and changes nothing.
    assert 'name="hand_in"' not in page(clients.auditor, "-sheet", sheet.pk)
    text = post(clients.auditor, "-sheet", sheet.pk, draft="1", follow=True)
    assert notices(text)
    assert clients.auditor.get(url("-extend")).status_code == 404
    assert clients.a.get(url("-board", cycle.pk)).status_code == 404
    assert clients.a.get(url("-cycle-edit", cycle.pk)).status_code == 404
    # An officer cannot pass what waits for her section's head.
    handed_in(sheet)
    data = {"act": "pass", "sheet": sheet.pk, f"version-{sheet.pk}": sheet_of(cycle, "1-1-01").version}
    assert clients.a.post(url("-bulk"), data).status_code == 404
    assert Sheet.objects.get(pk=sheet.pk).state == "section"
