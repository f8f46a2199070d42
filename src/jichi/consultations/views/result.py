"""The published result of a consultation: the answer, the tables, every opinion with the city's view."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.consultations.models import Consultation, ResultEdition
from jichi.consultations.queries.results import editions_of, published_result
from jichi.consultations.result import Result
from jichi.consultations.results.finding import WITHOUT_TOPIC, Asked, rows_found
from jichi.consultations.results.pages import shown_passages, shown_rows
from jichi.consultations.results.tables import channel_counts, code_counts, page_table, topic_counts
from jichi.consultations.results.words import (
    apart_lines,
    as_of,
    code_words,
    heading_of,
    passage_words,
    period_of,
    topic_words,
    ways_of,
)
from jichi.consultations.showing import shows_arguments, shows_opinions
from jichi.ui.content import chosen
from jichi.ui.numbers import format_number

from .public import shown
from .public_frame import crumbs_of

PER_PAGE = 20
FEW = 5
PASSAGES_PER_PAGE = 30
_FORMS = ("pdf", "xlsx", "csv", "json")


@require_safe
def consultation_result(request: ViewedRequest, key: str) -> HttpResponse:
    """The result; ``?q= code= topic= passage= no=`` choose among the opinions, ``edition=`` an older one."""
    row, result, edition, editions = found(request, key)
    asked = Asked.given(request.GET.dict(), result)
    rows = rows_found(result, asked)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kept = kept_edition(edition, editions)
    here = reverse("consultation-result", args=[key])
    changes_url = reverse("consultation-result-changes", args=[key]) + (f"?{kept}" if kept else "")
    joint = f"{here}?{kept}&" if kept else f"{here}?"
    today = timezone.localdate()
    context: dict[str, Any] = {
        **_frame(row, result, edition, editions),
        "crumbs": crumbs_of(row, pgettext("public comment", "Result")),
        "channels": page_table(channel_counts(result)),
        "codes": page_table(code_counts(result), address=f"{joint}code=", phone="cards"),
        "topics": page_table(topic_counts(result), address=f"{joint}topic=")
        if len(result.topics) > 1
        else None,
        "apart": apart_lines(result),
        "rows": shown_rows(result, page, changes_url=changes_url),
        "late_rows": shown_rows(
            result, result.apart.late_rows[:PER_PAGE], changes_url=changes_url, is_late=True
        ),
        "late_more": max(0, len(result.apart.late_rows) - PER_PAGE),
        "page": page,
        "asked": asked,
        "rows_heading": _rows_heading(len(rows), asked),
        "choices": _choices(result, asked),
        "kept": edition.number if kept else None,
        "clear_url": f"{here}?{kept}#rows" if kept else f"{here}#rows",
        "passages": shown_passages(
            result, result.passages[:FEW], result_url=f"{here}?{kept}" if kept else here
        ),
        "passages_more": len(result.passages) - FEW,
        "changes_url": changes_url,
        "shows_opinions": row.desk_id is not None and shows_opinions(row, today),
        "shows_arguments": row.desk_id is not None and shows_arguments(row, today),
    }
    return render(request, "consultations/result/result.html", context)


@require_safe
def consultation_result_changes(request: ViewedRequest, key: str) -> HttpResponse:
    """The draft against the final text, passage by passage, with reasons and opinions."""
    row, result, edition, editions = found(request, key)
    kept = kept_edition(edition, editions)
    here = reverse("consultation-result", args=[key]) + (f"?{kept}" if kept else "")
    page = Paginator(result.passages, PASSAGES_PER_PAGE).get_page(request.GET.get("page"))
    count = len(result.passages)
    context = {
        **_frame(row, result, edition, editions),
        "crumbs": crumbs_of(row, _("Draft and final text")),
        "heading": ngettext(
            "%(count)s passage of the draft was changed",
            "%(count)s passages of the draft were changed",
            count,
        )
        % {"count": format_number(count)}
        if count
        else _("The final text is the draft, unchanged"),
        "passages": shown_passages(result, list(page), result_url=here),
        "page": page,
        "result_url": here,
    }
    return render(request, "consultations/result/changes.html", context)


def found(
    request: ViewedRequest, key: str
) -> tuple[Consultation, Result, ResultEdition, list[ResultEdition]]:
    """The consultation, the result and edition asked for, and all editions, the newest first.

    Raises:
        Http404: no such consultation, no result yet, no such edition.
    """
    row = shown(key)
    if row.result_published_at is None or row.result_published_at > timezone.now():
        raise Http404(key)
    editions = editions_of(row)
    wanted = request.GET.get("edition", "")
    known = {str(one.number): one for one in editions}
    edition = known.get(wanted) if wanted else next(iter(editions), None)
    result = published_result(row, edition.number) if edition is not None else None
    if edition is None or result is None:
        raise Http404(key)
    return row, result, edition, editions


def kept_edition(edition: ResultEdition, editions: list[ResultEdition]) -> str:
    """The query that keeps an older edition from page to page; empty for the newest."""
    return urlencode({"edition": edition.number}) if edition.number != editions[0].number else ""


def _frame(
    row: Consultation, result: Result, edition: ResultEdition, editions: list[ResultEdition]
) -> dict[str, Any]:
    kept = kept_edition(edition, editions)
    return {
        "row": row,
        "result": result,
        "edition": edition,
        "heading": heading_of(result),
        "as_of": as_of(timezone.localdate(edition.published_at)),
        "is_old": bool(kept),
        "newest_url": reverse("consultation-result", args=[row.key]),
        "editions": [
            {
                "number": one.number,
                "as_of": as_of(timezone.localdate(one.published_at)),
                "reason": one.reason,
                "url": f"{reverse('consultation-result', args=[row.key])}?edition={one.number}",
                "current": one.number == edition.number,
            }
            for one in editions
        ]
        if len(editions) > 1
        else [],
        "facts": [
            {"term": term, "value": value}
            for term, value in (
                (_("Period"), period_of(result)),
                (_("Why the period was shorter"), result.short_reason),
                (_("Legal basis"), result.legal_basis),
                (_("How opinions could be sent"), ways_of(row)),
                (_("Office"), chosen(result.department)),
                (_("Edition of the result"), str(edition.number)),
                (_("SHA-256 of the result (JSON)"), edition.digest),
            )
            if value
        ],
        "downloads": [
            {
                "url": reverse("consultation-result-file", args=[row.key, form])
                + (f"?{kept}" if kept else ""),
                "format": form.upper() if form != "xlsx" else "Excel",
                "title": {
                    "pdf": _("To print"),
                    "xlsx": _("Opinions and views"),
                    "csv": _("Opinions and views"),
                    "json": _("The whole result"),
                }[form],
            }
            for form in _FORMS
        ],
    }


def _rows_heading(count: int, asked: Asked) -> str:
    text = (
        ngettext("%(count)s opinion fits", "%(count)s different opinions fit", count)
        if asked
        else ngettext(
            "%(count)s opinion and what the city thinks of it",
            "%(count)s different opinions and what the city thinks of each",
            count,
        )
    )
    return text % {"count": format_number(count)}


def _choices(result: Result, asked: Asked) -> list[dict[str, Any]]:
    """The lists by which opinions are chosen; one with a single choice is left out."""
    groups = [
        (
            "code",
            _("Disposition"),
            asked.code,
            [(one.code, code_words(result, one.code)) for one in result.codes if one.rows],
        ),
        (
            "topic",
            _("Topic"),
            asked.topic,
            [(one.key or WITHOUT_TOPIC, topic_words(result, one.key)) for one in result.topics if one.rows],
        ),
        (
            "passage",
            _("Passage of the text"),
            asked.passage,
            [(one.anchor, passage_words(one)) for one in result.passages if one.behind or one.against],
        ),
    ]
    return [
        {
            "name": name,
            "label": label,
            "options": [{"value": value, "words": words, "selected": value == now} for value, words in pairs],
        }
        for name, label, now, pairs in groups
        if len(pairs) > 1 or now
    ]
