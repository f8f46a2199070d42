"""What the statistics find, as sentences: each code has one, on the pages where it belongs, and none lies."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from jichi.figures.models import Binding, Observation, SourceKind
from jichi.figures.services import publish_values
from jichi.figures.surveys.judgeable import measuring_wave, survey_years, target_words
from jichi.figures.surveys.sentences import assumed_words, sentence
from jichi.figures.surveys.telling import assumed, doubtful_order, told
from jichi.methods.surveys.findings import Finding
from jichi.methods.surveys.planning.targets import TargetCode
from jichi.methods.surveys.planning.waves import Wave
from jichi.methods.surveys.published.tables import Assumed
from jichi.methods.surveys.telling import Told
from jichi.plan.models import Point

from .conftest import D, loader, take
from .reports import Answer, Table, report


@pytest.fixture(autouse=True)
def english() -> Any:
    """The words as they are written; what the languages make of them the translations' own tests look at."""
    with translation.override("en"):
        yield


PARAMS: dict[str, Any] = {
    "answered": 1377,
    "areas": 12,
    "asked": 3000,
    "count": 3,
    "df": 3.0,
    "effect": 1.8,
    "effective": 765.0,
    "every": 1,
    "gain": 0.34,
    "is_share": True,
    "last": 2026,
    "level": 0.95,
    "margin": 0.034,
    "n": 1377,
    "name": "北区",
    "names": "北区, 南区",
    "noise": 0.048,
    "option": "感じる",
    "power": 0.8,
    "rate": 0.459,
    "share": 0.52,
    "smallest": 0.068,
    "step": -0.02,
    "value": 0.582,
    "way": 0.08,
    "why": "opt-in-panel",
    "year": 2027,
    "years": 4,
}


def said(code: str, **more: Any) -> str:
    return str(sentence(Finding(code=code, can=True, params={**PARAMS, **more})))


@pytest.mark.parametrize("code", [*Told, *TargetCode])
def test_every_code_has_a_sentence_of_its_own(code):
    text = said(code)
    assert text.endswith((".", ")", "）", "区")) and "%(" not in text and "{" not in text
    assert [str(one) for one in (*Told, *TargetCode) if said(one) == text] == [str(code)]


def test_numbers_are_said_as_points_and_without_sign():
    assert "6.8 points" in said(Told.SMALLEST_CHANGE) and "8 times of 10" in said(Told.SMALLEST_CHANGE)
    assert "2.0 points" in said(TargetCode.STEP_BELOW_NOISE) and "−" not in said(TargetCode.STEP_BELOW_NOISE)
    assert "58.2%" in said(Told.ESTIMATE_SURE_TO) and "±3.4 points (95" in said(Told.ESTIMATE_SURE_TO)
    amount = said(Told.ESTIMATE_UNSURE, is_share=False, value=2.5, margin=1.25, name="")
    assert "2.5" in amount and "%" not in amount and "points" not in amount
    assert "34 %" in said(Told.AREAS_MODELLED) and "765" in said(Told.DESIGN_COST)


@pytest.mark.parametrize(
    "code",
    [TargetCode.STEP_BELOW_NOISE, TargetCode.NO_WAY, TargetCode.NEEDED_FOR_STEP, TargetCode.NEEDED_FOR_WAY],
)
def test_what_nothing_can_show_is_said_otherwise(code):
    nothing = said(code, smallest=None, n=None)
    assert nothing != said(code) and "None" not in nothing and "—" not in nothing


def test_every_assumption_has_words():
    assert len({assumed_words(one) for one in Assumed}) == len(Assumed)


# ---- the wave ----------------------------------------------------------------------------------------------
def test_the_smallest_change_is_told_of_probability_samples_only():
    words = [one.text for one in told(report())]
    assert any("8 times of 10" in text for text in words)
    assert not any("8 times of 10" in one.text for one in told(report(sampling="panel")))


def test_an_answer_that_says_not_weighted_is_not_taken_for_weights():
    for none in ("", "なし", " なし "):
        assert not any("weighted" in one.text for one in told(report(weighting=none)))
        assert assumed_words(Assumed.WEIGHTS_FREE) not in assumed(report(weighting=none))
    weighted = report(weighting="性・年齢で補正")
    assert any("性・年齢で補正" in one.text for one in told(weighted))
    assert assumed_words(Assumed.WEIGHTS_FREE) in assumed(weighted)


