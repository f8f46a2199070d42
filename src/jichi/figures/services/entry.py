"""What a measured value is before it is entered: its facts, what is wrong with them, the row they make."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.figures.models import Binding, Counting, Evidence, Observation, Quantity, SourceKind
from jichi.plan.models import Indicator, ProjectFigure, Series
from jichi.plan.models.plans import FIRST_YEAR, LAST_YEAR

Subject = tuple[int | None, int | None, int, str]

_LENGTHS = {
    "note": 300,
    "reason": 300,
    "definition": 40,
    "interval_method": 40,
    "metric": 80,
    "rule_version": 80,
    "evidence_digest": 64,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A measured value to be entered. Exactly one of ``series`` and ``figure`` says of what.

    ``value`` None means "not measured", with ``note`` saying why. ``coverage`` is (seen, whole); ``interval``
    the 95 % interval of a probability sample, made by ``interval_method``; ``period`` its first and last day.
    ``reason`` is required when a value for the year stands already. ``binding`` is the one it arrived by;
    ``metric``, ``rule_version`` and ``computation`` say how it was computed, ``evidence_count`` and
    ``evidence_digest`` (SHA-256) from which rows.
    """

    fiscal_year: int
    value: Decimal | None
    series: Series | None = None
    figure: ProjectFigure | None = None
    decimals: int = 0
    as_of: datetime.date | None = None
    period: tuple[datetime.date, datetime.date] | None = None
    definition: str = "1"
    quantity: str = ""
    counting: str = ""
    coverage: tuple[int, int] | None = None
    n: int | None = None
    interval: tuple[Decimal, Decimal] | None = None
    interval_method: str = ""
    status: str = Observation.Status.FINAL
    source_kind: str = SourceKind.DOCUMENT
    binding: Binding | None = None
    metric: str = ""
    rule_version: str = ""
    computation: Mapping[str, Any] = field(default_factory=dict)
    evidence_count: int | None = None
    evidence_digest: str = ""
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

    @property
    def unit(self) -> str:
        """The unit in which the subject is counted today."""
        subject = self.series.indicator if self.series is not None else self.figure
        assert subject is not None
        return subject.unit


def problems_of(
    value: Value, before: Observation | None, definitions: Collection[str] = ()
) -> dict[str, list[str]]:
    """What is wrong with a value, in sentences per field; ``before`` is what stands for the same year.

    ``definitions`` are the codes written down for the figure; where there are any, a value follows one of
    them. The database holds the other rules as constraints; here they have words.
    """
    found: dict[str, list[str]] = {}
    if definitions and value.definition not in definitions:
        text = _("This figure has the definitions %(codes)s.")
        found["definition"] = [text % {"codes": ", ".join(definitions)}]
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
    if value.period is not None and value.period[0] > value.period[1]:
        found["period"] = [_("The period ends before it begins.")]
    for name, known in (("quantity", Quantity.values), ("counting", Counting.values)):
        if getattr(value, name) not in {"", *known}:
            found[name] = [_("This way of counting is not known.")]
    if value.source_kind not in SourceKind.values:
        found["source_kind"] = [_("This kind of source is not known.")]
    for name, most in _LENGTHS.items():
        if len(str(getattr(value, name))) > most:
            found.setdefault(name, []).append(_("At most %(most)d characters.") % {"most": most})
    return {**found, **_problems_of_sample(value), **_problems_of_binding(value)}


def _problems_of_sample(value: Value) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
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
    return found


def _problems_of_binding(value: Value) -> dict[str, list[str]]:
    bound = value.binding
    if bound is None:
        return {}
    series = value.series.pk if value.series is not None else None
    figure = value.figure.pk if value.figure is not None else None
    if (bound.series_id, bound.project_figure_id) != (series, figure):
        return {"binding": [_("The binding belongs to another figure.")]}
    return {}


def _fits(number: Decimal) -> bool:
    """Whether the column holds the number exactly: 12 digits before the point and 6 after it."""
    exponent = number.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -6 and abs(number) < 10**12


def says_the_same(row: Observation, value: Value) -> bool:
    """Whether ``value`` tells a reader nothing that ``row`` does not: then it is not entered again.

    From provisional to final is news; a second provisional announcement of what is final already is none.
    """
    coverage = None if row.coverage_seen is None else (row.coverage_seen, row.coverage_whole)
    interval = None if row.interval_low is None else (row.interval_low, row.interval_high)
    known = (row.value, row.as_of, coverage, row.n, interval, row.note, row.unit)
    told = (
        value.value,
        value.as_of,
        value.coverage,
        value.n,
        value.interval,
        value.note.strip(),
        value.unit,
    )
    is_news = row.status == Observation.Status.PROVISIONAL and value.status != row.status
    return known == told and not is_news


def status_after(before: Observation | None, value: Value) -> str:
    """What the next revision is: a provisional value becomes final or stays; anything else is corrected."""
    if before is None or before.status == Observation.Status.PROVISIONAL:
        return value.status
    return Observation.Status.CORRECTED


def row_of(viewer: Viewer, value: Value, evidence: Evidence, before: Observation | None) -> Observation:
    """The unsaved observation that ``value`` makes after ``before``."""
    assert viewer.actor is not None
    seen, whole = value.coverage or (None, None)
    low, high = value.interval or (None, None)
    first, last = value.period or (None, None)
    return Observation(
        series=value.series,
        project_figure=value.figure,
        fiscal_year=value.fiscal_year,
        as_of=value.as_of,
        value=value.value,
        decimals=value.decimals,
        unit=value.unit,
        definition=value.definition,
        quantity=value.quantity,
        counting=value.counting,
        period_first=first,
        period_last=last,
        coverage_seen=seen,
        coverage_whole=whole,
        n=value.n,
        interval_low=low,
        interval_high=high,
        interval_method=value.interval_method,
        status=status_after(before, value),
        source_kind=value.source_kind,
        evidence=evidence,
        binding=value.binding,
        metric=value.metric,
        rule_version=value.rule_version,
        computation=dict(value.computation),
        evidence_count=value.evidence_count,
        evidence_digest=value.evidence_digest,
        revision=before.revision + 1 if before else 1,
        reason=value.reason.strip(),
        note=value.note.strip(),
        translations=dict(value.translations),
        entered_by=viewer.actor,
        department_id=getattr(value.owner, "department_id", None),
    )
