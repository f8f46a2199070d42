"""A sheet as it stands with its office, for printing."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from jichi.city.access import Viewer
from jichi.evaluation.content import content_of_sheets
from jichi.evaluation.models import Sheet
from jichi.sheets.definition import Definition

from .packets import definitions_of
from .sheets import editions_for, sheets_for


def working_content_for(viewer: Viewer, sheet_id: int) -> tuple[dict[str, Any], Definition]:
    """What was handed in last, and its form; whoever sees no sheets gets the newest edition shown to her.

    Raises:
        Sheet.DoesNotExist: for a sheet she may not see, or in which nothing has been handed in.
    """
    sheet = sheets_for(viewer).filter(pk=sheet_id).first()
    if sheet is not None:
        content = content_of_sheets(sheet.cycle, [sheet], timezone.now()).get(sheet.pk)
    else:
        shown = editions_for(viewer).filter(sheet=sheet_id).order_by("-number").first()
        content = shown.content if shown is not None else None
    if content is None:
        raise Sheet.DoesNotExist
    return content, definitions_of([content])[content["form"]["digest"]]
