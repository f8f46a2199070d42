"""Intervals of shares: numbers of R, second implementations, and shares at the edge."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats

from jichi.methods.proportions import Proportion, wilson
from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.estimation import intervals as module
from jichi.methods.surveys.estimation.intervals import Method, interval_of_share, proportion_interval
from jichi.methods.surveys.replication.jackknife import jackknife
from jichi.methods.surveys.replication.replicates import from_weights
from jichi.methods.surveys.results import Estimate
from jichi.methods.surveys.weighting.raking import poststratify

ALL = list(Method)
SHARE = st.floats(0.01, 0.99)


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0


# ---- R: p = .375, standard error .125, 16 rows, 14 degrees of freedom ---------------------------------------
# svyciprop of survey 4.1-1; the likelihood's ends, which R reads off a spline, are right to 3e-5 there.
@pytest.mark.parametrize(
    ("method", "low", "high", "tolerance"),
    [
        ("logit", 0.16047314503571, 0.6531831218905, 1e-12),
        ("xlogit", 0.16047314503571, 0.6531831218905, 1e-12),
        ("asin", 0.13907846989702, 0.6482860631726, 1e-12),
        ("beta", 0.14475172448396, 0.6565393035301, 1e-12),
        ("likelihood", 0.14335018654268, 0.65607022254419, 3e-5),
    ],
)
def test_the_numbers_of_r(method, low, high, tolerance):
    share = Estimate(value=0.375, se=0.125, df=14, n=16)
    found = interval_of_share(share, method=method)
    np.testing.assert_allclose([found.low, found.high], [low, high], rtol=tolerance)
    assert found.method == method


# synthetic city, survey 4.5: "2024.wr.nr.ciprop.well.*", 36 degrees of freedom, 827 answers.
@pytest.mark.parametrize(
    ("method", "low", "high"),
    [
        ("logit", 0.536220388641342, 0.623878775857084),
        ("mean", 0.536747216007924, 0.624624815207334),
        ("asin", 0.536485591370839, 0.624247107090407),
        ("wilson", 0.536281056139301, 0.623821529728295),
    ],
)
def test_the_numbers_of_a_later_r(method, low, high):
    found = interval_of_share(
        Estimate(value=0.580686015607629, se=0.0216650705433099, df=36, n=827), method=method
    )
    np.testing.assert_allclose([found.low, found.high], [low, high], rtol=1e-13)


# ---- second implementations --------------------------------------------------------------------------------
def binomial_error(p: float, n: int) -> float:
    return float((p * (1 - p) / n) ** 0.5)


@settings(max_examples=60, deadline=None)
@given(st.integers(20, 400).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))))
def test_in_a_simple_random_sample_they_are_the_binomial_ones(pair):
    hits, n = pair
    share = Estimate(value=hits / n, se=binomial_error(hits / n, n), df=float("inf"), n=n)
    published = wilson(Proportion(share=hits / n, n=n))
    found = interval_of_share(share, method="wilson")
    np.testing.assert_allclose([found.low, found.high], [published.low, published.high], rtol=1e-9)
    # Clopper and Pearson: as few or as many hits have the probability of one tail.
    share = Estimate(value=hits / n, se=binomial_error(hits / n, n), df=n - 1, n=n)
    found = interval_of_share(share, method="beta")
    np.testing.assert_allclose(stats.binom.sf(hits - 1, n, found.low), 0.025, rtol=1e-6)
    np.testing.assert_allclose(stats.binom.cdf(hits, n, found.high), 0.025, rtol=1e-6)


@settings(max_examples=60, deadline=None)
@given(SHARE, st.integers(10, 500), st.floats(0.5, 4), st.integers(2, 60))
@example(0.9878184341070296, 10, 1.09375, 18)
def test_the_ends_of_the_likelihood_are_as_far_down_as_they_should_be(p, n, effect, df):
    share = Estimate(value=p, se=effect**0.5 * binomial_error(p, n), df=df, n=n)
    found = interval_of_share(share, method="likelihood")
    size = p * (1 - p) / share.variance * (n - 1) / n
    for end in (found.low, found.high):
        assume(1e-12 < end < 1 - 1e-12)
        # Near 1 the next number of the machine may be noticeably further: the exact end lies between two.
        near = np.array([np.nextafter(end, 0), end, np.nextafter(end, 1)])
        distance = 2 * size * (p * np.log(p / near) + (1 - p) * np.log((1 - p) / (1 - near)))
        wanted = stats.t.ppf(0.975, df) ** 2
        assert distance.min() * (1 - 1e-6) <= wanted <= distance.max() * (1 + 1e-6)


# ---- identities --------------------------------------------------------------------------------------------
@settings(max_examples=80, deadline=None)
@given(
    SHARE,
    st.integers(5, 500),
    st.floats(0.3, 5),
    st.integers(1, 60),
    st.sampled_from(ALL),
    st.floats(0.5, 0.99),
)
def test_an_interval_holds_the_share_and_turns_with_it(p, n, effect, df, method, level):
    error = effect**0.5 * binomial_error(p, n)
    one = interval_of_share(Estimate(value=p, se=error, df=df, n=n), method=method, level=level)
    other = interval_of_share(Estimate(value=1 - p, se=error, df=df, n=n), method=method, level=level)
    assert one.low <= p <= one.high
    np.testing.assert_allclose([one.low, one.high], [1 - other.high, 1 - other.low], rtol=1e-6, atol=1e-9)
    if method is not Method.MEAN:
        assert one.low >= 0 and one.high <= 1
    wider = interval_of_share(Estimate(value=p, se=error, df=df, n=n), method=method, level=level + 0.005)
    assert wider.low <= one.low + 1e-12 and wider.high >= one.high - 1e-12


def test_the_methods_agree_where_the_sample_is_large():
    share = Estimate(value=0.4, se=binomial_error(0.4, 10**6), df=10**6, n=10**6)
    for method in ALL:
        found = interval_of_share(share, method=method)
        np.testing.assert_allclose([found.low, found.high], [0.39904, 0.40096], atol=2e-6)


# ---- from a design -----------------------------------------------------------------------------------------
RNG = np.random.default_rng(3)
Y = RNG.random(60) < 0.4
WEIGHTS = RNG.uniform(10, 30, 60)
DESIGN = make_design(weights=WEIGHTS, strata=["a"] * 30 + ["b"] * 30, clusters=np.arange(60) // 5)


JACK = jackknife(DESIGN)


@pytest.mark.parametrize("sample", [DESIGN, JACK, DESIGN.where(np.arange(60) % 7 > 0)])
@pytest.mark.parametrize("method", ALL)
def test_a_share_of_a_sample(sample, method):
    found = proportion_interval(sample, Y, method=method, level=0.9)
    if sample is not JACK or method is not Method.LOGIT:
        assert found.interval == interval_of_share(found.estimate, method=method, level=0.9)
    spread = found.estimate.value * (1 - found.estimate.value)
    np.testing.assert_allclose(found.effective_n, spread / found.estimate.variance)
    assert proportion_interval(sample, Y.astype(int), method=method, level=0.9) == found


def test_under_replicate_weights_as_r_has_them():
    # svyciprop(~y, as.svrepdesign(svydesign(id=~k, strata=~h, weights=~w, nest=TRUE), type="JKn"), method=)
    y, clusters = (
        [0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1],
        [1, 1, 2, 2, 3, 3, 4, 4, 1, 1, 1, 2, 2, 3, 3, 3],
    )
    design = make_design(
        weights=[10] * 8 + [20] * 8, strata=list("A" * 8 + "B" * 8), clusters=clusters, nest=True
    )
    for method, ends in (
        ("logit", [0.3846889195366998, 0.7581635449169583]),
        ("xlogit", [0.3856730276810074, 0.7574007968932814]),
    ):
        found = proportion_interval(jackknife(design), y, method=method).interval
        np.testing.assert_allclose([found.low, found.high], ends, rtol=1e-11)


def test_a_replicate_in_which_everybody_is_alike():
    halves = from_weights([1.0] * 4, [[2, 0], [0, 2], [2, 0], [0, 2]], scale=0.5, df=1)
    found = proportion_interval(halves, [1, 0, 1, 1])
    assert found.interval.reason == "replicates-undefined" and found.estimate.reason is None


def test_the_effective_size_that_weights_say():
    found = proportion_interval(DESIGN, Y, method="wilson", effective="weights")
    np.testing.assert_allclose(found.effective_n, WEIGHTS.sum() ** 2 / (WEIGHTS**2).sum())
    told = proportion_interval(DESIGN, Y, method="wilson", effective=found.effective_n)
    assert (told.interval, told.estimate) == (found.interval, found.estimate)


def test_degrees_of_freedom_may_be_given():
    narrow = proportion_interval(DESIGN, Y, df=float("inf")).interval
    wide = proportion_interval(DESIGN, Y, df=2).interval
    assert wide.low < narrow.low and wide.high > narrow.high


# ---- what cannot be judged ---------------------------------------------------------------------------------
@pytest.mark.parametrize("everybody", [0, 1])
@pytest.mark.parametrize("method", ALL)
def test_where_everybody_answered_alike_the_design_cannot_tell(everybody, method):
    y = np.full(60, everybody)
    found = proportion_interval(DESIGN, y, method=method)
    assert np.isnan([found.interval.low, found.interval.high, found.effective_n]).all()
    assert found.interval.reason == "no-variation"
    known = proportion_interval(DESIGN, y, method=method, effective="weights").interval
    if method in (Method.BETA, Method.WILSON, Method.LIKELIHOOD):
        assert known.reason is None
        assert known.low == 0 < known.high < 0.2 if everybody == 0 else 0.8 < known.low < known.high == 1
    else:
        assert known.reason == "no-variation"


def test_nobody_hit_by_the_rule_of_the_beta_distribution():
    share = Estimate(value=0.0, se=0.0, df=float("inf"), n=50)
    found = interval_of_share(share, method="beta", effective_n=50)
    # With t quantiles of 49 and infinitely many degrees of freedom.
    size = 50 * (stats.t.ppf(0.975, 49) / stats.norm.ppf(0.975)) ** 2
    np.testing.assert_allclose(found.high, 1 - 0.025 ** (1 / size), rtol=1e-9)


@pytest.mark.parametrize("method", ALL)
def test_a_share_that_is_known_is_its_own_interval(method):
    half = np.arange(60) < 30
    known = poststratify(DESIGN, half, {True: 400, False: 800})
    found = proportion_interval(known, half, method=method).interval
    np.testing.assert_allclose([found.low, found.high], [1 / 3, 1 / 3], rtol=1e-12)
    fixed = interval_of_share(Estimate(value=0.25, se=1e-17, df=9, n=40), method=method)
    assert (fixed.low, fixed.high) == (0.25, 0.25)


def test_reasons_are_passed_on():
    nobody = proportion_interval(DESIGN.where(np.zeros(60, dtype=bool)), Y)
    assert nobody.interval.reason == "domain-empty" and np.isnan(nobody.effective_n)
    one = proportion_interval(DESIGN.where(np.arange(60) < 5), np.arange(60) % 2)
    assert one.interval.reason == "domain-one-unit"
    none = interval_of_share(Estimate(value=0.3, se=0.1, df=0, n=4))
    assert none.reason == "df-none" and np.isnan(none.low)
    assert interval_of_share(Estimate(value=0.3, se=float("nan"), df=3, n=4)).reason == "se-unknown"


def test_bad_questions():
    for code, ask in (
        ("choice", lambda: proportion_interval(DESIGN, Y, method="exact")),
        ("level", lambda: proportion_interval(DESIGN, Y, level=95)),
        ("not-a-share", lambda: proportion_interval(DESIGN, np.arange(60))),
        ("not-a-share", lambda: proportion_interval(DESIGN, np.ones((60, 2)))),
        ("effective-size", lambda: proportion_interval(DESIGN, Y, effective="kish")),
        ("effective-size", lambda: proportion_interval(DESIGN, Y, effective=0)),
        ("values-missing", lambda: proportion_interval(DESIGN, [None, *[1] * 59])),
    ):
        with pytest.raises(SurveyError) as caught:
            ask()
        assert caught.value.code == code
    with pytest.raises(SurveyError) as caught:
        proportion_interval(DESIGN, [1] * 59 + [7])
    assert caught.value.params["rows"] == [60]


def test_missing_answers_are_a_domain():
    gappy = np.where(np.arange(60) % 4 == 0, np.nan, Y)
    found = proportion_interval(DESIGN, gappy, missing="omit")
    inside = proportion_interval(DESIGN.where(np.arange(60) % 4 > 0), Y, df=DESIGN.df)
    assert (found.interval, found.estimate.n) == (inside.interval, 45)
