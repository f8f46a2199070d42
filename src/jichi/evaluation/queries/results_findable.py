"""What of the published sheets an anonymous reader may find, per language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from jichi.city.access import ANONYMOUS
from jichi.evaluation.enums import CycleKind
from jichi.evaluation.fields import ACCOMPLISHMENT_REASON, PROGRESS
from jichi.evaluation.models import Cycle
from jichi.manifest import SearchDocument
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year

from .results import (
    FORM_NAME,
    form_name_of,
    name_of,
    newest_editions_for,
    open_fields,
    public_cycles_for,
)

Changed = Iterable[tuple[str, str]] | None
SOURCE = "evaluation.sheets"
SHEET = "evaluation.sheet"
_TEXTS = (ACCOMPLISHMENT_REASON, f"{PROGRESS}_reason", "direction_text", "measure_direction_text")
_LONGEST = 2000


def sheets(changed: Changed = None) -> Iterator[SearchDocument]:
    """Every published sheet (or those that changed), found by its name, its evaluation and its reasons."""
    cycles = {row.pk: row for row in public_cycles_for(ANONYMOUS)}
    rows = newest_editions_for(ANONYMOUS, cycles).defer("content").select_related("sheet__node")
    if changed is not None:
        rows = rows.filter(sheet_id__in=[int(pk) for kind, pk in changed if kind == SHEET and pk.isdecimal()])
    given = {f"text_{place}": KT(f"content__values__{key}") for place, key in enumerate(_TEXTS)}
    editions = list(rows.annotate(printed_name=KT("content__node__name"), **FORM_NAME, **given))
    shown = open_fields(form_name_of(edition) for edition in editions)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for edition in editions:
                sheet = edition.sheet
                cycle = cycles[sheet.cycle_id]
                year = fiscal_year(cycle.fiscal_year, style="short")
                name = str(name_of(sheet, str(edition.printed_name or "")))
                title = _("%(name)s: evaluation of %(year)s") % {"name": name, "year": year}
                yield SearchDocument(
                    source=SOURCE,
                    object_type=SHEET,
                    object_id=str(sheet.pk),
                    url=_address(cycle, str(sheet.node.code)),
                    language=language,
                    title=title,
                    body=" ／ ".join([sheet.node.code, *_reasons(edition, shown[form_name_of(edition)])])[
                        :_LONGEST
                    ],
                    weight=2,
                    code=str(sheet.node.code),
                    context=str(translated(cycle, "title")),
                )


def _reasons(edition: Any, shown: frozenset[str]) -> list[str]:
    given = (getattr(edition, f"text_{place}") for place, key in enumerate(_TEXTS) if key in shown)
    return [str(text) for text in given if text]


def _address(cycle: Cycle, code: str) -> str:
    if cycle.kind == CycleKind.YEARLY:
        return reverse("results-year-sheet", args=[str(cycle.fiscal_year), code])
    return reverse("results-period-sheet", args=[cycle.plan.key, cycle.kind, code])
