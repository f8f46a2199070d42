"""All figures of a plan by state: what is known, what is late, what is only a part, and whose it is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jichi.city.requests import ViewedRequest
from jichi.figures.overview_queries import subjects_with_value
from jichi.figures.panels.source import source_words
from jichi.figures.queries.lateness import due_date, sees_lateness
from jichi.figures.queries.states import FigureState, State, state_of_figures_for
from jichi.plan.models import Plan, Series
from jichi.plan.queries import plans_for
from jichi.ui.content import translated
from jichi.ui.numbers import fiscal_year, format_date, format_value
from jichi.ui.states import state_mark
from jichi.ui.tables import Cell, Column, Table

from .subjects import Subject, figure_subject, series_subject


def state_words(state: State) -> str:
    """A figure's state in words, as a heading and as a filter."""
    return {
        State.LATE: pgettext("state of a figure", "Late"),
        State.NOT_RUN: pgettext("state of a figure", "Not measured, with the reason"),
        State.BROKEN: pgettext("state of a figure", "Measured under another definition"),
        State.PARTIAL: pgettext("state of a figure", "Only a part is known"),
        State.PROVISIONAL: pgettext("state of a figure", "Provisional"),
        State.CORRECTED: pgettext("state of a figure", "Known, corrected"),
        State.KNOWN: pgettext("state of a figure", "Known"),
        State.NOT_DUE: pgettext("state of a figure", "Not due yet"),
        State.NOT_LOADED: pgettext("state of a figure", "No result loaded"),
    }[state]


def figure_list(request: ViewedRequest) -> HttpResponse:
    """Every figure of a plan (``?plan=``), of one state where ``?state=`` names it."""
    viewer, asked = request.viewer, request.GET
    plans = list(plans_for(viewer))
    plan = next((one for one in plans if one.key == asked.get("plan")), plans[0] if plans else None)
    found = state_of_figures_for(viewer, plan) if plan else []
    wanted = next((state for state in State if state == asked.get("state")), None)
    shown = [row for row in found if wanted is None or wanted in row.states]
    known = subjects_with_value(viewer, plan) if plan else set()
    context = {
        "plan": plan,
        "total": len({row.placed.key for row in found}),
        "known": len(known),
        "tells_late": sees_lateness(viewer),
        "tabs": _tabs(plan, found, wanted) if plan else [],
        "plans": [
            {"title": translated(one, "name").html, "url": f"?plan={one.key}", "current": one == plan}
            for one in plans
        ],
        "table": _table(shown, wanted),
        "count": len(shown),
        "crumbs": [{"title": _("Home"), "url": reverse("home")}, {"title": _("All figures by state")}],
    }
    return render(request, "figures/list.html", context)


def _tabs(plan: Plan, found: list[FigureState], wanted: State | None) -> list[dict[str, Any]]:
    def address(state: str) -> str:
        return "?" + urlencode({"plan": plan.key} | ({"state": state} if state else {}))

    tabs = [{"title": f"{_('All')} {len(found)}", "url": address(""), "current": wanted is None}]
    for state in State:
        count = sum(state in row.states for row in found)
        if count or state == wanted:
            tabs.append(
                {
                    "title": f"{state_words(state)} {count}",
                    "url": address(state.value),
                    "current": state == wanted,
                }
            )
    return tabs


def _table(rows: list[FigureState], wanted: State | None) -> Table:
    return Table(
        caption=state_words(wanted) if wanted else _("All figures of the plan"),
        columns=[
            Column(_("Figure"), head=True),
            Column(_("State")),
            Column(_("Newest value"), numeric=True),
            Column(_("Where it truly comes from")),
            Column(_("Office that answers for it")),
            Column(_("Due")),
        ],
        rows=[_cells(row) for row in rows],
        phone="cards",
        ident="figures",
    )


def subject_of_state(row: FigureState) -> Subject:
    """The figure of a state, as pages name it."""
    subject = row.placed.subject
    if isinstance(subject, Series):
        return series_subject(subject)
    # It was found through this plan; asking for it anew would be a query for each line.
    subject.project.plan = row.placed.plan
    return figure_subject(subject)


def _cells(row: FigureState) -> list[Cell]:
    subject = subject_of_state(row)
    return [
        Cell(
            subject.name,
            url=subject.url,
            note=f"{row.placed.node.code} {translated(row.placed.node, 'name')}",
        ),
        Cell(_marks(row), note=_late_words(row)),
        _newest(row, subject),
        _source(row),
        Cell(translated(row.department, "name").html if row.department else _("not confirmed yet")),
        _due(row),
    ]


def _due(row: FigureState) -> Cell:
    """The next day by which a value is to be there, and since when one is late, as far as it is told."""
    if row.binding is None or row.binding.due_month is None:
        return Cell(_("no date is set"))
    passed = due_date(row.binding, row.late_years[0]) if row.late_years else None
    late = _("late since %(day)s") % {"day": format_date(passed, weekday=False)} if passed else ""
    if row.next_due is None:
        return Cell(late or "—")
    return Cell(format_date(row.next_due, weekday=False), note=late)


def _marks(row: FigureState) -> Any:
    latest = row.latest
    if row.state is State.PARTIAL and latest is not None:
        return state_mark("partial", n=latest.coverage_seen, of=latest.coverage_whole)
    if row.state in {State.LATE, State.NOT_LOADED, State.NOT_DUE}:
        return state_mark("not_loaded", word=state_words(row.state))
    if row.state in {State.NOT_RUN, State.BROKEN}:
        return state_mark("cannot_judge", word=state_words(row.state))
    return state_words(row.state)


def _late_words(row: FigureState) -> str:
    if not row.late_years:
        return ""
    return ", ".join(fiscal_year(year, style="short") for year in row.late_years)


def _newest(row: FigureState, subject: Subject) -> Cell:
    latest = row.latest
    if latest is None:
        return Cell("—")
    return Cell(
        format_value(latest.value, subject.unit, decimals=latest.decimals),
        url=reverse("figures-value", args=[latest.pk]),
        note=fiscal_year(latest.fiscal_year, style="short"),
    )


def _source(row: FigureState) -> Cell:
    kind, note = source_words(row.binding)
    return Cell(kind, note=note)
