"""Arguments of this room's routes for the permission matrix."""

from __future__ import annotations

import uuid
from typing import Any

from jichi.city.models import AuditEntry, Department
from jichi.city.viewers import system_viewer
from jichi.office.models import Approval, ApprovalFile
from jichi.office.outbox import post

from .putting import STEPS, load, put_up


def approval(owner: Department | None) -> dict[str, Any]:
    """One of the owner's, with a step of an approver, so that each role has to do with it."""
    load([STEPS[2] | {"deputies": []}], key="matrix")
    context = f"matrix:{owner.pk if owner is not None else 0}"
    row = Approval.objects.filter(context=context).first()
    if row is None:
        row = put_up(system_viewer("demo"), owner, route_key="matrix", context=context)
    return {"pk": row.pk}


def file(owner: Department | None) -> dict[str, Any]:
    found = approval(owner)
    return found | {"file_pk": ApprovalFile.objects.filter(approval=found["pk"]).first().pk}


def message(owner: Department | None) -> dict[str, Any]:
    entry = AuditEntry.objects.create(act_id=uuid.uuid4(), act="a.b:c", actor=uuid.uuid4())
    row = post(
        viewer=system_viewer("demo"),
        entry=entry,
        to="somebody@example.jp",
        subject="見本",
        body="見本",
        language="ja",
        context="matrix",
    )
    return {"pk": row.pk}


ADDRESSES = {
    "staff-outbox-again": message,
    "staff-approval": approval,
    "staff-approval-file": file,
    "staff-approval-pass": approval,
    "staff-approval-send-back": approval,
    "staff-approval-resubmit": approval,
    "staff-approval-withdraw": approval,
    "staff-approval-packet": approval,
    "staff-approval-register": approval,
}
