"""Tests of association: R's values, slow second ways to the same numbers, identities, and bad input."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from jichi.methods.surveys.categories import Categories
from jichi.methods.surveys.comparison.association import Statistic, goodness_of_fit, independence
from jichi.methods.surveys.comparison.group_tests import Score, rank_test, t_test
from jichi.methods.surveys.comparison.mixtures import Tail, mixture_tail
from jichi.methods.surveys.designs.design import Design, make_design
from jichi.methods.surveys.designs.variance import covariance
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.replication.jackknife import jackknife

from . import r_tests as r

CLOSE = 1e-8  # R and numpy add in another order

# ---- R ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", r.calls("chisq"), ids=r.name_of)
def test_independence_as_r(case: Any) -> None:
    call, shape = case
    args, expected = call["args"], call["cases"][0]
    data = r.columns(shape["file"])
    found = independence(
        r.design(shape), data[args["rows"]], data[args["columns"]], statistic=args["statistic"]
    )
    if args["statistic"] == "lincom":
        # Without a package that Debian lacks, R approximates this as well and so gives the saddlepoint's value.
        assert found.p == pytest.approx(expected["p"], rel=0.1)
        return
    if args["statistic"] == "saddlepoint":
        # R seeks the saddlepoint to no more than six digits.
        assert found.p == pytest.approx(expected["p"], rel=3e-6)
        return
    assert found.p == pytest.approx(expected["p"], rel=CLOSE)
    assert found.df == pytest.approx(expected["df"], rel=CLOSE)
    assert found.statistic == pytest.approx(expected["estimate"], rel=CLOSE)
    assert found.denominator_df == pytest.approx(expected.get("df2", np.inf), rel=CLOSE)


@pytest.mark.parametrize("case", r.calls("ttest"), ids=r.name_of)
def test_t_as_r(case: Any) -> None:
    call, shape = case
    args, expected = call["args"], call["cases"][0]
    data = r.columns(shape["file"])
    design, groups = r.design(shape), data[args["by"]] if args["by"] else None
    # R takes one degree of freedom off a single sample as well; nothing was fitted there but the mean.
    df = None if args["by"] else design.df - 1
    found = t_test(design, data[args["y"]], groups, df=df).difference
    interval = found.interval()
    assert (found.value, found.t, found.p, found.df, interval.low, interval.high) == pytest.approx(
        tuple(expected[name] for name in ("estimate", "t", "p", "df", "lci", "uci")), rel=CLOSE
    )


@pytest.mark.parametrize("case", r.more("gof"), ids=r.more_name)
def test_fit_as_r(case: Any) -> None:
    shares = {"18-39": 0.3, "40-59": 0.3, "60-74": 0.25, "75+": 0.15}
    age = r.columns(case["design"])["age"]
    found = goodness_of_fit(r.more_design(case), age, shares, df=np.inf)
    assert found.pearson == pytest.approx(case["statistic"][0], rel=CLOSE)
    assert found.p == pytest.approx(case["p"][0], rel=CLOSE)
    assert found.df == pytest.approx(case["df"][0], rel=CLOSE)
    exact = goodness_of_fit(r.more_design(case), age, shares, statistic="lincom")
    assert exact.scale == pytest.approx(case["scale"][0], rel=CLOSE)


@pytest.mark.parametrize("case", r.more("rank"), ids=r.more_name)
def test_ranks_as_r(case: Any) -> None:
    data = r.columns(case["design"])
    spread = data["spend"] + np.arange(1, len(data["spend"]) + 1) / 1e4
    found = rank_test(r.more_design(case), spread, data[case["args"]["by"]], score=case["args"]["score"])
    assert found.p == pytest.approx(case["p"][0], rel=CLOSE)
    statistic = found.statistic if len(found.names) == 2 else found.statistic * found.df
    assert statistic == pytest.approx(case["statistic"][0], rel=CLOSE)


@pytest.mark.parametrize(
    "case", r.more("jackknife-chisq", "jackknife-wald", "jackknife-ttest"), ids=r.more_name
)
def test_jackknife_as_r(case: Any) -> None:
    data = r.columns(case["design"])
    sample = jackknife(r.more_design(case))
    if case["kind"] == "jackknife-ttest":
        difference = t_test(sample, data["spend"], data["sex"]).difference
        assert (difference.t, difference.p) == pytest.approx((case["statistic"][0], case["p"][0]), rel=CLOSE)
        return
    rows, how = ("sex", "F") if case["kind"] == "jackknife-chisq" else ("age", "Wald")
    found = independence(sample, data[rows], data["aware"], statistic=how)
    assert (found.statistic, found.p) == pytest.approx((case["statistic"][0], case["p"][0]), rel=CLOSE)


# ---- a second way ------------------------------------------------------------------------------------------


def ruben(value: float, weights: Any, degrees: Any, below: float = np.inf, terms: int = 3000) -> float:
    """The tail as a series of chi-squares (or F) with more and more degrees of freedom (Ruben 1962)."""
    weights, degrees = np.asarray(weights, float), np.asarray(degrees, float)
    least = weights.min()
    coefficients = np.zeros(terms)
    coefficients[0] = np.prod((least / weights) ** (degrees / 2))
    powers = 0.5 * np.array([degrees @ (1 - least / weights) ** k for k in range(1, terms)])
    for k in range(1, terms):
        coefficients[k] = powers[:k][::-1] @ coefficients[:k] / k
    freedom = degrees.sum() + 2 * np.arange(terms)
    tails = (
        stats.chi2.sf(value / least, freedom)
        if np.isinf(below)
        else stats.f.sf(value / least / freedom, freedom, below)
    )
    return float(coefficients @ tails + 1 - coefficients.sum())


def imhof(value: float, weights: Any) -> float:
    """The tail by Imhof's integral (1961), for at least three weights so that it dies away."""
    weights = np.asarray(weights, float)

    def inner(u: float) -> float:
        angle = 0.5 * np.arctan(weights * u).sum() - 0.5 * value * u
        return float(np.sin(angle) / (u * np.prod((1 + (weights * u) ** 2) ** 0.25)))

    return 0.5 + integrate.quad(inner, 0, 400, limit=2000, epsabs=1e-10)[0] / np.pi


