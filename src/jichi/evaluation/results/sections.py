"""A published sheet as its page shows it: the judgement with its reason, then all that the form asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.evaluation.fields import (
    ACCOMPLISHMENT,
    CONTRIBUTION,
    COSTS,
    CRITERIA,
    DIRECTION,
    MEASURE_DIRECTION,
    NUMBER_ACTUAL,
    NUMBER_NAME,
    NUMBER_TARGET,
    NUMBERS,
    PROGRESS,
    RESULT_STATE,
)
from jichi.evaluation.openness import is_public, public_fields
from jichi.sheets.definition import Address, Definition, Field, FieldType, Part, Value
from jichi.sheets.reading import from_json
from jichi.ui.content import chosen
from jichi.ui.numbers import format_value
from jichi.ui.states import State, state_mark
from jichi.ui.tables import Cell, Column, Table

from .words import (
    MISSING_ANSWER,
    answer,
    judgement,
    judgement_mark,
    number_or_dash,
    paragraphs,
    plain_answer,
    written,
)

JUDGED = (PROGRESS, ACCOMPLISHMENT, CONTRIBUTION, DIRECTION, MEASURE_DIRECTION)
_REASONS = ("{}_reason", "{}_text")
FEW_ROWS = 3
"""A table with as few rows as this, all named by the form, stands with its rows side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One judgement of a sheet: what it is called, what it is, and why."""

    label: SafeString
    mark: SafeString
    reason: SafeString | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the form with its answers: pairs of question and answer, or a table."""

    ident: str
    title: SafeString
    facts: Sequence[tuple[SafeString, SafeString]] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything of a sheet that its form asks."""

    judged: tuple[Judged, ...] = ()
    criteria: Table | None = None
    sections: tuple[Section, ...] = ()


def public_values(content: Mapping[str, Any], form: Definition | None) -> dict[Address, Value]:
    """The answers of an edition that everybody may see; none where its form is not held."""
    if form is None:
        return {}
    shown_to_all = public_fields(form)
    values = from_json(content.get("values") or {}, form)
    return {address: value for address, value in values.items() if address.field in shown_to_all}


def shown(content: Mapping[str, Any], form: Definition | None) -> Shown:
    """The sheet for its page. Nothing where the form is not held: without it the answers say nothing."""
    if form is None:
        return Shown()
    values = public_values(content, form)
    asked = {field.key: field for part, field in form.fields() if is_public(part)}
    judged, criteria, used = [], [], set()
    for key in JUDGED:
        if key in asked and asked[key].type is FieldType.CHOICE:
            judged.append(_judged(form, asked, values, key))
            used |= {key, *_reason_keys(asked, key)}
    for key in CRITERIA:
        if key in asked:
            criteria.append(_criterion(form, asked, values, key))
            used |= {key, *_reason_keys(asked, key)}
    promised = {str(one.get("name")): one for one in content.get("numbers") or []}
    sections = [
        section
        for part in form.parts
        if is_public(part) and (section := _section(part, values, used, promised)) is not None
    ]
    return Shown(
        judged=tuple(judged),
        criteria=_criteria_table(criteria) if criteria else None,
        sections=tuple(sections),
    )


def _reason_keys(asked: Mapping[str, Field], key: str) -> list[str]:
    return [name for form in _REASONS if (name := form.format(key)) in asked]


def _reason(asked: Mapping[str, Field], values: Mapping[Address, Value], key: str) -> str:
    found = (values.get(Address(name)) for name in _reason_keys(asked, key))
    return next((str(text) for text in found if text), "")


def _judged(
    form: Definition, asked: Mapping[str, Field], values: Mapping[Address, Value], key: str
) -> Judged:
    reason = _reason(asked, values, key)
    return Judged(
        label=chosen(asked[key].label).html,
        mark=judgement_mark(form, key, str(values.get(Address(key)) or "")),
        reason=paragraphs(reason) if reason else None,
    )


def _criterion(
    form: Definition, asked: Mapping[str, Field], values: Mapping[Address, Value], key: str
) -> list[Any]:
    reason = _reason(asked, values, key)
    return [
        chosen(asked[key].label).html,
        judgement(form, key, str(values.get(Address(key)) or "")),
        paragraphs(reason) if reason else MISSING_ANSWER,
    ]


def _criteria_table(rows: Sequence[Sequence[Any]]) -> Table:
    return Table(
        caption=_("The criteria one by one"),
        columns=[Column(_("Criterion"), head=True), Column(_("Judgement")), Column(_("Reason"))],
        rows=rows,
        phone="cards",
        ident="criteria",
        hide_caption=True,
    )


Promised = Mapping[str, Mapping[str, Any]]
"""The plan's yearly numbers by name, each with the comparator of its target."""


