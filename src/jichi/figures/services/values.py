"""Entering and publishing measured values. Nothing that stands is overwritten: a correction is a new revision."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.plan.models import Indicator, ProjectFigure, Series

from .models import Evidence, Observation, SourceKind

ENTER = "figures.observation:enter"
PUBLISH = "figures.observation:publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A measured value to be entered. Exactly one of ``series`` and ``figure`` says of what.

    ``value`` None means "not measured", with ``note`` saying why. ``coverage`` is (seen, whole); ``interval``
    the 95 % interval of a probability sample. ``reason`` is required when a value for the year stands already.
    """

    fiscal_year: int
    value: Decimal | None
    series: Series | None = None
    figure: ProjectFigure | None = None
    decimals: int = 0
    as_of: datetime.date | None = None
    definition: str = "1"
    coverage: tuple[int, int] | None = None
    n: int | None = None
    interval: tuple[Decimal, Decimal] | None = None
    status: str = Observation.Status.FINAL
    source_kind: str = SourceKind.DOCUMENT
    reason: str = ""
    note: str = ""

    @property
    def owner(self) -> Indicator | Any:
        """The thing whose department may enter the value."""
        if self.series is not None:
            return self.series.indicator
        assert self.figure is not None
        return self.figure.project


def add_evidence(*, viewer: Viewer, title: str, **facts: Any) -> Evidence:
    """Enter the document or table that values are taken from.

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
        position ("0", "1" …), so that a table can show them beside its rows.
    """
    listed = list(values)
    for value in listed:
        viewer.require(ENTER, value.owner)
    with act(viewer, ENTER):
        rows: list[Observation] = []
        problems: dict[str, list[str]] = {}
        for position, value in enumerate(listed):
            try:
                rows.append(_enter(viewer, value, evidence))
            except Invalid as error:
                problems[str(position)] = [text for texts in error.messages.values() for text in texts]
        if problems:
            raise Invalid(problems)
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


def _enter(viewer: Viewer, value: Value, evidence: Evidence) -> Observation:
    if (value.series is None) == (value.figure is None):
        raise Invalid({"": [_("A value belongs either to an indicator's series or to a project's number.")]})
    before = (
        Observation.objects.filter(
            series=value.series,
            project_figure=value.figure,
            fiscal_year=value.fiscal_year,
            definition=value.definition,
        )
        .order_by("-revision")
        .first()
    )
    if before is not None and not value.reason.strip():
        text = _("A value for FY%(year)d stands already (%(value)s); say why it is corrected.")
        raise Invalid({"reason": [text % {"year": value.fiscal_year, "value": before.value}]})
    row = Observation(**_columns(viewer, value, evidence, before))
    _clean(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid({"": [_("Somebody entered a value for the same year just now. Look at it first.")]}) from error
    return row


def _columns(viewer: Viewer, value: Value, evidence: Evidence, before: Observation | None) -> Mapping[str, Any]:
    unit = value.series.indicator.unit if value.series is not None else value.figure.unit  # type: ignore[union-attr]
    seen, whole = value.coverage or (None, None)
    low, high = value.interval or (None, None)
    return {
        "series": value.series,
        "project_figure": value.figure,
        "fiscal_year": value.fiscal_year,
        "as_of": value.as_of,
        "value": value.value,
        "decimals": value.decimals,
        "unit": unit,
        "definition": value.definition,
        "coverage_seen": seen,
        "coverage_whole": whole,
        "n": value.n,
        "interval_low": low,
        "interval_high": high,
        "status": Observation.Status.CORRECTED if before else value.status,
        "source_kind": value.source_kind,
        "evidence": evidence,
        "revision": before.revision + 1 if before else 1,
        "reason": value.reason.strip(),
        "note": value.note.strip(),
        "entered_by": viewer.actor,
        "department_id": getattr(value.owner, "department_id", None),
    }


def _clean(row: Evidence | Observation) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        messages = {"" if k == "__all__" else k: [str(m) for m in v] for k, v in error.message_dict.items()}
        raise Invalid(messages) from error
