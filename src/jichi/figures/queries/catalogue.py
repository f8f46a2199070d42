"""The catalogue of everything that rooms can count, and asking one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from jichi.city import registry
from jichi.city.access import Viewer
from jichi.city.errors import NotAllowed
from jichi.figures.models import Binding
from jichi.manifest import Cut, Figure, Metric, Scope

from .bindings import bindings_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A metric of the catalogue: of which room, by what the viewer may see it broken down, and how many
    figures are bound to it.
    """

    metric: Metric
    room: str
    cuts: tuple[Cut, ...]
    bound: int


def catalogue(viewer: Viewer) -> list[Entry]:
    """Every metric the viewer may see, in the order of the rooms."""
    bound = Counter(metric_of(row) for row in bindings_in_force().values() if row.via == Binding.Via.METRIC)
    return [
        Entry(metric=metric, room=room.key, cuts=_cuts(viewer, metric), bound=bound[metric.key])
        for room in registry.rooms()
        for metric in room.metrics
        if _may(viewer, metric.action)
    ]


def entry_for(viewer: Viewer, key: str) -> Entry | None:
    """The metric of that key, or None where there is none the viewer may see."""
    return next((entry for entry in catalogue(viewer) if entry.metric.key == key), None)


def metric_named(key: str) -> Metric:
    """The declared metric. Raises LookupError for a key no room declares."""
    for room in registry.rooms():
        for metric in room.metrics:
            if metric.key == key:
                return metric
    raise LookupError(f"no room declares the metric {key!r}")


def metric_of(binding: Binding) -> str:
    """The key of the metric a binding names; the rest of its ``source_key`` picks a cell."""
    return binding.source_key.partition("/")[0]


def selection_of(binding: Binding) -> dict[str, str]:
    """Which cell of its metric a binding takes: ``plan.projects/branch=1-1`` takes that branch's.

    ``source_key`` is the metric's key, and after a slash ``cut=member`` pairs joined by ``&``.
    """
    rest = binding.source_key.partition("/")[2]
    return dict(pair.split("=", 1) for pair in rest.split("&") if "=" in pair)


def measured_for(viewer: Viewer, key: str, scope: Scope) -> list[Figure]:
    """What a metric counts, by the cuts asked for, all cells at once.

    Raises:
        NotAllowed: if the viewer may not see the metric or one of the cuts; LookupError: for an unknown one.
    """
    metric = metric_named(key)
    needed = [metric.action]
    for name in scope.by:
        cut = metric.cut(name)
        if cut is None:
            raise LookupError(f"{key} is not broken down by {name!r}")
        needed.append(cut.action)
    for action in needed:
        if not _may(viewer, action):
            raise NotAllowed(action or "")
    return list(measure(metric, scope))


def measure(metric: Metric, scope: Scope) -> Iterable[Figure]:
    """Run a metric: what its room counts, for no viewer in particular."""
    found: Iterable[Figure] = registry.resolve(metric.measure)(scope)
    return found


def evidence_behind(viewer: Viewer, key: str, scope: Scope) -> QuerySet[Any] | None:
    """The rows behind a metric's values as deep as the viewer may go; None where it names none.

    Raises:
        NotAllowed, LookupError: as :func:`measured_for`.
    """
    metric = metric_named(key)
    if not _may(viewer, metric.action):
        raise NotAllowed(metric.action or "")
    if not metric.evidence:
        return None
    rows: QuerySet[Any] = registry.resolve(metric.evidence)(viewer, scope)
    return rows


def _cuts(viewer: Viewer, metric: Metric) -> tuple[Cut, ...]:
    return tuple(cut for cut in metric.cuts if _may(viewer, cut.action))


def _may(viewer: Viewer, action: str | None) -> bool:
    return action is None or viewer.can(action)
