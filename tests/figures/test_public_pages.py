"""The public pages of the figures' state: the list, the corrections, what is counted here, and each proof."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from jichi.city.access import Viewer
from jichi.city.models import City
from jichi.figures.models import Evidence, Observation
from jichi.figures.services import (
    Value,
    add_definition,
    add_evidence,
    enter_changed,
    publish_values,
    set_publicity,
)
from jichi.figures.services.recompute import recompute
from jichi.manifest import Role
from jichi.plan.models import Indicator, Plan, ProjectFigure, Series
from tests.figures import counted
from tests.figures.counted import VISITS, visit
from tests.figures.test_late import bind, enter
from tests.plan.growing import grow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def plan(city: City) -> Plan:
    return grow(1)


@pytest.fixture
def series(plan: Plan) -> Series:
    return Series.objects.get()


@pytest.fixture
def figure(plan: Plan) -> ProjectFigure:
    return ProjectFigure.objects.get()


def body(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def words(client: Client, path: str) -> str:
    """What a reader of the English page sees: msgids are English, so this holds whatever is translated."""
    text = re.sub(r"<[^>]+>", " ", body(client, f"/en{path}"))
    return re.sub(r"\s+", " ", unescape(text))


# --- the list ----------------------------------------------------------------------------------------------
def _not_due(viewer: Viewer, series: Series) -> None:
    bind(viewer, series=series, due_years=40)


def _corrected(viewer: Viewer, series: Series) -> None:
    enter(viewer, 2023, "59", series=series)
    enter(viewer, 2023, "60", series=series)


def _broken(viewer: Viewer, series: Series) -> None:
    add_definition(viewer=viewer, series=series, code="1", counts="前")
    add_definition(viewer=viewer, series=series, code="2", counts="後", first_year=2023, break_reason="変更")
    enter(viewer, 2023, "70", definition="2", series=series)


MADE = {
    "not_loaded": lambda viewer, series: None,
    "not_due": _not_due,
    "known": lambda viewer, series: enter(viewer, 2023, "59", series=series),
    "partial": lambda viewer, series: enter(viewer, 2023, "59", coverage=(61, 64), series=series),
    "provisional": lambda viewer, series: enter(viewer, 2023, "59", status="provisional", series=series),
    "not_run": lambda viewer, series: enter(viewer, 2023, None, series=series),
    "corrected": _corrected,
    "broken": _broken,
}


@pytest.mark.parametrize("state", MADE)
def test_each_state_has_its_filter_as_soon_as_a_figure_is_in_it(
    state: str, client: Client, planning_officer: Viewer, series: Series
) -> None:
    MADE[state](planning_officer, series)
    html = body(client, "/figures/")
    assert f"state={state}" in html
    named = 'href="/indicators/mihon-1-i1/"'
    assert named in body(client, f"/figures/?state={state}")
    for other in {"not_loaded", "not_run"} - {state}:
        assert named not in body(client, f"/figures/?state={other}"), other


def test_a_part_is_told_with_what_it_saw(client: Client, planning_officer: Viewer, series: Series) -> None:
    enter(planning_officer, 2023, "59", coverage=(61, 64), series=series)
    assert "61/64" in words(client, "/figures/")
    assert "61 of 64: a part" in words(client, "/indicators/mihon-1-i1/")


def test_the_heading_counts_what_has_a_result_in_any_year(
    client: Client, planning_officer: Viewer, series: Series
) -> None:
    assert "Of 2 figures that the plan promises to watch, 0 have a result" in words(client, "/figures/")
    enter(planning_officer, 2022, "59", series=series)
    enter(planning_officer, 2023, None, series=series)
    assert "Of 2 figures that the plan promises to watch, 1 have a result" in words(client, "/figures/")
    home = words(client, "/")
    assert "2 figures, yearly numbers of projects counted in: 1 with a result, 1 without" in home
    assert f'href="/figures/?plan={series.points.first().plan.key}"' in body(client, "/")


def test_an_unpublished_value_is_no_state_for_everyone(
    client: Client, planning_officer: Viewer, series: Series
) -> None:
    enter(planning_officer, 2023, "59", series=series, publish=False)
    html = body(client, "/figures/")
    assert "state=known" not in html and "59" not in html


def test_what_is_late_is_told_to_everyone_only_once_the_city_says_so(
    client: Client, client_as: Any, planning_officer: Viewer, series: Series
) -> None:
    bind(planning_officer, series=series)
    silent = words(client, "/figures/")
    assert "once the city has switched that on" in silent and "Late" not in silent
    assert "Late" not in words(client, "/indicators/mihon-1-i1/")
    assert "late since 30 June 2023" in words(client_as(Role.AUDITOR), "/figures/")
    set_publicity(viewer=planning_officer, version=1, shows_late=True)
    told = words(client, "/figures/?state=late")
    assert "late since 30 June 2023" in told and "once the city" not in told
    assert "FY2022 (was due 30 June 2023)" in words(client, "/indicators/mihon-1-i1/")


def test_the_list_of_another_plan_and_what_was_mistyped(client: Client, planning_officer: Viewer) -> None:
    grow(2, key="other-1")
    assert "/indicators/other-1-i2/" in body(client, "/figures/?plan=other-1")
    assert "/indicators/mihon-1-i1/" not in body(client, "/figures/?plan=other-1")
    assert body(client, "/figures/?plan=nothing&state=nothing")
    grow(1, key="draft-1", publish=False)
    assert "/indicators/draft-1-i1/" not in body(client, "/figures/?plan=draft-1")


def test_without_any_plan_the_list_says_so(client: Client, plan: Plan) -> None:
    Plan.objects.update(published_at=None)
    assert "No plan is published yet" in words(client, "/figures/")


# --- corrections ---------------------------------------------------------------------------------------------
def test_only_published_corrections_are_told_and_what_became_final_is_told_apart(
    client: Client, client_as: Any, planning_officer: Viewer, series: Series, figure: ProjectFigure
) -> None:
    assert "Nothing was corrected so far" in words(client, "/figures/corrections/")
    enter(planning_officer, 2022, "59", series=series)
    enter(planning_officer, 2022, "60", series=series, publish=False)
    enter(planning_officer, 2023, "7", figure=figure, status="provisional")
    enter(planning_officer, 2023, "8", figure=figure, status="final")
    told = words(client, "/figures/corrections/")
    assert "0 values were corrected" in told
    assert "Besides, 1 provisional value became final." in told
    assert "60" not in re.sub(r"\d{4}", "", told) and "8回" in told.replace(" ", "")
    inside = words(client_as(Role.PLANNING_OFFICER), "/figures/corrections/")
    assert "1 value was corrected" in inside and "not public yet" in inside
    publish_values(
        viewer=planning_officer, observation_ids=list(Observation.objects.values_list("pk", flat=True))
    )
    told = words(client, "/figures/corrections/")
    assert "1 value was corrected" in told and "訂正" in told


def test_many_values_are_told_page_by_page(client: Client, planning_officer: Viewer) -> None:
    grow(11)
    evidence = add_evidence(viewer=planning_officer, title="一冊の年報")
    figures = list(ProjectFigure.objects.all())
    assert len(figures) > 100

    def all_at(number: str) -> None:
        values = [Value(fiscal_year=2023, value=Decimal(number), figure=one) for one in figures]
        rows = enter_changed(viewer=planning_officer, values=values, evidence=evidence, reason="改訂").rows
        publish_values(viewer=planning_officer, observation_ids=[row.pk for row in rows])

    all_at("3")
    address = f"/figures/evidence/{evidence.pk}/"
    first, second = body(client, address), body(client, f"{address}?page=2")
    assert "?page=2" in first
    links = re.compile(r"/figures/value/(\d+)/")
    assert len(set(links.findall(first))) == 100
    assert len(set(links.findall(first)) | set(links.findall(second))) == len(figures)
    all_at("4")
    shown = set(links.findall(body(client, "/figures/corrections/")))
    assert len(shown) == 2 * 50, "each correction with what stood before"
    assert "?page=2" in body(client, "/figures/corrections/")


# --- what is counted here --------------------------------------------------------------------------------
def test_the_catalogue_shows_each_reader_what_she_may_see(client: Client, client_as: Any) -> None:
    assert 'href="/figures/metrics/plan.projects/"' in body(client, "/figures/metrics/")
    assert "/figures/metrics/figures.late/" not in body(client, "/figures/metrics/")
    assert "/figures/metrics/figures.late/" in body(client_as(Role.AUDITOR), "/figures/metrics/")
    body(client, "/figures/metrics/figures.late/", 404)
    body(client, "/figures/metrics/no.such/", 404)


def test_a_metric_is_broken_down_into_groups_by_their_names(client: Client) -> None:
    whole = words(client, "/figures/metrics/plan.projects/")
    assert "Made from 1 row that you may see" in whole
    by_plan = words(client, "/figures/metrics/plan.projects/?by=plan")
    assert "Sample plan" in by_plan and "mihon-1" not in by_plan
    assert by_plan.index("All") < by_plan.index("Sample plan")
    by_branch = words(client, "/figures/metrics/plan.projects/?by=branch")
    assert "1-1 見本の1-1" in by_branch


def test_a_cut_that_is_not_there_shows_the_whole(client: Client) -> None:
    assert words(client, "/figures/metrics/plan.projects/?by=nothing") == words(
        client, "/figures/metrics/plan.projects/"
    )


def test_a_metric_that_saw_a_part_says_how_much(client: Client, planning_officer: Viewer) -> None:
    told = words(client, "/figures/metrics/plan.documents/")
    assert "The whole of which it may see a part" in told


# --- proofs --------------------------------------------------------------------------------------------------
def test_the_proof_of_a_count_says_how_and_why_it_was_counted(
    monkeypatch: pytest.MonkeyPatch, client: Client, planning_officer: Viewer, series: Series
) -> None:
    counted.install(monkeypatch)
    bind(planning_officer, series=series, via="metric", source_key=VISITS.key)
    visit("1-1-01", 2023, "kita", 30)
    found = recompute(
        viewer=planning_officer, metric=VISITS.key, first_year=2023, last_year=2023, reason="記録の訂正"
    )
    [row] = Observation.objects.all()
    body(client, f"/figures/evidence/{row.evidence_id}/", 404)
    publish_values(viewer=planning_officer, observation_ids=[row.pk])
    proof = body(client, f"/en/figures/evidence/{row.evidence_id}/")
    assert "記録の訂正" in proof and found.computation.digest in proof
    assert 'href="/en/figures/metrics/sample.visits/"' in proof
    assert f'href="/en/figures/value/{row.pk}/"' in proof
    value = body(client, f"/en/figures/value/{row.pk}/")
    assert 'href="/en/figures/metrics/sample.visits/"' in value and row.evidence_digest in value
    metric = words(client, "/figures/metrics/sample.visits/")
    assert "30" in metric and "Figures of plans bound to it 1" in metric


@pytest.mark.parametrize(
    ("computation", "told"),
    [
        (
            {"expression": "sum(a)", "inputs": {"a": {"sum": "1234", "count": 61, "empty": [7, 9]}}},
            ("sum(a)", "1,234 in sum; returns: 61", "left empty: 2"),
        ),
        (
            {"cell": "G4", "names": ["990019", "見本市"], "column": "団体数", "printed": "39", "factor": "1000"},
            ("G4", "990019 / 見本市", "団体数", "39", "× 1000"),
        ),
        (
            {"question": "q3", "options": ["ある", "ときどき"], "dimension": "年代", "group": "20代",
             "basis": "percents"},
            ("q3", "ある, ときどき", "年代 / 20代", "from the percentages that the report prints"),
        ),
        ({}, ()),
    ],
)  # fmt: skip
def test_a_value_says_how_it_was_made_whatever_it_came_from(
    client: Client,
    planning_officer: Viewer,
    series: Series,
    computation: dict[str, Any],
    told: tuple[str, ...],
) -> None:
    enter(planning_officer, 2023, "39", series=series, computation=computation)
    page = words(client, f"/figures/value/{Observation.objects.get().pk}/")
    assert ("How it was computed" in page) is bool(computation)
    assert [text for text in told if text not in page] == []


def test_an_interval_says_by_which_method(client: Client, planning_officer: Viewer, series: Series) -> None:
    enter(
        planning_officer,
        2023,
        "39",
        series=series,
        n=400,
        source_kind="probability_survey",
        interval=(Decimal(35), Decimal(43)),
        interval_method="wilson/95/deff=1.8",
    )
    page = words(client, f"/figures/value/{Observation.objects.get().pk}/")
    assert "Wilson's method, with the design effect 1.8" in page


# --- the pages of the plan's things --------------------------------------------------------------------------
def test_an_indicator_says_where_its_values_truly_come_from(
    client: Client, planning_officer: Viewer, series: Series, department: Any
) -> None:
    assert "Nobody has decided yet where this figure truly comes from" in words(
        client, "/indicators/mihon-1-i1/"
    )
    add_definition(viewer=planning_officer, series=series, code="1", counts="世帯の届け")
    add_definition(
        viewer=planning_officer,
        series=series,
        code="2",
        counts="標本調査の推計",
        first_year=2024,
        break_reason="調査方法の変更",
    )
    bind(
        planning_officer,
        series=series,
        due_years=30,
        via="table",
        source_key="ken",
        department=department,
        texts={"traps": {"ja": "年度末の数"}},
    )
    enter(planning_officer, 2022, "59", series=series)
    told = words(client, "/indicators/mihon-1-i1/")
    for text in (
        "協働推進課",
        "年度末の数",
        "Imported table of statistics",
        "FY2023, by 30 June 2053",
        "It was entered with its document and did not come through this source.",
        "in force from 1 April 2022, decided on 1 March 2022",
        "世帯の届け",
        "From FY2024 on it is counted in another way; nothing is compared across the break. 調査方法の変更",
        "標本調査の推計",
    ):
        assert text in told, text


def test_two_series_that_share_a_source_say_it_once(client: Client, planning_officer: Viewer) -> None:
    indicator = Indicator.objects.get()
    first = Series.objects.get()
    Series.objects.filter(pk=first.pk).update(key="a", name="こども")
    other = Series.objects.create(indicator=indicator, key="b", name="大人", order=2)
    for one in (first, other):
        bind(planning_officer, series=one, texts={"how": {"ja": "同じ報告書から"}})
    assert body(client, "/indicators/mihon-1-i1/").count("同じ報告書から") == 1
    bind(planning_officer, series=other, texts={"how": {"ja": "別の報告書から"}})
    html = body(client, "/indicators/mihon-1-i1/")
    assert html.count("同じ報告書から") == 1 and html.count("別の報告書から") == 1


def test_a_project_says_where_its_numbers_come_from_and_shows_counts_without_a_target(
    client: Client, planning_officer: Viewer, figure: ProjectFigure
) -> None:
    add_definition(viewer=planning_officer, figure=figure, code="1", counts="延べの参加者")
    bind(planning_officer, figure=figure, texts={"traps": {"ja": "中止は0ではない"}})
    enter(planning_officer, 2023, "12", figure=figure, coverage=(11, 12))
    told = words(client, "/plans/mihon-1/1-1-01/")
    assert "延べの参加者" in told and "中止は0ではない" in told
    assert "none: every year for which the plan expects one has it" in told
    figure.points.filter(role="target").delete()
    told = words(client, "/plans/mihon-1/1-1-01/")
    row = Observation.objects.get()
    assert f'href="/en/figures/value/{row.pk}/"' in body(client, "/en/plans/mihon-1/1-1-01/")
    assert "11 of 12: a part" in told


def test_search_engines_find_the_list(client: Client) -> None:
    City.objects.update(is_sample=False)
    assert "/figures/</loc>" in body(client, "/sitemap.xml")


def test_evidence_of_a_mere_document_has_no_second_part(
    client: Client, planning_officer: Viewer, series: Series
) -> None:
    enter(planning_officer, 2023, "59", series=series)
    evidence = Evidence.objects.get()
    assert "How it was counted" not in words(client, f"/figures/evidence/{evidence.pk}/")
