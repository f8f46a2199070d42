"""Published rules of other cities and of Open SDG, each said as data over the same few measures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.methods.paths import Comparator
from jichi.methods.rating import (
    Band,
    Bound,
    Case,
    Clause,
    Measure,
    Observation,
    RatingError,
    Reason,
    Rule,
    Scale,
    Where,
    points,
    rate,
)

AT_LEAST, OVER, BELOW = Bound.AT_LEAST, Bound.OVER, Bound.BELOW


def line(grade: str, measure: Measure, bound: Bound, limit: str, where: Where = Where.ALWAYS) -> Clause:
    return Clause(grade=grade, measure=measure, bound=bound, limit=Decimal(limit), where=where)


FUKUOKA = Rule(
    grades=("a", "b", "c"),
    clauses=(
        line("a", Measure.TO_PATH, AT_LEAST, "0"),
        line("b", Measure.CHANGE, AT_LEAST, "0"),
        line("b", Measure.CHANGE, AT_LEAST, "-3", Where.SURVEY),
        Clause(grade="c"),
    ),
)
SANO = Rule(
    grades=("7", "6", "5", "4", "3", "2", "1"),
    clauses=(
        *(
            line(grade, Measure.ACHIEVEMENT, AT_LEAST, limit)
            for grade, limit in zip("765432", ("100", "90", "80", "70", "60", "50"), strict=True)
        ),
        Clause(grade="1", measure=Measure.ACHIEVEMENT, bound=BELOW, limit=Decimal(50)),
    ),
)
NAGAYO = Rule(
    grades=("S", "A", "B", "C"),
    clauses=(
        line("S", Measure.TO_TARGET, OVER, "0"),
        line("A", Measure.CHANGE_PERCENT, OVER, "10"),
        line("B", Measure.CHANGE_PERCENT, AT_LEAST, "-10"),
        Clause(grade="C"),
    ),
)
FUJI = Rule(
    grades=("1", "2", "3", "4"),
    clauses=(
        line("1", Measure.PROGRESS, AT_LEAST, "80"),
        line("2", Measure.PROGRESS, AT_LEAST, "50"),
        line("3", Measure.PROGRESS, AT_LEAST, "20"),
        line("4", Measure.PROGRESS, BELOW, "20"),
    ),
)
TAMA = Rule(
    grades=("A", "B", "C"),
    clauses=(
        line("A", Measure.PACED_ACHIEVEMENT, AT_LEAST, "100"),
        line("B", Measure.PACED_ACHIEVEMENT, AT_LEAST, "60"),
        line("C", Measure.PACED_ACHIEVEMENT, BELOW, "60"),
    ),
    per_year=Decimal(20),
)
NAGOYA_PORT = Rule(
    grades=("good", "fair", "poor"),
    clauses=(
        line("good", Measure.ACHIEVEMENT, AT_LEAST, "80"),
        line("fair", Measure.ACHIEVEMENT, AT_LEAST, "60"),
        Clause(grade="poor"),
    ),
)
OPEN_SDG = Rule(
    grades=("achieved", "on_track", "accelerate", "limited", "deteriorating"),
    clauses=(
        line("achieved", Measure.TO_TARGET, AT_LEAST, "0"),
        line("on_track", Measure.GROWTH_RATIO, AT_LEAST, "0.95"),
        line("accelerate", Measure.GROWTH_RATIO, AT_LEAST, "0.60"),
        line("limited", Measure.GROWTH_RATIO, AT_LEAST, "0"),
        line("deteriorating", Measure.GROWTH_RATIO, BELOW, "0"),
    ),
)
OPEN_SDG_WITHOUT_TARGET = Rule(
    grades=("substantial", "moderate", "limited", "deteriorating"),
    clauses=(
        line("substantial", Measure.GROWTH_PERCENT, AT_LEAST, "1.5"),
        line("moderate", Measure.GROWTH_PERCENT, AT_LEAST, "0.5"),
        line("limited", Measure.GROWTH_PERCENT, AT_LEAST, "0"),
        line("deteriorating", Measure.GROWTH_PERCENT, BELOW, "0"),
    ),
)
EVEN_PACE = Rule(
    grades=("on", "behind"),
    clauses=(line("on", Measure.PACED_PROGRESS, AT_LEAST, "100"), Clause(grade="behind")),
)


def grade(
    rule: Rule,
    value: str,
    *,
    start: str = "100",
    target: str | None = "200",
    comparator: Comparator = Comparator.GE,
    year: int = 2023,
    target_year: int = 2025,
    decimals: int = 1,
    is_survey: bool = False,
    higher_is_better: bool | None = None,
) -> str | Reason | None:
    found = rate(
        Case(
            comparator=comparator,
            target=None if target is None else Decimal(target),
            target_year=target_year,
            start=Decimal(start),
            start_year=2021,
            year=year,
            observations=[Observation(year=year, value=Decimal(value))],
            decimals=decimals,
            is_survey=is_survey,
            higher_is_better=higher_is_better,
        ),
        rule,
    )
    return found.grade if found.grade is not None else found.reason


@pytest.mark.parametrize(
    ("value", "is_survey", "expected"),
    [
        ("150", False, "a"),
        ("149.9", False, "b"),
        ("100", False, "b"),
        ("99.9", False, "c"),
        ("99.9", True, "b"),
        ("97", True, "b"),
        ("96.9", True, "c"),
        ("97", False, "c"),
    ],
)
def test_fukuoka(value: str, is_survey: bool, expected: str) -> None:
    assert grade(FUKUOKA, value, is_survey=is_survey) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("200", "7"), ("199.9", "6"), ("180", "6"), ("179.9", "5"), ("120", "3"), ("100", "2"), ("99.9", "1")],
)
def test_sano(value: str, expected: str) -> None:
    assert grade(SANO, value) == expected


def test_sano_sum() -> None:
    worth = {
        "outcome": {name: int(name) for name in "7654321"},
        "output": {name: int(name) for name in "7654321"},
        "direction": {"widen": 3, "keep": 2, "narrow": 1},
    }
    scale = Scale(
        bands=(
            Band(grade="A", bound=AT_LEAST, limit=Decimal(16)),
            Band(grade="B", bound=AT_LEAST, limit=Decimal(13)),
            Band(grade="C", bound=AT_LEAST, limit=Decimal(11)),
            Band(grade="D"),
        )
    )
    total = points({"outcome": "7", "output": "6", "direction": "keep"}, worth)
    assert (total, scale.grade(total)) == (15, "B")
    assert [scale.grade(number) for number in (18, 16, 13, 12, 11, 10)] == ["A", "A", "B", "C", "C", "D"]
    with pytest.raises(RatingError, match="direction"):
        points({"outcome": "7", "output": "6"}, worth)
    with pytest.raises(RatingError, match="'8'"):
        points({"outcome": "8", "output": "6", "direction": "keep"}, worth)
    with pytest.raises(RatingError, match="together"):
        Scale(bands=(Band(grade="A", bound=OVER),))
    assert Scale(bands=(Band(grade="A", bound=OVER, limit=Decimal(3)),)).grade(3) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("200.1", "S"), ("200", "A"), ("110.1", "A"), ("110", "B"), ("90", "B"), ("89.9", "C")],
)
def test_nagayo(value: str, expected: str) -> None:
    assert grade(NAGAYO, value) == expected


def test_nagayo_falling() -> None:
    falling = {"start": "100", "target": "50", "comparator": Comparator.LE}
    assert [grade(NAGAYO, value, **falling) for value in ("49", "80", "105", "111")] == ["S", "A", "B", "C"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("180", "1"), ("179.9", "2"), ("150", "2"), ("120", "3"), ("119.9", "4"), ("90", "4")],
)
def test_fuji(value: str, expected: str) -> None:
    assert grade(FUJI, value) == expected
    assert grade(FUJI, "5", start="7", target="7") is Reason.NO_DISTANCE


@pytest.mark.parametrize(
    ("year", "value", "expected"),
    [
        (2022, "40", "A"),
        (2022, "39.9", "B"),
        (2022, "24", "B"),
        (2022, "23.9", "C"),
        (2023, "80", "A"),
        (2025, "160", "A"),
        (2028, "200", "A"),
        (2028, "199.9", "B"),
    ],
)
def test_tama(year: int, value: str, expected: str) -> None:
    assert grade(TAMA, value, year=year) == expected


def test_no_pace_before_a_year_has_passed() -> None:
    assert grade(TAMA, "40", year=2021) is Reason.NO_YEARS
    assert grade(EVEN_PACE, "150", year=2021) is Reason.NO_YEARS
    assert grade(EVEN_PACE, "150", year=2026) is Reason.AFTER_TARGET_YEAR


def test_even_pace() -> None:
    assert [grade(EVEN_PACE, value) for value in ("150", "149.9")] == ["on", "behind"]


@pytest.mark.parametrize(
    ("value", "expected"), [("160", "good"), ("159.9", "fair"), ("120", "fair"), ("119.9", "poor")]
)
def test_nagoya_port(value: str, expected: str) -> None:
    assert grade(NAGOYA_PORT, value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("200", "achieved"),
        # Required are 18.92 % a year; 0.95 of it is 17.976 %, twice over 139.18; 0.60 is 11.35 %, 123.99.
        ("139.3", "on_track"),
        ("139.1", "accelerate"),
        ("124.1", "accelerate"),
        ("123.9", "limited"),
        ("100", "limited"),
        ("99.9", "deteriorating"),
        ("0", "deteriorating"),
    ],
)
def test_open_sdg(value: str, expected: str) -> None:
    assert grade(OPEN_SDG, value) == expected


def test_open_sdg_falling_target() -> None:
    falling = {"start": "100", "target": "50", "comparator": Comparator.LE}
    assert [grade(OPEN_SDG, value, **falling) for value in ("50", "70.8", "80", "99", "101")] == [  # type: ignore[arg-type]
        "achieved",
        "on_track",
        "accelerate",
        "limited",
        "deteriorating",
    ]


def test_open_sdg_never_replaces_a_nought() -> None:
    assert grade(OPEN_SDG, "1", start="0") is Reason.START_NOT_POSITIVE
    assert (
        grade(OPEN_SDG, "5", start="100", target="0", comparator=Comparator.LE) is Reason.TARGET_NOT_POSITIVE
    )
    assert grade(OPEN_SDG, "90", start="100", target="100") is Reason.NO_DISTANCE


@pytest.mark.parametrize(
    ("value", "higher", "expected"),
    [
        ("103.1", True, "substantial"),
        ("101.1", True, "moderate"),
        ("100", True, "limited"),
        ("99", True, "deteriorating"),
        ("97", False, "substantial"),
        ("103.1", False, "deteriorating"),
        ("103.1", None, Reason.COMPARATOR_NONE),
    ],
)
def test_open_sdg_without_target(value: str, higher: bool | None, expected: str | Reason) -> None:
    found = grade(
        OPEN_SDG_WITHOUT_TARGET, value, target=None, comparator=Comparator.NONE, higher_is_better=higher
    )
    assert found == expected


@given(
    value=st.integers(-50, 400),
    start=st.integers(-50, 200),
    target=st.integers(-50, 400),
    comparator=st.sampled_from([Comparator.GE, Comparator.LE]),
    rule=st.sampled_from([FUKUOKA, SANO, NAGAYO, FUJI, TAMA, NAGOYA_PORT, OPEN_SDG, EVEN_PACE]),
)
def test_every_case_has_a_grade_or_a_reason(
    value: int, start: int, target: int, comparator: Comparator, rule: Rule
) -> None:
    found = grade(rule, str(value), start=str(start), target=str(target), comparator=comparator)
    assert isinstance(found, Reason) or found in rule.grades
    assert found is not Reason.NO_CLAUSE
