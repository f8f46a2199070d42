"""What is not public yet is nowhere: no page, file, answer of the API, found thing or panel tells of it."""

from __future__ import annotations

import datetime
import json

import jsonschema
import pytest
from django.test import Client
from django.utils import timezone

from jichi.city import registry
from jichi.city.access import ANONYMOUS
from jichi.city.models import AuditEntry
from jichi.evaluation.exports import EXPORTS
from jichi.evaluation.models import Cycle
from jichi.evaluation.queries import results_export, results_findable
from jichi.evaluation.queries.results import public_cycles_for
from jichi.evaluation.services.embargoes import tell_ended
from jichi.manifest import Export, Role
from jichi.site.api.application import openapi
from tests.conftest import ClientMaker

from . import made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]

ABSENT = (
    "/results/2026/",
    "/results/2026/1-1-002/",
    "/results/2026/corrections/",
    "/results/2026/data.csv",
    "/results/2023/",
    "/results/2023/1-1-002/",
    f"/results/{made.PLAN}/final/",
    f"/results/{made.PLAN}/final/1-1/",
    f"/results/{made.PLAN}/final/corrections/",
    f"/results/{made.PLAN}/final/data.json",
    f"/api/v1/evaluations/{made.PLAN}/2026/yearly",
    f"/api/v1/evaluations/{made.PLAN}/2026/yearly/1-1-002",
    f"/api/v1/evaluations/{made.PLAN}/2023/yearly/1-1-002",
    "/results/1999/",
    "/results/2025/9-9-999/",
    "/results/2025/1-2-003/",
    "/results/2025/data.exe",
)
LISTS = (
    "/results/",
    "/results/2025/",
    f"/plans/{made.PLAN}/1-1-002/",
    f"/plans/{made.PLAN}/1-1/",
    "/data/evaluation-projects.json",
    "/data/evaluation-measures.json",
    "/data/evaluation-grades.json",
    "/api/v1/evaluations",
    "/sitemap.xml",
)


