"""Home, the pages about the site, its glossary and its error pages."""

from __future__ import annotations

import datetime
import itertools
import re

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client, RequestFactory

from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry, City
from jichi.city.viewers import system_viewer
from jichi.manifest import Role
from jichi.site.models import GlossaryTerm
from jichi.site.services import load_glossary
from jichi.site.views import errors
from jichi.site.views.glossary import initial_of
from tests.plan.growing import grow

pytestmark = pytest.mark.django_db
LANGUAGES = ("", "/en", "/ja-simple")


@pytest.fixture(autouse=True)
def _today(city: City):
    with time_machine.travel(datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC), tick=False):
        yield


def body(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


class Sample:
    """Stands for a pack: the loader asks for its key alone."""

    key = "mihon"


def terms(*listed: dict) -> dict:
    return {"format": "jichi-glossary/1", "terms": list(listed)}


def term(key: str, ja: str = "見本", reading: str = "みほん", **more) -> dict:
    return {"key": key, "term": {"ja": ja}, "meaning": {"ja": f"{ja}の意味"}, "reading": reading, **more}


# --- home ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_home_before_any_plan_says_why_it_is_empty(client: Client, language: str) -> None:
    assert 'class="empty"' in body(client, f"{language}/")


def test_home_says_where_the_city_stands(client: Client) -> None:
    grow(3)
    told = words(body(client, "/"))
    assert "2026年11月24日（火） 現在" in told
    assert (
        "見本市実施計画は2026年3月31日に期間を終えました。3の指標のうち、実績がわかっているものはまだありません。"
        in told
    )
    assert "0/3" in told
    assert told.count("実績は未登録") >= 3


def test_home_counts_only_published_results(client: Client) -> None:
    grow(3, observed=True)
    told = words(body(client, "/"))
    assert "3の指標のうち3の実績がわかっています。" in told
    assert "0/3" not in told


def test_home_keeps_the_order_promise_result_proof(client: Client) -> None:
    grow(1)
    html = body(client, "/")
    places = [html.index(f"strip__part--{kind}") for kind in ("promise", "result", "proof")]
    assert places == sorted(places)


def test_home_links_lead_somewhere(client: Client) -> None:
    grow(2, observed=True)
    html = body(client, "/")
    for address in sorted(set(re.findall(r'href="(/[^"#]*)', html))):
        if not address.startswith("/static/"):
            assert client.get(address, follow=True).status_code == 200, address
    for anchor in set(re.findall(r'href="#([^"]+)"', html)):
        assert f'id="{anchor}"' in html, anchor


# --- every page ---------------------------------------------------------------------------------------------
PAGES = (
    "/",
    "/glossary/",
    "/about/",
    "/about/accessibility/",
    "/about/licence/",
    "/plans/mihon-1/",
    "/indicators/",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_a_title_and_no_inline_code(client: Client, language: str, path: str) -> None:
    grow(1)
    html = body(client, language + path)
    assert html.count("<h1") == 1
    assert re.search(r"<title>\s*\S", html)
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert not re.search(r"\son[a-z]+=\"", html)
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels
    idents = re.findall(r' id="([^"]+)"', html)
    assert len(idents) == len(set(idents)), [one for one in idents if idents.count(one) > 1]


def test_a_page_links_to_itself_in_the_other_languages(client: Client) -> None:
    grow(1)
    html = body(client, "/en/plans/mihon-1/1-1-01/?year=2024&ruby=1")
    assert 'href="/plans/mihon-1/1-1-01/?year=2024"' in html
    assert 'href="/ja-simple/plans/mihon-1/1-1-01/?year=2024"' in html


def test_english_navigation_stays_english(client: Client) -> None:
    grow(1)
    html = body(client, "/en/")
    assert 'href="/en/indicators/"' in html
    assert 'href="/indicators/"' not in html.split("site-nav")[1].split("</nav>")[0]


def test_a_sample_city_is_marked_on_every_page(client: Client) -> None:
    assert "見本データ" in body(client, "/about/")
    assert "見本データ" in body(client, "/nowhere/", 404)


# --- glossary -----------------------------------------------------------------------------------------------
def test_loading_the_glossary_twice_changes_nothing() -> None:
    viewer = system_viewer("pack-loader")
    data = terms(term("a", see=["b"]), term("b"))
    assert load_glossary(viewer=viewer, pack=Sample(), data=data) == 2
    entries = AuditEntry.objects.filter(act="site.glossary:load")
    assert entries.count() == 1
    assert load_glossary(viewer=viewer, pack=Sample(), data=data) == 0
    assert entries.count() == 1
    assert load_glossary(viewer=viewer, pack=Sample(), data=terms(term("a"))) == 2
    assert list(GlossaryTerm.objects.values_list("key", flat=True)) == ["a"]


@pytest.mark.parametrize("data", [terms(term("a"), term("a")), terms(term("a", see=["gone"]))])
def test_a_glossary_that_contradicts_itself_is_refused(data: dict) -> None:
    with pytest.raises(Invalid):
        load_glossary(viewer=system_viewer("pack-loader"), pack=Sample(), data=data)
    assert not GlossaryTerm.objects.exists()


def test_only_those_named_may_load_the_glossary(viewer_as) -> None:
    with pytest.raises(NotAllowed):
        load_glossary(viewer=viewer_as(Role.AUDITOR), pack=Sample(), data=terms(term("a")))
    assert load_glossary(viewer=viewer_as(Role.PLANNING_OFFICER), pack=Sample(), data=terms(term("a"))) == 1


@pytest.mark.parametrize(
    ("reading", "initial"),
    [("ぎょうせい", "か"), ("パブリック", "は"), ("っ", "た"), ("ゔ", "あ"), ("Ａ", "…"), ("", "…")],
)
def test_terms_stand_under_their_first_sound(reading: str, initial: str) -> None:
    assert initial_of(GlossaryTerm(key="x", term="漢", reading=reading), japanese=True) == initial


def test_words_of_a_page_are_explained_on_it(client: Client) -> None:
    load_glossary(
        viewer=system_viewer("pack-loader"),
        pack=Sample(),
        data=terms(term("shisaku", "施策", "しさく"), term("other", "別の言葉", "べつ")),
    )
    grow(1)
    html = body(client, "/plans/mihon-1/1-1/")
    assert 'href="/glossary/#shisaku"' in html
    assert "別の言葉" not in html
    assert 'id="shisaku"' in body(client, "/glossary/")


# --- what went wrong ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path", ["/nowhere/", "/en/nowhere/", "/plans/none/", "/indicators/none/", "/documents/x/"]
)
def test_an_absent_page_says_what_happened_where_and_what_next(client: Client, path: str) -> None:
    html = body(client, path, 404)
    assert path in html
    assert html.count("<dt>") == 4
    assert 'role="search"' in html


def test_an_absent_address_of_the_api_is_answered_to_a_program(client: Client) -> None:
    response = client.get("/api/nowhere")
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("application/problem+json")


def test_an_error_page_survives_the_loss_of_its_surroundings(monkeypatch, rf: RequestFactory) -> None:
    def broken(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("jichi.config.context.current_city", broken)
    for answer, status in (
        (errors.page_not_found(rf.get("/x/")), 404),
        (errors.server_error(rf.get("/x/")), 500),
        (errors.bad_request(rf.get("/x/")), 400),
        (errors.permission_denied(rf.get("/x/")), 403),
    ):
        assert answer.status_code == status
        assert b"<h1" in answer.content
        assert answer.headers.get("Cache-Control", "no-store") == "no-store"


def test_a_form_without_its_mark_says_that_nothing_was_saved() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/ja-simple/", {"a": "b"})
    if response.status_code == 405:
        response = client.post("/", {"a": "b"})
    assert response.status_code == 403
    assert "保存" in response.content.decode()


def test_the_address_on_an_error_page_is_text(client: Client) -> None:
    html = body(client, "/<script>alert(1)</script>/", 404)
    assert "<script>alert" not in html
