"""Numbers that no survey has, text in their place, and contradictions: refused in words, never computed."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from jichi.methods.surveys.areas.benchmarks import benchmark_areas
from jichi.methods.surveys.areas.small_areas import AreaEstimates, Method, fay_herriot
from jichi.methods.surveys.areas.variances import smooth_variances
from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.estimation.domains import by
from jichi.methods.surveys.estimation.estimates import proportions
from jichi.methods.surveys.planning.allocation import allocate
from jichi.methods.surveys.planning.sizes import (
    Wave,
    asked_for,
    assess_target,
    power_of_trend,
    size_for_margin,
    smallest_of_errors,
    years_until_visible,
)
from jichi.methods.surveys.published.series import judge_score, judge_trend
from jichi.methods.surveys.published.tables import Published, from_count, from_percent, judge_share
from jichi.methods.surveys.recipes import follow
from jichi.methods.surveys.telling import Told, WaveFacts, tell_estimates, tell_table, tell_wave

NAN, INF = math.nan, math.inf
WAVE = Wave(n=1500, design_effect=1.8)
DIRECT, VARIANCES = [0.65, 0.55, 0.45, 0.60, 0.5], [0.0087, 0.0037, 0.0048, 0.0027, 0.003]


def of(share: float, **other: object) -> Published:
    return Published(**{"share": share, "n": 500, "sampling": "probability", **other})  # type: ignore[arg-type]


def areas() -> AreaEstimates:
    return fay_herriot(DIRECT, VARIANCES)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("share-out-of-range", lambda: from_percent("58", 500, decimals=1)),  # type: ignore[arg-type]
        ("not-whole", lambda: from_percent(58, 500, decimals=1.5)),  # type: ignore[arg-type]
        ("not-whole", lambda: from_percent(58, 500, decimals=-400)),
        ("not-a-number", lambda: of(0.5, n="500")),
        ("not-a-number", lambda: of("0.5")),
        ("level", lambda: judge_share(of(0.5), level=1 - 1e-16)),
        ("years", lambda: judge_trend([1, NAN], [of(0.5)] * 2)),
        ("years", lambda: judge_trend([1, INF], [of(0.5)] * 2)),
        ("years", lambda: judge_trend(["1", "2"], [of(0.5)] * 2)),  # type: ignore[list-item]
        ("years", lambda: judge_trend([1, 10**400], [of(0.5)] * 2)),
        ("points", lambda: judge_score([of(0.5)] * 2, [1, 1e200])),
        ("points", lambda: judge_score([of(0.5)] * 2, ["1", 2])),  # type: ignore[list-item]
        ("too-many", lambda: size_for_margin(1e-300)),
        ("too-many", lambda: size_for_margin(0.03, design_effect=1e308)),
        ("not-a-number", lambda: size_for_margin("0.03")),  # type: ignore[arg-type]
        ("too-many", lambda: asked_for(1e308, 1e-300)),
        ("level", lambda: years_until_visible(0.02, WAVE, power=2)),
        ("level", lambda: years_until_visible(0.02, WAVE, power=NAN)),
        ("years", lambda: years_until_visible(0.02, WAVE, every=NAN)),  # type: ignore[arg-type]
        ("years", lambda: assess_target(0.5, 0.6, NAN, 2029, WAVE)),  # type: ignore[arg-type]
        ("years", lambda: assess_target(0.5, 0.6, 2025.5, 2029, WAVE)),  # type: ignore[arg-type]
        ("years", lambda: assess_target(0.5, 0.6, 2025, 2029, WAVE, every=NAN)),  # type: ignore[arg-type]
        ("years", lambda: assess_target(0.5, 0.6, 2025, 2029, WAVE, survey_years=[2026.5])),  # type: ignore[list-item]
        ("years", lambda: power_of_trend([1, NAN], [0.5, 0.6], [WAVE])),
        ("not-a-number", lambda: smallest_of_errors(0.02, df="9")),  # type: ignore[arg-type]
        ("total-out-of-range", lambda: allocate(NAN, [5, 5])),  # type: ignore[arg-type]
        ("total-out-of-range", lambda: allocate(INF, [5, 5])),  # type: ignore[arg-type]
        ("not-numbers", lambda: allocate(4, ["a", "b"])),
        ("too-large", lambda: allocate(4, [1e300, 1e300])),
        ("stratum-number-wrong", lambda: allocate(4, [1e19, 5])),
        ("least", lambda: allocate(4, [5, 5], least=NAN)),  # type: ignore[arg-type]
        ("not-numbers", lambda: fay_herriot(["a"] * 5, VARIANCES)),
        ("not-numbers", lambda: fay_herriot(DIRECT, VARIANCES, [[1, 2], [1]])),  # type: ignore[list-item]
        ("too-large", lambda: fay_herriot(DIRECT, [1e300] * 5)),
        ("variance-not-positive", lambda: fay_herriot(DIRECT, [1e-200] * 5)),
        ("level", lambda: areas().interval(1 - 1e-16)),
        ("bounds", lambda: areas().interval(bounds=(1, 0))),
        ("bounds", lambda: areas().interval(bounds=(NAN, 1))),
        ("not-numbers", lambda: smooth_variances(VARIANCES, ["a"] * 5)),
        ("too-large", lambda: smooth_variances([1e300] * 5, [40] * 5)),
        ("not-numbers", lambda: benchmark_areas([0.4, 0.6], ["a", 1], 0.5)),
        ("too-large", lambda: benchmark_areas([0.4, 0.6], [1e308, 1e308], 0.5)),
        ("area-number-wrong", lambda: benchmark_areas([0.4, 0.6], [1, 1], "half")),  # type: ignore[arg-type]
        ("bounds", lambda: benchmark_areas([0.4, 0.6], [1, 1], 0.5, bounds=(1, 0))),
    ],
)
def test_what_is_wrong_is_named(code: str, call: Callable[[], object]):
    with pytest.raises(SurveyError) as caught:
        call()
    assert caught.value.code == code


def test_a_percentage_above_100_is_told_as_it_was_given():
    with pytest.raises(SurveyError, match="percent is 120"):
        from_percent(120, 500, decimals=1)
    with pytest.raises(SurveyError, match="count is 6 and n 5"):
        from_count(6, 5)


def test_a_population_need_not_be_whole():
    found = judge_share(of(0.5, n=10.5, population=10.7)).interval
    assert found is not None
    assert found.low < 0.5 < found.high


def test_a_margin_of_a_population_of_one():
    assert size_for_margin(0.03, share=0, population=1) == 1
    assert size_for_margin(0.03, population=1) == 1
    assert size_for_margin(0.03, population=3000) == 788


def test_no_error_of_areas_is_below_nought():
    """The moment estimator's bias is taken off; of areas far less sure than others more than there is."""
    directs = [0.5, 0.47, 0.4, 0.46, 0.39, 0.36, 0.52]
    variances = [0.03109, 0.00175, 0.09879, 0.00015, 0.0004, 0.09986, 0.00343]
    for method in Method:
        found = fay_herriot(directs, variances, method=method)
        assert (found.mse > 0).all()
        assert np.isfinite(found.interval()).all()


