"""The way of an undertaking as a row of steps: asked, given to an office, decided, answered, carried out."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import Adoption, Kind, State, Undertaking
from .words import day, office_of, source_of

Steps = list[dict[str, Any]]


def steps_of(row: Undertaking) -> Steps:
    """The steps with what is done, what comes now and what is to come."""
    steps: Steps = [
        {"title": _("Asked"), "text": source_of(row), "date": day(row.asked_on), "done": True},
        {
            "title": _("Given to an office"),
            "text": office_of(row) if row.department_id else "",
            "date": _("answer by %(day)s") % {"day": day(row.due_on)} if row.due_on else "",
            "done": row.department_id is not None,
        },
        {
            "title": _("Adopted or not"),
            "text": row.get_adoption_display() if row.adoption != Adoption.UNDECIDED else "",
            "date": day(timezone.localdate(row.adopted_at)) if row.adopted_at else "",
            "done": row.adopted_at is not None,
        },
    ]
    if row.kind != Kind.PROMISE or row.answered_at is not None:
        steps.append(
            {
                "title": pgettext("step of an undertaking", "Answer"),
                "date": day(timezone.localdate(row.answered_at)) if row.answered_at else "",
                "done": row.answered_at is not None,
            }
        )
    if row.state == State.CLOSED_WITHOUT:
        steps = [one for one in steps if one["done"]]
        steps.append({"title": _("Closed without action"), "date": day(row.closed_on), "done": True})
    else:
        steps.append(_last(row))
    return _marked(steps)


def _last(row: Undertaking) -> dict[str, Any]:
    if row.done_on is not None:
        return {"title": _("Carried out"), "date": day(row.done_on), "done": True}
    planned = _("planned by %(day)s") % {"day": day(row.carry_out_by)} if row.carry_out_by else ""
    return {
        "title": _("Carried out"),
        "text": _("under way") if row.state == State.IN_PROGRESS else "",
        "date": planned,
        "done": False,
    }


def _marked(steps: Steps) -> Steps:
    """The first step that is not done is the one that comes now."""
    current = next((step for step in steps if not step["done"]), None)
    for step in steps:
        step["state"] = "done" if step["done"] else "current" if step is current else "todo"
    return steps
