"""What can be wrong with a returned workbook: codes, where, how bad. :mod:`.words` has the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jichi.sheets.definition import Severity

WARNINGS = frozenset(
    {
        "added_sheet",
        "binding_lost",
        "computed_overwritten",
        "date_in_text",
        "formula",
        "found_by_label",
        "hidden_sheet",
        "macros",
        "merged_with_blank",
        "note",
        "outside",
        "outside_more",
        "part_hidden",
        "percent_read",
        "serial_read",
    }
)
"""What is said but does not keep the answers from being taken: nothing is lost or misread by it."""


@dataclass(frozen=True, slots=True)
class WorkbookProblem:
    """One thing found in a workbook: ``sheet`` as it is named there, ``cell`` as in ``B4`` (may be empty)."""

    code: str
    sheet: str = ""
    cell: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """Whether the answers may be taken in spite of it."""
        return Severity.WARNING if self.code in WARNINGS else Severity.ERROR


class WorkbookError(ValueError):
    """A file of which nothing can be taken, with the one reason."""

    def __init__(self, code: str, *, sheet: str = "", cell: str = "", **params: str) -> None:
        self.problem = WorkbookProblem(code, sheet, cell, params)
        super().__init__(" ".join(filter(None, [code, sheet, cell, *params.values()])))


def cell_name(row: int, column: int) -> str:
    """The name of a cell, both counted from 1: (4, 2) is ``B4``."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
