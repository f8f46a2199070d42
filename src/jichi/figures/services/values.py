"""Entering and publishing measured values. Nothing that stands is overwritten: a correction is a new
revision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.figures.models import Definition, Evidence, Observation

from .entry import Subject, Value, problems_of, row_of, says_the_same

ENTER = "figures.observation:enter"
PUBLISH = "figures.observation:publish"
BATCH = 200

__all__ = [
    "BATCH",
    "ENTER",
    "PUBLISH",
    "Entered",
    "Subject",
    "Value",
    "add_evidence",
    "definition_codes",
    "enter_changed",
    "enter_values",
    "enter_with_evidence",
    "problems_of",
    "publish_values",
    "says_the_same",
    "standing_values",
]


@dataclass(frozen=True, slots=True)
class Entered:
    """What entering a source's values did: the rows that are new, and how many said what stood already."""

    rows: tuple[Observation, ...]
    unchanged: int


def add_evidence(*, viewer: Viewer, title: str, **facts: Any) -> Evidence:
    """Enter what values are taken from; ``kind`` (of :class:`Evidence.Kind`) says what it is.

    Raises:
        Invalid: without a title, or with an address or checksum of the wrong form.
    """
    with act(viewer, ENTER):
        evidence = Evidence(title=title.strip(), **facts)
        _clean(evidence)
        evidence.save()
        record(viewer, ENTER, evidence, fields={"title": [None, evidence.title]})
    return evidence


def enter_values(*, viewer: Viewer, values: Iterable[Value], evidence: Evidence) -> list[Observation]:
    """Enter values that share one evidence, all or none.

    Raises:
        NotAllowed: if one of them belongs to another department; Invalid: messages keyed by the value's
        position ("0", "1" …), so that a table can show them beside its rows, or by "" for the whole.
    """
    listed = list(values)
    _check(viewer, listed)
    with act(viewer, ENTER):
        return _store(viewer, rows_of(viewer, listed, evidence, standing_values(listed)), evidence)


def enter_changed(*, viewer: Viewer, values: Iterable[Value], evidence: Evidence, reason: str) -> Entered:
    """Enter those of ``values`` that tell something new, all or none.

    A value that differs from what stands (in value, day, coverage, n, interval, note, unit, or by being final
    where it was provisional) becomes the next revision with ``reason``; one that says the same is left alone.

    Raises:
        NotAllowed, Invalid: as :func:`enter_values`; the positions are those of ``values``.
    """
    listed = list(values)
    _check(viewer, listed)
    with act(viewer, ENTER):
        standing = standing_values(listed)
        fresh = changed_of(listed, standing, reason)
        rows = rows_of(viewer, fresh, evidence, standing)
        return Entered(tuple(_store(viewer, rows, evidence)), len(listed) - len(rows))


def changed_of(
    values: Iterable[Value], standing: Mapping[Subject, Observation], reason: str
) -> dict[int, Value]:
    """Those of ``values`` that are news, by their position; what corrects carries ``reason``."""
    fresh: dict[int, Value] = {}
    for position, value in enumerate(values):
        before = standing.get(value.subject)
        if before is None:
            fresh[position] = value
        elif not says_the_same(before, value):
            fresh[position] = replace(value, reason=value.reason or reason)
    return fresh


def enter_with_evidence(
    *, viewer: Viewer, value: Value, evidence: Evidence | None, new_evidence: Mapping[str, Any]
) -> Observation:
    """Enter one value with its evidence, a new one where ``evidence`` is None; both or neither.

    Raises:
        NotAllowed; Invalid: messages per field of the value or of the evidence.
    """
    viewer.require(ENTER, value.owner)
    with act(viewer, ENTER):
        before = standing_values([value]).get(value.subject)
        if problems := problems_of(value, before, definition_codes([value]).get(value.subject[:2], ())):
            raise Invalid(problems)
        source = evidence or add_evidence(viewer=viewer, **new_evidence)
        return enter_values(viewer=viewer, values=[value], evidence=source)[0]


