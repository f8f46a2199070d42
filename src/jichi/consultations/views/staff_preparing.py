"""Preparing a consultation: its facts, texts, documents and reading places."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city import rules
from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import ask, posted
from jichi.consultations import actions, services
from jichi.consultations.addresses import staff_url
from jichi.consultations.enums import Audience
from jichi.consultations.forms import (
    FactsForm,
    PaperForm,
    PlacesForm,
    TextForm,
)
from jichi.consultations.marking import pieces_of_change
from jichi.consultations.models import Consultation
from jichi.consultations.printing import printed_notice
from jichi.consultations.queries.passages import compared
from jichi.methods.deadlines import days_in_period
from jichi.methods.drafts import from_plain
from jichi.ui.content import translated
from jichi.ui.languages import html_lang
from jichi.ui.numbers import format_number
from jichi.ui.paper.pdf import pdf_of

from .staff_frame import act_on, consultation_to, crumbs, only_posted, page

any_method = require_http_methods(["GET", "HEAD", "POST"])


@any_method
def new(request: ViewedRequest) -> HttpResponse:
    """Begin a consultation."""
    request.viewer.require(actions.MAKE)
    form = FactsForm(posted(request), viewer=request.viewer, initial={"opinions_shown": "never"})

    def do(data: dict[str, Any]) -> HttpResponse:
        facts = form.facts()
        row = services.prepare(viewer=request.viewer, department_id=data["department_id"].pk, **facts)
        return redirect(staff_url(row))

    return ask(
        request,
        form,
        title=_("Prepare a public comment"),
        button=_("Begin"),
        back=reverse("staff-consultations"),
        do=do,
        done=_("It is prepared; nobody outside sees it yet."),
        crumbs=crumbs(),
    )


@any_method
def edit(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what was prepared."""
    row = consultation_to(request, pk, actions.EDIT)
    form = FactsForm(posted(request), viewer=request.viewer, row=row, initial=FactsForm.start(row))

    def do(data: dict[str, Any]) -> object:
        return services.edit(
            viewer=request.viewer, consultation_id=row.pk, version=data["version"], **form.facts(row)
        )

    return act_on(
        request,
        row,
        form,
        title=_("Change the facts"),
        button=_("Keep"),
        do=do,
        done=_("The change is kept."),
        lead=rule_words(row),
        back=reverse("staff-consultation-facts", args=[row.pk]),
    )


def rule_words(row: Consultation) -> str:
    """How long the period is and what the rule in force asks for, in a sentence."""
    rule = rules.find("consultation.period_days", on=row.first_day or timezone.localdate())
    asked = rules.text_of(rule) if rule is not None else ""
    if row.first_day is None or row.last_day is None:
        return _("The rule: %(rule)s.") % {"rule": asked} if asked else ""
    days = days_in_period(row.first_day, row.last_day)
    if not asked:
        return _("The period has %(days)d days.") % {"days": days}
    return _("The period has %(days)d days; the rule: %(rule)s.") % {"days": days, "rule": asked}


