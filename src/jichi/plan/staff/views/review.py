"""The review of an import: uncertain places first, then parts beside their source, lines, changes, the
end.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.workbench import show
from jichi.plan.enums import ImportState, LineState
from jichi.plan.importing import diff_documents
from jichi.plan.models import ImportRun
from jichi.plan.queries import plan_for
from jichi.plan.queries.document import document_of
from jichi.plan.queries.staff import run_for
from jichi.plan.queries.staff.imports import line_states, lines_around, lines_for
from jichi.plan.services import correct_import, resolve_uncertain
from jichi.plan.services.imports import document_to_apply
from jichi.plan.services.resolutions import pointer_get

from ..changes import change_lines
from ..forms.imports import CellForm, DecisionForm, as_text
from ..review import Parts, Place, places_of, values_of

PLACES_PER_PAGE = 20
LINES_PER_PAGE = 200


def run_or_404(viewer: Viewer, pk: int) -> ImportRun:
    """The run, or the page that says there is none."""
    run = run_for(viewer, pk)
    if run is None:
        raise Http404
    return run


def _stored(viewer: Viewer, run: ImportRun) -> dict[str, Any] | None:
    plan = plan_for(viewer, run.plan_key)
    return document_of(viewer, plan.key) if plan is not None else None


def page_of_run(
    request: HttpRequest, run: ImportRun, tab: str, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """One of the tabs of a run, below what all of them show."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    open_places = len(run.uncertain) - len(run.resolutions)
    tabs = [
        ("staff-import", _("Uncertain (%(count)d open)") % {"count": open_places}),
        ("staff-import-parts", _("Part by part")),
        ("staff-import-lines", _("Lines of the source")),
        ("staff-import-changes", _("Changes of the plan")),
    ]
    may_decide = viewer.can("plan.import:decide", run.plan) and run.state == ImportState.REVIEW
    if may_decide:
        tabs.append(("staff-import-end", _("Confirm or reject")))
    whole = {
        "title": run.filename,
        "run": run,
        "tabs": [
            {"title": title, "url": reverse(name, args=[run.pk]), "current": name == tab}
            for name, title in tabs
        ],
        "open_places": open_places,
        "may_decide": may_decide,
        **context,
    }
    crumbs = [{"title": _("Imports"), "url": reverse("staff-imports")}]
    return show(request, template, whole, crumbs=crumbs, status=status)


def _places(viewer: Viewer, run: ImportRun) -> list[Place]:
    around = lines_around(viewer, run, sorted({item["line"] for item in run.uncertain}))
    places = places_of(run, _stored(viewer, run), around)
    for place in places:
        place.form = DecisionForm(
            place.options, place.path, prefix=f"p{place.index}", initial=_first_choice(place)
        )
    return places


def _first_choice(place: Place) -> dict[str, Any]:
    """What the form begins with: nothing for an open place, the decision for a decided one."""
    if place.decision is None:
        return {}
    values = place.decision.get("values")
    if not values:
        return {"choice": DecisionForm.OUT, "note": place.decision.get("note", "")}
    for number, candidate in enumerate(place.candidates):
        if all(candidate.get(name) == values[0].get(name) for name in ("role", "fiscal_year", "value")):
            return {"choice": f"{DecisionForm.CANDIDATE}{number}", "note": place.decision.get("note", "")}
    return {"choice": DecisionForm.OTHER, **values[0], "note": place.decision.get("note", "")}


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The uncertain places, open ones first; then what was found."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    run = run_or_404(viewer, pk)
    return _review_page(request, run, _places(viewer, run))


