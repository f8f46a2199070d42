"""Evaluations as a whole: the list, one with how far it is, preparing and changing it, opening it."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.views.acting import ask, go_on_from, posted
from jichi.city.workbench import show
from jichi.evaluation.actions import (
    GRADE,
    IMPORT_PAST,
    MAKE_PACKET,
    OPEN,
    PREPARE,
    PROPOSE,
    PUBLISH,
    PUT_UP,
    READ_CYCLE,
    READ_FINANCE,
    READ_PACKET,
    READ_RULES,
    RUN,
    SWITCH,
    TAKE_ALL,
)
from jichi.evaluation.enums import CycleState, RuleSetKind, Stage
from jichi.evaluation.forms import CycleForm, VersionForm
from jichi.evaluation.models import Cycle
from jichi.evaluation.page_words import about, cycle_sentence, runner_of, stage_words
from jichi.evaluation.queries.cycles import cycle_for, cycles_for
from jichi.evaluation.queries.page_choices import (
    office_choices,
    plan_choices,
    route_choices,
    route_title,
    rule_choices,
)
from jichi.evaluation.queries.page_editions import is_inside
from jichi.evaluation.results.lists import cycle_url as public_url
from jichi.evaluation.services.cycles import create_cycle, edit_cycle
from jichi.evaluation.services.opening import open_cycle
from jichi.evaluation.services.publishing import approval_context, missing_for_publication
from jichi.office.queries import latest_of
from jichi.ui import numbers

from .committee import shown_cycle
from .frame import crumbs as start_crumbs
from .frame import cycle_crumbs, cycle_to, cycle_url, not_now, viewer_of
from .workbooks import office_links


@require_safe
def cycle_list(http: HttpRequest) -> HttpResponse:
    """The evaluations the viewer sees, the newest first, with how far each is."""
    viewer = viewer_of(http)
    viewer.require(READ_CYCLE)
    now = timezone.now()
    rows = list(cycles_for(viewer))
    context = {
        "title": _("Evaluations"),
        "lead": _("Each judges the projects of one fiscal year, or the measures of a plan."),
        "lines": [_list_line(one, now) for one in rows],
        "new_url": reverse("staff-evaluation-cycle-new") if viewer.can(PREPARE) else "",
        "past_url": reverse("staff-evaluation-past") if viewer.can(IMPORT_PAST) else "",
        "inside": is_inside(viewer),
    }
    return show(http, "evaluation/cycles/list.html", context, crumbs=start_crumbs())


def _list_line(cycle: Cycle, now: datetime.datetime) -> dict[str, Any]:
    whole, accepted = cycle.whole, cycle.accepted  # type: ignore[attr-defined]
    return {
        "title": cycle.title,
        "url": cycle_url(cycle),
        "about": about(cycle),
        "plan": cycle.plan.name,
        "state": _mark(cycle, whole, accepted),
        "public": stage_words(cycle.public_from, now) if cycle.state == CycleState.PUBLISHED else "",
    }


def _mark(cycle: Cycle, whole: int, accepted: int) -> dict[str, Any]:
    if cycle.state == CycleState.PREPARING:
        return {"state": "not_loaded", "word": cycle.get_state_display(), "n": None, "of": None}
    if cycle.state == CycleState.PUBLISHED:
        return {"state": "met", "word": cycle.get_state_display(), "n": None, "of": None}
    text = ngettext("%(accepted)d of %(whole)d accepted", "%(accepted)d of %(whole)d accepted", whole)
    word = text % {"accepted": accepted, "whole": whole}
    return {"state": "partial", "word": word, "n": accepted, "of": max(whole, 1)}


@require_safe
def cycle_detail(http: HttpRequest, pk: int) -> HttpResponse:
    """One evaluation: what it judges, how far it is, what can be done now; outside, what is shown of it."""
    viewer = viewer_of(http)
    viewer.require(READ_CYCLE)
    cycle = cycle_for(viewer, pk)
    if not is_inside(viewer):
        return shown_cycle(http, cycle)
    now = timezone.now()
    may = {
        name: viewer.can(key, cycle)
        for name, key in {
            "edit": PREPARE,
            "open": OPEN,
            "switch": SWITCH,
            "publish": PUBLISH,
            "put_up": PUT_UP,
            "run": RUN,
            "grade": GRADE,
            "packets": MAKE_PACKET,
        }.items()
    }
    is_open = cycle.state == CycleState.OPEN
    context = {
        "title": cycle.title,
        "kind": about(cycle),
        "lead": _lead(cycle),
        "row": cycle,
        "may": may,
        "is_open": is_open,
        "is_preparing": cycle.state == CycleState.PREPARING,
        "is_published": cycle.state == CycleState.PUBLISHED,
        "facts": _facts(cycle),
        "dues": _dues(cycle, timezone.localtime(now).date()),
        "stages": _stages(cycle, now),
        "missing": missing_for_publication(viewer, cycle) if is_open and may["publish"] else [],
        "approval": _approval(cycle) if may["run"] else None,
        "links": _links(cycle, viewer, now),
        "propose_url": _propose_url(cycle, viewer),
    }
    return show(http, "evaluation/cycles/detail.html", context, crumbs=start_crumbs())


def _lead(cycle: Cycle) -> str:
    if cycle.state == CycleState.PREPARING:
        return _("It is being prepared. Nobody has been asked for anything yet.")
    counts = {"accepted": cycle.accepted}  # type: ignore[attr-defined]
    counts["filling"] = cycle.whole - cycle.accepted  # type: ignore[attr-defined]
    return cycle_sentence(counts)


def _facts(cycle: Cycle) -> list[dict[str, Any]]:
    rule = cycle.rule
    rows: list[tuple[str, Any]] = [
        (_("Plan"), cycle.plan.name),
        (_("Run by"), runner_of(cycle)),
        (_("Checks"), _CHECKS[cycle.check_levels]()),
        (_("Rule for grades"), _rule_words(rule) if rule is not None else _("none: indicators get no grade")),
        (_("Jichi's proposals"), _proposals_words(cycle)),
        (_("Approval before publication"), route_title(cycle.route_key) or _("none is needed")),
    ]
    return [{"term": term, "value": value} for term, value in rows if value]


_CHECKS = {
    1: lambda: _("The section's head checks"),
    2: lambda: _("The section's and then the bureau's head check"),
}


def _rule_words(rule: Any) -> str:
    words = _("%(title)s, version %(number)d")
    if not rule.is_confirmed:
        words = _("%(title)s, version %(number)d (not confirmed by the city)")
    return words % {"title": rule.rule_set.title, "number": rule.number}


def _proposals_words(cycle: Cycle) -> str:
    if cycle.proposals is None:
        return _("off")
    words = _("on, by %(title)s; each proposal is kept as an official record")
    return words % {"title": cycle.proposals.rule_set.title}


def _dues(cycle: Cycle, today: datetime.date) -> list[dict[str, Any]]:
    rows = [(_("Departments hand in"), cycle.due_department), (_("Section's heads pass"), cycle.due_section)]
    if cycle.check_levels == 2:
        rows.append((_("Bureaus pass"), cycle.due_bureau))
    rows.append((_("The planning section accepts"), cycle.due_planning))
    found = []
    for title, day in rows:
        state = "done" if day < today else "todo"
        found.append(
            {
                "title": title,
                "date": _("by %(day)s, 24:00") % {"day": numbers.format_date(day)},
                "state": state,
            }
        )
    for one in found:
        if one["state"] == "todo":
            one["state"] = "current"
            break
    return found


def _stages(cycle: Cycle, now: datetime.datetime) -> list[dict[str, Any]]:
    rows = [
        (Stage.COMMITTEE, cycle.committee_from, cycle.state != CycleState.PREPARING),
        (Stage.COUNCIL, cycle.council_from, cycle.state != CycleState.PREPARING),
        (Stage.PUBLIC, cycle.public_from, cycle.state == CycleState.PUBLISHED),
    ]
    return [
        {
            "title": stage.label,
            "words": stage_words(moment, now),
            "shape": "met" if moment and moment <= now else "between" if moment else "not_loaded",
            "url": reverse("staff-evaluation-cycle-stage", args=[cycle.pk, stage.value]) if possible else "",
        }
        for stage, moment, possible in rows
    ]


def _approval(cycle: Cycle) -> dict[str, Any] | None:
    found = latest_of(approval_context(cycle))
    if found is None:
        return None
    return {
        "url": reverse("staff-approval", args=[found.pk]),
        "state": found.get_state_display(),
        "row": found,
    }


def _propose_url(cycle: Cycle, viewer: Viewer) -> str:
    turned_on = cycle.proposals_id is not None and cycle.state == CycleState.OPEN
    if not turned_on or not viewer.can(PROPOSE, cycle):
        return ""
    return reverse("staff-evaluation-cycle-propose", args=[cycle.pk])


def _links(cycle: Cycle, viewer: Viewer, now: datetime.datetime) -> list[dict[str, str]]:
    """What other pages have about a cycle, and the rules and budget lines it rests on."""
    of_cycle = [
        ("staff-evaluation-grades", _("Grades of the indicators"), RUN),
        ("staff-evaluation-packets", _("Packets"), READ_PACKET),
    ]
    if cycle.state == CycleState.OPEN:
        of_cycle.insert(1, ("staff-evaluation-workbooks", _("Workbooks out and back"), TAKE_ALL))
    if cycle.state == CycleState.PREPARING:
        of_cycle = []
    found = [
        {"title": title, "url": reverse(name, args=[cycle.pk])}
        for name, title, key in of_cycle
        if viewer.can(key, cycle)
    ]
    if cycle.state != CycleState.PREPARING:
        found += office_links(cycle, viewer)
    if cycle.state == CycleState.PUBLISHED and cycle.public_from is not None and cycle.public_from <= now:
        found.append({"title": _("As everybody reads it"), "url": public_url(cycle)})
    rests_on = [
        ("staff-evaluation-rules", _("Rules for grades and proposals"), READ_RULES),
        ("staff-finance", _("Budget lines"), READ_FINANCE),
    ]
    found += [{"title": title, "url": reverse(name)} for name, title, key in rests_on if viewer.can(key)]
    return found


# --- preparing ----------------------------------------------------------------------------------------
def _form(
    http: HttpRequest, viewer: Viewer, *, is_open: bool = False, initial: dict[str, Any] | None = None
) -> CycleForm:
    return CycleForm(
        posted(http),
        initial=initial or {},
        plans=plan_choices(viewer),
        offices=office_choices(viewer),
        rules=rule_choices(viewer, RuleSetKind.GRADING),
        proposals=rule_choices(viewer, RuleSetKind.PROPOSAL),
        routes=route_choices(viewer),
        is_open=is_open,
    )


def _at_the_field(act: Any) -> Any:
    """Do the act; what is refused of an id stands at the field in which it was chosen."""
    try:
        return act()
    except Invalid as error:
        raise Invalid(
            {CycleForm.AT.get(name, name): texts for name, texts in error.messages.items()}
        ) from error


@require_http_methods(["GET", "POST"])
def cycle_new(http: HttpRequest) -> HttpResponse:
    """Prepare an evaluation."""
    viewer = viewer_of(http)
    viewer.require(PREPARE)
    form = _form(http, viewer)

    def make(data: dict[str, Any]) -> HttpResponse:
        made = _at_the_field(lambda: create_cycle(viewer=viewer, **form.facts()))
        return redirect(cycle_url(made))

    return ask(
        http,  # type: ignore[arg-type]
        form,
        title=_("Prepare an evaluation"),
        lead=_("Nobody is asked for anything before you open it."),
        button=_("Prepare"),
        crumbs=[*start_crumbs(), {"title": _("Evaluations"), "url": reverse("staff-evaluation-cycles")}],
        back=reverse("staff-evaluation-cycles"),
        do=make,
        done=_("The evaluation is prepared. Look at it, then open it."),
    )


@require_http_methods(["GET", "POST"])
def cycle_edit(http: HttpRequest, pk: int) -> HttpResponse:
    """Change an evaluation that is being prepared, and of an open one what may still change."""
    viewer = viewer_of(http)
    cycle = cycle_to(http, pk, PREPARE)
    if cycle.state == CycleState.PUBLISHED:
        text = _("The evaluation is published; nothing of it changes any more.")
        return not_now(http, text, cycle_url(cycle))
    is_open = cycle.state == CycleState.OPEN
    initial = {name: getattr(cycle, name) for name in CycleForm.PLAIN}
    initial |= {
        "version": cycle.version,
        "check_levels": str(cycle.check_levels),
        "plan": cycle.plan_id,
        "department": cycle.department_id or "",
        "rule": cycle.rule_id or "",
        "proposals": cycle.proposals_id or "",
    }
    form = _form(http, viewer, is_open=is_open, initial=initial)
    return ask(
        http,  # type: ignore[arg-type]
        form,
        title=_("Change: %(title)s") % {"title": cycle.title},
        lead=_("Offices are at work: only deadlines, words, rule, proposals and route can still change.")
        if is_open
        else "",
        button=_("Save"),
        crumbs=cycle_crumbs(cycle),
        back=cycle_url(cycle),
        do=lambda data: _at_the_field(
            lambda: edit_cycle(viewer=viewer, cycle_id=pk, version=data["version"] or 0, **form.facts())
        ),
        done=_("Saved."),
        conflict=lambda current: _conflict(form, current),
    )


def _conflict(form: CycleForm, current: Cycle) -> list[tuple[str, str, str]]:
    """What somebody else made of the cycle beside what was typed; the form goes on from there."""
    go_on_from(form, version=str(current.version))
    rows = []
    for name in form.PLAIN:
        now, mine = getattr(current, name), form.cleaned_data.get(name, "")
        if name in form.fields and str(now) != str(mine):
            rows.append((str(form.fields[name].label), str(now), str(mine)))
    return rows


def _conflict_of_opening(form: VersionForm, current: Cycle) -> list[tuple[str, str, str]]:
    go_on_from(form, version=str(current.version))
    return [(_("State"), current.get_state_display(), "—")]


@require_http_methods(["GET", "POST"])
def cycle_open(http: HttpRequest, pk: int) -> HttpResponse:
    """Open an evaluation: every project or measure gets its sheet, and the offices see them."""
    cycle = cycle_to(http, pk, OPEN)
    if cycle.state != CycleState.PREPARING:
        return not_now(http, _("The evaluation was opened already."), cycle_url(cycle))
    form = VersionForm(posted(http), initial={"version": cycle.version})
    return ask(
        http,  # type: ignore[arg-type]
        form,
        title=_("Open: %(title)s") % {"title": cycle.title},
        lead=_(
            "Each project or measure of the plan gets its sheet, with what the plan promised and what was"
            " measured already filled in. The departments see their sheets at once. From then on plan, year"
            " and checks stay as they are."
        ),
        button=_("Open the evaluation"),
        crumbs=cycle_crumbs(cycle),
        back=cycle_url(cycle),
        do=lambda data: open_cycle(viewer=viewer_of(http), cycle_id=pk, version=data["version"]),
        done=_("The evaluation is open. The sheets stand among the work of the departments."),
        conflict=lambda current: _conflict_of_opening(form, current),
    )
