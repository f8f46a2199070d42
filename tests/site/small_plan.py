"""A small fictitious plan for tests of search, data and API."""

from __future__ import annotations

from typing import Any

from jichi.city.models import City, Ward
from jichi.city.queries import forget_city
from jichi.city.viewers import system_viewer
from jichi.plan.models import Plan
from jichi.plan.services import apply_document
from jichi.site.models import GlossaryTerm
from jichi.site.search import services

READINGS = {"町内会": "ちょうないかい", "自治会": "じちかい", "加入率": "かにゅうりつ"}


def document(key: str = "mihon-1") -> dict[str, Any]:
    """The plan as jichi-plan/1."""

    def node(code: str, level: str, name: str, parent: str | None, order: int, **more: Any) -> dict[str, Any]:
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

    point = {"as_of": None, "decimals": 1, "comparator": "none", "period": None, "printed": "", "note": ""}
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
            node("1", "policy", "みんなで支えるまち", None, 1, source_text="計画書の本文にだけある言葉"),
            node(
                "1-1",
                "measure",
                "町内会・自治会を支える",
                "1",
                1,
                summary="佐々木町の公園で<b>バン</b>ド演奏をする",
                statements=[
                    {"kind": "goal", "text": "〇〇町のつながりを強める", "source_text": ""},
                    {"kind": "issue", "text": "", "source_text": "本文だけの課題"},
                ],
            ),
            node("1-1-01", "project", "サービスセンター事業", "1-1", 1),
        ],
        "indicators": [
            {
                "key": "kanyu",
                "node": "1-1",
                "name": "町内会加入率",
                "kind": "outcome",
                "source": "市民文化局調べ",
                "unit": "%",
                "comparator": "ge",
                "decimals": 1,
                "definition": "加入世帯を全世帯で割る",
                "note": "",
                "series": [
                    {
                        "key": "",
                        "name": "",
                        "points": [
                            {**point, "role": "current", "fiscal_year": 2020, "value": 59.0},
                            {
                                **point,
                                "role": "target",
                                "fiscal_year": 2025,
                                "value": 64,
                                "comparator": "ge",
                                "period": 1,
                                "printed": "64%以上",
                            },
                        ],
                    }
                ],
            }
        ],
        "projects": [
            {
                "code": "1-1-01",
                "initiatives": [
                    {
                        "order": 1,
                        "marker": "●",
                        "parent": None,
                        "name": "窓口の改善",
                        "activities": [
                            {
                                "text": "通学路の点検",
                                "first_year": 2022,
                                "last_year": 2023,
                                "open_ended": False,
                                "certain": True,
                            }
                        ],
                    }
                ],
                "figures": [
                    {
                        "order": 1,
                        "name": "利用者数",
                        "unit": "人",
                        "comparator": "ge",
                        "decimals": 0,
                        "initiative": 1,
                        "points": [
                            {
                                "role": "target",
                                "fiscal_year": 2022,
                                "as_of": None,
                                "value": 0,
                                "printed": "0人",
                                "note": "",
                            }
                        ],
                    }
                ],
            }
        ],
        "documents": [
            {
                "key": "kyodo-jorei",
                "name": "協働のまちづくり条例",
                "kind": "ordinance",
                "legal_basis": "",
                "summary": "",
                "nodes": ["1-1"],
                "revisions": [{"fiscal_year": 2021, "event": "adopted", "label": "", "note": ""}],
            }
        ],
        "schemes": [{"key": "hojo", "name": "=応援補助金", "summary": "", "nodes": ["1-1-01"]}],
        "not_held": [{"key": "kuzu", "title": "区の計画", "reason": "別の冊子にある", "node": None}],
        "translations": {
            "en": {
                "町内会加入率": "Neighbourhood association membership",
                "町内会・自治会を支える": "Supporting associations",
            }
        },
    }


def load(key: str = "mihon-1", *, publish: bool = True) -> Plan:
    """Apply the plan to the database, with a city, and bring the search index up to date."""
    City.objects.update_or_create(
        id=1,
        defaults={
            "code": "999991",
            "name": "見本市",
            "pack": "mihon",
            "is_sample": True,
            "readings": READINGS,
            "licence": {
                "data": {"ja": "自由に使える。"},
                "descriptions_licence_url": "https://creativecommons.org/licenses/by/4.0/",
            },
        },
    )
    Ward.objects.update_or_create(
        key="kita", defaults={"code": "999992", "name": "北区", "reading": "きたく", "order": 1}
    )
    GlossaryTerm.objects.update_or_create(
        key="kyodo",
        defaults={"term": "協働", "reading": "きょうどう", "meaning": "市と市民が一緒に進めること。"},
    )
    forget_city()
    report = apply_document(viewer=system_viewer("pack-loader"), document=document(key), publish=publish)
    services.rebuild(pause=False)
    return report.plan
