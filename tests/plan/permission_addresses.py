"""Arguments of this room's staff routes for the permission matrix."""

from __future__ import annotations

import uuid
from typing import Any

from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.plan.importing import ImportResult, complete
from jichi.plan.models import Edit, Node, Plan
from jichi.plan.services import start_import

from .rich import applied, document


def _plan() -> Plan:
    return Plan.objects.filter(key="mihon-1").first() or applied()


def plan(owner: Department | None) -> dict[str, Any]:
    return {"plan_key": _plan().key}


def _node(owner: Department | None) -> Node:
    _plan()
    Node.objects.update(department=owner)
    return Node.objects.get(code="1-1-01")


def node(owner: Department | None) -> dict[str, Any]:
    return {"plan_key": "mihon-1", "code": _node(owner).code}


def row(owner: Department | None) -> dict[str, Any]:
    return {"model": "Node", "pk": _node(owner).pk}


def translated(owner: Department | None) -> dict[str, Any]:
    return {**row(owner), "language": "en"}


def run(owner: Department | None) -> dict[str, Any]:
    made = start_import(
        viewer=system_viewer("importer-cli"),
        result=ImportResult(complete(document("mihon-9")), format="json"),
        content=uuid.uuid4().bytes,
        filename="plan.json",
        plan_key="mihon-9",
    )
    return {"pk": made.pk}


def edit(owner: Department | None) -> dict[str, Any]:
    _plan()
    return {"pk": Edit.objects.latest("pk").pk}


def act(owner: Department | None) -> dict[str, Any]:
    _plan()
    return {"act_id": Edit.objects.latest("pk").act_id}


ADDRESSES = {
    "staff-plan": plan,
    "staff-plan-life": lambda owner: {**plan(owner), "act": "publish"},
    "staff-incomplete": plan,
    "staff-history": plan,
    "staff-workbook": plan,
    "staff-node": node,
    "staff-carry-over": node,
    "staff-things": lambda owner: {"kind": "indicators"},
    "staff-row": row,
    "staff-row-remove": row,
    "staff-row-new": lambda owner: {"model": "Statement", "parent": row(owner)["pk"]},
    "staff-thing-new": lambda owner: {"model": "Scheme"},
    "staff-row-translate": translated,
    "staff-undo": edit,
    "staff-undo-act": act,
    "staff-import": run,
    "staff-import-parts": run,
    "staff-import-lines": run,
    "staff-import-changes": run,
    "staff-import-end": run,
    "staff-import-cell": run,
    "staff-import-resolve": lambda owner: {**run(owner), "index": 0},
}
