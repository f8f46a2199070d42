"""The page of one value: every version, what it counts, how much it saw, and what of a cut is shown."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from jichi.city.models import City
from jichi.city.viewers import system_viewer
from jichi.figures.models import Breakdown, Cell, Observation
from jichi.figures.services import Value, add_evidence, enter_values, publish_values
from jichi.figures.services.bindings import add_definition
from jichi.manifest import Role
from jichi.plan.models import Series
from tests.plan.growing import grow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plan(city: City) -> None:
    grow(1)


def observe(value: str, *, publish: bool = True, **more: Any) -> Observation:
    loader = system_viewer("pack-loader")
    evidence = add_evidence(viewer=loader, title="市民意識調査 報告書", publisher="見本市")
    entered = Value(fiscal_year=2023, value=Decimal(value), decimals=1, series=Series.objects.get(), **more)
    row = enter_values(viewer=loader, values=[entered], evidence=evidence)[0]
    if publish:
        publish_values(viewer=loader, observation_ids=[row.pk])
    return row


def words(client: Client, row: Observation) -> str:
    response = client.get(f"/figures/value/{row.pk}/")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_a_value_leads_to_its_evidence_and_says_how_much_it_saw(client: Client) -> None:
    loader = system_viewer("pack-loader")
    add_definition(viewer=loader, series=Series.objects.get(), code="1", counts="回答した課の会議")
    row = observe("13.3", coverage=(61, 64), computation={"expression": "sum(a)", "inputs": {"a": "1234"}})
    page = client.get(f"/figures/value/{row.pk}/").content.decode()
    assert f'href="/figures/evidence/{row.evidence_id}/"' in page
    told = words(client, row)
    assert "61" in told and "64" in told and "13.3" in told
    assert "回答した課の会議" in told
    assert "sum(a)" in told and "1,234" in told


def test_an_earlier_version_stays_and_says_that_it_was_replaced(client: Client) -> None:
    first = observe("13.3")
    second = observe("14.4", reason="集計の誤り")
    old = client.get(f"/figures/value/{first.pk}/").content.decode()
    assert f'href="/figures/value/{second.pk}/"' in old
    assert "集計の誤り" in words(client, first)
    assert "13.3" in words(client, second)


def test_nobody_sees_an_unpublished_version(client: Client, client_as: Any) -> None:
    first, second = observe("13.3"), observe("14.4", reason="確認中", publish=False)
    assert client.get(f"/figures/value/{second.pk}/").status_code == 404
    assert "14.4" not in words(client, first)
    assert "14.4" in words(client_as(Role.PLANNING_OFFICER), second)


def test_hidden_cells_tell_the_public_neither_value_nor_kind(client: Client, client_as: Any) -> None:
    row = observe("100")
    cut = Breakdown.objects.create(observation=row, dimensions=["ward"], method="test", least_cell=10)
    states = {"kita": ("4", "primary"), "minami": ("37", "complementary"), "higashi": ("59", "shown")}
    for order, (ward, (value, state)) in enumerate(states.items()):
        Cell.objects.create(
            breakdown=cut, key=[ward], order=order, value=Decimal(value), n=int(value), state=state
        )
    told = words(client, row)
    assert "59.0" in told
    assert "37.0" not in told and "4.0" not in told.replace("14.0", "")
    assert "37.0" in words(client_as(Role.PLANNING_OFFICER), row)
