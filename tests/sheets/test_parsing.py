"""A definition that makes no sense is refused with everything that is wrong, each at its place."""

from __future__ import annotations

import copy
import json
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings

from jichi.sheets.definition import Address, Filler, Severity
from jichi.sheets.dependencies import in_order
from jichi.sheets.pages import paper_page
from jichi.sheets.parsing import DefinitionError, digest_of_definition, parse_definition
from jichi.sheets.reading import read
from jichi.sheets.words import definition_messages
from tests.sheets.samples import COUNCILS, RICH, changed
from tests.sheets.strategies import form_data


def problems_of(data) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as error:
        parse_definition(data)
    # Each problem has words, in every language that pages have.
    for language in ("ja", "en", "ja-simple"):
        with translation.override(language):
            assert len(definition_messages(error.value)) == len(error.value.problems)
    return [(one.pointer, one.code) for one in error.value.problems]


def with_field(**facts):
    """The sample with one more field in its first part."""
    field = {"key": "more", "label": {"ja": "追加"}, "type": "integer"} | facts
    return changed(lambda form: form["parts"][0]["fields"].append(field))


NEW = "/parts/0/fields/3"


def test_a_definition_is_read_whole():
    form = parse_definition(COUNCILS)
    basic, councils, checking = form.parts
    assert (basic.rows, councils.rows.least, councils.rows.most) == (None, 1, 10)
    assert (basic.fill, checking.fill) == ({Filler.RESPONDENT}, {Filler.CHECKER})
    assert councils.see == set(Filler)
    assert (form.checks[0].severity, form.checks[1].severity) == (Severity.ERROR, Severity.WARNING)
    assert form.field("share")[1].decimals == 1
    assert len(form.digest) == 64


def test_the_digest_is_of_what_is_said_not_of_how_it_is_laid_out():
    turned = json.loads(json.dumps(COUNCILS, sort_keys=True))
    turned["parts"][1]["fields"][1]["least"] = 0.0
    assert digest_of_definition(turned) == digest_of_definition(COUNCILS)
    other = changed(lambda form: form["parts"][0].update(title={"ja": "別"}))
    assert digest_of_definition(other) != digest_of_definition(COUNCILS)


@pytest.mark.parametrize(
    "change, pointer",
    [
        (lambda form: form.pop("title"), ""),
        (lambda form: form["title"].pop("ja"), "/title"),
        (lambda form: form["parts"][0]["title"].pop("ja"), "/parts/0/title"),
        (lambda form: form["parts"][0]["title"].update(ja="  "), "/parts/0/title/ja"),
        (lambda form: form["parts"][0].update(key="Basic"), "/parts/0/key"),
        (lambda form: form["parts"][0].update(key="1a"), "/parts/0/key"),
        (lambda form: form["parts"][0].update(fields=[]), "/parts/0/fields"),
        (lambda form: form["parts"][0]["fields"][0].update(type="number"), "/parts/0/fields/0/type"),
        (lambda form: form["parts"][0]["fields"][0].update(surprise=1), "/parts/0/fields/0"),
        (lambda form: form["parts"][1].update(rows={"most": 0}), "/parts/1/rows/most"),
        (lambda form: form.update(parts={}), "/parts"),
    ],
)
def test_the_shape_is_that_of_the_schema(change, pointer):
    assert (pointer, "shape") in problems_of(changed(change))


def test_anything_else_than_an_object_is_refused():
    for junk in ([], "form", None, 3, {}):
        assert problems_of(junk)


