"""A form stays within what a page can send back and what a server computes while somebody waits."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import settings

from jichi.sheets.definition import Address
from jichi.sheets.limits import MOST_ANSWERS, MOST_STEPS, answers_of, steps_of
from jichi.sheets.pages import form_page
from jichi.sheets.parsing import DefinitionError, parse_definition
from jichi.sheets.reading import read
from jichi.sheets.words import definition_problem_text
from tests.sheets.samples import RICH


def form(*, fields: int, rows: int = 0, checks: tuple[str, ...] = ()) -> dict[str, Any]:
    asked = [
        {"key": f"f{at}", "label": {"ja": f"問{at}"}, "type": "integer", "required": True}
        for at in range(fields)
    ]
    part: dict[str, Any] = {"key": "p", "title": {"ja": "部"}, "fields": asked}
    part |= {"rows": {"most": rows}} if rows else {}
    said = [{"key": f"c{at}", "expression": one, "message": {"ja": "直す"}} for at, one in enumerate(checks)]
    return {"title": {"ja": "大きな調査"}, "parts": [part], "checks": said}


def problems_of(data: dict[str, Any]) -> list[str]:
    with pytest.raises(DefinitionError) as error:
        parse_definition(data)
    assert all(definition_problem_text(one) for one in error.value.problems)
    return [one.code for one in error.value.problems]


def test_a_page_of_the_largest_form_is_taken_by_the_server():
    # Beside the answers a page sends its token, the number of rows of each part and one button.
    assert MOST_ANSWERS + 100 < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_a_form_with_more_answers_than_a_page_sends_is_refused():
    assert parse_definition(form(fields=9, rows=500))
    assert problems_of(form(fields=10, rows=500)) == ["too_large"]


def test_a_box_to_be_ticked_counts_as_an_answer():
    choices = [{"key": f"c{at}", "label": {"ja": f"選択肢{at}"}} for at in range(10)]
    field = {"key": "f", "label": {"ja": "問"}, "type": "choices", "choices": choices}
    part = {"key": "p", "title": {"ja": "部"}, "fields": [field], "rows": {"most": 30}}
    assert answers_of(parse_definition({"title": {"ja": "調査"}, "parts": [part]})) == 300


def test_long_lists_to_choose_from_in_every_row_are_refused():
    def listed(choices: int, rows: int) -> dict[str, Any]:
        several = [{"key": f"c{at}", "label": {"ja": f"選択肢{at}"}} for at in range(choices)]
        field = {"key": "f", "label": {"ja": "問"}, "type": "choice", "choices": several}
        return {
            "title": {"ja": "調査"},
            "parts": [{"key": "p", "title": {"ja": "部"}, "fields": [field], "rows": {"most": rows}}],
        }

    assert parse_definition(listed(200, 250))
    assert problems_of(listed(200, 251)) == ["too_many_choices"]


def test_expressions_that_would_take_minutes_are_refused():
    checks = tuple(f"sum({','.join([f'f{at % 5}'] * 100)}) >= {at}" for at in range(30))
    assert problems_of(form(fields=5, rows=500, checks=checks)) == ["too_slow"]
    in_each_row = form(fields=5, rows=500, checks=checks[:1])
    in_each_row["parts"].append(
        {
            **in_each_row["parts"][0],
            "key": "q",
            "fields": [{"key": "g", "label": {"ja": "問"}, "type": "integer"}],
        }
    )
    in_each_row["checks"][0]["part"] = "q"
    assert problems_of(in_each_row) == ["too_slow"]


def test_the_steps_counted_are_about_those_taken():
    checks = tuple(f"sum(f0, f1, f2, f3) + {at} > 0" for at in range(200))
    definition = parse_definition(form(fields=4, rows=500, checks=checks))
    steps = steps_of(definition)
    assert MOST_STEPS / 5 < steps < MOST_STEPS
    raw = {Address(f"f{at}", str(row)): "1" for at in range(4) for row in range(1, 501)}
    begun = time.process_time()
    assert read(definition, raw).is_acceptable
    # Some 0.2 s on one core.
    assert time.process_time() - begun < 5


def test_the_samples_are_far_from_the_limits():
    assert answers_of(parse_definition(RICH)) < MOST_ANSWERS / 10
    assert steps_of(parse_definition(RICH)) < MOST_STEPS / 100


def test_a_page_full_of_errors_is_made_in_time():
    definition = parse_definition(form(fields=10, rows=200))
    raw = {Address(f"f{at}", str(row)): "約" for at in range(10) for row in range(1, 201)}
    problems = read(definition, raw).problems
    assert len(problems) == 2000
    begun = time.process_time()
    page = form_page(definition, raw=raw, problems=problems)["sheet"]
    # About half a second on one core; with every problem compared to every field it was ten times as much.
    assert time.process_time() - begun < 3
    assert len(page.errors) == 2000
    assert page.parts[0].rows[199].cells[9].errors
