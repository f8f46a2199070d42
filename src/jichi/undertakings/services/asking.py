"""Entering what was asked of the city, and giving it to the office that answers for it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.queries import fiscal_year_start_month
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.directory.models import Body
from jichi.undertakings.actions import ASK, ASSIGN, DEMAND, PROMISE, REMARK
from jichi.undertakings.models import Adoption, Kind, Undertaking, UndertakingEvent
from jichi.undertakings.models.undertakings import SUMMARY_LENGTH

from .steps import (
    SEVERAL,
    day_of,
    happened,
    held,
    locked,
    not_before_asked,
    office_required,
    put,
    require_running,
    save,
    words_required,
)

_TRIES = 5
"""How often a number is drawn anew when another act took it at the same moment."""


def ask_for(
    *,
    viewer: Viewer,
    kind: str,
    text: str,
    asked_on: datetime.date,
    source_body_id: int | None = None,
    source_name: str = "",
    addressee: str = "",
    summary: str = "",
    context: str = "",
    context_title: str = "",
    department_id: int | None = None,
    due_on: datetime.date | None = None,
    fiscal_year: int | None = None,
    visible_from: datetime.datetime | None = None,
    is_sample: bool = False,
    translations: Mapping[str, Any] | None = None,
    undertaking_id: uuid.UUID | None = None,
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Enter what somebody asked of the city; it gets the next number of its fiscal year.

    Either ``source_body_id`` (a council or committee of the directory) or ``source_name`` says who asked.
    ``context`` names the thing it is about for the room that knows it. ``fiscal_year`` None: that of
    ``asked_on``. A promise is the city's own word and counts as adopted; an office may give one for itself.
    ``addressee``: of whom the city itself demands it. ``undertaking_id`` gives the row an id known
    beforehand.

    Raises:
        NotAllowed; Invalid: by field.
    """
    body = Body.objects.filter(pk=source_body_id).first() if source_body_id is not None else None
    key = _KEYS.get(kind, ASK)
    thing: Body | Undertaking | None = body
    if kind == Kind.PROMISE:
        thing = Undertaking(department_id=department_id)  # an office promises for itself alone
    elif body is None and viewer.departments_for(key) is not None:
        raise NotAllowed(key)  # who was granted one committee speaks for that one
    with act(viewer, key, thing):
        assert viewer.actor is not None
        row = Undertaking(
            id=undertaking_id or uuid.uuid4(),
            kind=kind,
            source_body=body,
            source_name=source_name.strip(),
            addressee=" ".join(addressee.split()),
            context=context,
            context_title=context_title,
            asked_on=asked_on,
            text=text.strip(),
            summary=" ".join(summary.split()),
            department=office_required(department_id),
            due_on=due_on,
            fiscal_year=fiscal_year or _year_of(asked_on),
            visible_from=visible_from,
            asked_by=viewer.actor,
            entered_at=at or timezone.now(),
            is_sample=is_sample,
            translations=dict(translations or {}),
        )
        if row.kind == Kind.PROMISE:
            row.adoption, row.adopted_at = Adoption.ADOPTED, row.entered_at
        if wrong := _objections(row, source_body_id, day=min(timezone.localdate(), day_of(at))):
            raise Invalid(wrong)
        _numbered(row)
        happened(
            viewer,
            row,
            UndertakingEvent.Kind.ASKED,
            at=at,
            department=row.department,
            due_on=due_on,
        )
        record(
            viewer,
            key,
            row,
            fields={"number": [None, row.reference], "kind": [None, row.kind], "text": CHANGED},
        )
    return row


_KEYS: dict[str, str] = {Kind.REMARK: REMARK, Kind.PROMISE: PROMISE, Kind.DEMAND: DEMAND}


def _year_of(day: datetime.date) -> int:
    return day.year if day.month >= fiscal_year_start_month() else day.year - 1


def _objections(row: Undertaking, source_body_id: int | None, *, day: datetime.date) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    if row.kind not in Kind.values:
        wrong["kind"] = [_("Say what kind it is: a recommendation, a remark, a request …")]
    if not row.text:
        wrong["text"] = [_("Enter what was asked, in the words in which it was asked.")]
    if len(row.summary) > SUMMARY_LENGTH:
        text = _("At most %(count)d characters; the whole belongs into the text.")
        wrong["summary"] = [text % {"count": SUMMARY_LENGTH}]
    if source_body_id is not None and row.source_body is None:
        wrong["source_body"] = [_("This council or committee is not known.")]
    elif (row.source_body is None) == (not row.source_name):
        wrong["source_name"] = [
            _("Say who asked: choose a council or committee, or write the name; not both.")
        ]
    if row.kind == Kind.DEMAND and not row.addressee:
        wrong["addressee"] = [_("Say of whom the city demands it: the state, the prefecture …")]
    elif row.kind != Kind.DEMAND and row.addressee:
        wrong["addressee"] = [_("Only a demand of the city itself goes to somebody else.")]
    if row.asked_on > day:
        wrong["asked_on"] = [_("This day has not come yet.")]
    if row.due_on is not None and row.due_on < row.asked_on:
        wrong["due_on"] = [_("This day is before the one on which it was asked.")]
    return wrong


