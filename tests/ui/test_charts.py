"""The chart grammar."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.ui.charts import ChartPoint, ChartSeries, Tile, indicator_chart, tile_map
from jichi.ui.charts.labels import Box, Label, place
from jichi.ui.charts.scale import value_scale


def point(year: int, value: str | None, kind: Any, **more: Any) -> ChartPoint:
    return ChartPoint(year=year, value=None if value is None else Decimal(value), kind=kind, **more)


def plan() -> list[ChartPoint]:
    return [
        point(2015, "63.8", "baseline", decimals=1),
        point(2020, "59.0", "current", decimals=1),
        point(2017, "64", "target", comparator="ge"),
        point(2025, "64", "target", comparator="ge"),
    ]


def draw(points: list[ChartPoint], **more: Any) -> Any:
    options: dict[str, Any] = {"unit": "%", "title": "加入率", "period": (2022, 2025), "lang": "ja"} | more
    return indicator_chart(ChartSeries("", points), **options)


def pictures(svg: str) -> list[ET.Element]:
    return [ET.fromstring(found) for found in re.findall(r"<svg.*?</svg>", svg, re.DOTALL)]


def test_each_kind_has_its_mark() -> None:
    svg = draw([*plan(), point(2022, "60.1", "actual"), point(2023, None, "actual")]).svg
    wide = re.findall(r"<svg.*?</svg>", svg, re.DOTALL)[0]
    assert wide.count("c-ring-dot") == 1
    assert wide.count('"c-ring"') == 2
    assert wide.count('"c-dot"') == 1
    assert wide.count("c-flag--past") == 1
    assert wide.count("c-stem") == 2
    assert wide.count("c-empty") == 1
    assert "c-path" in wide
    assert "縦軸は" in wide


def test_title_description_and_table_say_the_same() -> None:
    chart = draw(plan())
    for picture in pictures(chart.svg):
        ids = {element.get("id") for element in picture.iter() if element.get("id")}
        assert picture.get("role") == "img"
        assert {picture.get("aria-labelledby"), picture.get("aria-describedby")} == ids
    assert "目標 64\u00a0%以上" in chart.description
    assert [cells[0][1].text for cells in chart.table.lines] == [
        "平成27（2015）年度",
        "平成29（2017）年度",
        "令和2（2020）年度",
        "令和7（2025）年度",
    ]


def test_results_are_joined_only_where_the_definition_is_the_same() -> None:
    same = draw(
        [point(2022, "10", "actual", definition_id="a"), point(2023, "12", "actual", definition_id="a")]
    )
    assert "c-line" in same.svg and not same.notes
    broken = draw(
        [point(2022, "10", "actual", definition_id="a"), point(2023, "12", "actual", definition_id="b")]
    )
    assert "c-line" not in broken.svg
    assert broken.notes[0].startswith("※1") and "※1" in broken.svg


def test_a_missing_year_is_a_gap() -> None:
    chart = draw([point(2022, "10", "actual"), point(2023, None, "actual"), point(2024, "12", "actual")])
    assert "c-line" not in chart.svg


def test_part_of_the_whole_is_hollow_with_its_share() -> None:
    chart = draw([point(2024, "33", "actual", coverage=(3, 41))])
    assert "c-dot--part" in chart.svg and "(3/41)" in chart.svg
    whole = draw([point(2024, "33", "actual", coverage=(41, 41))])
    assert "c-dot--part" not in whole.svg


def test_interval_only_when_given() -> None:
    assert "c-interval" not in draw(plan()).svg
    assert "c-interval" in draw([point(2024, "33", "actual", interval=(Decimal(30), Decimal(36)))]).svg


def test_text_is_escaped_and_nothing_breaks_the_policy() -> None:
    chart = draw([point(2024, "1", "actual", label='<script>"', note="a & b")], title="<x>")
    assert "<script" not in chart.svg and "style=" not in chart.svg
    assert pictures(chart.svg)


def test_nothing_to_draw_is_still_a_picture_with_words() -> None:
    chart = draw([point(2015, None, "baseline", note="新たに設定")], period=None)
    assert "実績はまだ登録されていません" in chart.description
    assert pictures(chart.svg)


def test_several_series_share_one_scale() -> None:
    chart = indicator_chart(
        [ChartSeries("子ども", plan()), ChartSeries("大人", plan())], unit="%", title="x", lang="ja"
    )
    assert "子ども" in chart.svg and "大人" in chart.svg
    assert len(chart.table.columns) == 4


def test_spark_has_no_words() -> None:
    spark = draw(plan(), size="spark")
    assert "<text" not in spark.svg and len(pictures(spark.svg)) == 1


def test_english() -> None:
    chart = draw(plan(), lang="en")
    assert "64% or more" in chart.svg and "FY2025" in chart.description


KINDS = st.sampled_from(["baseline", "current", "actual", "target"])
POINTS = st.builds(
    ChartPoint,
    year=st.integers(2010, 2030),
    value=st.none() | st.decimals(-1000, 100000, places=1),
    kind=KINDS,
    comparator=st.sampled_from(["ge", "le", "about", "none"]),
    definition_id=st.sampled_from(["a", "b"]),
    coverage=st.sampled_from([None, (3, 7)]),
    note=st.sampled_from(["", "注"]),
)


@given(st.lists(POINTS, max_size=14), st.sampled_from(["full", "spark"]))
@settings(max_examples=120, deadline=None)
def test_any_points_make_a_well_formed_picture(points: list[ChartPoint], size: str) -> None:
    chart = draw(points, size=size, period=None)
    for picture in pictures(chart.svg):
        _x, _y, width, height = (float(part) for part in (picture.get("viewBox") or "").split())
        for element in picture.iter():
            for name, limit in (("cx", width), ("cy", height), ("x1", width), ("y1", height)):
                if element.get(name) is not None:
                    assert -20 <= float(element.get(name) or 0) <= limit + 20
    assert len(chart.table.lines) == len(points)


@given(st.lists(st.floats(-1e6, 1e6).map(lambda v: round(v, 2)), min_size=1, max_size=12))
def test_the_axis_holds_every_value(values: list[float]) -> None:
    scale = value_scale(values)
    assert all(-1e-9 <= scale.share(v) <= 1 + 1e-9 for v in values)
    assert 2 <= len(scale.ticks) <= 9


def test_the_axis_starts_at_zero_unless_that_hides_the_movement() -> None:
    assert value_scale([607, 4037]).from_zero
    assert not value_scale([59, 64]).from_zero


LABELS = st.builds(
    Label,
    x=st.floats(0, 400),
    y=st.floats(0, 300),
    lines=st.just([("目標", 12.0, ""), ("64 %以上", 15.0, "")]),
    needed=st.booleans(),
)


@given(st.lists(LABELS, max_size=12))
@settings(deadline=None)
def test_labels_that_may_be_left_out_never_cover_another(labels: list[Label]) -> None:
    bounds = Box(0, 0, 400, 300)
    placed = place(labels, marks=[], lines=[], bounds=bounds)
    assert {id(label) for label in labels if label.needed} <= {id(p.label) for p in placed}
    for index, one in enumerate(placed):
        assert one.box.within(bounds)
        if not one.label.needed:
            assert all(one.box.overlap(other.box) == 0 for other in placed[:index])


def test_tile_map_writes_values_and_says_what_is_missing() -> None:
    tiles = [
        Tile(label="北区", column=0, row=0, value=Decimal("58.1")),
        Tile(label="南区", column=1, row=0, value=None, note="集計中"),
    ]
    chart = tile_map(tiles, title="加入率", unit="%", decimals=1, lang="ja")
    assert "58.1" in chart.svg and "tile--none" in chart.svg
    assert chart.table.lines[1][1][1].text == "実績は未登録"


@pytest.mark.parametrize("values", [["1"], ["1", "1"], ["1", "2", "9"]])
def test_tile_classes_reach_from_least_to_greatest(values: list[str]) -> None:
    tiles = [Tile(label=str(i), column=i, row=0, value=Decimal(v)) for i, v in enumerate(values)]
    assert tile_map(tiles, title="x", lang="ja").svg.count("tile__box") == len(values)
