"""Words for what is wrong with a table, where and how to mend it, and for its layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jichi.city.errors import Invalid
from jichi.methods.tables.layout import Layout, LayoutError
from jichi.methods.tables.troubles import TableError, Trouble

MEANINGS: Mapping[str, str] = {
    "none": gettext_noop("nothing of the kind"),
    "unknown": gettext_noop("not known"),
    "suppressed": gettext_noop("withheld"),
    "not_applicable": gettext_noop("does not apply"),
}

_FILE: Mapping[str, str] = {
    "empty": gettext_noop("The file is empty."),
    "too_long": gettext_noop("The file is larger than %(limit)s. It was not used."),
    "damaged": gettext_noop(
        "The file is damaged or was cut off on the way. Download it again from its publisher."
    ),
    "protected": gettext_noop(
        "The workbook is locked with a password. Save it without one and upload it again."
    ),
    "not_a_table": gettext_noop(
        "This is neither a workbook (xlsx, xls, ods) nor a csv in UTF-8, UTF-16 or Shift_JIS."
    ),
    "bomb": gettext_noop("The workbook unpacks to far more than a table can hold. It was not opened."),
    "far_flung": gettext_noop(
        "The sheet reaches over %(rows)d rows and %(columns)d columns, more than is read. Delete what stands"
        " far away from the table and save the file again."
    ),
    "no_sheets": gettext_noop("The workbook has no sheet with cells."),
    "no_such_sheet": gettext_noop("The workbook has %(count)d sheets, no sheet number %(number)d."),
    "quote": gettext_noop(
        "A quotation mark in this line is not closed or stands in the wrong place. Correct the line."
    ),
    "no_table": gettext_noop(
        "No sheet has rows of numbers below a head. Look at the file: is it the right one?"
    ),
}
_LAYOUT: Mapping[str, str] = {
    "sheet_gone": gettext_noop(
        "The sheet “%(wanted)s” is not there; there are: %(sheets)s. If it was renamed, change the layout."
    ),
    "sheets_several": gettext_noop(
        "Several sheets are called “%(wanted)s”: %(sheets)s. Name one in the layout."
    ),
    "head_gone": gettext_noop(
        "The head was in rows %(first)d–%(last)d with “%(key)s” in this cell; now “%(there)s” stands here and"
        " the head is nowhere in the first rows. Look whether this is the right file; if the publisher"
        " changed the table, change the layout."
    ),
    "head_moved": gettext_noop(
        "The head has moved from rows %(first)d–%(last)d to rows %(now_first)d–%(now_last)d. It was read"
        " there."
    ),
    "key_gone": gettext_noop(
        "The column “%(key)s” that names the rows is gone; “%(now)s” stands in its place. If it was only"
        " renamed, change the layout."
    ),
    "column_gone": gettext_noop(
        "The column “%(column)s” is gone; in its place stands “%(now)s”. If it was only renamed, change the"
        " layout."
    ),
    "column_lost": gettext_noop(
        "The column “%(column)s” is gone and nothing stands in its place. Look whether this is the right"
        " file."
    ),
    "column_new": gettext_noop("The column “%(column)s” is new. It was read."),
    "column_unread": gettext_noop("The column “%(column)s” is new and holds no numbers. It was left out."),
    "column_moved": gettext_noop(
        "The column “%(column)s” has moved from %(was)s to %(now)s. It was read there."
    ),
    "column_twice": gettext_noop(
        "The column “%(column)s” stands twice, here and at %(other)s. Where a figure needs it, one of them"
        " must be renamed in the file."
    ),
    "head_notes": gettext_noop("The head “%(column)s” bears the footnote marks %(notes)s."),
    "hidden_sheet": gettext_noop(
        "The workbook has a hidden sheet, “%(sheet)s”. Look whether it belongs to the table."
    ),
    "footnote_marks": gettext_noop("%(count)d cells bear the footnote mark “%(mark)s”. It was taken off."),
    "no_rows": gettext_noop("Below the head there is no row with numbers."),
    "no_such_key": gettext_noop(
        "No column “%(key)s” names the rows of this table. Change the layout or the figure’s place."
    ),
}
_CELL: Mapping[str, str] = {
    "not_a_number": gettext_noop("“%(text)s” is not a number. The cell was left out."),
    "unknown_mark": gettext_noop(
        "“%(text)s” is no number and no mark that the layout knows. If the publisher uses it for what is"
        " missing, add it to the layout."
    ),
    "date": gettext_noop(
        "A date (%(text)s) stands where a number belongs; spreadsheets make dates of 1-2. Type it as text."
    ),
    "truth": gettext_noop("“%(text)s” stands where a number belongs."),
    "error": gettext_noop("The formula in this cell shows an error. Ask the publisher, or correct the cell."),
    "uncomputed": gettext_noop(
        "The formula in this cell was saved without its result. Open the file in a spreadsheet, save it and"
        " upload it again."
    ),
    "unit": gettext_noop("“%(text)s” has another unit than its column. The cell was left out."),
    "key_missing": gettext_noop(
        "This row has numbers but no name in the column “%(key)s”. The row was left out."
    ),
    "not_a_year": gettext_noop("“%(text)s” is not a year. The row was left out."),
    "year_contradicts": gettext_noop("“%(text)s” names two different years. It was left out."),
    "beyond_head": gettext_noop(
        "Something stands right of the last column %(last)s. Perhaps a number with a thousands comma is not"
        " in quotation marks. The row was left out."
    ),
    "row_twice": gettext_noop("“%(keys)s” stands twice, here and in row %(first)d."),
}
SENTENCES: Mapping[str, str] = {**_FILE, **_LAYOUT, **_CELL}

_FIELDS: Mapping[str, str] = {
    "head_order": gettext_noop("The last row of the head lies above its first."),
    "head_height": gettext_noop("A head of more than six rows is not read."),
    "no_keys": gettext_noop("At least one column must say what the rows are of."),
    "key_twice": gettext_noop("Two of these columns have the same name."),
    "years_twice": gettext_noop("Only one column can give the year."),
    "no_values": gettext_noop("No column of numbers is left."),
    "no_pattern": gettext_noop("Say how the row below the table begins."),
    "place": gettext_noop("Give the sheet’s number, counted from 1."),
    "meaning": gettext_noop("A mark must have one of the four meanings."),
    "letters": gettext_noop("Give columns by their letters, for example B, C."),
}


def sentence(trouble: Trouble) -> str:
    """What is wrong or worth saying, and how to mend it, in the reader's language."""
    facts = dict(trouble.facts)
    code = trouble.code
    if code == "column_gone" and not facts.get("now"):
        code = "column_lost"
    if code == "too_long":
        facts["limit"] = filesizeformat(facts["most"])
    text = _(SENTENCES[code]) % facts
    if facts.get("similar") and facts.get("similar") != facts.get("now"):
        text += " " + _("Most like it is “%(similar)s”.") % {"similar": facts["similar"]}
    return text


