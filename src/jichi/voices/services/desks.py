"""Desks: made and extended by the mechanism that runs them, and answered as a whole."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, record
from jichi.voices.actions import ANSWER_DESK, DESK
from jichi.voices.enums import Channel, EndKind, Purpose
from jichi.voices.models import Desk

from .steps import as_json, words_required


def make_desk(
    *,
    viewer: Viewer,
    key: str,
    mechanism: str,
    context: str,
    title: str,
    department_id: int,
    purpose: str = Purpose.OPINIONS,
    opens_at: datetime.datetime | None = None,
    closes_at: datetime.datetime | None = None,
    postmark_counts: bool = False,
    retention_class: str = "standard",
    reply_rule: str = "",
    checks: Iterable[str] = (),
    places: Iterable[str] = (),
    translations: Mapping[str, Any] | None = None,
    is_sample: bool = False,
) -> Desk:
    """Open a desk at which voices to ``context`` arrive; the arguments are the fields of :class:`Desk`.

    Raises:
        NotAllowed; Invalid: by field, or where there is one for this context and purpose already.
    """
    row = Desk(
        key=key,
        mechanism=mechanism,
        context=context,
        purpose=purpose,
        title=title.strip(),
        translations=dict(translations or {}),
        department_id=department_id,
        opens_at=opens_at,
        closes_at=closes_at,
        postmark_counts=postmark_counts,
        reply_rule=reply_rule,
        retention_class=retention_class,
        checks=list(checks),
        places=list(places),
        is_sample=is_sample,
    )
    with act(viewer, DESK, row):
        _require_sound(row)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            raise Invalid({"key": [_("There is a desk for this already.")]}) from error
        told = {"purpose": row.purpose, "opens_at": row.opens_at, "closes_at": row.closes_at}
        record(viewer, DESK, row, fields={name: [None, as_json(value)] for name, value in told.items()})
    return row


def extend_desk(*, viewer: Viewer, desk_id: int, closes_at: datetime.datetime | None) -> Desk:
    """Keep a desk open longer (None: until it is given an end). It never closes earlier than was said.

    What came in late by the former end stays late: how a voice was received never changes.

    Raises:
        Desk.DoesNotExist; NotAllowed; Invalid: an earlier end, or answered already.
    """
    with act(viewer, DESK, Desk.objects.get(pk=desk_id)):
        row = Desk.objects.select_for_update().get(pk=desk_id)
        if row.answered_at is not None:
            raise Invalid({"": [_("This was answered already and cannot be opened longer.")]})
        now = timezone.now()
        standing = row.closes_at
        if closes_at is not None and (standing is None or closes_at < standing) and closes_at < now:
            raise Invalid({"closes_at": [_("The new end lies in the past.")]})
        if closes_at is not None and standing is not None and closes_at < standing:
            raise Invalid({"closes_at": [_("The new end lies before the one that was announced.")]})
        fields = {"closes_at": [as_json(standing), as_json(closes_at)]}
        row.closes_at, row.version = closes_at, row.version + 1
        _require_sound(row)
        row.save(update_fields=["closes_at", "version"])
        record(viewer, DESK, row, fields=fields)
        return row


def answer_desk(
    *, viewer: Viewer, desk_id: int, kind: str = EndKind.REPLIED, at: datetime.datetime | None = None
) -> Desk:
    """Answer all voices of a desk that are neither late nor ended, by one row for all of them.

    The mechanism calls it inside its own act (the result of a consultation).

    Raises:
        Desk.DoesNotExist; NotAllowed; Invalid: still open, answered already, or not a kind for all.
    """
    with act(viewer, ANSWER_DESK, Desk.objects.get(pk=desk_id)):
        row = Desk.objects.select_for_update().get(pk=desk_id)
        now = at or timezone.now()
        if row.answered_at is not None:
            raise Invalid({"": [_("This was answered already.")]})
        if row.closes_at is not None and row.closes_at > now:
            raise Invalid({"": [_("This is still open; it is answered after its last day.")]})
        if kind not in (EndKind.REPLIED, EndKind.NOTED, EndKind.CIRCULATED):
            raise Invalid({"kind": [_("All voices of a desk cannot end this way.")]})
        row.answered_at, row.answered_kind, row.version = now, kind, row.version + 1
        row.save(update_fields=["answered_at", "answered_kind", "version"])
        record(viewer, ANSWER_DESK, row, fields={"answered_at": [None, now.isoformat()], "kind": kind})
        return row


def _require_sound(row: Desk) -> None:
    wrong: dict[str, list[str]] = {}
    row.title = words_required(row.title, "title", _("Say what the desk is for."))[:200]
    if row.purpose not in Purpose.values:
        wrong["purpose"] = [_("There is no such kind of desk.")]
    if row.opens_at is not None and row.closes_at is not None and row.closes_at <= row.opens_at:
        wrong["closes_at"] = [_("The end lies before the beginning.")]
    if unknown := [one for one in row.checks if one not in Channel.values]:
        wrong["checks"] = [_("There is no channel “%(name)s”.") % {"name": unknown[0]}]
    if wrong:
        raise Invalid(wrong)
