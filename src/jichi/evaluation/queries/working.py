"""A sheet as it stands with its office, for printing."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.evaluation.content import content_of_sheets
from jichi.evaluation.enums import CycleState, EditionKind
from jichi.evaluation.models import Sheet
from jichi.evaluation.openness import public_form
from jichi.sheets.definition import Definition

from .packets import definitions_of
from .sheets import editions_for, sheets_for


def working_content_for(viewer: Viewer, sheet_id: int) -> tuple[dict[str, Any], Definition, bool]:
    """What was handed in last, and its form; who does not see it gets the newest edition shown to her,
    and its form without the parts that only some inside may see; whether that is not published yet.

    Raises:
        Sheet.DoesNotExist: for a sheet she may not see, or in which nothing has been handed in.
    """
    sheet = sheets_for(viewer).filter(pk=sheet_id).first()
    if sheet is not None:
        content = content_of_sheets(sheet.cycle, [sheet], timezone.now()).get(sheet.pk)
        is_draft = sheet.cycle.state != CycleState.PUBLISHED
    else:
        shown = editions_for(viewer).filter(sheet=sheet_id).order_by("-number").first()
        content = shown.content if shown is not None else None
        is_draft = shown is not None and shown.kind == EditionKind.DRAFT
    if content is None:
        raise Sheet.DoesNotExist
    form = definitions_of([content])[content["form"]["digest"]]
    return content, form if sheet is not None else public_form(form), is_draft
