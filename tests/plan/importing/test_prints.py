"""The ways in which other documents print the same things, and damage that must not shift a number.

All cities, names and numbers here are made up.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from jichi.plan.importing import read_plan_file

HEADER = """事務事業名	現状		事業内容・目標
	令和5(2023)年度	令和6(2024)年度	令和7(2025)年度	令和8(2026)年度	令和9(2027)年度	令和10(2028)年度以降
"""
FIGURE = "	R4清掃回数：24回	清掃回数：30回以上	清掃回数：31回以上	清掃回数：32回以上	清掃回数：33回以上	\n"
INDICATOR = "浜辺の利用者数 (港湾局調べ)	1,200 人 (平成28 (2016) 年度)	1,350 人 (令和4 (2022) 年度)	1,300 人以上 (令和5 (2023) 年度)	1,500 人以上 (令和9 (2027) 年度)\n"
TARGETS = {"2024": 30, "2025": 31, "2026": 32, "2027": 33}


def plan(figure: str = FIGURE, indicator: str = INDICATOR, header: str = HEADER, more: str = "") -> str:
    return f"""基本政策2 海辺のまち

政策2-1 海辺を守る

施策2-1-1 砂浜の保全

1 これまでの主な取組状況

- 砂浜の清掃を続けてきました。

5 主な成果指標

名称 (指標の出典)	計画策定時	現 状	第2期実施計画期間における目標値	第3期実施計画期間における目標値
{indicator}
6 計画期間の主な取組

{header}砂浜清掃事業 砂浜の清掃を行います。	●清掃の実施 ・清掃	継続実施				事業推進
{figure}	●看板の設置 ・設置	継続実施
{more}監視所運営事業 監視所を置きます。	●監視の実施 ・監視	継続実施				事業推進
	R4救助件数：7件	救助件数：6件以下	救助件数：5件以下	救助件数：4件以下	救助件数：3件以下
