"""A heading or project with all its rows, and the lists of what outlives plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.access import Viewer
from jichi.city.workbench import show
from jichi.plan.queries.staff.tree import (
    NodeRows,
    documents_of_city,
    indicators_of_city,
    node_rows_for,
    schemes_of_city,
)

from ..adding import ADDITIONS, additions_below
from ..labels import row_label
from ..pages import plan_crumbs, public_url, row_url
from .plans import plan_or_404


def _row(row: Any, text: str = "", note: str = "") -> dict[str, Any]:
    return {"title": text or row_label(row), "url": row_url(row), "note": note, "row": row}


def _initiatives(rows: NodeRows) -> list[dict[str, Any]]:
    return [
        {**_row(one, f"{one.marker} {one.name}".strip()), "rows": [_row(m) for m in one.milestones.all()]}
        for one in rows.initiatives
    ]


def _figures(rows: NodeRows) -> list[dict[str, Any]]:
    return [
        {**_row(one, f"{one.name} ({one.unit})"), "rows": [_row(point) for point in one.points.all()]}
        for one in rows.figures
    ]


def _indicators(rows: NodeRows) -> list[dict[str, Any]]:
    return [
        {
            **_row(placement.indicator, note=placement.get_comparator_display()),
            "placement": row_url(placement),
            "rows": [
                _row(point) for series in placement.indicator.series.all() for point in series.points.all()
            ],
        }
        for placement in rows.placements
    ]


@require_safe
def node_detail(request: HttpRequest, plan_key: str, code: str) -> HttpResponse:
    """Everything of one heading or project, each row with the link to its form."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    plan = plan_or_404(viewer, plan_key)
    rows = node_rows_for(viewer, plan, code)
    if rows is None:
        raise Http404
    node = rows.node
    may_edit = viewer.can("plan.row:edit", node)
    crumbs = plan_crumbs(plan)
    if node.parent is not None:
        crumbs.append({"title": row_label(node.parent), "url": row_url(node.parent)})
    context = {
        "title": row_label(node),
        "plan": plan,
        "node": node,
        "edit_url": reverse("staff-row", args=["Node", node.pk]),
        "statements": [_row(one) for one in rows.statements],
        "indicators": _indicators(rows),
        "initiatives": _initiatives(rows),
        "figures": _figures(rows),
        "children": [_row(one) for one in rows.children],
        "documents": [_row(one) for one in rows.documents],
        "schemes": [_row(one) for one in rows.schemes],
        "not_held": [_row(one) for one in rows.not_held],
        "may_edit": may_edit,
        "additions": [
            {"title": one.title, "url": reverse("staff-row-new", args=[one.model.__name__, node.pk])}
            for one in additions_below(node)
        ]
        if may_edit
        else [],
        "carry_over_url": reverse("staff-carry-over", args=[plan.key, node.code]) if may_edit else "",
        "public_url": public_url(node, []) if plan.published_at else "",
    }
    return show(request, "plan/staff/node.html", context, crumbs=crumbs)


_LISTS: dict[str, tuple[str, Callable[[Viewer], Iterable[Any]]]] = {
    "indicators": ("Indicator", indicators_of_city),
    "documents": ("PolicyDocument", documents_of_city),
    "schemes": ("Scheme", schemes_of_city),
}


@require_safe
def thing_list(request: HttpRequest, kind: str) -> HttpResponse:
    """Indicators, policy documents or schemes: what outlives a plan, with where plans name it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if kind not in _LISTS:
        raise Http404
    model, find = _LISTS[kind]
    titles = {"indicators": _("Indicators"), "documents": _("Policy documents"), "schemes": _("Schemes")}
    search = request.GET.get("q", "").strip()
    things = [one for one in find(viewer) if search.lower() in one.name.lower()]
    context = {
        "title": titles[kind],
        "things": [_row(one, note=_named_by(one)) for one in things],
        "search": search,
        "tabs": [
            {"title": title, "url": reverse("staff-things", args=[key]), "current": key == kind}
            for key, title in titles.items()
        ],
        "add_url": reverse("staff-thing-new", args=[model]) if viewer.can("plan.plan:apply") else "",
        "add_title": ADDITIONS[model].title,
    }
    return show(request, "plan/staff/things.html", context, crumbs=[])


def _named_by(thing: Any) -> str:
    nodes = (
        [placement.node for placement in thing.placements.all()]
        if hasattr(thing, "placements")
        else list(thing.nodes.all())
    )
    return ", ".join(sorted({f"{node.plan.name} {node.code}" for node in nodes}))
