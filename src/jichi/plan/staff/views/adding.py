"""Adding a row, carrying an indicator over to another plan, translating a row's texts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.workbench import show
from jichi.plan.models import Plan
from jichi.plan.queries.staff import place_of, row_for
from jichi.plan.queries.staff.tree import indicators_of_city, node_rows_for
from jichi.plan.services import carry_over_indicator, create_row, translate_row
from jichi.plan.services.edits import owner_of, plan_of, version_of
from jichi.plan.services.translate import TRANSLATABLE

from ..adding import ADDITIONS, Addition
from ..forms.plans import CarryOverForm
from ..forms.rows import NewRowForm, TranslationForm
from ..labels import fact_label, language_label, row_label
from ..pages import plan_crumbs, public_url, row_crumbs, row_url
from .plans import plan_or_404
from .rows import choices_for, row_or_404


@require_http_methods(["GET", "POST"])
def row_new(request: HttpRequest, model: str, parent: int) -> HttpResponse:
    """The form for a row that is to be added below another one."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    addition = ADDITIONS.get(model)
    if addition is None or addition.parent is None:
        raise Http404
    above = row_for(viewer, addition.parent.__name__, parent)
    if above is None or not viewer.can("plan.row:edit", owner_of(above)):
        raise Http404
    return _new(request, addition, above)


@require_http_methods(["GET", "POST"])
def thing_new(request: HttpRequest, model: str) -> HttpResponse:
    """The form for an indicator, a policy document or a scheme, which stand below nothing."""
    addition = ADDITIONS.get(model)
    if addition is None or addition.parent is not None:
        raise Http404
    return _new(request, addition, None)


def _new(request: HttpRequest, addition: Addition, parent: models.Model | None) -> HttpResponse:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    data = request.POST if request.method == "POST" else None
    form = NewRowForm(addition.model, addition.asks, data, choices=choices_for(viewer, parent))
    if form.is_bound and form.is_valid():
        facts = {**addition.gives(parent), **form.facts()}
        try:
            row = create_row(
                viewer=viewer, model=addition.model.__name__, facts=facts, reason=form.cleaned_data["reason"]
            )
        except Invalid as error:
            form.refuse(error.messages)
        else:
            messages.success(request, _("Added: %(what)s.") % {"what": row_label(row)})
            return redirect(row_url(parent if parent is not None else row))
    crumbs = row_crumbs(parent if parent is not None else addition.model(), [])
    if parent is not None:
        crumbs = [
            *row_crumbs(parent, list(place_of(parent))),
            {"title": row_label(parent), "url": row_url(parent)},
        ]
    context = {
        "title": addition.title,
        "form": form,
        "fields": [form[name] for name in form.names],
        "button": _("Add"),
    }
    return show(request, "plan/staff/form.html", context, crumbs=crumbs, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def carry_over(request: HttpRequest, plan_key: str, code: str) -> HttpResponse:
    """Place an indicator, of this plan or an earlier one, on a heading."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    plan = plan_or_404(viewer, plan_key)
    rows = node_rows_for(viewer, plan, code)
    if rows is None or not viewer.can("plan.row:edit", rows.node):
        raise Http404
    here = {placement.indicator_id for placement in rows.placements}
    data = request.POST if request.method == "POST" else None
    form = CarryOverForm([one for one in indicators_of_city(viewer) if one.pk not in here], data)
    if form.is_bound and form.is_valid():
        try:
            placement = carry_over_indicator(
                viewer=viewer,
                indicator_id=form.cleaned_data["indicator"],
                node_id=rows.node.pk,
                comparator=form.cleaned_data["comparator"],
                order=max((one.order for one in rows.placements), default=0) + 1,
                reason=form.cleaned_data["reason"],
            )
        except Invalid as error:
            for sentences in error.messages.values():
                for sentence in sentences:
                    form.add_error(None, sentence)
        else:
            messages.success(request, _("Added: %(what)s.") % {"what": row_label(placement)})
            return redirect(row_url(rows.node))
    context = {
        "title": _("Carry an indicator over to this heading"),
        "lead": _("Its series and its measured values go with it; the new plan prints its own targets."),
        "form": form,
        "fields": [form["indicator"], form["comparator"]],
        "button": _("Carry over"),
    }
    crumbs = [*plan_crumbs(plan), {"title": row_label(rows.node), "url": row_url(rows.node)}]
    return show(request, "plan/staff/form.html", context, crumbs=crumbs, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def row_translate(request: HttpRequest, model: str, pk: int, language: str) -> HttpResponse:
    """A row's texts in another language, beside the words of the source."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    row = row_or_404(viewer, model, pk)
    plan = plan_of(row)
    source = plan.language if plan is not None else settings.LANGUAGE_CODE
    if language not in dict(settings.LANGUAGES) or language == source:
        raise Http404
    if not viewer.can("plan.row:translate", owner_of(row)):
        raise Http404
    above = list(place_of(row))
    names = TRANSLATABLE.get(type(row), ())
    data = request.POST if request.method == "POST" else None
    form = TranslationForm(row, names, language, data)
    theirs: list[dict[str, Any]] = []
    changed = False
    if form.is_bound and form.is_valid():
        try:
            translate_row(
                viewer=viewer,
                model=model,
                pk=pk,
                version=form.cleaned_data["version"],
                language=language,
                texts=form.texts(),
                reason=form.cleaned_data["reason"],
            )
        except Invalid as error:
            form.refuse(error.messages)
        except Conflict as error:
            changed, row = True, error.current
            theirs = _theirs(row, language, form.texts())
            merged = request.POST.copy()
            merged["version"] = version_of(row)
            form = TranslationForm(row, names, language, merged)
        else:
            messages.success(request, _("Saved: %(what)s.") % {"what": row_label(row)})
            return redirect(_next_gap(request, row, language))
    context = {
        "title": _("“%(row)s” in %(language)s")
        % {"row": row_label(row), "language": language_label(language)},
        "form": form,
        "fields": [form[name] for name in form.names],
        "button": _("Save"),
        "changed": changed,
        "theirs": theirs,
        "public_url": public_url(row, above) if plan is None or plan.published_at else "",
    }
    crumbs = [*row_crumbs(row, above), {"title": row_label(row), "url": row_url(row)}]
    status = 409 if changed else 422 if form.errors else 200
    return show(request, "plan/staff/form.html", context, crumbs=crumbs, status=status)


def _theirs(row: Any, language: str, typed: dict[str, str]) -> list[dict[str, str]]:
    found = (row.translations or {}).get(language, {})
    return [
        {"label": fact_label(name), "theirs": found.get(name, ""), "mine": text}
        for name, text in typed.items()
        if found.get(name, "") != text
    ]


def _next_gap(request: HttpRequest, row: models.Model, language: str) -> str:
    """Back to the list of missing translations, where the work goes on; else to the row."""
    plan = plan_of(row)
    if request.GET.get("from") == "gaps" and isinstance(plan, Plan):
        return f"{reverse('staff-incomplete', args=[plan.key])}?kind=translations&language={language}"
    return row_url(row)
