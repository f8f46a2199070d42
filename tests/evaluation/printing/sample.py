"""A small form of a project sheet, contents of editions, and cycles with such editions, made directly."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from typing import Any

from django.utils import timezone

from jichi.city.models import Department
from jichi.evaluation.models import Cycle, Sheet, SheetEdition
from jichi.plan.models import Level, Node, Plan
from jichi.sheets.models import AnswerRevision, AnswerSet, Form, FormVersion
from jichi.sheets.parsing import digest_of_definition, parse_definition


def _t(text: str) -> dict[str, str]:
    return {"ja": text, "en": f"{text} (en)"}


def _choices(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"key": key, "label": _t(label)} for key, label in pairs]


DEFINITION: dict[str, Any] = {
    "title": _t("事務事業評価シート"),
    "parts": [
        {
            "key": "judged",
            "title": _t("達成度"),
            "fields": [
                {
                    "key": "accomplishment",
                    "label": _t("達成度の判定"),
                    "type": "choice",
                    "choices": _choices(
                        ("1", "1 大きく上回った"), ("3", "3 目標どおり"), ("4", "4 下回った")
                    ),
                },
                {"key": "accomplishment_reason", "label": _t("理由"), "type": "long_text"},
                {"key": "purpose", "label": _t("目的"), "type": "text"},
                {
                    "key": "direction",
                    "label": _t("今後の方向性"),
                    "type": "choice",
                    "choices": _choices(("1", "Ⅰ 現状のまま"), ("2", "Ⅱ 改善")),
                },
            ],
        },
        {
            "key": "costs",
            "title": _t("費用"),
            "rows": {
                "fixed": [
                    {"key": "estimate", "label": _t("予算額")},
                    {"key": "settled", "label": _t("決算額")},
                ]
            },
            "fields": [
                {"key": "project_cost", "label": _t("事業費"), "type": "integer", "unit": _t("千円")},
                {"key": "personnel", "label": _t("人件費"), "type": "integer", "unit": _t("千円")},
                {
                    "key": "total",
                    "label": _t("総コスト"),
                    "type": "computed",
                    "formula": "project_cost + personnel",
                    "unit": _t("千円"),
                },
            ],
        },
        {
            "key": "results",
            "title": _t("取組"),
            "rows": {"most": 5},
            "fields": [
                {"key": "planned", "label": _t("計画"), "type": "text"},
                {"key": "done", "label": _t("実績"), "type": "long_text"},
            ],
        },
    ],
}

FORM = parse_definition(DEFINITION)
PAST = datetime.datetime(2026, 8, 1, tzinfo=datetime.UTC)
DIGEST = digest_of_definition(DEFINITION)

VALUES: dict[str, Any] = {
    "accomplishment": "3",
    "accomplishment_reason": "参加者が目標に届いた。",
    "purpose": "居場所を増やす",
    "direction": "2",
    "project_cost.estimate": "12000",
    "personnel.estimate": "8000",
    "total.estimate": "20000",
    "project_cost.settled": "11800",
    "planned.1": "居場所を二つ開く",
    "done.1": "居場所を三つ開いた",
}


def content(
    code: str = "M-1-01", year: int = 2025, name: str = "居場所づくり", **values: Any
) -> dict[str, Any]:
    """An edition's content as :mod:`jichi.evaluation.content` describes it."""
    return {
        "format": "jichi-sheet/1",
        "kind": "project",
        "cycle": {"title": f"{year}年度の評価", "fiscal_year": year, "kind": "yearly", "key": "small"},
        "node": {
            "code": code,
            "name": name,
            "path": [{"level": "施策", "code": "M-1", "name": "つながり"}],
            "department": "地域づくり課",
            "ward": "",
        },
        "form": {"key": "hyoka", "number": 1, "digest": DIGEST},
        "values": {**VALUES, **values},
        "grades": [],
        "numbers": [],
        "finance": [],
        "projects": [],
    }


