"""Looking a rule up by the day for which it is asked and by the day on which it was known.

Rules are public and read by every computation, so these reads take no viewer, like the city's own name.
"""

from __future__ import annotations

import datetime

from django.utils import timezone

from jichi.city.models import DatedRule

from .errors import RuleNotYet, RuleProblem, RuleRepealed, RuleUnknown
from .rule import Rule


def get(key: str, *, on: datetime.date, known_on: datetime.date | None = None) -> Rule:
    """The rule ``key`` as it holds for the day ``on``, as far as was known on ``known_on`` (default: all that
    is known now).

    Of two that begin on the same day the one known later replaces the other (so an open rule is ended by
    adding it again with its last day). Of several that hold, the one that came into force last counts.

    Raises:
        RuleUnknown, RuleNotYet, RuleRepealed.
    """
    rows = DatedRule.objects.filter(key=key).order_by("known_from", "pk")
    if known_on is not None:
        rows = rows.filter(known_from__lte=known_on)
    standing = {row.in_force_from: row for row in rows}
    if not standing:
        raise RuleUnknown(key, on)
    begun = [row for begins, row in standing.items() if begins <= on]
    if not begun:
        raise RuleNotYet(key, on)
    holding = [row for row in begun if row.in_force_to is None or row.in_force_to >= on]
    if not holding:
        raise RuleRepealed(key, on)
    return _rule(max(holding, key=lambda row: row.in_force_from))


def find(
    key: str, *, on: datetime.date, known_on: datetime.date | None = None, default: Rule | None = None
) -> Rule | None:
    """As :func:`get`, with ``default`` where no rule holds."""
    try:
        return get(key, on=on, known_on=known_on)
    except RuleProblem:
        return default


def in_force(*, on: datetime.date | None = None) -> list[Rule]:
    """Every rule that holds on ``on`` (default: today), by key."""
    day = on or timezone.localdate()
    keys = DatedRule.objects.order_by("key").values_list("key", flat=True).distinct()
    found = (find(key, on=day) for key in keys)
    return [rule for rule in found if rule is not None]


def history(key: str) -> list[Rule]:
    """Everything that was ever entered under a key, what came into force last first."""
    rows = DatedRule.objects.filter(key=key).order_by("-in_force_from", "-known_from", "-pk")
    return [_rule(row) for row in rows]


def _rule(row: DatedRule) -> Rule:
    return Rule(
        key=row.key,
        title=row.title,
        value=row.value,
        unit=row.unit,
        boundary=row.boundary,
        in_force_from=row.in_force_from,
        in_force_to=row.in_force_to,
        known_from=row.known_from,
        source=row.source,
        source_url=row.source_url,
        confirmed=row.confirmed,
        note=row.note,
        translations=row.translations,
        fingerprint=row.digest,
    )
