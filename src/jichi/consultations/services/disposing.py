"""What the city says to opinions: dispositions for sets, one row for all members, and for single opinions."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, digest_of, record
from jichi.consultations.actions import DISPOSE
from jichi.consultations.models import Consultation, Disposition
from jichi.consultations.queries.schemes import code_of
from jichi.undertakings.models import Undertaking
from jichi.undertakings.services import ask_for
from jichi.voices.models import Opinion, OpinionSet

from .holding import clean, clean_translations, held, moment

SUMMARY_LENGTH, VIEW_LENGTH = 4_000, 20_000
MANY = 2_000
"""Sets that one act disposes of at most."""


def dispose(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    code: str,
    summary: str,
    view: str,
    set_id: int | None = None,
    opinion_id: int | None = None,
    change: str = "",
    promise: Mapping[str, Any] | None = None,
    translations: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime.datetime | None = None,
) -> Disposition:
    """Say what the city thinks of a set of opinions, or, as an exception, of one opinion; or change that.

    ``version`` is that of the disposition which is changed, None for the first one. ``promise``: {"text",
    "summary", "due_on", "department_id", "translations"} makes an undertaking of the city in the same act;
    it becomes public with the result.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Conflict: there is another one by now; Invalid: by field.
    """
    with held(viewer, DISPOSE, consultation_id, None) as row:
        assert viewer.actor is not None
        now = moment(viewer, DISPOSE, at)
        target = _target(row, set_id, opinion_id)
        said = _said(row, code, summary, view, change)
        before = Disposition.objects.select_for_update().filter(**target).first()
        if before is not None and before.version != version:
            raise Conflict(before)
        if before is None and version is not None:
            raise Invalid({"": [_("This disposition was taken back in the meantime.")]})
        found = before or Disposition(consultation=row, **target)
        told = _changes(found, said)
        for name, value in said.items():
            setattr(found, name, value)
        if translations is not None or "summary" in told or "view" in told:
            found.translations = clean_translations(translations)
        found.decided_by, found.decided_at = viewer.actor, now
        if promise is not None:
            found.undertaking = _promised(viewer, row, found, promise, now)
            told["undertaking"] = [None, found.undertaking.reference]
        if before is not None:
            found.version += 1
        found.save()
        record(viewer, DISPOSE, found, fields=told | {"code": [None, code]})
        return found


def dispose_many(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    set_ids: Sequence[int],
    code: str,
    view: str,
    summary: str = "",
    change: str = "",
    at: datetime.datetime | None = None,
) -> list[Disposition]:
    """The same disposition for several sets that have none yet, in one act with one entry in the trail.

    ``summary`` empty: each set's own title says what it is about.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Invalid: a set of another desk, one that has a disposition, one
            without title where no summary is given.
    """
    with held(viewer, DISPOSE, consultation_id, None) as row:
        assert viewer.actor is not None
        now = moment(viewer, DISPOSE, at)
        wanted = sorted(set(set_ids))
        sets = list(OpinionSet.objects.filter(pk__in=wanted, desk_id=row.desk_id or 0, merged_into=None))
        if not wanted or len(sets) < len(wanted) or len(wanted) > MANY:
            text = _("Choose sets of this consultation, %(most)d at most.")
            raise Invalid({"sets": [text % {"most": MANY}]})
        if Disposition.objects.filter(set__in=wanted).exists():
            text = _("Some of these have a disposition already. Reload the list.")
            raise Invalid({"sets": [text]})
        if not summary.strip() and any(not one.title for one in sets):
            text = _("Some of these sets have no title. Give them one, or write the summary.")
            raise Invalid({"summary": [text]})
        made = Disposition.objects.bulk_create(
            Disposition(
                consultation=row,
                set=one,
                decided_by=viewer.actor,
                decided_at=now,
                **_said(row, code, summary.strip() or one.title, view, change),
            )
            for one in sets
        )
        fields = {"code": [None, code], "view": CHANGED}
        record(
            viewer,
            DISPOSE,
            row,
            object_type="consultations.disposition",
            fields=fields,
            count=len(made),
            digest=digest_of(wanted),
        )
        return made


def undispose(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    disposition_id: int,
    version: int,
) -> None:
    """Take a disposition back, before the result is published.

    Raises:
        Consultation.DoesNotExist, Disposition.DoesNotExist; NotAllowed; Conflict; Invalid: it is published,
            or it promised something, which is closed as an undertaking first.
    """
    with held(viewer, DISPOSE, consultation_id, None) as row:
        found = Disposition.objects.select_for_update().get(pk=disposition_id, consultation=row)
        if found.version != version:
            raise Conflict(found)
        if row.result_published_at is not None:
            raise Invalid(
                {"": [_("The result is published; change the disposition and correct the result.")]}
            )
        if found.undertaking_id is not None:
            text = _("This disposition promises something. Change its words; the promise stays on record.")
            raise Invalid({"": [text]})
        record(viewer, DISPOSE, found, fields={"code": [found.code, None]})
        found.delete()


def give_dispositions_on(
    *, viewer: Viewer, consultation_id: uuid.UUID, from_sets: Sequence[int], to: int
) -> int:
    """Let a set that took others in keep one disposition: those of ``from_sets`` go where ``to`` has one.

    Gives how many went. Where ``to`` has none, the one of the largest of ``from_sets`` is entered for it.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Invalid: once the result is published.
    """
    with held(viewer, DISPOSE, consultation_id, None) as row:
        if row.result_published_at is not None:
            raise Invalid(
                {"": [_("The result is published; change the disposition and correct the result.")]}
            )
        gone = Disposition.objects.filter(consultation=row, set__in=[pk for pk in from_sets if pk != to])
        best = gone.order_by("-set__size", F("pk")).first()
        if best is not None and not Disposition.objects.filter(set_id=to).exists():
            _target(row, to, None)
            Disposition.objects.create(
                consultation=row,
                set_id=to,
                code=best.code,
                summary=best.summary,
                view=best.view,
                change=best.change,
                translations=best.translations,
                undertaking=best.undertaking,
                decided_by=best.decided_by,
                decided_at=best.decided_at,
            )
        ids = list(gone.filter(undertaking=None).values_list("pk", flat=True))
        Disposition.objects.filter(pk__in=ids).delete()
        if ids:
            fields = {"set": [None, to]}
            record(viewer, DISPOSE, row, fields=fields, count=len(ids), digest=digest_of(ids))
        return len(ids)


# --- checking -----------------------------------------------------------------------------------------
def _target(row: Consultation, set_id: int | None, opinion_id: int | None) -> dict[str, Any]:
    if (set_id is None) == (opinion_id is None):
        raise Invalid({"": [_("Choose one set of opinions, or one opinion.")]})
    if row.desk_id is None:
        raise Invalid({"": [_("Nothing was put before the public yet.")]})
    if set_id is not None:
        rows = OpinionSet.objects.filter(pk=set_id, desk_id=row.desk_id or 0, merged_into=None)
        if not rows.exists():
            raise Invalid({"": [_("This set of opinions is not one of this consultation, or was merged.")]})
        return {"set_id": set_id}
    if not Opinion.objects.filter(pk=opinion_id or 0, voice__desk_id=row.desk_id, kind="opinion").exists():
        raise Invalid({"": [_("This opinion is not one of this consultation.")]})
    return {"opinion_id": opinion_id}


def _said(row: Consultation, code: str, summary: str, view: str, change: str) -> dict[str, str]:
    wrong: dict[str, list[str]] = {}
    found: dict[str, str] = {"code": code}
    declared = code_of(row.scheme, code)
    if declared is None:
        wrong["code"] = [_("Choose one of the city's codes.")]
    for name, given, most, why in (
        ("summary", summary, SUMMARY_LENGTH, _("Say in short what was said.")),
        ("view", view, VIEW_LENGTH, _("Say what the city thinks of it.")),
        ("change", change, VIEW_LENGTH, ""),
    ):
        try:
            found[name] = clean(given, name, most=most, required=why)
        except Invalid as error:
            wrong |= error.messages
    if declared is not None and declared["changes_draft"] and not found.get("change"):
        wrong["change"] = [_("This code says that the draft was changed: say what was changed.")]
    if wrong:
        raise Invalid(wrong)
    return found


def _changes(row: Disposition, said: Mapping[str, str]) -> dict[str, Any]:
    return {name: CHANGED for name, value in said.items() if name != "code" and getattr(row, name) != value}


def _promised(
    viewer: Viewer,
    row: Consultation,
    disposition: Disposition,
    promise: Mapping[str, Any],
    now: datetime.datetime,
) -> Undertaking:
    if disposition.undertaking_id is not None:
        text = _("A promise was made here already; it is changed as an undertaking.")
        raise Invalid({"promise": [text]})
    try:
        return ask_for(
            viewer=viewer,
            kind="promise",
            text=clean(promise.get("text", ""), "text", most=VIEW_LENGTH),
            summary=clean(promise.get("summary", ""), "summary"),
            asked_on=timezone.localdate(now),
            source_name=(_("Public comment: %(title)s") % {"title": row.title})[:200],
            context=row.context,
            context_title=row.title,
            department_id=promise.get("department_id") or row.department_id,
            due_on=promise.get("due_on"),
            translations=clean_translations(promise.get("translations")),
            is_sample=row.is_sample,
            at=now,
        )
    except Invalid as error:
        raise Invalid({f"promise_{name}": texts for name, texts in error.messages.items()}) from error
