"""The pages of the figures' state in a browser: no barrier that axe finds, nothing wider than the screen."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from jichi.city.queries import forget_city
from jichi.city.viewers import system_viewer
from jichi.config.packs import load_pack
from jichi.figures.models import Observation
from jichi.figures.queries import bindings_in_force
from jichi.figures.services import decide_binding, publish_values, set_publicity
from jichi.figures.services.recompute import recompute
from jichi.manifest import Role
from tests.conftest import make_account

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PUBLIC = (
    "/figures/",
    "/figures/?state=late",
    "/figures/corrections/",
    "/figures/metrics/",
    "/figures/metrics/plan.projects/?by=branch",
    "/figures/value/{cut}/",
    "/figures/value/{replaced}/",
    "/figures/value/{counted}/",
    "/figures/evidence/{computation}/",
    "/indicators/mihon-kenri/",
    "/plans/mihon-2/M-A-1-1-02/",
)
STAFF = ("/staff/figures/late/", "/staff/figures/publicity/")
LOOKS = (((390, "light"), (1280, "dark")), ((390, "dark"), (1280, "light")))
"""Each page is looked at narrow and wide, and by day and by night; neighbours the other way about."""


@pytest.fixture
def numbers(viewer_as: Callable[..., Any]) -> dict[str, int]:
    """The fictitious city with something late, told to everyone, and something counted; ids for addresses."""
    load_pack(viewer=system_viewer("pack-loader"), name="mihon")
    forget_city()
    planner = viewer_as(Role.PLANNING_OFFICER)
    set_publicity(viewer=planner, version=1, shows_late=True)
    day = datetime.date(2025, 4, 1)
    first, *others = bindings_in_force().values()
    for row in (first, *others[:3]):
        way = {"via": "metric", "source_key": "plan.projects"} if row is first else {}
        facts = {name: getattr(row, name) for name in ("source_kind", "via", "source_key", "definition")}
        decide_binding(
            viewer=planner,
            series=row.series,
            figure=row.project_figure,
            valid_from=day,
            decided_on=day,
            decision="期限を早める（見本）",
            **{**facts, **way},
            due_month=4,
            due_day=2,
            due_years=0,
        )
    found = recompute(
        viewer=planner, metric="plan.projects", first_year=2025, last_year=2026, reason="数え直し（見本）"
    )
    rows = Observation.objects.all()
    publish_values(viewer=planner, observation_ids=list(rows.values_list("pk", flat=True)))
    return {
        "cut": rows.filter(breakdowns__isnull=False).latest("pk").pk,
        "replaced": rows.filter(revision=1, series=first.series, fiscal_year=2025).latest("pk").pk,
        "counted": rows.filter(metric="plan.projects").latest("pk").pk,
        "computation": found.computation.evidence_id,
    }


@pytest.fixture
def cookies(live_server: Any) -> list[dict[str, str]]:
    """Those of a planning officer who signed in."""
    client = Client()
    client.force_login(make_account(Role.PLANNING_OFFICER))
    return [{"name": one.key, "value": one.value, "url": live_server.url} for one in client.cookies.values()]


def barriers(page: Any) -> list[str]:
    found = [
        f"{one['id']} {json.dumps(one['nodes'][0]['target'])}"
        for one in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the screen")
    return found


def test_the_pages_have_no_barrier(
    numbers: dict[str, int], cookies: list[dict[str, str]], chromium: Any, live_server: Any
) -> None:
    found: list[str] = []
    for odd, looks in enumerate(LOOKS):
        for width, scheme in looks:
            context = chromium.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=live_server.url
            )
            page = context.new_page()
            for paths, sent in ((PUBLIC, []), (STAFF, cookies)):
                context.add_cookies(sent)
                for path in paths[odd::2]:
                    answer = page.goto(path.format(**numbers), wait_until="load")
                    assert answer.status == 200, path
                    found += [f"{path} {width} {scheme}: {barrier}" for barrier in barriers(page)]
            context.close()
    assert not found, "\n".join(found)
