"""Old answers in a newer form: what goes over, what is listed, and that the draft is sound."""

from __future__ import annotations

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.sheets.carrying import carry_over, carry_typed
from jichi.sheets.definition import Address, FieldType
from jichi.sheets.parsing import parse_definition
from jichi.sheets.reading import raw_of, read
from tests.sheets.samples import RICH, changed
from tests.sheets.strategies import answers, forms

A = Address.of
OLD = parse_definition(RICH)
VALUES = read(
    OLD,
    {
        A("year"): "2024",
        A("as_of"): "2025-04-01",
        A("made"): "yes",
        A("languages"): "en\nother",
        A("other_language"): "タガログ語",
        A("way"): "agency",
        A("paper.1"): "ガイド",
        A("copies.1"): "1200",
        A("cost.1"): "12.5",
        A("placed.kita"): "10",
        A("placed.umi"): "20",
    },
).values


def moved(change):
    """What goes over and what is left, after a change to the form."""
    data = copy.deepcopy(RICH)
    change({field["key"]: field for part in data["parts"] for field in part["fields"]}, data)
    carried = carry_over(VALUES, OLD, parse_definition(data))
    return carried.raw, {str(one.address): one.reason for one in carried.left}


def test_the_same_form_takes_everything():
    raw, left = moved(lambda fields, form: None)
    assert (raw, left) == (raw_of(VALUES, OLD), {})


def test_types_that_fit_go_over():
    def change(fields, form):
        fields["other_language"]["type"] = "long_text"
        fields["copies"].update(type="decimal", decimals=1)
        fields["as_of"].update(type="text")
        fields["way"].update(type="choices")

    raw, left = moved(change)
    assert left == {}
    assert (raw[A("as_of")], raw[A("way")], raw[A("copies.1")]) == ("2025-04-01", "agency", "1200")


def test_types_that_do_not_fit_are_listed():
    def change(fields, form):
        fields["as_of"].update(type="fiscal_year")
        fields["cost"].update(type="integer")
        fields["cost"].pop("decimals")
        fields["copies"].update(most=1000)

    _raw, left = moved(change)
    assert left == {"as_of": "other_type", "cost.1": "unreadable", "copies.1": "unreadable"}


def test_fields_and_rows_that_went_are_listed():
    def change(fields, form):
        form["parts"][0]["fields"] = [
            one for one in form["parts"][0]["fields"] if one["key"] != "other_language"
        ]
        wards = next(part for part in form["parts"] if part["key"] == "wards")
        wards["rows"]["fixed"] = [row for row in wards["rows"]["fixed"] if row["key"] != "umi"]

    raw, left = moved(change)
    assert left == {"other_language": "no_field", "placed.umi": "no_row"}
    assert raw[A("placed.kita")] == "10"


def test_what_the_new_form_computes_is_listed_but_a_computed_value_is_not_missed():
    def change(fields, form):
        fields["cost"].pop("decimals")
        fields["cost"].update(type="computed", formula="copies / 2", when="made")
        fields["spent"].update(type="integer")
        fields["spent"].pop("formula")

    _raw, left = moved(change)
    assert left == {"cost.1": "computed"}


def test_a_choice_with_another_key_is_known_by_its_label():
    def change(fields, form):
        fields["way"]["choices"][1]["key"] = "firm"
        fields["languages"]["choices"][4]["key"] = "others"
        fields["other_language"]["when"] = 'has(languages, "others")'

    raw, left = moved(change)
    assert (raw[A("way")], raw[A("languages")], left) == ("firm", "en\nothers", {})


def test_a_choice_becomes_a_text_by_its_label():
    def change(fields, form):
        fields["way"].update(type="text")
        fields["way"].pop("choices")

    raw, _left = moved(change)
    assert raw[A("way")] == "委託"


def test_a_number_in_another_unit_is_another_number():
    def change(fields, form):
        fields["cost"]["unit"] = {"ja": "千円"}
        fields["copies"]["unit"] = {"ja": " 部 ", "en": "copies"}

    raw, left = moved(change)
    assert left == {"cost.1": "other_unit"}
    assert raw[A("copies.1")] == "1200"


def test_yes_and_no_become_words():
    def change(fields, form):
        fields["made"]["type"] = "text"
        for one in [*form["parts"], *fields.values()]:
            one.pop("when", None)

    raw, _left = moved(change)
    assert raw[A("made")] == "はい"


def test_several_choices_do_not_become_one():
    def change(fields, form):
        fields["languages"]["type"] = "choice"
        fields["languages"]["choices"].append({"key": "enother", "label": {"ja": "両方"}})
        fields["other_language"].pop("when")

    _raw, left = moved(change)
    assert left == {"languages": "unreadable"}


def test_what_was_only_typed_goes_over_as_it_was_typed():
    typed = {
        A("year"): "おととし",
        A("made"): "no",
        A("paper.2"): "ガイド",
        A("copies.2"): "約100",
        A("office_code"): "x",
    }
    data = copy.deepcopy(RICH)
    fields = {field["key"]: field for part in data["parts"] for field in part["fields"]}
    fields["year"]["key"] = "fiscal"
    fields["office_code"].update(type="integer")
    fields["office_code"].pop("pattern")
    carried = carry_typed(typed, OLD, parse_definition(data))
    # The table is not asked while nothing was made; what stands in it is not lost for that.
    assert carried.raw == {A("made"): "no", A("paper.2"): "ガイド", A("copies.2"): "約100"}
    assert {(str(one.address), one.text, one.reason) for one in carried.left} == {
        ("year", "おととし", "no_field"),
        ("office_code", "x", "other_type"),
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms().flatmap(lambda form: st.tuples(st.just(form), answers(form))), forms())
def test_every_old_answer_goes_over_or_is_listed(pair, new):
    old, raw = pair
    values = read(old, raw).values
    carried = carry_over(values, old, new)
    computed = {field.key for _part, field in old.fields() if field.type is FieldType.COMPUTED}
    given_ = {address for address in values if address.field not in computed}
    assert set(carried.raw) | {one.address for one in carried.left} == given_
    assert not set(carried.raw) & {one.address for one in carried.left}
    # What went over is readable; only rows and conditions may yet be wanting.
    misread = {problem.code for problem in read(new, carried.raw).problems} - {"required", "check"}
    assert misread <= {"not_asked", "rows_least", "rows_most"}


def test_the_sample_helper_changes_a_copy():
    assert changed(lambda form: form.clear()) == {}
