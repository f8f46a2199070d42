"""What the database itself keeps: what was asked stays as it was asked, and nothing is lost."""

from __future__ import annotations

from jichi.city.triggers import refuse
from jichi.manifest import Trigger

_ROW, _EVENT = "undertakings_undertaking", "undertakings_undertakingevent"


def _same(*columns: str) -> str:
    return " AND ".join(
        f"(NEW.{name} = OLD.{name} OR (NEW.{name} IS NULL AND OLD.{name} IS NULL))" for name in columns
    )


TRIGGERS: tuple[Trigger, ...] = (
    refuse(
        "undertakings_no_delete",
        _ROW,
        "BEFORE DELETE",
        message="an undertaking is closed, never deleted",
        meaning="what was asked of the city is never deleted",
    ),
    refuse(
        "undertakings_asked_stays",
        _ROW,
        "BEFORE UPDATE",
        unless=_same(
            "id",
            "fiscal_year",
            "number",
            "kind",
            "source_body_id",
            "source_name",
            "addressee",
            "context",
            "asked_on",
            "text",
            "asked_by",
            "entered_at",
            "is_sample",
        ),
        message="what was asked never changes",
        meaning="what was asked, by whom and when, never changes",
    ),
    refuse(
        "undertakings_over_by_reopening",
        _ROW,
        "BEFORE UPDATE",
        unless=(
            "OLD.state NOT IN ('done', 'closed_without') OR NEW.state = OLD.state"
            " OR NEW.state NOT IN ('done', 'closed_without')"
        ),
        message="what is done is never turned into closed, nor the other way; take it up again first",
        meaning="what is over changes only by being taken up again",
    ),
    refuse(
        "undertakings_event_no_change",
        _EVENT,
        "BEFORE UPDATE",
        message="the history of an undertaking is never rewritten",
        meaning="what happened to an undertaking is never changed",
    ),
    refuse(
        "undertakings_event_no_delete",
        _EVENT,
        "BEFORE DELETE",
        message="the history of an undertaking is never deleted",
        meaning="what happened to an undertaking is never deleted",
    ),
)
