"""Each list page asks the database as often for three rows as for one, and never more than its budget says.

The budgets stand in ``tests/query_budgets.json``. After a change that is meant, write them anew with
``JICHI_WRITE_BUDGETS=1 python -m pytest tests/site/test_pages_budgets.py`` and look at the difference.
"""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jichi.city.models import City
from jichi.city.viewers import system_viewer
from jichi.figures.models import Evidence, Observation
from jichi.figures.services import Value, add_evidence, enter_values, publish_values
from tests.plan.growing import grow

pytestmark = pytest.mark.django_db

BUDGETS = Path(__file__).resolve().parent.parent / "query_budgets.json"
PAGES = {
    "home": "/",
    "plan-list": "/plans/",
    "plan-detail": "/plans/mihon-1/",
    "node-detail (branch)": "/plans/mihon-1/1-1/",
    "node-detail (project)": "/plans/mihon-1/1-1-01/",
    "indicator-list": "/indicators/",
    "indicator-detail": "/indicators/mihon-1-i1/",
    "document-list": "/documents/",
    "document-detail": "/documents/mihon-1-d1/",
    "scheme-list": "/schemes/",
    "not-held": "/not-held/",
    "glossary": "/glossary/",
    "figures-list": "/figures/",
    "figures-value": "/figures/value/{value}/",
    "figures-evidence": "/figures/evidence/{evidence}/",
    "figures-corrections": "/figures/corrections/",
    "figures-metrics": "/figures/metrics/",
    "figures-metric": "/figures/metrics/figures.known/",
}


def queries_of(client: Client, path: str) -> int:
    """How many queries a page takes, once whatever is remembered between requests is."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def correct(times: int) -> None:
    """Let the first series have as many corrections, all taken from one document."""
    loader = system_viewer("pack-loader")
    first = Observation.objects.filter(series__isnull=False).order_by("pk")[0]
    evidence = Evidence.objects.filter(title="訂正").first() or add_evidence(viewer=loader, title="訂正")
    for number in range(Observation.objects.filter(series=first.series).count(), times + 1):
        value = Value(fiscal_year=2023, value=Decimal(number), series=first.series, reason=f"訂正{number}")
        [row] = enter_values(viewer=loader, values=[value], evidence=evidence)
        publish_values(viewer=loader, observation_ids=[row.pk])


def address(path: str) -> str:
    """The page's address, with the newest correction and its document filled in."""
    row = Observation.objects.order_by("pk").last()
    return path.format(value=row.pk, evidence=row.evidence_id) if row is not None else path


def budgets() -> dict[str, int]:
    return json.loads(BUDGETS.read_text()) if BUDGETS.exists() else {}


@pytest.mark.one_database  # how many queries a page takes is decided before they reach one
@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_its_budget_whatever_its_length(name: str, client: Client, city: City) -> None:
    grow(1, key="other-1")  # so that /plans/ is a list
    grow(1, observed=True)
    correct(1)
    one = queries_of(client, address(PAGES[name]))
    grow(3, observed=True)
    correct(3)
    three = queries_of(client, address(PAGES[name]))
    assert three == one, f"{name}: {one} queries with one row, {three} with three"
    if os.environ.get("JICHI_WRITE_BUDGETS"):
        BUDGETS.write_text(json.dumps(budgets() | {name: one}, indent=1, sort_keys=True) + "\n")
    assert one <= budgets()[name], f"{name}: {one} queries, budget {budgets()[name]}"
