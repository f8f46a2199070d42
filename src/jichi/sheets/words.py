"""The words for what stands in a form: labels in the reader's language, problems, values as one reads it."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jichi.ui import numbers

from .definition import Address, Definition, Field, FieldType, Part, Problem, Raw, Text, Value
from .parsing import DefinitionError, DefinitionProblem
from .typed import NO, YES

__all__ = [
    "EXAMPLES",
    "definition_messages",
    "definition_problem_text",
    "part_title",
    "place_label",
    "problem_sentence",
    "problem_text",
    "row_label",
    "said",
    "say",
    "typed_differences",
    "typed_words",
    "value_words",
]

BASE = "ja"

EXAMPLES: Mapping[FieldType, str] = {
    FieldType.DATE: "2025-04-01, R7.4.1",
    FieldType.FISCAL_YEAR: "2025, R7",
}
"""How answers may be written whose form is not plain from the question."""

_SENTENCES: Mapping[str, str] = {
    "required": gettext_noop("This is not answered yet. Fill it in."),
    "required_number": gettext_noop("This is not answered yet. Fill it in; where there was none, write 0."),
    "text_most": gettext_noop(
        "The text has %(length)s characters. Shorten it to %(most)s characters or fewer."
    ),
    "text_least": gettext_noop("The text has %(length)s characters. Write %(least)s characters or more."),
    "pattern": gettext_noop("“%(text)s” is not written in the form asked for. Write it as the hint says."),
    "not_number": gettext_noop("“%(text)s” is not a number. Write only digits, as in 1234."),
    "number_long": gettext_noop("The number has too many digits. Write %(most)s digits or fewer."),
    "computed_long": gettext_noop(
        "The result has more than %(most)s digits. Check the numbers that it is computed from."
    ),
    "not_whole": gettext_noop("“%(text)s” is not a whole number. Write it without a fraction."),
    "decimals": gettext_noop(
        "“%(text)s” has too many digits after the point. Round it to %(decimals)s digits after the point."
    ),
    "number_range": gettext_noop(
        "%(number)s does not lie between %(least)s and %(most)s. Check the number and correct it."
    ),
    "number_least": gettext_noop("%(number)s is below %(least)s. Check the number and correct it."),
    "number_most": gettext_noop("%(number)s is above %(most)s. Check the number and correct it."),
    "not_date": gettext_noop("“%(text)s” is not a date. Write it as in %(example)s."),
    "not_fiscal_year": gettext_noop("“%(text)s” is not a fiscal year. Write it as in %(example)s."),
    "not_yes_no": gettext_noop("“%(text)s” says neither yes nor no. Choose one of the two."),
    "not_choice": gettext_noop("“%(text)s” is not one of the choices. Choose from: %(choices)s."),
    "rows_most": gettext_noop(
        "The table “%(part)s” has %(count)s rows filled in, but takes %(most)s at most. Remove rows."
    ),
    "rows_least": gettext_noop(
        "The table “%(part)s” has %(count)s rows filled in, but needs at least %(least)s. Fill in more rows."
    ),
    "not_asked": gettext_noop(
        "Because of another answer this is not asked, so what is written here will not be kept."
        " Empty it, or correct the other answer."
    ),
    "unknown_place": gettext_noop("This form has no place “%(place)s”. “%(text)s” was not taken in."),
}


def said(text: Text, language: str | None = None) -> tuple[str, str]:
    """The words in the reader's language and the language they are in (Japanese where it has none)."""
    wanted = numbers.current_language(language)
    for code in (wanted, wanted.partition("-")[0]):
        if code in text:
            return text[code], code
    return text[BASE], BASE


def say(text: Text | None, language: str | None = None) -> str:
    """The words in the reader's language, else in Japanese; "" for none."""
    return said(text, language)[0] if text is not None else ""


def part_title(part: Part, language: str | None = None) -> str:
    """A part's title."""
    return say(part.title, language)


