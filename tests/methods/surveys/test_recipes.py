"""A survey's estimation as data: the synthetic city's numbers come out of a recipe as R gave them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from jichi.methods.surveys.errors import SurveyError
from jichi.methods.surveys.recipes import Line, Reply, follow

CITY = Path(__file__).parent / "reference" / "city"


def city_table(year: str = "2024") -> dict[str, list[str]]:
    with (CITY / "sample.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == year]
    return {name: [row[name] for row in rows] for name in rows[0]}


def city_recipe(**changes: Any) -> dict[str, Any]:
    margins = json.loads((CITY / "margins.json").read_text())
    return {
        "format": "jichi-survey/1",
        "design": {"weights": "dw", "strata": ["ward"], "clusters": ["psu"]},
        "response": {"column": "resp", "answered": ["1"], "classes": ["age", "sex"]},
        "margins": [
            {"by": ["ward"], "totals": margins["ward"]},
            {"by": ["age", "sex"], "totals": margins["agesex"]},
        ],
        "questions": [
            {"column": "well", "kind": "share", "answers": ["1"], "by": ["ward"]},
            {"column": "sat", "kind": "shares", "by": [["age", "sex"]]},
            {"column": "hours", "kind": "total"},
        ],
    } | changes


def of(reply: Reply, column: str, group: tuple[str, ...] = (), answer: str = "") -> Line:
    [line] = [
        line
        for line in reply.lines
        if (line.question.column, line.group, line.answer) == (column, group, answer)
    ]
    return line


def expected(case: str) -> dict[str, Any]:
    cases = json.loads((CITY / "reference.json").read_text())["cases"]
    return next(one for one in cases if one["id"] == case)


def test_a_recipe_gives_what_r_gives_step_by_step() -> None:
    weights = json.loads((CITY / "weights.json").read_text())["2024.wr"]
    reply = follow(city_recipe(residual="design"), city_table())
    share = of(reply, "well")
    known = expected("2024.wr.rake.ciprop.well.logit")
    assert share.estimate.value == pytest.approx(known["estimate"], rel=1e-9)
    assert (reply.asked, reply.answered, reply.df) == (1680, len(weights["pid"]), 36)
    assert share.interval.method == "logit"
    assert share.interval.low < share.estimate.value < share.interval.high


def test_what_is_asked_by_group_adds_up_to_the_whole() -> None:
    reply = follow(city_recipe(), city_table())
    wards = [line for line in reply.lines if line.grouping == ("ward",)]
    totals = city_recipe()["margins"][0]["totals"]
    whole = sum(totals[line.group[0]] * line.estimate.value for line in wards) / sum(totals.values())
    assert whole == pytest.approx(of(reply, "well").estimate.value, rel=1e-9)
    shares = [line.estimate.value for line in reply.lines if line.group == ("75+", "F")]
    assert sum(shares) == pytest.approx(1, rel=1e-12)


def test_a_total_says_how_many_left_the_question_out() -> None:
    line = of(follow(city_recipe(), city_table()), "hours")
    assert (line.left_out, line.estimate.n) == (876 - 825, 825)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"design": {"weights": "no-such"}}, "column-unknown"),
        ({"design": {"weights": "age"}}, "values-not-numbers"),
        ({"questions": [{"column": "well", "kind": "share", "answers": ["yes"]}]}, "answers-unknown"),
        ({"questions": [{"column": "ward", "kind": "mean"}]}, "values-not-numbers"),
    ],
)
def test_what_does_not_fit_the_file_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(SurveyError) as refused:
        follow(city_recipe(**changes), city_table())
    assert refused.value.code == code


def test_numbers_that_are_none_are_named_by_row() -> None:
    table = city_table()
    table["hours"] = [*table["hours"]]
    places = [place for place, cell in enumerate(table["resp"]) if cell == "1"][:2]
    for place in places:
        table["hours"][place] = "2時間"
    with pytest.raises(SurveyError) as refused:
        follow(city_recipe(), table)
    assert refused.value.params["column"] == "hours"
    assert refused.value.params["rows"] == [place + 1 for place in places]


def test_labels_that_a_margin_does_not_know_are_named_by_row() -> None:
    table = city_table()
    places = [place for place, cell in enumerate(table["resp"]) if cell == "1"][3:5]
    for place in places:
        table["age"][place] = "90+"
    with pytest.raises(SurveyError, match="90\\+") as refused:
        follow(city_recipe(), table)
    assert refused.value.params["rows"] == [place + 1 for place in places]
