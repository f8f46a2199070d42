"""What waits for a person in the plan: imports, gaps of her department, missing translations."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.manifest import DutyItem
from jichi.plan.models import Plan
from jichi.plan.queries import plans_for
from jichi.plan.queries.staff import open_imports_for
from jichi.plan.queries.staff.incomplete import gap_counts_for, translation_counts_for
from jichi.ui import numbers

from .labels import language_label


def imports_waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Import runs that nobody has decided yet."""
    if not viewer.can("plan.import:decide"):
        return
    for run in open_imports_for(viewer):
        open_places = len(run.uncertain) - len(run.resolutions)
        places = ngettext(
            "%(count)d uncertain place to decide", "%(count)d uncertain places to decide", open_places
        )
        yield DutyItem(
            title=run.filename,
            url=reverse("staff-import", args=[run.pk]),
            detail=" · ".join(
                [numbers.format_date(run.created_at.date(), weekday=False), places % {"count": open_places}]
            ),
        )


def gaps_waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Plans with gaps, for those who keep them."""
    if not viewer.can("plan.plan:apply"):
        return
    for plan in _present_plans(viewer):
        counts = gap_counts_for(viewer, plan)
        total = sum(count for key, count in counts.items() if key != "not-held")
        if total:
            text = ngettext("%(count)d gap", "%(count)d gaps", total) % {"count": total}
            yield DutyItem(title=plan.name, url=reverse("staff-incomplete", args=[plan.key]), detail=text)


def translations_waiting(viewer: Viewer) -> Iterator[DutyItem]:
    """Plans with texts that readers of another language cannot read yet."""
    if not viewer.can("plan.row:translate"):
        return
    for plan in _present_plans(viewer):
        codes = [code for code, _name in settings.LANGUAGES if code != plan.language]
        for code, count in translation_counts_for(viewer, plan, codes).items():
            if count:
                address = reverse("staff-incomplete", args=[plan.key])
                yield DutyItem(
                    title=_("%(plan)s in %(language)s")
                    % {"plan": plan.name, "language": language_label(code)},
                    url=f"{address}?kind=translations&language={code}",
                    detail=ngettext("%(count)d text", "%(count)d texts", count) % {"count": count},
                )


def _present_plans(viewer: Viewer) -> list[Plan]:
    return [plan for plan in plans_for(viewer) if plan.superseded_on is None]