def test_more_answers_than_people_asked_give_no_response_rate():
    found = tell_wave(WaveFacts(sampling="probability", asked=100, answered=900))
    assert Told.RESPONSE_UNKNOWN in {one.code for one in found}
    assert Told.RESPONSE not in {one.code for one in found}


def test_where_everybody_was_asked_answers_printed_alike_have_no_leader():
    alike = [of(0.5, sampling="census", rounding=0.0005), of(0.5, sampling="census", rounding=0.0005)]
    (found,) = tell_table(["a", "b"], alike)
    assert (found.code, found.params["count"]) == (Told.LEADERS, 2)
    (found,) = tell_table(["a", "b"], [of(0.6, sampling="census"), of(0.4, sampling="census")])
    assert found.code == Told.LEADS


@pytest.mark.parametrize(("value", "se"), [(1.0, 0.0), (0.0, 0.0), (0.5, -0.02)])
def test_answers_all_alike_are_no_certainty(value: float, se: float):
    estimate = SimpleNamespace(name="North", value=value, se=se, df=50, n=40, deff=None)
    (found,) = tell_estimates([estimate])
    assert (found.code, found.can) == (Told.NO_ERROR, False)


def test_a_question_that_nobody_answered_is_refused():
    design = make_design(weights=[1, 1, 1])
    with pytest.raises(SurveyError, match="no answer in any row"):
        proportions(design, [None, None, None], missing="omit")
    with pytest.raises(SurveyError, match="no answer in any row"):
        by(design, [None, None, None], ["a", "a", "b"], statistic="proportions", missing="omit")
    recipe = {
        "format": "jichi-survey/1",
        "design": {"weights": "w"},
        "questions": [{"column": "q", "kind": "shares"}],
    }
    with pytest.raises(SurveyError, match="'q'"):
        follow(recipe, {"w": ["1", "1"], "q": ["", ""]})


def test_labels_that_hold_the_mark_between_labels_are_not_joined():
    """``a|b`` with ``c`` and ``a`` with ``b|c`` would become one group."""
    recipe = {
        "format": "jichi-survey/1",
        "design": {"weights": "w"},
        "margins": [{"by": ["s", "c"], "totals": {"a|b|c": 100}}],
        "questions": [{"column": "q", "kind": "shares"}],
    }
    table = {"w": ["1", "1"], "s": ["a|b", "a"], "c": ["c", "b|c"], "q": ["yes", "no"]}
    with pytest.raises(SurveyError) as caught:
        follow(recipe, table)
    assert (caught.value.code, caught.value.params["rows"]) == ("label-separator", [1, 2])
