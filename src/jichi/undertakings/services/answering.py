"""Deciding whether to adopt what was asked, and answering it: one person drafts, another confirms."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.undertakings.actions import CONFIRM, DECIDE, DRAFT
from jichi.undertakings.models import Adoption, Undertaking, UndertakingEvent

from .steps import day_of, happened, held, not_before_asked, require_running, save, words_required


def decide_adoption(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    adoption: str,
    reason: str = "",
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Decide whether what was asked is adopted, partly or not; the last two need their reason.

    What is not adopted and has been answered is over with that.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: without reason, or when it is over.
    """
    with held(viewer, DECIDE, undertaking_id, version) as row:
        require_running(row)
        changes = _decision(row, adoption, reason, at)
        if row.answered_at is not None or row.started_at is not None:
            changes |= _closing(adoption, at)
        kind = UndertakingEvent.Kind.DECIDED
        return save(viewer, DECIDE, row, kind, changes, at=at, adoption=adoption, text=reason.strip())


def _decision(
    row: Undertaking, adoption: str, reason: str, at: datetime.datetime | None, field: str = "reason"
) -> dict[str, Any]:
    if adoption not in Adoption.values or adoption == Adoption.UNDECIDED:
        raise Invalid({"adoption": [_("Choose whether it is adopted, partly or not.")]})
    said = reason.strip()
    if adoption != Adoption.ADOPTED and not said:
        text = _("Say why it is not, or not wholly, adopted; who asked needs to know.")
        raise Invalid({field: [text]})
    return {"adoption": adoption, "adoption_reason": said, "adopted_at": at or timezone.now()}


def _closing(adoption: str, at: datetime.datetime | None) -> dict[str, Any]:
    return {"closed_on": day_of(at)} if adoption == Adoption.NOT_ADOPTED else {}


def answer(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    text: str,
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Draft the answer, or draft it anew. It stands on no page before somebody else confirms it.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: nothing said, or when it is over.
    """
    with held(viewer, DRAFT, undertaking_id, version) as row:
        require_running(row)
        said = words_required(text, "text", _("Write the answer."))
        changes = {"answer_draft": said, "drafted_by": viewer.actor, "drafted_at": at or timezone.now()}
        kind = UndertakingEvent.Kind.DRAFTED
        return save(viewer, DRAFT, row, kind, changes, at=at, text=said, is_public=False)


def confirm_answer(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    adoption: str = "",
    adoption_reason: str = "",
    carry_out_by: datetime.date | None = None,
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Confirm the drafted answer, so that it is the city's; with ``adoption`` decide that in the same act.

    Nobody confirms her own draft. ``carry_out_by``: the day by which what is adopted is to be carried out.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: no draft, one's own draft, not decided
        whether it is adopted, or when it is over.
    """
    with held(viewer, CONFIRM, undertaking_id, version) as row:
        require_running(row)
        changes = _confirmed(viewer, row, at)
        decided: dict[str, Any] = {}
        if adoption and (adoption, adoption_reason.strip()) != (row.adoption, row.adoption_reason):
            viewer.require(DECIDE, row)
            decided = _decision(row, adoption, adoption_reason, at, "adoption_reason")
        standing = decided.get("adoption", row.adoption)
        if standing == Adoption.UNDECIDED:
            raise Invalid({"adoption": [_("Say first whether it is adopted, partly or not.")]})
        not_before_asked(row, carry_out_by, "carry_out_by")
        if standing != Adoption.NOT_ADOPTED and carry_out_by is not None:
            changes["carry_out_by"] = carry_out_by
        changes |= decided | _closing(standing, at)
        if decided:
            _tell_decision(viewer, row, decided, at)
        kind, said = UndertakingEvent.Kind.ANSWERED, changes["answer"]
        facts = {"text": said, "carry_out_by": changes.get("carry_out_by")}
        return save(viewer, CONFIRM, row, kind, changes, at=at, **facts)


def _confirmed(viewer: Viewer, row: Undertaking, at: datetime.datetime | None) -> dict[str, Any]:
    if not row.answer_draft:
        raise Invalid({"": [_("There is no draft to confirm.")]})
    if row.drafted_by == viewer.actor and not viewer.system:
        raise Invalid({"": [_("You drafted this answer yourself. Somebody else has to confirm it.")]})
    return {
        "answer": row.answer_draft,
        "answered_at": at or timezone.now(),
        "answer_draft": "",
        "drafted_by": None,
        "drafted_at": None,
    }


def _tell_decision(
    viewer: Viewer, row: Undertaking, decided: dict[str, Any], at: datetime.datetime | None
) -> None:
    happened(
        viewer,
        row,
        UndertakingEvent.Kind.DECIDED,
        at=at,
        adoption=decided["adoption"],
        text=decided["adoption_reason"],
    )
