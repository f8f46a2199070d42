"""Dispositions: the list, one set after another, several at once, and taking one back."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from jichi.city.errors import Conflict, Invalid
from jichi.city.forms import take_objections
from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import posted
from jichi.consultations import actions, services
from jichi.consultations.answer_forms import DisposeForm, ManyForm
from jichi.consultations.models import Consultation, Disposition
from jichi.consultations.queries import lists
from jichi.consultations.queries.progress import by_code, next_without, progress_of
from jichi.consultations.queries.schemes import texts_of
from jichi.ui.content import chosen
from jichi.ui.languages import html_lang
from jichi.ui.numbers import format_number
from jichi.voices.models import OpinionSet
from jichi.voices.queries import sets as heard

from .staff_frame import consultation_to, desk_of, number, only_posted, page, seen_again
from .staff_sets import set_card, set_of

PER_PAGE, LEADS, MANY_OWN = 30, 5, 20
LONG = 2_000
"""Characters of a text beside the form; the rest is on the page of its set."""


def codes_of(row: Consultation) -> list[tuple[str, str]]:
    """The codes of the city's scheme as choices, in the reader's language."""
    return [(str(one["code"]), _code_title(one)) for one in row.scheme.codes]


def _code_title(one: dict[str, Any]) -> str:
    title = f"{one['code']} {chosen(texts_of(one, 'title'))}"
    if one.get("changes_draft"):
        return _("%(code)s (say below what was changed)") % {"code": title}
    return title


@require_safe
def dispositions(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """The sets with what the city says to them, those without first, the largest first."""
    row = consultation_to(request, pk)
    desk_of(request, row)
    filters = lists.SetFilters.given(request.GET)
    rows = Paginator(lists.disposed_sets(row, filters), PER_PAGE).get_page(request.GET.get("page"))
    texts = heard.lead_texts([one.pk for one in rows])
    counts = by_code(row)
    progress = progress_of(row)
    here = reverse("staff-consultation-dispositions", args=[pk])
    chips = [("", _("All"), progress.opinions), ("none", _("Without disposition"), progress.undisposed)]
    chips += [(code, title, counts.get(code, 0)) for code, title in codes_of(row)]
    waiting = next_without(row)
    context = {
        "title": _("What does the city say to it?"),
        "lead": _left(progress.undisposed),
        "chips": [
            {
                "title": title,
                "count": count,
                "url": f"{here}?{urlencode({'code': code})}" if code else here,
                "current": filters.code == code,
            }
            for code, title, count in chips
        ],
        "cards": [
            {**set_card(row, one), "text": texts.get(one.pk, "")[:160], "disposition": _of(one)}
            for one in rows
        ],
        "page": rows,
        "next_url": reverse("staff-consultation-dispose", args=[pk, waiting.pk])
        if waiting is not None
        else "",
        "may": request.viewer.can(actions.DISPOSE, row),
        "filters": filters,
        "all_ticked": request.GET.get("all") == "1",
        "none_url": f"{here}?code=none&all=1",
    }
    return page(request, row, "dispositions.html", "staff-consultation-dispositions", context)


def _left(count: int) -> str:
    if not count:
        return _("Every opinion has its disposition.")
    return _("%(count)s opinions have none yet; the result waits for them.") % {"count": format_number(count)}


def _of(one: OpinionSet) -> Disposition | None:
    return getattr(one, "disposition", None)


@require_http_methods(["GET", "HEAD", "POST"])
def dispose(request: ViewedRequest, pk: uuid.UUID, set_id: int) -> HttpResponse:
    """One set: what was said, and the city's disposition of it; then the next one."""
    row = consultation_to(request, pk, actions.DISPOSE)
    desk = desk_of(request, row)
    found = set_of(request, desk, set_id)
    before = _of(lists.set_with_disposition(row, found.pk))
    form = DisposeForm(posted(request), codes=codes_of(row), initial=_start(request, row, before))
    status = _tried(request, row, form, {"set_id": found.pk})
    if status is None:
        return _on(request, row, found)
    waiting = next_without(row, after=found.pk)
    context = {
        "title": found.title or _("Set %(number)d") % {"number": found.pk},
        "lead": _("%(opinions)s opinions in %(submissions)s submissions")
        % {"opinions": format_number(found.size), "submissions": format_number(found.submissions)},
        "texts": [
            {"text": str(one.text)[:LONG], "size": one.size, "lang": html_lang(one.language)}  # type: ignore[attr-defined]
            for one in heard.wordings_of(request.viewer, found)[:LEADS]
        ],
        "set_url": reverse("staff-consultation-set", args=[pk, found.pk]),
        "own": lists.own_dispositions(row, found.pk)[:MANY_OWN],
        "skip_url": reverse("staff-consultation-dispose", args=[pk, waiting.pk]) if waiting else "",
    }
    return _page(request, row, form, before, context, status)


