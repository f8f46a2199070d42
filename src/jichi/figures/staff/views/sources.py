"""Where a figure comes from: every decision so far, a new one, and what exactly is counted."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.queries import departments_for
from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import ask, go_on_from, posted
from jichi.city.workbench import show
from jichi.figures.models import Binding, Definition
from jichi.figures.queries.bindings import binding_of, bindings_of, definitions_of
from jichi.figures.services.bindings import add_definition, amend_definition, decide_binding
from jichi.figures.staff_queries import Known
from jichi.ui.content import chosen, translated
from jichi.ui.numbers import fiscal_year, format_date

from ..sourceforms import TEXTS, AmendForm, BindingForm, DefinitionForm
from .known import crumbs, known_or_404, name_of, subject_url

DECIDE = "figures.binding:decide"
DEFINE = "figures.definition:add"


def _address(name: str, kind: str, known: Known, *more: Any) -> str:
    return reverse(name, args=[kind, known.subject.pk, *more])


def _way(kind: str, known: Known) -> list[dict[str, str]]:
    return [
        *crumbs(),
        {"title": name_of(known.subject), "url": subject_url(known)},
        {"title": _("Where it comes from"), "url": _address("staff-source", kind, known)},
    ]


@require_safe
def source(request: ViewedRequest, kind: str, pk: int) -> HttpResponse:
    """A figure's definitions and every decision on its source, the one in force first."""
    viewer, known = request.viewer, known_or_404(request.viewer, kind, pk)
    if not viewer.can("figures.observation:read_unpublished", known.owner):
        raise Http404
    in_force = binding_of(known.subject)
    decisions = [decision_facts(row, in_force) for row in reversed(bindings_of(known.subject))]
    definitions = definitions_of(known.subject)
    context = {
        "title": _("Where it comes from: %(name)s") % {"name": name_of(known.subject)},
        "decisions": decisions,
        "definitions": [
            definition_facts(row)
            | {"url": _address("staff-definition-amend", kind, known, row.pk)}
            | {"place": place}
            for place, row in enumerate(definitions, start=1)
        ],
        "decide_url": _address("staff-source-decide", kind, known) if viewer.can(DECIDE, known.owner) else "",
        "define_url": _address("staff-definition-new", kind, known)
        if viewer.can(DEFINE, known.owner)
        else "",
    }
    return show(request, "figures/staff/source.html", context, crumbs=_way(kind, known)[:-1])


def decision_facts(row: Binding, in_force: Binding | None) -> dict[str, Any]:
    """One decision in words."""
    due = ""
    if row.due_month is not None and row.due_day is not None:
        due = _("%(month)d/%(day)d, %(years)d years after the fiscal year begins") % {
            "month": row.due_month,
            "day": row.due_day,
            "years": row.due_years,
        }
    facts: list[tuple[str, Any]] = [
        (_("Kind of source"), row.get_source_kind_display()),
        (_("How values arrive here"), row.get_via_display()),
        (_("Which one of them"), row.source_key),
        (_("Definition that it follows"), row.definition),
        (
            _("Office that answers for the figure"),
            translated(row.department, "name").html if row.department else _("not confirmed yet"),
        ),
        (_("Due"), due or _("no date is set")),
        *((_TEXT_TITLES[name](), chosen(row.texts.get(name)).html) for name in TEXTS),
        (_("Decision"), row.decision),
        (_("Decided on"), format_date(row.decided_on, weekday=False)),
    ]
    return {
        "number": row.number,
        "since": format_date(row.valid_from, weekday=False),
        "in_force": in_force is not None and row.pk == in_force.pk,
        "to_come": row.valid_from > timezone.localdate(),
        "confirmed": row.confirmed,
        "facts": [{"term": term, "value": value} for term, value in facts if value],
    }


_TEXT_TITLES = {
    "collected_by": lambda: _("Collected by"),
    "how": lambda: _("How it comes in"),
    "traps": lambda: _("What to beware of"),
}


def definition_facts(row: Definition) -> dict[str, Any]:
    """One definition in words."""
    facts: list[tuple[str, Any]] = [
        (_("What it counts"), translated(row, "counts").html),
        (_("What it does not count"), translated(row, "counts_not").html),
        (_("The question as asked"), translated(row, "wording").html),
        (_("Kind of quantity"), row.get_quantity_display() if row.quantity else ""),
        (_("How it is counted"), row.get_counting_display() if row.counting else ""),
        (_("Holds from fiscal year"), fiscal_year(row.first_year) if row.first_year else ""),
        (_("Why it differs from the one before"), translated(row, "break_reason").html),
    ]
    return {
        "code": row.code,
        "confirmed": row.confirmed,
        "facts": [{"term": term, "value": value} for term, value in facts if value],
    }


