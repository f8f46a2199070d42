"""The read API: what it answers, what it refuses, and its description."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jichi.manifest import Role
from jichi.site.api.application import openapi
from jichi.site.api.routes import OPERATIONS

from . import small_plan
from .test_data import measure

pytestmark = pytest.mark.django_db
SNAPSHOT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
LISTS = (
    "plans",
    "nodes",
    "indicators",
    "projects",
    "documents",
    "schemes",
    "not-held",
    "wards",
    "catalogue",
    "search?q=町内会",
)


def answer(client: Client, path: str, **headers: str) -> Any:
    found = client.get(f"/api/v1/{path}", headers=headers)
    assert found.status_code == 200, found.content
    return json.loads(found.content)


def test_every_list_answers_and_holds_something(client: Client) -> None:
    small_plan.load()
    for path in LISTS:
        found = answer(client, path)
        assert found["items"] if isinstance(found, dict) else found, path


def test_a_plan_comes_with_its_tree(client: Client) -> None:
    small_plan.load()
    plan = answer(client, "plans/mihon-1")
    assert [level["key"] for level in plan["levels"]] == ["policy", "measure", "project"]
    root = plan["tree"][0]
    assert root["children"][0]["children"][0]["code"] == "1-1-01"


def test_a_node_by_its_code(client: Client) -> None:
    small_plan.load()
    node = answer(client, "plans/mihon-1/nodes/1-1")
    assert node["indicators"] == ["kanyu"]
    assert node["children"] == ["1-1-01"]
    assert node["documents"] == ["kyodo-jorei"]
    assert [row["text"] for row in node["statements"]] == ["〇〇町のつながりを強める"]
    assert node["project"] is None
    assert answer(client, "plans/mihon-1/nodes/1-1-01")["project"].endswith("/api/v1/projects/mihon-1/1-1-01")


def test_an_indicator_with_its_values_and_their_evidence(client: Client) -> None:
    small_plan.load()
    measure("60.5", n=1200, interval_low="57.7", interval_high="63.3") if False else measure("60.5")
    found = answer(client, "indicators/kanyu")
    series = found["series"][0]
    assert [(row["role"], row["value"]) for row in series["points"]] == [("current", 59), ("target", 64)]
    assert series["observations"][0]["value"] == 60.5
    assert series["observations"][0]["evidence"] == "統計書"
    assert found["placements"][0] == {
        "plan": "mihon-1",
        "node": "1-1",
        "node_name": "町内会・自治会を支える",
        "comparator": "ge",
    }


def test_a_project_with_its_years_and_numbers(client: Client) -> None:
    small_plan.load()
    project = answer(client, "projects/mihon-1/1-1-01")
    assert project["initiatives"][0]["milestones"][0]["last_year"] == 2023
    assert project["figures"][0]["points"][0]["value"] == 0
    assert project["figures"][0]["initiative"] == "窓口の改善"


def test_drafts_are_absent_whoever_asks(client: Client, client_as: Any) -> None:
    small_plan.load(publish=False)
    measure("60.5", published=False)
    for reader in (client, client_as(Role.PLANNING_OFFICER)):
        assert answer(reader, "plans") == []
        for path in (
            "plans/mihon-1",
            "plans/mihon-1/nodes/1-1",
            "indicators/kanyu",
            "projects/mihon-1/1-1-01",
            "documents/kyodo-jorei",
        ):
            assert reader.get(f"/api/v1/{path}").status_code == 404
        for path in ("nodes", "indicators", "projects", "documents"):
            assert answer(reader, path)["items"] == []


def test_lists_come_in_pages(client: Client) -> None:
    small_plan.load()
    first = answer(client, "nodes?size=2&plan=mihon-1")
    assert (first["count"], first["pages"], len(first["items"])) == (3, 2, 2)
    assert first["previous"] is None
    second = json.loads(client.get(first["next"].partition("/api/")[2].join(["/api/", ""])).content)
    assert [row["code"] for row in second["items"]] == ["1-1-01"]
    assert second["next"] is None
    assert client.get("/api/v1/nodes?page=9").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("plans/none", 404),
        ("nothing", 404),
        ("nodes?size=0", 422),
        ("nodes?page=x", 422),
        ("search", 422),
        ("search?q=" + "あ" * 300, 422),
    ],
)
def test_errors_are_problems_in_the_readers_language(client: Client, path: str, status: int) -> None:
    texts = set()
    for language in ("ja", "en"):
        found = client.get(f"/api/v1/{path}", headers={"accept-language": language})
        assert found.status_code == status
        assert found.headers["Content-Type"].startswith("application/problem+json")
        problem = json.loads(found.content)
        assert problem["status"] == status
        texts.add(problem["title"])
        assert found.headers["Content-Language"] == language
    assert len(texts) == 2


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    found = getattr(client, method)("/api/v1/plans")
    assert found.status_code == 405
    assert found.headers["Content-Type"].startswith("application/problem+json")
    assert "GET" in found.headers["Allow"]


def test_other_sites_may_read(client: Client) -> None:
    small_plan.load()
    assert client.get("/api/v1/plans").headers["Access-Control-Allow-Origin"] == "*"
    preflight = client.options("/api/v1/plans")
    assert preflight.status_code == 204
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in preflight.headers


def test_head_is_answered(client: Client) -> None:
    small_plan.load()
    found = client.head("/api/v1/plans")
    assert found.status_code == 200
    assert found.content == b""


def test_the_language_of_names(client: Client) -> None:
    small_plan.load()
    assert answer(client, "indicators")["items"][0]["name"] == "町内会加入率"
    english = "Neighbourhood association membership"
    assert answer(client, "indicators?lang=en")["items"][0]["name"] == english
    assert (
        answer(client, "indicators", **{"accept-language": "en-GB;q=0.9, fr"})["items"][0]["name"] == english
    )
    assert (
        answer(client, "indicators?lang=ja", **{"accept-language": "en"})["items"][0]["name"]
        == "町内会加入率"
    )
    assert answer(client, "plans", **{"accept-language": "en;q=x,,;q=,*"})


def test_the_search_of_the_api(client: Client) -> None:
    small_plan.load()
    found = answer(client, "search?q=町内会&size=1")
    assert found["count"] >= 2
    assert len(found["items"]) == 1
    assert found["items"][0]["url"].startswith("http")
    assert answer(client, "search?q=町内会加入率調査")["related"]


@pytest.mark.parametrize("path", ["nodes", "indicators", "projects", "documents", "schemes", "plans"])
def test_lists_need_the_same_queries_for_one_and_for_many(client: Client, path: str) -> None:
    small_plan.load()
    client.get(f"/api/v1/{path}")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/api/v1/{path}")
    document = small_plan.document()
    for number in (2, 3):
        document["nodes"].append({**document["nodes"][2], "code": f"1-1-0{number}", "order": number})
        document["projects"].append({**document["projects"][0], "code": f"1-1-0{number}"})
        document["indicators"].append({**document["indicators"][0], "key": f"kanyu-{number}"})
        document["documents"].append({**document["documents"][0], "key": f"jorei-{number}"})
        document["schemes"].append({**document["schemes"][0], "key": f"hojo-{number}"})
    from jichi.city.viewers import system_viewer
    from jichi.plan.services import apply_document

    apply_document(viewer=system_viewer("pack-loader"), document=document)
    with CaptureQueriesContext(connection) as many:
        client.get(f"/api/v1/{path}")
    assert len(many) == len(one)


# --- the description -------------------------------------------------------------------------------------
def test_the_description_is_the_committed_one() -> None:
    """Run with JICHI_WRITE_SNAPSHOTS=1 to write it anew after a change that was meant."""
    text = json.dumps(openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("JICHI_WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert SNAPSHOT.read_text(encoding="utf-8") == text


def test_the_description_is_openapi_3_1_and_names_every_operation(client: Client) -> None:
    document = json.loads(client.get("/api/v1/openapi.json").content)
    assert document["openapi"].startswith("3.1")
    assert len(document["paths"]) == len(OPERATIONS)
    for methods in document["paths"].values():
        assert set(methods) == {"get"}
        assert methods["get"]["summary"]
        assert methods["get"]["description"]
        assert "422" in methods["get"]["responses"]


def test_the_answers_are_what_the_description_says(client: Client) -> None:
    import jsonschema

    small_plan.load()
    measure("60.5")
    document = openapi()
    places = {"{key}": "mihon-1", "{plan}": "mihon-1", "{code}": "1-1-01"}
    for path, methods in document["paths"].items():
        if path.startswith(("/api/v1/evaluations/", "/api/v1/consultations/")):
            continue  # need something published: tests/evaluation/results, tests/consultations
        address = path.replace("/indicators/{key}", "/indicators/kanyu").replace(
            "/documents/{key}", "/documents/kyodo-jorei"
        )
        for place, value in places.items():
            address = address.replace(place, value)
        found = client.get(address + ("?q=町内会" if path.endswith("/search") else ""))
        assert found.status_code == 200, address
        responses = methods["get"]["responses"]
        schema = (responses.get(200) or responses.get("200"))["content"]["application/json"]["schema"]
        jsonschema.validate(json.loads(found.content), {**schema, "components": document["components"]})


def test_the_api_can_be_read_about_without_a_script(client: Client) -> None:
    small_plan.load()
    for address in ("/api/v1/docs", "/en/api/v1/docs"):
        html = client.get(address).content.decode()
        for path in openapi()["paths"]:
            assert path in html
        assert "<script" not in html.split("<main")[1].split("</main")[0]