def _section(
    part: Part, values: Mapping[Address, Value], used: set[str], promised: Promised
) -> Section | None:
    fields = [field for field in part.fields if field.key not in used]
    given = any(address.field == field.key for field in fields for address in values)
    if not fields or (part.when and not given):
        return None
    title = chosen(part.title).html
    ident = f"part-{part.key}"
    if part.rows is None:
        facts = [
            (chosen(one.label).html, answer(values.get(Address(one.key)), one))
            for one in fields
            if not one.when or Address(one.key) in values
        ]
        return Section(ident=ident, title=title, facts=facts) if facts else None
    rows = _rows_in(part, values)
    if _stands_side_by_side(part):
        table = _side_by_side(part, rows, values)
    else:
        table = _lined(part, rows, values, promised if part.key == NUMBERS else {})
    return Section(ident=ident, title=title, table=table)


def _rows_in(part: Part, values: Mapping[Address, Value]) -> tuple[str, ...]:
    """The rows the form names, or those in which something stands, in their order."""
    if part.rows is not None and part.rows.fixed:
        return tuple(row.key for row in part.rows.fixed)
    keys = {field.key for field in part.fields if field.type is not FieldType.COMPUTED}
    found = {address.row for address in values if address.field in keys and address.row}
    return tuple(sorted(found, key=lambda row: (len(row), row)))


def _stands_side_by_side(part: Part) -> bool:
    return part.rows is not None and 0 < len(part.rows.fixed) <= FEW_ROWS


def _row_title(part: Part, row: str) -> SafeString:
    fixed = part.rows.fixed if part.rows is not None else ()
    label = next((one.label for one in fixed if one.key == row), None)
    return chosen(label).html if label is not None else SafeString(row)


def _side_by_side(part: Part, rows: Sequence[str], values: Mapping[Address, Value]) -> Table:
    """Few named rows as columns: an estimate beside what was settled."""
    named = [one.key for one in part.rows.fixed] if part.rows is not None else list(rows)
    titles = format_html_join(" / ", "{}", ((_row_title(part, row),) for row in named))
    return Table(
        # Its region may not be called the same as the section it stands in.
        caption=format_html(_("{label} ({row})"), label=chosen(part.title).html, row=titles),
        columns=[
            Column(_("Item"), head=True),
            *(Column(_row_title(part, row), numeric=True) for row in named),
        ],
        rows=[
            [
                chosen(field.label).html,
                *(Cell(answer(values.get(Address(field.key, row)), field)) for row in named),
            ]
            for field in part.fields
        ],
        note=_("Sums as the sheet computes them. A dash means that nothing was given: it is not nought.")
        if part.key == COSTS
        else "",
        ident=f"table-{part.key}",
        hide_caption=True,
    )


