"""What the workbench reads: everything of a plan's rows, for those who may read drafts."""

from .history import edits_for, edits_of_row
from .imports import import_runs_for, open_imports_for, run_for
from .incomplete import GAP_KINDS, Gap, gap_counts_for, gaps_for
from .rows import place_of, row_for, rows_of_plan, untranslated

__all__ = [
    "GAP_KINDS",
    "Gap",
    "edits_for",
    "edits_of_row",
    "gap_counts_for",
    "gaps_for",
    "import_runs_for",
    "open_imports_for",
    "place_of",
    "row_for",
    "rows_of_plan",
    "run_for",
    "untranslated",
]