@require_safe
def facts(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """All that was prepared: facts, texts with their anchors, files, places."""
    row = consultation_to(request, pk)
    may = request.viewer.can(actions.EDIT, row) and row.published_at is None
    texts = [
        {
            "row": one,
            "kind": one.get_kind_display(),
            "audience": one.get_audience_display(),
            "lang": html_lang(one.language),
            "paragraphs": from_plain(one.content).paragraphs,
        }
        for one in row.texts.all()
    ]
    context = {
        "title": _("Facts and texts"),
        "lead": rule_words(row),
        "facts": _facts(row),
        "texts": texts,
        "files": row.files.defer("content"),
        "places": [
            (str(translated(one.place, "name")), one.note)
            for one in row.reading_places.select_related("place")
        ],
        "may_edit": may,
        "may_text": request.viewer.can(actions.TEXT, row),
    }
    return page(request, row, "facts.html", "staff-consultation-facts", context)


def _facts(row: Consultation) -> list[tuple[str, str]]:
    found = [
        (_("What it is"), str(row.get_kind_display())),
        (
            _("Parts of the plan it belongs to"),
            "\n".join(f"{one.code} {translated(one, 'name')}" for one in row.nodes.order_by("code")),
        ),
        (_("Policy document of the plan"), str(translated(row.document, "name")) if row.document else ""),
        (_("Legal basis"), row.legal_basis),
        (_("In two or three sentences"), str(translated(row, "summary"))),
        (_("Notice"), str(translated(row, "notice"))),
        (_("Why the period is short"), row.short_reason),
        (_("A letter"), str(row.get_post_rule_display())),
        (_("What others said is shown"), str(row.get_opinions_shown_display())),
        (_("Questions put to readers"), "\n".join(one["text"] for one in row.questions)),
        (_("Office to ask"), row.contact_line),
        (_("Address for letters"), row.address),
        (_("Fax"), row.fax),
        (_("Mail address"), row.email),
        (_("Telephone"), row.telephone),
        (_("When the result is expected"), row.result_planned),
    ]
    return [(term, value) for term, value in found if value]


@any_method
def add_text(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take in a text; its paragraphs keep the anchors of the version before."""
    row = consultation_to(request, pk, actions.TEXT)
    final = row.published_at is not None
    form = TextForm(
        posted(request),
        request.FILES or None,
        initial={"kind": "final" if final else "draft", "audience": Audience.FULL, "language": "ja"},
    )

    def do(data: dict[str, Any]) -> HttpResponse:
        text = services.add_text(
            viewer=request.viewer,
            consultation_id=row.pk,
            content=data["file"].read(),
            filename=data["file"].name,
            kind=data["kind"],
            audience=data["audience"],
            language=data["language"],
        )
        return redirect("staff-consultation-text", row.pk, text.pk)

    return _with_file(request, row, form, _("Enter a text"), do, _("The text is entered. Look it through."))


@require_safe
def text(request: ViewedRequest, pk: uuid.UUID, text_id: int) -> HttpResponse:
    """One text with its anchors, and what differs from the version before it."""
    row = consultation_to(request, pk)
    this = row.texts.filter(pk=text_id).first()
    if this is None:
        raise Consultation.DoesNotExist
    same = row.texts.filter(audience=this.audience, language=this.language, number__lt=this.number)
    before = same.order_by("-number").first()
    lines = compared(before, this) if before is not None else ()
    context = {
        "title": this.title,
        "lead": _("%(kind)s, %(audience)s, version %(number)d: %(count)s paragraphs")
        % {
            "kind": this.get_kind_display(),
            "audience": this.get_audience_display(),
            "number": this.number,
            "count": format_number(len(from_plain(this.content).paragraphs)),
        },
        "text": this,
        "before": before,
        "lang": html_lang(this.language),
        "lines": [
            {
                "anchor": one.anchor,
                "old": pieces_of_change(one.old, one.old_spans),
                "new": pieces_of_change(one.new, one.new_spans),
            }
            for one in lines
        ],
        "paragraphs": from_plain(this.content).paragraphs,
        "may_text": request.viewer.can(actions.TEXT, row),
    }
    within = [{"title": _("Facts and texts"), "url": reverse("staff-consultation-facts", args=[pk])}]
    return page(request, row, "text.html", "staff-consultation-facts", context, within=within)


@require_safe
def notice(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """The notice as it would be printed now."""
    row = consultation_to(request, pk)
    with translation.override(settings.LANGUAGE_CODE):
        content = pdf_of(printed_notice(row, footer=_("Preview")))
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="notice.pdf"', "Cache-Control": "private"},
    )


@any_method
def add_file(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a document."""
    row = consultation_to(request, pk, actions.EDIT)
    form = PaperForm(posted(request), request.FILES or None)

    def do(data: dict[str, Any]) -> object:
        return services.add_file(
            viewer=request.viewer,
            consultation_id=row.pk,
            title=data["title"],
            name=data["file"].name,
            content=data["file"].read(),
        )

    return _with_file(request, row, form, _("Add a document"), do, _("The document is added."))


def _with_file(
    request: ViewedRequest, row: Consultation, form: Any, title: str, do: Any, done: str
) -> HttpResponse:
    back = reverse("staff-consultation-facts", args=[row.pk])
    return act_on(request, row, form, title=title, button=_("Take in"), do=do, done=done, back=back)


def remove_file(request: ViewedRequest, pk: uuid.UUID, file: int) -> HttpResponse:
    """Take a document away before the publication."""
    row = consultation_to(request, pk, actions.EDIT)
    if refused := only_posted(request):
        return refused
    services.remove_file(viewer=request.viewer, consultation_id=row.pk, file_id=file)
    return redirect("staff-consultation-facts", row.pk)


def keep_draft(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that the final text is the draft, unchanged."""
    row = consultation_to(request, pk, actions.TEXT)
    if refused := only_posted(request):
        return refused
    services.keep_draft(viewer=request.viewer, consultation_id=row.pk)
    return redirect("staff-consultation-changes", row.pk)


@any_method
def places(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose where the documents can be read on paper."""
    row = consultation_to(request, pk, actions.EDIT)
    notes = {one.place_id: one.note for one in row.reading_places.all()}
    form = PlacesForm(posted(request), viewer=request.viewer, notes=notes)

    def do(data: dict[str, Any]) -> object:
        return services.set_places(viewer=request.viewer, consultation_id=row.pk, places=form.chosen())

    return act_on(
        request,
        row,
        form,
        title=_("Where can it be read on paper?"),
        button=_("Keep"),
        do=do,
        done=_("The places are kept."),
        back=reverse("staff-consultation-facts", args=[row.pk]),
    )
