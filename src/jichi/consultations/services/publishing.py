"""Putting a draft before the public, keeping it there longer, and withdrawing it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city import rules
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import record
from jichi.consultations.actions import EXTEND, PUBLISH, WITHDRAW
from jichi.consultations.enums import Audience, PostRule, VersionKind
from jichi.consultations.models import Consultation
from jichi.methods import deadlines
from jichi.office.queries import standing_of
from jichi.voices.enums import Purpose
from jichi.voices.models import Desk
from jichi.voices.services import extend_desk, make_desk

from .approving import NOTICE, context_of
from .holding import clean, clean_day, held, moment, put, require_running

PERIOD_RULE = "consultation.period_days"
REPLY_RULE = "voices.reply_working_days"
RETENTION = "consultation"


def publish(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    version: int | None,
    announce: bool = False,
    at: datetime.datetime | None = None,
) -> Consultation:
    """Put the draft before the public from the beginning of its first day, and open its desks.

    The rule in force on the first day says how long at least (the day of publication counts); a shorter
    period needs ``short_reason``. ``announce``: the notice shows at once, the draft on the first day.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Conflict; Invalid: by field what is missing, a period too short
            without reason, a notice that is under way for approval.
    """
    with held(viewer, PUBLISH, consultation_id, version) as row:
        now = moment(viewer, PUBLISH, at)
        _require_unpublished(row)
        _require_ready(row, timezone.localdate(now))
        assert row.first_day is not None and row.last_day is not None
        _require_notice_decided(row)
        rule = _rule(row.first_day)
        least = int(rule.value) + (rule.boundary == "over")
        _require_long_enough(row, least)
        opens = deadlines.starts_at(row.first_day)
        shown = max(now, opens)
        desk = _desks(viewer, row, opens, deadlines.ends_at(row.last_day))
        row.texts.filter(kind=VersionKind.DRAFT, published_at__isnull=True).update(published_at=shown)
        changes: dict[str, Any] = {
            "desk_id": desk.pk,
            "least_days": least,
            "rule_fingerprint": rule.fingerprint,
            "published_at": now if announce else shown,
        }
        fields = put(row, changes) | {"last_day": [None, row.last_day.isoformat()]}
        record(viewer, PUBLISH, row, fields=fields)
    return row


def publish_exempt(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    version: int | None,
    reason: str,
    ground: str,
    at: datetime.datetime | None = None,
) -> Consultation:
    """Publish that the procedure is not held, on which ground of the ordinance and why.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Conflict; Invalid: published already, or no reason.
    """
    with held(viewer, PUBLISH, consultation_id, version) as row:
        now = moment(viewer, PUBLISH, at)
        _require_unpublished(row)
        why = _("Say why it is not held. The reason is published.")
        changes = {
            "exempt_reason": clean(reason, "exempt_reason", most=4_000, required=why),
            "exempt_ground": clean(
                ground, "exempt_ground", most=300, required=_("Say on which ground of the ordinance.")
            ),
            "first_day": None,
            "last_day": None,
            "published_at": now,
        }
        record(viewer, PUBLISH, row, fields=put(row, changes))
    return row


def extend(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    version: int | None,
    last_day: datetime.date,
    at: datetime.datetime | None = None,
) -> Consultation:
    """Keep a running consultation open longer. It never ends earlier than was said.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Conflict; Invalid: not running, over, or not a later day.
    """
    with held(viewer, EXTEND, consultation_id, version) as row:
        today = timezone.localdate(moment(viewer, EXTEND, at))
        require_running(row)
        if row.published_at is None or row.last_day is None or row.desk_id is None:
            raise Invalid({"": [_("Only a published period can be extended.")]})
        if today > row.last_day:
            raise Invalid({"": [_("The period is over; what comes now is kept as late.")]})
        clean_day(last_day, "last_day")
        if last_day <= row.last_day:
            text = _("The new last day must be after the one that was published.")
            raise Invalid({"last_day": [text]})
        extend_desk(viewer=viewer, desk_id=row.desk_id, closes_at=deadlines.ends_at(last_day))
        record(viewer, EXTEND, row, fields=put(row, {"last_day": last_day}))
    return row


def withdraw(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    version: int | None,
    reason: str,
    at: datetime.datetime | None = None,
) -> Consultation:
    """Withdraw the proposal, with the reason. What was said stays and the result still says so.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Conflict; Invalid: withdrawn already, its result published, or
            no reason.
    """
    with held(viewer, WITHDRAW, consultation_id, version) as row:
        now = moment(viewer, WITHDRAW, at)
        require_running(row)
        if row.result_published_at is not None:
            raise Invalid({"": [_("The result is published; this can no longer be withdrawn.")]})
        why = _("Say why the proposal is withdrawn. The reason is published.")
        changes = {
            "withdrawn_at": now,
            "withdrawn_reason": clean(reason, "reason", most=4_000, required=why),
        }
        record(viewer, WITHDRAW, row, fields=put(row, changes))
    return row


# --- what publishing needs --------------------------------------------------------------------------------
def _require_unpublished(row: Consultation) -> None:
    require_running(row)
    if row.published_at is not None:
        raise Invalid({"": [_("This is published already.")]})


def _require_ready(row: Consultation, today: datetime.date) -> None:
    wrong: dict[str, list[str]] = {}
    if row.first_day is None or row.last_day is None:
        wrong["first_day"] = [_("Give the first and the last day.")]
    elif row.first_day < today:
        wrong["first_day"] = [_("The first day is over. A period begins on the day of publication or later.")]
    if not row.notice:
        wrong["notice"] = [_("Write the notice that is published with the draft.")]
    if not row.contact_line:
        wrong["contact_line"] = [_("Say which office answers questions, and how to reach it.")]
    has_draft = row.texts.filter(kind=VersionKind.DRAFT, audience=Audience.FULL).exists()
    if not has_draft and not row.files.exists():
        wrong["content"] = [_("Enter the draft, or add it as a file.")]
    if wrong:
        raise Invalid(wrong)


def _require_notice_decided(row: Consultation) -> None:
    found = standing_of(context_of(row, NOTICE))
    if found is not None and found.state != found.State.DECIDED:
        text = _("The notice is put up for approval and not decided yet. Wait for the decision.")
        raise Invalid({"": [text]})


def _rule(day: datetime.date) -> rules.Rule:
    try:
        return rules.get(PERIOD_RULE, on=day)
    except rules.RuleProblem as error:
        text = _(
            "How long a draft is put before the public is not known for this day. Load the city's rules."
        )
        raise Invalid({"first_day": [text]}) from error


def _require_long_enough(row: Consultation, least: int) -> None:
    assert row.first_day is not None and row.last_day is not None
    days = deadlines.days_in_period(row.first_day, row.last_day)
    if days < least and not row.short_reason:
        text = ngettext(
            "This is %(count)d day; the rule asks for %(least)d. Give the reason, which is published.",
            "These are %(count)d days; the rule asks for %(least)d. Give the reason, which is published.",
            days,
        )
        raise Invalid({"short_reason": [text % {"count": days, "least": least}]})


def _desks(viewer: Viewer, row: Consultation, opens: datetime.datetime, closes: datetime.datetime) -> Desk:
    """The desk for opinions (given back), and those for accommodation and appeals, which stay open."""
    common: dict[str, Any] = {
        "viewer": viewer,
        "mechanism": "consultations",
        "context": row.context,
        "title": row.title,
        "department_id": row.department_id,
        "translations": {
            language: {"title": texts["title"]}
            for language, texts in row.translations.items()
            if texts.get("title")
        },
        "is_sample": row.is_sample,
    }
    for purpose, end in ((Purpose.ACCOMMODATION, "access"), (Purpose.APPEALS, "appeals")):
        make_desk(key=f"pc-{row.key}-{end}", purpose=purpose, reply_rule=REPLY_RULE, **common)
    return make_desk(
        key=f"pc-{row.key}",
        purpose=Purpose.OPINIONS,
        opens_at=opens,
        closes_at=closes,
        postmark_counts=row.post_rule == PostRule.POSTMARK,
        retention_class=RETENTION,
        **common,
    )
