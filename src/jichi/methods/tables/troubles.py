"""What is wrong with a table, as codes and places; the words are found where somebody reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """``STOP``: nothing can be taken in. ``CELL``: a row or cell was not read. ``NOTE``: read, but say it."""

    STOP = "stop"
    CELL = "cell"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong or worth saying.

    ``cell`` is its address as a spreadsheet shows it (``D14``; a row alone: ``14``; a column: ``D``),
    ``line`` the line of a csv where it differs from the row. ``facts`` fill the sentence that ``code`` stands
    for.
    """

    code: str
    severity: Severity = Severity.STOP
    sheet: str = ""
    cell: str = ""
    line: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The trouble as plain data, for keeping."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "sheet": self.sheet,
            "cell": self.cell,
            "line": self.line,
            "facts": dict(self.facts),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Trouble:
        """What :meth:`as_json` gave."""
        return cls(**{**data, "severity": Severity(data["severity"])})


class TableError(ValueError):
    """A file, layout or place that cannot be read at all."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(f"{trouble.code} {trouble.sheet} {trouble.cell} {dict(trouble.facts)}")


def stop(code: str, *, sheet: str = "", cell: str = "", line: int | None = None, **facts: Any) -> TableError:
    """The error for a trouble that stops everything."""
    return TableError(Trouble(code=code, sheet=sheet, cell=cell, line=line, facts=facts))
