"""The results in a browser: no barrier that axe finds, nothing wider than the screen, all without script."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from . import made
from .conftest import fill

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/results/",
    "/results/2025/",
    "/results/2025/1-2-001/",
    "/en/results/2025/corrections/",
    f"/en/results/{made.PLAN}/interim/",
    f"/plans/{made.PLAN}/1-1-002/",
)


def barriers(page: Any) -> list[str]:
    """What axe finds, each with the first place."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]


def test_the_pages_have_no_barrier_and_fit_the_screen(live_server: Any, chromium: Any) -> None:
    fill()
    for width, scheme in ((390, "dark"), (1280, "light")):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        for address in PAGES:
            page.goto(f"{live_server.url}{address}")
            assert barriers(page) == [], address
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{address} is {wide} wide"
        context.close()


def test_a_reader_reaches_a_correction_without_script(live_server: Any, chromium: Any) -> None:
    fill()
    context = chromium.new_context(viewport={"width": 390, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/results/")
    page.click("a[href='/results/2025/']")
    page.click("a[href='/results/2025/corrections/']")
    assert page.locator("ins").first.inner_text().strip()
    page.go_back()
    page.select_option("#filter-ward", "asahi")
    page.click("form.wb-filters button")
    assert "ward=asahi" in page.url
    assert page.locator("#sheets-caption ~ tbody tr").count() == 2
    context.close()