def row_label(part: Part, row: str, language: str | None = None) -> str:
    """What a row is called: the form's own name for it, or its number."""
    if part.rows is None or not row:
        return ""
    for fixed in part.rows.fixed:
        if fixed.key == row:
            return say(fixed.label, language)
    with _in(language):
        return _("row %(number)s") % {"number": row}


def place_label(definition: Definition, address: Address, language: str | None = None) -> str:
    """The field's label, with that of its row, and of its part where another field has the same label."""
    try:
        part, field = definition.field(address.field)
    except KeyError:
        return str(address)
    label, code = said(field.label, language)
    same = sum(one.label.get(code, one.label[BASE]) == label for _part, one in definition.fields())
    with _in(language):
        if same > 1:
            label = _("%(part)s: %(label)s") % {"part": part_title(part, language), "label": label}
        row = row_label(part, address.row, language)
        return _("%(label)s (%(row)s)") % {"label": label, "row": row} if row else label


def problem_text(problem: Problem, definition: Definition, language: str | None = None) -> str:
    """The whole message: which field (and row), what is wrong, and how to mend it."""
    sentence = problem_sentence(problem, definition, language)
    if not problem.places or problem.code in {"rows_most", "rows_least"}:
        return sentence
    with _in(language):
        places = _(", ").join(place_label(definition, place, language) for place in problem.places)
        return _("%(place)s: %(sentence)s") % {"place": places, "sentence": sentence}


def problem_sentence(problem: Problem, definition: Definition, language: str | None = None) -> str:
    """What is wrong and how to mend it, to stand beside the field itself."""
    if problem.message is not None:
        return say(problem.message, language)
    params = dict(problem.params or {})
    code = problem.code
    place = problem.places[0] if problem.places else None
    with _in(language):
        if place is not None:
            part, field = definition.field(place.field)
            if code == "required" and field.is_number:
                code = "required_number"
            params["part"] = part_title(part, language)
            params["choices"] = _(", ").join(say(one.label, language) for one in field.choices)
            params["example"] = EXAMPLES.get(field.type, "")
        return _(_SENTENCES[code]) % params


def value_words(value: Value, field: Field, language: str | None = None) -> str:
    """A value as people read it: with its unit, a date written out, the labels of choices; "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        with _in(language):
            return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        if field.type is FieldType.FISCAL_YEAR:
            return numbers.fiscal_year(int(value), language, style="short")
        decimals = field.decimals if field.type is FieldType.COMPUTED else None
        return numbers.format_value(value, say(field.unit, language), decimals=decimals, language=language)
    if isinstance(value, tuple):
        with _in(language):
            return _(", ").join(_choice_label(field, key, language) for key in value)
    if field.type is FieldType.DATE:
        return numbers.format_date(datetime.date.fromisoformat(value), language)
    return _choice_label(field, value, language) if field.type is FieldType.CHOICE else value


def typed_words(definition: Definition, address: Address, text: str) -> str:
    """What was typed, as people read it: choices by their labels, digits in one width."""
    plain = text.strip()
    try:
        _part, field = definition.field(address.field)
    except KeyError:
        return plain
    if field.is_number:
        return unicodedata.normalize("NFKC", plain)
    labels = {choice.key: say(choice.label) for choice in field.choices}
    if field.type is FieldType.YES_NO:
        labels = {YES: _("Yes"), NO: _("No")}
    return _(", ").join(labels.get(key, key) for key in plain.splitlines()) if labels else plain


def typed_differences(definition: Definition, theirs: Raw, mine: Raw) -> list[dict[str, str]]:
    """Where a colleague's answers differ from those typed: ``label``, ``theirs``, ``mine``."""
    found = []
    for address in sorted({*theirs, *mine}):
        one, other = (typed_words(definition, address, raw.get(address, "")) for raw in (theirs, mine))
        if one != other:
            found.append({"label": place_label(definition, address), "theirs": one, "mine": other})
    return found


def _choice_label(field: Field, key: str, language: str | None) -> str:
    return next((say(one.label, language) for one in field.choices if one.key == key), key)


