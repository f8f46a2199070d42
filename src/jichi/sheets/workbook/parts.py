"""One part of a form as a sheet: lines of questions, or a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.utility import xl_col_to_name

from jichi.sheets.definition import Address, Field, FieldType, Raw, Value, Values
from jichi.sheets.typed import read_one
from jichi.sheets.words import say

from .formulas import Formulas
from .layout import (
    ANSWER,
    COLUMN_ANCHOR,
    HEAD,
    LABEL,
    ROW_ANCHOR,
    SECTION,
    SHEET_ANCHOR,
    SheetPlan,
    Slot,
    field_lines,
)
from .page import UNASKED_COLOUR, Page, lines_of, number_format, width_of
from .validation import Validator, condition_words

_LABEL_WIDTH, _REQUIRED_WIDTH, _ANSWER_WIDTH, _LONG_WIDTH, _HINT_WIDTH = 30, 12, 26, 40, 38
_PORTRAIT_WIDTH = 100
"""Columns that stay readable on an upright A4 page."""
_SMALL = 1.15
"""How much more of the small type goes into a line."""
_COLUMN_WIDTHS: Mapping[FieldType, float] = {
    FieldType.TEXT: 22,
    FieldType.LONG_TEXT: 36,
    FieldType.DATE: 13,
    FieldType.FISCAL_YEAR: 12,
    FieldType.YES_NO: 10,
    FieldType.CHOICES: 12,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What stands in the sheets as they go out: what was typed so far, computed values, the return before."""

    raw: Raw
    computed: Values
    previous: Values


