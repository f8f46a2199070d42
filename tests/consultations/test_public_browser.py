"""The resident's path in a browser: no barrier that axe finds after each step, nothing wider than the screen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import ConsultationMaker

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_from_the_list_to_the_receipt(
    live_server: Any, chromium: Any, opened: ConsultationMaker, settings: Any, width: int, scheme: str
) -> None:
    settings.BASE_URL = live_server.url
    key = opened(opinions_shown="while_open").key
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    found: list[str] = []

    def looked_at(step: str) -> None:
        page.wait_for_load_state()
        for violation in Axe().run(page).response["violations"]:
            found.append(f"{step}: {violation['id']} {json.dumps(violation['nodes'][0]['target'])}")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{step}: wider than the screen")

    page.goto(f"{live_server.url}/consultations/")
    looked_at("list")
    page.goto(f"{live_server.url}/consultations/{key}/")
    looked_at("one")
    page.goto(f"{live_server.url}/consultations/{key}/draft/")
    page.check("input[value='1-1']")
    looked_at("draft")
    page.click(".book__bar button")
    looked_at("form")
    page.click("button[value=check]")
    looked_at("form with errors")
    page.fill("[id='id_p_1-1']", "街灯は朝までつけてください。")
    page.check("input[name=may_publish][value=yes]")
    page.click("button[value=save]")
    looked_at("kept")
    page.click(".slip__address a")
    page.click("button[value=check]")
    looked_at("review")
    page.click("button[value=send]")
    looked_at("receipt")
    page.click("a.button--text")
    looked_at("state")
    page.goto(f"{live_server.url}/consultations/{key}/arguments/")
    looked_at("arguments")
    context.close()
    assert not found, "\n".join(found)
