"""This year's sheet beside the one before: every answer, what changed, side by side or stacked on a phone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from jichi.city.workbench import show
from jichi.evaluation.actions import READ
from jichi.evaluation.page_words import about, name_of
from jichi.evaluation.queries.page_editions import is_inside
from jichi.evaluation.queries.page_queries import (
    newest_revision,
    sheet_seen,
    standing_values,
    values_for,
)
from jichi.evaluation.queries.sheets import previous_of
from jichi.sheets.definition import Address, Field, Filler, Part, Value, Values
from jichi.sheets.pages.marking import marked
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import rows_in
from jichi.sheets.words import row_label, value_words

from .frame import sheet_crumbs, viewer_of


@require_safe
def sheet_compare(http: HttpRequest, pk: int) -> HttpResponse:
    """The answers of a sheet and those of the sheet before (``?only=changed``)."""
    viewer = viewer_of(http)
    viewer.require(READ)
    if not is_inside(viewer):
        return redirect("staff-evaluation-edition", pk=pk)
    sheet = sheet_seen(viewer, pk)
    earlier = previous_of(viewer, [sheet]).get(sheet.pk)
    definition = definition_of(sheet.answer_set.form_version)
    now = standing_values(sheet, newest_revision(sheet))
    before = values_for(sheet, earlier)
    only_changed = http.GET.get("only") == "changed"
    parts = [_part(part, now, before, only_changed) for part in definition.parts if Filler.ASKER in part.see]
    changed = sum(part["changed"] for part in parts)
    context = {
        "title": _("Beside last time: %(name)s") % {"name": name_of(sheet)},
        "kind": f"{sheet.get_kind_display()} · {sheet.cycle.title}",
        "lead": _lead(changed) if earlier is not None else "",
        "row": sheet,
        "earlier": earlier,
        "this": about(sheet.cycle),
        "last": about(earlier.sheet.cycle) if earlier is not None else "",
        "parts": [part for part in parts if part["lines"]],
        "only_changed": only_changed,
    }
    return show(http, "evaluation/sheets/compare.html", context, crumbs=sheet_crumbs(sheet))


def _lead(changed: int) -> str:
    if not changed:
        return _("No answer differs from the one before.")
    text = ngettext(
        "%(count)d answer differs from the one before.",
        "%(count)d answers differ from the ones before.",
        changed,
    )
    return text % {"count": changed}


def _part(part: Part, now: Values, before: Values, only_changed: bool) -> dict[str, Any]:
    lines = [
        _line(part, field, row, now, before) for row in _rows(part, now, before) for field in part.fields
    ]
    lines = [line for line in lines if line["now"] or line["before"]]
    changed = sum(line["changed"] for line in lines)
    shown = [line for line in lines if line["changed"]] if only_changed else lines
    return {"title": marked(part.title), "key": part.key, "lines": shown, "changed": changed}


def _rows(part: Part, now: Values, before: Values) -> list[str]:
    if part.rows is None:
        return [""]
    rows = list(dict.fromkeys([*rows_in(part, now), *rows_in(part, before)]))
    return sorted(rows, key=int) if all(row.isdecimal() for row in rows) else rows


def _line(part: Part, field: Field, row: str, now: Values, before: Values) -> dict[str, Any]:
    address = Address(field.key, row)
    one, other = now.get(address), before.get(address)
    label = marked(field.label)
    return {
        "label": label,
        "row": row_label(part, row) if row else "",
        "now": _words(one, field),
        "before": _words(other, field),
        "changed": one != other,
    }


def _words(value: Value, field: Field) -> str:
    return value_words(value, field) if value is not None else ""
