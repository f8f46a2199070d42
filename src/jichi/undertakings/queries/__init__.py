"""Every read of the undertakings room, each given the viewer."""

from .lists import (
    Filters,
    counted_by_state,
    counts_of,
    events_of,
    late_for,
    late_on,
    of_context,
    offices_among,
    public_for,
    public_undertaking,
    to_answer_for,
    to_assign_for,
    to_confirm_for,
    undertaking_for,
    undertakings_for,
    years_among,
)

__all__ = [
    "Filters",
    "counted_by_state",
    "counts_of",
    "events_of",
    "late_for",
    "late_on",
    "of_context",
    "offices_among",
    "public_for",
    "public_undertaking",
    "to_answer_for",
    "to_assign_for",
    "to_confirm_for",
    "undertaking_for",
    "undertakings_for",
    "years_among",
]
