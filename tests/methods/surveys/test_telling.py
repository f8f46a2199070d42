"""What a survey can tell: every code is reached, says what is so, and follows from the numbers."""

from __future__ import annotations

import copy
import doctest
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.methods.proportions import Proportion, margin, noise_of_change
from jichi.methods.surveys import telling
from jichi.methods.surveys.areas.small_areas import fay_herriot
from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.findings import Finding, find
from jichi.methods.surveys.planning.sizes import Wave, smallest_change
from jichi.methods.surveys.published.tables import Published
from jichi.methods.surveys.results import Estimate
from jichi.methods.surveys.telling import (
    Told,
    WaveFacts,
    tell_areas,
    tell_estimates,
    tell_table,
    tell_wave,
)


def codes(found):
    return [one.code for one in found]


def lot(**more):
    return WaveFacts(**{"sampling": "probability", "asked": 3000, "answered": 1500, **more})


# ---- a wave ----------------------------------------------------------------------------------------------
def test_a_lot_tells_how_sure_it_is():
    found = tell_wave(lot(design_effect=1.8))
    assert codes(found) == [
        Told.DRAWN_BY_LOT,
        Told.RESPONSE,
        Told.SURE_TO,
        Told.NOISE,
        Told.SMALLEST_CHANGE,
        Told.EFFECT_PRINTED,
    ]
    assert find(found, Told.SURE_TO).params == {"n": 1500, "margin": margin(1500, 1.8)}
    assert round(100 * find(found, Told.SMALLEST_CHANGE).params["smallest"], 1) == 6.8
    assert find(found, Told.SMALLEST_CHANGE).params["power"] == 0.8
    assert find(found, Told.RESPONSE).params["rate"] == 0.5 and not find(found, Told.RESPONSE).can
    assert find(tell_wave(lot(answered=2200)), Told.RESPONSE).can


def test_what_a_report_does_not_print_is_a_limit():
    found = tell_wave(lot(asked=None, weighted=True))
    assert not find(found, Told.NO_EFFECT).can and not find(found, Told.RESPONSE_UNKNOWN).can
    assert find(found, Told.WEIGHTED) is not None
    assert codes(tell_wave(lot(answered=None))) == ["drawn-by-lot", "response-unknown", "no-effect"]
    assert find(tell_wave(lot(asked=4, answered=2)), Told.CHANGE_NOT_SHOWN).params == {"n": 2}


@pytest.mark.parametrize("sampling", ["census", "panel", "exit", "quota", "other"])
def test_without_a_lot_nothing_is_said_of_margins(sampling):
    found = tell_wave(lot(sampling=sampling, design_effect=1.8))
    assert find(found, Told.CHANGE_NOT_JUDGED) is not None
    assert not {Told.SURE_TO, Told.NOISE, Told.SMALLEST_CHANGE, Told.EFFECT_PRINTED} & set(codes(found))
    assert found[0].can == (sampling == "census")


def test_a_wave_that_was_not_run_tells_only_that():
    assert tell_wave(lot(was_run=False)) == (Finding(code="not-run", can=False),)


@given(st.integers(30, 9000), st.floats(0.8, 4))
def test_what_can_be_relied_on_is_more_than_what_can_be_told_from_chance(n, effect):
    found = tell_wave(lot(asked=10_000, answered=n, design_effect=effect))
    noise, smallest = find(found, Told.NOISE).params["noise"], find(found, Told.SMALLEST_CHANGE)
    assert (
        smallest is None or smallest.params["smallest"] > noise > find(found, Told.SURE_TO).params["margin"]
    )
    expected = smallest_change(Wave(n=n, design_effect=effect)).value
    assert (smallest.params["smallest"] if smallest else None) == expected


# ---- a table -----------------------------------------------------------------------------------------------
def share(value, n=1000, **more):
    return Published(share=value, n=n, **{"sampling": "probability", **more})


def test_a_leader_is_named_only_where_it_leads():
    sure = tell_table(["a", "b"], [share(0.6), share(0.3)])
    assert sure == (Finding(code=Told.LEADS, can=True, params={"option": "a", "share": 0.6}),)
    tied = tell_table(["a", "b", "c"], [share(0.36), share(0.38), share(0.1)])
    assert tied == (Finding(code=Told.LEADERS, can=False, params={"option": "b", "count": 2}),)


def test_a_small_base_is_said():
    found = tell_table(["a", "b"], [share(0.9, 40), share(0.1, 40)])
    assert codes(found) == [Told.LEADS, Told.TABLE_UNSURE]
    assert found[1].params == {"n": 40, "margin": margin(40)}


