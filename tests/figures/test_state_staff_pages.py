"""Staff pages of the figures' state: what everybody sees of it, what is late, and counting anew."""

from __future__ import annotations

import datetime
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from jichi.city.access import Viewer
from jichi.city.models import City, Department
from jichi.figures.models import Computation, Observation, Publicity, TableSource
from jichi.figures.services import set_publicity
from jichi.figures.staff.duties import MOST_LATE, late_waiting
from jichi.manifest import Role
from jichi.plan.models import Indicator, Node, Plan, ProjectFigure, Series
from tests.figures import counted
from tests.figures.counted import VISITS, visit
from tests.figures.test_late import bind, enter
from tests.plan.growing import grow

# The permission matrix draws these pages on every database; what they do to rows, services' tests read there.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city"), pytest.mark.one_database]

LATE, PUBLICITY = "/staff/figures/late/", "/staff/figures/publicity/"


@pytest.fixture(autouse=True)
def plan(city: City) -> Plan:
    return grow(1)


@pytest.fixture
def series(plan: Plan) -> Series:
    return Series.objects.get()


@pytest.fixture
def figure(plan: Plan) -> ProjectFigure:
    return ProjectFigure.objects.get()


def body(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def words(client: Client, path: str) -> str:
    text = re.sub(r"<[^>]+>", " ", body(client, f"/en{path}"))
    return re.sub(r"\s+", " ", unescape(text))


# --- what everybody sees -------------------------------------------------------------------------------------
def test_the_planning_office_switches_on_that_everybody_sees_what_is_late(client_as: Any) -> None:
    client = client_as(Role.PLANNING_OFFICER)
    assert f'href="{PUBLICITY}"' in body(client, "/staff/figures/")
    assert 'value="10"' in body(client, PUBLICITY)
    answer = client.post(PUBLICITY, {"version": "1", "shows_late": "on", "least_cell": "５"})
    assert (answer.status_code, answer["Location"]) == (302, "/staff/figures/")
    row = Publicity.objects.get()
    assert (row.shows_late, row.least_cell, row.version) == (True, 5, 2)
    assert "checked" in body(client, PUBLICITY)
    client.post(PUBLICITY, {"version": "2", "least_cell": "5"})
    assert not Publicity.objects.get().shows_late, "a box left empty is a no"


def test_what_somebody_else_set_meanwhile_is_shown_beside_what_was_chosen(
    client_as: Any, planning_officer: Viewer
) -> None:
    set_publicity(viewer=planning_officer, version=1, shows_late=True, least_cell=7)
    client = client_as(Role.PLANNING_OFFICER)
    sent = {"version": "1", "least_cell": "12"}
    answer = client.post(f"/en{PUBLICITY}", sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "<td>7</td><td>12</td>" in page and "<td>yes</td><td>no</td>" in page
    assert 'name="version" value="2"' in page, "sent again, it holds"
    assert Publicity.objects.get().least_cell == 7


@pytest.mark.parametrize("least", ["0", "", "たくさん", "1001"])
def test_a_threshold_that_hides_nothing_is_refused_and_stays_in_the_form(client_as: Any, least: str) -> None:
    client = client_as(Role.PLANNING_OFFICER)
    answer = client.post(PUBLICITY, {"version": "1", "shows_late": "on", "least_cell": least})
    assert answer.status_code == 422
    assert f'value="{least}"' in answer.content.decode() or not least
    assert not Publicity.objects.filter(shows_late=True).exists()


def test_others_neither_see_nor_set_it(client_as: Any, department: Department) -> None:
    client = client_as(Role.OFFICER, department)
    assert client.get(PUBLICITY).status_code == 404
    assert PUBLICITY not in body(client, "/staff/figures/")


# --- what is late ----------------------------------------------------------------------------------------------
def test_late_figures_stand_under_the_office_that_answers_for_them(
    client_as: Any, planning_officer: Viewer, series: Series, figure: ProjectFigure, department: Department
) -> None:
    client = client_as(Role.PLANNING_OFFICER)
    assert f'href="{LATE}"' in body(client, "/staff/figures/")
    assert "No figure is late" in words(client, LATE)
    bind(planning_officer, series=series, department=department)
    bind(planning_officer, figure=figure)
    told = words(client, LATE)
    assert "2 figures are late" in told
    assert (
        told.index("協働推進課 1")
        < told.index("見本の割合1")
        < told.index("No office answers for them yet 1")
    )
    assert "FY2022 30 June 2023" in told and "FY2024 30 June 2025" in told
    html = body(client, LATE)
    assert f'href="/staff/figures/series/{series.pk}/enter/"' in html
    assert f'href="/staff/figures/number/{figure.pk}/"' in html


def test_days_overdue_are_counted_from_the_first_missing_day(
    monkeypatch: pytest.MonkeyPatch, client_as: Any, planning_officer: Viewer, series: Series
) -> None:
    bind(planning_officer, series=series)
    enter(planning_officer, 2022, "5", series=series)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: datetime.date(2025, 7, 2))
    told = words(client_as(Role.AUDITOR), LATE)
    assert "FY2023 30 June 2024 FY2024 30 June 2025 367" in told
    assert "FY2022" not in told


def test_mine_are_those_of_my_office(
    client_as: Any,
    planning_officer: Viewer,
    series: Series,
    figure: ProjectFigure,
    department: Department,
    other_department: Department,
) -> None:
    Indicator.objects.update(department=department)
    Node.objects.filter(pk=figure.project_id).update(department=other_department)
    bind(planning_officer, series=series)
    bind(planning_officer, figure=figure)
    client = client_as(Role.OFFICER, department)
    all_of_them, mine = body(client, LATE), body(client, f"{LATE}?mine=1")
    assert f"/staff/figures/series/{series.pk}/enter/" in mine and "防災課" not in mine
    assert "防災課" in all_of_them
    assert f"/staff/figures/number/{figure.pk}/" not in all_of_them, "another office's values stay closed"
    assert "by the office itself" in words(client, LATE)
    auditor = client_as(Role.AUDITOR)
    assert "mine" not in body(auditor, LATE), "who enters nothing has nothing of her own"
    assert "No figure is late" in words(auditor, f"{LATE}?mine=1")


@pytest.mark.parametrize("via", ["inquiry", "table", "survey", "metric"])
def test_a_figure_is_brought_in_by_the_way_it_is_bound_to(
    client_as: Any, planning_officer: Viewer, series: Series, department: Department, via: str
) -> None:
    key = "plan.projects/plan=mihon-1" if via == "metric" else "kyogikai/q1"
    bind(planning_officer, series=series, via=via, source_key=key)
    client = client_as(Role.PLANNING_OFFICER)
    html = body(client, LATE)
    assert f"/staff/figures/series/{series.pk}/enter/" not in html
    if via == "metric":
        assert 'href="/figures/metrics/plan.projects/"' in html
    else:
        assert "by the office itself" in words(client, LATE), "no such source is set up yet"
    if via == "table":
        TableSource.objects.create(key="kyogikai", title="県の一覧", publisher="県", department=department)
        assert 'href="/staff/statistics/kyogikai/"' in body(client, LATE)
        closed = body(client_as(Role.BUREAU_HEAD, department), LATE)
        assert "/staff/statistics/" not in closed


def test_more_late_figures_than_duties_show_lead_to_the_page(planning_officer: Viewer) -> None:
    grow(5)
    for figure in ProjectFigure.objects.all():
        bind(planning_officer, figure=figure)
    items = list(late_waiting(planning_officer))
    assert len(items) == MOST_LATE + 1
    assert items[-1].url == f"{LATE}?mine=1"


# --- counting anew -------------------------------------------------------------------------------------------
ANEW = f"/staff/figures/metrics/{VISITS.key}/recompute/"
ASKED = {"first_year": "R4", "last_year": "２０２３", "reason": "記録の訂正"}


@pytest.fixture
def metric(monkeypatch: pytest.MonkeyPatch) -> None:
    counted.install(monkeypatch)


@pytest.mark.usefixtures("metric")
def test_a_metric_is_counted_anew_and_says_what_came_of_it(
    client_as: Any, planning_officer: Viewer, series: Series
) -> None:
    client = client_as(Role.PLANNING_OFFICER)
    page = f"/figures/metrics/{VISITS.key}/"
    assert ANEW not in body(client, page), "nothing is bound to it"
    bind(planning_officer, series=series, via="metric", source_key=VISITS.key)
    assert ANEW in body(client, page)
    visit("1-1-01", 2022, "kita", 30)
    visit("1-1-01", 2023, "kita", 12)
    answer = client.post(f"/en{ANEW}", ASKED, follow=True)
    told = answer.content.decode()
    assert "Counted anew: 2 new, 0 corrected, 0 unchanged." in told
    first = Computation.objects.get()
    assert f'href="/en/figures/evidence/{first.evidence_id}/"' in told
    assert client.get(f"/figures/evidence/{first.evidence_id}/").status_code == 200
    assert not Observation.objects.filter(published_at__isnull=False).exists()
    visit("1-1-01", 2023, "kita")
    told = client.post(f"/en{ANEW}", ASKED, follow=True).content.decode()
    assert "Counted anew: 0 new, 1 corrected, 1 unchanged." in told
    assert [str(row.reason) for row in Observation.objects.filter(revision=2)] == ["記録の訂正"]
    told = client.post(f"/en{ANEW}", ASKED, follow=True).content.decode()
    assert "Counted anew: 0 new, 0 corrected, 2 unchanged." in told
    assert f"/figures/evidence/{Computation.objects.latest('pk').evidence_id}/" not in told


@pytest.mark.usefixtures("metric")
@pytest.mark.parametrize(
    "wrong",
    [{"reason": " "}, {"first_year": "昭和の末"}, {"first_year": "2024"}, {"first_year": "1950"}, {"last_year": ""}],
)  # fmt: skip
def test_nothing_is_counted_and_nothing_typed_is_lost_where_something_is_missing(
    client_as: Any, planning_officer: Viewer, series: Series, wrong: dict[str, str]
) -> None:
    bind(planning_officer, series=series, via="metric", source_key=VISITS.key)
    sent = ASKED | wrong
    answer = client_as(Role.PLANNING_OFFICER).post(ANEW, sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert all(typed.strip() in page for typed in sent.values())
    assert not Computation.objects.exists()


@pytest.mark.usefixtures("metric")
def test_a_part_the_metric_does_not_have_is_named(
    client_as: Any, planning_officer: Viewer, series: Series
) -> None:
    bind(planning_officer, series=series, via="metric", source_key=f"{VISITS.key}/ward=nishi")
    told = client_as(Role.PLANNING_OFFICER).post(f"/en{ANEW}", ASKED, follow=True).content.decode()
    assert "Bound to a part this metric does not have, and not counted" in told and "ward=nishi" in told


@pytest.mark.usefixtures("metric")
def test_only_the_planning_office_counts_anew(
    client_as: Any, planning_officer: Viewer, series: Series, department: Department
) -> None:
    bind(planning_officer, series=series, via="metric", source_key=VISITS.key)
    client = client_as(Role.OFFICER, department)
    assert ANEW not in body(client, f"/figures/metrics/{VISITS.key}/")
    assert client.get(ANEW).status_code == client.post(ANEW, ASKED).status_code == 404
    planner = client_as(Role.PLANNING_OFFICER)
    assert planner.get("/staff/figures/metrics/no.such/recompute/").status_code == 404
    answer = planner.post("/staff/figures/metrics/plan.projects/recompute/", ASKED)
    assert answer.status_code == 422, "nothing is bound to it"
