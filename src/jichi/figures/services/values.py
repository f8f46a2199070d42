"""Entering and publishing measured values. Nothing that stands is overwritten: a correction is a new
revision.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.figures.models import Evidence, Observation, SourceKind
from jichi.plan.models import Indicator, ProjectFigure, Series
from jichi.plan.models.plans import FIRST_YEAR, LAST_YEAR

ENTER = "figures.observation:enter"
PUBLISH = "figures.observation:publish"
BATCH = 200
Subject = tuple[int | None, int | None, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A measured value to be entered. Exactly one of ``series`` and ``figure`` says of what.

    ``value`` None means "not measured", with ``note`` saying why. ``coverage`` is (seen, whole); ``interval``
    the 95 % interval of a probability sample. ``reason`` is required when a value for the year stands
    already.
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
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        """What the value is of: series or number, year and definition."""
        series = self.series.pk if self.series is not None else None
        figure = self.figure.pk if self.figure is not None else None
        return series, figure, self.fiscal_year, self.definition

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
        position ("0", "1" …), so that a table can show them beside its rows, or by "" for the whole.
    """
    listed = list(values)
    _check_subjects(listed)
    for value in listed:
        viewer.require(ENTER, value.owner)
    with act(viewer, ENTER):
        rows = _rows(viewer, listed, evidence)
        try:
            with transaction.atomic():
                Observation.objects.bulk_create(rows, batch_size=BATCH)
        except IntegrityError as error:
            text = _("Somebody entered a value for the same year just now. Look at it first.")
            raise Invalid({"": [text]}) from error
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
        if problems := problems_of(value, before):
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
    listed = list(values)
    rows = Observation.objects.filter(
        Q(series_id__in={value.series.pk for value in listed if value.series is not None})
        | Q(project_figure_id__in={value.figure.pk for value in listed if value.figure is not None})
    )
    return {
        (row.series_id, row.project_figure_id, row.fiscal_year, row.definition): row
        for row in rows.order_by("revision")
    }


def _check_subjects(values: list[Value]) -> None:
    text = _("A value belongs either to an indicator's series or to a project's number.")
    wrong = {
        str(place): [text]
        for place, value in enumerate(values)
        if (value.series is None) == (value.figure is None)
    }
    if wrong:
        raise Invalid(wrong)


def _rows(viewer: Viewer, values: list[Value], evidence: Evidence) -> list[Observation]:
    """The observations for ``values``, each checked. Raises Invalid with the problems of all of them."""
    standing = standing_values(values)
    rows: list[Observation] = []
    problems: dict[str, list[str]] = {}
    for position, value in enumerate(values):
        before = standing.get(value.subject)
        row = Observation(**_columns(viewer, value, evidence, before))
        if found := problems_of(value, before):
            problems[str(position)] = [text for texts in found.values() for text in texts]
            continue
        # A second value for the same year within one table corrects the first.
        standing[value.subject] = row
        rows.append(row)
    if problems:
        raise Invalid(problems)
    return rows


def problems_of(value: Value, before: Observation | None) -> dict[str, list[str]]:
    """What is wrong with a value, in sentences per field; ``before`` is what stands for the same year.

    The database holds the same rules as constraints; here they have words.
    """
    found: dict[str, list[str]] = {}
    if before is not None and not value.reason.strip():
        text = _("A value for FY%(year)d stands already (%(value)s); say why it is corrected.")
        shown = "—" if before.value is None else format(before.value.normalize(), "f")
        found["reason"] = [text % {"year": value.fiscal_year, "value": shown}]
    if not FIRST_YEAR <= value.fiscal_year <= LAST_YEAR:
        found["fiscal_year"] = [_("The year %(year)d is not plausible.") % {"year": value.fiscal_year}]
    if value.value is None and not value.note.strip():
        found["note"] = [_("Say why there is no value.")]
    if value.value is not None and not _fits(value.value):
        found["value"] = [_("The number has too many digits.")]
    if value.coverage is not None:
        seen, whole = value.coverage
        if seen < 0 or whole <= 0 or seen > whole:
            found["coverage"] = [_("Of the whole, between none and all can have been seen.")]
    if value.interval is not None:
        if value.source_kind != SourceKind.PROBABILITY_SURVEY:
            found["interval"] = [_("Only a probability sample has an interval.")]
        elif value.interval[0] > value.interval[1]:
            found["interval"] = [_("The interval's lower end is above its upper end.")]
    if value.n is not None and value.n < 0:
        found["n"] = [_("The number of answers cannot be negative.")]
    if value.source_kind not in SourceKind.values:
        found["source_kind"] = [_("This kind of source is not known.")]
    for name, most in (("note", 300), ("reason", 300), ("definition", 40)):
        if len(str(getattr(value, name))) > most:
            found.setdefault(name, []).append(_("At most %(most)d characters.") % {"most": most})
    return found


def _fits(number: Decimal) -> bool:
    """Whether the column holds the number exactly: 12 digits before the point and 6 after it."""
    exponent = number.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -6 and abs(number) < 10**12


def _columns(
    viewer: Viewer, value: Value, evidence: Evidence, before: Observation | None
) -> Mapping[str, Any]:
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
        "translations": dict(value.translations),
        "entered_by": viewer.actor,
        "department_id": getattr(value.owner, "department_id", None),
    }


def _clean(row: Evidence) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        messages = {"" if k == "__all__" else k: [str(m) for m in v] for k, v in error.message_dict.items()}
        raise Invalid(messages) from error