def _review_page(
    request: HttpRequest,
    run: ImportRun,
    places: list[Place],
    *,
    first: int | None = None,
    status: int = 200,
    changed: bool = False,
) -> HttpResponse:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    show_what = request.GET.get("show", "")
    ordered = sorted(
        places, key=lambda place: (place.index != first, place.decision is not None, place.index)
    )
    if show_what == "open":
        ordered = [place for place in ordered if place.decision is None]
    states = line_states(viewer, run)
    total = sum(states.values())
    context = {
        "page": Paginator(ordered, PLACES_PER_PAGE).get_page(request.GET.get("page")),
        "places": places,
        "states": [(LineState(key).label, key, number) for key, number in states.items()],
        "total_lines": total,
        "share": round(100 * (states.get("placed", 0) + states.get("furniture", 0)) / total, 1)
        if total
        else None,
        "counts": _counts(run),
        "changed": changed,
        "show_what": show_what,
    }
    return page_of_run(request, run, "staff-import", "plan/staff/import_review.html", context, status)


def _counts(run: ImportRun) -> list[tuple[str, int]]:
    document = run.document
    levels = {level["key"]: level["name"] for level in document["plan"]["levels"]}
    found = [
        (name, sum(1 for node in document["nodes"] if node["level"] == key)) for key, name in levels.items()
    ]
    figures = [figure for project in document["projects"] for figure in project["figures"]]
    return [
        *found,
        (_("Indicators"), len(document["indicators"])),
        (_("Numbers of projects"), len(figures)),
        (_("Yearly targets"), sum(1 for f in figures for p in f["points"] if p["role"] == "target")),
        (_("Policy documents"), len(document.get("documents", []))),
        (_("Corrected by hand"), len(run.corrections)),
    ]


@require_POST
def resolve(request: HttpRequest, pk: int, index: int) -> HttpResponse:
    """Decide one uncertain place and go on to the next open one."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    run = run_or_404(viewer, pk)
    places = _places(viewer, run)
    if not 0 <= index < len(places):
        raise Http404
    place = places[index]
    form = place.form = DecisionForm(place.options, place.path, request.POST, prefix=f"p{index}")
    if form.is_valid():
        try:
            version = int(request.POST.get("version", "0"))
            resolve_uncertain(
                viewer=viewer,
                run_id=pk,
                version=version,
                index=index,
                values=values_of(place, form),
                note=form.cleaned_data["note"],
            )
        except Invalid as error:
            for sentences in error.messages.values():
                form.add_error(None, sentences)
        except (Conflict, ValueError):
            run = run_or_404(viewer, pk)
            fresh = _places(viewer, run)
            fresh[index].form = form
            return _review_page(request, run, fresh, first=index, status=409, changed=True)
        else:
            messages.success(request, _("Decided: %(what)s.") % {"what": place.thing})
            return redirect(reverse("staff-import", args=[pk]))
    return _review_page(request, run, places, first=index, status=422)


@require_safe
def parts(request: HttpRequest, pk: int) -> HttpResponse:
    """What was read for one heading or project, beside the lines it came from (``?part=code``)."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    run = run_or_404(viewer, pk)
    nodes = run.document["nodes"]
    codes = [node["code"] for node in nodes]
    part = request.GET.get("part", "")
    part = part if part in codes else (codes[0] if codes else "")
    here = codes.index(part) if part else 0
    depth = {level["key"]: place for place, level in enumerate(run.document["plan"]["levels"])}
    address = reverse("staff-import-parts", args=[pk])
    context = {
        "part": part,
        "nodes": [
            {
                "title": f"{node['code']} {node['name']}",
                "url": f"{address}?{urlencode({'part': node['code']})}",
                "depth": depth.get(node["level"], 0),
                "current": node["code"] == part,
                "code": node["code"],
            }
            for node in nodes
        ],
        "groups": Parts(run).groups(part),
        "lines": lines_for(viewer, run, part=part),
        "previous_url": f"{address}?{urlencode({'part': codes[here - 1]})}" if here > 0 else "",
        "next_url": f"{address}?{urlencode({'part': codes[here + 1]})}" if here + 1 < len(codes) else "",
    }
    return page_of_run(request, run, "staff-import-parts", "plan/staff/import_parts.html", context)


