"""What measured values add to the public pages, and the pages of their evidence."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.test import Client

from jichi.city.access import ANONYMOUS, Viewer
from jichi.city.models import City
from jichi.city.viewers import system_viewer
from jichi.figures.models import Evidence, Observation
from jichi.figures.queries import evidence_for, latest_of, observations_for
from jichi.figures.services import Value, add_evidence, enter_values, publish_values
from jichi.plan.models import Series
from tests.plan.growing import grow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plan(city: City) -> None:
    grow(1)


def loader() -> Viewer:
    return system_viewer("pack-loader")


def words(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def observe(value: str | None, *, publish: bool = True, year: int = 2023, **more) -> Observation:
    evidence = add_evidence(viewer=loader(), title=more.pop("title", "報告書"), publisher="見本市")
    number = None if value is None else Decimal(value)
    entered = Value(fiscal_year=year, value=number, decimals=1, series=Series.objects.get(), **more)
    row = enter_values(viewer=loader(), values=[entered], evidence=evidence)[0]
    if publish:
        publish_values(viewer=loader(), observation_ids=[row.pk])
    return row


def test_the_public_sees_published_values_only(client: Client) -> None:
    row = observe("13.3", publish=False)
    assert "13.3" not in words(client, "/indicators/mihon-1-i1/")
    assert client.get(f"/figures/evidence/{row.evidence_id}/").status_code == 404
    assert not observations_for(ANONYMOUS).exists()
    assert not evidence_for(ANONYMOUS).exists()
    publish_values(viewer=loader(), observation_ids=[row.pk])
    assert "13.3" in words(client, "/indicators/mihon-1-i1/")
    assert client.get(f"/figures/evidence/{row.evidence_id}/").status_code == 200


def test_from_a_number_to_its_proof_it_is_two_steps(client: Client) -> None:
    row = observe("13.3", title="市民意識調査 報告書")
    page = client.get("/indicators/mihon-1-i1/").content.decode()
    assert f'href="/figures/evidence/{row.evidence_id}/"' in page
    proof = words(client, f"/figures/evidence/{row.evidence_id}/")
    assert "市民意識調査 報告書" in proof
    assert "13.3 %" in proof


def test_a_correction_replaces_the_value_and_says_why(client: Client) -> None:
    observe("13.3")
    observe("14.4", reason="集計の誤り")
    told = words(client, "/indicators/mihon-1-i1/")
    assert "14.4" in told
    assert "13.3" not in told
    assert "訂正（第2版）：集計の誤り" in told
    assert [row.revision for row in latest_of(observations_for(ANONYMOUS))] == [2]


def test_an_unpublished_correction_leaves_the_published_value(client: Client) -> None:
    observe("13.3")
    observe("14.4", reason="確認中", publish=False)
    told = words(client, "/indicators/mihon-1-i1/")
    assert "13.3" in told
    assert "14.4" not in told


def test_a_survey_that_was_not_run_is_no_zero(client: Client) -> None:
    observe(None, note="調査を行わなかった")
    told = words(client, "/indicators/mihon-1-i1/")
    assert "判定できない：測っていない" in told
    assert "調査を行わなかった" in told
    assert "0 %（" not in told.replace("10.0 %", "").replace("20.0 %", "")


def test_a_part_is_named_as_a_part(client: Client) -> None:
    observe("13.3", coverage=(3, 41))
    told = words(client, "/indicators/mihon-1-i1/")
    assert "3/41" in told
    assert "目標を達成" not in told


def test_the_title_of_evidence_is_text(client: Client) -> None:
    row = observe("13.3", title="<img src=x onerror=alert(1)>")
    for path in (f"/figures/evidence/{row.evidence_id}/", "/indicators/mihon-1-i1/"):
        assert "<img" not in client.get(path).content.decode()
    assert Evidence.objects.count() == 1
