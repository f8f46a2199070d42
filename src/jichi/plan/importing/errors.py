"""What an import says when it cannot go on.

A message is an English template and its parameters; the pages translate the template (it is the
msgid) and put the parameters in afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["DETAILS", "MESSAGES", "PROBLEMS", "REASONS", "PlanImportError", "Problem"]


def gettext_noop(text: str) -> str:
    """The text itself. The name marks it for the extraction of messages; reading needs no Django."""
    return text


MESSAGES: dict[str, str] = {
    "empty": gettext_noop("The file %(filename)s is empty."),
    "too_large": gettext_noop("The file %(filename)s has %(size)s bytes; at most %(limit)s are read."),
    "binary": gettext_noop("The file %(filename)s is not a text, a workbook or a JSON document."),
    "encoding": gettext_noop(
        "The encoding of %(filename)s is not known. Save it as UTF-8 or Shift_JIS (cp932)."
    ),
    "truncated": gettext_noop(
        "The file %(filename)s ends too early: %(detail)s (line %(line)s). Nothing was read."
    ),
    "no_plan_headings": gettext_noop(
        "No headings of a plan in the known layout were found in %(filename)s. Is it another document?"
    ),
    "no_tables": gettext_noop(
        "%(filename)s has headings, but no table of indicators or projects in the known layout."
    ),
    "broken_workbook": gettext_noop(
        "The workbook %(filename)s is damaged or protected and cannot be opened."
    ),
    "no_sheets": gettext_noop("%(filename)s has none of the sheets or columns of the plan workbook."),
    "broken_json": gettext_noop("%(filename)s is not valid JSON (line %(line)s, column %(column)s)."),
    "json_form": gettext_noop("%(filename)s is not in the form jichi-plan/1: %(count)s problems."),
    "workbook_rows": gettext_noop("%(filename)s has %(count)s cells that cannot be read."),
    "unknown_format": gettext_noop("Files named like %(filename)s cannot be imported."),
    "not_found": gettext_noop("The file %(filename)s cannot be opened."),
    "cell_too_long": gettext_noop(
        "A text of %(length)s characters does not fit a cell of a workbook (%(where)s)."
    ),
}

PROBLEMS: dict[str, str] = {
    "number": gettext_noop("“%(value)s” is not a number."),
    "integer": gettext_noop("“%(value)s” is not a whole number."),
    "boolean": gettext_noop("“%(value)s” is neither true nor false."),
    "date": gettext_noop("“%(value)s” is not a date (YYYY-MM-DD)."),
    "date_in_text": gettext_noop(
        "A date (%(value)s) stands where text is expected; format the cell as text."
    ),
    "required": gettext_noop("A value is needed here."),
    "choice": gettext_noop("“%(value)s” is not one of %(choices)s."),
    "unknown_parent": gettext_noop("“%(value)s” is not found in the sheet %(sheet_name)s."),
    "duplicate": gettext_noop("“%(value)s” stands twice."),
    "unknown_column": gettext_noop("The column “%(value)s” is not known."),
    "missing_column": gettext_noop("The column “%(value)s” is missing."),
    "unknown_sheet": gettext_noop("The sheet “%(value)s” is not known."),
    "schema": "%(value)s",
    "reference": gettext_noop("“%(value)s” does not exist in this document."),
}

# Why a line of the source was put where it was, or left in doubt.
REASONS: frozenset[str] = frozenset(
    {
        gettext_noop("the comparator is not that of the other years"),
        gettext_noop("the same figure is printed twice with different values"),
        gettext_noop("a share beyond 100 %"),
        gettext_noop("the figure has no name"),
        gettext_noop("the printed year is not that of the column"),
        gettext_noop("the same indicator is printed twice with different values"),
        gettext_noop("printed again"),
        gettext_noop("from here on the document repeats what it printed before"),
        gettext_noop("the row is printed twice"),
        gettext_noop("the frame of a table"),
        gettext_noop("recurs on several pages"),
        gettext_noop("in a run of side tabs"),
        gettext_noop("a credit line or a caption in brackets"),
        gettext_noop("a caption: a short line apart from the prose"),
        gettext_noop("a footnote of the table"),
        gettext_noop("a row without a name"),
        gettext_noop("a row of the table without values"),
        gettext_noop("the cell's year is not that of the column"),
        gettext_noop("no year is printed"),
        gettext_noop("the heading of this table is missing"),
        gettext_noop("the name may be torn"),
        gettext_noop("the row does not fit the table's columns"),
        gettext_noop("the era and the western year contradict each other"),
        gettext_noop("the series is not named"),
        gettext_noop("nothing claims this line"),
        gettext_noop("a project without a name"),
        gettext_noop("the header of a table"),
        gettext_noop("where the name ends is not certain"),
        gettext_noop("a remark in the table"),
        gettext_noop("a remark before any project"),
        gettext_noop("no project precedes this row"),
        gettext_noop("the measure's heading is missing"),
        gettext_noop("a running head"),
        gettext_noop("the code is deeper than the tree"),
        gettext_noop("a level name with a bare number"),
        gettext_noop("the overview of the tree"),
        gettext_noop("the heading of this section is missing"),
        gettext_noop("the title page"),
        gettext_noop("a row without a known table header"),
        gettext_noop("a footnote without its table"),
        gettext_noop("not known where this belongs"),
        gettext_noop("several numbers in one cell"),
        gettext_noop("not a number with a unit"),
        gettext_noop("more than one year in the cell"),
        gettext_noop("the year of this figure is not printed"),
        gettext_noop("the figure does not stand under every year of the plan"),
        gettext_noop("not a number with a unit and a comparator"),
        gettext_noop("the column is open-ended"),
        gettext_noop("values run together in one cell"),
        gettext_noop("two values for the same year"),
        gettext_noop("several values in one cell of the row"),
        gettext_noop("the row is shifted against the years of the header"),
        gettext_noop("the header's era and western year contradict each other"),
    }
)

# Where a file that ends too early ends.
DETAILS: frozenset[str] = frozenset(
    {
        gettext_noop("in the middle of the JSON document"),
        gettext_noop("in the middle of a character"),
        gettext_noop("in the middle of a sentence"),
        gettext_noop("in the middle of a mark-up tag"),
        gettext_noop("in the middle of an embedded table"),
        gettext_noop("after the heading of a section"),
        gettext_noop("after the header of a table"),
        gettext_noop("in the middle of a row of a table"),
        gettext_noop("in the middle of a cell"),
    }
)


@dataclass(frozen=True)
class Problem:
    """One fault of the input and its place: sheet and cell, or a JSON pointer."""

    code: str
    params: dict[str, Any]
    sheet: str = ""
    row: int | None = None
    cell: str = ""
    pointer: str = ""

    @property
    def msgid(self) -> str:
        """The English message template."""
        return PROBLEMS[self.code]

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.cell}" if self.cell else self.pointer or self.sheet
        return f"{place}: {self.msgid % self.params}"


class PlanImportError(Exception):
    """The input cannot be imported; nothing was read.

    `code` and `params` are stable, `msgid` is the English template, `problems` tells single faults.
    """

    def __init__(self, code: str, problems: tuple[Problem, ...] = (), **params: Any) -> None:
        self.code = code
        self.params = params
        self.problems = problems
        super().__init__(code, params)

    @property
    def msgid(self) -> str:
        """The English message template of this error."""
        return MESSAGES[self.code]

    def __str__(self) -> str:
        return self.msgid % self.params
