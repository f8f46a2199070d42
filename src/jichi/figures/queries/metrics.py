"""The figures room's own counts, and the rows behind them."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from jichi.city.access import ANONYMOUS, Viewer
from jichi.city.queries import fiscal_year_start_month
from jichi.figures.metrics import METRICS
from jichi.figures.models import Binding, Observation
from jichi.manifest import Figure, Scope
from jichi.methods.tallies import Item, tally

from .bindings import SubjectKey, bindings_for, bindings_in_force, rows_about
from .lateness import Placed, due_date, expected_years, figures_of, late_among, plans_in_question, years_known
from .observations import observations_for

NONE_EXPECTED = gettext_noop("No figure is expected for this year.")

_BY_KEY = {metric.key: metric for metric in METRICS}


@dataclass(frozen=True, slots=True)
class _Watched:
    """The figures of published plans as they stand on a day."""

    day: datetime.date
    placed: tuple[Placed, ...]
    bindings: Mapping[SubjectKey, Binding]

    def item(self, one: Placed, year: int) -> Item:
        binding = self.bindings.get(one.key)
        department = one.department(binding)
        return Item(
            ident=f"{one.key[0]}:{one.key[1]}",
            year=year,
            members={
                "plan": one.plan.key,
                "source": binding.source_kind if binding else "",
                "department": department.key if department else "",
            },
        )

    def expected(self, scope: Scope) -> list[tuple[Placed, int]]:
        month = fiscal_year_start_month()
        return [
            (one, year)
            for one in self.placed
            for year in expected_years(one, self.bindings.get(one.key), month)
            if scope.first_year <= year <= scope.last_year
        ]


def _watched(scope: Scope) -> _Watched:
    day = scope.as_of or timezone.localdate()
    placed = figures_of(plans_in_question(ANONYMOUS, day))
    return _Watched(day, tuple(placed), bindings_in_force(day, subjects=[one.subject for one in placed]))


def measure_known(scope: Scope) -> Iterator[Figure]:
    """The share of figures expected for each year that have a published value."""
    metric, watched = _BY_KEY["figures.known"], _watched(scope)
    expected = watched.expected(scope)
    known = _with_value(watched.placed)
    years = range(scope.first_year, scope.last_year + 1)
    whole = tally([watched.item(*one) for one in expected], years=years, by=scope.by)
    found = tally(
        [watched.item(one, year) for one, year in expected if (one.key, year) in known],
        years=years,
        by=scope.by,
    )
    for (year, members), cell in whole.items():
        seen = found.get((year, members))
        count = seen.count if seen else 0
        yield Figure(
            metric=metric.key,
            value=Decimal(100 * count) / cell.count if cell.count else None,
            unit=metric.unit,
            decimals=metric.decimals,
            period=(year, year),
            definition=metric.definition,
            rule_version=metric.rule_version,
            members=members,
            evidence_count=count,
            evidence_digest=seen.digest if seen else "",
            reason_missing="" if cell.count else NONE_EXPECTED,
        )


def _with_value(placed: Iterable[Placed]) -> set[tuple[SubjectKey, int]]:
    rows = Observation.objects.filter(
        rows_about(one.subject for one in placed), published_at__isnull=False, value__isnull=False
    )
    return {
        (("series", series) if series is not None else ("number", figure or 0), year)
        for series, figure, year in rows.values_list("series_id", "project_figure_id", "fiscal_year")
    }


def known_behind(viewer: Viewer, scope: Scope) -> QuerySet[Observation]:
    """The published values counted, as far as the viewer may read them."""
    subjects = [one.subject for one in _watched(scope).placed]
    return observations_for(viewer).filter(
        rows_about(subjects),
        published_at__isnull=False,
        value__isnull=False,
        fiscal_year__gte=scope.first_year,
        fiscal_year__lte=scope.last_year,
    )


def measure_late(scope: Scope) -> Iterator[Figure]:
    """How many figures of each year are late on the scope's day."""
    metric, watched = _BY_KEY["figures.late"], _watched(scope)
    expected = watched.expected(scope)
    known = years_known(ANONYMOUS, [one.subject for one in watched.placed], published_only=False)
    late = late_among(watched.placed, watched.bindings, known, watched.day)
    years = range(scope.first_year, scope.last_year + 1)
    whole = Counter(year for _one, year in expected)
    dated = Counter(year for one, year in expected if due_date(watched.bindings.get(one.key), year))
    cells = tally([watched.item(row.placed, row.year) for row in late], years=years, by=scope.by)
    for (year, members), cell in cells.items():
        is_total = not any(members)
        yield Figure(
            metric=metric.key,
            value=Decimal(cell.count),
            unit=metric.unit,
            decimals=metric.decimals,
            period=(year, year),
            definition=metric.definition,
            coverage=(dated[year], whole[year]) if is_total and whole[year] else None,
            rule_version=metric.rule_version,
            members=members,
            evidence_count=cell.count,
            evidence_digest=cell.digest,
        )


def late_behind(viewer: Viewer, scope: Scope) -> QuerySet[Binding]:
    """The bindings whose due dates were missed, as far as the viewer may read them."""
    watched = _watched(scope)
    known = years_known(viewer, [one.subject for one in watched.placed], published_only=False)
    late = late_among(watched.placed, watched.bindings, known, watched.day)
    years = range(scope.first_year, scope.last_year + 1)
    return bindings_for(viewer).filter(pk__in={row.binding.pk for row in late if row.year in years})
