"""Forms that tests are about: a return on councils with a table, a condition, checks and a checker's part."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

COUNCILS: dict[str, Any] = {
    "title": {"ja": "審議会等の委員に占める女性の割合", "en": "Women on councils"},
    "purpose": {"ja": "男女平等推進行動計画の進み具合を確かめるために、毎年４月１日現在の人数を調べます。"},
    "parts": [
        {
            "key": "basic",
            "title": {"ja": "設置の有無", "en": "Whether there are any"},
            "fields": [
                {
                    "key": "held",
                    "label": {"ja": "所管する審議会等がありますか", "en": "Are there councils?"},
                    "type": "yes_no",
                    "required": True,
                },
                {
                    "key": "reason",
                    "label": {"ja": "設置していない理由", "en": "Why there are none"},
                    "type": "text",
                    "required": True,
                    "when": "held == False",
                },
                {
                    "key": "total",
                    "label": {"ja": "委員数の合計", "en": "Members in all"},
                    "type": "computed",
                    "formula": "sum(members)",
                    "unit": {"ja": "人", "en": "people"},
                    "when": "held",
                },
            ],
        },
        {
            "key": "councils",
            "title": {"ja": "審議会等の一覧", "en": "Councils"},
            "hint": {"ja": "一つの審議会等を一行に書いてください。"},
            "rows": {"least": 1, "most": 10},
            "when": "held",
            "fields": [
                {
                    "key": "name",
                    "label": {"ja": "名称", "en": "Name"},
                    "type": "text",
                    "required": True,
                    "most": 60,
                },
                {
                    "key": "members",
                    "label": {"ja": "委員数", "en": "Members"},
                    "hint": {"ja": "４月１日現在"},
                    "type": "integer",
                    "unit": {"ja": "人", "en": "people"},
                    "required": True,
                    "least": 0,
                },
                {
                    "key": "women",
                    "label": {"ja": "うち女性", "en": "Women"},
                    "type": "integer",
                    "unit": {"ja": "人", "en": "people"},
                    "required": True,
                    "least": 0,
                },
                {
                    "key": "share",
                    "label": {"ja": "女性の割合", "en": "Share of women"},
                    "type": "computed",
                    "formula": "women / members * 100",
                    "decimals": 1,
                    "unit": {"ja": "%"},
                },
            ],
        },
        {
            "key": "checking",
            "title": {"ja": "課長の確認", "en": "Checked by the section"},
            "fill": ["checker"],
            "fields": [
                {
                    "key": "seen",
                    "label": {"ja": "名簿と照合しましたか", "en": "Compared with the list of members?"},
                    "type": "yes_no",
                    "required": True,
                }
            ],
        },
    ],
    "checks": [
        {
            "key": "women_within",
            "part": "councils",
            "expression": "women <= members",
            "message": {"ja": "「うち女性」が委員数を超えています。どちらかを直してください。"},
            "fields": ["women"],
        },
        {
            "key": "many",
            "expression": "total <= 300",
            "message": {"ja": "合計が300人を超えています。間違いがないか確かめてください。"},
            "severity": "warning",
        },
    ],
}


def changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The sample with something changed in a copy of it."""
    form = copy.deepcopy(COUNCILS)
    change(form)
    return form


def _ward(key: str, name: str) -> dict[str, Any]:
    return {"key": key, "label": {"ja": name}}


