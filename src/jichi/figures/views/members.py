"""The groups of a breakdown in words: wards, offices, plans and the like by their names, not their keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.queries import departments_for, wards
from jichi.figures.models import SourceKind
from jichi.figures.queries.catalogue import metric_named
from jichi.figures.services.protection import UNKNOWN
from jichi.plan.enums import DocumentKind, IndicatorKind
from jichi.plan.queries import nodes_for, plans_for
from jichi.ui.content import translated

Names = Mapping[str, Any]


def member_names(viewer: Viewer, dimension: str) -> Names:
    """What the members of a dimension are called, by their keys; one that is not listed is its own name."""
    find = _NAMES.get(dimension)
    return {**(find(viewer) if find is not None else {}), "": _("All"), UNKNOWN: _("Others, or not known")}


def dimension_title(dimension: str, metric: str = "") -> str:
    """The dimension as a heading, as the metric that gave it calls it."""
    if metric:
        try:
            cut = metric_named(metric).cut(dimension)
        except LookupError:
            cut = None
        if cut is not None:
            return _(cut.title)
    return _("Ward") if dimension == "ward" else dimension


def _wards(viewer: Viewer) -> Names:
    return {ward.key: translated(ward, "name").html for ward in wards()}


def _departments(viewer: Viewer) -> Names:
    rows = departments_for(viewer).select_related(None).prefetch_related(None)
    return {row.key: translated(row, "name").html for row in rows}


def _plans(viewer: Viewer) -> Names:
    return {plan.key: translated(plan, "name").html for plan in plans_for(viewer)}


def _branches(viewer: Viewer) -> Names:
    """Parts of plans by code; where two plans use a code, the newest plan's name stands."""
    found: dict[str, Any] = {}
    for node in nodes_for(viewer).filter(level__kind="branch").order_by("-plan__first_year", "plan", "code"):
        found.setdefault(node.code, format_html("{} {}", node.code, translated(node, "name").html))
    return found


def _kinds(viewer: Viewer) -> Names:
    return {one.value: str(one.label) for one in (*IndicatorKind, *DocumentKind)}


def _sources(viewer: Viewer) -> Names:
    return {one.value: str(one.label) for one in SourceKind}


def _certainty(viewer: Viewer) -> Names:
    return {"certain": _("Certain"), "uncertain": _("Not certain")}


_NAMES: Mapping[str, Callable[[Viewer], Names]] = {
    "ward": _wards,
    "department": _departments,
    "plan": _plans,
    "branch": _branches,
    "kind": _kinds,
    "source": _sources,
    "certainty": _certainty,
}
