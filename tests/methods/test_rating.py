"""The four-grade rule, exactly: order, empty bands, precision, what cannot be judged, and the steps kept."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.methods.paths import Comparator, PathReason
from jichi.methods.rating import (
    Bound,
    Case,
    Clause,
    Combining,
    Flag,
    Measure,
    Observation,
    Outcome,
    Rating,
    RatingError,
    Reason,
    Rule,
    a_to_d,
    combine,
    rate,
)

GE, LE = Comparator.GE, Comparator.LE


def case(
    value: str | None,
    target: str | None,
    start: str | None,
    comparator: Comparator = GE,
    *,
    decimals: int = 1,
    observations: Sequence[Observation] | None = None,
    **other: object,
) -> Case:
    if observations is None:
        observations = [Observation(year=2025, value=None if value is None else Decimal(value))]
    return Case(
        comparator=comparator,
        target=None if target is None else Decimal(target),
        target_year=2025,
        start=None if start is None else Decimal(start),
        start_year=2021,
        year=2025,
        decimals=decimals,
        observations=observations,
        **other,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("comparator", "start", "target", "value", "grade"),
    [
        # 以上: the target, just below, the start, just below, 60 % and just below.
        (GE, "16.9", "25", "25", "a"),
        (GE, "16.9", "25", "25.1", "a"),
        (GE, "16.9", "25", "24.9", "b"),
        (GE, "16.9", "25", "16.9", "b"),
        (GE, "16.9", "25", "16.8", "c"),
        (GE, "16.9", "25", "15.0", "c"),
        (GE, "16.9", "25", "14.9", "d"),
        (GE, "16.9", "25", "0", "d"),
        # 以下, the only one that falls.
        (LE, "29.3", "26.6", "26.6", "a"),
        (LE, "29.3", "26.6", "26.7", "b"),
        (LE, "29.3", "26.6", "29.3", "b"),
        (LE, "29.3", "26.6", "29.4", "c"),
        (LE, "29.3", "26.6", "44.3", "c"),
        (LE, "29.3", "26.6", "44.4", "d"),
        # Maintain: there is no b.
        (GE, "4.9", "4.9", "4.9", "a"),
        (GE, "4.9", "4.9", "4.8", "c"),
        (GE, "4.9", "4.9", "2.9", "d"),
        # A target easier than the start: there is no b either.
        (GE, "288", "200", "288", "a"),
        (GE, "288", "200", "200", "a"),
        (GE, "288", "200", "199", "c"),
        (GE, "288", "200", "119", "d"),
        (LE, "20", "30", "30", "a"),
        (LE, "20", "30", "31", "c"),
        # A start below 60 % of the target: b comes before r.
        (GE, "607", "4037", "700", "b"),
        (GE, "607", "4037", "606", "d"),
        # Targets at and below nought, as long as r is not needed.
        (GE, "-10", "0", "0", "a"),
        (GE, "-10", "0", "-5", "b"),
        (LE, "3", "0", "0", "a"),
        (LE, "3", "0", "2", "b"),
        (LE, "3", "-2", "4", "d"),
    ],
)
def test_table(comparator: Comparator, start: str, target: str, value: str, grade: str) -> None:
    found = rate(case(value, target, start, comparator), a_to_d())
    assert (found.grade, found.reason) == (grade, None)


@pytest.mark.parametrize(
    ("comparator", "start", "target", "value", "reason"),
    [
        (GE, "-10", "0", "-11", Reason.TARGET_NOT_POSITIVE),
        (GE, "-10", "-5", "-11", Reason.TARGET_NOT_POSITIVE),
        (LE, "3", "0", "4", Reason.TARGET_ZERO),
        (LE, "-6", "-5", "-4", Reason.VALUE_NOT_POSITIVE),
        (LE, "-6", "-5", "0", Reason.VALUE_NOT_POSITIVE),
    ],
)
def test_undefined_ratio_is_not_judged(
    comparator: Comparator, start: str, target: str, value: str, reason: Reason
) -> None:
    found = rate(case(value, target, start, comparator), a_to_d())
    assert (found.grade, found.reason) == (None, reason)
    assert found.decided_by is not None and found.decided_by.outcome is Outcome.UNDEFINED
    assert found.decided_by.grade == "c"


def test_what_is_compared_is_what_is_published() -> None:
    """24.95 is printed 25.0 at one place and meets 25; at two places it does not."""
    assert rate(case("24.95", "25", "16.9"), a_to_d()).grade == "a"
    assert rate(case("24.95", "25", "16.9", decimals=2), a_to_d()).grade == "b"
    assert rate(case("24.94", "25", "16.9"), a_to_d()).grade == "b"
    # The start and the target are rounded as well, halves away from nought.
    assert rate(case("16.9", "25", "16.94"), a_to_d()).grade == "b"
    assert rate(case("-2.5", "0", "-2", decimals=0), a_to_d()).value == Decimal(-3)


def test_ratio_is_exact() -> None:
    """Two thirds of a target is 66.66...: at a limit of just that, no rounding may decide."""
    just = rate(case("2", "3", "2.5", decimals=1), a_to_d(least=Decimal("66.66666666666666666666666666667")))
    assert just.grade == "d"
    assert just.decided_by is not None and just.decided_by.value == Fraction(200, 3)


def naive(x: Decimal, target: Decimal, start: Decimal, sign: int) -> str | None:
    """The rule once more, straight from its wording, in fractions."""
    x, target, start = (Fraction(one) for one in (x, target, start))  # type: ignore[assignment]
    if sign * (x - target) >= 0:
        return "a"
    if sign * (target - start) > 0 and sign * (x - start) >= 0:
        return "b"
    if sign > 0:
        if target <= 0:
            return None
        ratio = 100 * x / target
    else:
        if target == 0 or x <= 0:
            return None
        ratio = 100 * target / x
    return "c" if ratio >= 60 else "d"


tenths = st.integers(-60, 120).map(lambda number: Decimal(number) / 10)


@settings(max_examples=150)
@given(x=tenths, target=tenths, start=tenths, comparator=st.sampled_from([GE, LE]))
def test_second_implementation(x: Decimal, target: Decimal, start: Decimal, comparator: Comparator) -> None:
    found = rate(case(str(x), str(target), str(start), comparator), a_to_d())
    assert found.grade == naive(x, target, start, 1 if comparator is GE else -1)
    assert (found.grade is None) == (found.reason is not None)


@settings(max_examples=80)
@given(
    x=tenths,
    better=tenths,
    target=tenths.filter(lambda t: t > 0),
    start=tenths,
    comparator=st.sampled_from([GE, LE]),
)
def test_a_better_value_is_never_graded_worse(
    x: Decimal, better: Decimal, target: Decimal, start: Decimal, comparator: Comparator
) -> None:
    sign = 1 if comparator is GE else -1
    x, better = (max, min)[sign > 0](x, better), (min, max)[sign > 0](x, better)
    ranks = ["d", "c", "b", "a"]
    worse, good = (
        rate(case(str(v), str(target), str(start), comparator), a_to_d()).grade for v in (x, better)
    )
    if worse is not None and good is not None:
        assert ranks.index(worse) <= ranks.index(good)


@settings(max_examples=80)
@given(x=tenths, target=tenths, start=tenths)
def test_no_unit_matters(x: Decimal, target: Decimal, start: Decimal) -> None:
    one = rate(case(str(x), str(target), str(start)), a_to_d())
    thousand = rate(case(str(1000 * x), str(1000 * target), str(1000 * start), decimals=0), a_to_d())
    assert (one.grade, one.reason, one.flags) == (thousand.grade, thousand.reason, thousand.flags)


def test_steps_tell_the_whole_way() -> None:
    found = rate(case("15.2", "25", "16.9"), a_to_d())
    assert [(step.grade, step.outcome, step.value) for step in found.steps] == [
        ("a", Outcome.FAILS, Fraction("-9.8")),
        ("b", Outcome.FAILS, Fraction("-1.7")),
        ("c", Outcome.HOLDS, Fraction("60.8")),
    ]
    assert found.decided_by is not None
    assert (found.decided_by.measure, found.decided_by.bound, found.decided_by.limit) == (
        Measure.ACHIEVEMENT,
        Bound.AT_LEAST,
        Decimal(60),
    )
    assert (found.value, found.target, found.start, found.sign, found.value_year) == (
        Decimal("15.2"),
        Decimal("25.0"),
        Decimal("16.9"),
        1,
        2025,
    )


def test_an_empty_band_is_said() -> None:
    kept = rate(case("4.8", "4.9", "4.9"), a_to_d())
    assert [step.outcome for step in kept.steps] == [Outcome.FAILS, Outcome.EMPTY, Outcome.HOLDS]
    assert kept.flags == {Flag.MAINTAIN}
    easier = rate(case("250", "200", "288", decimals=0), a_to_d())
    assert (easier.grade, easier.flags) == ("a", {Flag.TARGET_EASIER})
    assert rate(case("25", "20", "18", LE), a_to_d()).flags == {Flag.TARGET_EASIER}


def test_beside_the_grade() -> None:
    found = rate(
        case(
            None,
            "25",
            "16.9",
            observations=[
                Observation(year=2023, value=Decimal("20")),
                Observation(year=2025, value=None, missing=Reason.SURVEY_NOT_RUN),
            ],
            change_shown=False,
        ),
        a_to_d(allows_last=True),
    )
    assert (found.grade, found.value_year) == ("b", 2023)
    assert found.flags == {Flag.LAST_VALUE, Flag.CHANGE_NOT_SHOWN}
    assert found.progress is not None and found.progress.share is not None
    assert round(found.progress.share, 3) == Decimal("0.383")
    assert found.expected == Decimal("20.95")
    kept = rate(case("4.8", "4.9", "4.9"), a_to_d())
    assert kept.progress is not None and kept.progress.reason is PathReason.NO_DISTANCE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"value": None}, Reason.NO_VALUE),
        ({"target": None}, Reason.NO_TARGET),
        ({"start": None}, Reason.NO_START),
        ({"comparator": Comparator.ABOUT}, Reason.COMPARATOR_ABOUT),
        ({"comparator": Comparator.NONE}, Reason.COMPARATOR_NONE),
        ({"is_sense": True}, Reason.SENSE_INDICATOR),
        ({"breaks": (2023,)}, Reason.BREAK),
        ({"breaks": (2025,)}, Reason.BREAK),
    ],
)
def test_what_is_not_judged(changes: dict[str, object], reason: Reason) -> None:
    given = {"value": "15.2", "target": "25", "start": "16.9", **changes}
    found = rate(case(**given), a_to_d())  # type: ignore[arg-type]
    assert (found.grade, found.reason) == (None, reason)


def test_a_break_outside_the_way_does_no_harm() -> None:
    assert rate(case("15.2", "25", "16.9", breaks=(2019, 2021, 2026)), a_to_d()).grade == "c"


def test_nothing_is_computed_across_a_break() -> None:
    found = rate(case("30", "25", "16.9", breaks=(2024,), change_shown=True), a_to_d())
    assert (found.grade, found.reason, found.progress, found.expected) == (None, Reason.BREAK, None, None)
    assert (found.steps, found.flags, found.params) == ((), frozenset(), {"break_year": 2024})
    assert found.value == Decimal("30.0")


def test_a_survey_not_run() -> None:
    years = [
        Observation(year=2019, value=Decimal(40)),
        Observation(year=2023, value=Decimal("17")),
        Observation(year=2022, value=Decimal("40")),
        Observation(year=2025, value=None, missing=Reason.SURVEY_NOT_RUN),
    ]
    strict = rate(case(None, "25", "16.9", observations=years), a_to_d())
    assert (strict.grade, strict.reason, strict.value) == (None, Reason.SURVEY_NOT_RUN, None)
    allowed = rate(case(None, "25", "16.9", observations=years), a_to_d(allows_last=True))
    assert (allowed.grade, allowed.value_year) == ("b", 2023)
    only_before = rate(case(None, "25", "16.9", observations=[years[0], years[3]]), a_to_d(allows_last=True))
    assert only_before.reason is Reason.SURVEY_NOT_RUN
    # A value that merely has not come in is not replaced.
    late = [years[1], Observation(year=2025, value=None)]
    assert (
        rate(case(None, "25", "16.9", observations=late), a_to_d(allows_last=True)).reason is Reason.NO_VALUE
    )


def test_the_missing_value_comes_first() -> None:
    assert rate(case(None, None, None, Comparator.NONE, is_sense=True), a_to_d()).reason is Reason.NO_VALUE


def test_unread_comparators_under_a_rule_that_says_how() -> None:
    base = a_to_d()
    said = Rule(
        grades=("a", "b", "c", "d"),
        clauses=base.clauses,
        none_as=GE,
        about=(
            Clause(grade="a", measure=Measure.FROM_TARGET_PERCENT, bound=Bound.AT_MOST, limit=Decimal(5)),
            Clause(grade="d"),
        ),
    )
    assert rate(case("15.2", "25", "16.9", Comparator.NONE), said).grade == "c"
    assert rate(case("26.2", "25", "16.9", Comparator.ABOUT), said).grade == "a"
    assert rate(case("26.3", "25", "16.9", Comparator.ABOUT), said).grade == "d"
    assert rate(case("26.3", "0", "16.9", Comparator.ABOUT), said).reason is Reason.TARGET_ZERO


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decimals": -1}, "decimals"),
        ({"target": "NaN"}, "not-finite"),
        ({"value": "Infinity"}, "not-finite"),
    ],
)
def test_unusable_cases(changes: dict[str, object], code: str) -> None:
    given = {"value": "15.2", "target": "25", "start": "16.9", **changes}
    with pytest.raises(RatingError) as caught:
        rate(case(**given), a_to_d())  # type: ignore[arg-type]
    assert caught.value.code == code


def test_two_values_of_a_year_are_refused() -> None:
    twice = [Observation(year=2025, value=Decimal(1)), Observation(year=2025, value=Decimal(2))]
    with pytest.raises(RatingError, match="2025") as caught:
        rate(case(None, "25", "16.9", observations=twice), a_to_d())
    assert caught.value.params == {"years": [2025]}
    early = Case(comparator=GE, target=None, start=None, start_year=2021, year=2020, observations=[])
    with pytest.raises(RatingError, match="2020"):
        rate(early, a_to_d())


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"measure": Measure.CHANGE}, "clause-incomplete"),
        ({"bound": Bound.OVER, "limit": Decimal(1)}, "clause-incomplete"),
        ({"measure": Measure.CHANGE, "bound": Bound.OVER, "limit": Decimal("NaN")}, "limit-not-finite"),
    ],
)
def test_unusable_clauses(parts: dict[str, object], code: str) -> None:
    with pytest.raises(RatingError) as caught:
        Clause(grade="a", **parts)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_unusable_rules() -> None:
    with pytest.raises(RatingError, match="'z'"):
        Rule(grades=("a",), clauses=(Clause(grade="z"),))
    with pytest.raises(RatingError, match="none_as"):
        Rule(grades=("a",), clauses=(Clause(grade="a"),), none_as=Comparator.ABOUT)
    paced = Clause(grade="a", measure=Measure.PACED_ACHIEVEMENT, bound=Bound.AT_LEAST, limit=Decimal(100))
    with pytest.raises(RatingError, match="per_year"):
        Rule(grades=("a",), clauses=(paced,))
    with pytest.raises(RatingError, match="per_year"):
        Rule(grades=("a",), clauses=(Clause(grade="a"),), per_year=Decimal(20))
    signed = Clause(grade="a", measure=Measure.CHANGE, bound=Bound.AT_LEAST, limit=Decimal(0))
    with pytest.raises(RatingError, match="direction"):
        Rule(grades=("a",), clauses=(), about=(signed,))


def test_a_rule_with_a_hole_says_so() -> None:
    only_a = Rule(grades=("a",), clauses=a_to_d().clauses[:1])
    assert rate(case("15.2", "25", "16.9"), only_a).reason is Reason.NO_CLAUSE


def rated(grade: str | None) -> Rating:
    return Rating(
        grade=grade,
        reason=None if grade else Reason.SURVEY_NOT_RUN,
        comparator=GE,
        sign=1,
        value=None,
        value_year=None,
        target=None,
        start=None,
    )


def test_combining_series() -> None:
    both = {"children": rated("b"), "adults": rated("c")}
    worst = combine(both, "abcd")
    assert (worst.grade, worst.series) == ("c", ("adults",))
    assert combine(both, "abcd", how=Combining.BEST).grade == "b"
    assert combine({"x": rated("b"), "y": rated("b")}, "abcd").series == ("x", "y")
    part = combine({"children": rated(None), "adults": rated("d")}, "abcd")
    assert (part.grade, part.reason, part.series) == (None, Reason.SERIES_NOT_RATED, ("children",))
    with pytest.raises(RatingError, match="at least one"):
        combine({}, "abcd")
    with pytest.raises(RatingError, match="not among"):
        combine(both, "ab")
