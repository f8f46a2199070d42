"""Publishing the result of a consultation as an edition, and correcting it with another one."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import CHANGED, digest_of, record
from jichi.consultations.actions import CORRECT, PUBLISH_RESULT
from jichi.consultations.addresses import result_url
from jichi.consultations.enums import VersionKind
from jichi.consultations.models import Consultation, Disposition, ResultEdition
from jichi.consultations.queries.results import result_of
from jichi.consultations.queries.schemes import code_of
from jichi.consultations.result import Result, as_json
from jichi.office.models import Approval
from jichi.undertakings.services import publish_promises
from jichi.voices.actions import EFFECT
from jichi.voices.enums import EffectKind, EndKind
from jichi.voices.models import Effect
from jichi.voices.services import answer_desk

from .approving import decided_result, digest
from .holding import clean, held, moment, put

_SHOWN = 5
_BATCH = 500


def publish_result(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    version: int | None,
    at: datetime.datetime | None = None,
) -> ResultEdition:
    """Publish the result: exactly what was decided, also when nothing came in or the proposal was withdrawn.

    In one transaction the edition is stored, the final text becomes public, what was promised shows among the
    undertakings, every set of opinions gets its effect, and the desk is answered.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Conflict; Invalid: still open, opinions without disposition,
            changes without reason, not decided.
    """
    with held(viewer, PUBLISH_RESULT, consultation_id, version) as row:
        now = moment(viewer, PUBLISH_RESULT, at)
        if row.result_published_at is not None:
            raise Invalid({"": [_("The result is published already; correct it with the reason.")]})
        result = _publishable(row, now)
        content = as_json(result)
        edition = _store(viewer, row, result, content, now, decided_result(viewer, row, content))
        row.texts.filter(kind=VersionKind.FINAL, published_at__isnull=True).update(published_at=now)
        changes = {"result_published_at": now, "nothing_received": result.nothing_received}
        fields = put(row, changes) | {"edition": [None, edition.digest]}
        record(viewer, PUBLISH_RESULT, row, fields=fields)
        publish_promises(viewer=viewer, context=row.context, at=at)
        _enter_effects(viewer, row, result, now)
        if row.desk is not None and row.desk.closes_at is not None and row.desk.closes_at <= now:
            answer_desk(viewer=viewer, desk_id=row.desk.pk, kind=ending_of(row), at=now)
    return edition


def correct_result(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    version: int | None,
    reason: str,
    at: datetime.datetime | None = None,
) -> ResultEdition:
    """Publish another edition of the result as it stands now, with the reason; the former ones stay readable.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Conflict; Invalid: not published, nothing differs, no reason.
    """
    with held(viewer, CORRECT, consultation_id, version) as row:
        now = moment(viewer, CORRECT, at)
        if row.result_published_at is None:
            raise Invalid({"": [_("There is no published result to correct.")]})
        why = clean(reason, "reason", most=4_000, required=_("Say what was wrong. The reason is published."))
        result = _publishable(row, now)
        content = as_json(result)
        last = row.editions.order_by("-number").first()
        if last is not None and last.digest == digest(content):
            raise Invalid({"": [_("Nothing differs from the published result.")]})
        edition = _store(viewer, row, result, content, now, None, reason=why)
        fields = put(row, {"nothing_received": result.nothing_received})
        record(viewer, CORRECT, row, fields=fields | {"edition": [None, edition.digest], "reason": CHANGED})
        publish_promises(viewer=viewer, context=row.context, at=at)
        _enter_effects(viewer, row, result, now)
    return edition


def ending_of(row: Consultation) -> str:
    """How the voices of its desk end with the result: that of a withdrawn proposal answers nobody."""
    return EndKind.NOTED if row.withdrawn_at is not None else EndKind.REPLIED


def content_to_publish(row: Consultation, *, at: datetime.datetime | None = None) -> dict[str, Any]:
    """The document that would be published now. Raises Invalid with everything that is missing."""
    return as_json(_publishable(row, at or timezone.now()))


def missing_in(row: Consultation, result: Result, now: datetime.datetime) -> Iterator[str]:
    """What stands between a result and its publication, a sentence each."""
    if row.published_at is None or row.exempt_reason:
        yield _("Nothing was put before the public, so there is no result.")
        return
    if row.withdrawn_at is not None:
        return
    if row.desk is not None and row.desk.closes_at is not None and row.desk.closes_at > now:
        yield _("The period is not over yet.")
    if result.undivided:
        text = ngettext(
            "%(count)d submission is not divided into opinions yet.",
            "%(count)d submissions are not divided into opinions yet.",
            result.undivided,
        )
        yield text % {"count": result.undivided}
    if result.undisposed:
        text = ngettext(
            "%(count)d opinion has no disposition yet.",
            "%(count)d opinions have no disposition yet.",
            result.undisposed,
        )
        yield text % {"count": result.undisposed}
    if result.draft is not None and result.final is None:
        yield _("The final text is not entered. Enter it, or say that the draft stays unchanged.")
    if result.unexplained:
        text = ngettext(
            "%(count)d changed passage has no reason yet (%(places)s).",
            "%(count)d changed passages have no reason yet (%(places)s).",
            len(result.unexplained),
        )
        places = ", ".join(result.unexplained[:_SHOWN])
        yield text % {"count": len(result.unexplained), "places": places}


def _publishable(row: Consultation, now: datetime.datetime) -> Result:
    result = result_of(row)
    if missing := list(missing_in(row, result, now)):
        raise Invalid({"": missing})
    return result


def _store(
    viewer: Viewer,
    row: Consultation,
    result: Result,
    content: Mapping[str, Any],
    now: datetime.datetime,
    approval: Approval | None,
    reason: str = "",
) -> ResultEdition:
    assert viewer.actor is not None
    last = row.editions.order_by("-number").values_list("number", flat=True).first()
    return ResultEdition.objects.create(
        consultation=row,
        number=(last or 0) + 1,
        content=dict(content),
        counts=result.counts,
        digest=digest(content),
        reason=reason,
        approval=approval,
        published_at=now,
        published_by=viewer.actor,
    )


def _enter_effects(viewer: Viewer, row: Consultation, result: Result, now: datetime.datetime) -> None:
    """What each set of opinions, or single opinion, changed: for the status of every voice in it.

    One row for a set, however many said it; what was entered for an earlier edition stays beside it. What
    the result does not tell has none: of a set whose voices were all sealed or withdrawn nothing is said.
    """
    assert viewer.actor is not None
    viewer.require(EFFECT, row)
    told = set(Effect.objects.filter(about=_about(row)).values_list("set_id", "voice_id", "kind", "text"))
    shown = (*result.rows, *result.apart.late_rows)
    told_of = {(None, one.opinion) if one.opinion is not None else (one.set, None) for one in shown}
    rows = Disposition.objects.filter(consultation=row).select_related("opinion")
    with translation.override(settings.LANGUAGE_CODE):
        url = result_url(row)
    made = [
        effect
        for one in rows.order_by("pk")
        if (one.set_id, one.opinion_id) in told_of
        and (effect := _effect(viewer, row, one, url, now))
        and (effect.set_id, effect.voice_id, effect.kind, effect.text) not in told
    ]
    if made:
        Effect.objects.bulk_create(made, batch_size=_BATCH)
        record(
            viewer,
            EFFECT,
            None,
            object_type="voices.effect",
            count=len(made),
            digest=digest_of(f"{one.set_id}/{one.voice_id}" for one in made),
        )


def _about(row: Consultation) -> str:
    return row.title[:200]


def _effect(viewer: Viewer, row: Consultation, one: Disposition, url: str, now: datetime.datetime) -> Effect:
    code = code_of(row.scheme, one.code) or {}
    kind = EffectKind.UNDERTAKEN if one.undertaking_id else EffectKind(code.get("effect", "explained"))
    assert viewer.actor is not None
    return Effect(
        set_id=one.set_id,
        voice_id=one.opinion.voice_id if one.opinion is not None else None,
        kind=kind,
        text=one.view,
        translations={
            language: {"text": texts["view"]}
            for language, texts in one.translations.items()
            if texts.get("view")
        },
        about=_about(row),
        url=url[:300],
        undertaking_id=one.undertaking_id,
        at=now,
        visible_from=now,
        by=viewer.actor,
    )