@pytest.mark.parametrize("below", [np.inf, 3.0, 41.7])
@pytest.mark.parametrize(
    ("weights", "degrees"), [([3, 1], [1, 1]), ([6, 3, 1], [2, 1, 4]), ([40, 1, 1.5, 2], [1, 1, 2, 1])]
)
@pytest.mark.parametrize("times", [0.02, 0.7, 1.0, 3.0])
def test_tail_by_series(weights: list[float], degrees: list[float], below: float, times: float) -> None:
    value = times * float(np.dot(weights, degrees))
    expected = ruben(value, weights, degrees, below)
    assert mixture_tail(value, weights, degrees, denominator_df=below) == pytest.approx(expected, rel=1e-10)
    near = mixture_tail(value, weights, degrees, denominator_df=below, tail=Tail.SADDLEPOINT)
    assert near == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("value", [0.5, 4.0, 12.0, 25.0])
def test_tail_by_imhof(value: float) -> None:
    weights = [2.5, 1.5, 1.2, 0.8, 0.5, 0.1]
    assert mixture_tail(value, weights) == pytest.approx(imhof(value, weights), abs=2e-8)


def test_tail_with_weights_far_apart() -> None:
    # A weight of a millionth only shifts the value by about itself.
    assert mixture_tail(3.0, [1.0, 1e-6]) == pytest.approx(stats.chi2.sf(3 - 1e-6, 1), rel=1e-8)
    assert mixture_tail(3.0, [1.0, 0.0]) == stats.chi2.sf(3.0, 1)
    assert mixture_tail(900.0, [2.0, 1.0]) == pytest.approx(ruben_far(), rel=1e-9)


