"""What can be taken away: the calendar, the feed, and the form to fill in by hand."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.consultations.calendar import calendar_of
from jichi.consultations.enums import Audience
from jichi.consultations.feeds import feed_of
from jichi.consultations.paper_form import form_pdf
from jichi.consultations.queries.readers import chosen_draft, readable
from jichi.ui.numbers import current_language

from .public import shown

MOST_ROWS = 300


@require_safe
def consultation_calendar(request: ViewedRequest) -> HttpResponse:
    """The periods and results of the last years as a calendar file."""
    body = calendar_of(readable().order_by("-published_at")[:MOST_ROWS], title=_("Public comment"))
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="consultations.ics"'
    return response


@require_safe
def consultation_feed(request: ViewedRequest) -> HttpResponse:
    """What was opened, withdrawn and answered, newest first."""
    body = feed_of(readable().order_by("-published_at")[:MOST_ROWS], title=_("Public comment"))
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


@require_safe
def consultation_form_pdf(request: ViewedRequest, key: str) -> HttpResponse:
    """The form for paper; ``?large=1`` in large print."""
    row = shown(key)
    if row.exempt_reason:
        raise Http404(key)
    draft = chosen_draft(row, Audience.FULL, current_language())
    body = form_pdf(row, draft, large=request.GET.get("large") == "1", today=timezone.localdate())
    response = HttpResponse(body, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{row.key}-form.pdf"'
    return response
