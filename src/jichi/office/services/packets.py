"""The draft packet as one file for the city's document management system."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, record
from jichi.office.actions import TAKE_PACKET
from jichi.office.models import Approval, ApprovalEvent, ApprovalFile, ApprovalStep
from jichi.office.queries import approval_for, steps_of

from .packing import FORMAT, zipped
from .rows import State, happened, locked


def take_packet(*, viewer: Viewer, approval_id: uuid.UUID) -> tuple[str, bytes]:
    """The name and the bytes of one zip: ``packet.json`` (schema jichi-packet/1) and the files of the round.

    It can be taken while the approval is on its way and after the decision, as often as wanted; the same
    state gives the same bytes. The office that puts it up stands in it, no person's name.

    Raises:
        NotAllowed, Approval.DoesNotExist; Invalid: where it was sent back or withdrawn.
    """
    with act(viewer, TAKE_PACKET, approval_for(viewer, approval_id)):
        approval = locked(approval_id)
        if approval.state not in {State.RUNNING, State.DECIDED}:
            text = _("Only what is on its way or decided goes out; this was sent back or withdrawn.")
            raise Invalid({"": [text]})
        files = list(ApprovalFile.objects.filter(approval=approval, round=approval.round).order_by("pk"))
        head = _head(approval, steps_of(viewer, approval), files)
        packet = zipped(head, ((one.name, bytes(one.content)) for one in files))
        if approval.packet_round != approval.round:
            now = timezone.now()
            approval.packet_round, approval.packet_taken_at = approval.round, now
            approval.save(update_fields=["packet_round", "packet_taken_at"])
            happened(viewer, approval, ApprovalEvent.Kind.PACKET_TAKEN, at=now)
        record(viewer, TAKE_PACKET, approval, fields={"round": [None, approval.round]})
    return f"packet-{approval.pk}-{approval.round}.zip", packet


def _head(approval: Approval, steps: list[ApprovalStep], files: list[ApprovalFile]) -> dict[str, Any]:
    version = approval.route_version
    return {
        "format": FORMAT,
        "id": str(approval.pk),
        "context": approval.context,
        "title": approval.title,
        "summary": approval.summary,
        "office": approval.department.name if approval.department is not None else None,
        "drafted_on": _day(approval.drafted_at),
        "round": approval.round,
        "state": approval.state,
        "decided_on": _day(approval.decided_at),
        "route": {
            "key": version.route.key,
            "title": version.route.title,
            "version": version.number,
            "digest": version.digest,
            "source": version.source,
            "confirmed": version.confirmed,
        },
        "steps": [_step(one) for one in steps],
        "files": [
            {
                "name": f"files/{one.name}",
                "media_type": one.media_type,
                "size": one.size,
                "sha256": one.sha256,
            }
            for one in files
        ],
    }


def _step(step: ApprovalStep) -> dict[str, Any]:
    return {
        "order": step.order,
        "kind": step.kind,
        "title": step.titles.get("ja", ""),
        "role": step.role,
        "office": step.department.name if step.department is not None else None,
        "state": step.state,
        "on": _day(step.acted_at),
        "behalf_reason": step.behalf_reason,
        "comment": step.comment,
    }


def _day(moment: datetime.datetime | None) -> str | None:
    return timezone.localdate(moment).isoformat() if moment is not None else None