def _in(language: str | None) -> translation.override:
    """In this language; None: in the reader's."""
    return translation.override(language or translation.get_language() or BASE)


# --- what is wrong with a definition ------------------------------------------------------------------------
_DEFINITION: Mapping[str, str] = {
    "shape": gettext_noop("does not have the published form: %(detail)s"),
    "key_twice": gettext_noop("the key “%(key)s” is used twice; give another one"),
    "key_reserved": gettext_noop("the key “%(key)s” is a word of the expressions; give another one"),
    "fill_unseen": gettext_noop("somebody may fill the part but not see it; name them under “see” as well"),
    "rows_both": gettext_noop("rows are either named, or counted by “least” and “most”; take one away"),
    "least_above_most": gettext_noop("“least” is above “most”"),
    "formula_missing": gettext_noop("the computed field “%(key)s” has no formula"),
    "formula_unused": gettext_noop("only a computed field has a formula"),
    "computed_required": gettext_noop("a computed field cannot be required: nobody fills it"),
    "not_for_type": gettext_noop("a field of type %(type)s has no “%(name)s”"),
    "length": gettext_noop("the length of a text is a whole number from 0 to %(most)s"),
    "too_large": gettext_noop(
        "with all rows the form has %(count)s answers, but a page takes %(most)s at most;"
        " split it into several forms"
    ),
    "too_many_choices": gettext_noop(
        "with all rows the form offers %(count)s choices, but a page holds %(most)s at most;"
        " ask for a text where there are hundreds to choose from"
    ),
    "too_slow": gettext_noop(
        "the expressions take too long to compute over full tables; compute a sum once, in a field of its own"
    ),
    "pattern": gettext_noop("the pattern cannot be read, or is no part of what patterns may say: %(detail)s"),
    "choices_missing": gettext_noop("the field “%(key)s” lets one choose, but has no choices"),
    "label_twice": gettext_noop("the label “%(label)s” could mean two choices; word one of them differently"),
    "label_lines": gettext_noop("the label of a choice is one line"),
    "circular": gettext_noop("fields wait for each other in a circle: %(keys)s"),
    "check_part": gettext_noop("a check over rows needs a part that repeats; “%(part)s” is none"),
    "unknown_field": gettext_noop("there is no field “%(key)s”"),
    "expression_empty": gettext_noop("the expression is empty"),
    "expression_long": gettext_noop("the expression is longer than %(most)s characters"),
    "expression_deep": gettext_noop("the expression is nested deeper than %(most)s levels"),
    "expression_syntax": gettext_noop("the expression cannot be read: %(text)s"),
    "expression_node": gettext_noop("the expression uses something it may not: %(node)s"),
    "expression_number": gettext_noop("“%(number)s” is no number as expressions write it (12 or 0.5)"),
    "expression_name": gettext_noop("“%(name)s” is no key: small letters, digits and _ only"),
    "expression_function": gettext_noop("there is no function “%(function)s”"),
    "expression_arguments": gettext_noop(
        "the function “%(function)s” takes %(fewest)s to %(most)s values, and round a small whole number"
    ),
    "expression_unknown_name": gettext_noop("the expression names “%(name)s”, which is no field"),
    "expression_column": gettext_noop(
        "“%(name)s” has a value in each row; say sum(%(name)s), count(%(name)s), min or max"
    ),
    "expression_kind": gettext_noop("“%(expression)s” is not of the kind needed here (%(kind)s)"),
    "expression_result": gettext_noop("the expression comes to %(kind)s, but %(wanted)s is needed"),
}


def definition_problem_text(problem: DefinitionProblem) -> str:
    """Where in the definition, and what is wrong there."""
    sentence = _(_DEFINITION[problem.code]) % problem.params
    return f"{problem.pointer or '/'}: {sentence}"


def definition_messages(error: DefinitionError) -> list[str]:
    """All problems of a definition in words."""
    return [definition_problem_text(problem) for problem in error.problems]
