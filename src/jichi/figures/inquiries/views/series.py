"""Repeated inquiries: what is asked again and again, in which form, and what it measures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Conflict, Invalid
from jichi.city.queries import departments_for
from jichi.city.workbench import Crumb, show
from jichi.figures.models import InquirySeries
from jichi.figures.staff.views.known import name_of
from jichi.sheets.parsing import definition_of
from jichi.sheets.queries import form_versions_for, forms_for
from jichi.sheets.words import say

from ..actions import SAVE_SERIES
from ..forms import SeriesForm, TargetForm
from ..queries.lists import inquiries_for, series_for
from ..queries.subjects import subject_of, subjects_for, targets_of
from ..services import Target, save_series, save_targets
from .frame import ask, crumbs, inquiry_url, title_of, viewer_of

LINES = 3
"""Empty lines offered for further targets."""


@require_safe
def series_list(http: HttpRequest) -> HttpResponse:
    """The repeated inquiries one runs."""
    rows = list(series_for(viewer_of(http)))
    context = {
        "title": _("Repeated inquiries"),
        "lead": _("What is asked every year, every month or of every event, with its form."),
        "groups": [
            {
                "title": label,
                "lines": [
                    {
                        "title": row.title,
                        "url": reverse("staff-inquiry-series", args=[row.pk]),
                        "form": row.form.title,
                        "asker": asker_name_of(row),
                        "times": row.asked_times,  # type: ignore[attr-defined]
                    }
                    for row in rows
                    if row.kind == kind
                ],
            }
            for kind, label in InquirySeries.Kind.choices
            if any(row.kind == kind for row in rows)
        ],
        "new_url": reverse("staff-inquiry-series-new"),
    }
    return show(http, "figures/inquiries/series_list.html", context, crumbs=crumbs())


def series_crumbs(row: InquirySeries | None = None) -> list[Crumb]:
    """The way to the repeated inquiries, or to one of them."""
    way = [*crumbs(), {"title": _("Repeated inquiries"), "url": reverse("staff-inquiry-series-list")}]
    if row is not None:
        way.append({"title": row.title, "url": reverse("staff-inquiry-series", args=[row.pk])})
    return way


def _form(http: HttpRequest, row: InquirySeries | None) -> SeriesForm:
    viewer = viewer_of(http)
    reached = viewer.departments_for(SAVE_SERIES)
    offices = departments_for(viewer, on=timezone.localdate())
    if reached is not None:
        offices = offices.filter(pk__in=reached)
    initial: dict[str, Any] = {"check_levels": "0"}
    if row is not None:
        initial = {
            "version": row.version,
            "title": row.title,
            "purpose": row.purpose,
            "kind": row.kind,
            "form": str(row.form_id),
            "check_levels": str(row.check_levels),
            "department": str(row.department_id or ""),
        }
    elif reached is not None and len(reached) == 1:
        initial["department"] = str(next(iter(reached)))
    return SeriesForm(
        http.POST if http.method == "POST" else None,
        initial=initial,
        known=forms_for(viewer),
        offices=offices,
        is_new=row is None,
    )


@require_http_methods(["GET", "POST"])
def series_new(http: HttpRequest) -> HttpResponse:
    """Set up a repeated inquiry."""
    form = _form(http, None)
    return ask(
        http,
        form,
        title=_("Set up a repeated inquiry"),
        button=_("Set up"),
        crumbs=series_crumbs(),
        back=reverse("staff-inquiry-series-list"),
        do=lambda data: save_series(viewer=viewer_of(http), key=data["key"], facts=form.facts()),
        done=_("Saved. Say next what it measures, then ask for the first time."),
    )


@require_http_methods(["GET", "POST"])
def series_detail(http: HttpRequest, pk: int) -> HttpResponse:
    """One repeated inquiry: its facts to be changed, what it measures, when it was asked."""
    viewer = viewer_of(http)
    row = series_for(viewer).get(pk=pk)
    form = _form(http, row)
    asked = [
        {"title": title_of(one), "url": inquiry_url(one), "state": one.get_state_display()}
        for one in inquiries_for(viewer).filter(series=row)
    ]
    versions = [one for one in form_versions_for(viewer) if one.form_id == row.form_id]
    beside = {
        "row": row,
        "asker": asker_name_of(row),
        "asked": asked,
        "targets": [
            {
                "name": name_of(subject_of(one)),
                "expression": one.expression,
                "by_ward": one.by_ward,
            }
            for one in targets_of(viewer, row)
        ],
        "targets_url": reverse("staff-inquiry-targets", args=[row.pk]),
        "new_url": reverse("staff-inquiry-new", args=[row.pk]),
        "version_number": versions[0].number if versions else 0,
        "form_url": reverse("staff-form", args=[versions[0].form.key, versions[0].number])
        if versions
        else "",
    }
    return ask(
        http,
        form,
        title=row.title,
        button=_("Save"),
        crumbs=series_crumbs(),
        back=http.path,
        do=lambda data: save_series(
            viewer=viewer, series_id=row.pk, version=data["version"], facts=form.facts()
        ),
        done=_("Saved."),
        template="figures/inquiries/series.html",
        beside=beside,
    )


def asker_name_of(row: InquirySeries) -> str:
    """The office that asks in this series."""
    return row.department.name if row.department is not None else _("the planning section")


@require_http_methods(["GET", "POST"])
def series_targets(http: HttpRequest, pk: int) -> HttpResponse:
    """What the merged returns measure: figures and expressions."""
    viewer = viewer_of(http)
    row = series_for(viewer).get(pk=pk)
    forms = _target_forms(http, row)
    status, faster = 200, False
    if http.method == "POST":
        status = 422
        if all(form.is_valid() for form in forms):
            filled = [form for form in forms if form.cleaned_data["subject"]]
            version = http.POST.get("version", "")
            try:
                save_targets(
                    viewer=viewer,
                    series_id=row.pk,
                    version=int(version) if version.isdecimal() else 0,
                    targets=[_target(form.cleaned_data) for form in filled],
                )
            except Invalid as error:
                _take(error, filled)
            except Conflict:
                status, faster = 409, True
            else:
                messages.success(http, _("Saved."))
                return redirect(reverse("staff-inquiry-series", args=[row.pk]))
    context = {
        "title": _("What it measures: %(title)s") % {"title": row.title},
        "lead": _(
            "From a merge, each line gives one value. It is entered only where the figure is bound to this"
            " inquiry."
        ),
        "forms": forms,
        "version": row.version,
        "faster": faster,
        "fields": _fields(http, row),
    }
    return show(http, "figures/inquiries/targets.html", context, crumbs=series_crumbs(row), status=status)


def _target_forms(http: HttpRequest, row: InquirySeries) -> list[TargetForm]:
    viewer = viewer_of(http)
    bound, others = subjects_for(viewer, row)
    choices: list[Any] = []
    for title, listed in ((_("Bound to this inquiry"), bound), (_("Other figures"), others)):
        if listed:
            choices.append((title, [(_code(one), name_of(one)) for one in listed]))
    standing = targets_of(viewer, row)
    posted = http.POST if http.method == "POST" else None
    made = []
    for place in range(max(len(standing) + 1, LINES)):
        one = standing[place] if place < len(standing) else None
        initial = {"decimals": 0, "definition": "1"}
        if one is not None:
            initial = {
                "subject": _code(subject_of(one)),
                "expression": one.expression,
                "decimals": one.decimals,
                "definition": one.definition,
                "quantity": one.quantity,
                "counting": one.counting,
                "by_ward": one.by_ward,
            }
        made.append(TargetForm(posted, prefix=f"t{place}", initial=initial, subjects=choices))
    return made


def _code(subject: Any) -> str:
    return f"{type(subject).__name__}:{subject.pk}"


def _target(data: dict[str, Any]) -> Target:
    kind, _colon, pk = data["subject"].partition(":")
    return Target(
        series_id=int(pk) if kind == "Series" else None,
        project_figure_id=int(pk) if kind == "ProjectFigure" else None,
        expression=data["expression"].strip(),
        decimals=data["decimals"] or 0,
        definition=data["definition"].strip() or "1",
        quantity=data["quantity"],
        counting=data["counting"],
        by_ward=data["by_ward"],
    )


def _take(error: Invalid, forms: list[TargetForm]) -> None:
    """Objections come by the line's number."""
    for place, texts in error.messages.items():
        target = forms[int(place)] if place.isdecimal() and int(place) < len(forms) else None
        for text in texts:
            (target or forms[0]).add_error("expression" if target else None, text)


def _fields(http: HttpRequest, row: InquirySeries) -> list[dict[str, str]]:
    """The fields an expression may name, with their labels."""
    version = form_versions_for(viewer_of(http)).filter(form=row.form).first()
    if version is None:
        return []
    return [
        {"key": field.key, "label": say(field.label), "part": say(part.title)}
        for part, field in definition_of(version).fields()
        if field.is_number
    ]
