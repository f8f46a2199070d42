"""The public pages: places with their access in words and shapes, one place, councils and committees."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jichi.city.models import City, Ward
from jichi.directory.access_marks import AccessFact
from jichi.directory.models import Body, Organisation, Place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.usefixtures("place", "body")
@pytest.mark.parametrize("prefix", ["", "/en", "/ja-simple"])
@pytest.mark.parametrize("path", ["/places/", "/places/centre/", "/bodies/"])
def test_every_page_stands_in_every_language(client: Client, prefix: str, path: str) -> None:
    text_of(client, prefix + path)


@pytest.mark.parametrize("path", ["/places/", "/bodies/"])
def test_an_empty_list_says_why(client: Client, path: str) -> None:
    assert "empty" in text_of(client, path)


def test_each_access_fact_has_a_shape_and_a_word_of_its_own() -> None:
    marks = {value: AccessFact("toilet", "トイレ", value) for value in (True, False, None)}
    shapes = {str(fact.mark).partition("<svg")[2].partition("</svg>")[0] for fact in marks.values()}
    assert len(shapes) == 3 and len({fact.word for fact in marks.values()}) == 3
    assert all(fact.word in fact.mark and fact.word.startswith("トイレ") for fact in marks.values())


def test_the_list_tells_of_each_place_what_is_known(client: Client, place: Place) -> None:
    text = text_of(client, "/en/places/")
    assert "Civic Activity Centre" in text
    for said in ("Step-free access: available", "Toilet for wheelchairs: not available"):
        assert said in text
    assert text.count(": not known") == 2


@pytest.fixture
def three(place: Place) -> None:
    """Places in two wards and in none, with different access."""
    other = Ward.objects.create(key="kawabe", code="991202", name="かわべ区", order=2)
    Place.objects.create(key="hall", name="かわべ会館", kind="hall", ward=other, step_free=True, toilet=True)
    Place.objects.create(key="square", name="広場", kind="park", step_free=None)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["centre", "hall", "square"]),
        ("ward=kawabe", ["hall"]),
        ("ward=atlantis", []),
        ("step_free=1", ["centre", "hall"]),
        ("step_free=1&toilet=1", ["hall"]),
        ("interpreter=1", []),
        ("ward=asahi-no&step_free=1", ["centre"]),
    ],
)
def test_places_are_found_by_ward_and_by_need(client: Client, query: str, keys: list[str]) -> None:
    response = client.get(f"/places/?{query}")
    found = [line["row"].key for group in response.context["groups"] for line in group["lines"]]
    assert sorted(found) == keys
    assert response.context["total"] == 3


def test_one_place_tells_where_it_is_and_who_runs_it(client: Client, place: Place) -> None:
    Place.objects.update(url="https://example.jp/centre", source_note="市のホームページ")
    text = text_of(client, "/places/centre/")
    for said in ("あさひ野区", "NPO法人 見本まちの支援", "協働推進課", "市のホームページ"):
        assert said in text
    assert 'href="https://example.jp/centre"' in text


def test_a_place_that_has_ended_is_absent_like_one_that_never_was(client: Client, place: Place) -> None:
    Place.objects.update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    assert client.get("/places/centre/").status_code == 404
    assert client.get("/places/atlantis/").status_code == 404
    assert "市民活動センター" not in text_of(client, "/places/")


def test_bodies_stand_with_basis_and_office_and_without_members(client: Client, body: Body) -> None:
    Body.objects.update(legal_basis="見本市附属機関設置条例", term="2年")
    text = text_of(client, "/bodies/")
    for said in ("協働推進審議会", "見本市附属機関設置条例", "協働推進課", "2年"):
        assert said in text
    assert 'href="/bodies/"' in text_of(client, "/places/")


def test_the_data_can_be_taken_away(client: Client, place: Place, body: Body) -> None:
    rows = client.get("/data/places.json").json()["rows"]
    assert [row["key"] for row in rows] == ["centre"] and rows[0]["hearing_loop"] is None
    assert "shingikai" in client.get("/data/bodies.csv").content.decode("utf-8-sig")


@pytest.mark.parametrize(
    "path", ["/places/", "/bodies/", "/staff/directory/", "/staff/directory/organisations/"]
)
def test_a_list_asks_the_database_as_often_for_three_rows_as_for_one(
    path: str, client_as: Any, city: City, place: Place, body: Body
) -> None:
    from jichi.manifest import Role

    client = client_as(Role.PLANNING_OFFICER)

    def queries() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    one = queries()
    for number in range(2):
        operator = Organisation.objects.create(key=f"o{number}", name="団体", kind="npo")
        ward = Ward.objects.create(key=f"w{number}", code=f"99{number}909", name="区", order=9 + number)
        Place.objects.create(
            key=f"p{number}",
            name="館",
            kind="hall",
            ward=ward,
            operator=operator,
            department=place.department,
        )
        Body.objects.create(key=f"b{number}", name="会", kind="meeting", department=body.department)
    assert queries() == one
