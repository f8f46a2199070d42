"""What the part of cycles and sheets declares, for the room's manifest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Duty, PackFile

from .invariants import TRIGGERS

_DUTIES = "jichi.evaluation.duties"

DUTIES: tuple[Duty, ...] = (
    Duty(key="evaluation.fill", title=_("Evaluation sheets to fill in"), waiting=f"{_DUTIES}:to_fill"),
    Duty(key="evaluation.check", title=_("Evaluation sheets to check"), waiting=f"{_DUTIES}:to_check"),
    Duty(key="evaluation.accept", title=_("Evaluation sheets to accept"), waiting=f"{_DUTIES}:to_accept"),
    Duty(
        key="evaluation.remarks",
        title=_("Remarks on evaluation sheets to answer"),
        waiting=f"{_DUTIES}:to_answer",
    ),
)

PACK_FILES: tuple[PackFile, ...] = (
    PackFile(
        kind="evaluations",
        schema="evaluation/schema/jichi-evaluations-1.schema.json",
        load="jichi.evaluation.services.packs:load_evaluations",
        order=70,
    ),
)

__all__ = ["DUTIES", "PACK_FILES", "TRIGGERS"]
