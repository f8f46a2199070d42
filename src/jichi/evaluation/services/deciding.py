"""What a person decided where Jichi had proposed a judgement: the same, or another one with its reason."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.evaluation.models import Proposal, ProposalDecision, Sheet
from jichi.sheets.models import AnswerRevision


def newest_proposals(sheet: Sheet) -> dict[str, Proposal]:
    """The proposals that stand for a sheet, by the field of the answer: the newest of each."""
    return {row.field: row for row in Proposal.objects.filter(sheet=sheet).order_by("field", "number")}


def decide(
    *,
    viewer: Viewer,
    sheet: Sheet,
    revision: AnswerRevision,
    reasons: Mapping[str, str],
    at: datetime.datetime | None = None,
) -> list[ProposalDecision]:
    """Keep, inside an act, what the answers of ``revision`` decide about the proposals of the sheet.

    Raises:
        Invalid: at each field that was decided otherwise without a reason.
    """
    if sheet.cycle.proposals_id is None:
        return []
    assert viewer.actor is not None
    found, wrong = [], {}
    for field, proposal in newest_proposals(sheet).items():
        value = _plain(revision.values.get(field))
        if not value:
            continue
        agrees, reason = value == proposal.value, reasons.get(field, "").strip()
        if not agrees and not reason:
            wrong[field] = [_("Jichi proposed something else. Say why you decide differently.")]
        found.append(
            ProposalDecision(
                proposal=proposal,
                value=value,
                agrees=agrees,
                reason="" if agrees else reason,
                revision=revision.number,
                by=viewer.actor,
                at=at or timezone.now(),
            )
        )
    if wrong:
        raise Invalid(wrong)
    known = ProposalDecision.objects.filter(
        proposal__in=[row.proposal_id for row in found], revision=revision.number
    )
    decided = set(known.values_list("proposal_id", flat=True))
    return ProposalDecision.objects.bulk_create([row for row in found if row.proposal_id not in decided])


def _plain(value: Any) -> str:
    return "" if value is None or isinstance(value, (list, bool)) else str(value)[:40]
