"""Which sheets and editions a viewer sees, and everything about one sheet."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.errors import NotAllowed
from jichi.evaluation.actions import READ
from jichi.evaluation.enums import CycleState, EditionKind, SheetState
from jichi.evaluation.models import (
    Cycle,
    Proposal,
    ProposalDecision,
    Sheet,
    SheetComment,
    SheetEdition,
    SheetEvent,
)
from jichi.evaluation.sides import COMMITTEE, is_committee, is_council, offices_of
from jichi.sheets.definition import Address, Value
from jichi.sheets.models import AnswerRevision
from jichi.sheets.queries import values_of

from .contents import standing_revisions

_PUBLISHED = [EditionKind.PUBLISHED, EditionKind.CORRECTED]


# --- sheets ---------------------------------------------------------------------------------------
def sheets_for(viewer: Viewer) -> QuerySet[Sheet]:
    """The sheets the viewer sees whole: all of them, or those of her offices once the cycle is open.

    The committee, the council and the public see none here, but editions (:func:`editions_for`).
    """
    rows = Sheet.objects.select_related(
        "cycle__plan",
        "cycle__department",
        "node__level",
        "department__ward",
        "assigned_to",
        "answer_set__form_version__form",
    )
    if not viewer.can(READ):
        return rows.none()
    offices = offices_of(viewer)
    if offices is not None:
        rows = rows.filter(department__in=offices).exclude(cycle__state=CycleState.PREPARING)
    return rows.order_by("node__code", "pk")


def sheet_for(viewer: Viewer, pk: int) -> Sheet:
    """One sheet. Raises Sheet.DoesNotExist, also where the viewer may not see it."""
    return sheets_for(viewer).get(pk=pk)


# --- what happened, was said, was proposed --------------------------------------------------------
def events_of(viewer: Viewer, sheet: Sheet) -> list[SheetEvent]:
    """A sheet's whole way, the newest first; offices, never names."""
    rows = SheetEvent.objects.filter(sheet__in=sheets_for(viewer), sheet=sheet)
    return list(rows.select_related("department").order_by("-at", "-pk"))


def comments_of(viewer: Viewer, sheet: Sheet, *, open_only: bool = False) -> list[SheetComment]:
    """The remarks on a sheet, the oldest first. The committee sees its own side's only."""
    rows = SheetComment.objects.filter(sheet=sheet)
    if not sheets_for(viewer).filter(pk=sheet.pk).exists():
        if not (is_committee(viewer) and editions_for(viewer).filter(sheet=sheet).exists()):
            return []
        rows = rows.filter(side=COMMITTEE)
    if open_only:
        rows = rows.filter(settled_at__isnull=True)
    return list(rows.select_related("department").order_by("at", "pk"))


def comments_by_place(viewer: Viewer, sheet: Sheet) -> dict[str, list[SheetComment]]:
    """The remarks on a sheet by the answer they stand at ("": the whole sheet), the oldest first."""
    found: dict[str, list[SheetComment]] = {}
    for row in comments_of(viewer, sheet):
        found.setdefault(row.place, []).append(row)
    return found


