"""The pages: rules line by line, a cycle's grades with the act of grading, and the public panel."""

from __future__ import annotations

import datetime
import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from jichi.city.access import Viewer
from jichi.city.models import City
from jichi.evaluation.models import Cycle, Grade
from jichi.evaluation.services.grading import grade_cycle
from jichi.manifest import Role

from .planned import cycle, indicator, plan, publish, result, survey, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city(city: City) -> None:
    """Its fiscal years begin in April."""


@pytest.fixture
def judged(city: City) -> Cycle:
    """A cycle with one series below its start, one that was not surveyed and two that belong together."""
    made = plan()
    result(indicator(made, "hiroi"), 2025, "15.0")
    survey(indicator(made, "chosa"), 2025, None)
    pair = indicator(made, "kenri", series=("kodomo", "otona"))
    result(pair, 2025, "26", name="kodomo")
    result(pair, 2025, "18", name="otona")
    return cycle(made, version_of("kawasaki"))


def text(response: Any) -> str:
    """What a reader sees, in one line."""
    plain = re.sub(r"<[^>]+>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(plain))


def at(name: str, *args: Any) -> str:
    """The English address of a page; a request leaves its language behind."""
    with translation.override("en"):
        return reverse(name, args=args)


def test_a_cycle_is_graded_from_its_page(judged: Cycle, client_as: Any) -> None:
    client = client_as(Role.PLANNING_OFFICER)
    url, make = (
        at("staff-evaluation-grades", judged.pk),
        at("staff-evaluation-grade", judged.pk),
    )
    before = text(client.get(url))
    assert "The indicators are not graded yet" in before and "Grade now" in before
    assert client.post(make).status_code == 302
    page = text(client.get(url))
    assert "3 of 4 series have a grade" in page
    assert "rate of achievement 60.0%" in page and "the survey was not run in FY2025" in page
    assert "Taken together: b" in page and "Unconfirmed" in page
    assert "“b” needs: not below the current value." in page


def test_grading_again_keeps_what_was_typed_and_asks_for_the_reason(judged: Cycle, client_as: Any) -> None:
    client = client_as(Role.PLANNING_OFFICER)
    make = at("staff-evaluation-grade", judged.pk)
    client.post(make)
    placed = judged.plan.nodes.get().placements.get(indicator__key="hiroi")
    result(placed, 2025, "14.9", revision=2)
    refused = client.post(make, {"reason": "  "})
    assert refused.status_code == 422 and "Say why" in text(refused)
    client.post(make, {"reason": "実績を訂正したため"})
    page = text(client.get(at("staff-evaluation-grades", judged.pk)))
    assert "実績を訂正したため" in page and "graded again, number 2" in page
    assert Grade.objects.filter(cycle=judged).count() == 5


def test_the_auditor_looks_and_does_not_grade(judged: Cycle, client_as: Any) -> None:
    client = client_as(Role.AUDITOR)
    assert "Grade now" not in text(client.get(at("staff-evaluation-grades", judged.pk)))
    assert client.post(at("staff-evaluation-grade", judged.pk)).status_code == 404
    assert client.get(at("staff-evaluation-grades", judged.pk + 1)).status_code == 404


def test_rule_sets_are_listed_and_told(judged: Cycle, client_as: Any) -> None:
    for name in ("mihon", "sano", "jichi-proposal"):
        version_of(name)
    client = client_as(Role.AUDITOR)
    page = text(client.get(at("staff-evaluation-rules")))
    assert page.count("in force today") == 4 and "Thresholds for proposals" in page
    said = text(client.get(at("staff-evaluation-rule", "kawasaki", 1)))
    assert "rate of achievement: 60% or more (r ≥ 60)" in said and "2025年度の評価" in said
    assert "the source itself has not been seen" in said
    sano = text(client.get(at("staff-evaluation-rule", "sano", 1)))
    assert "Points that are added up" in sano and "16 or more" in sano
    own = text(client.get(at("staff-evaluation-rule", "jichi-proposal", 1)))
    assert "not the city's rule" in own and "Nothing is proposed if" in own


def test_anybody_may_check_a_rule_for_grades_but_not_the_citys_thresholds(
    client: Client, judged: Cycle
) -> None:
    version_of("jichi-proposal")
    page = text(client.get(at("results-rule", "kawasaki", 1)))
    assert "How a grade is given" in page and "Unconfirmed" in page
    assert "2025年度の評価" not in page  # not public yet
    assert client.get(at("results-rule", "jichi-proposal", 1)).status_code == 404
    assert client.get(at("results-rule", "kawasaki", 9)).status_code == 404
    assert client.get(at("results-rule", "nowhere", 1)).status_code == 404
    publish(judged)
    assert "2025年度の評価" in text(client.get(at("results-rule", "kawasaki", 1)))


def test_the_public_page_of_an_indicator_shows_only_public_grades(
    client: Client, judged: Cycle, planning_officer: Viewer
) -> None:
    grade_cycle(viewer=planning_officer, cycle_id=judged.pk)
    url = at("indicator-detail", "hiroi")
    assert "How this grade came about" not in text(client.get(url))
    publish(judged, timezone.now() + datetime.timedelta(hours=1))
    assert "How this grade came about" not in text(client.get(url))
    publish(judged)
    answer = client.get(url)
    page = text(answer)
    assert "rate of achievement 60.0% (60% or more) → c" in page
    assert at("results-rule", "kawasaki", 1) in answer.content.decode() and "Unconfirmed" in page
    assert "So the grade is c" in page
    pair = text(client.get(at("indicator-detail", "kenri")))
    assert "Taken together: b" in pair


def test_a_value_corrected_after_publication_leaves_the_grade_and_is_told(
    client: Client, judged: Cycle, planning_officer: Viewer
) -> None:
    grade_cycle(viewer=planning_officer, cycle_id=judged.pk)
    publish(judged)
    url, said = at("indicator-detail", "hiroi"), "The value was corrected after this grade was published"
    assert said not in text(client.get(url))
    placed = Grade.objects.get(series__indicator__key="hiroi").placement
    result(placed, 2025, "26.0", revision=2)
    page = text(client.get(url))
    assert said in page
    assert "So the grade is c" in page


def test_a_prospect_is_never_the_citys_judgement(client: Client) -> None:
    made = plan(2024, 2098)
    indicator(made, "saki", start_year=2023)
    page = text(client.get(at("indicator-detail", "saki")))
    assert "Will the target be met?" in page and "Cannot say whether the target will be met" in page
    assert "not the city's judgement" in page
