"""What the external committee (and the council) reads of an evaluation, and what the committee says to it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.access import Viewer
from jichi.city.errors import NotAllowed
from jichi.city.views.acting import ask, posted
from jichi.city.workbench import show
from jichi.evaluation.actions import READ, READ_PACKET, REVIEW
from jichi.evaluation.enums import EditionKind
from jichi.evaluation.forms import CommitteeForm
from jichi.evaluation.models import Cycle, Sheet, SheetEdition
from jichi.evaluation.page_words import about, moment_words, office_of, stage_words
from jichi.evaluation.queries.cycles import cycle_for, cycles_for
from jichi.evaluation.queries.page_choices import body_choices
from jichi.evaluation.queries.page_editions import (
    cycle_context,
    edition_seen,
    is_inside,
    sheet_context,
    sheets_shown,
)
from jichi.evaluation.queries.public_sheets import rules_named
from jichi.evaluation.results.costs import finance_table
from jichi.evaluation.results.grades import lines_of_content
from jichi.evaluation.results.measures import projects_table
from jichi.evaluation.results.sections import has_numbers_part, numbers_table, shown
from jichi.sheets.parsing import definition_of
from jichi.undertakings.cards import cards_of
from jichi.undertakings.queries import counts_of, of_context, undertakings_for
from jichi.undertakings.services import ask_for

from .frame import crumbs as start_crumbs
from .frame import cycle_crumbs, cycle_url, sheet_url, viewer_of

PER_PAGE = 100


@require_safe
def committee(http: HttpRequest) -> HttpResponse:
    """What is shown to the committee, and its own comments with what became of them."""
    viewer = viewer_of(http)
    viewer.require(REVIEW)
    now = timezone.now()
    cycles = list(cycles_for(viewer).filter(committee_from__lte=now))
    mine = [one for one in undertakings_for(viewer) if one.asked_by == viewer.actor]
    context = {
        "title": _("What is shown to the committee?"),
        "lead": _(
            "Drafts of the city's evaluation. What you say about them goes to the office concerned; its"
            " answer stands below."
        ),
        "cycles": [
            {
                "title": one.title,
                "url": cycle_url(one),
                "about": about(one),
                "plan": one.plan.name,
                "shown": stage_words(one.committee_from, now),
            }
            for one in cycles
        ],
        "cards": cards_of(mine, staff=True),
    }
    return show(http, "evaluation/committee/start.html", context, crumbs=[])


def shown_cycle(http: HttpRequest, cycle: Cycle) -> HttpResponse:
    """The sheets of an evaluation as far as they are shown to somebody from outside the offices."""
    viewer = viewer_of(http)
    text = http.GET.get("q", "").replace("\0", "").strip()[:100]
    page = Paginator(sheets_shown(viewer, cycle, text), PER_PAGE).get_page(http.GET.get("page"))
    listed = list(page)
    counts = counts_of(viewer, [sheet_context(one) for one in listed])
    count = page.paginator.count
    context = {
        "title": cycle.title,
        "kind": about(cycle),
        "lead": ngettext("%(count)d sheet is shown.", "%(count)d sheets are shown.", count)
        % {"count": count},
        "row": cycle,
        "page": page,
        "lines": [
            {
                "name": f"{one.node.code} {one.node.name}",
                "url": reverse("staff-evaluation-edition", args=[one.pk]),
                "office": office_of(one),
                "kind": _newest(one),
                "comments": sum(counts.get(sheet_context(one), {}).values()),
            }
            for one in listed
        ],
        "q": text,
        "comments": cards_of(of_context(viewer, cycle_context(cycle)), staff=True),
        "may_comment": viewer.can(REVIEW) and cycle.committee_from is not None,
        "packets_url": reverse("staff-evaluation-packets", args=[cycle.pk])
        if viewer.can(READ_PACKET, cycle)
        else "",
    }
    return show(http, "evaluation/committee/cycle.html", context, crumbs=start_crumbs())


def _newest(sheet: Sheet) -> str:
    """What kind of edition the viewer is shown first."""
    shown: list[SheetEdition] = sheet.shown  # type: ignore[attr-defined]
    return shown[0].get_kind_display() if shown else ""


@require_safe
def edition(http: HttpRequest, pk: int) -> HttpResponse:
    """One edition of a sheet, whole and to be read (``?number=``; else the newest the viewer may read)."""
    viewer = viewer_of(http)
    viewer.require(READ)
    number = http.GET.get("number", "")
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else None
    found = edition_seen(viewer, pk, wanted)
    sheet, content = found.sheet, found.content
    definition = definition_of(found.revision.form_version)
    context = {
        "title": f"{content['node']['code']} {content['node']['name']}",
        "kind": f"{found.get_kind_display()} · {sheet.cycle.title}",
        "lead": _edition_words(found),
        "row": sheet,
        "edition": found,
        "content": content,
        "path": content["node"].get("path", []),
        "office": content["node"].get("department") or "",
        "shown": shown(content, definition),
        "numbers": None if has_numbers_part(definition) else numbers_table(content),
        "finance": finance_table(content),
        "projects": projects_table(content),
        "grades": lines_of_content(content.get("grades") or [], rules_named([content])),
        "comments": cards_of(of_context(viewer, sheet_context(sheet)), staff=True),
        "may_comment": _may_comment(viewer, sheet.cycle),
        "inside": is_inside(viewer),
        "sheet_url": sheet_url(sheet),
        # What is printed is the newest edition, so only that one leads to it.
        "pdf_url": reverse("staff-evaluation-sheet-file", args=[sheet.pk, "pdf"]) if wanted is None else "",
    }
    return show(http, "evaluation/sheets/edition.html", context, crumbs=cycle_crumbs(sheet.cycle))


def _edition_words(found: SheetEdition) -> str:
    words = {
        EditionKind.DRAFT: _(
            "The draft as it was given to the committee on %(moment)s. It can still change."
        ),
        EditionKind.PUBLISHED: _("As it was published on %(moment)s."),
        EditionKind.CORRECTED: _("As it was corrected on %(moment)s."),
    }[EditionKind(found.kind)]
    return words % {"moment": moment_words(found.made_at)}


def _may_comment(viewer: Viewer, cycle: Cycle) -> bool:
    shown = cycle.committee_from is not None and cycle.committee_from <= timezone.now()
    return viewer.can(REVIEW) and shown


# --- what the committee says --------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def sheet_comment(http: HttpRequest, pk: int) -> HttpResponse:
    """Say something about one sheet; its office answers."""
    viewer = viewer_of(http)
    viewer.require(REVIEW)
    found = edition_seen(viewer, pk)
    sheet = found.sheet
    if not _may_comment(viewer, sheet.cycle):
        raise NotAllowed(REVIEW)
    title = f"{found.content['node']['code']} {found.content['node']['name']}"
    return _ask(
        http,
        title=_("Comment on %(name)s") % {"name": title},
        context=sheet_context(sheet),
        context_title=f"{sheet.cycle.title} {title}"[:200],
        department_id=sheet.department_id,
        back=reverse("staff-evaluation-edition", args=[sheet.pk]),
        crumbs=cycle_crumbs(sheet.cycle),
    )


@require_http_methods(["GET", "POST"])
def cycle_comment(http: HttpRequest, pk: int) -> HttpResponse:
    """Say something about an evaluation as a whole; the planning section gives it to an office."""
    viewer = viewer_of(http)
    viewer.require(REVIEW)
    cycle = cycle_for(viewer, pk)
    if not _may_comment(viewer, cycle):
        raise NotAllowed(REVIEW)
    return _ask(
        http,
        title=_("Comment on %(name)s") % {"name": cycle.title},
        context=cycle_context(cycle),
        context_title=cycle.title,
        department_id=cycle.department_id,
        back=cycle_url(cycle),
        crumbs=cycle_crumbs(cycle),
    )


def _ask(
    http: HttpRequest,
    *,
    title: str,
    context: str,
    context_title: str,
    department_id: int | None,
    back: str,
    crumbs: list[Any],
) -> HttpResponse:
    viewer = viewer_of(http)

    def say(data: dict[str, Any]) -> None:
        body = int(data["body"]) if data["body"] else None
        ask_for(
            viewer=viewer,
            kind=data["kind"],
            text=data["text"],
            summary=data["summary"],
            asked_on=timezone.localdate(),
            source_body_id=body,
            source_name="" if body is not None else _("the evaluation committee"),
            context=context,
            context_title=context_title,
            department_id=department_id,
        )

    return ask(
        http,  # type: ignore[arg-type]
        CommitteeForm(posted(http), bodies=body_choices(viewer)),
        title=title,
        lead=_(
            "The office concerned answers, and says what it does with it. You find the answer here again."
        ),
        button=_("Send the comment"),
        crumbs=crumbs,
        back=back,
        do=say,
        done=_("Your comment has reached the city; what becomes of it stands below."),
    )
