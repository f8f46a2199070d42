"""A form on paper: blank to be written on, or filled in to be kept. Readable in black and white, on A4."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from jichi.sheets.definition import (
    Address,
    Definition,
    Field,
    FieldType,
    Filler,
    Part,
    Raw,
    Values,
)
from jichi.sheets.reading import Look, look, rows_in
from jichi.sheets.typed import read_one

from .marking import marked, marked_condition, marked_row, marked_value
from .posting import is_open

BLANK_ROWS = 6
"""Lines of a table whose number of rows is the respondent's, where the form allows as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperHead:
    """What stands over the questions: whom it goes back to and by when, who answers, the receipt number.

    Empty lines are printed to be written on.
    """

    return_to: str = ""
    due: str = ""
    respondent: str = ""
    reference: str = ""
    as_of: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperField:
    """One question. ``kind``: ``boxes`` to tick, ``line``, ``lines``, ``number``, or ``computed``."""

    number: str
    kind: str
    label: Any
    hint: Any
    unit: Any
    how: str
    condition: Any
    previous: Any
    text: Any
    blank: str
    boxes: tuple[tuple[bool, Any], ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPart:
    """A block of the paper: questions one below the other, or a table to be written in."""

    number: int
    key: str
    title: Any
    hint: Any
    condition: Any
    office: bool
    fields: tuple[PaperField, ...]
    is_table: bool = False
    rows: tuple[tuple[Any, tuple[PaperField, ...]], ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A whole form on paper."""

    title: Any
    purpose: Any
    head: PaperHead
    parts: tuple[PaperPart, ...]
    version: str
    previous_note: str
    filled: bool


@dataclass(frozen=True)
class _Writer:
    definition: Definition
    raw: Raw
    seen: Look
    previous: Values
    fill: Filler

    def part(self, number: int, part: Part) -> PaperPart:
        """One block."""
        facts: dict[str, Any] = {}
        if part.rows is not None:
            keys = self._row_keys(part)
            facts = {
                "is_table": True,
                "rows": tuple(
                    (marked_row(part, row), tuple(self._field(part, one, row, "") for one in part.fields))
                    for row in keys
                ),
                "more": is_open(part) and part.rows.most > len(keys),
            }
        return PaperPart(
            number=number,
            key=part.key,
            title=marked(part.title),
            hint=marked(part.hint),
            condition=marked_condition(self.definition, part.when),
            office=Filler.RESPONDENT not in part.fill,
            fields=tuple(
                self._field(part, one, "", f"{number}-{place}")
                for place, one in enumerate(part.fields, start=1)
            ),
            **facts,
        )

    def _row_keys(self, part: Part) -> tuple[str, ...]:
        standing = rows_in(part, self.raw)
        if not is_open(part):
            return standing
        assert part.rows is not None
        last = int(standing[-1]) if standing else 0
        blank = min(BLANK_ROWS, part.rows.most) if not self.raw else max(part.rows.least, 1)
        return tuple(str(number) for number in range(1, max(last, blank, part.rows.least) + 1))

    def _field(self, part: Part, asked: Field, row: str, number: str) -> PaperField:
        address = Address(asked.key, row)
        typed = self.raw.get(address, "")
        value = self.seen.reading.values.get(address)
        if value is None and typed:
            value, _misread = read_one(asked, typed)
        return PaperField(
            number=number,
            kind=_kind(asked),
            label=marked(asked.label),
            hint=marked(asked.hint),
            unit=marked(asked.unit),
            how=_how(asked),
            condition=marked_condition(self.definition, asked.when),
            previous=self._previous(part, asked, row),
            text=_written(asked, value, typed) if self.raw else "",
            blank=_blank(asked),
            boxes=_boxes(asked, value),
            optional=not asked.required and asked.type is not FieldType.COMPUTED,
        )

    def _previous(self, part: Part, asked: Field, row: str) -> Any:
        if not self.previous or not asked.compare_previous or is_open(part):
            return ""
        return marked_value(self.previous.get(Address(asked.key, row)), asked)


def paper_page(
    definition: Definition,
    *,
    raw: Raw | None = None,
    head: PaperHead | None = None,
    previous: Values | None = None,
    previous_note: str = "",
    fill: Filler = Filler.RESPONDENT,
    known: Values | None = None,
    version: str = "",
) -> dict[str, Any]:
    """The context of ``sheets/paper.html``: the form as an A4 page, blank or with what is in ``raw``.

    Conditions stand in words; a box is ticked where an answer stands. ``version`` is printed at the foot, so
    that paper that comes back late is known for what it is.
    """
    typed = raw or {}
    seen = look(definition, typed, fill=fill, known=known)
    writer = _Writer(definition, typed, seen, previous or {}, fill)
    parts = [part for part in definition.parts if fill in part.see]
    return {
        "paper": Paper(
            title=marked(definition.title),
            purpose=marked(definition.purpose),
            head=head or PaperHead(),
            parts=tuple(writer.part(number, part) for number, part in enumerate(parts, start=1)),
            version=version,
            previous_note=previous_note,
            filled=bool(typed),
        )
    }


def _kind(asked: Field) -> str:
    match asked.type:
        case FieldType.CHOICE | FieldType.CHOICES | FieldType.YES_NO:
            return "boxes"
        case FieldType.INTEGER | FieldType.DECIMAL | FieldType.FISCAL_YEAR | FieldType.DATE:
            return "number"
        case FieldType.LONG_TEXT:
            return "lines"
        case FieldType.COMPUTED:
            return "computed"
    return "line"


def _how(asked: Field) -> str:
    match asked.type:
        case FieldType.CHOICES:
            return _("Tick all that apply.")
        case FieldType.CHOICE | FieldType.YES_NO:
            return _("Tick one.")
        case FieldType.COMPUTED:
            return _("Is computed; leave empty.")
    return ""


def _blank(asked: Field) -> str:
    """What helps to write into an empty line."""
    if asked.type is FieldType.DATE:
        return _("      (year)    (month)    (day)")
    return _("fiscal year      ") if asked.type is FieldType.FISCAL_YEAR else ""


def _boxes(asked: Field, value: Any) -> tuple[tuple[bool, Any], ...]:
    if asked.type is FieldType.YES_NO:
        return ((value is True, _("Yes")), (value is False, _("No")))
    chosen = value if isinstance(value, tuple) else (value,)
    return tuple((one.key in chosen, marked(one.label)) for one in asked.choices)


def _written(asked: Field, value: Any, typed: str) -> Any:
    """What is written into the line: the number without its unit, which is printed; else what was typed."""
    if value is None:
        return typed.strip()
    return marked_value(value, replace(asked, unit=None) if asked.is_number else asked)
