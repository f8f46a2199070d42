"""A fictitious plan of any size: with ``size`` rows of everything a list page shows."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from jichi.city.viewers import system_viewer
from jichi.figures.services import Value, add_evidence, enter_values, publish_values
from jichi.plan.models import Plan, ProjectFigure, Series
from jichi.plan.services import apply_document


def grow(size: int, *, key: str = "mihon-1", publish: bool = True, observed: bool = False) -> Plan:
    """Apply the plan of that size, published or as a draft, with a result for every number or with none."""
    plan = apply_document(
        viewer=system_viewer("pack-loader"), document=document(size, key=key), publish=publish
    ).plan
    if observed:
        observe(plan)
    return plan


def observe(plan: Plan) -> None:
    """Publish a value for each series and yearly number that has none, each from evidence of its own."""
    viewer = system_viewer("pack-loader")
    series = Series.objects.filter(points__plan=plan, observations=None).distinct()
    figures = ProjectFigure.objects.filter(project__plan=plan, observations=None)
    subjects = [*({"series": row} for row in series), *({"figure": row} for row in figures)]
    for number, subject in enumerate(subjects, start=1):
        evidence = add_evidence(viewer=viewer, title=f"報告書{number}", publisher="見本市", is_sample=True)
        value = Value(fiscal_year=2023, value=Decimal("12.5"), decimals=1, **subject)
        rows = enter_values(viewer=viewer, values=[value], evidence=evidence)
        publish_values(viewer=viewer, observation_ids=[row.pk for row in rows])


def _node(code: str, level: str, parent: str | None, order: int) -> dict[str, Any]:
    return {
        "code": code,
        "level": level,
        "name": f"見本の{code}",
        "parent": parent,
        "order": order,
        "summary": f"{code}のあらまし",
        "source_text": "",
        "statements": [
            {"kind": "goal", "text": f"{code}の目標", "source_text": ""},
            {"kind": "direction", "text": f"{code}の方向", "source_text": ""},
        ],
        "department": None,
        "documents": [],
    }


def _point(role: str, year: int, value: float, comparator: str = "none") -> dict[str, Any]:
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


def _indicator(number: int, key: str) -> dict[str, Any]:
    points = [
        _point("baseline", 2015, 8.0),
        _point("current", 2021, 10.0),
        _point("target", 2025, 20.0, "ge"),
    ]
    return {
        "key": f"{key}-i{number}",
        "node": "1-1",
        "name": f"見本の割合{number}",
        "kind": "outcome",
        "source": "見本市調べ",
        "unit": "%",
        "comparator": "ge",
        "decimals": 1,
        "definition": "",
        "note": "",
        "series": [{"key": "", "name": "", "points": points}],
    }


def _project(code: str, size: int) -> dict[str, Any]:
    activities = [
        {"text": "試行", "first_year": 2022, "last_year": 2023, "open_ended": False, "certain": True},
        {"text": "実施", "first_year": 2024, "last_year": None, "open_ended": True, "certain": True},
        {
            "text": "列のわからない取組",
            "first_year": None,
            "last_year": None,
            "open_ended": False,
            "certain": False,
        },
    ]
    figure_points = [
        {"role": "reference", "fiscal_year": 2020, "as_of": None, "value": 5, "printed": "", "note": ""},
        {"role": "target", "fiscal_year": 2023, "as_of": None, "value": 10, "printed": "", "note": ""},
    ]
    return {
        "code": code,
        "initiatives": [
            {"order": n, "marker": "●", "parent": None, "name": f"取組{n}", "activities": activities}
            for n in range(1, size + 1)
        ],
        "figures": [
            {
                "order": n,
                "name": f"回数{n}",
                "unit": "回",
                "comparator": "ge",
                "decimals": 0,
                "initiative": None,
                "points": figure_points,
            }
            for n in range(1, size + 1)
        ],
    }


def document(size: int, *, key: str = "mihon-1") -> dict[str, Any]:
    """The plan as jichi-plan/1."""
    numbers = range(1, size + 1)
    projects = [f"1-1-{n:02d}" for n in numbers]
    nodes = [_node("1", "policy", None, 1), _node("1-1", "measure", "1", 1)]
    nodes += [_node(f"1-{n + 1}", "measure", "1", n + 1) for n in numbers]
    nodes += [_node(code, "project", "1-1", n) for n, code in enumerate(projects, start=1)]
    return {
        "format": "jichi-plan/1",
        "plan": {
            "key": key,
            "name": "見本市実施計画",
            "language": "ja",
            "first_year": 2022,
            "last_year": 2025,
            "adopted_on": "2022-03-01",
            "scope_note": "",
            "source": {"title": "見本市実施計画", "publisher": "見本市", "published_on": None, "url": ""},
            "levels": [
                {"key": "policy", "name": "政策", "kind": "branch"},
                {"key": "measure", "name": "施策", "kind": "branch"},
                {"key": "project", "name": "事務事業", "kind": "project"},
            ],
            "periods": [{"number": 1, "name": "第1期", "first_year": 2022, "last_year": 2025}],
        },
        "nodes": nodes,
        "indicators": [_indicator(n, key) for n in numbers],
        "projects": [_project(code, size) for code in projects],
        "documents": [
            {
                "key": f"{key}-d{n}",
                "name": f"見本の方針{n}",
                "kind": "policy",
                "legal_basis": "",
                "summary": "",
                "nodes": ["1-1", "1-1-01"],
                "revisions": [{"fiscal_year": 2022, "event": "adopted", "label": "", "note": ""}],
            }
            for n in numbers
        ],
        "schemes": [
            {"key": f"{key}-s{n}", "name": f"見本の制度{n}", "summary": "", "nodes": ["1-1-01"]}
            for n in numbers
        ],
        "not_held": [
            {"key": f"n{n}", "title": f"見本の別冊{n}", "reason": "ここにはない。", "node": "1-1"}
            for n in numbers
        ],
        "translations": {"en": {"見本市実施計画": "Sample plan", "政策": "Policy"}},
    }


TODAY = datetime.date(2026, 11, 24)
