"""Arguments of the cycle's routes for the permission matrix: a published evaluation that everybody is shown.

Published, because then the committee, the council and the offices all may look at it; what can no longer be
done there leads back to the page, which the matrix counts as admitted.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.services.comments import remark
from jichi.evaluation.services.cycles import switch_stage
from jichi.evaluation.services.publishing import publish_cycle
from jichi.plan.models import Node, Plan
from tests.evaluation.cycle.sample import brought_through, opened
from tests.plan.rich import applied

YEARS = (2022, 2024, 2025)


def published(owner: Department | None) -> Cycle:
    """An evaluation that went through the committee, the council and publication; all of it is ``owner``'s."""
    title = f"公表済み {owner.key if owner is not None else '-'}"
    found = Cycle.objects.filter(title=title).first()
    if found is not None:
        return found
    loader, now = system_viewer("demo"), timezone.now()
    plan = Plan.objects.filter(key="mihon-1").first() or applied()
    Node.objects.filter(plan=plan).update(department=owner)
    taken = set(Cycle.objects.values_list("fiscal_year", flat=True))
    row = opened(plan, next(year for year in YEARS if year not in taken), title=title)
    brought_through(row)
    first = Sheet.objects.filter(cycle=row).order_by("pk")[0]
    remark(viewer=loader, sheet_id=first.pk, text="根拠は何ですか。", side="planning")
    for stage in ("committee", "council"):
        row = switch_stage(viewer=loader, cycle_id=row.pk, version=row.version, stage=stage, from_=now)
    return publish_cycle(viewer=loader, cycle_id=row.pk, version=row.version)


def sheet(owner: Department | None) -> Sheet:
    """Its first sheet."""
    return Sheet.objects.filter(cycle=published(owner)).order_by("pk")[0]


def _sheet(owner: Department | None) -> dict[str, Any]:
    return {"pk": sheet(owner).pk}


def _cycle(owner: Department | None) -> dict[str, Any]:
    return {"pk": sheet(owner).cycle_id}


def _stage(owner: Department | None) -> dict[str, Any]:
    return {**_cycle(owner), "stage": "committee"}


def _revision(owner: Department | None) -> dict[str, Any]:
    return {**_sheet(owner), "number": 1}


def _remark(owner: Department | None) -> dict[str, Any]:
    found = sheet(owner)
    return {"pk": found.pk, "remark_pk": found.comments.get().pk}


_MAKERS = {
    _cycle: "cycle cycle-edit cycle-open cycle-put-up cycle-publish cycle-propose cycle-comment board sheets",
    _stage: "cycle-stage",
    _sheet: "sheet sheet-save sheet-hand-in sheet-compare sheet-send-back sheet-withdraw sheet-remark"
    " sheet-correct sheet-comment edition",
    _revision: "sheet-revision",
    _remark: "remark-settle",
}

ADDRESSES = {f"staff-evaluation-{name}": make for make, names in _MAKERS.items() for name in names.split()}