def comment_for(viewer: Viewer, pk: int) -> SheetComment:
    """One remark. Raises SheetComment.DoesNotExist, also where the viewer may not see the sheet."""
    rows = SheetComment.objects.filter(sheet__in=sheets_for(viewer))
    return rows.select_related("sheet__cycle", "department").get(pk=pk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A judgement that Jichi proposed, and what a person decided, where she has."""

    proposal: Proposal
    decision: ProposalDecision | None


def proposals_of(viewer: Viewer, sheet: Sheet) -> dict[str, Proposed]:
    """The proposals that stand for a sheet, by the field of the answer, with the newest decision on each."""
    rows = Proposal.objects.filter(sheet__in=sheets_for(viewer), sheet=sheet).order_by("field", "number")
    newest = {row.field: row for row in rows.select_related("rule__rule_set")}
    decisions = ProposalDecision.objects.filter(proposal__in=newest.values()).order_by("at", "pk")
    decided = {row.proposal_id: row for row in decisions}
    return {field: Proposed(proposal=row, decision=decided.get(row.pk)) for field, row in newest.items()}


# --- last year ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """The sheet of the same project in the evaluation before, with the answers that stand in it."""

    sheet: Sheet
    revision: AnswerRevision
    values: dict[Address, Value]


def previous_of(viewer: Viewer, sheets: Iterable[Sheet]) -> dict[int, Previous]:
    """What each sheet said in the evaluation before (same plan, same code), by the id of the present sheet.

    A constant number of queries. An office sees last year's sheet of a project that is its own this year,
    whoever had it then: it goes on with the work.
    """
    listed = [sheet for sheet in sheets if sheet.cycle.previous_id is not None]
    seen = set(sheets_for(viewer).filter(pk__in=[one.pk for one in listed]).values_list("pk", flat=True))
    listed = [sheet for sheet in listed if sheet.pk in seen]
    earlier = {
        (row.cycle_id, row.node_id): row
        for row in Sheet.objects.filter(
            cycle__in={sheet.cycle.previous_id for sheet in listed},
            node__in=[sheet.node_id for sheet in listed],
        ).select_related("cycle", "answer_set", "department")
    }
    revisions = standing_revisions(earlier.values())
    _with_forms(revisions.values())
    found: dict[int, Previous] = {}
    for sheet in listed:
        before = earlier.get((sheet.cycle.previous_id or 0, sheet.node_id))
        if before is not None and (revision := revisions.get(before.pk)) is not None:
            found[sheet.pk] = Previous(sheet=before, revision=revision, values=values_of(revision))
    return found


def _with_forms(revisions: Iterable[AnswerRevision]) -> None:
    """Load the forms of revisions in one query."""
    prefetch_related_objects(list(revisions), "form_version__form")


# --- editions -------------------------------------------------------------------------------------
def editions_for(viewer: Viewer, now: datetime.datetime | None = None) -> QuerySet[SheetEdition]:
    """The editions the viewer may read, by code and number.

    The city's own staff read those of the sheets they see; the committee the newest draft of each sheet once
    the cycle is shown to it, but not of those taken out; the council what was published, from its moment on;
    everybody what is public.
    """
    moment = now or timezone.now()
    published = Q(kind__in=_PUBLISHED, sheet__cycle__state=CycleState.PUBLISHED)
    found = published & Q(sheet__cycle__public_from__lte=moment)
    if viewer.can(READ):
        offices = offices_of(viewer)
        if offices is None:
            found |= Q(pk__isnull=False)
        elif offices:
            found |= Q(sheet__department__in=offices)
        if is_committee(viewer):
            newest = SheetEdition.objects.filter(sheet=OuterRef("sheet"), kind=EditionKind.DRAFT)
            number = Subquery(newest.order_by("-number").values("number")[:1])
            found |= ~Q(sheet__state=SheetState.WITHDRAWN) & Q(
                kind=EditionKind.DRAFT, sheet__cycle__committee_from__lte=moment, number=number
            )
        if is_council(viewer):
            found |= published & Q(sheet__cycle__council_from__lte=moment)
    rows = SheetEdition.objects.filter(found).select_related(
        "sheet__cycle__plan", "sheet__node__level", "sheet__department__ward"
    )
    return rows.order_by("sheet__node__code", "sheet", "number")


def drafts_for(viewer: Viewer, cycle: Cycle, now: datetime.datetime | None = None) -> list[SheetEdition]:
    """The newest draft of each sheet of a cycle, for the committee and whoever sees the sheets."""
    rows = editions_for(viewer, now).filter(sheet__cycle=cycle, kind=EditionKind.DRAFT)
    newest = {row.sheet_id: row for row in rows}
    return list(newest.values())


def newest_editions_for(
    viewer: Viewer, cycle: Cycle, now: datetime.datetime | None = None
) -> list[SheetEdition]:
    """The edition of each sheet that holds now (published, or corrected since), by code."""
    rows = editions_for(viewer, now).filter(sheet__cycle=cycle, kind__in=_PUBLISHED)
    newest = {row.sheet_id: row for row in rows}
    return list(newest.values())


def corrections_for(
    viewer: Viewer, cycle: Cycle | None = None, now: datetime.datetime | None = None
) -> list[SheetEdition]:
    """The corrections after publication that the viewer may read, the newest first."""
    rows = editions_for(viewer, now).filter(kind=EditionKind.CORRECTED)
    if cycle is not None:
        rows = rows.filter(sheet__cycle=cycle)
    return list(rows.order_by("-made_at", "-pk"))


def edition_before(viewer: Viewer, edition: SheetEdition) -> SheetEdition | None:
    """The edition that stood before this one, as far as the viewer may read it (draft beside published)."""
    rows = editions_for(viewer).filter(sheet=edition.sheet_id, number__lt=edition.number)
    return rows.order_by("-number").first()


def file_for(viewer: Viewer, sheet: Sheet, number: int) -> AnswerRevision | None:
    """One revision of a sheet with the file it came in; None where there is none."""
    if not sheets_for(viewer).filter(pk=sheet.pk).exists():
        raise NotAllowed(READ)
    return AnswerRevision.objects.filter(answer_set=sheet.answer_set_id, number=number).first()