def test_what_is_taken_for_granted_is_told_where_there_are_intervals():
    assert assumed_words(Assumed.ANSWERERS_ALIKE) in assumed(report())
    assert assumed_words(Assumed.SIMPLE_RANDOM) not in assumed(report(design_effect=D("1.8")))
    assert assumed(report(sampling="panel")) == assumed(report(answered=None)) == []


def ordered(*percents: str, **more: Any):
    lines = tuple(Answer(option=f"o{place}", percent=D(one)) for place, one in enumerate(percents))
    whole = report(**more)
    question = replace(whole.questions[0], tables=(Table(n=1400, answers=lines),))
    return doubtful_order(whole, question, "o0")


def test_a_lead_that_may_be_chance_is_named_so():
    assert "o0" in ordered("41.0", "39.0", "20.0") and "2 answers" in ordered("41.0", "39.0", "20.0")
    assert ordered("50.0", "30.0", "20.0") == ""
    assert ordered("41.0", "39.0", "20.0", sampling="panel") == ""
    assert ordered("90.0", "80.0") == "" and ordered("60.0") == ""


# ---- a target ----------------------------------------------------------------------------------------------
def observed(**more: Any) -> Observation:
    facts = {"fiscal_year": 2025, "value": D("40"), "n": 1377, "interval_method": "wilson/95/deff=1.8"}
    return Observation(**{**facts, "source_kind": SourceKind.PROBABILITY_SURVEY, **more})


def point(year: int | None, value: str | None) -> Point:
    return Point(fiscal_year=year, value=None if value is None else D(value))


def test_the_wave_is_read_from_the_interval():
    assert measuring_wave(observed()) == Wave(n=1377, design_effect=1.8)
    assert measuring_wave(observed(interval_method="wilson/95/srs")) == Wave(n=1377)
    for other in ({"interval_method": ""}, {"interval_method": "printed"}, {"n": None}):
        assert measuring_wave(observed(**other)) is None


def test_the_years_are_those_of_the_source():
    assert survey_years(None, 2023, 2027) == [2024, 2025, 2026, 2027]
    every = Binding(every_years=3, first_year=2022)
    assert survey_years(every, 2023, 2030) == [2025, 2028]
    assert survey_years(Binding(every_years=2), 2023, 2027) == [2025, 2027]


def test_a_target_that_the_survey_cannot_follow_yearly():
    [step, way, first] = target_words([observed()], point(2023, "37.4"), point(2027, "46.4"), None)
    assert "cannot judge each step" in step and "2.3 points" in step
    assert "9.0 points can be told" in way and "FY2027" in first


def test_a_survey_without_a_lot_cannot_judge_a_target():
    [text] = target_words([observed(source_kind=SourceKind.OTHER_SURVEY)], None, point(2027, "50"), None)
    assert "not drawn by lot" in text


@pytest.mark.parametrize(
    ("rows", "start", "target", "binding"),
    [
        ([], point(2023, "37"), point(2027, "46"), None),
        ([observed(value=None)], point(2023, "37"), point(2027, "46"), None),
        ([observed(interval_method="")], point(2023, "37"), point(2027, "46"), None),
        ([observed()], None, point(2027, "46"), None),
        ([observed()], point(None, "37"), point(2027, "46"), None),
        ([observed()], point(2023, "37"), None, None),
        ([observed()], point(2023, "37"), point(2027, None), None),
        ([observed()], point(2027, "37"), point(2027, "46"), None),
        ([observed()], point(2023, "37"), point(2027, "146"), None),
        ([observed()], point(2023, "37"), point(2024, "46"), Binding(every_years=5, first_year=2020)),
    ],
)
def test_where_nothing_is_known_nothing_is_said(rows, start, target, binding):
    assert target_words(rows, start, target, binding) == []


@pytest.mark.django_db
def test_the_page_of_an_indicator_says_what_its_survey_can_judge(client, survey):
    take(survey)
    publish_values(viewer=loader(), observation_ids=[one.pk for one in Observation.objects.all()])
    page = html.unescape(client.get("/en/indicators/kanyu/").content.decode())
    assert re.search(r"<p>The survey can(not)? judge each step:", page)
