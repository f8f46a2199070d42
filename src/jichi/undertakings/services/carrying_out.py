"""What becomes of an undertaking: progress, done with its evidence, closed, taken up again."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.undertakings.actions import CLOSE, FINISH, PROGRESS, REOPEN
from jichi.undertakings.models import Adoption, Kind, State, Undertaking, UndertakingEvent

from .steps import day_of, held, not_before_asked, require_running, save, words_required


def report_progress(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    text: str,
    carry_out_by: datetime.date | None = None,
    is_public: bool = True,
    translations: Mapping[str, Any] | None = None,
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Say how far it has come; with ``carry_out_by`` set another day. ``is_public`` false: an inner note.
    ``translations`` maps a language to ``{"text": …}``.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: nothing said, not adopted, or over.
    """
    with held(viewer, PROGRESS, undertaking_id, version) as row:
        _require_taken_up(row)
        said = words_required(text, "text", _("Say how far it has come."))
        not_before_asked(row, carry_out_by, "carry_out_by")
        changes: dict[str, Any] = {"started_at": row.started_at or at or timezone.now()}
        if carry_out_by is not None:
            changes["carry_out_by"] = carry_out_by
        kind = UndertakingEvent.Kind.PROGRESS
        facts: dict[str, Any] = {"text": said, "is_public": is_public, "carry_out_by": carry_out_by}
        facts["translations"] = dict(translations or {})
        return save(viewer, PROGRESS, row, kind, changes, at=at, **facts)


def finish(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    done_on: datetime.date,
    evidence_text: str,
    evidence_url: str = "",
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Report it as done, with the evidence by which anybody can check it.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: no evidence, not adopted, not answered (but a
        promise needs no answer), a day to come or before it was asked, an address that is not of the web.
    """
    with held(viewer, FINISH, undertaking_id, version) as row:
        _require_taken_up(row)
        if row.answered_at is None and row.kind != Kind.PROMISE:
            raise Invalid({"": [_("Answer it first; who asked gets an answer, then it is done.")]})
        why = _("Say by what one can check that it is done: a document, a place, a figure.")
        said, url = words_required(evidence_text, "evidence_text", why), evidence_url.strip()
        if done_on > day_of(at):
            raise Invalid({"done_on": [_("This day has not come yet.")]})
        not_before_asked(row, done_on, "done_on")
        if url and not url.startswith(("http://", "https://")):
            raise Invalid({"evidence_url": [_("An address on the web begins with https:// or http://.")]})
        changes = {"done_on": done_on, "evidence_text": said, "evidence_url": url}
        return save(viewer, FINISH, row, UndertakingEvent.Kind.DONE, changes, at=at, text=said)


def _require_taken_up(row: Undertaking) -> None:
    require_running(row)
    if row.adoption not in (Adoption.ADOPTED, Adoption.PARTLY):
        raise Invalid({"": [_("Decide first that it is adopted, wholly or partly.")]})


def close_without(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    reason: str,
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Close it although nothing was done, with the reason (asked twice, overtaken by events).

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: no reason, or over already.
    """
    with held(viewer, CLOSE, undertaking_id, version) as row:
        require_running(row)
        said = words_required(reason, "reason", _("Say why it is closed; the reason is shown."))
        changes = {"closed_on": day_of(at), "closed_reason": said}
        return save(viewer, CLOSE, row, UndertakingEvent.Kind.CLOSED, changes, at=at, text=said)


def reopen(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    reason: str,
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Take up again what was over. What was done goes on being under way; what was not adopted is undecided
    again, and its answer becomes the draft of the next one. The history keeps all of it.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: no reason, or it is not over.
    """
    with held(viewer, REOPEN, undertaking_id, version) as row:
        if not row.is_over:
            raise Invalid({"": [_("This is not over; there is nothing to take up again.")]})
        said = words_required(reason, "reason", _("Say why it is taken up again."))
        changes = _running_again(viewer, row, at or timezone.now())
        return save(viewer, REOPEN, row, UndertakingEvent.Kind.REOPENED, changes, at=at, text=said)


def _running_again(viewer: Viewer, row: Undertaking, now: datetime.datetime) -> dict[str, Any]:
    if row.state == State.DONE:
        return {
            "done_on": None,
            "evidence_text": "",
            "evidence_url": "",
            "started_at": row.started_at or now,
        }
    changes: dict[str, Any] = {"closed_on": None, "closed_reason": ""}
    if row.adoption == Adoption.NOT_ADOPTED:
        changes |= {
            "adoption": Adoption.UNDECIDED,
            "adoption_reason": "",
            "adopted_at": None,
            "started_at": None,
            "answer": "",
            "answered_at": None,
        }
        if row.answer and not row.answer_draft:
            changes |= {"answer_draft": row.answer, "drafted_by": viewer.actor, "drafted_at": now}
    return changes
