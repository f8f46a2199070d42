"""A form as a web page: parts, fields, tables; what is wrong beside each field; the last return beside it.

It works without JavaScript: what is asked only under a condition stands folded, with the condition in words,
until the condition is true; rows are added and removed by buttons that send the page; nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jichi.sheets.definition import (
    Address,
    Definition,
    Field,
    FieldType,
    Filler,
    Part,
    Problem,
    Raw,
    Severity,
    Value,
    Values,
)
from jichi.sheets.reading import Look, look, rows_in
from jichi.sheets.typed import plain_key
from jichi.sheets.words import problem_sentence, problem_text

from .controls import Control, example_of, ident_of, make_control
from .marking import marked, marked_condition, marked_row, marked_value
from .posting import LESS, MORE, ROWS, is_open


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table part: head, hint, unit and condition."""

    label: Any
    hint: Any
    hint_id: str
    example: str
    example_id: str
    unit: Any
    optional: bool
    numeric: bool
    condition: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table part, with the name of the button that removes it ("" where it stays)."""

    key: str
    label: Any
    cells: tuple[Control, ...]
    remove: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """A part as the page shows it: plain fields or a table, to be filled or only to be read."""

    key: str
    ident: str
    title: Any
    hint: Any
    condition: Any
    folded: bool
    unfolded: bool
    editable: bool
    filled_by: str
    controls: tuple[Control, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    is_table: bool = False
    count_name: str = ""
    add: str = ""
    add_url: str = ""
    full: bool = False
    most: int = 0
    before: tuple[tuple[Any, ...], ...] = ()
    before_heads: tuple[Any, ...] = ()
    compared: bool = False
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """Everything that ``sheets/form.html`` shows."""

    title: Any
    purpose: Any
    parts: tuple[PartView, ...]
    errors: tuple[tuple[str, str], ...]
    warnings: tuple[tuple[str, str], ...]
    previous_note: str
    editable: bool


def form_page(
    definition: Definition,
    *,
    raw: Raw,
    problems: Sequence[Problem] = (),
    previous: Values | None = None,
    previous_note: str = "",
    fill: Filler = Filler.RESPONDENT,
    known: Values | None = None,
    rows: Mapping[str, int] | None = None,
    prefix: str = "a-",
    action: str = "",
    beside: Mapping[Address, Any] | None = None,
) -> dict[str, Any]:
    """The context of ``sheets/form.html``, to be included inside a form of the room that asks.

    ``problems`` stand in a summary and beside their fields; ``previous`` are the values of the last return
    and ``previous_note`` when that was; ``known`` are values of the parts that others fill; ``rows`` says how
    many rows each open part shows (:func:`.posting.row_counts`); ``action`` is the address the form is sent
    to, when that is not the page's own; ``beside`` is what the room itself has to say beside an answer (safe
    markup without controls that a form around it would send).
    """
    maker = _Maker(
        definition, raw, problems, previous or {}, fill, known or {}, rows or {}, prefix, action, beside or {}
    )
    parts = tuple(maker.part(part) for part in definition.parts if fill in part.see)
    return {
        "sheet": FormPage(
            title=marked(definition.title),
            purpose=marked(definition.purpose),
            parts=parts,
            errors=maker.summary(Severity.ERROR),
            warnings=maker.summary(Severity.WARNING),
            previous_note=previous_note,
            editable=any(part.editable for part in parts),
        )
    }


@dataclass
class _Maker:
    """One page in the making."""

    definition: Definition
    raw: Raw
    problems: Sequence[Problem]
    previous: Values
    fill: Filler
    known: Values
    counts: Mapping[str, int]
    prefix: str
    action: str
    beside: Mapping[Address, Any]
    seen: Look = field(init=False)

    def __post_init__(self) -> None:
        self.seen = look(self.definition, self.raw, fill=self.fill, known=self.known)
        self.shown: set[Address] = set()
        self.at: dict[Address, list[Problem]] = {}
        for problem in self.problems:
            for place in problem.places:
                self.at.setdefault(place, []).append(problem)

    # --- parts ------------------------------------------------------------------------------------
    def part(self, part: Part) -> PartView:
        """One part of the page."""
        editable = self.fill in part.fill
        facts: dict[str, Any] = {
            "key": part.key,
            "ident": f"{self.prefix}part-{part.key}",
            "title": marked(part.title),
            "hint": marked(part.hint),
            "condition": marked_condition(self.definition, part.when),
            "folded": part.key not in self.seen.parts,
            "editable": editable,
            "filled_by": "" if editable else self._filled_by(part),
        }
        if part.rows is not None:
            facts |= self._table(part, editable)
        else:
            facts["controls"] = tuple(self._control(part, one, "", editable) for one in part.fields)
        messages = tuple(self._part_messages(part))
        cells = [*facts.get("controls", ()), *(cell for row in facts.get("rows", ()) for cell in row.cells)]
        unfolded = bool(messages) or any(one.errors or one.warnings or one.text for one in cells)
        return PartView(**facts, messages=messages, unfolded=unfolded)

    def _filled_by(self, part: Part) -> str:
        names = {
            Filler.RESPONDENT: _("whoever answers"),
            Filler.CHECKER: _("whoever checks"),
            Filler.ASKER: _("whoever asked"),
        }
        return _(", ").join(names[one] for one in Filler if one in part.fill)

    def _table(self, part: Part, editable: bool) -> dict[str, Any]:
        assert part.rows is not None
        keys = self._row_keys(part, editable)
        opened = is_open(part) and editable
        rows = tuple(
            Row(
                key=row,
                label=marked_row(part, row),
                cells=tuple(self._control(part, one, row, editable) for one in part.fields),
                remove=f"{LESS}{part.key}.{row}" if opened and len(keys) > 1 else "",
            )
            for row in keys
        )
        heads, before = self._before(part) if is_open(part) else ((), ())
        return {
            "is_table": True,
            "columns": tuple(self._column(part, one) for one in part.fields),
            "rows": rows,
            "count_name": f"{self.prefix}{ROWS}{part.key}" if opened else "",
            "add": f"{MORE}{part.key}" if opened else "",
            "add_url": f"{self.action}#{self.prefix}part-{part.key}",
            "full": opened and len(keys) >= part.rows.most,
            "most": part.rows.most,
            "compared": any(cell.previous for row in rows for cell in row.cells),
            "before_heads": heads,
            "before": before,
        }

    def _row_keys(self, part: Part, editable: bool) -> tuple[str, ...]:
        standing = rows_in(part, self.raw if editable else self.known)
        if not is_open(part) or not editable:
            return standing
        assert part.rows is not None
        last = int(standing[-1]) if standing else 0
        least = max(part.rows.least, 1)
        # Rows that are blank but shown stay; more than the form takes are shown only where they are filled.
        shown = max(last, least, min(self.counts.get(part.key, 0), part.rows.most))
        return tuple(str(number) for number in range(1, shown + 1))

    def _column(self, part: Part, asked: Field) -> Column:
        return Column(
            label=marked(asked.label),
            hint=marked(asked.hint),
            hint_id=f"{self.prefix}{asked.key}--hint" if asked.hint else "",
            example=example_of(asked),
            example_id=f"{self.prefix}{asked.key}--example",
            unit=marked(asked.unit),
            optional=not asked.required and asked.type is not FieldType.COMPUTED,
            numeric=asked.is_number,
            condition=marked_condition(self.definition, asked.when),
        )

    # --- fields -----------------------------------------------------------------------------------
    def _control(self, part: Part, asked: Field, row: str, editable: bool) -> Control:
        address = Address(asked.key, row)
        self.shown.add(address)
        at = self.at.get(address, ()) if editable else ()
        value = self.seen.reading.values.get(address)
        return make_control(
            asked,
            address,
            prefix=self.prefix,
            text=self.raw.get(address, ""),
            value=marked_value(value, asked),
            editable=editable,
            in_table=part.rows is not None,
            asked=address in self.seen.asked,
            condition=marked_condition(self.definition, asked.when) if part.rows is None else "",
            previous=self._previous(part, asked, row),
            errors=tuple(self._sentences(at, Severity.ERROR)),
            warnings=tuple(self._sentences(at, Severity.WARNING)),
            aside=self.beside.get(address, ""),
        )

    def _sentences(self, problems: Iterable[Problem], severity: Severity) -> list[str]:
        found = [problem_sentence(one, self.definition) for one in problems if one.severity is severity]
        return list(dict.fromkeys(found))

    # --- the last return --------------------------------------------------------------------------
    def _previous(self, part: Part, asked: Field, row: str) -> Any:
        if not self.previous or not asked.compare_previous:
            return ""
        if is_open(part):
            # Rows of two years are the same only where their first column says so.
            row = self._row_before(part, row)
            if not row or asked is part.fields[0]:
                return ""
        return marked_value(self.previous.get(Address(asked.key, row)), asked)

    def _row_before(self, part: Part, row: str) -> str:
        first = part.fields[0]
        here = plain_key(self.raw.get(Address(first.key, row), ""))
        if not here or first.type is not FieldType.TEXT:
            return ""
        for old in rows_in(part, self.previous):
            value: Value = self.previous.get(Address(first.key, old))
            if isinstance(value, str) and plain_key(value) == here:
                return old
        return ""

    def _before(self, part: Part) -> tuple[tuple[Any, ...], tuple[tuple[Any, ...], ...]]:
        rows = rows_in(part, self.previous)
        fields = [one for one in part.fields if one.compare_previous]
        lines = tuple(
            tuple(marked_value(self.previous.get(Address(one.key, row)), one) or "—" for one in fields)
            for row in rows
        )
        return tuple(marked(one.label) for one in fields), lines

    # --- what is wrong ----------------------------------------------------------------------------
    def _part_messages(self, part: Part) -> list[str]:
        """Problems of the part that stand beside none of its controls: of a column, or of a row not shown."""
        keys = {one.key for one in part.fields}
        return [
            problem_text(problem, self.definition)
            for problem in self.problems
            if any(place.field in keys and place not in self.shown for place in problem.places)
        ]

    def summary(self, severity: Severity) -> tuple[tuple[str, str], ...]:
        """Every problem in words, with the address of its place on this page."""
        found: dict[tuple[str, str], None] = {}
        for problem in self.problems:
            if problem.severity is severity:
                found[problem_text(problem, self.definition), self._link(problem)] = None
        return tuple(found)

    def _link(self, problem: Problem) -> str:
        for place in problem.places:
            if place in self.shown:
                return f"#{ident_of(self.prefix, place)}"
        for place in problem.places:
            part, _field = self.definition.field(place.field)
            if self.fill in part.see:
                return f"#{self.prefix}part-{part.key}"
        return ""
