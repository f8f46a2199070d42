"""Published evaluations of a fictitious city, of any size, for the tests of the public pages.

The rows are written as the services leave them, step by step, so that the triggers hold: open, answered,
accepted, kept as an edition, published.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

import jichi
from jichi.city.models import Department, Ward
from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Cycle, CycleForm, Grade, Sheet, SheetEdition
from jichi.evaluation.models.rules import RuleSet, RuleSetVersion
from jichi.methods.paths import Comparator
from jichi.plan.models import Node, Placement, Plan
from jichi.plan.services import apply_document
from jichi.sheets.models import AnswerRevision, AnswerSet, FormVersion
from jichi.sheets.services import create_form

WHO = uuid.UUID(int=7)
PLAN = "mihon-r"
Answers = Mapping[str, Any]

GOOD: dict[str, Any] = {
    "accomplishment": "3",
    "accomplishment_reason": "相談は前の年と同じくらい続いた。",
    "contribution": "B",
    "direction": "2",
    "needs": "a",
    "needs_reason": "問い合わせが増えている。",
    "planned.1": "相談窓口の運営",
    "done.1": "週3回開いた",
    "result_state.1": "less",
    "number_name.1": "相談",
    "number_unit.1": "件",
    "number_target.1": "24",
    "project_cost.estimate": "1200",
    "project_cost.settled": "1100",
    "personnel.estimate": "800",
    "personnel.settled": "790",
    "total.estimate": "2000",
    "total.settled": "1890",
}


@cache
def _form(name: str) -> dict[str, Any]:
    path = Path(jichi.__file__).parent / "packs/mihon/forms" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def form(name: str = "hyoka-jigyo") -> FormVersion:
    """The sample city's form, in its newest version."""
    found = FormVersion.objects.filter(form__key=name).order_by("-number").first()
    if found is None:
        definition = _form(name)["definition"]
        create_form(viewer=system_viewer("demo"), key=name, room="evaluation", definition=definition)
        found = FormVersion.objects.get(form__key=name)
    return found


def _node(code: str, level: str, parent: str | None, order: int, name: str) -> dict[str, Any]:
    return {
        "code": code,
        "level": level,
        "name": name,
        "parent": parent,
        "order": order,
        "summary": "",
        "source_text": "",
        "statements": [],
        "department": None,
        "documents": [],
    }


def _indicator() -> dict[str, Any]:
    def point(role: str, year: int, value: float, comparator: str = "none") -> dict[str, Any]:
        return {
            "role": role,
            "fiscal_year": year,
            "as_of": None,
            "value": value,
            "decimals": 1,
            "comparator": comparator,
            "period": 1 if role == "target" else None,
            "printed": "",
            "note": "",
        }

    return {
        "key": "mihon-r-i1",
        "node": "1-1",
        "name": "支え合いの割合",
        "kind": "outcome",
        "source": "見本市調べ",
        "unit": "%",
        "comparator": "ge",
        "decimals": 1,
        "definition": "",
        "note": "",
        "series": [
            {
                "key": "",
                "name": "",
                "points": [point("current", 2021, 16.9), point("target", 2025, 25.0, "ge")],
            }
        ],
    }


def plan(projects: int = 3) -> Plan:
    """A published plan: one policy, two measures and projects in them, those of even number a ward's."""
    found = Plan.objects.filter(key=PLAN).first()
    if found is not None:
        return found
    nodes = [
        _node("1", "policy", None, 1, "支え合う"),
        _node("1-1", "measure", "1", 1, "となり近所"),
        _node("1-2", "measure", "1", 2, "こどもの声"),
        *(
            _node(f"1-{1 + n % 2}-{n:03d}", "project", f"1-{1 + n % 2}", n, f"見本の事業{n}")
            for n in range(1, projects + 1)
        ),
    ]
    document = {
        "format": "jichi-plan/1",
        "plan": {
            "key": PLAN,
            "name": "見本の計画",
            "language": "ja",
            "first_year": 2022,
            "last_year": 2025,
            "adopted_on": "2022-03-20",
            "scope_note": "",
            "source": {"title": "見本の計画", "publisher": "見本市", "published_on": None, "url": ""},
            "levels": [
                {"key": "policy", "name": "政策", "kind": "branch"},
                {"key": "measure", "name": "施策", "kind": "branch"},
                {"key": "project", "name": "事業", "kind": "project"},
            ],
            "periods": [{"number": 1, "name": "第1期", "first_year": 2022, "last_year": 2025}],
        },
        "nodes": nodes,
        "indicators": [_indicator()],
        "projects": [],
        "documents": [],
        "schemes": [],
        "not_held": [],
    }
    applied = apply_document(viewer=system_viewer("pack-loader"), document=document, publish=True).plan
    _offices(applied)
    return applied


