"""The pages of the cycle in a browser: no barrier that axe finds, nothing too wide, and the sheet saves itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone

from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Cycle
from jichi.evaluation.services.comments import remark
from jichi.evaluation.services.cycles import switch_stage
from jichi.manifest import Role
from tests.conftest import make_account
from tests.evaluation.cycle.sample import brought_through, handed_in, sheet_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shown(cycle: Cycle) -> dict[str, int]:
    """An evaluation with a sheet in each hand; ids for addresses."""
    loader = system_viewer("demo")
    brought_through(cycle, "1-1-01")
    checked = handed_in(sheet_of(cycle, "1-1-02"))
    remark(
        viewer=loader, sheet_id=checked.pk, text="根拠は何ですか。", place="accomplishment", side="section"
    )
    now = timezone.now()
    switch_stage(viewer=loader, cycle_id=cycle.pk, version=cycle.version, stage="committee", from_=now)
    return {
        "cycle": cycle.pk,
        "accepted": sheet_of(cycle, "1-1-01").pk,
        "checked": checked.pk,
        "open": sheet_of(cycle, "1-2-01").pk,
    }


PAGES = {
    "planner": (
        "",
        "cycles/",
        "cycles/{cycle}/",
        "cycles/{cycle}/board/",
        "cycles/{cycle}/sheets/",
        "cycles/{cycle}/edit/",
        "cycles/{cycle}/stages/council/",
        "sheets/{checked}/",
        "sheets/{accepted}/edition/",
        "extend/?sheet={open}",
    ),
    "officer": ("", "sheets/{open}/", "sheets/{open}/remark/", "assign/?sheet={open}"),
    "reviewer": ("committee/", "cycles/{cycle}/", "sheets/{accepted}/edition/", "sheets/{accepted}/comment/"),
}
LOOKS = ((390, "light"), (1280, "dark"))


def opened_by(chromium: Any, live_server: Any, account: Any, width: int, scheme: str = "light") -> Any:
    """A page of somebody who signed in."""
    client = Client()
    client.force_login(account)
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=live_server.url
    )
    context.add_cookies(
        [{"name": one.key, "value": one.value, "url": live_server.url} for one in client.cookies.values()]
    )
    return context.new_page()


def barriers(page: Any) -> list[str]:
    found = [
        f"{one['id']} {json.dumps(one['nodes'][0]['target'])}"
        for one in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the screen")
    return found


def test_the_pages_have_no_barrier(
    shown: dict[str, int], offices: Any, chromium: Any, live_server: Any
) -> None:
    people = {
        "planner": make_account(Role.PLANNING_OFFICER),
        "officer": make_account(Role.OFFICER, offices.c),
        "reviewer": make_account(Role.EXTERNAL_REVIEWER),
    }
    found: list[str] = []
    for width, scheme in LOOKS:
        for who, paths in PAGES.items():
            page = opened_by(chromium, live_server, people[who], width, scheme)
            for path in paths:
                answer = page.goto("/staff/evaluation/" + path.format(**shown), wait_until="load")
                assert answer.status == 200, path
                found += [f"{who} {path} {width} {scheme}: {barrier}" for barrier in barriers(page)]
            page.context.close()
    assert not found, "\n".join(found)


def test_a_sheet_saves_itself_and_tells_when_a_colleague_was_faster(
    shown: dict[str, int], offices: Any, chromium: Any, live_server: Any
) -> None:
    pages = [
        opened_by(chromium, live_server, make_account(Role.OFFICER, offices.c), 1280) for _one in range(2)
    ]
    for page in pages:
        page.goto(f"/staff/evaluation/sheets/{shown['open']}/", wait_until="load")
        # Sooner than people need it, so that the test need not wait.
        page.evaluate("document.querySelector('[data-autosave]').dataset.autosavePause = 50")
        page.add_script_tag(url=page.evaluate("document.querySelector('script[src*=autosave]').src"))
    for page, kind in zip(pages, ("saved", "stopped"), strict=True):
        page.fill("[name=a-accomplishment_reason]", f"{kind}の文章")
        page.wait_for_selector(f"[data-autosave-told][data-kind={kind}]", timeout=20_000)
    assert (
        "saved" in Cycle.objects.get().sheets.get(pk=shown["open"]).answer_set.draft["accomplishment_reason"]
    )
    for page in pages:
        page.context.close()
