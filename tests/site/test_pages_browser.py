"""The public pages in a browser: no barrier that axe finds, nothing wider than the screen, no script needed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from jichi.city.queries import forget_city
from jichi.city.viewers import system_viewer
from jichi.config.packs import load_pack
from jichi.figures.models import Evidence

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/",
    "/plans/",
    "/plans/mihon-2/",
    "/plans/mihon-2/M-A-1-1/",
    "/plans/mihon-2/M-A-1-1-01/",
    "/indicators/",
    "/indicators/mihon-kenri/",
    "/documents/",
    "/schemes/",
    "/not-held/",
    "/glossary/",
    "/about/",
    "/figures/evidence/{evidence}/",
)
LOOKS = (((390, "light"), (1280, "dark")), ((390, "dark"), (1280, "light")))
"""Each page is looked at narrow and wide, and by day and by night; neighbours the other way about."""


def test_the_pages_have_no_barrier(live_server: Any, chromium: Any) -> None:
    load_pack(viewer=system_viewer("pack-loader"), name="mihon")
    forget_city()
    evidence = Evidence.objects.values_list("pk", flat=True).first()
    found: list[str] = []
    for (width, scheme), pages in [
        (look, PAGES[odd::2]) for odd, looks in enumerate(LOOKS) for look in looks
    ]:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        for path in pages:
            page.goto(live_server.url + path.format(evidence=evidence), wait_until="load")
            where = f"{path} {width} {scheme}"
            for violation in Axe().run(page).response["violations"]:
                found.append(f"{where}: {violation['id']} {json.dumps(violation['nodes'][0]['target'])}")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{where}: wider than the screen")
        context.close()
    assert not found, "\n".join(found)


def test_a_reader_reaches_the_proof_without_script(live_server: Any, chromium: Any) -> None:
    load_pack(viewer=system_viewer("pack-loader"), name="mihon")
    forget_city()
    context = chromium.new_context(viewport={"width": 390, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/")
    page.locator(".indicator-row a").first.click()
    page.locator("#numbers a[href*='/figures/evidence/']").first.click()
    assert "/figures/evidence/" in page.url
    context.close()
