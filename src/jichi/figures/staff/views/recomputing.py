"""Counting a metric anew for the figures bound to it. What stands is kept; what differs is a new version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jichi.city.requests import ViewedRequest
from jichi.city.views.acting import ask, posted
from jichi.figures.queries.catalogue import entry_for
from jichi.figures.services.recompute import Recomputed, recompute
from jichi.figures.views.metrics import this_year
from jichi.ui.numbers import format_number

from ..sourceforms import RecomputeForm
from .known import crumbs


@require_http_methods(["GET", "POST"])
def metric_recompute(request: ViewedRequest, key: str) -> HttpResponse:
    """Ask for the years and the reason, count, and say what came of it."""
    entry = entry_for(request.viewer, key)
    if entry is None:
        raise Http404
    title, back = _(entry.metric.title), reverse("figures-metric", args=[key])
    last = this_year()
    form = RecomputeForm(posted(request), initial={"first_year": last - 1, "last_year": last})

    def do(data: dict[str, Any]) -> HttpResponse:
        found = recompute(viewer=request.viewer, metric=key, **data)
        messages.success(request, result_words(found))
        if found.problems:
            text = _("Bound to a part this metric does not have, and not counted: %(parts)s.")
            messages.warning(request, text % {"parts": ", ".join(found.problems)})
        return HttpResponseRedirect(back)

    return ask(
        request,
        form,
        title=_("Count anew: %(metric)s") % {"metric": title},
        lead=ngettext(
            "%(count)d figure is bound to this metric. Where its value differs it gets a new version with "
            "your reason; nothing that stands is overwritten.",
            "%(count)d figures are bound to this metric. Where a value differs it gets a new version with "
            "your reason; nothing that stands is overwritten.",
            entry.bound,
        )
        % {"count": entry.bound},
        button=_("Count anew"),
        back=back,
        crumbs=[*crumbs(), {"title": title, "url": back}],
        do=do,
    )


def result_words(found: Recomputed) -> SafeString:
    """How many values are new, corrected and as before, with the way to the proof and to publishing."""
    counts = _("Counted anew: %(new)s new, %(corrected)s corrected, %(unchanged)s unchanged.") % {
        "new": format_number(found.entered),
        "corrected": format_number(found.corrected),
        "unchanged": format_number(found.unchanged),
    }
    # The proof of a count that gave nothing new has no value to belong to.
    if not found.entered and not found.corrected:
        return format_html("{}", counts)
    return format_html(
        '{} <a href="{}">{}</a> <a href="{}">{}</a>',
        counts,
        reverse("figures-evidence", args=[found.computation.evidence_id]),
        _("How it was counted"),
        reverse("staff-values-publish"),
        _("Publish measured values"),
    )
