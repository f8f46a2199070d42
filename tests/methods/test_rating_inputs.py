"""What a rule is given: words as plain text from a file, exact numbers only, nothing that takes for ever."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from jichi.methods.paths import Comparator
from jichi.methods.rating import (
    Band,
    Bound,
    Case,
    Clause,
    Combining,
    Measure,
    Observation,
    RatingError,
    Reason,
    Rule,
    Scale,
    a_to_d,
    combine,
    rate,
)

ONE = Decimal(1)


def case(value: object, **other: object) -> Case:
    return Case(
        **{  # type: ignore[arg-type]
            "comparator": Comparator.GE,
            "target": Decimal(25),
            "start": Decimal(16),
            "start_year": 2021,
            "year": 2025,
            "decimals": 1,
            "observations": [Observation(year=2025, value=value)],  # type: ignore[arg-type]
            **other,
        }
    )


def clause(**other: object) -> Clause:
    return Clause(
        **{  # type: ignore[arg-type]
            "grade": "a",
            "measure": Measure.TO_TARGET,
            "bound": Bound.AT_LEAST,
            "limit": ONE,
            **other,
        }
    )


@pytest.mark.parametrize(("word", "grade"), [("ge", "a"), ("le", "c")])
def test_a_comparator_as_text_is_read_as_what_it_says(word: str, grade: str):
    assert rate(case(Decimal(30), comparator=word), a_to_d()).grade == grade
    rule = Rule(grades=a_to_d().grades, clauses=a_to_d().clauses, none_as=word)  # type: ignore[arg-type]
    assert rate(case(Decimal(30), comparator=Comparator.NONE), rule).grade == grade


@pytest.mark.parametrize(("how", "grade"), [("worst", "d"), ("best", "a"), (Combining.WORST, "d")])
def test_a_way_of_combining_as_text_is_read_as_what_it_says(how: str, grade: str):
    ratings = {"children": rate(case(Decimal(30)), a_to_d()), "adults": rate(case(ONE), a_to_d())}
    assert combine(ratings, a_to_d().grades, how=how).grade == grade  # type: ignore[arg-type]


def test_words_of_a_clause_may_be_text():
    text = clause(measure="to_target", bound="at_least", where="survey")
    rule = Rule(grades=("a",), clauses=(text,))
    assert rate(case(Decimal(30), is_survey=True), rule).grade == "a"
    assert rate(case(Decimal(30)), rule).reason is Reason.NO_CLAUSE
    assert Scale(bands=(Band(grade="a", bound="over", limit=ONE),)).grade(1) is None  # type: ignore[arg-type]


def test_whole_numbers_are_exact_and_numbers_of_many_digits_are_compared_exactly():
    assert rate(case(30, target=25, start=16), a_to_d()).grade == "a"
    large = Decimal(10) ** 40
    assert rate(case(Decimal(10**40 - 1), target=large, start=0), a_to_d()).grade == "b"
    assert Scale(bands=(Band(grade="a", bound=Bound.AT_LEAST, limit=ONE),)).grade(Fraction(4, 3)) == "a"


def test_a_value_that_rounds_to_nought_has_no_sign():
    found = rate(case(Decimal("-0.04"), target=Decimal(1), start=Decimal("-0.01")), a_to_d())
    assert (str(found.value), str(found.start)) == ("0.0", "0.0")


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("not-decimal", lambda: case(30.0)),
        ("not-decimal", lambda: case("30")),
        ("not-decimal", lambda: case(ONE, target=25.5)),
        ("not-decimal", lambda: case(ONE, start=True)),
        ("not-decimal", lambda: clause(limit=0.5)),
        ("too-many-digits", lambda: case(Decimal("1e300000"))),
        ("too-many-digits", lambda: case(ONE, target=Decimal("1e-300000"))),
        ("not-whole", lambda: case(ONE, decimals=1.5)),
        ("not-whole", lambda: case(ONE, year="2025")),
        ("not-whole", lambda: case(ONE, breaks=(2023.0,))),
        ("not-whole", lambda: Observation(year=2025.0, value=None)),  # type: ignore[arg-type]
        ("decimals", lambda: rate(case(ONE, decimals=100), a_to_d())),
        ("word-unknown", lambda: case(ONE, comparator="gex")),
        ("word-unknown", lambda: clause(measure="nix")),
        ("word-unknown", lambda: clause(where="nowhere")),
        ("word-unknown", lambda: combine({"a": rate(case(ONE), a_to_d())}, "abcd", how="x")),  # type: ignore[arg-type]
        ("grade-twice", lambda: Rule(grades=("a", "a"), clauses=())),
        ("per-year", lambda: _paced(Decimal("NaN"))),
        ("per-year", lambda: _paced(Decimal("Infinity"))),
        ("not-finite", lambda: Scale(bands=()).grade(Decimal("NaN"))),
        ("not-decimal", lambda: Scale(bands=()).grade(0.5)),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_used_is_refused_in_words(code: str, call: Callable[[], object]):
    with pytest.raises(RatingError) as caught:
        call()
    assert caught.value.code == code


def _paced(per_year: Decimal) -> Rule:
    return Rule(grades=("a",), clauses=(clause(measure=Measure.PACED_ACHIEVEMENT),), per_year=per_year)


@pytest.mark.parametrize(
    ("value", "target", "start", "comparator", "grade"),
    [
        # The rule sentence by sentence with figures of the plan: r = 60 is c, a hair less is d.
        ("15.0", "25", "16.9", Comparator.GE, "c"),
        ("14.9", "25", "16.9", Comparator.GE, "d"),
        ("16.85", "25", "16.9", Comparator.GE, "b"),
        ("16.84", "25", "16.9", Comparator.GE, "c"),
        ("24.95", "25", "16.9", Comparator.GE, "a"),
        ("26.6", "26.6", "30.4", Comparator.LE, "a"),
        ("30.4", "26.6", "30.4", Comparator.LE, "b"),
        ("44.3", "26.6", "30.4", Comparator.LE, "c"),
        ("44.4", "26.6", "30.4", Comparator.LE, "d"),
        ("4.9", "4.9", "4.9", Comparator.GE, "a"),
        ("4.8", "4.9", "4.9", Comparator.GE, "c"),
        ("2.9", "4.9", "4.9", Comparator.GE, "d"),
        ("199", "200", "288", Comparator.GE, "c"),
        ("300", "200", "288", Comparator.GE, "a"),
    ],
)
def test_grades_of_the_plans_own_figures(
    value: str, target: str, start: str, comparator: Comparator, grade: str
):
    found = case(Decimal(value), target=Decimal(target), start=Decimal(start), comparator=comparator)
    assert rate(found, a_to_d()).grade == grade
