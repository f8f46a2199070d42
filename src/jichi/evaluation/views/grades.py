"""The grades of an evaluation: all of them with how each came about, and the act of grading."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.views.acting import ask, posted
from jichi.city.workbench import show
from jichi.evaluation.actions import GRADE
from jichi.evaluation.enums import CycleState
from jichi.evaluation.models import Cycle
from jichi.evaluation.queries.grades import (
    GradeRow,
    combined_of,
    cycle_for_grades,
    grades_of,
    start_value_for,
    superseded,
)
from jichi.evaluation.services.grading import grade_cycle, set_start_value
from jichi.ui.content import translated

from .frame import cycle_crumbs


@require_safe
def cycle_grades(http: HttpRequest, pk: int) -> HttpResponse:
    """Every grade of an evaluation, by measure, each with how it came about."""
    return _page(http, _cycle(http, pk))


@require_POST
def make_grades(http: HttpRequest, pk: int) -> HttpResponse:
    """Grade now, or again with a reason; what stands in the way comes back beside what was typed."""
    cycle = _cycle(http, pk)
    reason = http.POST.get("reason", "")[:300]
    try:
        done = grade_cycle(viewer=_viewer(http), cycle_id=cycle.pk, reason=reason)
    except Invalid as error:
        return _page(http, cycle, reason=reason, errors=error.messages, status=422)
    if not done.written:
        messages.info(http, _("Nothing has changed: every grade stands as it was."))
    else:
        text = ngettext("%(count)d grade was written.", "%(count)d grades were written.", done.written)
        messages.success(http, text % {"count": done.written})
    return redirect("staff-evaluation-grades", pk=cycle.pk)


class StartForm(forms.Form):
    """A value that counts in place of the plan's current one, its year, and why."""

    value = forms.DecimalField(
        label=gettext_lazy("Value; empty: the plan's own current value counts again"),
        required=False,
        max_digits=18,
        decimal_places=6,
    )
    fiscal_year = forms.IntegerField(label=gettext_lazy("Fiscal year of the value"))
    reason = forms.CharField(label=gettext_lazy("Why, and where the value comes from"), max_length=300)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


@require_http_methods(["GET", "POST"])
def start_value(http: HttpRequest, pk: int, placement: int, series: int) -> HttpResponse:
    """Set a value for the purpose in place of the plan's current value."""
    cycle = _cycle(http, pk)
    _viewer(http).require(GRADE, cycle)
    placed, last = start_value_for(_viewer(http), cycle, placement, series)
    back = reverse("staff-evaluation-grades", args=[pk])
    initial: dict[str, Any] = {
        "revision": 0 if last is None else last.revision,
        "fiscal_year": cycle.plan.first_year - 1,
    }
    if last is not None:
        initial |= {"value": last.value, "fiscal_year": last.fiscal_year}

    def do(data: dict[str, Any]) -> None:
        set_start_value(viewer=_viewer(http), placement_id=placement, series_id=series, **data)

    return ask(
        http,  # type: ignore[arg-type]
        StartForm(posted(http), initial=initial),
        title=_("Set another start for %(name)s") % {"name": translated(placed.indicator, "name").text},
        lead=_("It counts from the next grading on. The reason is shown beside the grade."),
        button=_("Set"),
        back=back,
        do=do,
        done=_("The value was set. Grade again to use it."),
        crumbs=[
            *cycle_crumbs(cycle),
            {"title": _("Grades of indicators"), "url": reverse("staff-evaluation-grades", args=[pk])},
        ],
    )


def _viewer(http: HttpRequest) -> Viewer:
    viewer: Viewer = http.viewer  # type: ignore[attr-defined]
    return viewer


def _cycle(http: HttpRequest, pk: int) -> Cycle:
    found = cycle_for_grades(_viewer(http), pk)
    if found is None:
        raise Http404
    return found


def _page(
    http: HttpRequest,
    cycle: Cycle,
    *,
    reason: str = "",
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = grades_of(_viewer(http), cycle)
    newer = superseded(cycle)
    context = {
        "title": _answer(rows),
        "kind": _("Grades of indicators"),
        "cycle": cycle,
        "rule": cycle.rule,
        "rule_title": translated(cycle.rule.rule_set, "title").html if cycle.rule else "",
        "newer": newer,
        "measures": _by_measure(rows),
        "counts": _counts(rows),
        "has_grades": bool(rows),
        "may_grade": _viewer(http).can(GRADE, cycle) and cycle.state != CycleState.PUBLISHED,
        "needs_reason": bool(rows) or newer is not None,
        "reason": reason,
        "errors": [text for texts in (errors or {}).values() for text in texts],
    }
    return show(http, "evaluation/grades/cycle.html", context, crumbs=cycle_crumbs(cycle), status=status)


def _answer(rows: list[GradeRow]) -> str:
    if not rows:
        return _("The indicators are not graded yet")
    graded = sum(row.is_graded for row in rows)
    text = ngettext(
        "%(graded)d of %(count)d series has a grade", "%(graded)d of %(count)d series have a grade", graded
    )
    return text % {"graded": graded, "count": len(rows)}


def _counts(rows: list[GradeRow]) -> list[dict[str, Any]]:
    """How many series have which grade, the best first, those without one last."""
    if not rows:
        return []
    counted = Counter((row.grade.grade, row.state, row.label) for row in rows)
    order = {grade: place for place, grade in enumerate(sorted({row.grade.grade for row in rows}))}
    return [
        {"grade": grade, "state": state, "label": label, "count": count}
        for (grade, state, label), count in sorted(
            counted.items(), key=lambda item: (not item[0][0], order[item[0][0]])
        )
    ]


def _by_measure(rows: list[GradeRow]) -> list[dict[str, Any]]:
    """Grades by the node that carries the indicator, then by indicator; several series are combined."""
    nodes: dict[int, dict[str, Any]] = {}
    for row in rows:
        placement = row.grade.placement
        node = nodes.setdefault(
            placement.node_id,
            {
                "code": placement.node.code,
                "title": translated(placement.node, "name").html,
                "indicators": {},
            },
        )
        indicator = node["indicators"].setdefault(
            placement.pk,
            {
                "title": translated(placement.indicator, "name").html,
                "url": reverse("indicator-detail", args=[placement.indicator.key]),
                "rows": [],
            },
        )
        indicator["rows"].append(
            {
                "row": row,
                "name": translated(row.grade.series, "name").html,
                "start_url": reverse(
                    "staff-evaluation-start-value",
                    args=[row.grade.cycle_id, placement.pk, row.grade.series_id],
                ),
            }
        )
    for node in nodes.values():
        node["indicators"] = [
            {**one, "combined": _combined([line["row"] for line in one["rows"]])}
            for one in node["indicators"].values()
        ]
    return list(nodes.values())


def _combined(rows: list[GradeRow]) -> dict[str, str] | None:
    if len(rows) < 2:
        return None
    found = combined_of([row.grade for row in rows])
    if found is None:
        return None
    if found.grade is None:
        return {"state": "cannot_judge", "word": _("Cannot be judged: one of its series cannot be judged")}
    state = next(row.state for row in rows if row.grade.grade == found.grade)
    return {"state": state, "word": _("Taken together: %(grade)s") % {"grade": found.grade}}
