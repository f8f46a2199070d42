"""Each city's rule as its file says it, held against the rule's own text."""

from __future__ import annotations

import pytest

from jichi.methods.rating import Combining, Flag, Rating, Reason, combine

from .files import PACKS, case, graded, grading, raw, rule_file


def outcome(found: Rating) -> str:
    return found.grade or str(found.reason)


def test_every_file_of_the_packs_is_read_and_names_its_source() -> None:
    names = sorted(path.stem for path in PACKS.glob("*/rules/*.json"))
    assert names == [
        "fukuoka", "jichi-proposal", "kawasaki", "mihon", "nagayo", "open-sdg", "sano", "tama",
    ]  # fmt: skip
    for name in names:
        for version in rule_file(name).versions:
            assert version.source["title"] and version.source["confidence"], name
    assert not rule_file("kawasaki").versions[0].confirmed
    assert rule_file("kawasaki").versions[0].source["confidence"] == "unseen"
    assert rule_file("mihon").versions[0].confirmed


# words.md, "Evaluation, exactly". x, T, S, comparator; the expectation stands beside.
KAWASAKI = [
    ("25.0", "25", "16.9", "ge", "a"),  # exactly the target
    ("24.95", "25", "16.9", "ge", "a"),  # as the city prints it: 25.0
    ("24.94", "25", "16.9", "ge", "b"),  # printed 24.9
    ("16.9", "25", "16.9", "ge", "b"),  # exactly the current value
    ("16.8", "25", "16.9", "ge", "c"),
    ("15.0", "25", "16.9", "ge", "c"),  # r is exactly 60.0
    ("14.9", "25", "16.9", "ge", "d"),
    ("0", "25", "16.9", "ge", "d"),
    ("26.6", "26.6", "29.3", "le", "a"),
    ("29.3", "26.6", "29.3", "le", "b"),
    ("29.4", "26.6", "29.3", "le", "c"),
    ("44.3", "26.6", "29.3", "le", "c"),  # r = 100 · 26.6 / 44.3 = 60.05
    ("44.4", "26.6", "29.3", "le", "d"),  # r = 59.91
    ("4.9", "4.9", "4.9", "ge", "a"),  # maintain
    ("4.8", "4.9", "4.9", "ge", "c"),  # maintain: b is empty
    ("250", "200", "288", "ge", "a"),  # the target is easier than the current value
    ("199", "200", "288", "ge", "c"),
    ("119.9", "200", "288", "ge", "d"),
    ("5", "0", "7", "le", "b"),
    ("8", "0", "7", "le", "target_zero"),
    ("0", "0", "7", "le", "a"),
    ("-3", "-1", "-2", "ge", "target_not_positive"),
    ("-2", "-1", "-2", "ge", "b"),
    ("30", "25", "16.9", "about", "comparator_about"),
    ("30", "25", "16.9", "none", "comparator_none"),
]


@pytest.mark.parametrize(("value", "target", "start", "comparator", "expected"), KAWASAKI)
def test_kawasaki(value: str, target: str, start: str, comparator: str, expected: str) -> None:
    made = case(value, target=target, start=start, comparator=comparator, year=2025)
    assert outcome(graded("kawasaki", made)) == expected


def test_kawasaki_never_judges_what_is_missing_as_the_worst() -> None:
    assert graded("kawasaki", case(None)).reason is Reason.NO_VALUE
    gone = case(None, missing=Reason.SURVEY_NOT_RUN, is_survey=True, earlier={2022: "210"})
    assert graded("kawasaki", gone).reason is Reason.SURVEY_NOT_RUN
    assert graded("kawasaki", case("210", breaks=(2023,))).reason is Reason.BREAK
    assert graded("kawasaki", case("210", is_sense=True)).reason is Reason.SENSE_INDICATOR
    assert graded("kawasaki", case("150", start=None)).reason is Reason.NO_START
    assert graded("kawasaki", case("150", target=None)).reason is Reason.NO_TARGET


def test_kawasaki_flags() -> None:
    assert Flag.MAINTAIN in graded("kawasaki", case("4.9", target="4.9", start="4.9")).flags
    assert Flag.TARGET_EASIER in graded("kawasaki", case("250", target="200", start="288")).flags
    assert {year for one in grading("kawasaki").unusual for year in one.years} == {2020, 2021}


def test_two_series_are_the_worse_of_the_two() -> None:
    rule = grading("kawasaki")
    children = graded("kawasaki", case("56", target="55", start="52.5"))
    adults = graded("kawasaki", case("34", target="44", start="33.2"))
    found = combine({"children": children, "adults": adults}, rule.rule.grades, how=rule.combine)
    assert (rule.combine, found.grade, found.series) == (Combining.WORST, "b", ("adults",))
    gone = graded("kawasaki", case(None))
    assert combine({"c": children, "a": gone}, rule.rule.grades).reason is Reason.SERIES_NOT_RATED