class PartWriter:
    """Writes the sheet of a plan. ``title`` is the form's, for the foot of each printed page.

    In a volume, ``heading`` says above every sheet whose it is, and ``section`` marks it.
    """

    def __init__(
        self,
        plan: SheetPlan,
        page: Page,
        filling: Filling,
        *,
        formulas: Formulas,
        validator: Validator,
        title: str,
        heading: str = "",
        section: str = "",
    ) -> None:
        self.heading, self.section = heading, section
        self.plan, self.page, self.filling = plan, page, filling
        self.formulas, self.validator, self.title = formulas, validator, title
        self.language, self.styles, self.sheet = page.language, page.styles, page.sheet
        self.labels: dict[str, str] = {}
        self.has_unasked = False

    def write(self) -> None:
        """Write the whole sheet."""
        plan, page = self.plan, self.page
        repeats = plan.part.rows is not None
        if repeats:
            self._table_head()
        else:
            self._plain_head()
        for slot in plan.slots:
            self._answer(slot)
        if plan.is_filled:
            self._checks()
        if not repeats:
            self._plain_lines()
        else:
            self._table_lines()
        self._anchors()
        self._title()
        page.protect()
        page.printed(
            self.title, is_wide=self._total_width() > _PORTRAIT_WIDTH, heads=(plan.head, plan.first - 1)
        )
        self.sheet.print_area(0, 1, plan.first + len(plan.down) - 1, plan.last_column)
        self.sheet.freeze_panes(plan.first, 2)
        self.sheet.ignore_errors({"number_stored_as_text": self._whole_range()})
        self.sheet.hide_gridlines(2)

    def _whole_range(self) -> str:
        last = xl_col_to_name(self.plan.last_column)
        return f"A1:{last}{self.plan.first + len(self.plan.down) + 1}"

    # --- what is hidden ---------------------------------------------------------------------------------
    def _anchors(self) -> None:
        plan, page = self.plan, self.page
        self.sheet.set_column(0, 0, 2, None, {"hidden": True})
        self.sheet.set_row(0, None, None, {"hidden": True})
        mark = SECTION + self.section if self.section else ""
        page.anchor(0, 0, SHEET_ANCHOR + plan.part.key + mark)
        if not plan.is_filled:
            return
        page.anchor(0, 1, COLUMN_ANCHOR + LABEL)
        page.anchor(plan.head, 0, ROW_ANCHOR + HEAD)
        rows = {slot.down: slot.row for slot in plan.slots}
        columns = {slot.across: slot.column for slot in plan.slots}
        for name, row in rows.items():
            page.anchor(row, 0, ROW_ANCHOR + name)
        for name, column in columns.items():
            page.anchor(0, column, COLUMN_ANCHOR + name)

    # --- what stands above ------------------------------------------------------------------------------
    def _title(self) -> None:
        plan, page = self.plan, self.page
        width = min(self._total_width(), 110)
        title = f"{self.heading}　{say(plan.part.title, self.language)}".strip()
        page.text(1, 1, title, self.styles(bold=True, font_size=14))
        row = 2
        if plan.part.hint:
            hint = say(plan.part.hint, self.language)
            page.across(row, 1, self._last_within(width), hint, self.styles.text(), width)
            row += 1
        page.across(
            row, 1, self._last_within(width), self._note(), self.styles.text(font_color="#333333"), width
        )

    def _note(self) -> str:
        if not self.plan.is_filled:
            return _("Shown for information: others fill in this sheet.")
        if all(slot.is_computed for slot in self.plan.slots):
            return _("Nothing is filled in here: all values are computed.")
        note = _("Fill in the framed cells with a light yellow ground; all others are locked.")
        if self.plan.part.when or self.has_unasked:
            note += " " + _("A cell that turns dark grey is not asked for: leave it empty.")
        return note

    def _widths(self) -> dict[int, float]:
        if self.plan.part.rows is None:
            return self._plain_widths()
        return self._table_widths()

    def _total_width(self) -> float:
        return sum(self._widths().values())

    def _last_within(self, width: float) -> int:
        """The last column over which a line of words stretches."""
        taken = 0.0
        for column, one in sorted(self._widths().items()):
            taken += one
            if taken >= width:
                return column
        return self.plan.last_column

    # --- a part without rows ----------------------------------------------------------------------------
    def _plain_widths(self) -> dict[int, float]:
        answer = self.plan.slots[0].column
        is_long = any(field.type is FieldType.LONG_TEXT for field in self.plan.part.fields)
        widths: dict[int, float] = {1: _LABEL_WIDTH, 2: _REQUIRED_WIDTH}
        widths |= {answer: _LONG_WIDTH if is_long else _ANSWER_WIDTH, answer + 1: 8}
        if self.plan.previous:
            widths[self.plan.previous[ANSWER]] = 18
        return {**widths, self.plan.last_column: _HINT_WIDTH}

    def _plain_head(self) -> None:
        plan, page = self.plan, self.page
        head = self.styles.label(bold=True, bg_color="#E3E8EF", align="center")
        words = {
            1: pgettext("workbook", "Question"),
            2: pgettext("workbook", "Required?"),
            plan.slots[0].column: pgettext("workbook", "Answer"),
            plan.slots[0].column + 1: _("Unit"),
            plan.last_column: _("How to answer"),
        }
        if plan.previous:
            words[plan.previous[ANSWER]] = _("Previous return")
        for column, width in self._plain_widths().items():
            self.sheet.set_column(column, column, width)
            page.text(plan.head, column, words[column], head)
        self.sheet.set_row(plan.head, 24)
        self.labels[ANSWER] = words[plan.slots[0].column]

    def _plain_lines(self) -> None:
        plan = self.plan
        rows = {line.name: slot.row for line, slot in zip(plan.down, plan.slots, strict=True)}
        for field in plan.part.fields:
            for place, (_option, line) in enumerate(field_lines(field, self.language)):
                self._plain_line(field, line.label, rows[line.name], is_first=place == 0)

    def _plain_line(self, field: Field, label: str, row: int, *, is_first: bool) -> None:
        plan, page, styles = self.plan, self.page, self.styles
        hint = self._hint(field, Address(field.key)) if is_first else ""
        page.text(row, 1, label, styles.label())
        required = self._required(field)
        page.text(row, 2, required, styles.quiet(align="center", font_size=9))
        page.text(row, plan.slots[0].column + 1, say(field.unit, self.language), styles.quiet())
        page.text(row, plan.last_column, hint, styles.quiet(font_size=9))
        if plan.previous:
            value = self.filling.previous.get(Address(field.key)) if is_first else None
            self._previous(row, plan.previous[ANSWER], field, value)
        high = max(
            lines_of(label, _LABEL_WIDTH),
            lines_of(hint, _HINT_WIDTH * _SMALL),
            lines_of(required, _REQUIRED_WIDTH * _SMALL),
        )
        self.sheet.set_row(row, max(120.0 if field.type is FieldType.LONG_TEXT else 24.0, 6 + 16.0 * high))

    # --- a part with rows -------------------------------------------------------------------------------
    def _table_widths(self) -> dict[int, float]:
        plan = self.plan
        longest = max((width_of(line.label) for line in plan.down), default=0)
        widths: dict[int, float] = {1: min(30, max(8, longest + 3))}
        for slot in plan.slots[: len(plan.across)]:
            widths[slot.column] = self._table_width(slot.field)
        for column in plan.previous.values():
            widths[column] = 12
        return widths

    def _table_width(self, field: Field) -> float:
        if field.type is FieldType.CHOICE:
            labels = [width_of(say(one.label, self.language)) for one in field.choices]
            return min(32, max([12, *(label + 4 for label in labels)]))
        return _COLUMN_WIDTHS.get(field.type, 14)

    def _table_head(self) -> None:
        plan, page, styles = self.plan, self.page, self.styles
        assert plan.part.rows is not None
        bold = styles.label(bold=True, bg_color="#E3E8EF", align="center")
        small = styles.quiet(font_size=9, align="center")
        first = pgettext("workbook", "Row") if plan.part.rows.fixed else pgettext("workbook", "No.")
        for row, words in zip(range(plan.head, plan.first), (first, "", ""), strict=False):
            page.text(row, 1, words, bold if row == plan.head else small)
        for slot, line in zip(plan.slots[: len(plan.across)], plan.across, strict=True):
            self._table_column(slot, line.label, bold, small)
        for key, column in plan.previous.items():
            field = next(field for field in plan.part.fields if field.key == key)
            label = say(field.label, self.language)
            page.text(plan.head, column, _("Previous: %(question)s") % {"question": label}, bold)
            page.text(plan.head + 1, column, say(field.unit, self.language), small)
            if plan.first - plan.head > 2:
                page.text(plan.head + 2, column, "", small)
        widths = self._table_widths()
        for column, width in widths.items():
            self.sheet.set_column(column, column, width)
        self._table_heights(widths)

    def _table_column(self, slot: Slot, label: str, bold: object, small: object) -> None:
        plan, field = self.plan, slot.field
        unit = say(field.unit, self.language)
        required = self._required(field)
        words = _("%(required)s, in %(unit)s") % {"required": required, "unit": unit} if unit else required
        self.page.text(plan.head, slot.column, label, bold)
        self.page.text(plan.head + 1, slot.column, words, small)
        if plan.first - plan.head > 2:
            # Over the first choice only, and once for the column, not in every row.
            is_first = not slot.option or slot.option == field.choices[0].key
            words = self._hint(field, slot.address) if is_first else ""
            self.page.text(plan.head + 2, slot.column, words, small)

    def _table_heights(self, widths: Mapping[int, float]) -> None:
        plan = self.plan
        labels = [
            lines_of(line.label, widths[slot.column])
            for slot, line in zip(plan.slots[: len(plan.across)], plan.across, strict=True)
        ]
        labels += [
            lines_of(_("Previous: %(question)s") % {"question": say(field.label, self.language)}, 12)
            for field in plan.part.fields
            if field.key in plan.previous
        ]
        self.sheet.set_row(plan.head, min(150, 8 + 17 * max(labels, default=1)))
        self.sheet.set_row(plan.head + 1, 30)
        if plan.first - plan.head > 2:
            hints = [
                lines_of(self._hint(slot.field, slot.address), widths[slot.column] * _SMALL)
                for slot in plan.slots[: len(plan.across)]
            ]
            self.sheet.set_row(plan.head + 2, min(220, 6 + 14 * max(hints, default=1)))

    def _table_lines(self) -> None:
        plan = self.plan
        is_long = any(field.type is FieldType.LONG_TEXT for field in plan.part.fields)
        for place, line in enumerate(plan.down):
            row = plan.first + place
            self.page.text(row, 1, line.label, self.styles.label())
            for key, column in plan.previous.items():
                field = next(field for field in plan.part.fields if field.key == key)
                self._previous(row, column, field, self.filling.previous.get(Address(key, line.name)))
            self.sheet.set_row(row, 60 if is_long else max(22, 6 + 16 * lines_of(line.label, 28)))

    # --- one answer -------------------------------------------------------------------------------------
    def _answer(self, slot: Slot) -> None:
        field, page = slot.field, self.page
        style = self.styles.answer(field, is_open=self.plan.is_filled)
        if slot.is_computed:
            self._computed(slot, style)
            return
        text = self.filling.raw.get(slot.address, "")
        if slot.option:
            chosen, _misread = read_one(field, text)
            is_marked = isinstance(chosen, tuple) and slot.option in chosen
            page.text(slot.row, slot.column, self.validator.mark if is_marked else "", style)
        else:
            page.typed(slot.row, slot.column, field, text, style, is_own=not self.plan.is_filled)
        if self.plan.is_filled and (formula := self.formulas.unasked(self.plan, slot)):
            self.has_unasked = True
            grey = {"bg_color": UNASKED_COLOUR}
            self.sheet.conditional_format(
                slot.row, slot.column, slot.row, slot.column,
                {"type": "formula", "criteria": formula, "format": self.validator.format(grey)},
            )  # fmt: skip

    def _checks(self) -> None:
        """One check for each line of questions; in a table one for each column."""
        repeats = self.plan.part.rows is not None
        last = self.plan.first + len(self.plan.down) - 1
        for slot in self.plan.slots[: len(self.plan.across)] if repeats else self.plan.slots:
            if not slot.is_computed:
                self.validator.check(self.page, slot, last if repeats else slot.row)

    def _computed(self, slot: Slot, style: object) -> None:
        value = self.filling.computed.get(slot.address)
        formula = self.formulas.computed(self.plan, slot)
        shown = float(str(value)) if value is not None else ""
        if formula:
            self.sheet.write_formula(slot.row, slot.column, formula, style, shown)
        else:
            self.sheet.write_blank(slot.row, slot.column, None, style)

    def _previous(self, row: int, column: int, field: Field, value: Value) -> None:
        align = "right" if field.is_number else "left"
        style = self.styles.quiet(num_format=number_format(field), align=align)
        self.page.value(row, column, field, value, style)

    def _required(self, field: Field) -> str:
        if field.type is FieldType.COMPUTED:
            return pgettext("workbook", "Computed")
        if not field.required:
            return pgettext("workbook", "Optional")
        if field.when or self.plan.part.when:
            return _("Required if asked")
        if field.type is FieldType.CHOICES:
            return _("Choose at least one")
        return pgettext("workbook", "Required")

    def _hint(self, field: Field, address: Address) -> str:
        pieces = [say(field.hint, self.language)]
        if field.type is FieldType.COMPUTED:
            slot = next(slot for slot in self.plan.slots if slot.address == address)
            is_here = bool(self.formulas.computed(self.plan, slot))
            pieces.append(
                _("Computed by itself.") if is_here else _("Computed after the workbook is returned.")
            )
        elif self.plan.is_filled:
            pieces += condition_words(field)
        return "\n".join(filter(None, pieces))
