"""One sheet of the plan workbook, read as csv: a part that must never be taken for the whole plan."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.plan.importing import ImportResult, PlanImportError, write_csv
from jichi.plan.importing.reading import decode
from jichi.plan.importing.workbook import csv_sheet, read_csv_bundle
from jichi.plan.queries.document import document_of

from .merging import stored_plan


def whole_of(
    viewer: Viewer, result: ImportResult, content: bytes, filename: str, plan_key: str
) -> ImportResult:
    """The result itself, or, for a single sheet, the stored plan with that sheet in place of its own.

    Raises:
        Invalid: if there is no such plan yet, or the sheet does not fit the plan's other sheets.
    """
    if result.format != "csv" or content.startswith(b"PK"):
        return result
    text, _encoding = decode(content, filename)
    sheet = csv_sheet(text)
    if sheet is None:
        return result
    if stored_plan(plan_key) is None:
        message = _("This csv holds one sheet alone (%(sheet)s). A new plan needs the whole workbook.")
        raise Invalid({"file": [message % {"sheet": sheet.key}]})
    texts = {**write_csv(document_of(viewer, plan_key)), sheet.key: text}
    try:
        document = read_csv_bundle({f"{key}.csv": sheet_text for key, sheet_text in texts.items()}, filename)
    except PlanImportError as error:
        raise Invalid({"file": import_messages(error)}) from error
    return replace(result, document=document)


def import_messages(error: PlanImportError, most: int = 50) -> list[str]:
    """What an import error says, in the reader's language: the sentence, then each fault with its cell."""
    params = {name: _(value) if name == "detail" else value for name, value in error.params.items()}
    found = [_(error.msgid) % params]
    for problem in error.problems[:most]:
        place = f"{problem.sheet}!{problem.cell}" if problem.cell else problem.pointer or problem.sheet
        found.append(f"{place}: {_(problem.msgid) % problem.params}")
    if len(error.problems) > most:
        found.append(_("… and %(count)d more.") % {"count": len(error.problems) - most})
    return found
