"""The administrator's pages of departments: what exists since when, and what follows what."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city import forms, services
from jichi.city.models import Department
from jichi.city.queries import department_for, departments_for
from jichi.city.requests import ViewedRequest
from jichi.ui.content import translated
from jichi.ui.numbers import format_date
from jichi.ui.tables import Cell, Column, Table

from .acting import ask, go_on_from, posted


def _day(day: datetime.date | None, none: str) -> str:
    return format_date(day, weekday=False) if day else none


def _followers(department: Department) -> str:
    return _(", ").join(
        _("%(name)s (from %(day)s)")
        % {"name": translated(one.successor, "name"), "day": format_date(one.on, weekday=False)}
        for one in department.successions.all()
    )


@require_safe
def departments(request: ViewedRequest) -> HttpResponse:
    """All departments, those that have ended among them."""
    kinds = dict(forms.KIND_TITLES)
    rows = list(departments_for(request.viewer))
    table = Table(
        caption=_("Departments of all times"),
        columns=[
            Column(_("Department"), head=True),
            Column(_("Kind")),
            Column(_("Below")),
            Column(_("Ward")),
            Column(_("First day")),
            Column(_("Last day")),
            Column(_("Followed by")),
        ],
        rows=[
            [
                Cell(translated(row, "name"), url=reverse("departments-detail", args=[row.pk]), note=row.key),
                kinds[row.kind],
                translated(row.parent, "name") if row.parent else "–",
                translated(row.ward, "name") if row.ward else "–",
                _day(row.valid_from, _("not known")),
                _day(row.valid_to, "–"),
                _followers(row) or "–",
            ]
            for row in rows
        ],
        phone="cards",
        hide_caption=True,
    )
    today = timezone.localdate()
    existing = sum(1 for row in rows if row.valid_to is None or row.valid_to >= today)
    return render(request, "city/departments.html", {"table": table, "existing": existing, "dense": True})


def _crumbs(department: Department | None = None) -> list[dict[str, Any]]:
    trail: list[dict[str, Any]] = [{"title": _("Departments"), "url": reverse("departments-list")}]
    if department is not None:
        trail.append(
            {
                "title": translated(department, "name"),
                "url": reverse("departments-detail", args=[department.pk]),
            }
        )
    return trail


@require_safe
def detail(request: ViewedRequest, pk: int) -> HttpResponse:
    """One department with its dates, place and successors."""
    department = department_for(request.viewer, pk)
    facts = [
        {"term": _("Key"), "value": department.key},
        {"term": _("Kind"), "value": dict(forms.KIND_TITLES)[department.kind]},
        {"term": _("Below"), "value": translated(department.parent, "name") if department.parent else "–"},
        {"term": _("Ward"), "value": translated(department.ward, "name") if department.ward else "–"},
        {"term": _("First day"), "value": _day(department.valid_from, _("not known"))},
        {"term": _("Last day"), "value": _day(department.valid_to, "–")},
        {"term": _("Followed by"), "value": _followers(department) or "–"},
        {"term": _("Source"), "value": department.source_note or "–"},
    ]
    context = {
        "department": department,
        "facts": facts,
        "crumbs": [*_crumbs(), {"title": translated(department, "name")}],
        "may_reorganise": department.valid_to is None
        and request.viewer.can("city.department:edit", department),
        "dense": True,
    }
    return render(request, "city/department.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reorganise(request: ViewedRequest, pk: int) -> HttpResponse:
    """End a department and hand its work to others."""
    department = department_for(request.viewer, pk)
    others = departments_for(request.viewer, on=timezone.localdate()).exclude(pk=pk)
    form = forms.ReorganiseForm(posted(request), departments=others, initial={"version": department.version})

    def do(data: dict[str, Any]) -> None:
        new = [
            services.NewDepartment(key=data[key], name=data[name], kind=data["kind"])
            for key, name in (("key", "name"), ("second_key", "second_name"))
            if data[key]
        ]
        services.reorganise_department(
            viewer=request.viewer,
            department_id=department.pk,
            version=data["version"],
            on=data["on"],
            new=new,
            successor_ids=[one.pk for one in data["successors"]],
            source_note=data["source_note"],
        )

    def differences(current: Department) -> list[tuple[str, str, str]]:
        chosen = form.cleaned_data["on"] - datetime.timedelta(days=1)
        go_on_from(form, version=str(current.version))
        now = department_for(request.viewer, current.pk)
        return [
            (_("Name"), now.name, department.name),
            (_("Last day"), _day(now.valid_to, "–"), _day(chosen, "–")),
            (_("Followed by"), _followers(now) or "–", form.cleaned_data["name"] or "–"),
        ]

    return ask(
        request,
        form,
        title=_("Reorganise %(name)s") % {"name": translated(department, "name")},
        lead=_(
            "Rename, split, join or dissolve: the department ends, and its successors take over its work and "
            "its roles on their first day. Nothing is rewritten."
        ),
        button=_("Reorganise"),
        back=reverse("departments-detail", args=[pk]),
        do=do,
        done=_("The department was reorganised."),
        crumbs=_crumbs(department),
        conflict=differences,
    )