@pytest.mark.parametrize("value", [1e-300, 1e-9, 1e9, 1e100])
@pytest.mark.parametrize("below", [np.inf, 1.0, 30.0])
def test_tail_at_the_ends_of_the_world(value: float, below: float) -> None:
    for tail in Tail:
        found = mixture_tail(value, [3, 1, 1e-9], denominator_df=below, tail=tail)
        assert 0 <= found <= 1
        assert (found > 0.5) == (value < 1)
    assert mixture_tail(1e6, [1.0, 1.0], 5e5) == pytest.approx(stats.chi2.sf(1e6, 1e6))


def ruben_far() -> float:
    """P(2 A + B > 900), A and B chi-square(1), by conditioning on an angle: both are squares of normals."""
    # In polar coordinates R^2 is exponential with mean 2.
    found = integrate.quad(
        lambda angle: np.exp(-450.0 / (2 * np.cos(angle) ** 2 + np.sin(angle) ** 2) + 225.0),
        0,
        np.pi / 2,
        epsabs=0,
    )[0]
    return float(found * 2 / np.pi * np.exp(-225.0))


@given(
    weights=st.lists(st.floats(0.05, 20), min_size=1, max_size=5),
    value=st.floats(0.01, 60),
    below=st.sampled_from([1.0, 8.0, 60.5, np.inf]),
)
@settings(max_examples=30, deadline=None)
def test_tail_is_a_probability_that_falls(weights: list[float], value: float, below: float) -> None:
    here = mixture_tail(value, weights, denominator_df=below)
    further = mixture_tail(value * 1.5, weights, denominator_df=below)
    assert 0 <= further <= here <= 1
    assert mixture_tail(value * 7, np.multiply(weights, 7), denominator_df=below) == pytest.approx(
        here, rel=1e-9
    )
    # Between that of the smallest weight and that of the largest for all.
    for one, sign in ((min(weights), -1), (max(weights), 1)):
        bound = mixture_tail(value / one, np.ones(len(weights)), denominator_df=below)
        assert sign * (bound - here) >= -1e-12


def test_saddlepoint_is_continuous_at_the_mean() -> None:
    tails = [mixture_tail(10 + step, [6, 3, 1], tail="saddlepoint") for step in (-1e-3, -1e-6, 0, 1e-6, 1e-3)]
    assert all(one > other for one, other in itertools.pairwise(tails))
    assert tails[0] - tails[-1] < 2e-4
    assert tails[2] == pytest.approx(mixture_tail(10, [6, 3, 1]), rel=0.03)


def slow_design_effects(design: Design, rows: Any, columns: Any) -> npt.NDArray[np.float64]:
    """Of a table without empty cells, from dummies, with the SRS covariance and a projection written out."""
    names = sorted(set(rows)), sorted(set(columns))
    cells = [(a, b) for a in names[0] for b in names[1]]
    w = design.weights
    inside = np.array([[(a, b) == cell for cell in cells] for a, b in zip(rows, columns, strict=True)], float)
    p = w @ inside / w.sum()
    v = covariance(design, w[:, np.newaxis] * (inside - p) / w.sum())
    main = np.array(
        [[1.0, *(a == x for x in names[0][1:]), *(b == y for y in names[1][1:])] for a, b in cells]
    )
    both = np.array(
        [[(a == x) * (b == y) for x in names[0][1:] for y in names[1][1:]] for a, b in cells], float
    )
    c = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    d = np.diag(1 / p)
    simple = (np.diag(p) - np.outer(p, p)) / len(rows)
    found = np.linalg.eigvals(np.linalg.solve(c.T @ d @ simple @ d @ c, c.T @ d @ v @ d @ c))
    return np.sort(found.real)[::-1]