def plan() -> Plan:
    """A plan of one measure."""
    row, made = Plan.objects.get_or_create(
        key="small",
        defaults={
            "name": "小さな計画",
            "first_year": 2024,
            "last_year": 2027,
            "published_at": timezone.now(),
        },
    )
    if made:
        branch = Level.objects.create(plan=row, depth=0, key="measure", name="施策", kind="branch")
        Level.objects.create(plan=row, depth=1, key="project", name="事務事業", kind="project")
        Node.objects.create(plan=row, level=branch, code="M-1", order=1, name="つながり")
    return row


def cycle(
    year: int = 2025,
    sheets: int = 3,
    kind: str = "published",
    owner: Department | None = None,
    **changes: Any,
) -> Cycle:
    """A published cycle with one edition for each sheet; ``changes`` are columns of the cycle."""
    actor = uuid.uuid4()
    due = datetime.date(year + 1, 6, 30)
    now = timezone.now()
    row = Cycle.objects.create(
        plan=plan(),
        fiscal_year=year,
        title=f"{year}年度の評価",
        due_department=due,
        due_section=due,
        due_bureau=due,
        due_planning=due,
        created_by=actor,
        state="open",
        opened_at=now,
    )
    for number in range(1, sheets + 1):
        add_edition(row, number, kind=kind, owner=owner)
    Cycle.objects.filter(pk=row.pk).update(
        **({"state": "published", "published_at": now} if changes.get("state") != "open" else {}), **changes
    )
    row.refresh_from_db()
    return row


def add_edition(
    row: Cycle,
    number: int,
    *,
    kind: str = "published",
    reason: str = "",
    owner: Department | None = None,
    **values: Any,
) -> None:
    """The next edition of a cycle's sheet, which is made where it is not there yet."""
    form, _made = Form.objects.get_or_create(key="hyoka", defaults={"room": "evaluation", "title": "評価"})
    version, _made = FormVersion.objects.get_or_create(
        form=form, number=1, defaults={"definition": DEFINITION, "digest": DIGEST}
    )
    code = f"M-1-{number:02}"
    level = Level.objects.get(plan=row.plan, kind="project")
    parent = Node.objects.get(plan=row.plan, code="M-1")
    node, _made = Node.objects.get_or_create(
        plan=row.plan,
        code=code,
        defaults={"level": level, "parent": parent, "order": number, "name": f"事業{number}"},
    )
    actor, now = uuid.uuid4(), timezone.now()
    sheet = Sheet.objects.filter(cycle=row, node=node).first()
    if sheet is None:
        answers = AnswerSet.objects.create(form_version=version, context=f"test:{row.pk}:{code}", revision=1)
        sheet = Sheet.objects.create(
            cycle=row,
            node=node,
            kind="project",
            department=owner,
            answer_set=answers,
        )
        AnswerRevision.objects.create(
            answer_set=answers,
            number=1,
            form_version=version,
            values={},
            raw={},
            channel="page",
            entered_by=actor,
        )
        Sheet.objects.filter(pk=sheet.pk).update(
            state="accepted", handed_in_at=now, handed_in_by=actor, accepted_at=now, accepted_revision=1
        )
    revision = sheet.answer_set.revisions.get()
    held = content(code, row.fiscal_year, node.name, **values)
    SheetEdition.objects.create(
        sheet=sheet,
        number=sheet.editions.count() + 1,
        kind=kind,
        revision=revision,
        content=held,
        digest=hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest(),
        reason=reason,
        made_by=actor,
    )


def published(owner: Department | None = None) -> Cycle:
    """A cycle that committee, council and public may see; ``owner`` has its sheets. One for each owner."""
    year = 2025 if owner is None else 2030 + owner.pk % 100
    found = Cycle.objects.filter(plan__key="small", fiscal_year=year).first()
    if found is not None:
        return found
    row = cycle(year, kind="draft", sheets=1, owner=owner, state="open", committee_from=PAST)
    add_edition(row, 1)
    Cycle.objects.filter(pk=row.pk).update(
        state="published", published_at=PAST, council_from=PAST, public_from=PAST
    )
    row.refresh_from_db()
    return row