def place(trouble: Trouble) -> str:
    """Where: sheet, cell or row as a spreadsheet shows them, the line of a csv where it is another."""
    cell, sheet = trouble.cell, trouble.sheet
    words = []
    if sheet and trouble.code != "hidden_sheet":
        words.append(_("sheet “%(sheet)s”") % {"sheet": sheet})
    if cell.isdigit():
        words.append(_("row %(row)s") % {"row": cell})
    elif cell:
        words.append(_("cell %(cell)s") % {"cell": cell})
    if trouble.line is not None:
        words.append(_("line %(line)d of the file") % {"line": trouble.line})
    return ", ".join(words)


def refused(error: TableError, field: str = "file") -> Invalid:
    """The refusal of a file that cannot be read, for the form's field."""
    where = place(error.trouble)
    text = sentence(error.trouble)
    return Invalid({field: [f"{where}: {text}" if where else text]})


def refused_layout(error: LayoutError) -> Invalid:
    """The refusal of a layout that cannot be meant, by the form's fields."""
    return Invalid({field: [_(_FIELDS[code])] for field, code in error.problems.items()})


def layout_sentences(layout: Layout) -> list[str]:
    """How a table is read, in plain sentences."""
    found = []
    if layout.sheet_by == "pattern":
        found.append(_("The sheet whose name is like “%(sheet)s”.") % {"sheet": layout.sheet})
    elif layout.sheet_by == "place":
        found.append(_("The sheet in place %(sheet)s.") % {"sheet": layout.sheet})
    else:
        found.append(_("The sheet “%(sheet)s”.") % {"sheet": layout.sheet})
    if layout.head_first == layout.head_last:
        found.append(_("The head is in row %(row)d.") % {"row": layout.head_first})
    else:
        found.append(
            _("The head is in rows %(first)d–%(last)d.")
            % {"first": layout.head_first, "last": layout.head_last}
        )
    names = _listed(f"{key.name} ({key.at})" for key in layout.keys if key.kind == "member")
    if names:
        found.append(_("What a row is of stands in: %(names)s.") % {"names": names})
    year = next((key for key in layout.keys if key.kind == "year"), None)
    if year is not None:
        found.append(
            _("The year of a row stands in: %(name)s (%(at)s).") % {"name": year.name, "at": year.at}
        )
    found.append(_columns_sentence(layout))
    found += _leaving_out(layout)
    return found


def _columns_sentence(layout: Layout) -> str:
    names = _listed(f"{one.name} ({one.at})" for one in layout.values)
    if any(one.years for one in layout.values):
        return _("Each year has its own column of: %(names)s.") % {"names": names}
    return _("The numbers stand in: %(names)s.") % {"names": names}


def _leaving_out(layout: Layout) -> list[str]:
    found = []
    if layout.ignore:
        found.append(_("Left out are the columns: %(names)s.") % {"names": _listed(layout.ignore)})
    if layout.skip:
        found.append(_("Left out are the rows: %(names)s.") % {"names": _listed(layout.skip)})
    if layout.end == "blank":
        found.append(_("The table ends at the first blank row."))
    elif layout.end == "pattern":
        patterns = _listed(line for line in layout.end_pattern.splitlines() if line.strip())
        found.append(_("The table ends above a row that begins like: %(patterns)s.") % {"patterns": patterns})
    marks = _listed(f"{sign} = {_(MEANINGS[meaning])}" for sign, meaning in layout.marks.items())
    if marks:
        found.append(_("Marks in place of a number: %(marks)s.") % {"marks": marks})
    return found


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