def made_up(seed: int, n: int = 240) -> tuple[Design, npt.NDArray[Any], npt.NDArray[Any]]:
    rng = np.random.default_rng(seed)
    strata = np.repeat(["n", "s"], n // 2)
    clusters = np.arange(n) // 8
    rows = np.array(["a", "b", "c"])[(rng.integers(0, 3, n) + clusters) % 3]
    columns = np.where(rng.random(n) + 0.1 * (rows == "a") > 0.5, "yes", "no")
    return make_design(weights=rng.uniform(1, 4, n), strata=strata, clusters=clusters), rows, columns


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_design_effects_written_out(seed: int) -> None:
    design, rows, columns = made_up(seed)
    found = independence(design, rows, columns)
    assert found.design_effects == pytest.approx(slow_design_effects(design, rows.tolist(), columns.tolist()))


# ---- identities --------------------------------------------------------------------------------------------


def test_simple_random_sample_is_pearsons() -> None:
    table = np.array([[30, 20, 10], [20, 35, 25]])
    rows = np.repeat(["x", "y"], table.sum(axis=1))
    columns = np.concatenate([np.repeat(["p", "q", "r"], line) for line in table])
    found = independence(make_design(weights=np.full(140, 3.0)), rows, columns, statistic="Chisq")
    expected = stats.chi2_contingency(table, correction=False)
    assert found.pearson == pytest.approx(expected.statistic, rel=1e-12)
    # With replacement the effects are 1 but for n/(n-1).
    assert found.design_effects == pytest.approx([140 / 139] * 2, rel=0.2)
    assert found.cramer_v == pytest.approx(stats.contingency.association(table, method="cramer"))
    assert found.table.n.tolist() == table.tolist()
    assert found.table.weighted == pytest.approx(table * 3.0)


@pytest.mark.parametrize("statistic", list(Statistic))
def test_turning_the_table_changes_nothing(statistic: Statistic) -> None:
    design, rows, columns = made_up(4)
    one, other = (
        independence(design, *pair, statistic=statistic) for pair in ((rows, columns), (columns, rows))
    )
    assert one.p == pytest.approx(other.p, rel=1e-9)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9)


@pytest.mark.parametrize("statistic", list(Statistic))
def test_weights_of_another_size_change_nothing(statistic: Statistic) -> None:
    design, rows, columns = made_up(5)
    larger = replace(design, weights=design.weights * 1000)
    one, other = (independence(each, rows, columns, statistic=statistic) for each in (design, larger))
    assert one.p == pytest.approx(other.p, rel=1e-9)


def test_two_by_two_agrees_whichever_way() -> None:
    design, rows, columns = made_up(6)
    rows = np.where(rows == "a", "a", "other")
    p = {
        how: independence(design, rows, columns, statistic=how).p
        for how in ("F", "lincom", "Wald", "adjWald")
    }
    assert p["F"] == pytest.approx(p["lincom"], rel=1e-12)
    assert p["Wald"] == pytest.approx(p["adjWald"], rel=1e-12)
    assert p["F"] == pytest.approx(p["Wald"], rel=0.2)


def test_unanswered_is_a_domain() -> None:
    design, rows, columns = made_up(7)
    given_up = np.arange(len(rows)) % 9 == 0
    holed = rows.astype(object)
    holed[given_up] = None
    one = independence(design, holed, columns)
    other = independence(design.where(~given_up), rows, columns, df=design.df)
    assert (one.statistic, one.p, one.df) == pytest.approx((other.statistic, other.p, other.df), rel=1e-12)
    assert one.table.n.sum() == (~given_up).sum()


def test_labels_outside_the_domain_are_none_of_its_answers() -> None:
    design, rows, columns = made_up(15)
    inside = rows != "c"
    found = independence(design.where(inside), rows, columns)
    assert found.table.rows == ("a", "b")
    values = np.arange(len(rows), dtype=float)
    assert t_test(design.where(inside), values, rows).names == ("a", "b")
    assert rank_test(design.where(inside), values, rows).names == ("a", "b")
    silent = np.where(inside, columns, "")
    assert independence(design, rows, silent).table.rows == ("a", "b")