def test_mihon_takes_the_last_value_since_its_second_version() -> None:
    gone = case(None, missing=Reason.SURVEY_NOT_RUN, is_survey=True, earlier={2022: "210"})
    assert graded("mihon", gone, version=0).reason is Reason.SURVEY_NOT_RUN
    found = graded("mihon", gone, version=1)
    assert (found.grade, found.value_year) == ("a", 2022)
    assert Flag.LAST_VALUE in found.flags
    not_loaded = case(None, is_survey=True, earlier={2022: "210"})
    assert graded("mihon", not_loaded, version=1).reason is Reason.NO_VALUE


# 福岡市: a on course, b below pace but improved or unchanged, c worse; surveys ±3 count as unchanged.
@pytest.mark.parametrize(
    ("value", "is_survey", "expected"),
    [
        ("150", False, "a"), ("149.9", False, "b"), ("100", False, "b"), ("99.9", False, "c"),
        ("99.9", True, "b"), ("97", True, "b"), ("96.9", True, "c"), ("97", False, "c"),
    ],
)  # fmt: skip
def test_fukuoka(value: str, is_survey: bool, expected: str) -> None:
    assert outcome(graded("fukuoka", case(value, is_survey=is_survey))) == expected


# 佐野市: 100 % = 7, 90–<100 = 6, 80 = 5, 70 = 4, 60 = 3, 50 = 2, <50 = 1.
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("200", "7"), ("199.9", "6"), ("180", "6"), ("179.9", "5"), ("160", "5"), ("140", "4"),
        ("120", "3"), ("119.9", "2"), ("100", "2"), ("99.9", "1"), ("0", "1"),
    ],
)  # fmt: skip
def test_sano(value: str, expected: str) -> None:
    assert outcome(graded("sano", case(value))) == expected


def test_sano_adds_points_and_puts_the_sum_into_bands() -> None:
    total = grading("sano").total
    assert total is not None
    judged = {"outcome": "7", "output": "6", "direction": "2"}
    assert total.grade(judged) == (15, "B")
    assert total.grade({**judged, "direction": "3"}) == (16, "A")
    assert total.grade({**judged, "output": "3"}) == (12, "C")
    assert total.grade({"outcome": "7", "output": "1", "direction": "2"}) == (10, "D")


# 長与町: S over the target, A over the standard, B within ±10 %, C below.
@pytest.mark.parametrize(
    ("value", "comparator", "target", "expected"),
    [
        ("200.1", "ge", "200", "S"), ("200", "ge", "200", "A"), ("110.1", "ge", "200", "A"),
        ("110", "ge", "200", "B"), ("90", "ge", "200", "B"), ("89.9", "ge", "200", "C"),
        ("49.9", "le", "50", "S"), ("80", "le", "50", "A"), ("110", "le", "50", "B"), ("111", "le", "50", "C"),
    ],
)  # fmt: skip
def test_nagayo(value: str, comparator: str, target: str, expected: str) -> None:
    assert outcome(graded("nagayo", case(value, comparator=comparator, target=target))) == expected


# 多摩市 (draft): year n must reach 20·n % of the target; from 100 %, from 60 %, below.
@pytest.mark.parametrize(
    ("year", "value", "expected"),
    [
        (2022, "40", "A"), (2022, "39.9", "B"), (2022, "24", "B"), (2022, "23.9", "C"),
        (2023, "80", "A"), (2025, "160", "A"), (2028, "200", "A"), (2021, "40", "no_years"),
    ],
)  # fmt: skip
def test_tama(year: int, value: str, expected: str) -> None:
    assert outcome(graded("tama", case(value, year=year))) == expected


# Open SDG: required 18.92 % a year; 0.95 of it over two years is 139.18, 0.60 of it 123.99.
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("200", "achieved"), ("139.3", "on_track"), ("139.1", "accelerate"), ("124.1", "accelerate"),
        ("123.9", "limited"), ("100", "limited"), ("99.9", "deteriorating"),
    ],
)  # fmt: skip
def test_open_sdg(value: str, expected: str) -> None:
    assert outcome(graded("open-sdg", case(value))) == expected


def test_open_sdg_puts_no_number_in_place_of_a_nought() -> None:
    assert outcome(graded("open-sdg", case("1", start="0"))) == "start_not_positive"
    assert outcome(graded("open-sdg", case("5", target="0", comparator="le"))) == "target_not_positive"


@pytest.mark.parametrize("name", ["kawasaki", "mihon", "fukuoka", "sano", "nagayo", "tama", "open-sdg"])
def test_grades_have_a_word_in_three_languages_and_a_shape(name: str) -> None:
    for row in raw(name)["versions"]:
        for grade in row["grades"]:
            assert {"ja", "en", "ja-simple"} <= set(row["labels"][grade]), (name, grade)
            assert row["states"][grade], (name, grade)
