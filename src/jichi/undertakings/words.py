"""What undertakings and their steps are called, and the mark of each state: shape, word, colour."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jichi.ui import numbers
from jichi.ui.content import translated

from .models import Adoption, State, Undertaking, UndertakingEvent

Step = UndertakingEvent.Kind

SHAPES: dict[str, str] = {
    State.OPEN: "not_loaded",
    State.ANSWERED: "partial",
    State.IN_PROGRESS: "between",
    State.DONE: "met",
    State.CLOSED_WITHOUT: "cannot_judge",
}
LATE = "far_below"
_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as ``state_mark`` draws it."""

    state: str
    word: str


def state_word(state: str) -> str:
    """The word of a state."""
    return str(State(state).label)


def mark_of(row: Undertaking, today: datetime.date) -> Mark:
    """Where it stands; what is late says so and how long."""
    if late := row.days_late(today):
        text = ngettext("%(state)s, %(count)d day late", "%(state)s, %(count)d days late", late)
        return Mark(LATE, text % {"state": state_word(row.state), "count": late})
    if row.state == State.CLOSED_WITHOUT and row.adoption == Adoption.NOT_ADOPTED:
        return Mark(SHAPES[row.state], pgettext("undertaking", "Closed without action: not adopted"))
    return Mark(SHAPES[row.state], state_word(row.state))


def title_of(row: Undertaking) -> SafeString:
    """Its summary, or the beginning of what was asked."""
    if row.summary:
        return translated(row, "summary").html
    text = translated(row, "text")
    if len(text.text) <= _TITLE_LENGTH:
        return text.html
    return type(text)(f"{text.text[:_TITLE_LENGTH].rstrip()}…", text.language, text.is_fallback).html


def plain_title_of(row: Undertaking) -> str:
    """The same as words alone, for lists of work and titles of pages."""
    text = str(translated(row, "summary" if row.summary else "text"))
    return text if row.summary or len(text) <= _TITLE_LENGTH else f"{text[:_TITLE_LENGTH].rstrip()}…"


def reference_of(row: Undertaking) -> str:
    """Its number as one writes it: No. 3 of FY2025."""
    year = numbers.fiscal_year(row.fiscal_year, style="short")
    return _("%(year)s, no. %(number)d") % {"year": year, "number": row.number}


def source_of(row: Undertaking) -> SafeString:
    """Who asked."""
    if row.source_body is not None:
        return translated(row.source_body, "name").html
    return translated(row, "source_name").html


def office_of(row: Undertaking) -> SafeString | str:
    """Who answers for it."""
    return translated(row.department, "name").html if row.department is not None else _("no office yet")


def adoption_shape(adoption: str) -> str:
    """The mark's shape of a decision."""
    return {
        Adoption.ADOPTED: "met",
        Adoption.PARTLY: "between",
        Adoption.NOT_ADOPTED: "cannot_judge",
    }.get(Adoption(adoption), "not_loaded")


def day(value: datetime.date | None) -> str:
    """A day without its weekday."""
    return numbers.format_date(value, weekday=False) if value is not None else ""


_STANDING = {
    Step.DECIDED: "adoption_reason",
    Step.ANSWERED: "answer",
    Step.DONE: "evidence_text",
    Step.CLOSED: "closed_reason",
}


def event_line(event: UndertakingEvent, row: Undertaking) -> dict[str, Any]:
    """One step as the history of ``row`` shows it; what stands on the page already is not said again."""
    standing = getattr(row, _STANDING[Step(event.kind)]) if event.kind in _STANDING else None
    notes = []
    if event.kind == Step.DECIDED and event.adoption:
        notes.append(str(Adoption(event.adoption).label))
    if event.kind in (Step.ASSIGNED, Step.ASKED) and event.department is not None:
        notes.append(translated(event.department, "name").html)
    if event.due_on is not None:
        notes.append(_("answer by %(day)s") % {"day": day(event.due_on)})
    if event.carry_out_by is not None:
        notes.append(_("to be carried out by %(day)s") % {"day": day(event.carry_out_by)})
    return {
        "kind": event.get_kind_display(),
        "notes": notes,
        "day": day(timezone.localdate(event.at)),
        "by": _by(event),
        "text": "" if event.text == standing else translated(event, "text").html,
        "is_public": event.is_public,
    }


def _by(event: UndertakingEvent) -> SafeString | str:
    if event.kind == Step.ASKED:
        return ""
    if event.office is not None:
        return translated(event.office, "name").html
    return _("the planning section")
