"""The first sheet: what is asked and why, until when, how to fill it in, what is still open in each sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.utility import xl_range_abs

from jichi.sheets.definition import FieldType

from .envelope import Cover, Envelope
from .layout import COVER, SHEET_ANCHOR, SheetPlan
from .page import Page

_TERM_WIDTH, _TEXT_WIDTH, _COUNT_WIDTH = 18, 62, 16


def write_cover(page: Page, cover: Cover, envelope: Envelope, plans: Sequence[SheetPlan]) -> None:
    """Write the cover. ``plans`` are the sheets behind it."""
    row = begin(page, cover)
    row = how_to(page, row + 1, cover)
    row = _sheets(page, row + 1, plans)
    issued = _("Issued %(day)s, form version %(version)s, for %(respondent)s.") % {
        "day": envelope.issued_at[:10],
        "version": envelope.form_version,
        "respondent": envelope.respondent_name or envelope.respondent,
    }
    finish(page, cover, row, issued)


def begin(page: Page, cover: Cover) -> int:
    """Title and terms. Gives the row behind them, as all of these do."""
    sheet, styles = page.sheet, page.styles
    sheet.set_column(0, 0, 2, None, {"hidden": True})
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_column(1, 1, _TERM_WIDTH)
    sheet.set_column(2, 2, _TEXT_WIDTH)
    sheet.set_column(3, 3, _COUNT_WIDTH)
    page.anchor(0, 0, SHEET_ANCHOR + COVER)
    page.across(1, 1, 3, cover.title, styles.text(bold=True, font_size=16), 70)
    row = 3
    for term, words in _terms(cover):
        _line(page, row, term, words)
        row += 1
    return row


def finish(page: Page, cover: Cover, row: int, issued: str) -> None:
    """The last line, protection and print set-up."""
    page.across(row + 1, 1, 3, issued, page.styles.text(font_size=9, font_color="#555555"), 96)
    page.protect()
    page.printed(cover.title, is_wide=False, heads=None)
    page.sheet.print_area(0, 1, row + 1, 3)
    page.sheet.hide_gridlines(2)


def _terms(cover: Cover) -> Iterator[tuple[str, str]]:
    terms = [
        (_("What and why"), cover.purpose),
        (pgettext("workbook", "As of"), cover.as_of),
        (_("Answer by"), cover.due),
        (_("Who answers"), cover.respondent),
        (_("Who asks"), cover.asker),
        (_("How to return it"), cover.how_to_return),
    ]
    yield from ((term, words) for term, words in terms if words)


def _line(page: Page, row: int, term: str, words: str) -> None:
    page.text(row, 1, term, page.styles.label(bold=True, bg_color="#E3E8EF"))
    page.across(row, 2, 3, words, page.styles.label(), _TEXT_WIDTH + _COUNT_WIDTH)


def how_to(page: Page, row: int, cover: Cover) -> int:
    """How to fill it in, step by step."""
    page.text(row, 1, _("How to fill it in"), page.styles(bold=True, font_size=12))
    steps = [
        _("Write only into the framed cells with a light yellow ground. Leave empty what is not known."),
        _("Write numbers as numbers: no unit, no “about”. Full-width digits are read as well."),
        _("Do not merge cells, and do not delete rows, columns or sheets. Rows you insert are not read."),
        _("What stands in other cells, in cell comments and in sheets you add is not read."),
        _("Save it as .xlsx and without a password."),
        *cover.notes,
    ]
    for number, step in enumerate(steps, start=1):
        page.across(row + number, 1, 3, f"{number}. {step}", page.styles.text(), 96)
    return row + len(steps) + 1


def _sheets(page: Page, row: int, plans: Sequence[SheetPlan]) -> int:
    head = page.styles.label(bold=True, bg_color="#E3E8EF", align="center")
    page.text(row, 1, pgettext("workbook", "Sheet"), head)
    page.text(row, 2, pgettext("workbook", "What it is"), head)
    page.text(row, 3, _("Required, still empty"), head)
    page.sheet.set_row(row, 34)
    for number, plan in enumerate(plans, start=1):
        _sheet_line(page, row + number, plan, number)
    return row + len(plans) + 1


def _sheet_line(page: Page, row: int, plan: SheetPlan, number: int) -> None:
    link = page.styles.label(font_color="#0017C1", underline=1)
    quoted = plan.name.replace("'", "''")
    page.text(row, 1, str(number), page.styles.label(align="center"))
    if not plan.is_filled:
        what = _("“%(sheet)s”: for information, not to be filled in") % {"sheet": plan.name}
    elif plan.part.rows is not None and not plan.part.rows.fixed:
        what = _("“%(sheet)s”: a table with up to %(rows)s rows") % {
            "sheet": plan.name,
            "rows": plan.part.rows.most,
        }
    elif plan.part.rows is not None:
        what = _("“%(sheet)s”: a table") % {"sheet": plan.name}
    else:
        what = _("“%(sheet)s”: questions") % {"sheet": plan.name}
    page.sheet.write_url(row, 2, f"internal:'{quoted}'!A1", link, what)
    page.own[what] = None
    page.sheet.set_row(row, 22)
    still_empty(page, row, [plan])


def still_empty(page: Page, row: int, plans: Sequence[SheetPlan]) -> None:
    """How many required answers are still empty in these sheets."""
    style = page.styles.label(align="center")
    counts = [
        "COUNTBLANK('{}'!{})".format(plan.name.replace("'", "''"), one)
        for plan in plans
        for one in _required_ranges(plan)
    ]
    if counts:
        page.sheet.write_formula(row, 3, f"={'+'.join(counts)}", style, "")
    else:
        page.text(row, 3, "－", style)


def _required_ranges(plan: SheetPlan) -> list[str]:
    """The cells that must be filled whatever the other answers are; open rows are not known beforehand."""
    rows = plan.part.rows
    if not plan.is_filled or plan.part.when or (rows is not None and not rows.fixed):
        return []
    slots = plan.slots if rows is None else plan.slots[: len(plan.across)]
    last = plan.first + len(plan.down) - 1
    return [
        xl_range_abs(slot.row, slot.column, slot.row if rows is None else last, slot.column)
        for slot in slots
        if slot.field.required and not slot.field.when and slot.field.type is not FieldType.CHOICES
    ]
