"""Lists of sheets: what waits, the board, filters in the address, and how often they ask the database."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Sheet
from jichi.evaluation.services.cycles import switch_stage
from jichi.plan.models import Node
from tests.evaluation.cycle.sample import brought_through, handed_in, opened, passed, sheet_of

from .browsing import page, url

pytestmark = pytest.mark.django_db

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