RICH: dict[str, Any] = {
    "title": {"ja": "多言語広報資料の作成状況", "en": "Publicity in other languages"},
    "purpose": {"ja": "外国人市民への広報がどこまで届いているかを確かめるために、毎年度調べます。"},
    "parts": [
        {
            "key": "head",
            "title": {"ja": "基本事項"},
            "hint": {"ja": "対象年度と担当を書いてください。"},
            "fields": [
                {"key": "year", "label": {"ja": "対象年度"}, "type": "fiscal_year", "required": True},
                {"key": "as_of", "label": {"ja": "時点"}, "type": "date"},
                {
                    "key": "office_code",
                    "label": {"ja": "所属コード"},
                    "hint": {"ja": "英字２桁と数字３桁（例：AB123）"},
                    "type": "text",
                    "pattern": "[A-Z]{2}[0-9]{3}",
                },
                {
                    "key": "made",
                    "label": {"ja": "外国語の広報資料を作りましたか", "en": "Was anything published?"},
                    "type": "yes_no",
                    "required": True,
                },
                {
                    "key": "why_not",
                    "label": {"ja": "作らなかった理由"},
                    "type": "long_text",
                    "required": True,
                    "when": "not made",
                },
                {
                    "key": "languages",
                    "label": {"ja": "言語"},
                    "hint": {"ja": "機械翻訳だけのものは数えません。"},
                    "type": "choices",
                    "required": True,
                    "when": "made",
                    "choices": [
                        {"key": "en", "label": {"ja": "英語", "en": "English"}},
                        {"key": "zh", "label": {"ja": "中国語", "en": "Chinese"}},
                        {"key": "ko", "label": {"ja": "韓国・朝鮮語", "en": "Korean"}},
                        {"key": "pt", "label": {"ja": "ポルトガル語"}},
                        {"key": "other", "label": {"ja": "その他"}},
                    ],
                },
                {
                    "key": "other_language",
                    "label": {"ja": "その他の言語の名前"},
                    "type": "text",
                    "required": True,
                    "when": 'has(languages, "other")',
                },
                {
                    "key": "way",
                    "label": {"ja": "主な翻訳の方法"},
                    "type": "choice",
                    "choices": [
                        {"key": "staff", "label": {"ja": "職員"}},
                        {"key": "agency", "label": {"ja": "委託"}},
                        {"key": "volunteer", "label": {"ja": "ボランティア"}},
                    ],
                },
            ],
        },
        {
            "key": "papers",
            "title": {"ja": "資料の一覧"},
            "rows": {"least": 1, "most": 8},
            "when": "made",
            "fields": [
                {"key": "paper", "label": {"ja": "資料の名称"}, "type": "text", "required": True},
                {"key": "issued", "label": {"ja": "発行日"}, "type": "date"},
                {
                    "key": "copies",
                    "label": {"ja": "部数"},
                    "type": "integer",
                    "unit": {"ja": "部"},
                    "least": 0,
                    "most": 1000000,
                    "required": True,
                    "hint": {"ja": "電子版だけなら０"},
                },
                {"key": "online", "label": {"ja": "ウェブ掲載"}, "type": "yes_no"},
                {
                    "key": "cost",
                    "label": {"ja": "１部当たり経費"},
                    "type": "decimal",
                    "decimals": 2,
                    "unit": {"ja": "円"},
                },
                {
                    "key": "spent",
                    "label": {"ja": "経費"},
                    "type": "computed",
                    "formula": "copies * cost",
                    "unit": {"ja": "円"},
                },
            ],
        },
        {
            "key": "wards",
            "title": {"ja": "区ごとの配架"},
            "hint": {"ja": "区役所と出張所に置いた部数です。"},
            "rows": {"fixed": [_ward("kita", "北区"), _ward("minami", "南区"), _ward("umi", "海浜区")]},
            "fields": [
                {
                    "key": "placed",
                    "label": {"ja": "配架部数"},
                    "type": "integer",
                    "unit": {"ja": "部"},
                    "least": 0,
                },
                {
                    "key": "place_kind",
                    "label": {"ja": "主な場所"},
                    "type": "choice",
                    "choices": [
                        {"key": "office", "label": {"ja": "区役所"}},
                        {"key": "library", "label": {"ja": "図書館"}},
                    ],
                },
                {"key": "remark", "label": {"ja": "備考"}, "type": "text", "when": "placed == 0"},
            ],
        },
        {
            "key": "sums",
            "title": {"ja": "合計"},
            "fields": [
                {
                    "key": "all_copies",
                    "label": {"ja": "部数の合計"},
                    "type": "computed",
                    "formula": "sum(copies)",
                    "unit": {"ja": "部"},
                },
                {
                    "key": "all_placed",
                    "label": {"ja": "配架の合計"},
                    "type": "computed",
                    "formula": "sum(placed)",
                    "unit": {"ja": "部"},
                },
                {"key": "remarks", "label": {"ja": "備考"}, "type": "long_text"},
            ],
        },
        {
            "key": "checking",
            "title": {"ja": "照会元の記入欄"},
            "fill": ["asker"],
            "fields": [{"key": "received", "label": {"ja": "受付日"}, "type": "date"}],
        },
    ],
    "checks": [
        {
            "key": "placed_within",
            "expression": "all_placed <= all_copies",
            "message": {"ja": "配架した部数が、作った部数より多くなっています。どちらかを直してください。"},
            "fields": ["all_placed"],
        },
        {
            "key": "dear",
            "part": "papers",
            "expression": "cost <= 500",
            "message": {"ja": "１部500円を超えています。桁を確かめてください。"},
            "severity": "warning",
            "fields": ["cost"],
        },
    ],
}
