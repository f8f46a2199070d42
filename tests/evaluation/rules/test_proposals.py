"""What Jichi would propose, and when it would say nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from jichi.evaluation.rules.proposals import propose_measure, propose_project
from jichi.evaluation.rules.sentences import clause_of_proposal, reason_sentences
from jichi.evaluation.rules.values import ProposalRule

from .files import proposal


def number(target: str | None, actual: str | None, comparator: str = "ge") -> dict[str, Any]:
    return {"name": "参加者", "target": target, "actual": actual, "comparator": comparator}


def results(*states: str) -> dict[str, Any]:
    return {"results": [{"planned": "実施", "result_state": state or None} for state in states]}


@pytest.mark.parametrize(
    ("numbers", "states", "expected"),
    [
        ([number("100", "100")], (), "3"),
        ([number("100", "101"), number("100", "100")], (), "3"),  # half over is not more than half
        ([number("100", "101"), number("100", "102")], (), "2"),
        ([number("100", "120"), number("50", "60")], (), "1"),  # exactly well over
        ([number("100", "119.9")], (), "2"),
        ([number("100", "99")], (), "4"),
        ([number("100", "80")], (), "4"),  # exactly the edge of well under
        ([number("100", "79.9")], (), "5"),
        ([number("100", "79.9"), number("100", "100"), number("1", "1")], (), "4"),
        ([number("10", "8", "le")], (), "1"),  # 100 · 10 / 8 = 125
        ([number("10", "11", "le")], (), "4"),
        ([], ("as_planned", "as_planned"), "3"),
        ([], ("more", "more", "as_planned"), "2"),
        ([], ("as_planned", "less"), "4"),
        ([], ("as_planned", "not_done"), "5"),
        ([], ("as_planned", "as_planned", "not_done"), "4"),
        ([], (), None),
        ([number(None, "30")], (), None),  # a number without a target is none of it
        ([number("100", None)], (), None),
        ([number("100", None), number("100", None), number("5", "5")], (), None),  # more unknown than known
        ([number("100", "100", "about")], (), None),
        ([number("100", "0")], ("",), "5"),
    ],
)
def test_a_project(numbers: list[dict[str, Any]], states: tuple[str, ...], expected: str | None) -> None:
    found = propose_project(results(*states), numbers, proposal())
    assert (found[0] if found else None) == expected


@pytest.mark.parametrize(
    ("grades", "projects", "expected"),
    [
        ([1, 1], ["3", "2"], "A"),
        ([1, 1], ["3", "4"], "B"),
        ([1, 2], ["3"], "B"),
        ([2, 2], [], "B"),
        ([3, 3, 1], ["3"], "C"),
        ([3, 1], ["3"], "B"),  # half is not more than half
        ([4, 4, 1], ["3"], "D"),
        ([4, 3, 1], ["3"], "C"),
        ([], ["1", "1"], None),
        ([None, None, 1], ["1"], None),
        ([None, 1], ["1"], "A"),
        ([1, 1], ["1", None], "A"),
    ],
)
def test_a_measure(grades: list[int | None], projects: list[str | None], expected: str | None) -> None:
    found = propose_measure(grades, projects, proposal())
    assert (found[0] if found else None) == expected


@pytest.mark.parametrize("language", ["ja", "ja-simple", "en"])
def test_reasons_are_told_with_their_counts(language: str) -> None:
    found = propose_project(
        results("as_planned", "less", ""), [number("100", "130"), number("9", None)], proposal()
    )
    assert found is not None
    with translation.override(language):
        said = reason_sentences(found[1])
    assert len(said) == 3 and "1" in said[0] and "2" in said[1]
    measured = propose_measure([1, 3, None], ["4", "2"], proposal())
    assert measured is not None
    with translation.override(language):
        assert len(reason_sentences(measured[1])) == 3
        rule = proposal()
        assert rule.project is not None
        assert all(clause_of_proposal(one) for one in rule.project.clauses)


def test_a_rule_that_says_nothing_proposes_nothing() -> None:
    assert propose_project(results("more"), [], ProposalRule()) is None
    assert propose_measure([1], [], ProposalRule()) is None