@require_http_methods(["GET", "POST"])
def decide(request: ViewedRequest, kind: str, pk: int) -> HttpResponse:
    """Decide anew where the figure comes from; the form begins with what is in force."""
    viewer, known = request.viewer, known_or_404(request.viewer, kind, pk)
    if not viewer.can(DECIDE, known.owner):
        raise Http404
    earlier = bindings_of(known.subject)
    last, language = (earlier[-1] if earlier else None), get_language() or "ja"
    form = BindingForm(
        posted(request),
        initial=_initial(last),
        departments=departments_for(viewer, timezone.localdate()),
        definitions=definitions_of(known.subject),
    )
    subject: dict[str, Any] = {"series" if known.is_series else "figure": known.subject}
    return ask(
        request,
        form,
        title=_("Decide where it comes from: %(name)s") % {"name": name_of(known.subject)},
        lead=_("Nothing that was decided before is changed; the new decision holds from its day on."),
        button=_("Decide"),
        back=_address("staff-source", kind, known),
        crumbs=_way(kind, known),
        do=lambda _data: decide_binding(viewer=viewer, **subject, **form.facts(language, last)),
        done=_("Decided. Earlier decisions stay in the list."),
    )


def _initial(last: Binding | None) -> dict[str, Any]:
    today = timezone.localdate()
    found: dict[str, Any] = {"valid_from": today, "decided_on": today}
    if last is not None:
        names = ("source_kind", "via", "source_key", "definition", "due_month", "due_day", "due_years")
        found |= {name: getattr(last, name) for name in names}
        found |= {
            "department": last.department_id,
            "every_years": last.every_years,
            "first_year": last.first_year,
            "confirmed": last.confirmed,
        }
        found |= {name: str(chosen(last.texts.get(name))) for name in TEXTS}
    return found


@require_http_methods(["GET", "POST"])
def definition_new(request: ViewedRequest, kind: str, pk: int) -> HttpResponse:
    """Another definition: from its year on, values belong to another line."""
    viewer, known = request.viewer, known_or_404(request.viewer, kind, pk)
    if not viewer.can(DEFINE, known.owner):
        raise Http404
    subject: dict[str, Any] = {"series" if known.is_series else "figure": known.subject}
    return ask(
        request,
        DefinitionForm(posted(request)),
        title=_("Another definition: %(name)s") % {"name": name_of(known.subject)},
        lead=_("A new definition ends the line of the one before. Nothing is computed across the break."),
        button=_("Add the definition"),
        back=_address("staff-source", kind, known),
        crumbs=_way(kind, known),
        do=lambda data: add_definition(viewer=viewer, **subject, **data),
        done=_("The definition was added."),
    )


@require_http_methods(["GET", "POST"])
def definition_amend(request: ViewedRequest, kind: str, pk: int, definition: int) -> HttpResponse:
    """Say the same definition better, or confirm it."""
    viewer, known = request.viewer, known_or_404(request.viewer, kind, pk)
    if not viewer.can(DEFINE, known.owner):
        raise Http404
    row = next((one for one in definitions_of(known.subject) if one.pk == definition), None)
    if row is None:
        raise Http404
    names = [name for name in AmendForm(data=None).fields if name != "version"]
    form = AmendForm(
        posted(request), initial={name: getattr(row, name) for name in names} | {"version": row.version}
    )

    def differences(current: Definition) -> list[tuple[str, str, str]]:
        go_on_from(form, version=str(current.version))
        return [
            (str(form.fields[name].label), str(getattr(current, name)), str(form.cleaned_data.get(name)))
            for name in names
            if getattr(current, name) != form.cleaned_data.get(name)
        ]

    return ask(
        request,
        form,
        title=_("Definition %(code)s: %(name)s") % {"code": row.code, "name": name_of(known.subject)},
        lead=_("Say the same better, or confirm it. Another way of counting is another definition."),
        button=_("Save"),
        back=_address("staff-source", kind, known),
        crumbs=_way(kind, known),
        do=lambda data: amend_definition(viewer=viewer, definition=row, **data),
        done=_("Saved."),
        conflict=differences,
    )
