"""Our numbers against those of R's package survey on files of our own, function by function.

The reference folders hold the data, the values, and the scripts that made both. ``own`` was made with survey
4.1-1 and metafor; ``city`` came with survey 4.5 and sae. What differs for a reason is in exceptions.json; such
known differences are asked on one or two designs each, everything else on all.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from jichi.methods.surveys.comparison.trends import compare
from jichi.methods.surveys.estimation.domains import by
from tests.methods.surveys.conformance.answering import KINDS
from tests.methods.surveys.conformance.city import City
from tests.methods.surveys.conformance.judging import (
    TOLERANCE,
    Outcome,
    apart,
    excused,
    judged,
    known_exceptions,
    outcomes,
    table,
)
from tests.methods.surveys.conformance.samples import Folder

REFERENCE = Path(__file__).parent / "reference"
FILES = sorted((REFERENCE / "own").glob("reference-*.json"))
EXCEPTIONS = known_exceptions(REFERENCE / "exceptions.json")
SHARE = 0.99


@cache
def of_file(name: str) -> tuple[Outcome, ...]:
    """The outcomes of one of our reference files."""
    return tuple(outcomes(Folder(REFERENCE / "own"), name))


@cache
def of_city() -> tuple[Outcome, ...]:
    """The outcomes of the made-up city."""
    return tuple(outcomes(City(REFERENCE / "city")))


def everything() -> list[Outcome]:
    """All outcomes."""
    return [*(one for path in FILES for one in of_file(path.name)), *of_city()]


def told(found: list[Outcome]) -> str:
    """The misses, a line each."""
    return "\n".join(f"{one.case}: {one.trouble or one.misses()}" for one in found)


@pytest.mark.parametrize("name", [path.name for path in FILES])
def test_every_case_of_a_file_is_within_tolerance_or_a_listed_exception(name: str) -> None:
    found = of_file(name)
    assert found
    missed = [one for one in found if not one.within(TOLERANCE) and excused(one, EXCEPTIONS) is None]
    assert not missed, told(missed)


def test_every_case_of_the_city_is_within_tolerance() -> None:
    missed = [one for one in of_city() if not one.within(TOLERANCE)]
    assert len(of_city()) == 354
    assert not missed, told(missed)


def test_a_change_between_years_is_that_of_the_city() -> None:
    city = City(REFERENCE / "city")
    sample, rows = city.sample("trend", {})
    years = by(sample, rows.numbers("well"), rows.labels("year"))
    reference = next(call["cases"][0] for call, _ in city.calls() if call["id"] == "trend.contrast.well")
    change = compare(years["2024"], years["2026"]).change
    assert change is not None
    assert change.value == pytest.approx(reference["estimate"], rel=1e-11)
    assert change.se == pytest.approx(reference["se"], rel=1e-11)


def test_at_least_99_of_100_cases_agree_to_eight_digits() -> None:
    found = everything()
    assert len(found) > 2500
    assert sum(one.within(TOLERANCE) for one in found) >= SHARE * len(found), table(found, EXCEPTIONS)


def test_no_exception_is_listed_that_is_not_needed() -> None:
    needed = {excused(one, EXCEPTIONS) for one in everything() if not one.within(TOLERANCE)}
    idle = [one.cases for one in EXCEPTIONS if one not in needed]
    assert not idle


def test_every_kind_of_the_harness_is_asked() -> None:
    counts = Counter(one.kind for one in everything())
    assert set(counts) == set(KINDS)
    assert min(counts.values()) >= 10, counts


def test_reference_files_say_how_they_were_made() -> None:
    for path in FILES:
        meta = json.loads(path.read_text(encoding="utf-8"))["meta"]
        assert meta["generated"] == "by make_reference.R"
        assert {"R", "survey", "metafor", "seed", "date", "tolerance"} <= set(meta)


def test_exceptions_give_reasons() -> None:
    assert all(len(one.reason) > 30 for one in EXCEPTIONS)
    assert all(one.tolerance is None or one.tolerance <= 0.5 for one in EXCEPTIONS)


def test_the_judge_sees_what_is_wrong() -> None:
    assert apart(2.0, 2.0) == 0.0
    assert apart(2.0 + 4e-8, 2.0) == pytest.approx(2e-8)
    assert apart(1e-12, 0.0) == pytest.approx(1e-9)
    assert apart(np.nan, 1.0) == apart(None, 1.0) == apart([1.0, 2.0], [1.0]) == np.inf
    missed = judged("mean", "a", {"estimate": 1.0, "se": 0.5, "level": "x"}, {"estimate": 1.0})
    assert not missed.within(TOLERANCE)
    assert missed.misses() == {"se": np.inf}
