"""You said, we did; or we did not, because."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.requests import ViewedRequest
from jichi.consultations.queries.heard import DID, NOT_DONE, counted_effects, effects_shown, summaries_of
from jichi.ui.content import Text, translated
from jichi.ui.numbers import format_date
from jichi.undertakings.queries import counted_by_state, public_for
from jichi.voices.enums import EffectKind
from jichi.voices.models import Effect

PER_PAGE = 30


@require_safe
def you_said(request: ViewedRequest) -> HttpResponse:
    """What people said and what the city did, with what it did not and why; ``?kind=`` one kind."""
    counts = counted_effects()
    kind = request.GET.get("kind", "")
    rows = effects_shown()
    if kind in EffectKind.values:
        rows = rows.filter(kind=kind)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    did = sum(counts.get(one, 0) for one in DID)
    summaries: dict[Any, dict[int, Text]] = {}
    states = counted_by_state(public_for(request.viewer))
    context: dict[str, Any] = {
        "total": sum(counts.values()),
        "did": did,
        "not_done": sum(counts.get(one, 0) for one in NOT_DONE),
        "kinds": [
            {
                "title": f"{label} ({counts.get(value, 0):,})",
                "url": f"?kind={value}",
                "current": value == kind,
            }
            for value, label in EffectKind.choices
            if counts.get(value)
        ],
        "items": [_item(one, summaries) for one in page],
        "page": page,
        "undertakings": sum(states.values()),
        "undertakings_url": reverse("undertaking-list"),
        "crumbs": [
            {"title": _("Home"), "url": reverse("home")},
            {"title": _("You said, we did"), "url": ""},
        ],
    }
    if context["kinds"]:
        context["kinds"].insert(0, {"title": _("All"), "url": "?", "current": kind not in EffectKind.values})
    return render(request, "consultations/public/said.html", context)


def _item(effect: Effect, summaries: dict[Any, dict[int, Text]]) -> dict[str, Any]:
    disposition = getattr(effect.set, "disposition", None) if effect.set is not None else None
    said: Text | str = ""
    where: Text | str = effect.about
    url = effect.url
    if disposition is not None:
        row = disposition.consultation
        if row.pk not in summaries:
            summaries[row.pk] = summaries_of(row)
        said = summaries[row.pk].get(disposition.set_id, "")
        where, url = translated(row, "title"), reverse("consultation-detail", args=[row.key])
    undertaking = effect.undertaking
    return {
        "said": said,
        "where": where,
        "url": url if url.startswith(("/", "https://", "http://")) else "",
        "kind": effect.get_kind_display(),
        "is_done": effect.kind in DID,
        "is_not": effect.kind in NOT_DONE,
        "text": translated(effect, "text"),
        "day": format_date(timezone.localtime(effect.at).date()),
        "undertaking": _public_url(undertaking) if undertaking is not None else "",
    }


def _public_url(row: Any) -> str:
    if row.published_at is None or row.published_at > timezone.now():
        return ""
    return reverse("undertaking-detail", args=[row.fiscal_year, row.number])
