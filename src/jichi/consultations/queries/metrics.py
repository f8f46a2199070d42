"""The consultations room's own counts, and the procedures behind them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from jichi.city.access import Viewer
from jichi.city.queries import fiscal_year_start_month
from jichi.consultations.metrics import METRICS
from jichi.consultations.models import Consultation, ResultEdition
from jichi.manifest import Figure, Metric, Scope
from jichi.methods.tallies import Item, digest_of, tally
from jichi.plan.queries.metrics import years_of

from .consultations import public_for

NONE_PUBLISHED = gettext_noop("No result of the year's procedures is published here.")

_BY_KEY = {metric.key: metric for metric in METRICS}


@dataclass(frozen=True, slots=True)
class _Known:
    """A procedure of a year with the totals of its newest result as known on the day; {}: none yet."""

    row: Consultation
    year: int
    counts: dict[str, int]
    result_on: datetime.date | None


def year_of(day: datetime.date) -> int:
    """The fiscal year of a day of this city."""
    return day.year if day.month >= fiscal_year_start_month() else day.year - 1


def _known(scope: Scope) -> list[_Known]:
    """The procedures whose draft was published in the years asked for, as known on the scope's day."""
    known_on = scope.as_of or timezone.localdate()
    rows = [
        row
        for row in public_for().filter(first_day__isnull=False, first_day__lte=known_on).order_by("pk")
        if row.first_day is not None and year_of(row.first_day) in years_of(scope)
    ]
    editions: dict[object, list[ResultEdition]] = {}
    for edition in ResultEdition.objects.filter(consultation__in=rows).defer("content").order_by("number"):
        if timezone.localdate(edition.published_at) <= known_on:
            editions.setdefault(edition.consultation_id, []).append(edition)
    found = []
    for row in rows:
        assert row.first_day is not None
        own = editions.get(row.pk, [])
        found.append(
            _Known(
                row=row,
                year=year_of(row.first_day),
                counts=own[-1].counts if own else {},
                result_on=timezone.localdate(own[0].published_at) if own else None,
            )
        )
    return found


def measure_procedures(scope: Scope) -> Iterator[Figure]:
    """How many procedures began in each year."""
    known = _known(scope)
    items = [
        Item(
            ident=str(one.row.pk),
            year=one.year,
            members={"kind": one.row.kind, "department": one.row.department.key},
        )
        for one in known
    ]
    metric = _BY_KEY["consultations.procedures"]
    for (year, members), cell in tally(items, years=years_of(scope), by=scope.by).items():
        whole = not any(members)
        yield Figure(
            metric=metric.key,
            value=Decimal(cell.count),
            unit=metric.unit,
            decimals=metric.decimals,
            period=(year, year),
            definition=metric.definition,
            coverage=(cell.count, cell.count) if whole and cell.count else None,
            rule_version=metric.rule_version,
            members=members,
            evidence_count=cell.count,
            evidence_digest=cell.digest,
        )


def measure_opinions(scope: Scope) -> Iterator[Figure]:
    """How many opinions the results of each year's procedures answered."""

    def value(known: list[_Known]) -> Decimal | None:
        return Decimal(sum(one.counts["opinions"] for one in known))

    return _over_results("consultations.opinions", scope, value)


def measure_changed(scope: Scope) -> Iterator[Figure]:
    """The share of opinions that changed a draft."""

    def value(known: list[_Known]) -> Decimal | None:
        opinions = sum(one.counts["opinions"] for one in known)
        changed = sum(one.counts["changed"] for one in known)
        return Decimal(100) * changed / opinions if opinions else None

    return _over_results("consultations.changed", scope, value)


def measure_days(scope: Scope) -> Iterator[Figure]:
    """The mean number of days from the last day to the result."""

    def value(known: list[_Known]) -> Decimal | None:
        days = [
            (one.result_on - one.row.last_day).days
            for one in known
            if one.result_on is not None and one.row.last_day is not None and one.row.withdrawn_at is None
        ]
        return Decimal(sum(days)) / len(days) if days else None

    return _over_results("consultations.days_to_result", scope, value)


def _over_results(
    key: str, scope: Scope, value: Callable[[list[_Known]], Decimal | None]
) -> Iterator[Figure]:
    metric: Metric = _BY_KEY[key]
    known = _known(scope)
    for year in years_of(scope):
        of_year = [one for one in known if one.year == year]
        done = [one for one in of_year if one.counts]
        found = value(done) if done else None
        idents = sorted(str(one.row.pk) for one in done)
        yield Figure(
            metric=metric.key,
            value=found,
            unit=metric.unit,
            decimals=metric.decimals,
            period=(year, year),
            definition=metric.definition,
            coverage=(len(done), len(of_year)) if of_year else None,
            rule_version=metric.rule_version,
            evidence_count=len(done),
            evidence_digest=digest_of(idents),
            reason_missing="" if found is not None else NONE_PUBLISHED,
        )


def procedures_behind(viewer: Viewer, scope: Scope) -> QuerySet[Consultation]:
    """The procedures counted; they are public."""
    return public_for(viewer).filter(pk__in=[one.row.pk for one in _known(scope)])


def results_behind(viewer: Viewer, scope: Scope) -> QuerySet[Consultation]:
    """Those of them whose result is counted."""
    return public_for(viewer).filter(pk__in=[one.row.pk for one in _known(scope) if one.counts])
