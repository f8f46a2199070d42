"""Lists of sheets: what waits, the board, filters in the address, and how often they ask the database."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.queries.working import working_content_for
from jichi.evaluation.services.cycles import switch_stage
from jichi.evaluation.services.publishing import publish_cycle
from jichi.manifest import Role
from jichi.plan.models import Node
from tests.evaluation.cycle.sample import brought_through, handed_in, opened, passed, sheet_of

from .browsing import page, url

# The permission matrix draws these pages on every database; what they do to rows, services' tests read there.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

BUDGETS = Path(__file__).resolve().parents[2] / "query_budgets.json"


def test_each_finds_first_what_waits_for_her(clients, cycle):
    handed_in(sheet_of(cycle, "1-1-01"))
    assert "1-1-01" in page(clients.head_a, "")
    assert "1-1-01" not in page(clients.bureau, "")
    assert "1-1-01" not in page(clients.a, "")
    assert "1-1-01" in page(clients.a, "", show="all")
    assert "1-2-01" not in page(clients.a, "", show="all")
    passed(passed(sheet_of(cycle, "1-1-01")))
    assert "1-1-01" in page(clients.planner, "") and "1-1-02" not in page(clients.planner, "")
    assert clients.reviewer.get(url("")).headers["Location"] == url("-committee")
    assert clients.council.get(url("")).headers["Location"] == url("-cycles")


def test_the_board_counts_and_leads_to_the_sheets_it_counts(clients, cycle, offices):
    brought_through(cycle, "1-1-01")
    text = page(clients.planner, "-board", cycle.pk)
    assert "<svg" in text and offices.a.name in text and offices.second.name in text
    assert url("-sheets", cycle.pk) + f"?state=accepted&amp;department={offices.a.pk}" in text
    listed = page(clients.planner, "-sheets", cycle.pk, state="accepted")
    assert "1-1-01" in listed and "1-1-02" not in listed
    assert "1-1-02" in page(clients.planner, "-sheets", cycle.pk, department=str(offices.first.pk))
    assert "1-2-01" not in page(clients.planner, "-sheets", cycle.pk, department=str(offices.first.pk))
    name = sheet_of(cycle, "1-1-02").node.name
    assert "1-1-01" not in page(clients.planner, "-sheets", cycle.pk, q=name)
    for odd in (
        {"department": "x"},
        {"state": "nonsense"},
        {"page": "99"},
        {"ward": "ない\0"},
        {"late": "1"},
    ):
        page(clients.planner, "-sheets", cycle.pk, **odd)
    page(clients.auditor, "-board", cycle.pk)


def grown(plan: Any, count: int) -> None:
    """Let the plan have more projects below the first one's measure."""
    first = Node.objects.get(plan=plan, code="1-1-01")
    for number in range(count):
        Node.objects.create(
            plan=plan,
            level=first.level,
            parent=first.parent,
            code=f"1-1-{70 + number}",
            order=70 + number,
            name=f"増えた事業{number}",
            department=first.department,
        )


