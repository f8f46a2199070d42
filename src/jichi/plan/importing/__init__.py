"""Reading plans: the published plan's extracted text, workbooks, and the project's own JSON form.

Nothing here touches the database. A document that cannot be read raises PlanImportError; what can be
read but not placed for sure is in the result's `uncertain`, never in its document.
"""

from __future__ import annotations

from jichi.plan.importing.diff import Change, diff_documents
from jichi.plan.importing.errors import PlanImportError, Problem
from jichi.plan.importing.form import check_document, complete, schema
from jichi.plan.importing.model import Document, ImportHints, ImportResult, Line, Uncertain
from jichi.plan.importing.reading import MAX_BYTES, read_plan_file
from jichi.plan.importing.workbook import workbook_template, write_csv, write_csv_bundle, write_workbook

__all__ = [
    "MAX_BYTES",
    "Change",
    "Document",
    "ImportHints",
    "ImportResult",
    "Line",
    "PlanImportError",
    "Problem",
    "Uncertain",
    "check_document",
    "complete",
    "diff_documents",
    "read_plan_file",
    "schema",
    "workbook_template",
    "write_csv",
    "write_csv_bundle",
    "write_workbook",
]