@pytest.mark.parametrize("address", ABSENT)
def test_what_is_not_public_is_absent(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_it_is_absent_for_the_citys_own_people_too(client_as: ClientMaker) -> None:
    client = client_as(Role.PLANNING_OFFICER)
    for address in ABSENT:
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("address", LISTS)
def test_no_list_tells_of_it(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert "まだ見せない" not in text
    assert "2026年度の評価" not in text
    assert "/results/2026/" not in text
    assert "2023年度の評価" not in text


def test_no_found_thing_tells_of_it() -> None:
    found = list(results_findable.sheets())
    assert found
    assert not any("まだ見せない" in one.body or "/2026/" in one.url for one in found)
    assert not any("final" in one.url for one in found)


def test_search_brings_what_changed_and_nothing_else() -> None:
    whole = {one.object_id for one in results_findable.sheets()}
    one = sorted(whole)[0]
    assert {row.object_id for row in results_findable.sheets([("evaluation.sheet", one)])} == {one}
    assert list(results_findable.sheets([("evaluation.sheet", "x"), ("plan.node", one)])) == []


def test_the_moment_an_embargo_ends_all_of_it_is_there(client: Client) -> None:
    Cycle.objects.filter(fiscal_year=2026).update(public_from=timezone.now())
    assert client.get("/results/2026/").status_code == 200
    assert client.get("/results/2026/1-1-002/").status_code == 200
    assert "まだ見せない理由" in client.get("/data/evaluation-projects.json").content.decode()
    assert any("/2026/" in one.url for one in results_findable.sheets())


def test_the_end_of_an_embargo_is_told_once_it_came(published: None) -> None:
    now = timezone.now()
    tell_ended(now)
    told = set(
        AuditEntry.objects.filter(act="evaluation.cycle:became_public").values_list("object_id", flat=True)
    )
    coming = Cycle.objects.get(fiscal_year=2026)
    assert str(coming.pk) not in told
    tell_ended(now + datetime.timedelta(days=4))
    told = set(
        AuditEntry.objects.filter(act="evaluation.cycle:became_public").values_list("object_id", flat=True)
    )
    assert str(coming.pk) in told


def test_a_switched_off_stage_takes_it_away_again(client: Client, year: Cycle) -> None:
    Cycle.objects.filter(pk=year.pk).update(public_from=None)
    assert client.get("/results/2025/").status_code == 404
    assert "/results/2025/" not in client.get(f"/plans/{made.PLAN}/1-1-002/").content.decode()


def test_an_unpublished_plan_hides_its_evaluations(client: Client, year: Cycle) -> None:
    type(year.plan).objects.filter(pk=year.plan_id).update(published_at=None)
    assert client.get("/results/2025/").status_code == 404
    assert not public_cycles_for(ANONYMOUS).exists()


def test_the_files_hold_the_published_sheets(client: Client) -> None:
    rows = {(row["fiscal_year"], row["code"]): row for row in results_export.project_rows(ANONYMOUS)}
    assert len(rows) == 9
    corrected = rows[2025, "1-2-001"]
    assert corrected["project_cost_settled"] == 1510
    assert corrected["edition"] == "corrected"
    assert rows[2024, "1-2-005"]["accomplishment"] is None
    assert rows[2025, "1-1-002"]["ward"] == "あさひ野区"
    [grade] = results_export.grade_rows(ANONYMOUS)
    assert (grade["grade"], grade["cause"], grade["value"]) == (None, "survey_not_run", None)
    assert {row["progress"] for row in results_export.measure_rows(ANONYMOUS)} == {"B", "C"}
    data = json.loads(client.get("/results/2025/data.json").content)
    assert {row["code"] for row in data["rows"]} == {"1-1-002", "1-1-004", "1-2-001", "1-2-005"}
    assert client.get("/results/2025/data.xlsx").status_code == 200
    assert "-" not in {row["total_settled"] for row in data["rows"]}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda one: one.key)
def test_rows_hold_exactly_the_declared_columns(export: Export) -> None:
    rows = list(registry.resolve(export.rows)(ANONYMOUS))
    assert rows
    for row in rows:
        assert list(row) == [column.key for column in export.columns]


def test_the_api_tells_evaluations_and_sheets(client: Client) -> None:
    listed = client.get("/api/v1/evaluations").json()
    assert [(row["fiscal_year"], row["kind"]) for row in listed] == [
        (2025, "yearly"),
        (2024, "interim"),
        (2024, "yearly"),
    ]
    assert listed[0]["corrections"] == 1
    one = client.get(f"/api/v1/evaluations/{made.PLAN}/2025/yearly").json()
    assert one["compared_with"] == 2024
    assert one["improved"] == [{"code": "1-1-004", "before": "5", "after": "2"}]
    assert one["worsened"] == [{"code": "1-1-002", "before": "3", "after": "4"}]
    assert one["tallies"]["accomplishment"] == {"2": 1, "3": 2, "4": 1}
    sheet = client.get(f"/api/v1/evaluations/{made.PLAN}/2025/yearly/1-2-001").json()
    assert [(row["kind"], row["number"]) for row in sheet["editions"]] == [("published", 2), ("corrected", 3)]
    answers = {(row["field"], row["row"]): row["value"] for row in sheet["answers"]}
    assert answers["project_cost", "settled"] == "1510"
    assert ("bonds", "settled") not in answers


def test_the_map_of_the_site_names_the_published_pages(client: Client) -> None:
    text = client.get("/sitemap.xml").content.decode()
    assert "/results/2025/1-2-001/</loc>" in text
    assert f"/results/{made.PLAN}/interim/</loc>" in text
    assert f"/results/{made.PLAN}/final/" not in text


def test_the_api_answers_as_its_description_says(client: Client) -> None:
    document = openapi()
    places = {"{plan}": made.PLAN, "{fiscal_year}": "2025", "{kind}": "yearly", "{code}": "1-2-001"}
    described = [path for path in document["paths"] if path.startswith("/api/v1/evaluations")]
    assert len(described) == 3
    for path in described:
        address = path
        for place, value in places.items():
            address = address.replace(place, value)
        responses = document["paths"][path]["get"]["responses"]
        schema = (responses.get(200) or responses["200"])["content"]["application/json"]["schema"]
        found = client.get(address)
        assert found.status_code == 200, address
        jsonschema.validate(found.json(), {**schema, "components": document["components"]})
