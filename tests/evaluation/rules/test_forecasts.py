"""Whether a target will be met: so many times in a hundred, or why one cannot say."""

from __future__ import annotations

import datetime
import time

import pytest
from django.utils import translation

from jichi.city.access import ANONYMOUS
from jichi.city.models import City
from jichi.evaluation.queries.forecasts import Prospect, forecasts_of
from jichi.plan.models import Placement, Plan

from .planned import define, indicator, plan, result, survey

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 26)
RISING = {2017: "15", 2018: "17.5", 2019: "18", 2020: "18.4", 2021: "20.5", 2022: "21", 2023: "23", 2024: "23.5", 2025: "24.6"}  # fmt: skip


@pytest.fixture
def open_plan(city: City) -> Plan:
    """A plan whose targets are of FY2027."""
    return plan(2024, 2027)


def measured(placed: Placement, values: dict[int, str]) -> None:
    for year, value in values.items():
        result(placed, year, value)


def only(made: Plan, on: datetime.date = TODAY) -> Prospect:
    (found,) = forecasts_of(ANONYMOUS, made, on)
    return found


def test_an_easy_target_is_likelier_than_a_hard_one(open_plan: Plan) -> None:
    for key, target in (("yasashii", "20"), ("muzukashii", "35")):
        measured(indicator(open_plan, key, start_year=2023, targets={2027: target}), RISING)
    easy, hard = forecasts_of(ANONYMOUS, open_plan, TODAY)
    assert easy.count is not None and hard.count is not None
    assert easy.count > 80 > 20 > hard.count
    assert easy.low is not None and easy.high is not None and easy.low < 26 < easy.high
    with translation.override("en"):
        said = hard.sentences
    assert "FY2027" in said[0] and "times in 100" in said[0] and "80 of 100" in said[1]


def test_an_at_most_target_is_read_the_other_way(open_plan: Plan) -> None:
    measured(indicator(open_plan, "heru", start_year=2023, targets={2027: "20"}, comparator="le"), RISING)
    assert (only(open_plan).count or 0) < 20


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "no_value"),
        ({2024: "17", 2025: "18"}, "too_few"),
        (dict.fromkeys(RISING, "20"), "constant"),
        ({year - 12: value for year, value in RISING.items()}, "too_far"),
    ],
)
def test_it_cannot_say_and_says_why(open_plan: Plan, values: dict[int, str], reason: str) -> None:
    measured(indicator(open_plan, "wakaranai", start_year=2023), values)
    found = only(open_plan)
    assert (found.count, found.reason) == (None, reason)
    for language in ("ja", "ja-simple", "en"):
        with translation.override(language):
            (said,) = found.sentences
        assert said and "%(" not in said
    with translation.override("en"):
        assert found.sentences[0].startswith("Cannot say whether the target will be met")


def test_a_small_survey_and_a_target_without_direction_cannot_be_forecast(open_plan: Plan) -> None:
    small = indicator(open_plan, "chosa", start_year=2023)
    for year, value in RISING.items():
        survey(small, year, value)
    measured(indicator(open_plan, "teido", start_year=2023, comparator="about"), RISING)
    assert [one.reason for one in forecasts_of(ANONYMOUS, open_plan, TODAY)] == [
        "error_too_large",
        "comparator",
    ]


def test_nothing_is_drawn_on_across_a_changed_definition(open_plan: Plan) -> None:
    placed = indicator(open_plan, "kawaru", start_year=2023)
    define(placed, ("1", None), ("2", 2025))
    for year, value in RISING.items():
        result(placed, year, value, definition="2" if year >= 2025 else "1")
    assert only(open_plan).reason == "break"


def test_a_target_whose_year_is_over_has_no_prospect(open_plan: Plan) -> None:
    measured(indicator(open_plan, "owari", start_year=2023), RISING)
    assert len(forecasts_of(ANONYMOUS, open_plan, datetime.date(2028, 3, 31))) == 1
    assert forecasts_of(ANONYMOUS, open_plan, datetime.date(2028, 4, 1)) == []


def test_a_whole_plan_takes_well_under_a_second(open_plan: Plan) -> None:
    for number in range(30):
        measured(indicator(open_plan, f"i{number}", start_year=2023), RISING)
    forecasts_of(ANONYMOUS, open_plan, TODAY)
    started = time.process_time()
    assert len(forecasts_of(ANONYMOUS, open_plan, TODAY)) == 30
    assert time.process_time() - started < 1
