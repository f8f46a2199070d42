"""Reading the text of a plan: other documents of the layout, in all the ways extraction prints them."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.plan.importing import ImportHints, PlanImportError, read_plan_file
from tests.plan.importing import synthetic
from tests.plan.importing.strategies import plans
from tests.plan.importing.synthetic import Figure, Indicator, Measure, Plan, Project, sample

WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x30, 0x3A)})
WIDER = WIDE | str.maketrans("%(),.-", "％（），．－")


def read(text: str | bytes, **hints: object):
    data = text.encode() if isinstance(text, str) else text
    return read_plan_file(data, filename="plan.txt", hints=ImportHints(**hints))  # type: ignore[arg-type]


def wide(line: str) -> str:
    return line.translate(WIDE if "<" in line else WIDER)


PRINTED = {
    "as it is": lambda text: text.encode(),
    "cp932": lambda text: text.encode("cp932"),
    "utf-16": lambda text: text.encode("utf-16"),
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "wide digits": lambda text: "\n".join(wide(x) for x in text.split("\n")).encode(),
    "odd hyphens": lambda text: re.sub(r"(\d)-(\d)", r"\1－\2", text).encode(),
    "long vowels as hyphens": lambda text: re.sub(r"(\d)-(\d)", r"\1ー\2", text).encode(),
    "spaces in codes": lambda text: re.sub(r"(策)(\d)-(\d)", r"\1 \2 - \3", text).encode(),
    "no empty cells at line ends": lambda text: re.sub(r"\t+\n", "\n", text).encode(),
}


@pytest.mark.parametrize("how", PRINTED)
def test_every_style_of_row_is_read_in_every_print(how: str) -> None:
    plan = sample()
    text = "\n".join(synthetic.lines(plan)) + "\n"
    result = read(PRINTED[how](text))
    assert synthetic.read_facts(result.to_dry_run()) == synthetic.facts(plan)
    assert [u.reason for u in result.uncertain] == []
    assert [line.text for line in result.unplaced] == []


def test_nodes_have_the_printed_codes() -> None:
    dry = read("\n".join(synthetic.lines(sample()))).to_dry_run()
    assert [(n["code"], n["level"], n["parent"]) for n in dry["nodes"]] == [
        ("2", "basic_policy", None),
        ("2-1", "policy", "2"),
        ("2-1-1", "measure", "2-1"),
        ("2-1-1-01", "project", "2-1-1"),
        ("2-1-2", "measure", "2-1"),
        ("2-1-2-01", "project", "2-1-2"),
        ("2-1-2-02", "project", "2-1-2"),
    ]
    assert dry["nodes"][-1]["name"] == "灯台管理事業"


def test_lines_add_up() -> None:
    result = read("\n".join(synthetic.lines(sample())))
    dry = result.to_dry_run()
    others = {u["line"] for u in dry["uncertain"]} | {u["line"] for u in dry["unplaced"]}
    assert dry["lines"]["total"] == dry["lines"]["placed"] + dry["lines"]["furniture"] + len(others)
    furniture = {line.text for line in result.lines if line.state == "furniture"}
    assert {*synthetic.TABS, "掃除のようす", "(みなと市基本計画)"} <= furniture


def test_periods_roles_and_notes() -> None:
    document = read("\n".join(synthetic.lines(sample()))).document
    first, second = document["indicators"]
    assert [p["period"] for p in first["series"][0]["points"]] == [None, None, 2, 3, 4]
    assert (first["comparator"], second["comparator"], second["unit"]) == ("ge", "le", "袋")
    assert second["series"][0]["points"][0]["value"] is None
    assert "新たに設定" in second["series"][0]["points"][0]["note"]
    assert (document["plan"]["first_year"], document["plan"]["last_year"]) == (2026, 2029)


def test_repairs_come_from_the_caller() -> None:
    text = "\n".join(synthetic.lines(sample())).replace("灯台管理事業", "灯合菅理事業")
    assert "灯合菅理事業" in str(read(text).document["nodes"])
    repaired = read(text, repairs=(("灯合菅理", "灯台管理"),)).document["nodes"]
    assert repaired[-1]["name"] == "灯台管理事業"


def row(*cells: str) -> str:
    """A plan whose one project has one extra row."""
    plan = Plan(3, [Measure("岸辺の見守り", [_indicator()], [Project("港見守り事業", [])])])
    lines = synthetic.lines(plan, furniture=False)
    at = max(n for n, line in enumerate(lines) if "\t" in line)
    return "\n".join([*lines[: at + 1], "\t".join(cells), *lines[at + 1 :]]) + "\n"


def _indicator() -> Indicator:
    return Indicator("岸辺が好きな人の割合", "%", (2017, "31.5"), (2024, "28"), [(2025, "33"), (2029, "36")])


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["", "●掃除", "", "参加数：5人以上", "参加数：5人以上", "参加数：5人以上", ""], "every year"),
        (["", "●掃除 達成度：90%以上", "継続実施", "", "", "", ""], "not printed"),
        (["", "●掃除 場所数：12か所", "継続実施", "", "", "", ""], "not printed"),
        (["", "●掃除 参加数：5人 参加数：6人以上 参加数：7人以上", "", "", "", "", ""], "run together"),
        (
            [
                "",
                "R6参加数：4人",
                "参加数：5~6人",
                "参加数：5人以上",
                "参加数：5人以上",
                "参加数：5人以上",
                "",
            ],
            "not a number",
        ),
        (
            [
                "",
                "R6参加数：4人",
                "参加数：5,6人以上",
                "参加数：5人以上",
                "参加数：5人以上",
                "参加数：5人以上",
                "",
            ],
            "not a number",
        ),
        (
            [
                "",
                "R6参加数：4人",
                "参加数：5人以上",
                "参加数：5回以上",
                "参加数：5人以上",
                "参加数：5人以上",
                "",
            ],
            "unit",
        ),
        (["", "R6(2030)参加数：4人", "継続実施", "", "", "", ""], "contradict"),
        (
            [
                "参加数：4人以上",
                "参加数：5人以上",
                "参加数：6人以上",
                "参加数：7人以上",
                "参加数：8人以上",
                "",
            ],
            "shifted",
        ),
    ],
)
def test_what_cannot_be_aligned_is_flagged_and_not_guessed(cells: list[str], reason: str) -> None:
    dry = read(row(*cells)).to_dry_run()
    assert any(reason in u["reason"] for u in dry["uncertain"]), dry["uncertain"]
    certain = {v for y in dry["yearly_targets"] for v in y["targets"].values()}
    if reason not in ("unit", "not a number"):
        assert certain == set()
    for doubt in dry["uncertain"]:
        assert doubt["line"] > 0 and doubt["text"] and doubt["path"]


def test_an_unlabelled_reference_leaves_the_targets_certain() -> None:
    text = row(
        "",
        "●掃除 参加数：4人 参加数：6人以上 参加数：6人以上 参加数：6人以上 参加数：6人以上 (R1：9人)",
        *[""] * 5,
    )
    dry = read(text).to_dry_run()
    (entry,) = dry["yearly_targets"]
    assert entry["targets"] == {"2026": 6, "2027": 6, "2028": 6, "2029": 6}
    assert entry["reference"] == [{"fiscal_year": 2019, "value": 9}]
    assert [u["text"] for u in dry["uncertain"]] == ["参加数：4人"]


def test_monthly_figures_counts_and_dates() -> None:
    cells = ["", "●声を聞く会 開催数：月1回程度", *["開催数：月1回程度 開催数：月1回程度"] * 4, ""]
    (entry,) = read(row(*cells)).to_dry_run()["yearly_targets"]
    assert (entry["unit"], entry["comparator"], set(entry["targets"].values())) == ("回/月", "about", {1})
    document = read(row("", "●協定 協定数： 店：12件 学校：3件 ※R6.12現在", "継続実施", *[""] * 4)).document
    figures = document["projects"][0]["figures"]
    assert [(f["name"], f["points"][0]["as_of"]) for f in figures] == [
        ("協定数（店）", "2024-12"),
        ("協定数（学校）", "2024-12"),
    ]


def test_two_prints_of_a_figure_that_differ_are_in_doubt() -> None:
    plan = sample()
    figure = Figure("巡視回数", "回", [(2024, 40)], [50, 60, 70, 80], style="copied")
    plan.measures[0].projects[0].figures = [figure]
    text = "\n".join(synthetic.lines(plan))
    at = text.rindex("巡視回数：60回以上")
    dry = read(text[:at] + text[at:].replace("60回", "66回", 1)).to_dry_run()
    entry = next(y for y in dry["yearly_targets"] if y["name"] == "巡視回数")
    assert entry["targets"] == {"2026": 50, "2028": 70, "2029": 80}
    assert {"60", "66"} <= set(re.findall(r"6[06]", " ".join(u["text"] for u in dry["uncertain"])))


def table(header: str, *rows: str) -> str:
    plan = sample()
    lines = synthetic.lines(plan)
    at = next(n for n, line in enumerate(lines) if line.startswith("名称"))
    return "\n".join([*lines[:at], header, *rows, *lines[at + 2 :]])


def points(text: str) -> list[tuple]:
    entry = read(text).to_dry_run()["indicators"][0]
    return [(p["role"], p["fiscal_year"], p["value"]) for p in entry["points"]]


def test_columns_are_known_by_their_headers() -> None:
    moved = table(
        "第3期における目標値\t備考\t名称 (指標の出典)\t現 状\t計画策定時",
        "36%以上 (令和7(2025)年度)\t\tひと (調べ)\t28% (令和6年度)\t31.5% (平成29年度)",
    )
    assert points(moved) == [("target", 2025, 36), ("current", 2024, 28), ("baseline", 2017, 31.5)]


def test_an_unknown_column_shifts_nothing() -> None:
    text = table(
        "名称 (出典)\t計画策定時\t予算\t現状\t目標",
        "ひと (調べ)\t31.5% (平成29年度)\t400千円\t28% (令和6年度)\t36%以上 (令和7年度)",
    )
    assert points(text) == [("baseline", 2017, 31.5), ("current", 2024, 28), ("target", 2025, 36)]
    assert any("400" in u.text for u in read(text).uncertain)


HEADER = "名称 (出典)\t計画策定時\t現状\t第2期目標値\t第3期目標値"


@pytest.mark.parametrize(
    ("cells", "certain"),
    [
        (
            "ひと (調べ)\t28% (令和3年度)\t30%以上 (令和4年度)\t36%以上 (令和7年度)",
            {("target", 2022, 30), ("target", 2025, 36)},
        ),
        ("ひと (調べ)\t29% (平成29年度)\t30%以上 (令和4年度)\t28% (令和3年度)\t36%以上 (令和7年度)", set()),
        ("ひと (調べ)\t29%\t28% (令和3年度)\t-\t36%以上 (令和7(2026)年度)", {("current", 2021, 28)}),
        (
            "ひと (調べ)\t29人 (平成29年度)\t28% (令和3年度)\t-\t36%以上 (令和7年度)",
            {("current", 2021, 28), ("target", 2025, 36)},
        ),
        (
            "ひと (調べ)\t190% (平成29年度)\t28% (令和3年度)\t-\t36%以上 (令和7年度)",
            {("current", 2021, 28), ("target", 2025, 36)},
        ),
        (
            "ひと (調べ)\t29% 30% (平成29年度)\t28% (令和3年度)\t-\t36%以上 (令和7年度)",
            {("current", 2021, 28), ("target", 2025, 36)},
        ),
    ],
)
def test_damaged_indicator_rows(cells: str, certain: set[tuple]) -> None:
    sound = "くに (調べ)\t40% (平成29年度)\t41% (令和3年度)\t42%以上 (令和4年度)\t43%以上 (令和7年度)"
    text = table(HEADER, cells, sound)
    entries = {i["name"]: i for i in read(text).to_dry_run()["indicators"]}
    found = entries.get("ひと", {"points": []})
    assert {(p["role"], p["fiscal_year"], p["value"]) for p in found["points"]} == certain
    assert len(entries["くに"]["points"]) == 4
    assert read(text).uncertain


def test_several_series_and_footnotes() -> None:
    text = table(
        "名称 (出典)\t計画策定時\t現状\t第2期目標値",
        "ひとの数 ^{※1} の割合 ※5点満点 (調べ)\t45.0%(子) 31.9%(親) (平成29年度)\t52 ^{※2} %(子) 33%(親) (令和3年度)\t55%以上(子) 44%以上(親) (令和7年度)",
        "※1 ひととは、住む人をいう。",
        "※2 令和4（2022）年2月1日現在",
    )
    indicator = read(text).document["indicators"][0]
    assert (indicator["name"], indicator["note"]) == ("ひとの数の割合", "※5点満点")
    assert [s["name"] for s in indicator["series"]] == ["子", "親"]
    assert [p["value"] for p in indicator["series"][1]["points"]] == [31.9, 33, 44]
    assert indicator["series"][0]["points"][1]["as_of"] == "2022-02-01"
    assert "住む人" in indicator["definition"]


def test_a_lost_heading_is_taken_from_the_order_only_when_one_is_left() -> None:
    lines = synthetic.lines(sample())
    at = [n for n, line in enumerate(lines) if line.startswith("施策2-1-2")][1]
    del lines[at]
    result = read("\n".join(lines))
    assert synthetic.read_facts(result.to_dry_run()) == synthetic.facts(sample())
    assert any("heading" in u.reason for u in result.uncertain)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 9, "binary"),
        ("会議録\n\n本日の議題について。\n".encode(), "no_plan_headings"),
        ("第1章 総論\n重点プロジェクト1\n本文です。\n".encode("cp932"), "no_plan_headings"),
        ("あいうえお、かきくけこ\n".encode("euc-jp"), "encoding"),
    ],
)
def test_other_files_are_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(PlanImportError) as caught:
        read(data)
    assert caught.value.code == code
    assert "plan.txt" in str(caught.value)


def test_a_cut_file_is_refused_or_holds_no_wrong_number() -> None:
    plan = sample()
    text = "\n".join(synthetic.lines(plan))
    data, known = text.encode(), synthetic.facts(plan)
    refused = 0
    cuts = range(200, len(data) - 1, 23)
    for cut in cuts:
        try:
            found = synthetic.read_facts(read(data[:cut]).to_dry_run())
        except PlanImportError as error:
            refused += error.code == "truncated"
        else:
            assert found[0] <= known[0] and found[1] <= known[1]
    assert refused > 0.8 * len(cuts)


def test_a_large_file_is_refused_by_its_size(tmp_path, monkeypatch) -> None:
    from jichi.plan.importing import reading

    monkeypatch.setattr(reading, "MAX_BYTES", 1000)
    path = tmp_path / "large.txt"
    path.write_bytes(b"x" * 1001)
    with pytest.raises(PlanImportError) as caught:
        read_plan_file(path)
    assert caught.value.code == "too_large"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans(), st.sampled_from(sorted(PRINTED)), st.booleans())
def test_any_plan_of_the_layout_is_read_whole(plan: Plan, how: str, furniture: bool) -> None:
    text = "\n".join(synthetic.lines(plan, furniture=furniture)) + "\n"
    result = read(PRINTED[how](text))
    assert synthetic.read_facts(result.to_dry_run()) == synthetic.facts(plan)
    assert not result.uncertain


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans(), st.data())
def test_damage_never_yields_a_wrong_number(plan: Plan, data: st.DataObject) -> None:
    """A cell lost, blanked or pushed aside may lose facts, but never change one.

    The row of a project's name is left alone: when it is lost, its figures go to the project before.
    """
    lines = synthetic.lines(plan)
    rows = [
        n for n, x in enumerate(lines) if "\t" in x and "推進事業" not in x and not x.startswith("事務事業")
    ]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.sampled_from(rows))
        cells = lines[at].split("\t")
        index = data.draw(st.integers(0, len(cells) - 1))
        how = data.draw(st.sampled_from(["drop", "blank", "insert", "break"]))
        if how == "drop":
            del cells[index]
        elif how == "blank":
            cells[index] = ""
        elif how == "insert":
            cells.insert(index, "")
        else:
            middle = len(cells[index]) // 2
            cells[index] = cells[index][:middle] + "\n" + cells[index][middle:]
        lines[at] = "\t".join(cells)
    try:
        result = read("\n".join(lines) + "\n")
    except PlanImportError:
        return
    found, known = synthetic.read_facts(result.to_dry_run()), synthetic.facts(plan)
    assert found[0] <= known[0], "\n".join(lines)
    assert found[1] <= known[1], "\n".join(lines)
