"""Data for the gallery of components: a wholly fictitious city, one example of each component and state."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator

from .charts import ChartPoint, ChartSeries, Tile, indicator_chart, tile_map
from .icons import ICONS
from .states import State
from .tables import Cell, Column, Table
from .year_table import YearGroup, YearSpan, year_table


class GalleryForm(forms.Form):
    """A field of each kind."""

    name = forms.CharField(label="団体の名前", help_text="規約に書かれている正式な名前", max_length=40)
    mail = forms.EmailField(label="メールアドレス", required=False)
    kind = forms.ChoiceField(label="分野", choices=[("", "選んでください"), ("a", "福祉"), ("b", "防災")])
    ward = forms.ChoiceField(label="区", choices=[("1", "東区"), ("2", "西区")], widget=forms.RadioSelect)
    text = forms.CharField(label="活動の内容", widget=forms.Textarea)
    agree = forms.BooleanField(label="公開することに同意します")


def _point(year: int, value: str | None, kind: Any, **more: Any) -> ChartPoint:
    return ChartPoint(year=year, value=None if value is None else Decimal(value), kind=kind, **more)


def _plan_points() -> list[ChartPoint]:
    return [
        _point(2015, "63.8", "baseline", decimals=1),
        _point(2020, "59.0", "current", decimals=1),
        _point(2017, "64", "target", comparator="ge"),
        _point(2021, "64", "target", comparator="ge"),
        _point(2025, "64", "target", comparator="ge"),
    ]


def charts() -> dict[str, Any]:
    """One chart for each rule of the grammar."""
    survey = [
        _point(2015, "19.8", "baseline", decimals=1),
        _point(2021, "16.9", "current", decimals=1),
        _point(2017, "21", "target", comparator="ge"),
        _point(2021, "23", "target", comparator="ge"),
        _point(2025, "25", "target", comparator="ge"),
        _point(
            2022, "18.2", "actual", decimals=1, definition_id="a", interval=(Decimal("16.1"), Decimal("20.3"))
        ),
        _point(
            2023, "20.4", "actual", decimals=1, definition_id="a", interval=(Decimal("18.2"), Decimal("22.6"))
        ),
        _point(
            2024,
            "22.9",
            "actual",
            decimals=1,
            definition_id="b",
            interval=(Decimal("20.7"), Decimal("25.1")),
            note="2024年度から対象を18歳以上に広げたため、前年度とはつながりません。",
        ),
        _point(
            2025, "23.6", "actual", decimals=1, definition_id="b", interval=(Decimal("21.4"), Decimal("25.8"))
        ),
    ]
    partial = [
        _point(2021, "607", "current", decimals=0),
        _point(2025, "4037", "target", comparator="ge", decimals=0),
        _point(2022, "1420", "actual", decimals=0),
        _point(2023, "2985", "actual", decimals=0),
        _point(2024, "3310", "actual", decimals=0, coverage=(3, 7)),
        _point(2025, None, "actual", note="集計中"),
    ]
    children = [
        _point(2014, "46.1", "baseline", decimals=1),
        _point(2020, "43.4", "current", decimals=1),
        _point(2025, "58", "target", comparator="ge"),
        _point(2023, "49.7", "actual", decimals=1),
    ]
    adults = [
        _point(2014, "34.0", "baseline", decimals=1),
        _point(2020, "36.2", "current", decimals=1),
        _point(2025, "47", "target", comparator="ge"),
        _point(2023, "41.0", "actual", decimals=1),
    ]
    shared: dict[str, Any] = {"unit": "%", "period": (2022, 2025)}
    return {
        "plain": indicator_chart(
            ChartSeries("", _plan_points()), title="町内会に入っている世帯の割合（架空）", **shared
        ),
        "survey": indicator_chart(
            ChartSeries("", survey), title="地域の活動に関わった人の割合（架空）", **shared
        ),
        "partial": indicator_chart(
            ChartSeries("", partial), title="登録した事業者の数（架空）", unit="者", period=(2022, 2025)
        ),
        "several": indicator_chart(
            [ChartSeries("子ども", children), ChartSeries("大人", adults)],
            title="条例を知っている人の割合（架空）",
            **shared,
        ),
        "spark": indicator_chart(
            ChartSeries("", survey),
            title="地域の活動に関わった人の割合の動き（架空）",
            size="spark",
            **shared,
        ),
        "spark_plain": indicator_chart(
            ChartSeries("", _plan_points()),
            title="町内会に入っている世帯の割合の動き（架空）",
            size="spark",
            **shared,
        ),
        "spark_partial": indicator_chart(
            ChartSeries("", partial),
            title="登録した事業者の数の動き（架空）",
            size="spark",
            unit="者",
            period=(2022, 2025),
        ),
        "tiles": tile_map(
            [
                Tile(label="北区", column=0, row=0, value=Decimal("58.1")),
                Tile(label="東区", column=1, row=0, value=Decimal("61.4")),
                Tile(label="中央区", column=1, row=1, value=Decimal("49.9")),
                Tile(label="西区", column=0, row=1, value=Decimal("66.3")),
                Tile(label="南区", column=2, row=1, value=None, note="集計中"),
                Tile(label="港区", column=2, row=2, value=Decimal("54.0")),
            ],
            title="区ごとの加入率（架空）",
            unit="%",
            decimals=1,
        ),
    }


def _years() -> Any:
    return year_table(
        caption="計画期間の取組",
        years=range(2021, 2027),
        notes={2021: "現状", 2026: "以降"},
        current=2024,
        group_title="取組",
        groups=[
            YearGroup(
                title="担い手を広げる",
                spans=[
                    YearSpan(text="出会いの場の実施", first=2021, last=2021),
                    YearSpan(text="継続して実施", first=2022, last=2025),
                    YearSpan(text="検証", first=2025, last=2025),
                ],
            ),
            YearGroup(
                title="案内サイトの運用",
                depth=1,
                spans=[
                    YearSpan(text="機能の追加", first=2022, last=2023),
                    YearSpan(text="利用者による評価", first=2024, last=2024, certain=False),
                ],
            ),
            YearGroup(
                title="企業・大学との連携",
                spans=[YearSpan(text="協定にもとづく取組の推進", first=2021, last=None, open_ended=True)],
            ),
        ],
    )


def _table() -> Table:
    return Table(
        "区ごとの加入世帯",
        [
            Column("区", head=True),
            Column("加入世帯", numeric=True),
            Column("割合", numeric=True),
            Column("備考"),
        ],
        [
            ["東区", "12,408", "61.4 %", ""],
            ["西区", "9,112", "66.3 %", Cell("統計書", url="#", note="2025年4月1日現在")],
        ],
        note="出典：架空の統計書",
        phone="cards",
        ident="gallery-table",
    )


def gallery() -> dict[str, Any]:
    """Everything ``ui/gallery.html`` prints, in the active language where words depend on it."""
    form = GalleryForm({"name": "", "mail": "not-a-mail", "text": "朝のあいさつ運動"})
    form.is_valid()
    return {
        "charts": charts(),
        "states": [state.value for state in State if state is not State.PARTIAL],
        "marks": [
            {"state": state.value, "url": "#g-charts", "title": f"架空の指標{number}", "n": 3, "of": 41}
            for number, state in enumerate([*State, *[State.NOT_LOADED] * 6], start=1)
        ],
        "icons": sorted(ICONS),
        "years": _years(),
        "table": _table(),
        "form": form,
        "page_obj": Paginator(range(200), 20).page(4),
        "crumbs": [{"title": "ホーム", "url": "/"}, {"title": "計画", "url": "#"}, {"title": "部品の見本"}],
        "tabs": [
            {"title": "概要", "url": "#", "current": True},
            {"title": "数字", "url": "#"},
            {"title": "文書", "url": "#"},
        ],
        "contents": [
            {"title": "約束・実績・証拠", "url": "#g-strip"},
            {"title": "図", "url": "#g-charts"},
            {"title": "表", "url": "#g-tables"},
            {"title": "言葉", "url": "#g-words"},
            {"title": "入力", "url": "#g-forms"},
        ],
        "cards": [
            {
                "code": "2-1",
                "title": "参加のしくみをひろげる",
                "url": "#",
                "text": "参加の入口を増やし、声がどう扱われたかを返します。",
                "kind": "施策",
                "state": "between",
            },
            {
                "code": "2-2",
                "title": "となり近所の支え合い",
                "url": "#",
                "text": "日ごろの見守りと、災害の時の助け合いを支えます。",
                "kind": "施策",
            },
        ],
        "downloads": [
            {"url": "#", "format": "csv", "size": "4 KB"},
            {"url": "#", "format": "json"},
            {"url": "#", "format": "xlsx"},
        ],
        "summary": [
            ("出典", "市民アンケート（架空）"),
            ("定義", "過去1年に一度でも関わった人の割合"),
            {"term": "担当", "value": "市民協働課", "url": "#"},
        ],
        "steps": [
            {"title": "案を公表する", "state": "done", "date": "2026年9月1日（火）"},
            {"title": "意見を受け付ける", "state": "current", "text": "あと12日です。"},
            {"title": "結果を公表する"},
        ],
        "promise": {
            "label": "目標 令和7（2025）年度",
            "value": "64",
            "unit": "%以上",
            "text": "第3期の目標",
            "links": [{"title": "計画の本文", "url": "#"}],
        },
        "result": {
            "label": "令和6（2024）年度",
            "value": "61.4",
            "unit": "%",
            "state": "between",
            "meta": "前年度より 1.2 ポイント増",
        },
        "proof": {
            "label": "出どころ",
            "text": "市民文化部の集計表（架空）",
            "meta": "2025年5月20日（火）に登録",
            "links": [{"title": "資料を見る", "url": "#"}, {"title": "計算のしかた", "url": "#"}],
        },
        "today": dt.date(2026, 11, 23),
        "page_url": "https://mihon.example/plans/mihon/2-1/",
        "decimal": Decimal("61.4"),
    }
