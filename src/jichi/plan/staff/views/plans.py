"""Plans: their list, their state and life, their tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.queries import fiscal_year_start_month
from jichi.city.workbench import show
from jichi.plan.models import Plan
from jichi.plan.queries import outline_for, plan_for, plans_for
from jichi.plan.queries.staff.incomplete import gap_counts_for
from jichi.plan.services import adopt_plan, publish_plan, succeed_plan, withdraw_plan

from ..forms.plans import AdoptForm, SucceedForm
from ..labels import state_label
from ..pages import plan_crumbs

ACTS = ("publish", "withdraw", "adopt", "succeed")


def plan_or_404(viewer: Viewer, key: str) -> Plan:
    """The plan, or the page that says there is none."""
    plan = plan_for(viewer, key)
    if plan is None:
        raise Http404
    return plan


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """All plans, newest first, with their states."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    day, month = timezone.localdate(), fiscal_year_start_month()
    plans = [(plan, state_label(plan, day, month)) for plan in plans_for(viewer)]
    context = {"title": _("Plans"), "plans": plans, "may_import": viewer.can("plan.import:start")}
    return show(request, "plan/staff/plans.html", context, crumbs=[])


@require_safe
def plan_detail(request: HttpRequest, plan_key: str) -> HttpResponse:
    """One plan: its state, what is incomplete, and its whole tree."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    plan = plan_or_404(viewer, plan_key)
    outline = outline_for(viewer, plan)
    counts = gap_counts_for(viewer, plan)
    context = {
        "title": plan.name,
        "plan": plan,
        "state": state_label(plan, timezone.localdate(), fiscal_year_start_month()),
        "nodes": [(node, node.level.depth) for node in outline.walk()],
        "gaps": sum(counts.values()) - counts["not-held"],
        "may_live": viewer.can("plan.plan:life", plan),
        "may_edit": viewer.can("plan.row:edit", plan),
        "may_import": viewer.can("plan.import:start"),
        "successor": getattr(plan, "successor", None),
    }
    return show(request, "plan/staff/plan.html", context, crumbs=plan_crumbs(plan)[:1])


def _others(viewer: Viewer, plan: Plan) -> list[Plan]:
    return [one for one in plans_for(viewer) if one.pk != plan.pk and one.first_year >= plan.first_year]


def _publish(viewer: Viewer, plan: Plan, _data: Mapping[str, Any]) -> None:
    publish_plan(viewer=viewer, plan_id=plan.pk)


def _withdraw(viewer: Viewer, plan: Plan, _data: Mapping[str, Any]) -> None:
    withdraw_plan(viewer=viewer, plan_id=plan.pk)


def _adopt(viewer: Viewer, plan: Plan, data: Mapping[str, Any]) -> None:
    adopt_plan(viewer=viewer, plan_id=plan.pk, on=data["on"])


def _succeed(viewer: Viewer, plan: Plan, data: Mapping[str, Any]) -> None:
    succeed_plan(viewer=viewer, plan_id=plan.pk, successor_id=data["successor"], on=data["on"])


_RUN: dict[str, Callable[[Viewer, Plan, Mapping[str, Any]], None]] = {
    "publish": _publish,
    "withdraw": _withdraw,
    "adopt": _adopt,
    "succeed": _succeed,
}


def _words(act: str) -> tuple[str, str, str]:
    """Heading, explanation and button of a step in a plan's life."""
    return {
        "publish": (
            _("Publish this plan"),
            _("From now on everybody can read it on the public pages. You can withdraw it again."),
            _("Publish"),
        ),
        "withdraw": (
            _("Withdraw this plan"),
            _("It disappears from the public pages and from open data. Nothing is deleted."),
            _("Withdraw"),
        ),
        "adopt": (_("Adopt this plan"), _("From that day on it is no longer a draft."), _("Adopt")),
        "succeed": (
            _("Another plan follows"),
            _("Its codes and its tree may differ. Indicators are carried over by their keys."),
            _("Save"),
        ),
    }[act]


@require_http_methods(["GET", "POST"])
def plan_life(request: HttpRequest, plan_key: str, act: str) -> HttpResponse:
    """One step in a plan's life, confirmed on a page of its own."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    plan = plan_or_404(viewer, plan_key)
    if act not in ACTS:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form: Form = Form(data)
    if act == "adopt":
        form = AdoptForm(data)
    elif act == "succeed":
        form = SucceedForm(_others(viewer, plan), data)
    heading, text, button = _words(act)
    if request.method == "POST" and form.is_valid():
        try:
            _RUN[act](viewer, plan, form.cleaned_data)
        except Invalid as error:
            for name, sentences in error.messages.items():
                for sentence in sentences:
                    form.add_error(name if name in form.fields else None, sentence)
        else:
            messages.success(request, _("Saved: %(what)s.") % {"what": heading})
            return redirect(reverse("staff-plan", args=[plan.key]))
    context = {
        "title": heading,
        "text": text,
        "button": button,
        "form": form,
        "plan": plan,
        "danger": act == "withdraw",
    }
    status = 422 if form.is_bound and form.errors else 200
    return show(request, "plan/staff/confirm.html", context, crumbs=plan_crumbs(plan), status=status)
