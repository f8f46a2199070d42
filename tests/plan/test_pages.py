"""The plan's public pages, as a reader gets them."""

from __future__ import annotations

import datetime
import re

import pytest
import time_machine
from django.test import Client

from jichi.city.access import ANONYMOUS
from jichi.city.models import City
from jichi.city.viewers import system_viewer
from jichi.manifest import Role
from jichi.plan.models import Plan
from jichi.plan.queries import current_plan_for, node_page_for, outline_for, plan_for, plans_for
from jichi.plan.services import apply_document, succeed_plan, withdraw_plan

from .growing import TODAY, document, grow, observe

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(city: City):
    with time_machine.travel(datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC), tick=False):
        yield


def body(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def words(html: str) -> str:
    """The text of a page without its tags, in one line."""
    whole = re.sub(r'<span class="nowrap">([^<]*)</span>', r"\1", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", whole))


# --- who sees what ------------------------------------------------------------------------------------------
PAGES = (
    "/plans/mihon-1/",
    "/plans/mihon-1/1-1/",
    "/plans/mihon-1/1-1-01/",
    "/indicators/mihon-1-i1/",
    "/documents/mihon-1-d1/",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_draft_is_absent_for_the_public(client: Client, path: str) -> None:
    grow(1, publish=False)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_a_draft_is_there_for_those_who_may_read_it(client_as, path: str) -> None:
    grow(1, publish=False)
    assert client_as(Role.PLANNING_OFFICER).get(path).status_code == 200
    assert client_as(None).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/indicators/", "/documents/", "/schemes/", "/not-held/", "/plans/"])
def test_lists_hold_nothing_of_a_draft(client: Client, path: str) -> None:
    grow(2, key="draft-1", publish=False)
    assert "draft-1" not in body(client, path)
    assert "見本の" not in words(body(client, path))


def test_a_withdrawn_plan_disappears(client: Client) -> None:
    plan = grow(1)
    assert client.get("/plans/mihon-1/").status_code == 200
    withdraw_plan(viewer=system_viewer("pack-loader"), plan_id=plan.pk)
    assert client.get("/plans/mihon-1/").status_code == 404


def test_points_of_a_draft_stay_out_of_a_shared_indicators_page(client: Client, client_as) -> None:
    grow(1)
    later = document(1, key="mihon-2")
    later["plan"] |= {"first_year": 2026, "last_year": 2029, "adopted_on": None}
    later["indicators"][0]["key"] = "mihon-1-i1"
    later["indicators"][0]["series"][0]["points"] = [
        {**later["indicators"][0]["series"][0]["points"][2], "fiscal_year": 2029, "value": 77.7}
    ]
    apply_document(viewer=system_viewer("pack-loader"), document=later)
    assert "77.7" not in body(client, "/indicators/mihon-1-i1/")
    assert "77.7" in body(client_as(Role.PLANNING_OFFICER), "/indicators/mihon-1-i1/")


# --- what a plan is today -----------------------------------------------------------------------------------
def test_a_plan_whose_period_is_over_says_so_on_every_page(client: Client) -> None:
    grow(1)
    for path in ("/plans/mihon-1/", "/plans/mihon-1/1-1-01/", "/indicators/mihon-1-i1/"):
        assert "2026年3月31日（火）に終わりました。総括評価を待っています。" in words(body(client, path)), (
            path
        )


def test_a_plan_in_force_and_its_successor_lead_to_each_other(client: Client) -> None:
    old, new = grow(1), grow(1, key="mihon-2")
    succeed_plan(
        viewer=system_viewer("pack-loader"), plan_id=old.pk, successor_id=new.pk, on=datetime.date(2026, 4, 1)
    )
    assert 'href="/plans/mihon-2/"' in body(client, "/plans/mihon-1/")
    assert 'href="/plans/mihon-1/"' in body(client, "/plans/mihon-2/")
    assert "次の計画へ移りました" in body(client, "/plans/mihon-1/")


def test_the_current_plan_is_the_one_in_force_before_the_packs_own_choice() -> None:
    grow(1)
    assert current_plan_for(ANONYMOUS, on=TODAY, default_key="mihon-1").key == "mihon-1"
    Plan.objects.filter(pk=grow(1, key="later").pk).update(first_year=2026, last_year=2029)
    assert current_plan_for(ANONYMOUS, on=TODAY, default_key="mihon-1").key == "later"
    Plan.objects.filter(key="later").update(adopted_on=None)
    assert current_plan_for(ANONYMOUS, on=TODAY, default_key="mihon-1").key == "mihon-1"


def test_one_plan_needs_no_list(client: Client) -> None:
    grow(1)
    assert client.get("/plans/").headers["Location"] == "/plans/mihon-1/"
    grow(1, key="mihon-2")
    assert client.get("/plans/").status_code == 200


# --- the tree -----------------------------------------------------------------------------------------------
def test_the_outline_knows_paths_neighbours_and_counts() -> None:
    grow(3)
    plan = plan_for(ANONYMOUS, "mihon-1")
    outline = outline_for(ANONYMOUS, plan)
    codes = [node.code for node in outline.walk()]
    assert codes == ["1", "1-1", "1-1-01", "1-1-02", "1-1-03", "1-2", "1-3", "1-4"]
    middle = next(node for node in outline.walk() if node.code == "1-1-02")
    assert [node.code for node in outline.path(middle)] == ["1", "1-1"]
    assert [node.code for node in outline.neighbours(middle)] == ["1-1-01", "1-1-03"]
    assert [(c.level.key, c.number) for c in outline.counts()] == [
        ("policy", 1),
        ("measure", 4),
        ("project", 3),
    ]


def test_a_plan_without_anything_still_has_a_page(client: Client) -> None:
    empty = document(1)
    for part in ("nodes", "indicators", "projects", "documents", "schemes", "not_held"):
        empty[part] = []
    apply_document(viewer=system_viewer("pack-loader"), document=empty, publish=True)
    for path in ("/plans/mihon-1/", "/indicators/", "/documents/", "/schemes/", "/not-held/", "/"):
        assert client.get(path).status_code == 200, path


def test_the_page_of_a_node_is_none_where_there_is_none() -> None:
    grow(1)
    assert node_page_for(ANONYMOUS, "mihon-1", "9-9") is None
    assert node_page_for(ANONYMOUS, "absent", "1") is None
    assert [plan.key for plan in plans_for(ANONYMOUS)] == ["mihon-1"]


# --- projects -----------------------------------------------------------------------------------------------
def test_an_activity_spans_the_columns_of_its_years(client: Client) -> None:
    grow(1)
    html = body(client, "/plans/mihon-1/1-1-01/")
    assert re.search(r'<td colspan="2"[^>]*>\s*<span[^>]*>試行', html)


def test_an_activity_without_certain_years_is_marked_and_given_no_year(client: Client) -> None:
    grow(1)
    html = body(client, "/plans/mihon-1/1-1-01/")
    assert "年度を確かめられない取組が1件あります" in words(html)
    assert re.search(r'class="span span--uncertain"[^>]*>\s*<span[^>]*>列のわからない取組', html)
    for year in range(2022, 2026):
        told = words(body(client, f"/plans/mihon-1/1-1-01/?year={year}"))
        assert "この年度に予定されている取組はありません" not in told


def test_a_year_can_be_chosen_without_script(client: Client) -> None:
    grow(1)
    narrow = body(client, "/plans/mihon-1/1-1-01/?year=2024").split("years__narrow")[1].split("</section>")[0]
    assert "実施" in narrow
    assert "試行" not in narrow


@pytest.mark.parametrize("asked", ["abc", "99999", "２０２３", "-1", "1999", ""])
def test_a_year_that_is_none_falls_back_to_the_plans_own(client: Client, asked: str) -> None:
    grow(1)
    assert client.get("/plans/mihon-1/1-1-01/", {"year": asked}).status_code == 200


def test_yearly_targets_stand_against_results_with_their_evidence(client: Client) -> None:
    grow(1)
    assert "実績は未登録" in words(body(client, "/plans/mihon-1/1-1-01/"))
    observe(plan_for(ANONYMOUS, "mihon-1"))
    html = body(client, "/plans/mihon-1/1-1-01/")
    assert "10回以上" in words(html)
    number = re.search(r'<a href="(/figures/value/\d+/)">12\.5回</a>', html)
    assert number and re.search(r'<a href="/figures/evidence/\d+/">', body(client, number[1]))


# --- indicators ---------------------------------------------------------------------------------------------
def test_the_heading_answers_with_value_and_target(client: Client) -> None:
    grow(1)
    html = body(client, "/indicators/mihon-1-i1/")
    assert "見本の割合1は 10.0 % （令和3年度）、目標 20.0 %以上 （令和7年度）" in words(html)
    assert "実績は未登録" in words(html)


def test_a_result_takes_the_place_of_the_plans_own_value(client: Client) -> None:
    grow(1, observed=True)
    told = words(body(client, "/indicators/mihon-1-i1/"))
    assert "見本の割合1は 12.5 % （令和5年度）" in told
    assert "現状と目標の間" in told


def test_an_indicator_on_several_plans_shows_the_points_of_all(client: Client) -> None:
    grow(1)
    later = document(1, key="mihon-2")
    later["indicators"][0]["key"] = "mihon-1-i1"
    later["plan"] |= {"first_year": 2026, "last_year": 2029}
    later["indicators"][0]["series"][0]["points"] = [
        {**later["indicators"][0]["series"][0]["points"][2], "fiscal_year": 2029, "value": 33.3}
    ]
    apply_document(viewer=system_viewer("pack-loader"), document=later, publish=True)
    told = words(body(client, "/indicators/mihon-1-i1/"))
    assert "33.3 %以上" in told
    assert "20.0 %以上" in told


# --- documents, schemes, not held ---------------------------------------------------------------------------
def test_a_document_tells_its_years_and_where_it_is_named(client: Client) -> None:
    grow(1)
    html = body(client, "/documents/mihon-1-d1/")
    assert "令和4（2022）年度" in words(html)
    assert 'href="/plans/mihon-1/1-1-01/"' in html


def test_schemes_and_missing_parts_have_anchors(client: Client) -> None:
    grow(2)
    assert 'id="mihon-1-s2"' in body(client, "/schemes/")
    assert 'id="n2"' in body(client, "/not-held/")


# --- languages ----------------------------------------------------------------------------------------------
def test_untranslated_content_is_marked_as_japanese_on_an_english_page(client: Client) -> None:
    grow(1)
    html = body(client, "/en/plans/mihon-1/1-1/")
    assert '<html lang="en"' in html
    assert '<span lang="ja">見本の1-1</span>' in html
    assert "Sample plan" in html
    bare = re.sub(r'<([a-z0-9]+)[^>]* lang="ja"[^>]*>.*?</\1>', "", html, flags=re.S)
    bare = re.sub(r"<head>.*?</head>|<svg.*?</svg>|<aside.*?</aside>", "", bare, flags=re.S)
    bare = re.sub(r'<nav class="languages".*?</nav>|<[^>]+>', "", bare, flags=re.S)
    left = set(re.findall(r"[ぁ-んァ-ヶ一-龠]+", bare)) - {"見本市", "自治"}
    assert not left, left


def test_html_in_the_plan_is_text(client: Client) -> None:
    nasty = document(1)
    nasty["nodes"][1]["name"] = "<script>alert(1)</script>&"
    nasty["indicators"][0]["name"] = "<b>x</b>"
    apply_document(viewer=system_viewer("pack-loader"), document=nasty, publish=True)
    for path in ("/", "/plans/mihon-1/", "/plans/mihon-1/1-1/", "/indicators/", "/indicators/mihon-1-i1/"):
        html = body(client, path)
        assert "<script>alert" not in html, path
        assert "<b>x</b>" not in html, path
