"""Counting anew, on demand and on schedule. What stands is never overwritten: it gets a new version."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jichi.city import registry
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.queries import current_city
from jichi.city.trail import act, record
from jichi.city.viewers import system_viewer
from jichi.figures.models import Breakdown, Computation, Evidence, Observation
from jichi.figures.queries.breakdowns import cuts_beside
from jichi.figures.queries.catalogue import metric_named
from jichi.manifest import Metric, Scope
from jichi.methods.eras import fiscal_year_of
from jichi.plan.models import Plan
from jichi.ui.content import SOURCE_LANGUAGE
from jichi.ui.numbers import format_date

from .breakdowns import CellValue, CutValues, protected, write_cuts
from .counting import Counted, bound_to, count, news_of
from .entry import Value
from .protection import TOTAL, UNKNOWN, Protected
from .values import BATCH, rows_of, save_rows, standing_values

RECOMPUTE = "figures.metric:recompute"
_LONGEST_PAUSE = 0.1
_HELD = 0.04
"""Seconds for which others should wait for SQLite's lock; the house allows 0.1."""
_PORTION, _LEAST_PORTION = 100, 20
Item = TypeVar("Item")

_log = structlog.get_logger("jichi.figures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """What a counting did: its record, how many values are new versions or new, how many stood already.

    ``problems`` are the source keys of bindings that name a cell the metric does not have.
    """

    computation: Computation
    entered: int
    corrected: int
    unchanged: int
    problems: tuple[str, ...]


def recompute(
    *,
    viewer: Viewer,
    metric: str,
    first_year: int,
    last_year: int,
    reason: str,
    by: Sequence[str] | None = None,
) -> Recomputed:
    """Count a metric anew for every figure bound to it; what differs becomes a new version with ``reason``.

    ``by`` names the cuts whose cells are kept with each value (None: those the metric keeps). One audit
    entry stands for the whole. The rows are stored in batches that let other writers in between; if the
    process dies, counting again enters what is missing.

    Raises:
        NotAllowed; Invalid: an unknown metric or cut, no reason, nothing bound to the metric, or somebody
        entered a value for the same year in the meantime.
    """
    viewer.require(RECOMPUTE)
    declared = _declared(metric)
    kept = _kept(declared, by)
    problems: dict[str, list[str]] = {}
    if not reason.strip():
        problems["reason"] = [_("Say why it is counted anew.")]
    if last_year < first_year:
        problems["last_year"] = [_("The last year lies before the first one.")]
    bindings = bound_to(declared)
    if not bindings:
        problems["metric"] = [_("No figure is bound to this metric.")]
    if problems:
        raise Invalid(problems)
    scope = Scope(first_year=first_year, last_year=last_year)
    return _enter(viewer, count(declared, bindings, scope, kept), reason.strip())


def recompute_due() -> int:
    """What the worker does each day: count every bound metric, and record it where something changed.

    Returns how many metrics gave something new. A metric that fails is logged, and the others still run.
    """
    viewer = system_viewer("worker", [RECOMPUTE])
    changed = 0
    for room in registry.rooms():
        for metric in room.metrics:
            bindings = bound_to(metric)
            years = _years_due() if bindings else None
            if years is None:
                continue
            try:
                found = count(metric, bindings, Scope(first_year=years[0], last_year=years[1]), _kept(metric))
                if found.problems:
                    _log.warning("metric has no such cell", metric=metric.key, cells=found.problems)
                if not _known(found):
                    with translation.override(SOURCE_LANGUAGE):
                        reason = _("Counted on schedule")
                    _enter(viewer, found, reason)
                    changed += 1
            except (Invalid, LookupError) as error:
                _log.error("metric cannot be counted", metric=metric.key, error=str(error))
    return changed


def _declared(key: str) -> Metric:
    try:
        return metric_named(key)
    except LookupError as error:
        text = _("Nothing here is counted under the name “%(name)s”.")
        raise Invalid({"metric": [text % {"name": key}]}) from error


def _kept(metric: Metric, by: Sequence[str] | None = None) -> list[str]:
    if by is None:
        return [cut.key for cut in metric.cuts if cut.kept]
    if unknown := [key for key in by if metric.cut(key) is None]:
        text = _("This metric cannot be broken down by %(cuts)s.")
        raise Invalid({"by": [text % {"cuts": ", ".join(unknown)}]})
    return list(by)


def _years_due() -> tuple[int, int] | None:
    """From the first year of the published plans to the year that is running, at most to their last one."""
    plans = Plan.objects.filter(published_at__isnull=False).values_list("first_year", "last_year")
    if not plans:
        return None
    first, last = min(row[0] for row in plans), max(row[1] for row in plans)
    until = min(fiscal_year_of(timezone.localdate()), last)
    return (first, until) if first <= until else None


def _known(found: Counted) -> bool:
    """Whether the last counting of the metric, for the same years, saw the very same."""
    last = Computation.objects.filter(metric=found.metric.key).order_by("-computed_at", "-pk").first()
    years = (found.scope.first_year, found.scope.last_year)
    return last is not None and (last.first_year, last.last_year, last.digest) == (*years, found.digest)


def _enter(viewer: Viewer, found: Counted, reason: str) -> Recomputed:
    fresh: list[Value] = []
    again: list[tuple[Value, Observation]] = []
    corrected = 0
    for values in _batches(found.values):
        standing = standing_values(values)
        news, same = news_of(values, standing, reason)
        fresh += news
        corrected += sum(value.subject in standing for value in news)
        again += _cut_anew([(value, same[value.subject]) for value in values if value.subject in same], found)
    with act(viewer, RECOMPUTE):
        evidence, computation = _record(viewer, found, reason, len(fresh), corrected)
    for batch in _batches(fresh):
        rows = rows_of(viewer, batch, evidence, standing_values(batch))
        _write(viewer, [(row, _cuts(value, found)) for value, row in zip(batch, rows, strict=True)])
    for pairs in _batches(again):
        _write(viewer, [(row, _cuts(value, found)) for value, row in pairs])
    return Recomputed(
        computation=computation,
        entered=len(fresh) - corrected,
        corrected=corrected,
        unchanged=len(found.values) - len(fresh),
        problems=found.problems,
    )


def _cuts(value: Value, found: Counted) -> list[CutValues]:
    """The kept cuts of one value as the metric gave them."""
    return [
        CutValues(
            dimensions=(cut,),
            cells=[
                CellValue(key=(member,), value=figure.value, n=figure.n) for member, figure in cells.items()
            ],
        )
        for cut, cells in found.cells.get(value.subject, {}).items()
    ]


def _cut_anew(pairs: Sequence[tuple[Value, Observation]], found: Counted) -> list[tuple[Value, Observation]]:
    """Those values that stand as they are but whose cells moved among the groups."""
    wanted = [(value, row) for value, row in pairs if found.cells.get(value.subject)]
    if not wanted:
        return []
    stored = cuts_beside([row for _value, row in wanted])
    return [
        (value, row)
        for value, row in wanted
        if any(not _same_cells(cut, stored.get(row.pk, [])) for cut in _cuts(value, found))
    ]


def _same_cells(cut: CutValues, stored: Sequence[Breakdown]) -> bool:
    known = next((row for row in stored if tuple(row.dimensions) == cut.dimensions), None)
    if known is None:
        return False
    cells = {tuple(cell.key): cell.value for cell in known.cells.all()}
    return all(cells.pop(cell.key, None) == cell.value for cell in cut.cells) and not (
        cells.keys() - {(TOTAL,), (UNKNOWN,)}
    )


def _batches(values: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))


def _write(viewer: Viewer, rows: Sequence[tuple[Observation, Sequence[CutValues]]]) -> None:
    """Store new values and cuts in portions; between two of them others get SQLite's lock for as long."""
    # Deciding over the cells takes longer than storing them: it is done before the lock is taken.
    decided = {id(one.observation): one for one in protected(rows)}
    pace = Pace(most=_PORTION)
    for portion in portions([(row, decided.get(id(row))) for row, _cuts_of_row in rows], pace):
        started = time.monotonic()
        with act(viewer, RECOMPUTE):
            save_rows([row for row, _cut in portion if row.pk is None])
            write_cuts(cut for _row, cut in portion if cut is not None)
        took = time.monotonic() - started
        pace.after(took)
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            time.sleep(min(took, _LONGEST_PAUSE))


@dataclass(slots=True)
class Pace:
    """How many rows are stored at once: as many as held SQLite's lock shortly the time before."""

    most: int = BATCH

    def after(self, took: float) -> None:
        """Learn from a portion that took so many seconds."""
        self.most = min(BATCH, max(_LEAST_PORTION, int(self.most * _HELD / max(took, 0.001))))


def portions(
    rows: Sequence[tuple[Observation, Protected | None]], pace: Pace
) -> Iterator[list[tuple[Observation, Protected | None]]]:
    """Parts of the work that store at most so many rows each, cells among them, as ``pace`` says by then."""
    portion: list[tuple[Observation, Protected | None]] = []
    size = 0
    for row, cut in rows:
        weight = 1 + (sum(len(one.cells) + 1 for one in cut.cuts) if cut is not None else 0)
        if portion and size + weight > pace.most:
            yield portion
            portion, size = [], 0
        portion.append((row, cut))
        size += weight
    if portion:
        yield portion


def _record(
    viewer: Viewer, found: Counted, reason: str, changed: int, corrected: int
) -> tuple[Evidence, Computation]:
    assert viewer.actor is not None
    city = current_city()
    evidence = Evidence.objects.create(
        kind=Evidence.Kind.COMPUTATION,
        title=_title(found.metric, SOURCE_LANGUAGE),
        publisher=city.name if city else "",
        published_on=timezone.localdate(),
        is_sample=city.is_sample if city else False,
        translations={
            language: {"title": _title(found.metric, language)}
            for language, _name in settings.LANGUAGES
            if language != SOURCE_LANGUAGE
        },
    )
    computation = Computation.objects.create(
        evidence=evidence,
        metric=found.metric.key,
        definition=found.metric.definition,
        first_year=found.scope.first_year,
        last_year=found.scope.last_year,
        rows_seen=found.rows_seen,
        digest=found.digest,
        reason=reason[:300],
        computed_by=viewer.actor,
    )
    record(
        viewer,
        RECOMPUTE,
        computation,
        fields={"values": [0, changed], "corrected": [0, corrected], "metric": [None, found.metric.key]},
        count=max(changed, 1),
        digest=found.digest,
    )
    return evidence, computation


def _title(metric: Metric, language: str) -> str:
    with translation.override(language):
        day = format_date(timezone.localdate(), weekday=False)
        return _("Count of “%(metric)s”, %(day)s") % {"metric": _(metric.title), "day": day}
