"""The forms that the packs bring: their keys, and the arithmetic that must hold."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from jichi.city.pack import Pack
from jichi.city.viewers import system_viewer
from jichi.evaluation import fields
from jichi.sheets.definition import Address, Severity
from jichi.sheets.models import FormVersion
from jichi.sheets.parsing import SCHEMA, parse_definition
from jichi.sheets.reading import read
from jichi.sheets.services import load_forms
from jichi.sheets.words import problem_text

from .conftest import form_of
from .filling import typed

PACKS = ("mihon", "kawasaki")
KEYS = ("hyoka-jigyo", "hyoka-ku", "hyoka-shisaku")
COST_KEYS = ("project_cost", *fields.FUNDING, "staff_years", "unit_cost", "personnel", "total")


@cache
def form(pack, key):
    return parse_definition(form_of(pack, key))


def errors(reading):
    return [one for one in reading.problems if one.severity is Severity.ERROR]


def choices(definition, key):
    return tuple(one.key for one in definition.field(key)[1].choices)


# --- what they ask ----------------------------------------------------------------------------------
@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("key", KEYS)
def test_every_text_is_there_in_japanese_english_and_easy_japanese(pack, key):
    definition = form(pack, key)
    texts = [definition.title, definition.purpose]
    for part in definition.parts:
        texts += [part.title, part.hint, *(row.label for row in (part.rows.fixed if part.rows else ()))]
        for field in part.fields:
            texts += [field.label, field.hint, field.unit, *(one.label for one in field.choices)]
    texts += [check.message for check in definition.checks]
    assert [text for text in texts if text is not None and set(text) != {"ja", "en", "ja-simple"}] == []


@pytest.mark.parametrize("pack", PACKS)
def test_the_keys_of_a_project_are_those_that_jichi_understands(pack):
    definition = form(pack, "hyoka-jigyo")
    for key in (fields.ACCOMPLISHMENT, *fields.CRITERIA, fields.CONTRIBUTION):
        assert choices(definition, key) == fields.BEST_FIRST[key]
        assert definition.field(key)[1].required
        assert definition.field(f"{key}_reason")[1].required
    assert choices(definition, fields.DIRECTION) == ("1", "2", "3", "4", "5", "6")
    assert definition.field("direction_text")[1].required
    part, _field = definition.field(fields.PROJECT_COST)
    assert part.key == fields.COSTS
    assert [row.key for row in part.rows.fixed] == [fields.ESTIMATE, fields.SETTLED]
    assert [one.key for one in part.fields] == list(COST_KEYS)
    keys = {one.key: {field.key for field in one.fields} for one in definition.parts}
    assert keys[fields.RESULTS] >= {fields.RESULT_PLANNED, fields.RESULT_DONE, fields.RESULT_STATE}
    assert choices(definition, fields.RESULT_STATE) == ("as_planned", "more", "less", "not_done")
    assert keys[fields.NUMBERS] >= {
        fields.NUMBER_NAME,
        fields.NUMBER_UNIT,
        fields.NUMBER_TARGET,
        fields.NUMBER_ACTUAL,
    }


@pytest.mark.parametrize("pack", PACKS)
def test_a_wards_form_asks_for_the_local_issue_and_fewer_criteria(pack):
    ward, project = form(pack, "hyoka-ku"), form(pack, "hyoka-jigyo")
    keys = {field.key for _part, field in ward.fields()}
    assert {"local_issue", "partner"} <= keys
    assert {"local_issue", "partner"}.isdisjoint(field.key for _part, field in project.fields())
    assert len(keys & set(fields.CRITERIA)) == 3
    assert {fields.ACCOMPLISHMENT, fields.CONTRIBUTION, fields.DIRECTION, fields.PROJECT_COST} <= keys


@pytest.mark.parametrize("pack", PACKS)
def test_a_measures_form_asks_for_progress_and_direction(pack):
    definition = form(pack, "hyoka-shisaku")
    assert choices(definition, fields.PROGRESS) == fields.BEST_FIRST[fields.PROGRESS]
    assert definition.field("progress_reason")[1].required
    assert choices(definition, fields.MEASURE_DIRECTION) == ("1", "2", "3")


@pytest.mark.parametrize("key", KEYS)
def test_what_the_city_has_not_confirmed_is_said_so(key):
    assert "未確認" in form("kawasaki", key).purpose["ja"]


@pytest.mark.django_db
@pytest.mark.parametrize("pack", PACKS)
def test_the_packs_bring_them_and_a_second_load_changes_nothing(city, pack):
    opened = Pack.open(pack)
    files = [name for name in opened.files("forms") if "hyoka-" in name]
    assert [Path(name).stem for name in files] == list(KEYS)
    viewer = system_viewer("pack-loader")
    for name in files:
        data = opened.data(name, SCHEMA)
        assert data["room"] == "evaluation"
        assert load_forms(viewer=viewer, pack=opened, data=data) == 1
        assert load_forms(viewer=viewer, pack=opened, data=data) == 0
    assert FormVersion.objects.filter(form__key__in=KEYS).count() == len(KEYS)


@pytest.mark.parametrize("pack", PACKS)
def test_directions_are_printed_in_roman_numbers_and_typed_in_any(pack):
    definition = form(pack, "hyoka-jigyo")
    label = definition.field(fields.DIRECTION)[1].choices[3].label["ja"]
    assert label.startswith("Ⅳ")
    for text in ("4", "４", label):
        assert read(definition, {Address("direction"): text}).values[Address("direction")] == "4"


# --- what must hold ---------------------------------------------------------------------------------
def test_a_whole_sheet_may_be_handed_in():
    assert errors(read(form("mihon", "hyoka-jigyo"), typed())) == []


def test_what_was_never_typed_is_missing_and_not_nought():
    values = read(form("mihon", "hyoka-jigyo"), {}).values
    assert values == {}


@pytest.mark.parametrize(
    "key", ["aim", "done.1", "accomplishment", "needs_reason", "general.settled", "direction"]
)
def test_what_is_required_and_missing_is_told_at_its_place(key):
    (problem,) = errors(read(form("mihon", "hyoka-jigyo"), typed(**{key: None})))
    assert problem.places == (Address.of(key),)


def test_personnel_and_total_are_computed_in_each_row():
    raw = typed(**{"staff_years.settled": "1.25", "unit_cost.settled": "8003"})
    values = read(form("mihon", "hyoka-jigyo"), raw).values
    # 1.25 × 8003 = 10003.75, and the half goes up.
    assert values[Address("personnel", "settled")] == Decimal(10004)
    assert values[Address("total", "settled")] == Decimal(11204)
    assert values[Address("personnel", "estimate")] == Decimal(12000)


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("general", ["799", "801"])
def test_funding_that_is_off_by_one_is_an_error_that_names_both_numbers(pack, general):
    definition = form(pack, "hyoka-jigyo")
    reading = read(definition, typed(**{"general.settled": general}))
    (problem,) = [one for one in errors(reading) if one.code == "check"]
    assert set(problem.places) == {Address("project_cost", "settled"), Address("general", "settled")}
    for language, names in {
        "ja": ("財源内訳", "事業費（Ａ）", "直して"),
        "en": ("funding", "project cost (A)", "Correct"),
        "ja-simple": ("お金の 出どころ", "仕事の お金（Ａ）", "直してください"),
    }.items():
        assert all(name in problem_text(problem, definition, language) for name in names)


def test_the_estimate_and_the_settled_account_are_checked_each_by_itself():
    raw = typed(**{"project_cost.estimate": "5000", "general.estimate": "4600"})
    assert errors(read(form("mihon", "hyoka-jigyo"), raw)) == []


@pytest.mark.parametrize("key", ["staff_years.settled", "unit_cost.settled"])
def test_staff_without_its_price_is_told(key):
    (problem,) = errors(read(form("mihon", "hyoka-jigyo"), typed(**{key: None})))
    assert problem.params["check"] == "staff_whole"
    both = typed(**{"staff_years.settled": None, "unit_cost.settled": None})
    reading = read(form("mihon", "hyoka-jigyo"), both)
    assert errors(reading) == []
    assert Address("total", "settled") not in reading.values


def test_a_number_without_its_actual_is_a_warning_until_the_note_says_why():
    row = {"number_name.1": "開催回数", "number_unit.1": "回", "number_target.1": "12"}
    definition = form("mihon", "hyoka-jigyo")
    reading = read(definition, typed(**row))
    assert errors(reading) == []
    assert [one.params["check"] for one in reading.problems] == ["number_missing"]
    assert read(definition, typed(**row, **{"number_note.1": "調査が中止"})).problems == ()
