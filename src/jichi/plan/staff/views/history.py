"""The history of a plan: what changed, by whom and when; taking a change back."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.workbench import show
from jichi.plan.models import Edit
from jichi.plan.queries.staff import edits_for
from jichi.plan.queries.staff.history import actors_for, edit_for
from jichi.plan.services import undo_act, undo_edit

from ..forms.rows import ReasonForm, day_or_none
from ..history import names_of, what_happened
from ..labels import ROW_KINDS, kind_label
from ..pages import plan_crumbs
from .plans import plan_or_404
from .rows import lines_of_edit

PER_PAGE = 30


def entry(edit: Edit, name: str) -> dict[str, Any]:
    """One edit as the pages show it."""
    return {
        "edit": edit,
        "kind": kind_label(edit.model),
        "what": what_happened(edit),
        "who": name,
        "lines": lines_of_edit(edit),
    }


@require_safe
def history(request: HttpRequest, plan_key: str) -> HttpResponse:
    """The edits of a plan, newest first, narrowed down by kind, row, person and days in the address."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    plan = plan_or_404(viewer, plan_key)
    asked = request.GET
    rows = edits_for(
        viewer,
        plan,
        model=asked.get("model", ""),
        object_id=asked.get("row", ""),
        actor=asked.get("who", ""),
        since=day_or_none(asked.get("since", "")),
        until=day_or_none(asked.get("until", "")),
    )
    act = asked.get("act", "")
    if act:
        try:
            rows = rows.filter(act_id=uuid.UUID(act))
        except ValueError:
            rows = rows.none()
    page = Paginator(rows, PER_PAGE).get_page(asked.get("page"))
    names = names_of(viewer, page.object_list)
    actors = actors_for(viewer, plan)
    context = {
        "title": _("History"),
        "plan": plan,
        "page": page,
        "entries": [entry(edit, names[edit.actor]) for edit in page],
        "models": [
            {"key": key, "title": title, "current": key == asked.get("model")}
            for key, title in ROW_KINDS.items()
        ],
        "actors": _actor_options(viewer, actors, asked.get("who", "")),
        "asked": {key: asked.get(key, "") for key in ("row", "since", "until", "act")},
        "may_undo": viewer.can("plan.edit:undo"),
        "filtered": any(asked.get(key) for key in ("model", "row", "who", "since", "until", "act")),
    }
    return show(request, "plan/staff/history.html", context, crumbs=plan_crumbs(plan))


def _actor_options(viewer: Viewer, actors: list[uuid.UUID], asked: str) -> list[dict[str, Any]]:
    made = names_of(viewer, [Edit(actor=actor) for actor in actors])
    return [
        {"key": actor.hex[:8], "title": made[actor], "current": bool(asked) and actor.hex.startswith(asked)}
        for actor in actors
    ]


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one change back, after a page that shows it and asks why."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    edit = edit_for(viewer, pk)
    if edit is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    changed: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            undo_edit(viewer=viewer, edit_id=pk, reason=form.cleaned_data["reason"])
        except Invalid as error:
            form.refuse(error.messages)
        except Conflict:
            changed = [edit.label]
        else:
            messages.success(request, _("Taken back: %(what)s.") % {"what": edit.label})
            return redirect(_history_of(edit))
    context = {
        "title": _("Take back the change of “%(row)s”") % {"row": edit.label},
        "text": _(
            "The row becomes again what it was before. That is a change of its own and can be taken back too."
        ),
        "button": _("Take back"),
        "form": form,
        "facts": lines_of_edit(edit),
        "changed_since": changed,
        "history_url": _history_of(edit, row=edit.object_id, model=edit.model),
    }
    crumbs = [
        *(plan_crumbs(edit.plan) if edit.plan else []),
        {"title": _("History"), "url": _history_of(edit)},
    ]
    status = 409 if changed else 422 if form.errors else 200
    return show(request, "plan/staff/confirm.html", context, crumbs=crumbs, status=status)


@require_http_methods(["GET", "POST"])
def undo_whole_act(request: HttpRequest, act_id: uuid.UUID) -> HttpResponse:
    """Take back everything that one act changed, for example a confirmed import."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    edits = list(edits_for(viewer, None).filter(act_id=act_id, undone_by=None)[:200])
    total = edits_for(viewer, None).filter(act_id=act_id, undone_by=None).count()
    if not edits:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    changed: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            undo_act(viewer=viewer, act_id=act_id, reason=form.cleaned_data["reason"])
        except Invalid as error:
            form.refuse(error.messages)
        except Conflict as error:
            changed = error.current
        else:
            done = ngettext("%(count)d change was taken back.", "%(count)d changes were taken back.", total)
            messages.success(request, done % {"count": total})
            return redirect(_history_of(edits[0]))
    text = ngettext(
        "One act changed %(count)d row. It becomes again what it was before.",
        "One act changed %(count)d rows. All of them become again what they were before, or none.",
        total,
    )
    context = {
        "title": _("Take back a whole act"),
        "text": text % {"count": total},
        "button": _("Take back all"),
        "form": form,
        "rows": [f"{kind_label(edit.model)}: {edit.label} ({what_happened(edit)})" for edit in edits],
        "more": max(0, total - len(edits)),
        "changed_since": changed,
        "history_url": _history_of(edits[0]),
    }
    crumbs = [{"title": _("History"), "url": _history_of(edits[0])}]
    status = 409 if changed else 422 if form.errors else 200
    return show(request, "plan/staff/confirm.html", context, crumbs=crumbs, status=status)


def _history_of(edit: Edit, **asked: str) -> str:
    if edit.plan is None:
        return reverse("staff-plans")
    address = reverse("staff-history", args=[edit.plan.key])
    return f"{address}?{urlencode(asked)}" if asked else address