@pytest.mark.parametrize(
    "data, expected",
    [
        (with_field(key="held"), (f"{NEW}/key", "key_twice")),
        (with_field(key="women"), ("/parts/1/fields/2/key", "key_twice")),
        (with_field(key="sum"), (f"{NEW}/key", "key_reserved")),
        (with_field(key="class"), (f"{NEW}/key", "key_reserved")),
        (with_field(type="choice"), (NEW, "choices_missing")),
        (with_field(choices=[{"key": "a", "label": {"ja": "あ"}}]), (f"{NEW}/choices", "not_for_type")),
        (with_field(type="computed"), (NEW, "formula_missing")),
        (with_field(formula="1"), (f"{NEW}/formula", "formula_unused")),
        (with_field(type="computed", formula="1", required=True), (f"{NEW}/required", "computed_required")),
        (with_field(least=5, most=4), (f"{NEW}/least", "least_above_most")),
        (with_field(type="date", least=1), (f"{NEW}/least", "not_for_type")),
        (with_field(type="text", most=1.5), (f"{NEW}/most", "length")),
        (with_field(type="long_text", most=20_001), (f"{NEW}/most", "length")),
        (with_field(least=float("nan")), ("", "shape")),
        (with_field(least=float("nan"), most=3), ("", "shape")),
        (with_field(most=float("inf")), ("", "shape")),
        (with_field(decimals=1), (f"{NEW}/decimals", "not_for_type")),
        (with_field(pattern="a"), (f"{NEW}/pattern", "not_for_type")),
        (with_field(type="text", pattern="("), (f"{NEW}/pattern", "pattern")),
        (with_field(type="text", pattern="(?=a)"), (f"{NEW}/pattern", "pattern")),
        (with_field(when="nobody"), (f"{NEW}/when", "expression_unknown_name")),
        (with_field(when="total"), (f"{NEW}/when", "expression_result")),
        (with_field(when="held +"), (f"{NEW}/when", "expression_syntax")),
        (with_field(when="held.real"), (f"{NEW}/when", "expression_node")),
        (with_field(when="women > 1"), (f"{NEW}/when", "expression_column")),
        (with_field(when="held > 1"), (f"{NEW}/when", "expression_kind")),
        (with_field(when="filled(more)"), ("/parts", "circular")),
        (with_field(type="computed", formula="more + 1"), ("/parts", "circular")),
        (with_field(type="computed", formula="held"), (f"{NEW}/formula", "expression_result")),
    ],
)
def test_a_field_that_makes_no_sense(data, expected):
    assert expected in problems_of(data)


def two_choices(first: dict, second: dict):
    return with_field(type="choice", choices=[{"key": "a", "label": first}, {"key": "b", "label": second}])


def test_a_label_means_one_choice():
    at = f"{NEW}/choices"
    assert problems_of(two_choices({"ja": "あり"}, {"ja": "あり"})) == [(f"{at}/1/label/ja", "label_twice")]
    assert problems_of(two_choices({"ja": "Ａ１"}, {"ja": "ほか", "en": "a 1"})) == [
        (f"{at}/1/label/en", "label_twice")
    ]
    assert problems_of(two_choices({"ja": "B"}, {"ja": "ほか"})) == [(f"{at}/0/label/ja", "label_twice")]
    assert problems_of(two_choices({"ja": "上\n下"}, {"ja": "ほか"})) == [(f"{at}/0/label/ja", "label_lines")]
    twice = [{"key": "a", "label": {"ja": "あ"}}, {"key": "a", "label": {"ja": "い"}}]
    assert problems_of(with_field(type="choices", choices=twice)) == [(f"{at}/1/key", "key_twice")]


def test_a_scale_of_numbers_or_letters_may_be_its_own_keys_but_letter_case_tells_none_apart():
    at = f"{NEW}/choices"
    scale = [{"key": key, "label": {"ja": f"{key} の段階"}} for key in ("1", "2", "A")]
    found = parse_definition(with_field(type="choice", choices=scale)).field("more")[1]
    assert [one.key for one in found.choices] == ["1", "2", "A"]
    scale.append({"key": "a", "label": {"ja": "別の段階"}})
    assert problems_of(with_field(type="choice", choices=scale)) == [(f"{at}/3/key", "key_twice")]
    wrong = [{"key": "1-2", "label": {"ja": "二つ"}}]
    assert problems_of(with_field(type="choice", choices=wrong)) == [(f"{at}/0/key", "shape")]


