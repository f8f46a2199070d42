"""What stands beside the answers of a sheet changes with what it is taken from; a correction tells of that."""

from __future__ import annotations

from typing import Any

from jichi.evaluation.results.versions import beside_changed


def content(actual: str | None, settled: str | None) -> dict[str, Any]:
    return {
        "numbers": [{"name": "相談件数", "target": "150", "actual": actual}],
        "finance": [{"code": "02-01", "name": "市民活動費", "estimate": "1200000", "settled": settled}],
        "projects": [],
    }


def test_values_and_amounts_that_changed_since_are_told() -> None:
    told = beside_changed(content("120", None), content("130", "1100000"))
    assert ["相談件数" in str(one.label) for one in told] == [True, False]
    assert "120" in str(told[0].marked)
    assert "130" in str(told[0].marked)
    assert "市民活動費" in str(told[1].label)
    assert "1,100,000" in str(told[1].marked)


def test_what_is_the_same_is_not_told() -> None:
    assert beside_changed(content("120", None), content("120", None)) == ()
    assert beside_changed({}, {}) == ()


def test_a_judgement_that_is_no_number_is_told_as_it_is() -> None:
    one = {"projects": [{"code": "1", "name": "甲", "accomplishment": "A"}]}
    (told,) = beside_changed({"projects": [{"code": "1", "name": "甲", "accomplishment": None}]}, one)
    assert "A" in str(told.marked)