def _lined(part: Part, rows: Sequence[str], values: Mapping[Address, Value], promised: Promised) -> Table:
    """A row for each row. Numbers of a year get a mark where both target and actual are there."""
    has_fixed = part.rows is not None and bool(part.rows.fixed)
    columns = [Column(chosen(one.label).html, numeric=one.is_number) for one in part.fields]
    if has_fixed:
        columns.insert(0, Column(_("Row"), head=True))
    elif columns:
        columns[0] = Column(chosen(part.fields[0].label).html, head=True)
    lines = []
    for row in rows:
        line: list[Any] = [_cell(values.get(Address(one.key, row)), one) for one in part.fields]
        if promised:
            line.append(_standing_of(row, values, promised))
        lines.append([_row_title(part, row), *line] if has_fixed else line)
    if promised:
        columns.append(Column(_("Reached or not")))
    return Table(
        caption=chosen(part.title).html,
        columns=columns,
        rows=lines,
        phone="cards",
        ident=f"table-{part.key}",
        hide_caption=True,
        note="" if lines else _("Nothing was entered here."),
    )


def _standing_of(row: str, values: Mapping[Address, Value], promised: Promised) -> SafeString | str:
    """How a reported number stands against its target, read as the plan's own comparator says."""
    one = promised.get(str(values.get(Address(NUMBER_NAME, row)) or ""), {})
    target, actual = (values.get(Address(key, row)) for key in (NUMBER_TARGET, NUMBER_ACTUAL))
    return _standing(
        target if isinstance(target, Decimal) else None,
        actual if isinstance(actual, Decimal) else None,
        str(one.get("comparator") or "none"),
    )


def _cell(value: Value, field: Field) -> SafeString:
    if field.key == RESULT_STATE and value:
        return judgement_mark(field, field.key, str(value))
    return answer(value, field)


def numbers_table(content: Mapping[str, Any]) -> Table | None:
    """The yearly numbers against their targets, as the plan promised and as they were measured."""
    numbers = content.get("numbers") or []
    if not numbers:
        return None
    return Table(
        caption=_("Numbers against their targets"),
        columns=[
            Column(_("Yearly number"), head=True),
            Column(_("Target"), numeric=True),
            Column(_("Actual"), numeric=True),
            Column(_("Reached or not")),
        ],
        rows=[_number_cells(one) for one in numbers],
        phone="cards",
        ident="numbers",
        hide_caption=True,
    )


def _number_cells(one: Mapping[str, Any]) -> list[Cell]:
    target, actual = number_or_dash(one.get("target")), number_or_dash(one.get("actual"))
    unit, comparator = str(one.get("unit") or ""), str(one.get("comparator") or "none")
    decimals = one.get("decimals")
    language = written("x").html_lang

    def said(value: Decimal | None, how: str = "none") -> Cell:
        if value is None:
            return Cell(MISSING_ANSWER)
        return Cell(
            format_value(value, unit, decimals=decimals, comparator=how), language=language if unit else ""
        )

    note = str(one.get("note") or "")
    return [
        Cell(written(str(one.get("name") or "")).html, note=written(note).html if note else ""),
        said(target, comparator),
        said(actual),
        Cell(_standing(target, actual, comparator)),
    ]


def _standing(target: Decimal | None, actual: Decimal | None, comparator: str) -> SafeString | str:
    """Reached or not; nothing where the target does not say at least or at most."""
    if actual is None:
        return state_mark(State.NOT_LOADED, word=_("no value"))
    if target is None or comparator not in ("ge", "le"):
        return MISSING_ANSWER
    reached = actual >= target if comparator == "ge" else actual <= target
    return state_mark(State.MET) if reached else state_mark(State.BELOW, word=_("Not reached"))


def has_numbers_part(form: Definition | None) -> bool:
    """Whether the form itself asks for the yearly numbers."""
    if form is None:
        return False
    keys = {field.key for part, field in form.fields() if part.key == NUMBERS}
    return {NUMBER_TARGET, NUMBER_ACTUAL} <= keys


def texts_of(content: Mapping[str, Any], form: Definition | None) -> dict[Address, tuple[Field, str]]:
    """Every public answer as plain words in the form's own language, to be compared with another edition."""
    if form is None:
        return {}
    values = public_values(content, form)
    fields = {field.key: field for _part, field in form.fields()}
    return {
        address: (fields[address.field], plain_answer(value, fields[address.field]))
        for address, value in values.items()
    }
