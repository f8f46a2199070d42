"""Readings over the kanji: asked for by a link, kept in a cookie, on public Japanese pages only."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jichi.manifest import Role
from jichi.ui.ruby import strip_ruby

from . import small_plan

pytestmark = pytest.mark.django_db


def test_the_link_sets_a_cookie_and_leads_back(client: Client) -> None:
    answer = client.get("/search/?q=公園&ruby=1&kind=plan.projects")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/search/?q=%E5%85%AC%E5%9C%92&kind=plan.projects"
    assert answer.cookies["jichi_ruby"].value == "1"
    assert answer.cookies["jichi_ruby"]["httponly"]
    assert client.get("/search/?ruby=0").headers["Location"] == "/search/"
    assert client.cookies["jichi_ruby"].value == ""


def test_the_link_cannot_lead_to_another_site(client: Client) -> None:
    answer = client.get("//example.com/?ruby=1")
    assert not answer.headers.get("Location", "/").startswith("//")


def test_readings_stand_over_the_words_of_the_city(client: Client) -> None:
    small_plan.load()
    plain = client.get("/search/?q=町内会").content.decode()
    client.cookies["jichi_ruby"] = "1"
    answer = client.get("/search/?q=町内会")
    html = answer.content.decode()
    assert "<ruby>町内会<rt>ちょうないかい</rt></ruby>" in html
    assert 'value="町内会"' in html, "what was typed stays as it was typed"
    assert int(answer.headers.get("Content-Length", len(answer.content))) == len(answer.content)
    assert "Cookie" in answer.headers["Vary"]
    assert len(strip_ruby(html)) - len(plain) < 400


@pytest.mark.parametrize("address", ["/ja-simple/search/?q=町内会"])
def test_easy_japanese_has_readings_too(client: Client, address: str) -> None:
    small_plan.load()
    client.cookies["jichi_ruby"] = "1"
    assert "<ruby>" in client.get(address).content.decode()


@pytest.mark.parametrize(
    "address",
    ["/en/search/?q=町内会", "/data/nodes.json", "/data/nodes.csv", "/api/v1/nodes", "/sitemap.xml"],
)
def test_other_languages_and_data_stay_as_they_are(client: Client, address: str) -> None:
    small_plan.load()
    client.cookies["jichi_ruby"] = "1"
    assert "<ruby>" not in client.get(address).content.decode("utf-8-sig")


def test_pages_of_the_staff_are_not_touched(client_as: Any) -> None:
    small_plan.load()
    client = client_as(Role.PLANNING_OFFICER)
    client.cookies["jichi_ruby"] = "1"
    answer = client.get("/staff/")
    assert answer.status_code in {200, 302, 404}
    if answer.status_code == 200:
        assert "<ruby>" not in answer.content.decode()