def test_level_is_held_under_independence() -> None:
    rng = np.random.default_rng(20261126)
    rejected = {how: 0 for how in ("F", "lincom", "adjWald", "naive")}
    for _ in range(120):
        of_cluster = rng.normal(0, 0.8, 40)
        clusters = np.repeat(np.arange(40), 10)
        yes = (rng.normal(0, 1, 400) + of_cluster[clusters]) > 0.3
        group = np.array(["a", "b", "c"])[rng.integers(0, 3, 40)][clusters]
        design = make_design(weights=1.0, clusters=clusters, rows=400)
        for how in ("F", "lincom", "adjWald"):
            rejected[how] += independence(design, group, yes, statistic=how).p < 0.05
        rejected["naive"] += stats.chi2.sf(independence(design, group, yes).pearson, 2) < 0.05
    # 120 tries at 5 %: from 1 to 14 in all but one of a thousand (binomial); the naive test is far off.
    assert all(1 <= rejected[how] <= 14 for how in ("F", "lincom", "adjWald")), rejected
    assert rejected["naive"] > 24


def test_fit_of_a_simple_random_sample_is_pearsons() -> None:
    counts = np.array([40, 35, 45, 20])
    answers = np.repeat(list("abcd"), counts)
    shares = dict(zip("abcd", (0.3, 0.2, 0.3, 0.2), strict=True))
    found = goodness_of_fit(make_design(weights=np.ones(140)), answers, shares)
    assert found.pearson == pytest.approx(
        stats.chisquare(counts, 140 * np.array([0.3, 0.2, 0.3, 0.2])).statistic
    )
    assert found.observed == pytest.approx(counts / 140)
    assert found.design_effects == pytest.approx([1, 1, 1], rel=0.35)
    perfect = goodness_of_fit(
        make_design(weights=np.ones(140)), answers, dict(zip("abcd", counts / 140, strict=True))
    )
    assert perfect.p == pytest.approx(1.0)


@pytest.mark.parametrize("statistic", list(Statistic))
def test_two_shares_are_a_t_test(statistic: Statistic) -> None:
    design, _, columns = made_up(8)
    found = goodness_of_fit(design, columns, {"yes": 0.5, "no": 0.5}, statistic=statistic)
    single = t_test(design, columns == "yes", null=0.5).difference
    if statistic in {Statistic.WALD, Statistic.ADJ_WALD}:
        assert found.p == pytest.approx(single.p, rel=1e-9)
    assert found.p == pytest.approx(single.p, rel=0.25)


def test_t_of_a_simple_random_sample_is_welchs() -> None:
    rng = np.random.default_rng(5)
    one, other = rng.normal(0, 1, 60), rng.normal(0.4, 2, 90)
    found = t_test(make_design(weights=np.ones(150)), np.r_[one, other], ["a"] * 60 + ["b"] * 90)
    assert found.difference.value == pytest.approx(other.mean() - one.mean())
    expected = stats.ttest_ind(other, one, equal_var=False).statistic
    assert found.difference.t == pytest.approx(expected, rel=0.01)
    assert found.n.tolist() == [60, 90]
    assert found.names == ("a", "b")


def test_ranks_do_not_depend_on_the_order_of_rows() -> None:
    design, rows, _ = made_up(9)
    values = np.round(np.random.default_rng(9).normal(0, 1, len(rows)))
    order = np.random.default_rng(10).permutation(len(rows))
    shuffled = make_design(
        weights=design.weights[order],
        strata=design.stages[0].strata.codes[order],
        clusters=design.stages[0].units[order],
    )
    for score in Score:
        one = rank_test(design, values, rows, score=score)
        other = rank_test(shuffled, values[order], rows[order], score=score)
        assert one.p == pytest.approx(other.p, rel=1e-9)
        rising = rank_test(design, np.exp(values), rows, score=score)
        assert rising.p == pytest.approx(one.p, rel=1e-9)


def test_wilcoxon_of_a_simple_random_sample_is_near_the_classic() -> None:
    rng = np.random.default_rng(11)
    values, groups = rng.normal(0, 1, 400), rng.integers(0, 2, 400)
    values += 0.25 * groups
    found = rank_test(make_design(weights=np.ones(400)), values, groups)
    classic = stats.mannwhitneyu(values[groups == 1], values[groups == 0])
    assert found.statistic == pytest.approx(stats.norm.isf(classic.pvalue / 2), rel=0.03)


