"""A rule file that is wrong: everything at once, each at its place; and nothing of it is ever run."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.city.pack import PACKAGE, read_json
from jichi.evaluation.rules.parsing import PROJECT_NAMES, parse_file, parse_version
from jichi.evaluation.rules.sentences import problem_sentence
from jichi.evaluation.rules.values import RulesError
from jichi.methods.rating import Bound, Measure, Where

from .files import raw

SCHEMA = read_json(PACKAGE / "evaluation/schema/jichi-rules-1.schema.json")


def problems(data: Any) -> dict[str, str]:
    with pytest.raises(RulesError) as caught:
        parse_file(data)
    return {one.pointer: one.code for one in caught.value.problems}


def changed(name: str = "kawasaki", **changes: Any) -> Any:
    data = copy.deepcopy(raw(name))
    data["versions"][0] |= changes
    return data


def test_everything_wrong_is_told_at_once() -> None:
    data = changed(
        in_force_from="2026-13-01",
        confirmed="yes",
        clauses=[{"grade": "z", "measure": "to_target", "bound": "at_least", "limit": "0"}, {"grade": "a", "bound": "over"}],
        combine="mean",
        per_year="often",
        surprise=1,
    )  # fmt: skip
    found = problems(data)
    assert found == {
        "/versions/0/surprise": "unknown",
        "/versions/0/clauses/0/grade": "word",
        "/versions/0/clauses/1": "clause",
        "/versions/0/per_year": "number",
        "/versions/0/combine": "word",
        "/versions/0/in_force_from": "date",
        "/versions/0/confirmed": "type",
    }


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"grades": ["a", "a", "b", "c", "d"]}, "/versions/0/grades/1", "grade"),
        ({"labels": {}}, "/versions/0/labels/a", "missing"),
        ({"labels": {"a": {"en": "x"}}}, "/versions/0/labels/a/ja", "missing"),
        ({"in_force_to": "2020-01-01"}, "/versions/0/in_force_to", "dates"),
        ({"per_year": "20"}, "/versions/0", "per-year"),
        ({"about": [{"grade": "a", "measure": "change", "bound": "over", "limit": 1}]}, "/versions/0", "about-directed"),
        ({"states": {"a": "green"}}, "/versions/0/states/a", "word"),
        ({"none_as": "about"}, "/versions/0/none_as", "word"),
        ({"clauses": []}, "/versions/0/clauses", "too_few"),
        ({"clauses": [{"grade": "a", "measure": "to_target", "bound": "over", "limit": "1e999999"}]}, "/versions/0/clauses/0/limit", "number"),
        ({"source": {"title": "x", "confidence": "sure"}}, "/versions/0/source/confidence", "word"),
        ({"source": {"title": "x", "confidence": "primary", "url": "javascript:x"}}, "/versions/0/source/url", "url"),
        ({"unusual_years": [{"years": ["R2"], "says": {"ja": "x"}}]}, "/versions/0/unusual_years/0/years/0", "number"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_place(changes: dict[str, Any], pointer: str, code: str) -> None:
    assert problems(changed(**changes)).get(pointer) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("__import__('os').system('true')", "expression"),
        ("numbers_known.real > 0", "expression"),
        ("nothing_of_the_kind > 0", "expression"),
        ("numbers_known + 1", "condition"),
        ("numbers_known >", "expression"),
    ],
)
def test_a_condition_is_no_program(text: str, code: str) -> None:
    data = copy.deepcopy(raw("jichi-proposal"))
    data["versions"][0]["project"]["clauses"][0]["if"] = text
    assert problems(data) == {"/versions/0/project/clauses/0/if": code}


def test_every_problem_can_be_said() -> None:
    data = changed(in_force_from=3, clauses=[{"grade": "z", "limit": "x"}], labels=[], source={}, extra=1)
    with pytest.raises(RulesError) as caught:
        parse_file(data)
    for problem in caught.value.problems:
        said = problem_sentence(problem)
        assert said and "%(" not in said and "cannot be used" not in said


def test_the_schema_takes_the_packs_files_and_refuses_others() -> None:
    check = jsonschema.Draft202012Validator(SCHEMA)
    for name in ("kawasaki", "sano", "tama", "open-sdg", "jichi-proposal"):
        assert not list(check.iter_errors(raw(name))), name
    assert list(check.iter_errors(changed(surprise=1)))
    assert list(check.iter_errors({**raw("kawasaki"), "kind": "proposal"}))


def test_the_guide_tells_every_word_and_its_example_is_read() -> None:
    guide = (PACKAGE.parents[1] / "docs/howto/rule-set.md").read_text(encoding="utf-8")
    example = guide.split("```json")[1].split("```")[0]
    assert parse_file(json.loads(example)).key == "our-city"
    words = [*Measure, *Bound, *Where, *PROJECT_NAMES, "grades_known", "projects_known", "well_over"]
    words += [key for key in SCHEMA["$defs"]["grading"]["properties"] if key not in {"source", "note"}]
    assert [word for word in words if f"`{word}`" not in guide] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = [*raw("kawasaki")["versions"][0], "total", "project", "in_force_to", "per_year"]


@settings(max_examples=40)
@given(value=JSON, key=st.sampled_from(KEYS), kind=st.sampled_from(["grading", "proposal"]))
def test_any_json_is_read_or_refused_with_its_place(value: Any, key: str, kind: str) -> None:
    for data, name in ((value, "file"), ({**raw("kawasaki")["versions"][0], key: value}, kind)):
        try:
            parse_file(data) if name == "file" else parse_version(kind, data)
        except RulesError as error:
            assert error.problems
            assert all(one.pointer == "" or one.pointer.startswith("/") for one in error.problems)
            assert all(problem_sentence(one) for one in error.problems)