def queries_of(client: Client, path: str) -> int:
    """How many queries a page takes, once whatever is remembered between requests is."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


PAGES = {
    "staff-evaluation": ("a", lambda cycle: url("")),
    "staff-evaluation (to accept)": ("planner", lambda cycle: url("") + "?show=check"),
    "staff-evaluation-board": ("planner", lambda cycle: url("-board", cycle.pk)),
    "staff-evaluation-sheets": ("planner", lambda cycle: url("-sheets", cycle.pk)),
    "staff-evaluation-cycle (committee)": ("reviewer", lambda cycle: url("-cycle", cycle.pk)),
}


def test_a_list_keeps_its_budget_whatever_its_length(clients, plan):
    loader = system_viewer("demo")
    few = opened(plan, 2022)
    grown(plan, 4)
    many = opened(plan, 2023)
    for cycle in (few, many):
        for sheet in Sheet.objects.filter(cycle=cycle).exclude(node__code="1-1-01").select_related("node"):
            there = handed_in(sheet_of(cycle, sheet.node.code))
            while there.state != "planning":
                there = passed(there)
        cycle.refresh_from_db()
        now = cycle.opened_at
        switch_stage(viewer=loader, cycle_id=cycle.pk, version=cycle.version, stage="committee", from_=now)
    known = json.loads(BUDGETS.read_text())
    found = {}
    for name, (who, path) in PAGES.items():
        client = getattr(clients, who)
        one, more = queries_of(client, path(few)), queries_of(client, path(many))
        assert one == more, f"{name}: {one} queries with few sheets, {more} with many"
        found[name] = one
    if os.environ.get("JICHI_WRITE_BUDGETS"):
        BUDGETS.write_text(json.dumps(known | found, indent=1, sort_keys=True) + "\n")
        known |= found
    assert {name: count for name, count in found.items() if count > known.get(name, 0)} == {}


def test_a_cycle_leads_to_what_it_rests_on_and_what_came_of_it(clients, cycle):
    def links(client: Client) -> str:
        return page(client, "-cycle", cycle.pk)

    shown = links(clients.planner)
    for name in ("-rules", "-grades", "-workbooks", "-packets"):
        assert f'href="{url(name, *([] if name == "-rules" else [cycle.pk]))}"' in shown
    assert f'href="{reverse("staff-finance")}"' in shown
    office = links(clients.a)
    assert f'href="{url("-rules")}"' in office and f'href="{url("-packets", cycle.pk)}"' not in office
    public = f'href="{reverse("results-year", args=[str(cycle.fiscal_year)])}"'
    brought_through(cycle)
    publish_cycle(viewer=system_viewer("demo"), cycle_id=cycle.pk, version=Cycle.objects.get().version)
    for public_from, is_there in ((timezone.now(), True), (timezone.now() + timedelta(days=1), False)):
        Cycle.objects.filter(pk=cycle.pk).update(public_from=public_from)
        shown = links(clients.planner)
        assert (public in shown) is is_there and f'href="{url("-workbooks", cycle.pk)}"' not in shown
    past = f'href="{url("-past")}"'
    assert past in page(clients.planner, "-cycles") and past not in page(clients.a, "-cycles")


def test_a_sheet_is_printed_as_soon_as_something_was_handed_in(clients, cycle):
    sheet = sheet_of(cycle, "1-1-01")
    pdf = url("-sheet-file", sheet.pk, "pdf")
    assert pdf not in page(clients.a, "-sheet", sheet.pk)
    handed_in(sheet)
    assert f'href="{pdf}"' in page(clients.a, "-sheet", sheet.pk)


def test_the_council_finds_packets_and_prints_what_was_published(clients, cycle, viewer_as):
    sheet, loader = sheet_of(cycle, "1-1-01"), system_viewer("demo")
    brought_through(cycle)
    assert working_content_for(viewer_as(Role.PLANNING_OFFICER), sheet.pk)[2] is True
    publish_cycle(viewer=loader, cycle_id=cycle.pk, version=Cycle.objects.get().version)
    Cycle.objects.filter(pk=cycle.pk).update(council_from=timezone.now())
    assert f'href="{url("-packets", cycle.pk)}"' in page(clients.council, "-cycle", cycle.pk)
    pdf = f'href="{url("-sheet-file", sheet.pk, "pdf")}"'
    assert pdf in page(clients.council, "-edition", sheet.pk)
    # An earlier edition does not lead to the file of the newest.
    assert pdf not in page(clients.council, "-edition", sheet.pk, number="1")
    for role in (Role.COUNCIL_SECRETARIAT, Role.PLANNING_OFFICER):
        assert working_content_for(viewer_as(role), sheet.pk)[2] is False
    assert f'href="{url("-packets", cycle.pk)}"' not in page(clients.a, "-cycle", cycle.pk)
