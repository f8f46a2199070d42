"""Where a voice stands, in words for the person who has its number."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.ui.numbers import format_date

from .enums import LATE_ANSWERED, LATE_BEFORE, LATE_REASONS, Channel, EffectKind, EndKind, Purpose
from .queries.status import EFFECT, ENDED, GROUPED, RECEIVED, REPLIED, Status


def facts_of(status: Status | None) -> list[dict[str, str]]:
    """What it was said to, when and by which way; nothing where this installation does not know it."""
    if status is None:
        return []
    moment = timezone.localtime(status.received_at)
    rows = [
        (_("Said to"), status.desk_title),
        (_("Received"), f"{format_date(moment.date())} {moment:%H:%M}"),
        (_("By"), str(Channel(status.channel).label)),
    ]
    if status.is_late:
        rows.append((_("In time"), _late_words(status)))
    if status.due_on:
        rows.append((_("Reply by"), format_date(status.due_on)))
    return [{"term": term, "value": value} for term, value in rows]


def _late_words(status: Status) -> str:
    if status.why_late in {LATE_BEFORE, LATE_ANSWERED}:
        reason = LATE_REASONS[status.why_late]
        return _("No: %(reason)s. It is kept, and counted apart") % {"reason": reason}
    return _("No: it came after the last day, is kept, and is counted apart")


def next_steps(status: Status | None) -> list[str]:
    """What happens after it was received, step by step."""
    if status is not None and status.purpose != Purpose.OPINIONS:
        return [
            _("The office reads it and decides what to do."),
            _("You get the answer by the way you gave, and it stands here by your number."),
        ]
    if status is not None and status.mechanism != "consultations":
        reply = (
            _("You get a reply by %(day)s.") % {"day": format_date(status.due_on)} if status.due_on else ""
        )
        return [
            _("The office reads it."),
            *([reply] if reply else []),
            _("Here you see where it stands and what it changed."),
        ]
    if status is not None and status.is_late:
        return [
            _("The office reads it."),
            _("The result counts it apart; it says what the city thinks of the opinions that came in time."),
            _("Here you see where it stands and what it changed."),
        ]
    return [
        _("The office reads it. Names and the like are masked before anything is shown."),
        _("Opinions that say the same are put together; each still counts."),
        _("The city writes what it thinks of every opinion and publishes the result."),
        _("By your number you see the reply, and what your voice changed."),
    ]


def heading_of(status: Status) -> str:
    """Where it stands, in a sentence."""
    if status.effects:
        return _("Your voice had an effect") if _changed(status) else _("Your voice was answered")
    if status.end == EndKind.REPLIED or status.replies:
        return _("Your voice was answered")
    if status.end:
        return _("Your voice was dealt with: %(how)s") % {"how": EndKind(status.end).label}
    if status.steps and status.steps[-1].kind == GROUPED:
        return _("Your voice is being considered together with others")
    return _("Your voice was received and is being dealt with")


def _changed(status: Status) -> bool:
    return any(one.kind in {EffectKind.CHANGED_DRAFT, EffectKind.UNDERTAKEN} for one in status.effects)


def steps_of(status: Status) -> list[dict[str, Any]]:
    """The way it went and has to go, for the list of steps."""
    there = {one.kind: one for one in status.steps}
    found = [_step(_("Received"), there.get(RECEIVED))]
    if grouped := there.get(GROUPED):
        text = ngettext(
            "Put together with %(others)s other that says the same",
            "Put together with %(others)s others that say the same",
            grouped.others,
        ) % {"others": f"{grouped.others:,}"}
        found.append(_step(text, grouped))
    if ended := there.get(ENDED):
        step = _step(_("Dealt with: %(how)s") % {"how": EndKind(status.end).label}, ended)
        if status.end_reason:
            step["text"] = status.end_reason
        found.append(step)
    else:
        found.append(_step(_("Answered"), there.get(REPLIED)))
    if not ended or EFFECT in there:
        found.append(_step(_("What it changed"), there.get(EFFECT)))
    _mark_current(found)
    return found


def _step(title: str, step: Any) -> dict[str, Any]:
    day = format_date(timezone.localtime(step.at).date()) if step is not None and step.at else ""
    return {"title": title, "date": day, "state": "done" if step is not None else "todo"}


def _mark_current(steps: list[dict[str, Any]]) -> None:
    for step in steps:
        if step["state"] == "todo":
            step["state"] = "current"
            return


def effects_of(status: Status) -> list[dict[str, str]]:
    """What it changed, each with its day."""
    return [
        {
            "kind": str(EffectKind(one.kind).label),
            "text": one.text,
            "about": one.about,
            "url": one.url if one.url.startswith(("/", "https://", "http://")) else "",
            "day": format_date(timezone.localtime(one.at).date()),
        }
        for one in status.effects
    ]
