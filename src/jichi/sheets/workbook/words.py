"""What is wrong with a returned workbook, in sentences: where it is, what it is, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jichi.sheets.definition import Definition, Problem
from jichi.sheets.words import problem_text

from .binding import WorkbookReading
from .problems import WorkbookProblem

_FILES: Mapping[str, str] = {
    "empty_file": gettext_noop("The file is empty. Save the workbook again and send it once more."),
    "too_big": gettext_noop(
        "The file is larger than %(most)s MB. Take out pictures and sheets you added, and send it once more."
    ),
    "encrypted": gettext_noop(
        "The file is protected by a password, so it cannot be read. Open it, take the password away"
        " (File, Info, Protect Workbook), save it and send it once more."
    ),
    "xls": gettext_noop(
        "The file is in the old .xls format. Open it, save it as “Excel workbook (.xlsx)” and send that."
    ),
    "ods": gettext_noop(
        "The file is in the OpenDocument format (.ods). Save it as “Excel workbook (.xlsx)” and send that."
    ),
    "xlsb": gettext_noop(
        "The file is in the binary .xlsb format. Save it as “Excel workbook (.xlsx)” and send that."
    ),
    "csv": gettext_noop(
        "The file holds plain text, not a workbook, whatever its name says. Send the workbook itself (.xlsx)."
    ),
    "not_xlsx": gettext_noop("The file is no Excel workbook. Send the workbook you were given (.xlsx)."),
    "damaged": gettext_noop(
        "The file is damaged and cannot be read. Open it in Excel, save it under another name and send that."
    ),
    "entities": gettext_noop(
        "The file holds declarations that no spreadsheet program writes; it was not opened."
        " Copy your answers into a new copy of the workbook and send that."
    ),
    "too_large_inside": gettext_noop(
        "The file holds far more than a form can hold; it was not opened."
        " Copy your answers into a new copy of the workbook and send that."
    ),
    "no_envelope": gettext_noop(
        "This is not a workbook that was made here, or its hidden sheet was lost when sheets were copied into"
        " another file. Copy your answers into the workbook you were given and send that."
    ),
    "envelope_changed": gettext_noop(
        "What the workbook says of itself (form, addressee) was changed, so it cannot be relied on."
        " Download the workbook again and copy your answers into it."
    ),
    "envelope_other_format": gettext_noop(
        "The workbook was made by another version of this system."
        " Download the workbook again and copy your answers into it."
    ),
    "text_too_long": gettext_noop(
        "%(place)s: the text is too long for a cell of a workbook. Answer on the page instead."
    ),
    "form_too_large": gettext_noop(
        "The form has more answers than fit into a workbook. Answer on the page instead."
    ),
    "other_form": gettext_noop(
        "This is the workbook of another form (“%(title)s”). Send the workbook of this one."
    ),
    "other_respondent": gettext_noop(
        "This workbook was made for “%(theirs)s”, not for “%(ours)s”. Nothing was taken in."
        " Send the workbook that was made for “%(ours)s”."
    ),
    "other_inquiry": gettext_noop(
        "This workbook belongs to “%(theirs)s”, issued on %(issued)s, not to “%(ours)s”. Nothing was taken"
        " in. Download the workbook of this inquiry and copy your answers into it."
    ),
    "other_asking": gettext_noop(
        "This workbook was made for another request of “%(title)s”, issued on %(issued)s. Nothing was taken"
        " in. Download the workbook of this one and copy your answers into it."
    ),
    "older_version": gettext_noop(
        "This workbook has an older version of the form (version %(version)s, issued on %(issued)s)."
        " Nothing was taken in. Download the present one and copy your answers into it."
    ),
    "other_version": gettext_noop(
        "This workbook has a version of the form that is not the one asked for (issued on %(issued)s)."
        " Nothing was taken in. Download the present one and copy your answers into it."
    ),
    "macros": gettext_noop(
        "The workbook contains macros. They were not run, and only the answers were read."
    ),
    "binding_lost": gettext_noop(
        "The hidden sheet of the workbook is missing. The answers were found by their labels, but whether"
        " something stands outside of the answer cells could not be checked. Compare them before you hand in."
    ),
}

_PLACES: Mapping[str, str] = {
    # sheets and lines
    "sheet_missing": gettext_noop(
        "the sheet is missing. Download the workbook again and copy your answers into it."
    ),
    "sheet_twice": gettext_noop(
        "this sheet is a copy of “%(first)s”, so it is not clear which one counts. Delete one of the two."
    ),
    "part_hidden": gettext_noop("the sheet is hidden; its answers were read all the same."),
    "row_missing": gettext_noop(
        "the row of “%(label)s” is missing. Undo the deletion, or copy your answers into a new copy."
    ),
    "column_missing": gettext_noop(
        "the column of “%(label)s” is missing. Undo the deletion, or copy your answers into a new copy."
    ),
    "labels_missing": gettext_noop(
        "the column with the questions is missing. Undo the deletion, or copy your answers into a new copy."
    ),
    "heads_missing": gettext_noop(
        "the row with the headings is missing. Undo the deletion, or copy your answers into a new copy."
    ),
    "anchor_twice": gettext_noop(
        "“%(label)s” is there twice (also at %(first)s), so it is not clear which one counts."
        " Delete the row or column that was copied."
    ),
    "anchor_clash": gettext_noop(
        "several questions stand in one line, so it is not clear whose the answer is."
        " Copy your answers into a new copy of the workbook."
    ),
    "label_changed": gettext_noop(
        "the label was changed from “%(expected)s” to “%(found)s”, so the answer may be to another question."
        " Write “%(expected)s” there again."
    ),
    "label_removed": gettext_noop(
        "the label “%(expected)s” was removed, so the answer may be to another question."
        " Write it there again."
    ),
    "label_of_other": gettext_noop(
        "“%(found)s” stands where “%(expected)s” should; rows or columns were sorted or moved in part."
        " Bring them back in order, or copy your answers into a new copy."
    ),
    "found_by_label": gettext_noop(
        "hidden marks were lost; some answers were found by their labels only (%(labels)s). Compare them."
    ),
    "merged": gettext_noop(
        "the cells %(area)s are merged, so it is not clear whose the answer is. Unmerge them and write each"
        " answer into its own cell."
    ),
    "merged_with_blank": gettext_noop("the cells %(area)s were merged; the answer was read from the first."),
    # what stands in an answer's cell
    "error_value": gettext_noop("the cell shows the error %(found)s. Write the value itself."),
    "formula": gettext_noop("the cell has a formula (%(formula)s); its value %(found)s was read. Check it."),
    "formula_without_value": gettext_noop(
        "the cell has a formula (%(formula)s) whose result is not stored. Write the value itself, or open the"
        " workbook in Excel, save it and send it once more."
    ),
    "date_in_number": gettext_noop(
        "the cell holds a date or a time (%(found)s) where a number is asked for; the program probably"
        " changed what was typed. Set the cell's format to “Number” and write the number again."
    ),
    "number_in_date": gettext_noop(
        "%(found)s is no date. Write it as in 2025/4/1, or as text as in 令和7年4月1日."
    ),
    "serial_read": gettext_noop("the number %(found)s was read as the date %(read)s. Check it."),
    "percent_read": gettext_noop("the cell is formatted as a percentage; %(read)s was read. Check it."),
    "percent_cell": gettext_noop(
        "the cell is formatted as a percentage, but the answer is not in percent."
        " Set the cell's format to “Number” and write the number again."
    ),
    "date_in_text": gettext_noop(
        "the program had made a date or time of the text; %(read)s was read. Check it."
    ),
    "mark_unclear": gettext_noop("“%(found)s” is no mark. Write ○ where the choice applies, else nothing."),
    "computed_overwritten": gettext_noop(
        "%(found)s was written over a formula. It is not read: this value is computed from the answers."
    ),
    # what stands elsewhere
    "added_row": gettext_noop(
        "“%(found)s” stands in a row that is not the form's, so it would be lost."
        " Write it into one of the form's rows, or delete it."
    ),
    "outside": gettext_noop("“%(found)s” stands outside of the answer cells and was not read."),
    "outside_more": gettext_noop("%(count)s more texts stand outside of the answer cells and were not read."),
    "note": gettext_noop("the comment “%(found)s” on this cell was not read."),
    "added_sheet": gettext_noop("this sheet is not the form's and was not read (“%(found)s” …)."),
    "hidden_sheet": gettext_noop(
        "there is a hidden sheet that is not the form's (“%(found)s” …). It was not read."
        " Look whether it should leave your office at all."
    ),
}


def workbook_problem_text(problem: WorkbookProblem) -> str:
    """One problem in the reader's language, with sheet and cell where it has them."""
    params = dict(problem.params)
    place = place_text(problem.sheet, problem.cell)
    if problem.code in _FILES:
        return _(_FILES[problem.code]) % {**params, "place": place}
    code = problem.code
    if code == "label_changed" and not params.get("found"):
        code = "label_removed"
    return _("%(place)s: %(sentence)s") % {"place": place, "sentence": _(_PLACES[code]) % params}


def place_text(sheet: str, cell: str) -> str:
    """Sheet and cell as a person finds them."""
    if not cell:
        return _("Sheet “%(sheet)s”") % {"sheet": sheet}
    return _("Sheet “%(sheet)s”, cell %(cell)s") % {"sheet": sheet, "cell": cell}


def placed_problem_text(
    problem: Problem, definition: Definition, reading: WorkbookReading, language: str | None = None
) -> str:
    """A problem of the answers themselves (no number, a check that does not hold), with sheet and cell."""
    sentence = problem_text(problem, definition, language)
    places = [reading.places[address] for address in problem.places if address in reading.places]
    if not places:
        return sentence
    where = _(", ").join(place_text(*_parts(place)) for place in places)
    return _("%(place)s: %(sentence)s") % {"place": where, "sentence": sentence}


def _parts(place: str) -> tuple[str, str]:
    sheet, _mark, cell = place.rpartition("!")
    return sheet, cell