@require_http_methods(["GET", "HEAD", "POST"])
def dispose_one(request: ViewedRequest, pk: uuid.UUID, opinion: int) -> HttpResponse:
    """One opinion, as an exception: what the city says to it and not to the others of its set."""
    row = consultation_to(request, pk, actions.DISPOSE)
    desk = desk_of(request, row)
    one = heard.opinion_for(request.viewer, opinion)
    if one.voice.desk_id != desk.pk or one.wording_id is None:
        raise Consultation.DoesNotExist
    before = getattr(one, "disposition", None)
    form = DisposeForm(posted(request), codes=codes_of(row), initial=_start(request, row, before))
    status = _tried(request, row, form, {"opinion_id": one.pk})
    back = reverse("staff-consultation-said", args=[pk, one.wording_id])
    if status is None:
        messages.success(request, _("The disposition is kept."))
        return redirect(back)
    context = {
        "title": _("One opinion alone"),
        "lead": _("This holds for this opinion only; the others of its set keep theirs."),
        "texts": [{"text": str(one.text or "")[:LONG], "size": 1, "lang": html_lang(one.voice.language)}],  # type: ignore[attr-defined]
        "set_url": back,
        "skip_url": back,
    }
    return _page(request, row, form, before, context, status)


def _page(
    request: ViewedRequest,
    row: Consultation,
    form: DisposeForm,
    before: Disposition | None,
    context: dict[str, Any],
    status: int,
) -> HttpResponse:
    within = [{"title": _("Dispositions"), "url": reverse("staff-consultation-dispositions", args=[row.pk])}]
    whole = {"form": form, "before": before, "used": lists.used_views(row), **context}
    return page(
        request,
        row,
        "dispose.html",
        "staff-consultation-dispositions",
        whole,
        status=status,
        within=within,
    )


def _start(request: ViewedRequest, row: Consultation, before: Disposition | None) -> dict[str, Any]:
    if before is not None:
        return {
            "code": before.code,
            "summary": before.summary,
            "view": before.view,
            "change": before.change,
            "version": before.version,
        }
    like = number(request.GET.get("like", ""))
    taken = next((one for one in lists.used_views(row) if one.pk == like), None)
    return {} if taken is None else {"code": taken.code, "view": taken.view, "change": taken.change}


def _tried(
    request: ViewedRequest, row: Consultation, form: DisposeForm, target: dict[str, Any]
) -> int | None:
    """Give the disposition where one was sent: None when it is kept, else the status to answer with."""
    if request.method != "POST":
        return 200
    if not form.is_valid():
        return 422
    data = form.cleaned_data
    try:
        services.dispose(
            viewer=request.viewer,
            consultation_id=row.pk,
            code=data["code"],
            summary=data["summary"],
            view=data["view"],
            change=data["change"],
            promise=form.promised(),
            version=data["version"],
            **target,
        )
    except Invalid as error:
        take_objections(form, error)
        return 422
    except Conflict as error:
        seen_again(form, error.current)
        messages.warning(request, _("Somebody else gave a disposition meanwhile. Yours is still below."))
        return 409
    return None


def _on(request: ViewedRequest, row: Consultation, found: OpinionSet) -> HttpResponse:
    messages.success(request, _("The disposition is kept."))
    following = next_without(row, after=found.pk)
    if following is None:
        return redirect("staff-consultation-dispositions", row.pk)
    return redirect("staff-consultation-dispose", row.pk, following.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def dispose_many(request: ViewedRequest, pk: uuid.UUID) -> HttpResponse:
    """The same disposition for several sets that have none; each keeps its own summary."""
    row = consultation_to(request, pk, actions.DISPOSE)
    desk_of(request, row)
    data = request.POST if request.method == "POST" else request.GET
    ids = [one for one in (number(text) for text in data.getlist("set")) if one]
    if not ids:
        messages.warning(request, _("Tick those that are meant first."))
        return redirect("staff-consultation-dispositions", row.pk)
    form, status = ManyForm(posted(request), codes=codes_of(row)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.dispose_many(
                    viewer=request.viewer,
                    consultation_id=row.pk,
                    set_ids=ids,
                    **form.cleaned_data,
                )
            except Invalid as error:
                take_objections(form, error)
            else:
                messages.success(request, _("The dispositions are kept."))
                return redirect("staff-consultation-dispositions", row.pk)
    context = {"title": _("The same for these sets"), "lead": "", "form": form, "ids": ids, "count": len(ids)}
    return page(request, row, "dispose_many.html", "staff-consultation-dispositions", context, status=status)


def undispose(request: ViewedRequest, pk: uuid.UUID, disposition: int) -> HttpResponse:
    """Take a disposition back."""
    row = consultation_to(request, pk, actions.DISPOSE)
    if refused := only_posted(request):
        return refused
    try:
        services.undispose(
            viewer=request.viewer,
            consultation_id=row.pk,
            disposition_id=disposition,
            version=number(request.POST.get("version", "")),
        )
    except (Invalid, Conflict):
        messages.warning(
            request, _("It was not taken back: it changed meanwhile, or the result is published.")
        )
    else:
        messages.success(request, _("The disposition is taken back."))
    return redirect("staff-consultation-dispositions", row.pk)