def test_parts_and_rows_that_make_no_sense():
    def rows(value):
        return changed(lambda form: form["parts"][1].update(rows=value))

    ward = {"key": "kita", "label": {"ja": "北区"}}
    assert ("/parts/1/rows/fixed/1/key", "key_twice") in problems_of(rows({"fixed": [ward, ward]}))
    assert ("/parts/1/rows", "rows_both") in problems_of(rows({"fixed": [ward], "least": 1}))
    assert ("/parts/1/rows/least", "least_above_most") in problems_of(rows({"least": 5, "most": 2}))
    unseen = changed(lambda form: form["parts"][2].update(see=["asker"]))
    assert problems_of(unseen) == [("/parts/2/see", "fill_unseen")]
    same = changed(lambda form: form["parts"][2].update(key="basic"))
    assert problems_of(same) == [("/parts/2/key", "key_twice")]
    # A part cannot hang on what is asked inside it.
    inside = changed(lambda form: form["parts"][1].update(when="count(name) > 0"))
    assert ("/parts", "circular") in problems_of(inside)


def test_checks_that_make_no_sense():
    def check(**facts):
        one = {"key": "new", "expression": "held", "message": {"ja": "直してください。"}} | facts
        return changed(lambda form: form["checks"].append(one))

    assert problems_of(check(key="many")) == [("/checks/2/key", "key_twice")]
    assert problems_of(check(part="basic")) == [("/checks/2/part", "check_part")]
    assert problems_of(check(part="none")) == [("/checks/2/part", "check_part")]
    assert problems_of(check(fields=["nobody"])) == [("/checks/2/fields/0", "unknown_field")]
    assert problems_of(check(expression="women <= members")) == [
        ("/checks/2/expression", "expression_column")
    ]
    assert problems_of(check(expression="total")) == [("/checks/2/expression", "expression_result")]
    assert parse_definition(check(part="councils", expression="women <= members and total > 0"))


def test_everything_wrong_is_told_at_once():
    def spoil(form):
        form["parts"][0]["fields"][1]["when"] = "nobody"
        form["parts"][1]["fields"][3]["formula"] = "women / 0 +"
        form["checks"][0]["fields"] = ["gone"]

    assert len(problems_of(changed(spoil))) == 3


def test_fields_are_read_behind_what_they_hang_on():
    def turn(form):
        form["parts"][0]["fields"].reverse()

    order = [field.key for _part, field in in_order(parse_definition(changed(turn)))]
    assert order.index("held") < order.index("reason")
    assert order.index("held") < order.index("members") < order.index("total")
    assert set(order) == {field.key for _part, field in parse_definition(COUNCILS).fields()}


def test_a_circle_names_those_in_it():
    def circle(form):
        form["parts"][0]["fields"] += [
            {"key": "a", "label": {"ja": "あ"}, "type": "computed", "formula": "b + 1"},
            {"key": "b", "label": {"ja": "い"}, "type": "computed", "formula": "c"},
            {"key": "c", "label": {"ja": "う"}, "type": "integer", "when": "a > 1"},
        ]

    with pytest.raises(DefinitionError) as error:
        parse_definition(changed(circle))
    assert [one.params["keys"] for one in error.value.problems] == ["a → b → c → a"]


def test_a_long_chain_of_fields_is_no_problem():
    def chain(form):
        fields = [{"key": "x0", "label": {"ja": "0"}, "type": "integer"}]
        fields += [
            {"key": f"x{at}", "label": {"ja": str(at)}, "type": "computed", "formula": f"x{at - 1} + 1"}
            for at in range(1, 400)
        ]
        form["parts"].append({"key": "chain", "title": {"ja": "鎖"}, "fields": fields[::-1]})

    assert parse_definition(changed(chain))


@settings(max_examples=40, deadline=None)
@given(form_data())
def test_generated_forms_make_sense_and_keep_their_digest(data):
    before = copy.deepcopy(data)
    assert parse_definition(data).digest == parse_definition(json.loads(json.dumps(data))).digest
    assert data == before


def test_the_rich_sample_makes_sense():
    assert parse_definition(RICH)


def test_whole_numbers_may_be_written_with_a_point():
    def pointed(form):
        form["parts"][1]["fields"][3]["decimals"] = 1.0
        form["parts"][1]["rows"] = {"least": 1.0, "most": 10.0}

    form = parse_definition(changed(pointed))
    assert form.digest == parse_definition(COUNCILS).digest
    raw = {Address.of("held"): "yes", Address.of("members.1"): "3", Address.of("women.1"): "1"}
    assert read(form, raw).values[Address.of("share.1")] == Decimal("33.3")
    assert paper_page(form)["paper"].parts[1].rows
