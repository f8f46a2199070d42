"""Change between years: R's values, the city's reference, simulations, identities, and bad input."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from jichi.methods.surveys.comparison.comparisons import (
    Correction,
    Nearness,
    adjusted_p,
    equivalence,
    satterthwaite,
)
from jichi.methods.surveys.comparison.group_tests import t_test
from jichi.methods.surveys.comparison.model_matrix import model_matrix
from jichi.methods.surveys.comparison.regression import regression
from jichi.methods.surveys.comparison.trend_lines import series, straight_line
from jichi.methods.surveys.comparison.trends import (
    Concern,
    Freedom,
    Verdict,
    compare,
    compare_all,
    judge,
    judge_all,
)
from jichi.methods.surveys.designs.design import Design, SingleUnit, make_design
from jichi.methods.surveys.designs.pooling import Pooled, pool
from jichi.methods.surveys.designs.variance import covariance
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.estimation.domains import by
from jichi.methods.surveys.results import Contrast, Estimate, Estimates

from . import r_tests as r

CLOSE = 1e-8
CITY = Path(__file__).parent / "reference" / "city"

# ---- the city's two surveys: R 4.5 -------------------------------------------------------------------------


def city(kind: str = "wr") -> tuple[Pooled, dict[str, npt.NDArray[np.float64]]]:
    weights = json.loads((CITY / "weights.json").read_text())
    with (CITY / "sample.csv").open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["resp"] == "1"]
    designs: dict[str, Design] = {}
    answers: dict[str, dict[str, npt.NDArray[np.float64]]] = {"well": {}, "sat": {}}
    for year in ("2024", "2026"):
        mine = [row for row in rows if row["year"] == year]
        given = weights[f"{year}.{kind}"]
        of = dict(zip(given["pid"], given["w_rake"], strict=True))
        fpc = [[float(row["Nh"]) for row in mine], [float(row["Mi"]) for row in mine]]
        designs[year] = make_design(
            weights=[of[row["pid"]] for row in mine],
            strata=[row["ward"] for row in mine],
            clusters=[[row["psu"] for row in mine], [row["pid"] for row in mine]],
            fpc=fpc if kind == "fpc2" else None,
        )
        for name, values in answers.items():
            values[year] = np.array([float(row[name]) for row in mine])
    pooled = pool(designs)
    return pooled, {name: pooled.stack(values) for name, values in answers.items()}


def expected(name: str) -> dict[str, Any]:
    cases = json.loads((CITY / "reference.json").read_text())["cases"]
    found = [case for case in cases if case["id"] == name]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("name", ["well", "sat"])
def test_change_as_r(name: str) -> None:
    pooled, answers = city()
    found = t_test(pooled.design, answers[name], pooled.waves).difference
    contrast, tested = expected(f"trend.contrast.{name}"), expected(f"trend.ttest.{name}")
    assert (found.value, found.se) == pytest.approx((contrast["estimate"], contrast["se"]), rel=CLOSE)
    interval = found.interval()
    assert (found.t, found.df, found.p, interval.low, interval.high) == pytest.approx(
        tuple(tested[key] for key in ("t", "df", "p", "lci", "uci")), rel=CLOSE
    )
    assert judge(found).verdict is Verdict.NOT_SHOWN


def test_odds_by_year_as_r() -> None:
    pooled, answers = city()
    year = 2.0 * pooled.waves.codes
    found = regression(
        pooled.design, answers["well"], model_matrix({"year": year}), family="binomial", compat="r-glm"
    )
    case, one = expected("trend.logit.year"), found.coefficients["year"]
    assert (one.value, one.se) == pytest.approx((case["estimate"], case["se"]), rel=CLOSE)
    assert 2 * stats.t.sf(one.value / one.se, one.df) == pytest.approx(case["p"], rel=CLOSE)


@pytest.mark.parametrize("name", ["aware", "spend"])
def test_three_years_pooled_as_r(name: str) -> None:
    data = r.columns("years")
    designs, answers = {}, {}
    for year in (2024, 2025, 2026):
        mine = data["year"] == year
        designs[year] = make_design(weights=data["w"][mine], strata=data["h"][mine], fpc=data["N"][mine])
        answers[year] = data[name][mine]
    pooled = pool(designs)
    found = by(pooled.design, pooled.stack(answers), pooled.waves)
    cases = [call for call, _ in r.calls("contrast", files=("years",)) if call["args"]["y"] == name]
    assert len(cases) == 3
    for case in cases:
        weights = {int(year): weight for year, weight in case["args"]["weights"].items()}
        change = found.contrast(weights, df=pooled.design.df)
        interval, told = change.interval(), case["cases"][0]
        assert (change.value, change.se, interval.low, interval.high) == pytest.approx(
            tuple(told[key] for key in ("estimate", "se", "lci", "uci")), rel=CLOSE
        )
    # The three years' line: their contrast with weights -1/2, 0, 1/2, were they equally sure.
    assert straight_line(found).slope.value == pytest.approx(
        found.contrast({2024: -0.5, 2026: 0.5}).value, abs=3 * found.contrast({2024: -0.5, 2026: 0.5}).se
    )


# ---- pooling -------------------------------------------------------------------------------------------------


def sample(seed: int, *, two_stage: bool, fpc: bool = True) -> tuple[Design, npt.NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    n = 48
    clusters = np.arange(n) // 4
    strata = np.where(clusters < 6, "a", "b")
    if not two_stage:
        design = make_design(
            weights=rng.uniform(1, 3, n), strata=strata, fpc={"a": 100, "b": 80} if fpc else None
        )
    else:
        design = make_design(
            weights=rng.uniform(1, 3, n),
            strata=strata,
            clusters=[clusters, np.arange(n)],
            fpc=[np.where(clusters < 6, 20, 15), np.full(n, 9)] if fpc else None,
        )
    return design, rng.normal(0, 1, n) + rng.normal(0, 1, 12)[clusters]


def mean_influence(design: Design, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    w = design.weights
    return (w * (values - w @ values / w.sum()) / w.sum())[:, np.newaxis]


@pytest.mark.parametrize("fpc", [True, False])
@pytest.mark.parametrize("shapes", [(True, True), (False, True), (True, False), (False, False)])
def test_independent_variances_add(shapes: tuple[bool, bool], fpc: bool) -> None:
    one, other = sample(1, two_stage=shapes[0], fpc=fpc), sample(2, two_stage=shapes[1], fpc=fpc)
    pooled = pool({2024: one[0], 2026: other[0]})
    values = pooled.stack({2024: one[1], 2026: other[1]})
    found = t_test(pooled.design, values, pooled.waves).difference
    parts = [covariance(design, mean_influence(design, own))[0, 0] for design, own in (one, other)]
    assert found.se == pytest.approx(np.sqrt(sum(parts)), rel=1e-12)
    assert pooled.design.df == one[0].df + other[0].df
    assert pooled.only(2026).n == 48
    assert pooled.only(2024).population == pytest.approx(one[0].population)


def test_adjustments_and_domains_stay_with_their_sample() -> None:
    class Demeaned:
        """Stands for an adjustment: takes away what is common to all rows given to it."""

        def residual(self, influence: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            found: npt.NDArray[np.float64] = influence - influence.mean(axis=0)
            return found

    one, other = sample(3, two_stage=False), sample(4, two_stage=True)
    adjusted = one[0].adjusted(one[0].weights, Demeaned(), note="test")
    inside = np.arange(48) % 5 != 0
    pooled = pool({"x": adjusted, "y": other[0].where(inside)})
    assert pooled.design.n == 48 + int(inside.sum())
    values = np.r_[one[1], other[1]][:, np.newaxis]
    left = np.vstack([values[:48], np.zeros((48, 1))])
    right = np.vstack([np.zeros((48, 1)), values[48:]])
    found = covariance(pooled.design, np.hstack([left, right]))
    assert found[0, 0] == pytest.approx(covariance(adjusted, values[:48])[0, 0])
    assert found[1, 1] == pytest.approx(covariance(other[0], values[48:])[0, 0])
    assert found[0, 1] == pytest.approx(0, abs=1e-12)


def test_the_same_people_twice_share_what_they_have() -> None:
    rng = np.random.default_rng(6)
    person = rng.normal(0, 2, 60)
    first, second = person + rng.normal(0, 1, 60), person + rng.normal(0.5, 1, 60)
    design = make_design(weights=np.ones(60))
    labels = [f"p{number}" for number in range(60)]
    pooled = pool({1: design, 2: design}, units={1: labels, 2: labels})
    values = pooled.stack({1: first, 2: second})
    found = t_test(pooled.design, values, pooled.waves, df=59).difference
    paired = stats.ttest_rel(second, first)
    # The paired test itself: 60 people, the standard deviation of their changes.
    assert found.value == pytest.approx((second - first).mean())
    assert found.t == pytest.approx(paired.statistic, rel=1e-9)
    assert found.p == pytest.approx(paired.pvalue, rel=1e-9)
    apart = pool({1: design, 2: design})
    assert found.se < 0.7 * t_test(apart.design, values, apart.waves).difference.se


def test_rotating_panel() -> None:
    design = make_design(weights=np.ones(40), strata=["n"] * 20 + ["s"] * 20, clusters=np.arange(40) // 4)
    units = {1: [f"u{k // 4}" for k in range(40)], 2: [f"u{k // 4 + (k // 4) % 2 * 100}" for k in range(40)]}
    pooled = pool({1: design, 2: design}, units=units)
    assert pooled.design.stages[0].n_units == 15
    assert pooled.design.df == 13
    moved = {1: [f"u{k // 4}" for k in range(40)], 2: [f"u{9 - k // 4}" for k in range(40)]}
    refused("unit-moved", lambda: pool({1: design, 2: design}, units=moved), "u")


def test_bad_pools() -> None:
    design = make_design(weights=np.ones(6))
    refused("waves-too-few", lambda: pool({1: design}))
    other = make_design(weights=np.ones(6), single_unit="centre")
    refused("single-unit-differs", lambda: pool({1: design, 2: other}), "centre")
    pooled = pool({1: design, 2: replace(design, single_unit=SingleUnit.REFUSE)})
    refused("waves-differ", lambda: pooled.stack({1: np.ones(6)}), "2")
    refused("length", lambda: pooled.stack({1: np.ones(6), 2: np.ones(5)}), "2 has 5")
    refused("waves-differ", lambda: pooled.only(3))
    refused("waves-differ", lambda: pool({1: design, 2: design}, units={1: range(6)}), "2")
    refused("length", lambda: pool({1: design, 2: design}, units={1: range(6), 2: range(5)}))


# ---- judging a change ------------------------------------------------------------------------------------------


def estimate(value: float, se: float, df: float = 30, name: Any = "", n: int = 500) -> Estimate:
    return Estimate(name=name, value=value, se=se, df=df, n=n)


def test_verdicts() -> None:
    assert compare(estimate(0.5, 0.02), estimate(0.6, 0.02)).verdict is Verdict.ROSE
    assert compare(estimate(0.6, 0.02), estimate(0.5, 0.02)).verdict is Verdict.FELL
    unsure = compare(estimate(0.5, 0.02), estimate(0.53, 0.02))
    assert unsure.verdict is Verdict.NOT_SHOWN
    assert unsure.change is not None
    assert unsure.change.interval().low < 0 < unsure.change.interval().high
    assert unsure.p == unsure.change.p
    assert compare(estimate(0.5, 0.02), estimate(0.55, 0.02), covariance=0.0003).verdict is Verdict.ROSE


@pytest.mark.parametrize("concern", [one for one in Concern if not one.startswith("no-")])
def test_what_cannot_be_compared_gets_no_number(concern: Concern) -> None:
    found = compare(estimate(0.1, 0.01), estimate(0.9, 0.01), concerns=[concern, str(concern)])
    assert found.verdict is Verdict.NOT_COMPARABLE
    assert found.concerns == (concern,)
    assert found.change is None
    assert found.p is None


def test_what_the_estimates_themselves_lack() -> None:
    sure = estimate(0.5, 0.02)
    assert compare(sure, estimate(float("nan"), float("nan"))).concerns == (
        Concern.NO_ESTIMATE,
        Concern.NO_VARIANCE,
    )
    assert compare(estimate(0, 0), estimate(0, 0)).concerns == (Concern.NO_VARIANCE,)
    assert compare(sure, estimate(0.6, 0.02, df=0)).concerns == (Concern.NO_DEGREES_OF_FREEDOM,)
    assert compare(estimate(0.5, 0.02, df=np.inf), sure).verdict is Verdict.NOT_SHOWN


def test_degrees_of_freedom() -> None:
    one, other = estimate(0.5, 0.01, df=40), estimate(0.5, 0.05, df=6)
    of = {how: compare(one, other, df=how).change.df for how in Freedom}
    assert of[Freedom.SUMMED] == 46
    assert 6 <= of[Freedom.SATTERTHWAITE] < 8
    assert compare(one, other, df=5).change.df == 5
    # Welch's degrees of freedom of two simple random samples.
    rng = np.random.default_rng(3)
    x, y = rng.normal(0, 1, 12), rng.normal(0, 3, 20)
    parts = np.array([x.var(ddof=1) / 12, y.var(ddof=1) / 20])
    welch = stats.ttest_ind(x, y, equal_var=False)
    assert satterthwaite(parts, np.array([11.0, 19.0])) == pytest.approx(welch.df)


def many(seed: int, changed: int, count: int = 20) -> tuple[Estimates, Estimates]:
    rng = np.random.default_rng(seed)
    wards = [f"w{number:02}" for number in range(count)]
    true = rng.uniform(0.3, 0.7, count)
    later = true + np.where(np.arange(count) < changed, 0.15, 0.0)
    return (
        series(
            {
                ward: estimate(float(v + rng.normal(0, 0.03)), 0.03, df=200)
                for ward, v in zip(wards, true, strict=True)
            }
        ),
        series(
            {
                ward: estimate(float(v + rng.normal(0, 0.03)), 0.03, df=200)
                for ward, v in zip(wards, later, strict=True)
            }
        ),
    )


def test_many_nothings_are_seldom_something() -> None:
    false = {how: 0 for how in Correction}
    for seed in range(100):
        before, after = many(seed, 0)
        for how in Correction:
            found = compare_all(before, after, correction=how)
            false[how] += any(one.verdict in {Verdict.ROSE, Verdict.FELL} for one in found.each)
    # 100 cities at 5 %: at most 13 in all but one of a thousand; without correction about 1 - .95^20 = 64 %.
    assert false[Correction.HOLM] <= 13
    assert false[Correction.BENJAMINI_HOCHBERG] <= 13
    assert false[Correction.NONE] >= 50


def test_many_with_some_true() -> None:
    before, after = many(1, 6)
    risen = {
        how: [
            one.name for one in compare_all(before, after, correction=how).each if one.verdict is Verdict.ROSE
        ]
        for how in Correction
    }
    assert (
        set(risen[Correction.HOLM])
        <= set(risen[Correction.BENJAMINI_HOCHBERG])
        <= set(risen[Correction.NONE])
    )
    assert len(risen[Correction.BENJAMINI_HOCHBERG]) >= 3


def test_domains_that_only_one_year_has_are_named() -> None:
    before = series({"a": estimate(0.5, 0.02), "b": estimate(0.4, 0.02), "gone": estimate(0.4, 0.02)})
    after = series({"b": estimate(0.6, 0.02), "new": estimate(0.4, 0.02), "a": estimate(0.5, 0.02)})
    found = compare_all(before, after, concerns_of={"a": ["mode-changed"]})
    assert [one.name for one in found.each] == ["b", "a"]
    assert found.unmatched == ("gone", "new")
    b, a = found.each
    assert a.verdict is Verdict.NOT_COMPARABLE
    # a was not tested, so that b stands alone.
    assert b.change is not None
    assert b.p == b.change.p
    refused("name-unknown", lambda: compare_all(before, after, concerns_of={"new": []}), "new")
    assert all(one.change is None for one in compare_all(before, after, concerns=["question-changed"]).each)


def test_changes_of_a_panel_are_judged_together() -> None:
    changes = {
        ward: Contrast(value=0.05, se=se, df=60) for ward, se in (("a", 0.01), ("b", 0.02), ("c", 0.0))
    }
    a, b, c = judge_all(changes, correction="holm").each
    assert (a.verdict, c.verdict) == (Verdict.ROSE, Verdict.NOT_COMPARABLE)
    assert a.p == pytest.approx(2 * changes["a"].p)
    assert b.p == pytest.approx(changes["b"].p)


def test_bad_judgements() -> None:
    one = estimate(0.5, 0.02)
    refused("level", lambda: compare(one, one, level=1.0))
    refused("choice", lambda: compare(one, one, concerns=["weather"]), "mode-changed")
    refused("choice", lambda: compare(one, one, df="guess"), "satterthwaite")
    refused("choice", lambda: adjusted_p([0.1], correction="none at all"), "holm")
    refused("probability", lambda: adjusted_p([0.1, 1.2, -0.1]), "2, 3")


# ---- many probabilities, margins ----------------------------------------------------------------------------------


probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(p=probabilities)
@settings(max_examples=80, deadline=None)
def test_adjusted_by_their_definitions(p: list[float]) -> None:
    m, order = len(p), sorted(range(len(p)), key=p.__getitem__)
    holm, hochberg = adjusted_p(p), adjusted_p(p, correction="benjamini-hochberg")
    for place, index in enumerate(order):
        steps = [min(1.0, (m - k) * p[order[k]]) for k in range(place + 1)]
        assert holm[index] == pytest.approx(max(steps))
        assert hochberg[index] == pytest.approx(
            min(1.0, *(m / (k + 1) * p[order[k]] for k in range(place, m)), 1.0)
        )
    assert (holm >= hochberg - 1e-15).all()
    assert (hochberg >= np.array(p) - 1e-15).all()
    assert hochberg == pytest.approx(stats.false_discovery_control(p))


def test_untested_do_not_count() -> None:
    found = adjusted_p([0.02, np.nan, 0.5])
    assert found[0] == pytest.approx(0.04)
    assert np.isnan(found[1])
    assert np.isnan(adjusted_p([np.nan])).all()


@given(value=st.floats(-0.1, 0.1), se=st.floats(0.001, 0.05), df=st.sampled_from([5.0, 60.0, np.inf]))
@settings(max_examples=80, deadline=None)
def test_margin_by_two_one_sided_tests(value: float, se: float, df: float) -> None:
    found = equivalence(Contrast(value=value, se=se, df=df), 0.03)
    law = stats.norm if np.isinf(df) else stats.t(df)
    upper, lower = law.cdf((value - 0.03) / se), law.sf((value + 0.03) / se)
    assert found.p == pytest.approx(max(upper, lower), rel=1e-9, abs=1e-15)
    if abs(found.p - 0.05) > 1e-9:
        assert (found.nearness is Nearness.WITHIN) == (found.p < 0.05)
    opposite = equivalence(Contrast(value=-value, se=se, df=df), 0.03)
    turned = {Nearness.ABOVE: Nearness.BELOW, Nearness.BELOW: Nearness.ABOVE}
    assert opposite.nearness is turned.get(found.nearness, found.nearness)


def test_nearness() -> None:
    def of(value: float, se: float) -> Nearness:
        return equivalence(Contrast(value=value, se=se, df=60), 0.03).nearness

    assert of(0.0, 0.01) is Nearness.WITHIN
    assert of(0.0, 0.03) is Nearness.UNDECIDED
    assert of(0.08, 0.02) is Nearness.ABOVE
    assert of(-0.08, 0.02) is Nearness.BELOW
    assert of(0.05, 0.02) is Nearness.UNDECIDED
    refused("margin", lambda: equivalence(Contrast(value=0, se=1, df=5), 0))
    refused("level", lambda: equivalence(Contrast(value=0, se=1, df=5), 1, level=0.4))
    refused("se-unknown", lambda: equivalence(Contrast(value=0, se=0, df=5), 1))
    refused("df-none", lambda: equivalence(Contrast(value=0, se=1, df=0), 1))


# ---- lines --------------------------------------------------------------------------------------------------------


def test_equal_and_independent_is_least_squares() -> None:
    years = {
        year: estimate(value, 0.03)
        for year, value in zip((2020, 2022, 2023, 2026), (1.0, 1.5, 1.4, 2.2), strict=True)
    }
    found = straight_line(series(years))
    slope, middle = np.polyfit(np.array(list(years)) - 2022.75, [one.value for one in years.values()], 1)
    assert found.slope.value == pytest.approx(slope)
    assert (found.level, found.centre) == pytest.approx((middle, 2022.75))
    spread = ((np.array(list(years)) - 2022.75) ** 2).sum()
    assert found.slope.se == pytest.approx(0.03 / np.sqrt(spread))
    assert found.df == 2


def test_two_years_are_their_difference() -> None:
    one, other = estimate(0.5, 0.02, df=20), estimate(0.6, 0.03, df=30)
    found = straight_line(series({2024: one, 2026: other}))
    change = compare(one, other, df="satterthwaite").change
    assert found.slope.value * 2 == pytest.approx(change.value)
    assert (found.slope.t, found.slope.df, found.slope.p) == pytest.approx((change.t, change.df, change.p))
    assert found.curvature is None
    assert found.p_straight is None
    assert found.fitted == pytest.approx([0.5, 0.6])


def test_line_weighted_by_covariance_by_whitening() -> None:
    rng = np.random.default_rng(8)
    root = rng.normal(0, 1, (5, 5))
    covariance_of = root @ root.T / 100
    values, times = rng.normal(0, 1, 5), np.array([0.0, 1, 2, 4, 5])
    years = Estimates(
        names=tuple(times), values=values, covariance=covariance_of, df=50, n=np.full(5, 300, dtype=np.int64)
    )
    found = straight_line(years)
    white = np.linalg.inv(np.linalg.cholesky(covariance_of))
    x = white @ np.column_stack([np.ones(5), times])
    b, departure, _, _ = np.linalg.lstsq(x, white @ values, rcond=None)
    assert found.slope.value == pytest.approx(b[1])
    assert found.slope.se == pytest.approx(np.sqrt(np.linalg.inv(x.T @ x)[1, 1]))
    assert found.curvature == pytest.approx(departure[0] * 48 / (3 * 50))
    assert found.p_straight == pytest.approx(stats.f.sf(found.curvature, 3, 48))
    assert found.slope.df == 50
    known = straight_line(years, df=np.inf)
    assert known.p_straight == pytest.approx(stats.chi2.sf(departure[0], 3))


def test_a_bend_is_seen_and_noise_is_not() -> None:
    rng = np.random.default_rng(9)
    seen = {"straight": 0, "bent": 0}
    for _ in range(200):
        for kind, true in (("straight", [0.4, 0.45, 0.5, 0.55]), ("bent", [0.4, 0.55, 0.55, 0.4])):
            years = {k: estimate(float(v + rng.normal(0, 0.02)), 0.02, df=np.inf) for k, v in enumerate(true)}
            p = straight_line(series(years)).p_straight
            assert p is not None
            seen[kind] += p < 0.05
    # 200 tries at 5 %: at most 20 in all but one of a thousand.
    assert seen["straight"] <= 20
    assert seen["bent"] >= 195


def test_bad_lines() -> None:
    years: Mapping[Any, Estimate] = {2024: estimate(0.5, 0.02), 2026: estimate(0.6, 0.02)}
    both = series(years)
    refused("length", lambda: straight_line(both, [1, 2, 3]))
    refused("times-too-few", lambda: straight_line(both, [1, 1]))
    refused("times-too-few", lambda: straight_line(both, [1, np.inf]))
    refused(
        "times-not-numbers", lambda: straight_line(series({"then": estimate(1, 1), "now": estimate(1, 1)}))
    )
    refused("covariance-singular", lambda: straight_line(series({1: estimate(1, 0), 2: estimate(1, 1)})))
    unknown = series({1: estimate(1, 1), 2: estimate(float("nan"), 1), 3: estimate(1, 1)})
    refused("estimates-missing", lambda: straight_line(unknown), "2")
    few = straight_line(
        series(
            {
                1: estimate(1, 1, df=1),
                2: estimate(1, 1, df=1),
                3: estimate(1, 1, df=1),
                4: estimate(2, 1, df=1),
            }
        )
    )
    assert few.p_straight is None
    assert few.denominator_df == 0


def refused(code: str, call: Any, *words: str) -> None:
    with pytest.raises(SurveyError) as caught:
        call()
    assert caught.value.code == code
    for word in words:
        assert word in str(caught.value)
