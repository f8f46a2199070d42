"""Entering, changing and closing one row of the directory."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jichi.city.errors import Conflict, Invalid
from jichi.city.forms import take_objections
from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import go_on_from, posted
from jichi.city.workbench import Crumb, show
from jichi.directory.forms import CloseForm, EntryForm
from jichi.directory.models import Entry, Organisation, Place
from jichi.directory.queries import places_for
from jichi.directory.words import FIELDS, shown
from jichi.ui.content import translated

from .kinds import KINDS, Kind, public_url

Differences = list[tuple[str, str, str]]


def _crumbs(kind: Kind, row: Entry | None = None) -> list[Crumb]:
    crumbs = [
        {"title": _("Directory"), "url": reverse("staff-directory")},
        {"title": str(kind.title), "url": kind.list_url},
    ]
    if row is not None:
        crumbs.append({"title": str(translated(row, "name")), "url": kind.url("edit", row.pk)})
    return crumbs


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: ViewedRequest, kind: str) -> HttpResponse:
    """Enter a new row."""
    one = KINDS[kind]
    form = one.form(posted(request), viewer=request.viewer)
    if form.is_bound and form.is_valid():
        try:
            row = one.save(viewer=request.viewer, key=form.cleaned_data["key"], facts=form.facts())
        except Invalid as error:
            take_objections(form, error)
        else:
            messages.success(request, one.entered)
            return redirect(one.url("edit", row.pk))
    context = {
        "title": str(one.enter),
        "form": form,
        "groups": list(form.groups()),
        "button": _("Enter"),
        "back": one.list_url,
    }
    status = 422 if form.errors else 200
    return show(request, "directory/staff/edit.html", context, crumbs=_crumbs(one), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ViewedRequest, kind: str, pk: int) -> HttpResponse:
    """Change a row. After somebody else's change the form keeps what was typed, with the other beside it."""
    one = KINDS[kind]
    row = one.one(request.viewer, pk)
    request.viewer.require(one.action, row)
    form = one.form(posted(request), viewer=request.viewer, row=row)
    differences: Differences | None = None
    if form.is_bound and form.is_valid():
        try:
            one.save(
                viewer=request.viewer,
                **{f"{one.name}_id": pk},
                version=form.cleaned_data["version"],
                facts=form.facts(),
            )
        except Invalid as error:
            take_objections(form, error)
        except Conflict as error:
            differences = _differences(form, one.one(request.viewer, error.current.pk))
        else:
            messages.success(request, _("The change was saved."))
            return redirect(one.list_url)
    context = {
        "title": str(translated(row, "name")),
        "kind": str(one.title),
        "form": form,
        "groups": list(form.groups()),
        "differences": differences,
        "button": _("Save"),
        "back": one.list_url,
        "close_url": one.url("close", pk) if row.valid_to is None else "",
        "public_url": public_url(row),
        "row": row,
    }
    status = 409 if differences is not None else 422 if form.errors else 200
    return show(request, "directory/staff/edit.html", context, crumbs=_crumbs(one), status=status)


def _differences(form: EntryForm, current: Entry) -> Differences:
    """What somebody else left otherwise than it was typed here; the form goes on from the present version."""
    typed = type(current)()
    for name, value in form.facts().items():
        setattr(typed, name, value)
    go_on_from(form, version=str(current.version))
    found = [
        (str(FIELDS[name]), shown(current, name) or "–", shown(typed, name) or "–")
        for name in form.fields
        if name in FIELDS and shown(current, name) != shown(typed, name)
    ]
    if current.translations != typed.translations:
        found.append((_("In other languages"), _("changed"), _("as typed below")))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: ViewedRequest, kind: str, pk: int) -> HttpResponse:
    """Set the last day of a row."""
    one = KINDS[kind]
    row = one.one(request.viewer, pk)
    request.viewer.require(one.action, row)
    initial = {"version": row.version, "valid_to": timezone.localdate()}
    form = CloseForm(posted(request), initial=initial)
    changed = False
    if form.is_bound and form.is_valid():
        try:
            one.close(
                viewer=request.viewer,
                **{f"{one.name}_id": pk},
                version=form.cleaned_data["version"],
                last_day=form.cleaned_data["valid_to"],
            )
        except Invalid as error:
            take_objections(form, error)
        except Conflict as error:
            changed, row = True, error.current
            go_on_from(form, version=str(row.version))
        else:
            messages.success(request, _("The last day was set."))
            return redirect(one.list_url)
    context: dict[str, Any] = {
        "title": _("Set the last day of “%(name)s”") % {"name": translated(row, "name")},
        "lead": _("From the day after it no longer stands on the public pages. Nothing is deleted."),
        "form": form,
        "changed": changed,
        "running": _running(request, row),
        "back": one.url("edit", pk),
    }
    status = 409 if changed else 422 if form.errors else 200
    return show(request, "directory/staff/close.html", context, crumbs=_crumbs(one, row), status=status)


def _running(request: ViewedRequest, row: Entry) -> list[Place]:
    """The places that an organisation about to be closed runs today."""
    if not isinstance(row, Organisation):
        return []
    return list(places_for(request.viewer, on=timezone.localdate()).filter(operator=row))