@require_safe
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Every line of the source and what became of it (``?state=``, ``?q=``)."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    run = run_or_404(viewer, pk)
    states = line_states(viewer, run)
    total = sum(states.values())
    state, search = request.GET.get("state", ""), request.GET.get("q", "").strip()
    state = state if state in LineState.values else ""
    address = reverse("staff-import-lines", args=[pk])

    def option(key: str, title: Any, number: int) -> dict[str, Any]:
        query = urlencode({name: value for name, value in (("state", key), ("q", search)) if value})
        share = f"{100 * number / total:.1f} %" if total else ""
        return {
            "title": title,
            "number": number,
            "share": share,
            "url": f"{address}?{query}" if query else address,
            "current": state == key,
        }

    options = [option("", _("All"), total)]
    options += [option(one.value, one.label, states.get(one.value, 0)) for one in LineState]
    rows = lines_for(viewer, run, state=state, containing=search)
    context = {
        "options": options,
        "search": search,
        "state": state,
        "page": Paginator(rows, LINES_PER_PAGE).get_page(request.GET.get("page")),
    }
    return page_of_run(request, run, "staff-import-lines", "plan/staff/import_lines.html", context)


@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What confirming would change in the plan, fact by fact (``?kind=``)."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    run = run_or_404(viewer, pk)
    stored = _stored(viewer, run)
    found = []
    if stored is not None and run.state == ImportState.REVIEW:
        found = change_lines(diff_documents(stored, document_to_apply(viewer, run)))
    kind = request.GET.get("kind", "")
    address = reverse("staff-import-changes", args=[pk])
    words = {
        "added": _("New in the plan"),
        "changed": _("Changed in the plan"),
        "removed": _("Gone from the plan"),
    }
    options = [{"title": _("All"), "number": len(found), "url": address, "current": kind not in words}]
    options += [
        {
            "title": word,
            "number": sum(1 for line in found if line.kind == key),
            "url": f"{address}?kind={key}",
            "current": kind == key,
        }
        for key, word in words.items()
    ]
    shown = [line for line in found if kind not in words or line.kind == kind]
    context = {
        "options": options,
        "page": Paginator(shown, LINES_PER_PAGE).get_page(request.GET.get("page")),
        "is_new": stored is None,
        "total": len(found),
    }
    return page_of_run(request, run, "staff-import-changes", "plan/staff/import_changes.html", context)


@require_http_methods(["GET", "POST"])
def cell(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one value that was read (``?pointer=``)."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    run = run_or_404(viewer, pk)
    pointer = request.POST.get("pointer") or request.GET.get("pointer", "")
    part = request.GET.get("part", "")
    back = f"{reverse('staff-import-parts', args=[pk])}?{urlencode({'part': part})}"
    if not pointer:
        return redirect(back)
    try:
        present = pointer_get(run.document, pointer)
    except LookupError:
        raise Http404 from None
    if isinstance(present, dict | list) or run.state != ImportState.REVIEW:
        raise Http404
    initial = {"version": run.version, "pointer": pointer, "value": as_text(present)}
    form = CellForm(present, request.POST if request.method == "POST" else None, initial=initial)
    changed = False
    if form.is_bound and form.is_valid():
        try:
            correct_import(
                viewer=viewer,
                run_id=pk,
                version=form.cleaned_data["version"],
                pointer=pointer,
                value=form.cleaned_data["value"],
            )
        except Invalid as error:
            for sentences in error.messages.values():
                form.add_error("value", sentences)
        except Conflict:
            changed = True
            merged = request.POST.copy()
            merged["version"] = str(run_or_404(viewer, pk).version)
            form = CellForm(present, merged)
        else:
            messages.success(request, _("Corrected."))
            return redirect(back)
    read = run.corrections.get(pointer, {}).get("read", present)
    context = {
        "title": _("Correct a value that was read"),
        "form": form,
        "read": as_text(read),
        "present": as_text(present),
        "pointer": pointer,
        "lines": lines_for(viewer, run, part=part) if part else [],
        "back": back,
        "changed": changed,
    }
    status = 409 if changed else 422 if form.is_bound and form.errors else 200
    return page_of_run(request, run, "staff-import-parts", "plan/staff/import_cell.html", context, status)
