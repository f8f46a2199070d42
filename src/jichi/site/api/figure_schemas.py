"""What the API says of figures: what they count, where they come from, and what is known of them."""

from __future__ import annotations

import datetime as dt

from ninja import Schema

from .schemas import Observation


class Definition(Schema):
    """What values under a code count. Nothing is comparable across two definitions."""

    code: str
    counts: str
    counts_not: str
    wording: str
    quantity: str
    counting: str
    first_year: int | None
    break_reason: str
    confirmed: bool


class Binding(Schema):
    """Where a figure truly comes from, by the decision in force."""

    number: int
    valid_from: dt.date
    source_kind: str
    via: str
    source_key: str
    definition: str
    department: str
    collected_by: str
    traps: str
    confirmed: bool
    decided_on: dt.date
    decision: str


class FigureState(Schema):
    """One figure that a plan promises to watch, and what is known of it today.

    `state` is the first that applies of late, not_run, broken, partial, provisional, corrected, known,
    not_due and not_loaded; `states` are all that apply. `late_years` is empty unless the city tells everyone
    what is late.
    """

    plan: str
    node: str
    indicator: str | None
    series: str | None
    figure: int | None
    name: str
    unit: str
    state: str
    states: list[str]
    department: str
    next_due: dt.date | None
    late_years: list[int]
    definitions: list[Definition]
    binding: Binding | None
    latest: Observation | None
    url: str
