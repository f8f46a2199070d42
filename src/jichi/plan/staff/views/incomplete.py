"""What is incomplete in a plan, kind by kind, each gap with the page where it is mended."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jichi.city.access import Viewer
from jichi.city.workbench import show
from jichi.plan.models import Node, Plan
from jichi.plan.queries.staff import place_of
from jichi.plan.queries.staff.incomplete import (
    GAP_KINDS,
    Gap,
    gap_counts_for,
    gaps_for,
    translation_counts_for,
    translation_gaps_for,
)
from jichi.ui import numbers

from ..labels import fact_label, kind_label, language_label, row_label, shortened
from ..pages import plan_crumbs, row_url
from .plans import plan_or_404

PER_PAGE = 50
TRANSLATIONS = "translations"


@require_safe
def incomplete(request: HttpRequest, plan_key: str) -> HttpResponse:
    """All kinds with their counts, and the gaps of the one asked for (``?kind=``, ``?language=``)."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    plan = plan_or_404(viewer, plan_key)
    counts = gap_counts_for(viewer, plan)
    address = reverse("staff-incomplete", args=[plan.key])
    languages = [code for code, _name in settings.LANGUAGES if code != plan.language]
    texts = translation_counts_for(viewer, plan, languages)
    kind, language = request.GET.get("kind", ""), request.GET.get("language", "")
    if kind == TRANSLATIONS and language in texts:
        gaps = list(translation_gaps_for(viewer, plan, language))
    else:
        language = ""
        kind = kind if kind in counts else next((key for key, count in counts.items() if count), "milestones")
        gaps = gaps_for(viewer, plan, kind)
    kinds = [
        {
            "title": one.title,
            "count": counts[one.key],
            "url": f"{address}?kind={one.key}",
            "current": kind == one.key,
        }
        for one in GAP_KINDS
    ] + [
        {
            "title": _("Texts without a translation: %(language)s") % {"language": language_label(code)},
            "count": texts[code],
            "url": f"{address}?kind={TRANSLATIONS}&language={code}",
            "current": language == code,
        }
        for code in languages
    ]
    page = Paginator(gaps, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("What is incomplete"),
        "plan": plan,
        "kinds": kinds,
        "heading": next(item["title"] for item in kinds if item["current"]),
        "page": page,
        "lines": [_line(gap, language) for gap in page],
    }
    return show(request, "plan/staff/incomplete.html", context, crumbs=plan_crumbs(plan))


def _line(gap: Gap, language: str) -> dict[str, Any]:
    row = gap.row
    above = [one for one in place_of(row) if not isinstance(one, Plan)]
    url = row_url(row) if not isinstance(row, Node) else reverse("staff-row", args=["Node", row.pk])
    if language:
        url = reverse("staff-row-translate", args=[type(row).__name__, row.pk, language]) + "?from=gaps"
    missing = [numbers.fiscal_year(year, style="short") for year in gap.years]
    missing += [f"{fact_label(name)}: {shortened(str(getattr(row, name)), 80)}" for name in gap.fields]
    return {
        "title": row_label(row),
        "url": url,
        "kind": kind_label(type(row).__name__),
        "where": " › ".join(shortened(row_label(one), 40) for one in above),
        "missing": missing,
    }
