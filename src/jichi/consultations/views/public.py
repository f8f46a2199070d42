"""The public pages of consultations: all of them, one of them, and its draft as a book."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.consultations.enums import Audience, OpinionsShown, Stage, VersionKind
from jichi.consultations.models import Consultation, ConsultationFile, DraftVersion
from jichi.consultations.queries.readers import (
    chosen_draft,
    chosen_text,
    comments_by_anchor,
    desk_of,
    file_of,
    files_of,
    places_of,
    readable,
    readable_one,
    received_at,
    texts_of,
    versions_by_audience,
)
from jichi.consultations.say_form import name_of
from jichi.consultations.saying import titled
from jichi.consultations.showing import shows_arguments, shows_opinions, takes_voices
from jichi.directory.access_marks import marks_of
from jichi.methods import drafts
from jichi.methods.deadlines import days_in_period, days_left
from jichi.ui.content import translated
from jichi.ui.languages import html_lang
from jichi.ui.numbers import current_language, format_date
from jichi.voices.enums import Purpose

from .public_frame import crumbs_of, days_line, result_url

PER_PAGE = 30
MOST_HEADINGS = 60


def shown(key: str) -> Consultation:
    """The published consultation of that key. Raises Http404, for one not yet published as well."""
    try:
        return readable_one(key)
    except Consultation.DoesNotExist:
        raise Http404(key) from None


# --- all ------------------------------------------------------------------------------------------


@require_safe
def consultation_list(request: ViewedRequest) -> HttpResponse:
    """What is open now with days left, what is announced, what is considered, and the results."""
    today = timezone.localdate()
    running = list(readable().filter(result_published_at=None, withdrawn_at=None))
    by_stage: dict[Stage, list[dict[str, Any]]] = {}
    for one in sorted(running, key=lambda row: (row.last_day or datetime.date.max, row.key)):
        by_stage.setdefault(one.stage(today), []).append(_card(one, today))
    ended = (
        readable()
        .filter(Q(result_published_at__isnull=False) | Q(withdrawn_at__isnull=False))
        .order_by("-published_at", "key")
    )
    page = Paginator(ended, PER_PAGE).get_page(request.GET.get("page"))
    opened = by_stage.get(Stage.OPEN, [])
    context = {
        "heading": _list_heading(len(opened)),
        "opened": opened,
        "announced": by_stage.get(Stage.ANNOUNCED, []),
        "considered": by_stage.get(Stage.CONSIDERED, []),
        "exempt": by_stage.get(Stage.EXEMPT, []),
        "ended": [_card(one, today) for one in page],
        "page": page,
        "crumbs": crumbs_of(None),
        "total": len(running) + page.paginator.count,
    }
    return render(request, "consultations/public/list.html", context)


def _list_heading(count: int) -> str:
    if not count:
        return _("No draft is open for opinions now")
    return ngettext(
        "%(count)s draft is open for your opinion", "%(count)s drafts are open for your opinion", count
    ) % {"count": count}


def _card(one: Consultation, today: datetime.date) -> dict[str, Any]:
    stage = one.stage(today)
    return {
        "row": one,
        "url": result_url(one) or reverse("consultation-detail", args=[one.key]),
        "kind": one.get_kind_display(),
        "office": translated(one.department, "name"),
        "days": days_line(one, today),
        "left": days_left(today, one.last_day) if stage == Stage.OPEN and one.last_day else None,
        "stage": stage,
    }


# --- one ------------------------------------------------------------------------------------------


@require_safe
def consultation_detail(request: ViewedRequest, key: str) -> HttpResponse:
    """One consultation: the question, how long, what it rests on, the documents, three ways to answer."""
    row = shown(key)
    today = timezone.localdate()
    stage = row.stage(today)
    texts = texts_of(row)
    context = {
        "row": row,
        "heading": _question(row, stage),
        "kind": row.get_kind_display(),
        "stage": stage.label,
        "days": days_line(row, today),
        "left": days_left(today, row.last_day) if stage == Stage.OPEN and row.last_day else None,
        "is_open": takes_voices(row, today),
        "is_exempt": bool(row.exempt_reason),
        "is_short": _is_short(row),
        "is_answered": stage in {Stage.OPEN, Stage.ANNOUNCED},
        "has_draft": any(one.kind == VersionKind.DRAFT and one.audience == Audience.FULL for one in texts),
        "versions": _versions(row, texts, ""),
        "files": [_file(row, one) for one in files_of(row)],
        "places": [{"row": one, "marks": marks_of(one.place)} for one in places_of(row)],
        "ways": _ways(row),
        "questions": [titled(one, "text") for one in row.questions],
        "facts": _facts(row),
        "promise": _promise(row),
        "result": _result(row, stage),
        "proof": _proof(row),
        "accommodation": desk_of(row, Purpose.ACCOMMODATION) is not None,
        "appeal": desk_of(row, Purpose.APPEALS) is not None,
        "shows_opinions": shows_opinions(row, today),
        "shows_arguments": shows_arguments(row, today),
        "result_url": result_url(row),
        "crumbs": crumbs_of(row),
        "cite_title": str(translated(row, "title")),
    }
    return render(request, "consultations/public/detail.html", context)


def _question(row: Consultation, stage: Stage) -> str:
    title = {"title": translated(row, "title")}
    if stage in {Stage.OPEN, Stage.ANNOUNCED}:
        return _("What do you think of “%(title)s”?") % title
    if stage == Stage.CONSIDERED:
        return _("“%(title)s”: what was said is being considered") % title
    if stage == Stage.PUBLISHED:
        return _("“%(title)s”: what was said, and what became of it") % title
    if stage == Stage.WITHDRAWN:
        return _("“%(title)s”: the proposal was withdrawn") % title
    return _("“%(title)s”: why no public comment is held") % title


def _ways(row: Consultation) -> dict[str, Any]:
    """By which ways one can answer on paper and by telephone: what the city takes, and where."""
    taken = {str(one.get("channel")) for one in row.scheme.channels}
    return {
        "post": row.address if "post" in taken else "",
        "fax": row.fax if "fax" in taken else "",
        "email": row.email if "email" in taken else "",
        "telephone": row.telephone if "telephone" in taken else "",
        "ask": row.telephone,
        "counter": "counter" in taken,
        "post_rule": row.get_post_rule_display(),
    }


def _facts(row: Consultation) -> list[dict[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (_("Kind"), row.get_kind_display()),
        (_("Legal basis"), translated(row, "legal_basis")),
        (_("Office"), translated(row.department, "name")),
        (_("Contact"), translated(row, "contact_line")),
    ]
    if row.first_day and row.last_day:
        span = _("%(first)s to %(last)s (%(days)s days; the rule asks for %(least)s)") % {
            "first": format_date(row.first_day),
            "last": format_date(row.last_day),
            "days": (row.last_day - row.first_day).days + 1,
            "least": row.least_days,
        }
        facts.insert(0, (_("Period"), span))
    found = [{"term": term, "value": value} for term, value in facts if str(value)]
    if row.document is not None:
        url = reverse("document-detail", args=[row.document.key])
        found.append(
            {"term": _("Document of the plan"), "value": translated(row.document, "title"), "url": url}
        )
    return found


def _is_short(row: Consultation) -> bool:
    """Whether the period is below the rule; one that was extended may be long enough by now."""
    if not row.short_reason or row.first_day is None or row.last_day is None:
        return False
    return days_in_period(row.first_day, row.last_day) < row.least_days


def _promise(row: Consultation) -> dict[str, Any]:
    planned = translated(row, "result_planned")
    if row.withdrawn_at is not None:
        return {"text": _("What was said until then is kept and counted.")}
    return {
        "text": _("Every opinion is read, whoever sent it and by whatever way, and gets the city's view."),
        "meta": _("Result planned: %(when)s") % {"when": planned} if planned else "",
    }


def _result(row: Consultation, stage: Stage) -> dict[str, Any]:
    url = result_url(row)
    if url:
        return {"text": _("The result is published."), "links": [{"title": _("See the result"), "url": url}]}
    if row.desk is None or stage == Stage.ANNOUNCED:
        return {"state": "not_loaded", "word": _("nothing received yet")}
    return {
        "value": received_at(row.desk),
        "unit": _("submissions"),
        "meta": _("received so far, by every way"),
    }


def _proof(row: Consultation) -> dict[str, Any]:
    return {
        "text": _(
            "Each gets a receipt number that shows what became of it. The database itself keeps the city "
            "from closing early and from publishing a result while an opinion has no answer."
        ),
        "links": [{"title": _("Look up a receipt number"), "url": reverse("receipt")}],
    }


def _file(row: Consultation, one: ConsultationFile) -> dict[str, Any]:
    return {
        "url": reverse("consultation-file", args=[row.key, one.pk]),
        "format": one.name.rpartition(".")[2].lower(),
        "title": str(translated(one, "title")),
        "size": one.size,
    }


@require_safe
def consultation_file(request: ViewedRequest, key: str, pk: int) -> HttpResponse:
    """One document, to be saved and never run in this site's name."""
    try:
        one = file_of(key, pk)
    except ConsultationFile.DoesNotExist:
        raise Http404(key) from None
    response = HttpResponse(bytes(one.content), content_type=one.media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = content_disposition_header(True, one.name) or "attachment"
    return response


# --- its draft ------------------------------------------------------------------------------------


@require_safe
def consultation_draft(request: ViewedRequest, key: str) -> HttpResponse:
    """The draft, paragraph by paragraph, each with its mark; ``?for=`` plain, children."""
    row = shown(key)
    today = timezone.localdate()
    audience = request.GET.get("for", Audience.FULL)
    text = chosen_text(row, audience if audience in Audience.values else Audience.FULL, current_language())
    if text is None:
        raise Http404(key)
    full = chosen_draft(row, Audience.FULL, current_language())
    anchors = set(full.anchors) if full else set()
    draft = drafts.from_plain(text.content)
    counts = comments_by_anchor(row.desk) if row.desk and shows_opinions(row, today) else {}
    is_open = takes_voices(row, today)
    say = reverse("consultation-say", args=[row.key])
    levels = _levels(draft)
    paragraphs = [
        {
            "anchor": one.anchor,
            "kind": str(one.kind),
            "level": levels.get(one.anchor, 0),
            "depth": min(3, one.level) if one.kind != "heading" else 0,
            "number": one.number,
            "text": one.text,
            "name": name_of(one),
            "say": f"{say}?p={one.anchor}" if is_open and one.anchor in anchors else "",
            "count": counts.get(one.anchor, 0),
        }
        for one in draft.paragraphs
    ]
    context = {
        "row": row,
        "text": text,
        "text_lang": html_lang(text.language)
        if html_lang(text.language) != html_lang(current_language())
        else "",
        "paragraphs": paragraphs,
        "contents": [
            {"title": f"{one.number} {one.text}".strip(), "url": f"#p-{one.anchor}"}
            for one in draft.paragraphs
            if one.kind in {"heading", "article"}
        ][:MOST_HEADINGS],
        "versions": _versions(row, texts_of(row), text.audience),
        "days": days_line(row, today),
        "is_open": is_open,
        "say": say,
        "shows_counts": bool(row.desk) and shows_opinions(row, today),
        "rule": _rule(row),
        "translated_how": text.translated_how,
        "crumbs": crumbs_of(row, _("The draft")),
        "cite_title": text.title,
    }
    return render(request, "consultations/public/draft.html", context)


def _levels(draft: drafts.Draft) -> dict[str, int]:
    """The level of each heading on the page: from 2 on, no level left out on the way down."""
    open_levels: list[int] = []
    found = {}
    for one in draft.paragraphs:
        if one.kind == "heading":
            while open_levels and open_levels[-1] >= one.level:
                open_levels.pop()
            open_levels.append(one.level)
            found[one.anchor] = min(4, len(open_levels) + 1)
    return found


def _rule(row: Consultation) -> str:
    if row.opinions_shown == OpinionsShown.NEVER:
        return _("What others say is not shown beside the draft; the result sums up every opinion.")
    if row.opinions_shown == OpinionsShown.AFTER_CLOSING:
        return _("What others say is shown after the last day, so that everybody answers for herself.")
    return _("What others say is shown as soon as it was decided how it is published.")


def _versions(row: Consultation, texts: list[DraftVersion], current: str) -> list[dict[str, Any]]:
    url = reverse("consultation-draft", args=[row.key])
    return [
        {
            "title": Audience(one).label,
            "url": url if one == Audience.FULL else f"{url}?for={one}",
            "current": one == current,
        }
        for one in versions_by_audience(texts)
    ]