def publish_values(*, viewer: Viewer, observation_ids: Iterable[int]) -> int:
    """Show values to everyone; returns how many were not public before."""
    with act(viewer, PUBLISH):
        waiting = Observation.objects.filter(pk__in=list(observation_ids), published_at__isnull=True)
        ids = list(waiting.values_list("pk", flat=True))
        Observation.objects.filter(pk__in=ids).update(published_at=timezone.now())
        if ids:
            record(
                viewer,
                PUBLISH,
                None,
                object_type="figures.observation",
                object_id=str(ids[0]),
                count=len(ids),
                digest=digest_of(ids),
            )
    return len(ids)


def standing_values(values: Iterable[Value]) -> dict[Subject, Observation]:
    """What stands today for the years and definitions of ``values``: the last revision of each."""
    rows = Observation.objects.filter(_about(values))
    return {
        (row.series_id, row.project_figure_id, row.fiscal_year, row.definition): row
        for row in rows.order_by("revision")
    }


def definition_codes(values: Iterable[Value]) -> dict[tuple[int | None, int | None], list[str]]:
    """The codes written down for the figures of ``values``, in their order, by series and number."""
    found: dict[tuple[int | None, int | None], list[str]] = defaultdict(list)
    for row in Definition.objects.filter(_about(values)).order_by("order"):
        found[(row.series_id, row.project_figure_id)].append(row.code)
    return found


def _about(values: Iterable[Value]) -> Q:
    listed = list(values)
    return Q(series_id__in={value.series.pk for value in listed if value.series is not None}) | Q(
        project_figure_id__in={value.figure.pk for value in listed if value.figure is not None}
    )


def _check(viewer: Viewer, values: list[Value]) -> None:
    text = _("A value belongs either to an indicator's series or to a project's number.")
    wrong = {
        str(place): [text]
        for place, value in enumerate(values)
        if (value.series is None) == (value.figure is None)
    }
    if wrong:
        raise Invalid(wrong)
    for value in values:
        viewer.require(ENTER, value.owner)


def rows_of(
    viewer: Viewer,
    values: Iterable[Value] | Mapping[int, Value],
    evidence: Evidence,
    standing: Mapping[Subject, Observation],
) -> list[Observation]:
    """The unsaved observations for ``values``, each checked against what stands.

    Raises:
        Invalid: with the problems of all of them, by position.
    """
    known = dict(standing)
    rows: list[Observation] = []
    problems: dict[str, list[str]] = {}
    placed = dict(values) if isinstance(values, Mapping) else dict(enumerate(values))
    codes = definition_codes(placed.values())
    for position, value in placed.items():
        before = known.get(value.subject)
        if found := problems_of(value, before, codes.get(value.subject[:2], ())):
            problems[str(position)] = [text for texts in found.values() for text in texts]
            continue
        row = row_of(viewer, value, evidence, before)
        # A second value for the same year within one table corrects the first.
        known[value.subject] = row
        rows.append(row)
    if problems:
        raise Invalid(problems)
    return rows


def _store(viewer: Viewer, rows: list[Observation], evidence: Evidence) -> list[Observation]:
    save_rows(rows)
    if rows:
        record(
            viewer,
            ENTER,
            evidence,
            count=len(rows),
            digest=digest_of(row.pk for row in rows),
            fields={"values": [0, len(rows)]},
        )
    return rows


def save_rows(rows: list[Observation]) -> None:
    """Store observations. Raises Invalid where somebody else entered one of them in the meantime."""
    try:
        with transaction.atomic():
            Observation.objects.bulk_create(rows, batch_size=BATCH)
    except IntegrityError as error:
        text = _("Somebody entered a value for the same year just now. Look at it first.")
        raise Invalid({"": [text]}) from error


def _clean(row: Evidence) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        messages = {"" if k == "__all__" else k: [str(m) for m in v] for k, v in error.message_dict.items()}
        raise Invalid(messages) from error