def _offices(found: Plan) -> None:
    ward = Ward.objects.get_or_create(
        key="asahi", defaults={"code": "991101", "name": "あさひ野区", "order": 1}
    )[0]
    section = Department.objects.get_or_create(
        key="kyodo", defaults={"name": "協働推進課", "kind": "section"}
    )[0]
    of_ward = Department.objects.get_or_create(
        key="asahi-office", defaults={"name": "あさひ野区役所", "kind": "ward_office", "ward": ward}
    )[0]
    for node in Node.objects.filter(plan=found):
        is_ward = node.code.count("-") == 2 and int(node.code[-3:]) % 2 == 0
        Node.objects.filter(pk=node.pk).update(department=of_ward if is_ward else section)


def rule() -> RuleSetVersion:
    """A rule for grades that nobody has confirmed."""
    one = RuleSet.objects.get_or_create(key="mihon-r", defaults={"title": "見本市の規則"})[0]
    from_pack = json.loads(
        (Path(jichi.__file__).parent / "packs/mihon/rules/mihon.json").read_text(encoding="utf-8")
    )
    return RuleSetVersion.objects.get_or_create(
        rule_set=one,
        number=1,
        defaults={
            "definition": from_pack["versions"][0],
            "digest": "a" * 64,
            "in_force_from": "2020-04-01",
            "known_from": "2020-04-01",
        },
    )[0]


def cycle(
    year: int = 2025,
    *,
    answers: Mapping[str, Answers] | None = None,
    kind: str = "yearly",
    public_from: datetime.datetime | str | None = "now",
    publish: bool = True,
    drafts: Mapping[str, Answers] | None = None,
    withdrawn: Mapping[str, str] | None = None,
    graded: bool = False,
    **facts: Any,
) -> Cycle:
    """An evaluation with a sheet for each node, published (or left open). ``answers`` by code, over ``GOOD``."""
    of_plan = Plan.objects.get(key=PLAN)
    names = {"project": "hyoka-jigyo", "measure": "hyoka-shisaku"}
    sheet_kind = "project" if kind == "yearly" else "measure"
    version = form(names[sheet_kind])
    moment = timezone.now() - datetime.timedelta(days=30)
    made = Cycle.objects.create(
        plan=of_plan,
        fiscal_year=year,
        kind=kind,
        title=f"{year}年度の評価",
        state="open",
        opened_at=moment,
        rule=rule(),
        due_department="2026-05-10",
        due_section="2026-05-20",
        due_bureau="2026-05-30",
        due_planning="2026-06-10",
        created_by=WHO,
        is_sample=True,
        **facts,
    )
    CycleForm.objects.create(cycle=made, sheet_kind=sheet_kind, form_version=version)
    nodes = Node.objects.filter(plan=of_plan, level__key=sheet_kind).select_related(
        "parent", "department__ward"
    )
    if graded:
        _grades(made)
    for node in nodes.order_by("code"):
        values = {**(GOOD if kind == "yearly" else {"progress": "B"}), **(answers or {}).get(node.code, {})}
        values = {key: value for key, value in values.items() if value is not None}
        draft = {**values, **(drafts or {}).get(node.code, {})} if drafts else None
        _sheet(made, node, version, sheet_kind, values, draft, (withdrawn or {}).get(node.code, ""))
    if publish:
        opened = timezone.now() - datetime.timedelta(hours=1) if public_from == "now" else public_from
        Cycle.objects.filter(pk=made.pk).update(
            state="published", published_at=moment, public_from=opened, version=2
        )
        made.refresh_from_db()
    return made


def _sheet(
    made: Cycle, node: Node, version: FormVersion, kind: str, values: Answers, draft: Answers | None, why: str
) -> None:
    moment = timezone.now() - datetime.timedelta(days=20)
    answers = AnswerSet.objects.create(form_version=version, context=f"evaluation.sheet:{made.pk}-{node.pk}")
    facts = {"state": "withdrawn", "reason": why} if why else {}
    sheet = Sheet.objects.create(
        cycle=made, node=node, kind=kind, department=node.department, answer_set=answers, **facts
    )
    if why:
        return
    revision = AnswerRevision.objects.create(
        answer_set=answers,
        number=1,
        form_version=version,
        values=dict(values),
        raw={},
        channel="page",
        entered_by=WHO,
    )
    Sheet.objects.filter(pk=sheet.pk).update(
        state="accepted", handed_in_at=moment, handed_in_by=WHO, accepted_at=moment, accepted_revision=1
    )
    if draft is not None:
        edition(sheet, "draft", draft, revision)
    edition(sheet, "published", values, revision)


