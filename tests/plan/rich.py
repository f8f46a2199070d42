"""A fictitious plan in which everything occurs that a plan may hold, for tests of services and staff pages."""

from __future__ import annotations

from typing import Any

from jichi.city.viewers import system_viewer
from jichi.plan.models import Plan
from jichi.plan.services import apply_document


def _node(code: str, level: str, name: str, parent: str | None, order: int, **more: Any) -> dict[str, Any]:
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
        **more,
    }


def _point(role: str, year: int, value: Any, comparator: str = "none", **more: Any) -> dict[str, Any]:
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
        **more,
    }


def _indicator(key: str, node: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "node": node,
        "name": name,
        "kind": "outcome",
        "source": "市民文化局調べ",
        "unit": "%",
        "comparator": "ge",
        "decimals": 1,
        "definition": "",
        "note": "",
        "series": [
            {
                "key": "",
                "name": "",
                "points": [
                    _point("baseline", 2015, 63.2),
                    _point("current", 2020, 59),
                    _point("target", 2025, 64, "ge"),
                ],
            }
        ],
        **more,
    }


def _figure_point(role: str, year: int, value: Any) -> dict[str, Any]:
    return {"role": role, "fiscal_year": year, "as_of": None, "value": value, "printed": "", "note": ""}


def _activity(text: str, first: int | None, last: int | None, certain: bool = True) -> dict[str, Any]:
    return {"text": text, "first_year": first, "last_year": last, "open_ended": False, "certain": certain}


def document(key: str = "mihon-1") -> dict[str, Any]:
    """The plan as jichi-plan/1: two measures, three projects, two indicators, two documents, a scheme."""
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
        "nodes": [
            _node("1", "policy", "みんなで支えるまち", None, 1, summary="支え合いのまちをつくる。"),
            _node(
                "1-1",
                "measure",
                "町内会を支える",
                "1",
                1,
                statements=[
                    {"kind": "goal", "text": "つながりを強める", "source_text": ""},
                    {"kind": "issue", "text": "担い手が足りない", "source_text": ""},
                ],
            ),
            _node("1-2", "measure", "文化を育てる", "1", 2),
            _node("1-1-01", "project", "町内会支援事業", "1-1", 1, documents=["rule"]),
            _node("1-1-02", "project", "掲示板事業", "1-1", 2),
            _node("1-2-01", "project", "文化祭事業", "1-2", 1),
        ],
        "indicators": [
            _indicator("kanyu", "1-1", "町内会加入率"),
            _indicator(
                "bunka",
                "1-2",
                "文化に親しむ人の割合",
                kind="sense",
                series=[
                    {"key": "child", "name": "子ども", "points": [_point("target", 2025, 50, "ge")]},
                    {"key": "adult", "name": "大人", "points": [_point("target", 2025, 40, "ge")]},
                ],
            ),
        ],
        "projects": [
            {
                "code": "1-1-01",
                "initiatives": [
                    {
                        "order": 1,
                        "marker": "●",
                        "parent": None,
                        "name": "相談",
                        "activities": [
                            _activity("相談を受ける", 2022, 2025),
                            _activity("手引を作る", 2023, 2023),
                        ],
                    },
                    {
                        "order": 2,
                        "marker": "○",
                        "parent": 1,
                        "name": "出前講座",
                        "activities": [_activity("講座を開く", None, None, certain=False)],
                    },
                    {"order": 3, "marker": "●", "parent": None, "name": "補助", "activities": []},
                ],
                "figures": [
                    {
                        "order": 1,
                        "name": "相談件数",
                        "unit": "件",
                        "comparator": "ge",
                        "decimals": 0,
                        "initiative": 1,
                        "points": [
                            _figure_point("reference", 2020, 120),
                            *(_figure_point("target", year, 150) for year in range(2022, 2026)),
                        ],
                    },
                    {
                        "order": 2,
                        "name": "講座の回数",
                        "unit": "回",
                        "comparator": "none",
                        "decimals": 0,
                        "initiative": None,
                        "points": [_figure_point("target", 2022, 0)],
                    },
                ],
            },
            {"code": "1-1-02", "initiatives": [], "figures": []},
            {"code": "1-2-01", "initiatives": [], "figures": []},
        ],
        "documents": [
            {
                "key": "rule",
                "name": "町内会条例",
                "kind": "ordinance",
                "legal_basis": "",
                "summary": "",
                "nodes": ["1-1-01"],
                "revisions": [{"fiscal_year": 2018, "event": "adopted", "label": "", "note": ""}],
            }
        ],
        "schemes": [{"key": "hojo", "name": "町内会補助金", "summary": "", "nodes": ["1-1-01"]}],
        "not_held": [{"key": "wards", "title": "区計画", "reason": "別冊のため", "node": "1-1"}],
        "translations": {
            "en": {"町内会加入率": "Membership of neighbourhood associations", "町内会を支える": "Support"}
        },
    }


def applied(key: str = "mihon-1", *, publish: bool = True) -> Plan:
    """The plan in the database."""
    return apply_document(viewer=system_viewer("pack-loader"), document=document(key), publish=publish).plan