# ---- bad input -----------------------------------------------------------------------------------------------


def refused(code: str, call: Any, *words: str) -> None:
    with pytest.raises(SurveyError) as caught:
        call()
    assert caught.value.code == code
    for word in words:
        assert word in str(caught.value)


def test_bad_tables() -> None:
    design, rows, columns = made_up(12)
    n = len(rows)
    refused("levels-too-few", lambda: independence(design, ["x"] * n, columns), "rows", "x")
    refused("levels-too-few", lambda: independence(design, rows, ["only"] * n), "columns", "only")
    declared = Categories(codes=np.arange(n) % 2, names=("a", "b", "never"))
    refused("level-empty", lambda: independence(design, declared, columns), "never")
    refused("answers-none", lambda: independence(design, [None] * n, columns), "rows")
    refused("length", lambda: independence(design, rows[:-1], columns), "rows")
    refused("choice", lambda: independence(design, rows, columns, statistic="G"), "adjWald")
    refused("df-none", lambda: independence(design, rows, columns, df=0))
    refused("df-too-few", lambda: independence(design, rows, columns, statistic="adjWald", df=1), "F")


def test_tables_too_sparse() -> None:
    design = make_design(weights=np.ones(12))
    rows = ["a"] * 4 + ["b"] * 4 + ["c"] * 4
    columns = ["x"] * 4 + ["y"] * 4 + ["z"] * 4
    refused("table-singular", lambda: independence(design, rows, columns))


def test_bad_shares() -> None:
    design, rows, _ = made_up(13)
    refused("shares-differ", lambda: goodness_of_fit(design, rows, {"a": 0.5, "b": 0.5}), "c")
    refused(
        "shares-differ", lambda: goodness_of_fit(design, rows, {"a": 0.4, "b": 0.3, "c": 0.2, "d": 0.1}), "d"
    )
    refused("shares-sum", lambda: goodness_of_fit(design, rows, {"a": 0.5, "b": 0.3, "c": 0.3}), "1.1")
    refused(
        "shares-not-positive", lambda: goodness_of_fit(design, rows, {"a": 1.0, "b": 0.0, "c": 0.0}), "b, c"
    )


def test_bad_groups_and_values() -> None:
    design, rows, columns = made_up(14)
    values = np.arange(len(rows), dtype=float)
    refused("levels-too-many", lambda: t_test(design, values, rows), "a, b, c")
    refused("values-not-numbers", lambda: t_test(design, columns))
    refused("values-not-finite", lambda: t_test(design, np.where(values == 3, np.inf, values)), "row 4")
    refused("answers-none", lambda: t_test(design, np.full(len(rows), np.nan)))
    refused("length", lambda: rank_test(design, values[1:], rows))
    refused("choice", lambda: rank_test(design, values, rows, score="sign"), "median")
    refused("groups-singular", lambda: rank_test(design, np.ones(len(rows)), rows))
    refused("df-none", lambda: rank_test(design, values, rows, df=2))
    refused("df-none", lambda: t_test(make_design(weights=[1.0, 1.0]), [1.0, 2.0], ["a", "b"]))


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("mixture-weights", {"weights": [1, -1]}),
        ("mixture-weights", {"weights": [0, 0]}),
        ("mixture-weights", {"weights": [1, np.nan]}),
        ("mixture-degrees", {"degrees": [1, 0]}),
        ("mixture-degrees", {"denominator_df": 0}),
        ("mixture-value", {"value": np.nan}),
        ("choice", {"tail": "guess"}),
    ],
)
def test_bad_mixtures(code: str, change: dict[str, Any]) -> None:
    refused(code, lambda: mixture_tail(**{"value": 1.0, "weights": [1, 2], **change}))
    assert mixture_tail(0.0, [1, 2]) == 1.0
