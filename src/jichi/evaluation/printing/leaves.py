"""One sheet as a leaf: the judgement first, then what the form asks, in the form's own order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jichi.evaluation import fields
from jichi.sheets.definition import TEXTS, Address, Definition, Field, FieldType, Part, Rows, Value, Values
from jichi.sheets.reading import from_json, rows_in
from jichi.sheets.words import part_title, row_label, say, value_words
from jichi.ui import numbers
from jichi.ui.paper.document import Block, Column, Facts, Heading, Judgement, Leaf, Note, Table, Text

from .graded import grade_blocks

DASH = "-"
"""What an empty cell says on a sheet: nothing is known, which is not zero."""

ROMAN = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ")
_ROMAN = frozenset({fields.DIRECTION, fields.MEASURE_DIRECTION})
_REASONS = ("_reason", "_text")
_LONG = 40
_FEW = 4

_SHARES = {
    FieldType.LONG_TEXT: 6,
    FieldType.TEXT: 3,
    **dict.fromkeys((FieldType.INTEGER, FieldType.DECIMAL, FieldType.COMPUTED), 1),
}

FIRST = (fields.PROGRESS, fields.ACCOMPLISHMENT)


def leaf_of(content: Mapping[str, Any], definition: Definition) -> Leaf:
    """The leaf of an edition's content, in the language in force.

    ``content`` is what :mod:`jichi.evaluation.content` describes, ``definition`` its form's.
    """
    values = from_json(content["values"], definition)
    node = content["node"]
    first = next((key for key in FIRST if values.get(Address(key)) is not None), "")
    return Leaf(
        title=f"{node['code']} {node['name']}",
        code=node["code"],
        place=" › ".join(f"{one['code']} {one['name']}" for one in node["path"]),
        mark=mark_of(first, values.get(Address(first))) if first else DASH,
        blocks=tuple(_blocks(content, definition, values, first)),
    )


def lacking_note() -> str:
    """What is said at the foot of a sheet in which a character could not be printed."""
    return _("〓 stands for a character that the typeface lacks; the web page shows it.")


def mark_of(key: str, value: Value) -> str:
    """A judgement's mark as it is printed: a direction by its Roman number."""
    if value is None:
        return DASH
    text = str(value)
    if key in _ROMAN and text.isdigit() and 1 <= int(text) <= len(ROMAN):
        return ROMAN[int(text) - 1]
    return text


def meaning_of(asked: Field, value: Value) -> str:
    """What the form says the mark means, without the mark itself where the form's words begin with it."""
    if value is None:
        return _("Not judged")
    return without_mark(value_words(value, asked), mark_of(asked.key, value))


def without_mark(label: str, mark: str) -> str:
    """A choice's label without the mark it begins with: the mark stands beside it already."""
    rest = label.removeprefix(mark)
    return rest.lstrip(" 　:：.") if rest and rest != label and not rest[0].isalnum() else label


def _blocks(
    content: Mapping[str, Any], definition: Definition, values: Values, first: str
) -> Iterator[Block]:
    node, cycle = content["node"], content["cycle"]
    yield Facts(
        rows=[
            (_("Evaluation"), cycle["title"]),
            (_("Fiscal year"), numbers.fiscal_year(cycle["fiscal_year"])),
            (_("Department"), " ".join(filter(None, (node["ward"], node["department"]))) or DASH),
        ]
    )
    if first:
        yield from _judgement(definition, values, first)
    yield from grade_blocks(content["grades"])
    told = {first, *_reason_keys(definition, first)}
    for part in definition.parts:
        yield from _part(part, definition, values, told)
    yield from _projects(content["projects"])
    yield from _finance(content["finance"])
    form = content["form"]
    said = {"form": say(definition.title), "number": form["number"], "digest": form["digest"][:12]}
    yield Note(text=_("Form: %(form)s, version %(number)s (%(digest)s)") % said)


def _reason_keys(definition: Definition, key: str) -> list[str]:
    known = {field.key for _part, field in definition.fields()}
    return [key + end for end in _REASONS if key + end in known]


def _judgement(definition: Definition, values: Values, key: str) -> Iterator[Block]:
    _part, asked = definition.field(key)
    value = values.get(Address(key))
    reasons = [values.get(Address(one)) for one in _reason_keys(definition, key)]
    yield Judgement(
        label=say(asked.label),
        mark=mark_of(key, value),
        meaning=meaning_of(asked, value),
        reason="\n".join(str(text) for text in reasons if text),
    )