def test_no_order_is_carried_over_from_volunteers_but_a_census_has_one():
    panel = tell_table(["a", "b"], [share(0.9, sampling="panel"), share(0.1, sampling="panel")])
    assert panel == (Finding(code=Told.TABLE_NOT_JUDGED, can=False, params={"why": "opt-in-panel"}),)
    census = tell_table(["a", "b"], [share(0.5, sampling="census"), share(0.4, sampling="census")])
    assert codes(census) == [Told.LEADS]


# ---- estimates ---------------------------------------------------------------------------------------------
def estimate(value=0.5, se=0.02, df=60, n=1400, **more):
    return Estimate(name=more.pop("name", ""), value=value, se=se, df=df, n=n, **more)


def test_estimates_say_how_sure_they_are():
    found = tell_estimates([estimate(df=math.inf, deff=1.75)])
    assert codes(found) == [Told.ESTIMATE_SURE_TO, Told.NEXT_CHANGE, Told.DESIGN_COST]
    assert found[0].params["margin"] == pytest.approx(1.959964 * 0.02)
    assert found[1].params["smallest"] == pytest.approx((1.959964 + 0.841621) * math.sqrt(2) * 0.02)
    assert found[2].params["effective"] == 800


def test_an_unsure_estimate_is_a_limit():
    found = tell_estimates([estimate(name="W01", se=0.0717, df=3)])
    assert not find(found, Told.ESTIMATE_UNSURE).can and find(found, Told.FEW_CLUSTERS).params == {"df": 3}
    assert find(found, Told.ESTIMATE_UNSURE).params["name"] == "W01"
    amount = tell_estimates([estimate(value=200, se=20), estimate(value=20, se=20)], is_share=False)
    assert [one.code for one in amount if one.code.startswith("estimate")] == [
        "estimate-sure-to",
        "estimate-unsure",
    ]


def test_what_cannot_be_computed_or_shown_is_said():
    assert codes(tell_estimates([estimate(se=math.nan)])) == [Told.NO_ERROR]
    assert codes(tell_estimates([estimate(df=0)])) == [Told.NO_ERROR]
    assert Told.CHANGE_NOT_SHOWN in codes(tell_estimates([estimate(se=0.3, df=100)]))
    assert codes(tell_estimates(iter([estimate(se=0)]))) == [Told.ESTIMATE_SURE_TO]


# ---- areas -------------------------------------------------------------------------------------------------
def test_areas_say_what_the_model_gains_and_what_it_cannot_know():
    y = np.array([0.65, 0.72, 0.53, 0.45, 0.70, 0.68, 0.55, 0.65, 0.58, 0.54, 0.34, 0.48])
    found = fay_herriot(y, np.full(12, 0.005))
    told = tell_areas(found)
    assert codes(told) == [Told.AREAS_MODELLED] and told[0].params["areas"] == 12
    assert told[0].params["gain"] == pytest.approx(1 - np.median(found.error) / math.sqrt(0.005))
    y[3] = np.nan
    few = tell_areas(fay_herriot(y[:6], np.full(6, 0.05), areas=list("abcdef")))
    assert codes(few)[1:] == [Told.AREAS_ALIKE, Told.AREAS_FEW, Told.AREAS_NOT_SAMPLED]
    assert find(few, Told.AREAS_NOT_SAMPLED).params == {"names": "d", "count": 1}
    assert not any(one.can for one in few[1:])


# ---- findings ------------------------------------------------------------------------------------------------
def test_a_finding_is_a_value():
    one, other = (Finding(code=Told.NOISE, can=False, params={"noise": 0.1}) for _ in range(2))
    assert one == other and hash(one) == hash(other) and one.code == "noise"
    with pytest.raises(TypeError):
        one.params["noise"] = 0.2
    assert find([one], "leads") is None
    assert pickle.loads(pickle.dumps(one)) == one and copy.deepcopy(one) == one


def test_noise_is_that_of_one_half():
    half = Proportion(share=0.5, n=1500)
    assert find(tell_wave(lot()), Told.NOISE).params["noise"] == noise_of_change(half, half)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("sampling-unknown-word", lambda: lot(sampling="luck")),
        ("too-small", lambda: lot(answered=-1)),
        ("not-positive", lambda: lot(design_effect=0)),
        ("level", lambda: tell_wave(lot(), power=80)),
        ("level", lambda: tell_estimates([estimate()], level=95)),
        ("level", lambda: tell_estimates([estimate()], power=0)),
        ("options-length", lambda: tell_table([], [])),
    ],
)
def test_what_is_wrong_is_named(code, call):
    with pytest.raises(SurveyError) as caught:
        call()
    assert caught.value.code == code


def test_the_examples_run():
    found = doctest.testmod(telling)
    assert found.attempted and not found.failed
