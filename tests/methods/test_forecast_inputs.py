"""What a forecast is given: text, half years, numbers too large or small for the machine, breaks to come."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest

from jichi.methods.forecast import (
    Forecast,
    ForecastError,
    ForecastReason,
    NotAssessable,
    Series,
    calibrate,
    forecast,
)

VALUES = [17.3, 18.1, 18.9, 19.2, 20.4, 21.0, 21.1, 22.0]
YEARS = range(2018, 2026)


def series(**other: object) -> Series:
    return Series(**{"years": YEARS, "values": VALUES, **other})  # type: ignore[arg-type]


def told(horizon: int = 2, **other: object) -> Forecast:
    found = forecast(series(**other), horizon=horizon)
    assert isinstance(found, Forecast)
    return found


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("not-numbers", lambda: forecast(["a"] * 8, horizon=1)),  # type: ignore[list-item]
        ("not-numbers", lambda: forecast([[1, 2], [3]], horizon=1)),  # type: ignore[list-item]
        ("not-numbers", lambda: series(se=["a"] * 8)),
        ("value-too-large", lambda: series(values=[1e200 * one for one in VALUES])),
        ("se-negative", lambda: series(se=[1e200] * 8)),
        ("year-too-far", lambda: series(years=[10**9 + year for year in YEARS])),
        ("years-not-whole", lambda: series(breaks=(float("nan"),))),
        ("years-not-whole", lambda: series(breaks=("2020",))),
        ("not-a-number", lambda: series(low="0")),
        ("years-not-whole", lambda: forecast(series(), year=2026.5)),  # type: ignore[arg-type]
        ("years-not-whole", lambda: forecast(series(), year=float("nan"))),  # type: ignore[arg-type]
        ("years-not-whole", lambda: forecast(series(), year="2027")),  # type: ignore[arg-type]
        ("horizon", lambda: forecast(series(), horizon="2")),  # type: ignore[arg-type]
        ("future-se", lambda: forecast(series(), horizon=1, future_se=1e300)),
        ("not-a-number", lambda: told().probability("25")),  # type: ignore[arg-type]
        ("not-a-number", lambda: told().quantile("0.5")),  # type: ignore[arg-type]
        ("not-a-number", lambda: told().interval("0.8")),  # type: ignore[arg-type]
        ("years-not-whole", lambda: calibrate([], horizon=1.5)),  # type: ignore[arg-type]
        ("sizes", lambda: calibrate([], sizes=[5.5])),  # type: ignore[list-item]
    ],
)
def test_what_cannot_be_used_is_refused_in_words(code: str, call: Callable[[], object]):
    with pytest.raises(ForecastError) as caught:
        call()
    assert caught.value.code == code


def test_the_series_of_an_archive_that_is_wrong_is_named():
    with pytest.raises(ForecastError, match="series 2") as caught:
        calibrate([VALUES, [1.0, float("inf")]])
    assert caught.value.params["series"] == 2


@pytest.mark.parametrize("scale", [1e-300, 1e-320])
def test_steps_too_small_for_the_machine_are_none(scale: float):
    found = forecast([scale * one for one in VALUES], horizon=1)
    assert isinstance(found, NotAssessable)
    assert found.reason is ForecastReason.CONSTANT
    with pytest.raises(ForecastError, match="that move"):
        calibrate([[scale * one for one in [*VALUES, *VALUES]]] * 50)


def test_a_target_may_be_exact():
    assert told().probability(Decimal("25.0")) == told().probability(25.0)


def test_a_whole_year_may_come_as_any_number():
    found = forecast(series(), year=np.int64(2027))
    assert isinstance(found, Forecast)
    assert (found.year, found.horizon) == (2027, 2)
    assert isinstance(found.year, int)


def test_a_break_after_the_year_asked_for_does_not_matter():
    assert told(breaks=(2030,)).median == told().median
    found = forecast(series(breaks=(2027, 2030)), horizon=2)
    assert isinstance(found, NotAssessable)
    assert found.reason is ForecastReason.TOO_FEW_AFTER_BREAK
    assert found.params == {"points": 0, "least": 5, "break_year": 2027}
