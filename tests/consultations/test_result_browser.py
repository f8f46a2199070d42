"""The result in a browser: no barrier that axe finds, nothing wider than the screen."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from jichi.consultations.models import Consultation

from .test_result_pages import published

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_result_and_its_changes(
    live_server: Any, chromium: Any, over: Consultation, people: SimpleNamespace, settings: Any
) -> None:
    settings.BASE_URL = live_server.url
    key = published(over, people).key
    found: list[str] = []
    for width, scheme in ((390, "dark"), (1280, "light")):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        for path in ("result/", "result/changes/"):
            page.goto(f"{live_server.url}/consultations/{key}/{path}")
            page.wait_for_load_state()
            for violation in Axe().run(page).response["violations"]:
                found.append(
                    f"{path} {width}: {violation['id']} {json.dumps(violation['nodes'][0]['target'])}"
                )
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{path} {width}: wider than the screen")
        context.close()
    assert not found, "\n".join(found)
