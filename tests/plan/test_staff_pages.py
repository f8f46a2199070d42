"""The workbench through HTTP: what waits, editing with conflict and undo, gaps, history."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from jichi.manifest import Role
from jichi.plan.models import Edit, Indicator, Node, Placement, Plan, Point, Scheme, Statement
from jichi.plan.services import edit_row

from .rich import applied

# The permission matrix draws these pages on every database; what they do to rows, services' tests read there.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city"), pytest.mark.one_database]


@pytest.fixture
def plan(db: None) -> Plan:
    return applied()


@pytest.fixture
def planner(client_as: Any, plan: Plan) -> Client:
    client: Client = client_as(Role.PLANNING_OFFICER)
    return client


def form_of(response: Any) -> dict[str, Any]:
    """What a browser would send back from the form of the page."""
    form = response.context["form"]
    found = {bound.html_name: bound.value() for bound in form}
    return {name: "" if value is None else value for name, value in found.items() if value is not False}


def errors_link_to_fields(response: Any) -> bool:
    text = response.content.decode()
    targets = re.findall(r'error-summary__list">.*?</ul>', text, re.S)
    links = re.findall(r'href="#([^"]+)"', "".join(targets))
    return bool(links) and all(f'id="{one}"' in text for one in links)


# --- home -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "sees", "not_seen"),
    [
        (Role.PLANNING_OFFICER, "/staff/plans/mihon-1/incomplete/", "/staff/people/"),
        (Role.TRANSLATOR, "kind=translations&amp;language=en", "/staff/imports/"),
        (Role.AUDITOR, "/staff/imports/", "/staff/figures/publish/"),
        (Role.ADMINISTRATOR, "/staff/people/", "/staff/imports/"),
    ],
)
def test_the_first_page_shows_each_role_its_own_work(role, sees, not_seen, client_as, plan):
    text = client_as(role).get("/staff/").content.decode()
    assert sees in text and not_seen not in text


def test_somebody_without_a_role_is_told_what_to_do(client_as):
    response = client_as(None).get("/staff/")
    assert response.status_code == 200 and not response.context["has_role"]


def test_anybody_else_is_led_to_the_sign_in():
    response = Client().get("/staff/plans/")
    assert response.status_code == 302 and "/accounts/login/" in response["Location"]


# Another language reads the same rows.
IN_WORDS = pytest.mark.one_database


@pytest.mark.parametrize(
    "prefix", ["", *(pytest.param(one, marks=IN_WORDS) for one in ("/en", "/ja-simple"))]
)
@pytest.mark.parametrize(
    "path",
    [
        "/staff/",
        "/staff/plans/",
        "/staff/plans/mihon-1/",
        "/staff/plans/mihon-1/incomplete/",
        "/staff/plans/mihon-1/incomplete/?kind=translations&language=en",
        "/staff/plans/mihon-1/history/",
        "/staff/plans/mihon-1/nodes/1-1/",
        "/staff/plans/mihon-1/nodes/1-1-01/",
        "/staff/things/indicators/",
        "/staff/imports/",
        "/staff/imports/new/",
        "/staff/figures/",
        "/staff/figures/?kind=number",
    ],
)
def test_every_page_stands_in_every_language(prefix, path, planner):
    assert planner.get(prefix + path).status_code == 200


# --- editing ------------------------------------------------------------------------------------------------------------
def test_a_row_is_saved_and_stands_in_its_history(planner):
    node = Node.objects.get(code="1-1")
    address = f"/staff/rows/Node/{node.pk}/"
    data = form_of(planner.get(address)) | {"name": "町内会・自治会を支える", "reason": "正式な名称"}
    response = planner.post(address, data)
    assert (
        response.status_code == 302 and response["Location"] == "/staff/plans/mihon-1/nodes/1-1/"
    ) or response["Location"].endswith("/mihon-1/")
    node.refresh_from_db()
    assert node.name == "町内会・自治会を支える"
    page = planner.get(address).content.decode()
    assert "正式な名称" in page and "<del>町内会を支える</del>" in page


def test_a_form_never_loses_what_was_typed(planner):
    point = Point.objects.get(series__key="", role="target")
    address = f"/staff/rows/Point/{point.pk}/"
    data = form_of(planner.get(address)) | {
        "fiscal_year": "令和99年度か",
        "value": "六十",
        "note": "打ちかけ",
    }
    response = planner.post(address, data)
    assert response.status_code == 422
    text = response.content.decode()
    assert 'value="令和99年度か"' in text and 'value="六十"' in text and "打ちかけ" in text
    assert errors_link_to_fields(response)
    assert Point.objects.get(pk=point.pk).version == 1


def test_years_and_numbers_are_typed_as_officers_write_them(planner):
    point = Point.objects.get(series__key="", role="target")
    address = f"/staff/rows/Point/{point.pk}/"
    for year, number in (("Ｒ８", "１，０６５．５"), ("令和8年度", "1065.5")):
        data = form_of(planner.get(address)) | {"fiscal_year": year, "value": number}
        assert planner.post(address, data).status_code == 302
        point.refresh_from_db()
        assert (point.fiscal_year, str(point.value)) == (2026, "1065.500000")


def test_a_rule_of_the_service_stands_beside_the_form(planner):
    node = Node.objects.get(code="1-1")
    address = f"/staff/rows/Node/{node.pk}/"
    response = planner.post(address, form_of(planner.get(address)) | {"order": "2"})
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()


def test_the_second_officer_sees_the_firsts_change_and_keeps_her_own(planner, planning_officer):
    node = Node.objects.get(code="1-1")
    address = f"/staff/rows/Node/{node.pk}/"
    data = form_of(planner.get(address)) | {"name": "わたしの名前"}
    edit_row(
        viewer=planning_officer,
        model="Node",
        pk=node.pk,
        version=1,
        changes={"name": "先の人の名前", "summary": "先の人のまとめ"},
    )
    response = planner.post(address, data)
    assert response.status_code == 409
    lines = {line.name: line for line in response.context["conflict"]}
    assert set(lines) == {"name", "summary"}
    assert lines["name"].both and not lines["summary"].both
    assert (lines["name"].theirs, lines["name"].mine) == ("先の人の名前", "わたしの名前")
    text = response.content.decode()
    assert "わたしの名前</textarea>" in text and "先の人の名前" in text
    again = form_of(response) | {"choose_name": "mine", "choose_summary": "theirs"}
    assert planner.post(address, again).status_code == 302
    node.refresh_from_db()
    assert (node.name, node.summary) == ("わたしの名前", "先の人のまとめ")


def test_the_others_value_can_be_chosen(planner, planning_officer):
    node = Node.objects.get(code="1-1")
    address = f"/staff/rows/Node/{node.pk}/"
    data = form_of(planner.get(address)) | {"name": "わたしの名前"}
    edit_row(viewer=planning_officer, model="Node", pk=node.pk, version=1, changes={"name": "先の人の名前"})
    response = planner.post(address, data)
    planner.post(address, form_of(response) | {"choose_name": "theirs"})
    node.refresh_from_db()
    assert node.name == "先の人の名前"


def test_an_officer_edits_her_own_and_reads_the_rest(client_as, plan, department, other_department):
    Node.objects.filter(code="1-1-01").update(department=department)
    Node.objects.filter(code="1-2-01").update(department=other_department)
    officer = client_as(Role.OFFICER, department)
    own, foreign = Node.objects.get(code="1-1-01"), Node.objects.get(code="1-2-01")
    page = officer.get(f"/staff/rows/Node/{own.pk}/")
    assert page.context["may_edit"]
    assert str(other_department.pk) not in [
        str(key) for key, _name in page.context["form"].fields["department_id"].choices
    ]
    page = officer.get(f"/staff/rows/Node/{foreign.pk}/")
    assert not page.context["may_edit"] and "<form class=" not in page.content.decode().split("<main")[1]
    assert officer.post(f"/staff/rows/Node/{foreign.pk}/", {"name": "x"}).status_code == 404
    assert officer.get(f"/staff/rows/Node/{foreign.pk}/remove/").status_code == 404
    assert officer.get(f"/staff/rows/Statement/new/{foreign.pk}/").status_code == 404
    assert officer.get(f"/staff/edits/{Edit.objects.latest('pk').pk}/undo/").status_code == 404


def test_rows_are_added_with_what_their_place_gives(planner):
    node = Node.objects.get(code="1-1")
    response = planner.post(
        f"/staff/rows/Statement/new/{node.pk}/",
        {"kind": "goal", "text": "顔の見える関係をつくる", "reason": ""},
    )
    assert response.status_code == 302
    assert Statement.objects.get(text="顔の見える関係をつくる").order == 2
    response = planner.post(
        "/staff/rows/Scheme/new/", {"key": "keijiban", "name": "掲示板の貸出", "summary": "", "reason": ""}
    )
    assert response.status_code == 302 and Scheme.objects.filter(key="keijiban").exists()
    response = planner.post("/staff/rows/Scheme/new/", {"key": "keijiban", "name": "同じ", "reason": ""})
    assert response.status_code == 422 and "key" in response.context["form"].errors


def test_a_row_is_removed_with_a_reason_and_brought_back(planner):
    row = Statement.objects.get(kind="issue")
    address = f"/staff/rows/Statement/{row.pk}/remove/"
    version = planner.get(address).context["version"]
    assert planner.post(address, {"reason": "", "version": version}).status_code == 422
    assert planner.post(address, {"reason": "重複", "version": version}).status_code == 302
    assert not Statement.objects.filter(pk=row.pk).exists()
    undo = f"/staff/edits/{Edit.objects.latest('pk').pk}/undo/"
    assert "担い手が足りない" in planner.get(undo).content.decode()
    assert planner.post(undo, {"reason": "必要だった"}).status_code == 302
    assert Statement.objects.get(pk=row.pk).text == "担い手が足りない"
    assert planner.post(undo, {"reason": ""}).status_code == 422


def test_a_change_of_the_same_row_since_stops_the_undo(planner, planning_officer):
    node = Node.objects.get(code="1-1")
    edit_row(viewer=planning_officer, model="Node", pk=node.pk, version=1, changes={"name": "一"})
    first = Edit.objects.latest("pk")
    edit_row(viewer=planning_officer, model="Node", pk=node.pk, version=2, changes={"name": "二"})
    assert planner.post(f"/staff/edits/{first.pk}/undo/", {"reason": ""}).status_code == 409
    assert planner.post(f"/staff/acts/{first.act_id}/undo/", {"reason": ""}).status_code == 409


def test_an_indicator_is_carried_over_through_the_page(planner):
    indicator = Indicator.objects.get(key="kanyu")
    address = "/staff/plans/mihon-1/nodes/1-2/carry-over/"
    assert planner.post(address, {"indicator": "", "comparator": "ge"}).status_code == 422
    data = {"indicator": indicator.pk, "comparator": "about", "reason": ""}
    assert planner.post(address, data).status_code == 302
    assert Placement.objects.get(node__code="1-2", indicator=indicator).comparator == "about"


def test_texts_are_translated_beside_their_source(client_as, plan):
    translator = client_as(Role.TRANSLATOR)
    node = Node.objects.get(code="1")
    address = f"/staff/rows/Node/{node.pk}/translate/en/"
    page = translator.get(address)
    assert "支え合いのまちをつくる。" in page.content.decode()
    data = form_of(page) | {"name": "A supportive city"}
    assert translator.post(address, data).status_code == 302
    node.refresh_from_db()
    assert node.translations["en"]["name"] == "A supportive city"
    stale = translator.post(address, data | {"name": "Another name"})
    assert stale.status_code == 409 and "Another name" in stale.content.decode()
    assert translator.get(f"/staff/rows/Node/{node.pk}/translate/ja/").status_code == 404
    assert translator.get(f"/staff/rows/Node/{node.pk}/remove/").status_code == 404


# --- lists whose filter stands in the address -----------------------------------------------------------------------------
def test_gaps_lead_to_where_they_are_mended(planner):
    page = planner.get("/staff/plans/mihon-1/incomplete/?kind=milestones")
    [line] = page.context["lines"]
    assert planner.get(line["url"]).status_code == 200
    counts = {item["url"].rpartition("=")[2]: item["count"] for item in page.context["kinds"]}
    assert counts["years"] == 1 and counts["project-departments"] == 3 and counts["summaries"] == 5
    page = planner.get("/staff/plans/mihon-1/incomplete/?kind=years")
    assert len(page.context["lines"][0]["missing"]) == 3
    page = planner.get("/staff/plans/mihon-1/incomplete/?kind=translations&language=en")
    assert planner.get(page.context["lines"][0]["url"]).status_code == 200
    assert "kanyu" not in page.content.decode()


def test_indicators_without_values_are_a_gap_that_figures_add(planner):
    text = planner.get("/staff/plans/mihon-1/incomplete/").content.decode()
    assert "町内会加入率" in text and "/staff/figures/series/" in text


def test_history_is_narrowed_down_in_the_address(planner, planning_officer):
    node = Node.objects.get(code="1-1")
    edit_row(viewer=planning_officer, model="Node", pk=node.pk, version=1, changes={"name": "一"})
    edit = Edit.objects.latest("pk")

    def shown(query: str) -> list[int]:
        return [
            item["edit"].pk
            for item in planner.get(f"/staff/plans/mihon-1/history/?{query}").context["entries"]
        ]

    assert shown(f"model=Node&row={node.pk}") == [
        edit.pk,
        Edit.objects.get(model="Node", object_id=node.pk, before__isnull=True).pk,
    ]
    assert shown(f"who={edit.actor.hex[:8]}") == [edit.pk]
    assert shown(f"act={edit.act_id}") == [edit.pk]
    assert shown("act=nothing") == shown("who=zz") == []
    assert edit.pk in shown("since=2020-01-01") and shown("until=2020-01-01") == []
    assert shown("since=nonsense")[0] == edit.pk


def test_a_plans_life_is_led_step_by_step(planner, plan):
    assert planner.get("/staff/plans/mihon-1/life/explode/").status_code == 404
    assert planner.post("/staff/plans/mihon-1/life/withdraw/").status_code == 302
    assert Client().get("/plans/mihon-1/").status_code == 404
    assert planner.post("/staff/plans/mihon-1/life/publish/").status_code == 302
    refused = planner.post("/staff/plans/mihon-1/life/adopt/", {"on": "令和4年3月1日"})
    assert refused.status_code == 422 and "on" in refused.context["form"].errors
    other = applied("mihon-2")
    data = {"successor": other.pk, "on": "令和8年4月1日"}
    assert planner.post("/staff/plans/mihon-1/life/succeed/", data).status_code == 302
    plan.refresh_from_db()
    assert plan.successor == other and str(plan.superseded_on) == "2026-04-01"


def test_downloads_are_files(planner):
    for address in (
        "/staff/plans/mihon-1/plan.xlsx",
        "/staff/imports/template.xlsx",
        "/staff/figures/import/template.csv",
        "/staff/figures/import/template.xlsx",
    ):
        response = planner.get(address)
        assert response.status_code == 200 and "attachment" in response["Content-Disposition"]
