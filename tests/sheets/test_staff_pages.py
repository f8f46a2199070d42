"""The staff pages of forms through HTTP: list, preview that can be tried, and paper."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jichi.manifest import Role
from jichi.sheets.models import AnswerSet, Form
from jichi.sheets.services import create_form, publish_version
from tests.sheets.samples import COUNCILS, RICH
from tests.sheets.test_pages import Controls

# The permission matrix draws these pages on every database; what they do to rows, services' tests read there.
pytestmark = pytest.mark.one_database


@pytest.fixture
def address(planning_officer, city) -> str:
    create_form(viewer=planning_officer, key="papers", room="figures", definition=RICH)
    return reverse("staff-form", args=["papers", 1])


@pytest.fixture
def browser(client_as, department):
    return client_as(Role.OFFICER, department)


def publish(viewer, note="題名を改めた"):
    newer = {**RICH, "title": {"ja": "新しい題名"}}
    return publish_version(viewer=viewer, form=Form.objects.get(), definition=newer, note=note)


def test_the_list_tells_versions_and_what_is_new(planning_officer, browser, address):
    publish(planning_officer)
    page = browser.get(reverse("staff-forms")).content.decode()
    assert "新しい題名" in page
    assert "題名を改めた" in page
    assert address in page
    assert reverse("staff-form-paper", args=["papers", 2]) in page


def test_the_list_asks_as_often_for_three_forms_as_for_one(planning_officer, browser, address):
    def queries() -> int:
        browser.get(reverse("staff-forms"))
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("staff-forms"))
        return len(captured)

    one = queries()
    publish(planning_officer)
    for key in ("second", "third"):
        create_form(viewer=planning_officer, key=key, room="figures", definition=COUNCILS)
    assert queries() == one


def test_an_empty_list_says_why(browser, city):
    assert "empty" in browser.get(reverse("staff-forms")).content.decode()


def test_a_version_that_is_not_there_is_not_found(browser, address):
    assert browser.get(reverse("staff-form", args=["papers", 9])).status_code == 404
    assert browser.get(reverse("staff-form-paper", args=["none", 1])).status_code == 404


def test_an_older_version_is_shown_as_it_was(planning_officer, browser, address):
    publish(planning_officer)
    assert "多言語広報資料の作成状況" in browser.get(address).content.decode()
    assert "新しい題名" in browser.get(reverse("staff-form", args=["papers", 2])).content.decode()


def test_the_preview_can_be_tried_and_keeps_nothing(browser, address):
    first = browser.get(address)
    assert first.status_code == 200
    page = Controls(first.content.decode())
    wrong = browser.post(address, page.post("check", **{"a-year": "おととし", "a-made": "no"}))
    assert wrong.status_code == 422
    shown = Controls(wrong.content.decode())
    assert ("a-year", "おととし") in shown.sent
    assert "error-summary" in wrong.content.decode()
    fine = browser.post(address, shown.post("check", **{"a-year": "令和６年度", "a-why_not": "予算なし"}))
    assert fine.status_code == 200
    assert not AnswerSet.objects.exists()


def test_a_row_is_added_and_removed_through_http(browser, address):
    page = Controls(browser.get(address).content.decode())
    more = browser.post(address, page.post("more:papers", **{"a-made": "yes", "a-paper.1": "ガイド"}))
    assert more.status_code == 200
    shown = Controls(more.content.decode())
    assert ("a-paper.1", "ガイド") in shown.sent and ("a-paper.2", "") in shown.sent
    less = browser.post(address, shown.post("less:papers.1", **{"a-paper.2": "しおり"}))
    left = Controls(less.content.decode())
    assert ("a-paper.1", "しおり") in left.sent
    assert not any(name == "a-paper.2" for name, _value in left.sent)


@pytest.mark.parametrize("fill, name", [("respondent", "a-year"), ("asker", "a-received")])
def test_each_filler_sees_her_own_part(browser, address, fill, name):
    page = browser.get(address, {"as": fill}).content.decode()
    assert f'name="{name}"' in page
    assert ('name="a-year"' in page) is (fill == "respondent")


def test_a_title_in_another_language_is_marked_in_the_heading_only(planning_officer, browser, address):
    publish(planning_officer)
    page = browser.get(f"/en{reverse('staff-form', args=['papers', 2])}").content.decode()
    assert '<h1 class="page-head__title">Form: <span lang="ja">新しい題名</span></h1>' in page
    assert "<title>Form: 新しい題名" in page
    assert "&lt;span" not in page


def test_each_table_of_the_list_has_a_name_of_its_own(planning_officer, browser, address):
    create_form(viewer=planning_officer, key="second", room="figures", definition=COUNCILS)
    page = browser.get(f"/en{reverse('staff-forms')}").content.decode()
    names = re.findall(r'role="region" tabindex="0" aria-label="([^"]+)"', page)
    assert len(names) == 2 == len(set(names)), names


def test_what_no_page_of_ours_sends_is_left_out(browser, address):
    page = Controls(browser.get(address).content.decode())
    odd = {"a-placed.\x00": "1", "a-placed.北": "1", "a-placed.<b>": "1", "a-nothing": "1", "a-": "1"}
    shown = browser.post(address, page.post("check", **odd)).content.decode()
    assert "error-summary" in shown and "\x00" not in shown and "&lt;b&gt;" not in shown
    assert "placed.北" not in shown


def test_an_unknown_filler_is_the_respondent(browser, address):
    assert 'name="a-year"' in browser.get(address, {"as": "mayor"}).content.decode()


@pytest.mark.parametrize("prefix", ["", "/en", "/ja-simple"])
def test_paper_in_every_language(browser, address, prefix):
    page = browser.get(f"{prefix}{address}paper/")
    assert page.status_code == 200
    assert "paper-box__mark" in page.content.decode()


def test_whoever_has_no_role_sees_no_form(client_as, address):
    assert client_as(None).get(address).status_code == 404
