"""Editions: drafts for the committee, the publication of a whole cycle, and putting it up for approval."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.evaluation.actions import PUBLISH, PUT_UP, SWITCH
from jichi.evaluation.content import Content, content_of_sheets, digest_of_content
from jichi.evaluation.enums import CycleState, EditionKind, SheetState
from jichi.evaluation.models import Cycle, Grade, Sheet, SheetEdition
from jichi.evaluation.queries.cases import cases_of
from jichi.evaluation.queries.contents import standing_revisions
from jichi.evaluation.queries.grades import grading_of, superseded
from jichi.office.models import Approval
from jichi.office.queries import latest_of, standing_of
from jichi.office.services import PacketFile, draft_approval, resubmit

from .steps import cycle_of, locked_cycle, require_open, require_version

NAMED = 5
"""How many sheets a refusal names."""


def make_drafts(*, viewer: Viewer, cycle_id: int, at: datetime.datetime | None = None) -> int:
    """Make the drafts that the committee reads of every sheet that has passed its checks.

    A sheet that says the same as its newest draft gets no other. Returns the number of drafts made.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Invalid: for a cycle that is not open.
    """
    with act(viewer, SWITCH, cycle_of(cycle_id)):
        cycle = locked_cycle(cycle_id)
        require_open(cycle)
        moment = at or timezone.now()
        rows = Sheet.objects.filter(cycle=cycle, state__in=[SheetState.PLANNING, SheetState.ACCEPTED])
        sheets = list(rows.select_related("answer_set").order_by("pk"))
        made = _keep(viewer, cycle, sheets, EditionKind.DRAFT, moment)
        if made:
            ids = [row.sheet_id for row in made]
            fields = {"drafts": [0, len(ids)]}
            record(viewer, SWITCH, cycle, fields=fields, count=len(ids), digest=digest_of(ids))
    return len(made)


def put_up(
    *,
    viewer: Viewer,
    cycle_id: int,
    files: Sequence[PacketFile],
    summary: str = "",
    at: datetime.datetime | None = None,
) -> Approval:
    """Put the publication of a cycle up for approval along its route, with the files of the packet.

    What was sent back is put up again, with these files in place of those it had.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Invalid: where the cycle names no route, sheets are not accepted, or
        it is put up already.
    """
    with act(viewer, PUT_UP, cycle_of(cycle_id)):
        cycle = locked_cycle(cycle_id)
        require_open(cycle)
        if not cycle.route_key:
            raise Invalid({"route_key": [_("The evaluation names no route of approval.")]})
        if problems := missing_for_approval(viewer, cycle):
            raise Invalid({"": problems})
        context = approval_context(cycle)
        last = latest_of(context)
        if last is not None and last.state == Approval.State.RETURNED:
            approval = resubmit(
                viewer=viewer,
                approval_id=last.pk,
                version=last.version,
                files=files,
                summary=summary or None,
                at=at,
            )
        else:
            approval = draft_approval(
                viewer=viewer,
                route_key=cycle.route_key,
                context=context,
                title=cycle.title,
                department_id=cycle.department_id,
                summary=summary,
                files=files,
                at=at,
            )
        record(viewer, PUT_UP, cycle, fields={"approval": [None, str(approval.pk)]})
    return approval


def publish_cycle(
    *,
    viewer: Viewer,
    cycle_id: int,
    version: int,
    public_from: datetime.datetime | None = None,
    at: datetime.datetime | None = None,
) -> Cycle:
    """Publish a cycle: every accepted sheet becomes an edition for good, and the cycle is locked.

    ``public_from``: from when everybody may read it (a moment to come is an embargo); None: not yet, see
    :func:`jichi.evaluation.services.cycles.switch_stage`.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Conflict; Invalid: naming the sheets that are not accepted, the
        indicators that are not graded or were graded under a rule that holds no more, or the approval that is
        missing.
    """
    with act(viewer, PUBLISH, cycle_of(cycle_id)):
        cycle = locked_cycle(cycle_id)
        require_version(cycle, version)
        require_open(cycle)
        # Held, so that none is sent back between being looked at and the cycle being locked.
        list(Sheet.objects.filter(cycle=cycle).order_by("pk").select_for_update().values_list("pk"))
        if problems := missing_for_publication(viewer, cycle):
            raise Invalid({"": problems})
        moment = at or timezone.now()
        cycle.public_from = public_from
        accepted = Sheet.objects.filter(cycle=cycle, state=SheetState.ACCEPTED)
        sheets = list(accepted.select_related("answer_set").order_by("pk"))
        made = _keep(viewer, cycle, sheets, EditionKind.PUBLISHED, moment)
        cycle.state, cycle.published_at = CycleState.PUBLISHED, moment
        cycle.version += 1
        cycle.save(update_fields=["state", "published_at", "public_from", "version"])
        fields = {
            "state": [CycleState.OPEN, CycleState.PUBLISHED],
            "public_from": [None, public_from.isoformat() if public_from is not None else None],
            "editions": [0, len(made)],
        }
        ids = [row.sheet_id for row in made]
        record(viewer, PUBLISH, cycle, fields=fields, count=max(1, len(ids)), digest=digest_of(ids))
    return cycle


def missing_for_publication(viewer: Viewer, cycle: Cycle) -> list[str]:
    """What an open cycle still needs before it can be published, as sentences; empty: nothing.

    Raises:
        NotAllowed: for a viewer who does not publish.
    """
    viewer.require(PUBLISH, cycle)
    return [*missing_for_approval(viewer, cycle), *_undecided(cycle)]


def missing_for_approval(viewer: Viewer, cycle: Cycle) -> list[str]:
    """What is still missing before the publication of a cycle can be put up for approval, in sentences."""
    return [*_open_sheets(cycle), *_ungraded(viewer, cycle)]


def _open_sheets(cycle: Cycle) -> list[str]:
    rows = Sheet.objects.filter(cycle=cycle)
    left = rows.exclude(state__in=[SheetState.ACCEPTED, SheetState.WITHDRAWN]).order_by("node__code")
    codes = list(left.values_list("node__code", flat=True))
    if codes:
        text = ngettext(
            "%(count)d sheet is neither accepted nor taken out: %(which)s.",
            "%(count)d sheets are neither accepted nor taken out: %(which)s.",
            len(codes),
        )
        return [text % {"count": len(codes), "which": named(codes)}]
    if not rows.filter(state=SheetState.ACCEPTED).exists():
        return [_("No sheet is accepted; there is nothing to publish.")]
    return []


def _ungraded(viewer: Viewer, cycle: Cycle) -> list[str]:
    rule = grading_of(cycle.rule) if cycle.rule is not None else None
    if cycle.rule is None or rule is None:
        return []
    if (newer := superseded(cycle)) is not None:
        text = _("%(rule)s version %(old)d was superseded by version %(new)d. Grade the indicators anew.")
        words = {"rule": cycle.rule.rule_set.title, "old": cycle.rule.number, "new": newer.number}
        return [text % words]
    standing = {
        (row.placement_id, row.series_id): row.rule_id
        for row in Grade.objects.filter(cycle=cycle).order_by("revision")
    }
    left: dict[bool, set[str]] = {True: set(), False: set()}
    for one in cases_of(viewer, cycle, rule):
        made = standing.get((one.placement.pk, one.series.pk))
        if made != cycle.rule_id:
            left[made is None].add(one.placement.indicator.name)
    found = []
    if left[True]:
        text = _("Not graded yet: %(which)s. Grade the indicators first.")
        found.append(text % {"which": named(sorted(left[True]))})
    if left[False]:
        text = _("Graded under another rule than the evaluation's: %(which)s. Grade the indicators anew.")
        found.append(text % {"which": named(sorted(left[False]))})
    return found


def _undecided(cycle: Cycle) -> list[str]:
    """What is wrong with the approval: a decision holds for what was put up, along the route in force now."""
    if not cycle.route_key:
        return []
    approval = standing_of(approval_context(cycle))
    if approval is None or approval.state != Approval.State.DECIDED:
        return [_("The publication is not approved yet. Put it up for approval, or wait for the decision.")]
    if approval.route_version.route.key != cycle.route_key:
        return [_("The publication was approved along another route. Put it up for approval again.")]
    if changed := _changed_since(cycle, approval.submitted_at):
        text = _("Changed since the publication was put up for approval: %(which)s. Put it up again.")
        return [text % {"which": named(changed)}]
    return []


def _changed_since(cycle: Cycle, moment: datetime.datetime) -> list[str]:
    """What was accepted, taken out or graded after ``moment``, by code."""
    rows = Sheet.objects.filter(cycle=cycle)
    moved = rows.filter(
        Q(state=SheetState.ACCEPTED, accepted_at__gt=moment)
        | Q(state=SheetState.WITHDRAWN, moved_at__gt=moment)
    )
    graded = Grade.objects.filter(cycle=cycle, made_at__gt=moment)
    codes = {*moved.values_list("node__code", flat=True)}
    return sorted(codes | {*graded.values_list("placement__node__code", flat=True)})


def approval_context(cycle: Cycle) -> str:
    """By what the office room knows the publication of a cycle."""
    return f"evaluation.cycle:{cycle.pk}"


def named(texts: Sequence[str]) -> str:
    """The first few of several, and that there are more."""
    return _(", ").join(texts[:NAMED]) + (" …" if len(texts) > NAMED else "")


def _keep(
    viewer: Viewer, cycle: Cycle, sheets: Sequence[Sheet], kind: str, moment: datetime.datetime
) -> list[SheetEdition]:
    contents = content_of_sheets(cycle, sheets, moment)
    standing = newest_digests(sheets, kind) if kind == EditionKind.DRAFT else {}
    fresh = {pk: one for pk, one in contents.items() if digest_of_content(one) != standing.get(pk)}
    return SheetEdition.objects.bulk_create(
        editions(viewer, [one for one in sheets if one.pk in fresh], fresh, kind, moment), batch_size=50
    )


def editions(
    viewer: Viewer,
    sheets: Iterable[Sheet],
    contents: dict[int, Content],
    kind: str,
    moment: datetime.datetime,
    reason: str = "",
) -> list[SheetEdition]:
    """The next edition of each sheet, not yet written."""
    assert viewer.actor is not None
    listed = list(sheets)
    counted = SheetEdition.objects.filter(sheet__in=listed).values_list("sheet").annotate(last=Max("number"))
    numbers: dict[int, int] = dict(counted)
    revisions = standing_revisions(listed)
    return [
        SheetEdition(
            sheet=sheet,
            number=numbers.get(sheet.pk, 0) + 1,
            kind=kind,
            revision=revisions[sheet.pk],
            content=contents[sheet.pk],
            digest=digest_of_content(contents[sheet.pk]),
            reason=reason,
            made_by=viewer.actor,
            made_at=moment,
        )
        for sheet in listed
    ]


def newest_digests(sheets: Iterable[Sheet], kind: str) -> dict[int, str]:
    """The digest of the newest edition of a kind, by sheet id."""
    rows = SheetEdition.objects.filter(sheet__in=list(sheets), kind=kind).order_by("number")
    return dict(rows.values_list("sheet", "digest"))
