"""A form in a browser: no barrier that axe finds, nothing wider than the screen, no script needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from jichi.city.models import City
from jichi.city.viewers import system_viewer
from jichi.manifest import Role
from jichi.sheets.services import create_form
from tests.conftest import make_account
from tests.sheets.samples import RICH

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[390, 1280])
def page(request: Any, chromium: Any, live_server: Any) -> Iterator[Any]:
    """A signed-in page of one width, whose errors are kept."""
    City.objects.get_or_create(id=1, defaults={"code": "999991", "name": "見本市", "pack": "mihon"})
    create_form(viewer=system_viewer("demo"), key="papers", room="figures", definition=RICH)
    client = Client()
    client.force_login(make_account(Role.PLANNING_OFFICER))
    context = chromium.new_context(
        viewport={"width": request.param, "height": 900}, base_url=live_server.url, java_script_enabled=True
    )
    context.add_cookies(
        [{"name": one.key, "value": one.value, "url": live_server.url} for one in client.cookies.values()]
    )
    opened = context.new_page()
    opened.complaints = []
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    yield opened
    context.close()


def sound(page: Any) -> list[str]:
    wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    found = [violation["id"] for violation in Axe().run(page).response["violations"]]
    return found + (["wider than the screen"] if wider else [])


def test_a_form_is_filled_with_errors_rows_and_all(page: Any) -> None:
    page.goto("/staff/forms/papers/1/")
    assert sound(page) == []
    page.fill("#a-year", "おととし")
    page.check("#a-made")
    # Enter saves a draft; it neither removes a row nor leaves the page.
    page.press("#a-year", "Enter")
    page.wait_for_selector(".error-summary")
    assert page.input_value("#a-year") == "おととし"
    page.fill("#a-paper-1", "くらしのガイド")
    page.click("button[name='more:papers']")
    page.wait_for_selector("#a-paper-2")
    page.fill("#a-paper-2", "しおり")
    page.click("button[name='less:papers.1']")
    page.wait_for_selector("#a-paper-2", state="detached")
    assert page.input_value("#a-paper-1") == "しおり"
    page.fill("#a-copies-1", "たくさん")
    page.click("button[name='check']")
    page.wait_for_selector(".error-summary")
    assert sound(page) == []
    page.click(".error-summary a[href='#a-copies-1']")
    assert page.evaluate("document.activeElement.id") == "a-copies-1"
    assert page.complaints == []


def test_list_and_paper_have_no_barrier(page: Any) -> None:
    for path in ("/staff/forms/", "/staff/forms/papers/1/paper/", "/en/staff/forms/papers/1/?as=asker"):
        page.goto(path)
        assert sound(page) == [], path
