"""A grade told in words, in three languages, from what is stored alone."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation

from jichi.evaluation.rules.sentences import (
    beside_sentences,
    clause_sentence,
    flag_sentences,
    forecast_sentences,
    rule_sentences,
    short,
    steps,
)
from jichi.evaluation.rules.stored import shown
from jichi.methods.rating import Measure, Reason

from .files import case, grading, told

LANGUAGES = ("ja", "ja-simple", "en")
WORDS = case("15.0", target="25", start="16.9", year=2025)


def plain(text: str) -> str:
    """Without the spaces that only keep a number and its unit together."""
    return text.replace("\xa0", " ")


def test_the_sentence_of_the_brief_in_each_language() -> None:
    made = told("kawasaki", WORDS)
    with translation.override("en"):
        assert plain(short(made)) == (
            "Result 15.0% (FY2025), target 25% or more (FY2025), current value 16.9% (FY2021):"
            " the target is not reached, below the current value, rate of achievement 60.0% (60% or more) → c"
        )
    with translation.override("ja"):
        said = plain(short(made))
        assert said.startswith(
            "実績15.0 %（令和7年度）、目標25 %以上（令和7年度）、現状16.9 %（令和3年度）："
        )
        assert said.endswith("現状を下回る、目標達成率60.0 %（60 %以上） → c")
    with translation.override("ja-simple"):
        said = plain(short(made))
        assert "はじめの 数より 低い" in said and said.endswith("→ c")


def test_the_steps_tell_every_line_that_was_tried() -> None:
    with translation.override("en"):
        said = [plain(one) for one in steps(told("kawasaki", WORDS))]
    assert said == [
        "The result that counts is 15.0%, of FY2025.",
        "The target is 25% or more, for FY2025.",
        "It starts from 16.9%, the plan's current value of FY2021.",
        "Everything is compared with 1 decimal, as the city publishes it.",
        "“a” needs: the target is reached. The distance to the target is −10.0 points: this does not hold.",
        "“b” needs: not below the current value. The change since the current value is −1.9 points:"
        " this does not hold.",
        "“c” needs: rate of achievement: 60% or more. The rate of achievement is 60.0%: this holds.",
        "So the grade is c: fallen behind the current value, at least 60 % of the target.",
    ]


def test_a_number_is_never_rounded_over_its_limit() -> None:
    just_under = told("kawasaki", case("59.99", target="100", start="70", decimals=2))
    assert just_under.grade == "d"
    assert just_under.steps[-1]["value"] == "59.99"
    with translation.override("en"):
        assert "rate of achievement 59.99% (less than 60%) → d" in plain(short(just_under))
    close = told("kawasaki", case("599.999", target="1000", start="700", decimals=3))
    assert (close.grade, close.steps[-1]["value"]) == ("d", "59.9999")
    assert shown(Fraction(1, 3), None, Measure.CHANGE, 1) == "0.3"
    assert shown(Fraction(-1, 20), None, Measure.CHANGE, 1) == "-0.1"
    assert shown(Fraction(-11), Decimal(0), Measure.TO_TARGET, 0) == "-11"
    assert shown(Fraction(-2, 5), Decimal(0), Measure.TO_PATH, 0) == "-0.4"


def test_an_at_most_target_is_told_in_its_own_direction() -> None:
    made = told("kawasaki", case("29.4", target="26.6", start="29.3", comparator="le", year=2025))
    with translation.override("en"):
        assert "above the current value" in short(made)
        lines = " ".join(plain(one) for one in steps(made))
    assert "The change since the current value (+ is better) is −0.1 points: this does not hold." in lines
    with translation.override("ja"):
        assert "現状を上回る" in short(made)


CASES = {
    "reached": case("26", target="25", start="16.9"),
    "between": case("20", target="25", start="16.9"),
    "maintain": case("4.8", target="4.9", start="4.9"),
    "easier": case("250", target="200", start="288", decimals=0),
    "missing": case(None),
    "not run": case(None, missing=Reason.SURVEY_NOT_RUN, is_survey=True),
    "break": case("20", target="25", start="16.9", breaks=(2023,)),
    "about": case("20", target="25", start="16.9", comparator="about"),
    "none stated": case("20", target="25", start="16.9", comparator="none"),
    "no rate": case("-3", target="-1", start="-2"),
    "no start": case("20", target="25", start=None),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_everything_can_be_told(name: str, language: str) -> None:
    with translation.override(language):
        for rule in ("kawasaki", "fukuoka", "nagayo", "tama", "open-sdg", "sano"):
            made = told(rule, CASES[name])
            lines = [short(made), *steps(made), *beside_sentences(made), *flag_sentences(made)]
            assert all(lines) and not any("%(" in line for line in lines)
            if language != "en":
                told_in_japanese = [line for line in lines if not re.search("[ぁ-んァ-ン一-龥]", line)]
                assert told_in_japanese == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing", "there is no result for FY2023"),
        ("not run", "the survey was not run in FY2023"),
        ("break", "the definition changed in FY2023"),
        ("about", "the target says “about”"),
        ("none stated", "neither “at least” nor “at most”"),
        ("no rate", "the target is not above 0"),
        ("no start", "no current value"),
    ],
)
def test_what_cannot_be_judged_says_why(name: str, reason: str) -> None:
    made = told("kawasaki", CASES[name])
    with translation.override("en"):
        assert made.grade == "" and made.state == "cannot_judge"
        assert "Cannot be judged: " in short(made) and reason in short(made)


FLAGS = (
    {"code": "maintain"},
    {"code": "target_easier"},
    {"code": "last_value", "year": 2025},
    {"code": "survey_not_run", "year": 2025},
    {"code": "unusual_base", "year": 2020, "what": {"ja": "感染症の年度", "en": "a year of disease", "ja-simple": "病気の 年"}},
    {"code": "partial_coverage", "seen": 2, "whole": 3},
    {"code": "break", "year": 2024},
    {"code": "break_start"},
    {"code": "provisional"},
    {"code": "not_random"},
    {"code": "change_unknown"},
    {"code": "change_shown"},
    {"code": "change_not_shown"},
    {"code": "period_target", "year": 2023},
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_flag_is_a_sentence_of_its_own(language: str) -> None:
    change = {"value": "-1.9", "low": "-4.0", "high": "0.2"}
    made = told("kawasaki", WORDS, flags=FLAGS, change=change)
    with translation.override(language):
        said = flag_sentences(made, superseded_by=2)
    assert len(said) == len(FLAGS) + 1 == len(set(said))
    assert "2" in said[-1]


def test_flags_tell_their_numbers() -> None:
    with translation.override("en"):
        made = told("kawasaki", WORDS, flags=FLAGS, change={"value": "-1.9", "low": "-4.0", "high": "0.2"})
        said = " ".join(plain(one) for one in flag_sentences(made))
    assert "2 of 3 parts" in said and "FY2020: a year of disease" in said
    assert "(change −1.9 points, interval −4.0 points to 0.2 points)" in said


def test_what_stands_beside_the_grade() -> None:
    made = told(
        "kawasaki",
        case("20", target="25", start="16.9"),
        interval={"low": "18.1", "high": "22.0", "level": "95", "n": 1402},
    )
    with translation.override("en"):
        said = [plain(one) for one in beside_sentences(made)]
    assert said == [
        "Of the way from the current value to the target, 38.3 % is gone.",
        "On a straight line from the current value to the target, FY2023 would be at 21.0%.",
        "The survey's 95 % interval is 18.1% to 22.0% (1,402 answers).",
    ]
    back = told("kawasaki", case("15", target="25", start="16.9"))
    with translation.override("en"):
        assert plain(beside_sentences(back)[0]).startswith("It moved away from the target, by 23.5 %")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["kawasaki", "fukuoka", "sano", "nagayo", "tama", "open-sdg"])
def test_a_rule_is_told_line_by_line(name: str, language: str) -> None:
    rule = grading(name)
    with translation.override(language):
        lines = [clause_sentence(one) for one in rule.rule.clauses] + rule_sentences(rule)
    assert all(lines) and not any("%(" in line for line in lines)
    assert len(set(lines)) == len(lines)


def test_kawasaki_in_english() -> None:
    with translation.override("en"):
        assert [plain(clause_sentence(one)) for one in grading("kawasaki").rule.clauses] == [
            "“a” if: the target is reached (s(x − T) ≥ 0)",
            "“b” if: no worse than the current value (s(x − S) ≥ 0), only where the target asks for more than"
            " the current value",
            "“c” if: rate of achievement: 60% or more (r ≥ 60)",
            "“d” if: rate of achievement: less than 60% (r < 60)",
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forecast_is_so_many_times_in_a_hundred(language: str) -> None:
    words = {"target": "25%", "low": "16%", "high": "22%", "year": 2027}
    with translation.override(language):
        middle = forecast_sentences(count=35, params=words)
        ends = [forecast_sentences(count=count, params=words)[0] for count in (0, 100)]
        cannot = forecast_sentences(count=None, reason="too_few", params={"points": 2, "least": 3})
    assert "35" in middle[0] and "16%" in middle[1]
    assert "100" in ends[0] and "99" in ends[1]
    assert "2" in cannot[0] and "3" in cannot[0]
