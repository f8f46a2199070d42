"""Small forms, a plan with its offices, and a cycle on its way, for the tests of this part."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.services import checking, cycles, filling, opening
from jichi.plan.models import Node, Plan
from jichi.sheets.definition import Address
from jichi.sheets.models import FormVersion
from jichi.sheets.services import create_form

PROJECT: dict[str, Any] = {
    "title": {"ja": "事務事業評価シート"},
    "parts": [
        {
            "key": "judgement",
            "title": {"ja": "評価"},
            "fields": [
                {"key": "accomplishment", "label": {"ja": "達成度"}, "type": "text", "required": True},
                {"key": "accomplishment_reason", "label": {"ja": "理由"}, "type": "long_text"},
            ],
        },
        {
            "key": "results",
            "title": {"ja": "取組の結果"},
            "rows": {"most": 10},
            "fields": [
                {"key": "planned", "label": {"ja": "計画"}, "type": "text"},
                {"key": "done", "label": {"ja": "実績"}, "type": "text"},
                {
                    "key": "result_state",
                    "label": {"ja": "結果"},
                    "type": "choice",
                    "choices": [
                        {"key": key, "label": {"ja": label}}
                        for key, label in (
                            ("as_planned", "計画どおり"),
                            ("more", "上回った"),
                            ("less", "下回った"),
                            ("not_done", "未実施"),
                        )
                    ],
                },
            ],
        },
        {
            "key": "numbers",
            "title": {"ja": "活動の数値"},
            "rows": {"most": 10},
            "fields": [
                {"key": "number_name", "label": {"ja": "名称"}, "type": "text"},
                {"key": "number_unit", "label": {"ja": "単位"}, "type": "text"},
                {"key": "number_target", "label": {"ja": "目標"}, "type": "decimal", "decimals": 2},
                {"key": "number_actual", "label": {"ja": "実績値"}, "type": "decimal", "decimals": 2},
            ],
        },
        {
            "key": "costs",
            "title": {"ja": "事業費"},
            "rows": {
                "fixed": [
                    {"key": "estimate", "label": {"ja": "予算額"}},
                    {"key": "settled", "label": {"ja": "決算額"}},
                ]
            },
            "fields": [
                {"key": key, "label": {"ja": name}, "type": "integer", "unit": {"ja": "千円"}}
                for key, name in (
                    ("project_cost", "事業費"),
                    ("national", "国庫支出金"),
                    ("bonds", "市債"),
                    ("other", "その他特財"),
                    ("general", "一般財源"),
                )
            ],
        },
    ],
}

MEASURE: dict[str, Any] = {
    "title": {"ja": "施策評価シート"},
    "parts": [
        {
            "key": "judgement",
            "title": {"ja": "評価"},
            "fields": [{"key": "progress", "label": {"ja": "進捗状況"}, "type": "text", "required": True}],
        }
    ],
}

FORMS = {"hyoka-jigyo": PROJECT, "hyoka-shisaku": MEASURE}


def forms() -> None:
    """The forms that a cycle follows."""
    for key, definition in FORMS.items():
        if not FormVersion.objects.filter(form__key=key).exists():
            create_form(viewer=system_viewer("demo"), key=key, room="evaluation", definition=definition)


def office(
    key: str, name: str, kind: str = "section", parent: Department | None = None, **more: Any
) -> Department:
    return Department.objects.create(key=key, name=name, kind=kind, parent=parent, **more)


def belonging(plan: Plan, offices: Mapping[str, Department]) -> None:
    """Give nodes of a plan, by code, to offices."""
    for code, one in offices.items():
        assert Node.objects.filter(plan=plan, code=code).update(department=one) == 1


DUES = {
    "due_department": datetime.date(2099, 5, 10),
    "due_section": datetime.date(2099, 5, 20),
    "due_bureau": datetime.date(2099, 5, 30),
    "due_planning": datetime.date(2099, 6, 10),
}


def prepared(plan: Plan, year: int = 2023, kind: str = "yearly", **facts: Any) -> Cycle:
    given = {"title": f"{year}年度の評価", **DUES, **facts}
    viewer = given.pop("viewer", None) or system_viewer("demo")
    return cycles.create_cycle(viewer=viewer, plan_id=plan.pk, fiscal_year=year, kind=kind, **given)


def opened(plan: Plan, year: int = 2023, kind: str = "yearly", **facts: Any) -> Cycle:
    forms()
    row = prepared(plan, year, kind, **facts)
    return opening.open_cycle(viewer=system_viewer("demo"), cycle_id=row.pk, version=row.version)


def sheet_of(cycle: Cycle, code: str) -> Sheet:
    return Sheet.objects.select_related("answer_set", "node", "cycle", "department").get(
        cycle=cycle, node__code=code
    )


def raw(**answers: Any) -> dict[Address, str]:
    """Answers by field; a row of a part is written ``planned__1``."""
    found = {}
    for key, value in {"accomplishment": "3", **answers}.items():
        field, _, row = key.partition("__")
        if value is not None:
            found[Address(field, row)] = str(value)
    return found


def handed_in(sheet: Sheet, viewer: Any = None, **more: Any) -> Sheet:
    answers = more.pop("answers", None) or ({Address("progress"): "B"} if sheet.kind == "measure" else raw())
    sheet.answer_set.refresh_from_db()
    filling.hand_in(
        viewer=viewer or system_viewer("demo"),
        sheet_id=sheet.pk,
        raw=answers,
        version=sheet.answer_set.version,
        **more,
    )
    return sheet_of(sheet.cycle, sheet.node.code)


def passed(sheet: Sheet, viewer: Any = None) -> Sheet:
    done = checking.pass_sheets(
        viewer=viewer or system_viewer("demo"), sheet_versions={sheet.pk: sheet.version}
    )
    assert done[0].is_done, done
    return sheet_of(sheet.cycle, sheet.node.code)


def accepted(sheet: Sheet, viewer: Any = None) -> Sheet:
    done = checking.accept_sheets(
        viewer=viewer or system_viewer("demo"), sheet_versions={sheet.pk: sheet.version}
    )
    assert done[0].is_done, done
    return sheet_of(sheet.cycle, sheet.node.code)


def brought_through(cycle: Cycle, *codes: str) -> None:
    """Hand in, check and accept the sheets of the codes, or all."""
    for sheet in Sheet.objects.filter(cycle=cycle).select_related("node"):
        if not codes or sheet.node.code in codes:
            there = handed_in(sheet_of(cycle, sheet.node.code))
            while there.state != "planning":
                there = passed(there)
            accepted(there)
