"""Routes and approvals for the tests of this room."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.city.pack import Pack
from jichi.city.viewers import system_viewer
from jichi.manifest import Role
from jichi.office import services
from jichi.office.models import Approval
from jichi.office.services import PacketFile

Steps = list[dict[str, Any]]

STEPS: Steps = [
    {
        "order": 1,
        "kind": "consult",
        "role": "section_head",
        "department": "own",
        "title": {"ja": "担当課長", "en": "Section head"},
    },
    {
        "order": 2,
        "kind": "consult",
        "role": "bureau_head",
        "department": "bureau",
        "title": {"ja": "担当局長", "en": "Bureau head"},
    },
    {
        "order": 3,
        "kind": "decide",
        "role": "approver",
        "department": None,
        "title": {"ja": "市長", "en": "Mayor"},
        "deputies": [{"role": "bureau_head", "department": "bureau"}],
    },
]

PARALLEL: Steps = [
    {
        "order": 1,
        "kind": "consult",
        "role": "section_head",
        "department": "own",
        "title": {"ja": "担当課長"},
    },
    {
        "order": 1,
        "kind": "consult",
        "role": "section_head",
        "department": "bosai",
        "title": {"ja": "防災課長"},
    },
    {"order": 2, "kind": "decide", "role": "approver", "department": None, "title": {"ja": "市長"}},
]

FILES = (PacketFile("結果の案.txt", "案".encode()), PacketFile("一覧.csv", b"a,b\r\n"))


def pack_with(root: Any = None, *, key: str = "mihon") -> Pack:
    """A pack whose head is all that matters."""
    return Pack(root=root, head={"key": key, "kind": "sample", "files": {}})


def version_of(steps: Sequence[Any], **facts: Any) -> dict[str, Any]:
    """A version as a pack's file has it."""
    return {
        "in_force_from": "2020-04-01",
        "known_from": "2020-04-01",
        "source": "見本の規程",
        "confirmed": True,
        "steps": list(steps),
    } | facts


def load(
    steps: Sequence[Any] | None = None,
    *,
    key: str = "publish",
    versions: list[dict[str, Any]] | None = None,
    department: str | None = None,
) -> services.RoutesReport:
    """Load one route through the act."""
    item = {
        "key": key,
        "title": {"ja": "公表の経路", "en": "Publishing"},
        "department": department,
        "versions": versions or [version_of(STEPS if steps is None else steps)],
    }
    return services.load_routes(
        viewer=system_viewer("pack-loader"),
        pack=pack_with(),
        data={"format": "jichi-routes/1", "routes": [item]},
    )


def put_up(viewer: Viewer, department: Department | None, **facts: Any) -> Approval:
    """Something put up for approval by the viewer."""
    return services.draft_approval(
        **{
            "viewer": viewer,
            "route_key": "publish",
            "context": f"evaluation.cycle:{uuid.uuid4().hex[:6]}",
            "title": "令和7年度の評価結果の公表",
            "department_id": department.pk if department is not None else None,
            "summary": "評価結果を公表したい。",
            "files": FILES,
        }
        | facts
    )


def fresh(approval: Approval) -> Approval:
    """As it stands in the database."""
    return Approval.objects.get(pk=approval.pk)


class Holders:
    """Those who act on the route :data:`STEPS` for one department."""

    def __init__(self, viewer_as: Callable[..., Viewer], department: Department) -> None:
        self.drafter = viewer_as(Role.OFFICER, department)
        self.section_head = viewer_as(Role.SECTION_HEAD, department)
        self.bureau_head = viewer_as(Role.BUREAU_HEAD, department)
        self.approver = viewer_as(Role.APPROVER)

    def passed(self, approval: Approval, *who: Viewer) -> Approval:
        """Let them pass their steps, one after the other."""
        for viewer in who:
            services.pass_step(viewer=viewer, approval_id=approval.pk, version=fresh(approval).version)
        return fresh(approval)

    def decided(self, approval: Approval) -> Approval:
        """Let all of them pass."""
        return self.passed(approval, self.section_head, self.bureau_head, self.approver)