def _part(part: Part, definition: Definition, values: Values, told: set[str]) -> Iterator[Block]:
    asked = [field for field in part.fields if field.key not in told]
    if part.rows is not None:
        block = _table(part, part.rows, values)
        if block is not None:
            yield Heading(text=part_title(part))
            yield block
        return
    found = list(_single(asked, definition, values, told))
    if found:
        yield Heading(text=part_title(part))
        yield from found


def _single(
    asked: Sequence[Field], definition: Definition, values: Values, told: set[str]
) -> Iterator[Block]:
    short: list[tuple[str, str]] = []
    for field in asked:
        if field.key in told:
            continue
        value = values.get(Address(field.key))
        if field.key in fields.JUDGEMENTS:
            if short:
                yield Facts(rows=short)
                short = []
            told.update(_reason_keys(definition, field.key))
            yield from _judgement(definition, values, field.key)
        elif field.type is FieldType.LONG_TEXT or (field.type in TEXTS and len(str(value or "")) > _LONG):
            if short:
                yield Facts(rows=short)
                short = []
            yield Text(label=say(field.label), text=words_of(value, field))
        else:
            short.append((say(field.label), words_of(value, field)))
    if short:
        yield Facts(rows=short)


def words_of(value: Value, field: Field) -> str:
    """An answer as it is printed, with its unit; "-" where there is none."""
    if value is None or value == "" or value == ():
        return DASH
    if isinstance(value, Decimal) and field.is_number:
        return numbers.with_unit(_number(value, field), say(field.unit))
    return value_words(value, field)


def _number(value: Decimal, field: Field) -> str:
    return numbers.format_number(value, field.decimals if field.type is FieldType.COMPUTED else None)


def _table(part: Part, rows: Rows, values: Values) -> Table | None:
    keys = rows_in(part, values)
    if not keys:
        return None
    if rows.fixed and len(keys) <= _FEW and len(part.fields) > len(keys):
        return _turned(part, keys, values)
    columns = [
        *([Column(head="", share=2)] if rows.fixed else []),
        *(
            Column(head=_head(field), number=field.is_number, share=_SHARES.get(field.type, 2))
            for field in part.fields
        ),
    ]
    body = [
        [
            *([row_label(part, key)] if rows.fixed else []),
            *(_cell(values.get(Address(field.key, key)), field) for field in part.fields),
        ]
        for key in keys
    ]
    return Table(columns=columns, rows=body, heads=1 if rows.fixed else 0)


def _turned(part: Part, keys: Sequence[str], values: Values) -> Table:
    """Few rows of many fields, turned, so that the figures of one field stand side by side."""
    return Table(
        columns=[
            Column(head="", share=2),
            *(Column(head=row_label(part, key), number=True) for key in keys),
        ],
        rows=[
            [_head(field), *(_cell(values.get(Address(field.key, key)), field) for key in keys)]
            for field in part.fields
        ],
        heads=1,
    )


def _head(field: Field) -> str:
    unit = say(field.unit)
    return f"{say(field.label)}（{unit}）" if unit else say(field.label)


def _cell(value: Value, field: Field) -> str:
    if value is None or value == "" or value == ():
        return DASH
    return (
        _number(value, field) if isinstance(value, Decimal) and field.is_number else value_words(value, field)
    )


def _projects(projects: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    if not projects:
        return
    yield Heading(text=_("Projects of this measure"))
    yield Table(
        columns=[
            Column(head=_("Code"), share=0),
            Column(head=_("Project"), share=3),
            Column(head=_("Accomplishment"), share=1),
        ],
        rows=[[one["code"], one["name"], str(one["accomplishment"] or DASH)] for one in projects],
    )


def _finance(lines: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    if not lines:
        return
    yield Heading(text=_("Lines of the budget"))
    yield Table(
        columns=[
            Column(head=_("Code"), share=0),
            Column(head=pgettext("budget", "Line"), share=3),
            Column(head=_("Share"), number=True),
            Column(head=_("Estimate (yen)"), number=True),
            Column(head=_("Settled (yen)"), number=True),
        ],
        rows=[
            [
                one["code"],
                one["name"],
                numbers.with_unit(numbers.format_number(Decimal(one["percent"])), "%"),
                *(yen(one[kind]) for kind in ("estimate", "settled")),
            ]
            for one in lines
        ],
    )


def yen(amount: int | str | None) -> str:
    """An amount of money; "-" where there is none."""
    return DASH if amount is None else numbers.format_number(Decimal(amount), 0)
