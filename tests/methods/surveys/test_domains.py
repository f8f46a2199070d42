"""All domains at once are each by itself, and what a domain cannot tell."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.surveys.categories import Categories
from jichi.methods.surveys.designs.design import make_design
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.estimation import domains as module
from jichi.methods.surveys.estimation import judging
from jichi.methods.surveys.estimation.domain_moments import covariance_by_moments
from jichi.methods.surveys.estimation.domains import by
from jichi.methods.surveys.estimation.estimates import mean, proportions, ratio, total, variance
from jichi.methods.surveys.replication.jackknife import jackknife
from jichi.methods.surveys.weighting.raking import rake

CLOSE = {"rtol": 1e-9, "atol": 1e-12}


def city(seed: int = 11, rows: int = 360):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(36), rows // 36)
    data = {
        "ward": np.array([f"W{one}" for one in cluster // 9]),
        "cluster": cluster,
        "sex": rng.choice(["f", "m"], rows),
        "age": rng.choice([20, 40, 60], rows),
        "hours": rng.gamma(2.0, 1.5, rows) + cluster % 3,
        "visits": rng.poisson(3, rows) + 1.0,
        "well": rng.integers(1, 4, rows),
    }
    weights = rng.uniform(10, 40, rows)
    size = weights.sum()
    margins = [
        (data["sex"], {"f": 0.52 * size, "m": 0.48 * size}),
        (data["age"], {20: 0.3 * size, 40: 0.3 * size, 60: 0.4 * size}),
    ]
    elements = make_design(weights=weights, strata=data["ward"])
    clusters = make_design(weights=weights, strata=data["ward"], clusters=cluster)
    both = make_design(
        weights=weights, strata=data["ward"], clusters=[cluster, np.arange(rows)], fpc=[30, 25]
    )
    lonely = make_design(
        weights=weights,
        strata=np.where(cluster == 0, "alone", data["ward"]),
        clusters=cluster,
        single_unit="centre",
    )
    alone = np.where(np.arange(rows) == 4, "alone", data["ward"])
    samples = {
        "elements": elements,
        "elements, raked": rake(elements, margins),
        "clusters": clusters,
        "clusters, raked": rake(clusters, margins),
        "two stages": both,
        "two stages, raked": rake(both, margins),
        "raked, of a domain": rake(both, margins).where(data["age"] > 20),
        "a single unit": lonely,
        "a single row, centred": make_design(weights=weights, strata=alone, single_unit="centre"),
        "a single row, averaged": make_design(weights=weights, strata=alone, single_unit="average"),
    }
    return samples, data


SAMPLES, DATA = city()
EACH = pytest.mark.parametrize("sample", SAMPLES.values(), ids=list(SAMPLES))


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0


# ---- a slow second implementation: the statistic of each domain by itself -----------------------------------
@EACH
@pytest.mark.parametrize("deff", [True, "replace"])
def test_each_domain_by_itself(sample, deff):
    for what, more in ((mean, {}), (total, {}), (ratio, {"x": DATA["visits"]})):
        found = by(sample, DATA["hours"], DATA["ward"], statistic=what, deff=deff, **more)
        for name in ("W0", "W1", "W2", "W3"):
            inside = sample.where(DATA["ward"] == name)
            alone = what(inside, DATA["hours"], *more.values(), deff=deff)
            one = found[name]
            np.testing.assert_allclose(
                [one.value, one.se, one.deff, one.n], [alone.value, alone.se, alone.deff, alone.n], **CLOSE
            )
            assert one.df == sample.df


@EACH
def test_shares_in_each_domain_by_itself(sample):
    found = by(sample, DATA["well"], DATA["sex"], statistic=proportions)
    assert found.names == tuple((sex, level) for sex in ("f", "m") for level in (1, 2, 3))
    for place, sex in enumerate(("f", "m")):
        alone = proportions(sample.where(DATA["sex"] == sex), DATA["well"])
        part = slice(3 * place, 3 * place + 3)
        np.testing.assert_allclose(found.values[part], alone.values, **CLOSE)
        np.testing.assert_allclose(found.covariance[part, part], alone.covariance, **CLOSE)


@EACH
def test_variances_in_each_domain_by_itself(sample):
    several = {name: DATA[name] for name in ("hours", "visits")}
    found = by(sample, several, DATA["sex"], statistic=variance)
    for sex in ("f", "m"):
        alone = variance(sample.where(DATA["sex"] == sex), several)
        for name in several:
            np.testing.assert_allclose(
                [found[sex, name].value, found[sex, name].se], [alone[name].value, alone[name].se], **CLOSE
            )


@EACH
def test_the_covariance_between_domains(sample):
    found = by(sample, DATA["hours"], DATA["sex"]).contrast({"f": 1, "m": -1})
    # The difference of two domain means is a contrast of ratios made by hand.
    women = DATA["sex"] == "f"
    tops = {"f": DATA["hours"] * women, "m": DATA["hours"] * ~women}
    bottoms = {"f": women.astype(float), "m": (~women).astype(float)}
    direct = ratio(sample, tops, bottoms).contrast({"f": 1, "m": -1})
    np.testing.assert_allclose([found.value, found.se], [direct.value, direct.se], **CLOSE)


def test_domains_under_replicate_weights():
    sample = jackknife(SAMPLES["clusters, raked"])
    for what, more in ((mean, {}), (total, {}), (ratio, {"x": DATA["visits"]})):
        found = by(sample, DATA["hours"], DATA["ward"], statistic=what, **more)
        for name in ("W0", "W3"):
            alone = what(sample.where(DATA["ward"] == name), DATA["hours"], *more.values())
            np.testing.assert_allclose([found[name].value, found[name].se], [alone.value, alone.se], **CLOSE)
            assert found[name].df == sample.df
    assert by(sample, DATA["hours"], DATA["ward"], df="domain")["W0"].df == 8
    several = by(sample, {name: DATA[name] for name in ("hours", "visits")}, DATA["sex"])
    for name in several.names:
        alone = mean(sample.where(DATA["sex"] == name[0]), DATA[name[1]])
        np.testing.assert_allclose([several[name].value, several[name].se], [alone.value, alone.se], **CLOSE)
    shares = by(sample, DATA["well"], DATA["sex"], statistic="proportions")
    alone = proportions(sample.where(DATA["sex"] == "f"), DATA["well"])
    np.testing.assert_allclose(shares.covariance[:3, :3], alone.covariance, **CLOSE)


# ---- identities --------------------------------------------------------------------------------------------
@EACH
def test_totals_of_domains_add_up(sample):
    parts = by(sample, DATA["hours"], {"ward": DATA["ward"], "sex": DATA["sex"]}, statistic="total")
    assert parts.names[0] == ("W0", "f") and len(parts) == 8
    whole = total(sample, DATA["hours"])
    found = parts.contrast([1.0] * 8)
    np.testing.assert_allclose([found.value, found.se], [whole.value, whole.se], rtol=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 9))
def test_means_of_domains_weighted_by_their_people_are_the_mean(seed, size):
    groups = np.random.default_rng(seed).integers(0, size, len(DATA["hours"]))
    sample = SAMPLES["clusters, raked"]
    means = by(sample, DATA["hours"], groups)
    people = by(sample, np.ones(len(groups)), groups, statistic="total").values
    np.testing.assert_allclose(
        means.values @ people / people.sum(), mean(sample, DATA["hours"]).value, rtol=1e-10
    )
    assert means.n.sum() == len(groups)


@EACH
def test_sums_over_rows_give_what_columns_of_rows_give(sample, monkeypatch):
    ways = []

    def watched(*given):
        ways.append(covariance_by_moments(*given, many=0))
        return ways[-1]

    variables = {name: DATA[name] for name in ("hours", "visits")}
    for what in ("mean", "total"):
        monkeypatch.setattr(judging, "covariance_by_moments", lambda *given: None)
        columns = by(sample, variables, DATA["ward"], statistic=what).covariance
        monkeypatch.setattr(judging, "covariance_by_moments", watched)
        sums = by(sample, variables, DATA["ward"], statistic=what).covariance
        np.testing.assert_allclose(sums, columns, rtol=1e-9, atol=1e-12 * columns.max())
    assert all(way is not None for way in ways)


def test_sums_over_rows_step_back_where_rounding_would_show():
    sample = SAMPLES["elements, raked"]
    # What the margins explain wholly: the difference of sums would be rounding only.
    found = by(sample, np.ones(360), DATA["sex"], statistic="total")
    assert (found.se < 1e-9).all()
    ways = []

    def watched(*given):
        ways.append(covariance_by_moments(*given, many=0))
        return ways[-1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(judging, "covariance_by_moments", watched)
        assert (by(sample, np.ones(360), DATA["sex"], statistic="total").se < 1e-9).all()
    assert ways == [None]


# ---- degrees of freedom, and what a domain cannot tell -----------------------------------------------------
def test_degrees_of_freedom_of_domains():
    sample = SAMPLES["clusters"]
    assert by(sample, DATA["hours"], DATA["ward"]).df == sample.df == 32
    own = by(sample, DATA["hours"], DATA["ward"], df="domain")
    assert own.df.tolist() == [8.0] * 4
    for name in own.names:
        assert own[name].df == sample.where(DATA["ward"] == name).df
    assert own.contrast({"W0": 1, "W1": -1}).df == 8
    elements = by(SAMPLES["elements"], DATA["hours"], DATA["sex"], df="domain")
    assert elements["f"].df == SAMPLES["elements"].where(DATA["sex"] == "f").df


def test_empty_and_tiny_domains_say_why():
    sample = SAMPLES["clusters"]
    codes = np.where(DATA["cluster"] == 5, 1, 0)
    groups = Categories(codes=codes, names=("most", "one cluster", "nobody"))
    found = by(sample, DATA["hours"], groups, deff=True)
    assert found.reasons == (None, "domain-one-unit", "domain-empty")
    assert found.n.tolist() == [350, 10, 0]
    assert not np.isnan(found.values[:2]).any() and np.isnan(found.values[2])
    assert np.isnan(found.se).tolist() == [False, True, True]
    assert found["nobody"].interval().reason == "domain-empty"
    assert found["one cluster"].interval().reason == "domain-one-unit"
    assert not np.isnan(found.contrast({"most": 1}).se)
    assert np.isnan(found.contrast({"most": 1, "nobody": -1}).se)
    sums = by(sample, DATA["hours"], groups, statistic="total")
    assert sums.reasons == (None, None, "domain-empty")


def test_a_domain_in_one_cluster_of_a_census_of_clusters_is_judged():
    rows = np.arange(8)
    sample = make_design(clusters=[rows // 4, rows], fpc=[2, 9])
    assert by(sample, [1.0, 2, 3, 5, 8, 8, 9, 7], rows // 4).reasons == ()


def test_rows_without_a_group_are_in_no_domain():
    groups = np.where(DATA["age"] == 20, "", DATA["ward"])
    with pytest.raises(SurveyError) as caught:
        by(SAMPLES["clusters"], DATA["hours"], groups)
    assert caught.value.code == "values-missing"
    found = by(SAMPLES["clusters"], DATA["hours"], groups, missing="omit")
    assert found.n.sum() == (DATA["age"] != 20).sum()


def test_bad_questions():
    sample, hours, ward = SAMPLES["clusters"], DATA["hours"], DATA["ward"]
    for code, ask in (
        ("statistic", lambda: by(sample, hours, ward, statistic="mode")),
        ("statistic", lambda: by(sample, hours, ward, statistic=len)),
        ("ratio-without-x", lambda: by(sample, hours, ward, statistic="ratio")),
        ("ratio-pairs", lambda: by(sample, hours, ward, statistic="ratio", x=np.ones((360, 2)))),
        ("choice", lambda: by(sample, hours, ward, df="none")),
        ("length", lambda: by(sample, hours, ward[:5])),
        ("groups-none", lambda: by(sample, hours, np.full(360, ""), missing="omit")),
    ):
        with pytest.raises(SurveyError) as caught:
            ask()
        assert caught.value.code == code