def late_sheet(cycle: Cycle, node: Node, values: Answers | None = None) -> Sheet:
    """One more sheet in an evaluation that is published already: accepted at once, and kept as published."""
    version = form("hyoka-jigyo")
    moment = timezone.now()
    answers = AnswerSet.objects.create(form_version=version, context=f"evaluation.sheet:{cycle.pk}-{node.pk}")
    revision = AnswerRevision.objects.create(
        answer_set=answers,
        number=1,
        form_version=version,
        values=dict(values or GOOD),
        raw={},
        channel="import",
        entered_by=WHO,
    )
    sheet = Sheet.objects.create(
        cycle=cycle,
        node=node,
        kind="project",
        department=node.department,
        answer_set=answers,
        state="accepted",
        handed_in_at=moment,
        handed_in_by=WHO,
        accepted_at=moment,
        accepted_revision=1,
    )
    edition(sheet, "published", values or GOOD, revision)
    return sheet


def edition(
    sheet: Sheet, kind: str, values: Answers, revision: AnswerRevision | None = None, reason: str = ""
) -> SheetEdition:
    """The next edition of a sheet with these answers."""
    sheet = Sheet.objects.select_related("cycle__plan", "node__parent__level", "department__ward").get(
        pk=sheet.pk
    )
    of = revision or AnswerRevision.objects.get(answer_set=sheet.answer_set, number=1)
    content = _content(sheet, of.form_version, values)
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return SheetEdition.objects.create(
        sheet=sheet,
        number=sheet.editions.count() + 1,
        kind=kind,
        revision=of,
        content=content,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        reason=reason,
        made_by=WHO,
    )


def _content(sheet: Sheet, version: FormVersion, values: Answers) -> dict[str, Any]:
    office, node = sheet.department, sheet.node
    grades = Grade.objects.filter(cycle=sheet.cycle, placement__node=node).select_related("rule__rule_set")
    return {
        "format": "jichi-sheet/1",
        "kind": sheet.kind,
        "cycle": {
            "title": sheet.cycle.title,
            "fiscal_year": sheet.cycle.fiscal_year,
            "kind": sheet.cycle.kind,
            "key": sheet.cycle.plan.key,
        },
        "node": {
            "code": node.code,
            "name": node.name,
            "path": [{"level": node.parent.level.name, "code": node.parent.code, "name": node.parent.name}]
            if node.parent
            else [],
            "department": office.name if office else "",
            "ward": office.ward.name if office and office.ward else "",
        },
        "form": {"key": version.form.key, "number": version.number, "digest": version.digest},
        "values": dict(values),
        "grades": [
            {
                "indicator": "支え合いの割合",
                "indicator_key": "mihon-r-i1",
                "series": "",
                "unit": "%",
                "decimals": 1,
                "comparator": "ge",
                "grade": one.grade,
                "cause": one.cause,
                "case": one.case,
                "steps": one.steps,
                "beside": one.beside,
                "rule": {
                    "key": one.rule.rule_set.key,
                    "number": 1,
                    "title": "見本市の規則",
                    "confirmed": False,
                },
            }
            for one in grades
        ],
        "numbers": [
            {
                "name": "相談",
                "unit": "件",
                "comparator": "ge",
                "decimals": 0,
                "target": "24",
                "actual": values.get("number_actual.1"),
                "note": "",
            }
        ],
        "finance": [],
        "projects": [],
    }


def _grades(made: Cycle) -> None:
    """One series that cannot be judged: its survey was not run."""
    placement = Placement.objects.get(node__plan__key=PLAN)
    Grade.objects.create(
        cycle=made,
        placement=placement,
        series=placement.indicator.series.get(),
        rule=made.rule,
        cause="survey_not_run",
        case={
            "year": made.fiscal_year,
            "value": None,
            "value_year": None,
            "target": "25.0",
            "target_year": 2025,
            "target_decimals": 1,
            "start": "16.9",
            "start_year": 2021,
            "start_decimals": 1,
            "comparator": str(Comparator.GE),
            "sign": 1,
            "decimals": 1,
            "unit": {"ja": "%"},
        },
        made_by=WHO,
    )