"""


def read(text: str | bytes) -> dict[str, Any]:
    return read_plan_file(text.encode() if isinstance(text, str) else text, filename="plan.txt").to_dry_run()


def yearly(text: str, name: str = "清掃回数", number: int = 0) -> dict[str, Any]:
    return [y for y in read(text)["yearly_targets"] if y["name"] == name][number]


def points(text: str, name: str = "浜辺の利用者数", series: str = "") -> list[tuple[str, int, float]]:
    found = [i for i in read(text)["indicators"] if i["name"] == name and i["series"] == series]
    assert len(found) == 1
    return [(p["role"], p["fiscal_year"], p["value"]) for p in found[0]["points"]]


def row(reference: str, *targets: str) -> str:
    return "\t".join(["", reference, *targets]) + "\n"


NAME = "清掃回数："


@pytest.mark.parametrize(
    "figure",
    [
        FIGURE,
        FIGURE.rstrip("\t\n") + "\n",
        FIGURE.replace("：", "："),
        FIGURE.replace("：", " "),
        FIGURE.replace("：", "：延べ"),
        FIGURE.replace("：", "：累計"),
        FIGURE.replace("回以上", "\u3000\u3000回以上"),
        FIGURE.replace("R4清掃回数：24回", "清掃回数：24回（R4実績）"),
        FIGURE.replace("R4清掃回数：24回", "R4実績 清掃回数：24回"),
        "\t●夜間の清掃" + FIGURE.replace("\tR4", "\t<ul><li>R4", 1),
    ],
)
def test_a_row_of_figures_is_read_however_it_is_printed(figure: str) -> None:
    entry = yearly(plan(figure))
    assert entry["targets"] == TARGETS
    assert entry["reference"] == [{"fiscal_year": 2022, "value": 24}]


@pytest.mark.parametrize(
    ("cell", "missing"),
    [
        ("清掃回数：31 000回以上", "2025"),
        ("清掃回数：31、000回以上", "2025"),
        ("清掃回数：3l回以上", "2025"),
        ("清掃回数：31～35回", "2025"),
        ("清掃回数：31回未満", "2025"),
        ("R9清掃回数：31回以上", "2025"),
    ],
)
def test_a_number_that_cannot_be_read_whole_is_in_doubt(cell: str, missing: str) -> None:
    text = plan(FIGURE.replace("清掃回数：31回以上", cell))
    entry = yearly(text)
    assert missing not in entry["targets"]
    assert all(TARGETS[year] == value for year, value in entry["targets"].items())
    line = next(n for n, t in enumerate(text.split("\n"), 1) if cell in t)
    assert line in {u["line"] for u in read(text)["uncertain"]}


@pytest.mark.parametrize("vacant", ["-", "―", "未定", "清掃回数：未定"])
def test_a_year_that_says_it_has_no_value_shifts_nothing(vacant: str) -> None:
    entry = yearly(plan(FIGURE.replace("清掃回数：32回以上", vacant)))
    assert entry["targets"] == {"2024": 30, "2025": 31, "2027": 33}


def test_a_short_row_does_not_swallow_the_next_project() -> None:
    text = plan(more=FIGURE.replace("清掃回数", "点検箇所数").rstrip("\t\n") + "\n")
    result = read(text)
    assert [n["name"] for n in result["nodes"] if n["level"] == "project"] == [
        "砂浜清掃事業",
        "監視所運営事業",
    ]
    assert yearly(text, "救助件数")["project"] == "2-1-1-02"


def test_one_name_under_two_initiatives_is_two_figures() -> None:
    second = (
        FIGURE.replace("24", "4").replace("30", "5").replace("31", "6").replace("32", "7").replace("33", "8")
    )
    text = plan(more=second)
    assert yearly(text)["targets"] == TARGETS
    assert yearly(text, number=1)["targets"] == {"2024": 5, "2025": 6, "2026": 7, "2027": 8}


def test_an_era_letter_before_a_latin_name_is_known_by_the_other_cells() -> None:
    entry = yearly(plan(FIGURE.replace("清掃回数", "LED灯数")), "LED灯数")
    assert (entry["targets"], entry["reference"]) == (TARGETS, [{"fiscal_year": 2022, "value": 24}])


@pytest.mark.parametrize(
    "header",
    [
        HEADER.replace("令和5(2023)年度", "2023")
        .replace("令和6(2024)年度", "2024")
        .replace("令和7(2025)年度", "2025")
        .replace("令和8(2026)年度", "2026")
        .replace("令和9(2027)年度", "2027")
        .replace("令和10(2028)年度以降", "2028以降"),
        "事務事業名	令和5年度	令和6年度	令和7年度	令和8年度	令和9年度	令和10年度以降\n",
    ],
)
def test_the_years_of_a_header(header: str) -> None:
    assert yearly(plan(header=header))["targets"] == TARGETS


def test_without_a_column_of_the_present_an_undated_count_is_no_target() -> None:
    figure = row("清掃回数：24回", *(f"清掃回数：{n}回" for n in (30, 31, 32, 33)))
    header = "事務事業名	令和5年度	令和6年度	令和7年度	令和8年度	令和9年度	令和10年度以降\n"
    one_period = "	-	".join(INDICATOR.rsplit("	", 2)[::2])
    for indicator in (INDICATOR, one_period.replace("令和4 (2022)", "令和5 (2023)")):
        targets = [
            y for y in read(plan(figure, indicator, header))["yearly_targets"] if y["name"] == "清掃回数"
        ]
        assert all("2023" not in y["targets"] for y in targets)


@pytest.mark.parametrize(
    "indicator",
    [
        INDICATOR.replace(" 人", "  人"),
        INDICATOR.replace("(平成28 (2016) 年度)", "[2016]").replace("(令和4 (2022) 年度)", "[2022]"),
        INDICATOR.replace("(令和9 (2027) 年度)", "(2027)"),
    ],
)
def test_a_cell_of_an_indicator(indicator: str) -> None:
    expected = [
        ("baseline", 2016, 1200),
        ("current", 2022, 1350),
        ("target", 2023, 1300),
        ("target", 2027, 1500),
    ]
    assert points(plan(indicator=indicator)) == expected


def test_a_target_without_a_comparator_among_others_that_have_one() -> None:
    other = INDICATOR.replace("浜辺の利用者数", "浜辺の事故件数").replace("1,500 人以上", "0 人")
    assert ("target", 2027, 0) in points(plan(indicator=INDICATOR + other), "浜辺の事故件数")


def test_units_with_digits_and_a_name_that_begins_with_a_year() -> None:
    other = INDICATOR.replace("浜辺の利用者数", "2016年度比の排出量").replace("人", "t-CO2")
    entry = next(
        i for i in read(plan(indicator=INDICATOR + other))["indicators"] if i["name"] == "2016年度比の排出量"
    )
    assert (entry["unit"], len(entry["points"])) == ("t-CO2", 4)


@pytest.mark.parametrize("form", ["{0} {1}人 {2} {3}人", "{0}：{1}人 {2}：{3}人", "{1}人({0}) {3}人({2})"])
def test_series_are_named_before_or_behind_their_values(form: str) -> None:
    cells = [
        form.format("夏", "10", "冬", "20") + " (平成28 (2016) 年度)",
        form.format("夏", "12", "冬", "21") + " (令和4 (2022) 年度)",
        form.format("夏", "13", "冬", "22").replace("人", "人以上") + " (令和5 (2023) 年度)",
        form.format("夏", "15", "冬", "25").replace("人", "人以上") + " (令和9 (2027) 年度)",
    ]
    text = plan(indicator="\t".join(["遊泳者数 (港湾局調べ)", *cells]) + "\n")
    assert [v for _, _, v in points(text, "遊泳者数", "夏")] == [10, 12, 13, 15]
    assert [v for _, _, v in points(text, "遊泳者数", "冬")] == [20, 21, 22, 25]


def test_a_page_that_stands_twice_adds_nothing() -> None:
    lines = plan().split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("5 主な"))
    for first, last in (
        (start, len(lines)),
        (start, start + 4),
        (4, len(lines)),
        (start + 4, len(lines) - 3),
    ):
        doubled = "\n".join([*lines[:last], *lines[first:last], *lines[last:]])
        once, twice = read(plan()), read(doubled)
        for part in ("nodes", "indicators", "yearly_targets"):
            assert twice[part] == once[part]


def test_two_prints_of_an_indicator_that_differ_are_in_doubt() -> None:
    text = plan(indicator=INDICATOR + INDICATOR.replace("1,500", "1,600"))
    assert [p for p in points(text) if p[1] == 2027] == []
    assert sorted(c["value"] for u in read(text)["uncertain"] for c in u["candidates"]) == [1500, 1600]


@pytest.mark.parametrize("kind", ["bars", "html", "html over several lines"])
def test_tables_left_as_mark_up(kind: str) -> None:
    lines: list[str] = []
    for line in plan().split("\n"):
        cells = line.split("\t")
        if len(cells) == 1:
            lines.append(line)
        elif kind == "bars":
            lines.append("| " + " | ".join(cells) + " |")
            if "名称" in line:
                lines.append("|" + "---|" * len(cells))
        else:
            tags = [f"<td>{cell}</td>" for cell in cells]
            lines.append("<tr>" + ("\n" if "several" in kind else "").join(tags) + "</tr>")
    result, expected = read("\n".join(lines)), read(plan())
    for part in ("nodes", "indicators", "yearly_targets"):
        assert result[part] == expected[part]


def test_old_line_ends_and_runs_of_blanks() -> None:
    assert read(plan().replace("\n", "\r").encode())["yearly_targets"] == read(plan())["yearly_targets"]
    begun = time.process_time()
    read(plan(indicator=INDICATOR.replace("1,200 人", "1,200" + " " * 50_000 + "人")))
    assert time.process_time() - begun < 10