def _numbered(row: Undertaking) -> None:
    """Store the row under the next number of its year, even if others draw numbers at the same moment."""
    of_year = Undertaking.objects.filter(fiscal_year=row.fiscal_year)
    for left in reversed(range(_TRIES)):
        row.number = (of_year.aggregate(last=Max("number"))["last"] or 0) + 1
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            if not left or not of_year.filter(number=row.number).exists():
                raise
        else:
            return


def assign(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    department_id: int | None,
    due_on: datetime.date | None,
    at: datetime.datetime | None = None,
) -> Undertaking:
    """Give an undertaking to the office that answers for it (None: to nobody), and say by when.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: it is over, an unknown office, an early day.
    """
    with held(viewer, ASSIGN, undertaking_id, version) as row:
        return _assigned(viewer, row, {"department_id": department_id, "due_on": due_on}, at)


def _assigned(
    viewer: Viewer,
    row: Undertaking,
    wanted: dict[str, Any],
    at: datetime.datetime | None,
    *,
    of_many: bool = False,
) -> Undertaking:
    require_running(row)
    not_before_asked(row, wanted.get("due_on"), "due_on")
    changes = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not changes:
        return row
    said = {name: value for name, value in changes.items() if value is not None}
    office_required(said.get("department_id"))
    kind = UndertakingEvent.Kind.ASSIGNED
    if not of_many:
        return save(viewer, ASSIGN, row, kind, changes, at=at, **said)
    put(row, changes)
    happened(viewer, row, kind, at=at, **said)
    return row


def assign_several(
    *,
    viewer: Viewer,
    versions: Mapping[uuid.UUID, int | None],
    department_id: int | None = None,
    due_on: datetime.date | None = None,
    at: datetime.datetime | None = None,
) -> list[Undertaking]:
    """Give several undertakings to one office or one day, all or none; what is None stays as it is.

    ``versions`` maps each undertaking to the version its editor saw.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict: one of them was changed; Invalid.
    """
    wanted: dict[str, Any] = {"department_id": department_id, "due_on": due_on}
    changes = {name: value for name, value in wanted.items() if value is not None}
    if not versions:
        raise Invalid({"": [_("Choose at least one of them.")]})
    if not changes:
        raise Invalid({"": [_("Choose an office, a day, or both.")]})
    with act(viewer, ASSIGN):
        rows = []
        for pk in sorted(versions):
            row = locked(pk)
            viewer.require(ASSIGN, row)
            if versions[pk] is not None and row.version != versions[pk]:
                raise Conflict(row)
            try:
                rows.append(_assigned(viewer, row, changes, at, of_many=True))
            except Invalid as error:
                raise Invalid(
                    {
                        name: [f"{row.reference}: {text}" for text in texts]
                        for name, texts in error.messages.items()
                    }
                ) from error
        told = {name: value.isoformat() if name == "due_on" else value for name, value in changes.items()}
        record(
            viewer,
            ASSIGN,
            None,
            object_type=SEVERAL,
            fields={name: [None, value] for name, value in told.items()},
            count=len(rows),
            digest=digest_of(row.pk for row in rows),
        )
    return rows


def say_what_it_is(
    *,
    viewer: Viewer,
    undertaking_id: uuid.UUID,
    version: int | None,
    summary: str,
    translations: Mapping[str, Any] | None = None,
) -> Undertaking:
    """Give an undertaking its summary in one sentence; what was asked stays as it was asked.

    Raises:
        Undertaking.DoesNotExist; NotAllowed; Conflict; Invalid: nothing said, or too long.
    """
    with held(viewer, ASSIGN, undertaking_id, version) as row:
        said = words_required(" ".join(summary.split()), "summary", _("Say in one sentence what was asked."))
        if len(said) > SUMMARY_LENGTH:
            text = _("At most %(count)d characters; the whole belongs into the text.")
            raise Invalid({"summary": [text % {"count": SUMMARY_LENGTH}]})
        changes: dict[str, Any] = {"summary": said}
        if translations is not None:
            changes["translations"] = dict(translations)
        record(viewer, ASSIGN, row, fields=put(row, changes))
        return row
