"""What an import says when it cannot go on.

A message is an English template and its parameters; the pages translate the template (it is the
msgid) and put the parameters in afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["MESSAGES", "PROBLEMS", "PlanImportError", "Problem"]

MESSAGES: dict[str, str] = {
    "empty": "The file %(filename)s is empty.",
    "too_large": "The file %(filename)s has %(size)s bytes; at most %(limit)s are read.",
    "binary": "The file %(filename)s is not a text, a workbook or a JSON document.",
    "encoding": "The encoding of %(filename)s is not known. Save it as UTF-8 or Shift_JIS (cp932).",
    "truncated": "The file %(filename)s ends too early: %(detail)s (line %(line)s). Nothing was read.",
    "no_plan_headings": (
        "No headings of a plan in the known layout were found in %(filename)s. Is it another document?"
    ),
    "no_tables": "%(filename)s has headings, but no table of indicators or projects in the known layout.",
    "broken_workbook": "The workbook %(filename)s is damaged or protected and cannot be opened.",
    "no_sheets": "%(filename)s has none of the sheets or columns of the plan workbook.",
    "broken_json": "%(filename)s is not valid JSON (line %(line)s, column %(column)s).",
    "json_form": "%(filename)s is not in the form jichi-plan/1: %(count)s problems.",
    "workbook_rows": "%(filename)s has %(count)s cells that cannot be read.",
    "unknown_format": "Files named like %(filename)s cannot be imported.",
    "not_found": "The file %(filename)s cannot be opened.",
    "cell_too_long": "A text of %(length)s characters does not fit a cell of a workbook (%(where)s).",
}

PROBLEMS: dict[str, str] = {
    "number": "“%(value)s” is not a number.",
    "integer": "“%(value)s” is not a whole number.",
    "boolean": "“%(value)s” is neither true nor false.",
    "date": "“%(value)s” is not a date (YYYY-MM-DD).",
    "date_in_text": "A date (%(value)s) stands where text is expected; format the cell as text.",
    "required": "A value is needed here.",
    "choice": "“%(value)s” is not one of %(choices)s.",
    "unknown_parent": "“%(value)s” is not found in the sheet %(sheet_name)s.",
    "duplicate": "“%(value)s” stands twice.",
    "unknown_column": "The column “%(value)s” is not known.",
    "missing_column": "The column “%(value)s” is missing.",
    "unknown_sheet": "The sheet “%(value)s” is not known.",
    "schema": "%(value)s",
    "reference": "“%(value)s” does not exist in this document.",
}


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
