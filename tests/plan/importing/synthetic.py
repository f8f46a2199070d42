"""Plans of a city that does not exist, written in the layout of a published plan's extracted text.

A plan is made from a model, then printed with a style (how the rows were extracted) and damage. What a
reader must find is known from the model.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ERAS = ((2019, "令和", "R", 2018), (1989, "平成", "H", 1988))


def era(year: int) -> tuple[str, str, int]:
    for first, name, letter, base in ERAS:
        if year >= first:
            return name, letter, year - base
    raise ValueError(year)


def long_year(year: int) -> str:
    name, _, number = era(year)
    return f"{name}{'元' if number == 1 else number} ({year}) 年度"


def short_year(year: int) -> str:
    _, letter, number = era(year)
    return f"{letter}{number}"


@dataclass
class Indicator:
    name: str
    unit: str
    baseline: tuple[int, str] | None
    current: tuple[int, str]
    targets: list[tuple[int, str] | None]
    comparator: str = "以上"
    source: str = "みどり課調べ"


@dataclass
class Figure:
    name: str
    unit: str
    references: list[tuple[int, int]]
    targets: list[int]
    comparator: str = "以上"
    style: str = "tabs"


@dataclass
class Project:
    name: str
    figures: list[Figure] = field(default_factory=list)


@dataclass
class Measure:
    name: str
    indicators: list[Indicator]
    projects: list[Project]


@dataclass
class Plan:
    """Basic policy `number` with one policy; the plan's own years begin after `current`."""

    number: int
    measures: list[Measure]
    current: int = 2025
    years: int = 4
    first_period: int = 2

    @property
    def plan_years(self) -> list[int]:
        return list(range(self.current + 1, self.current + 1 + self.years))


COMPARATORS = {"以上": "ge", "以下": "le", "程度": "about", "": "none"}
STYLES = ("tabs", "left", "right", "embedded", "together", "copied", "list", "bare")


def facts(plan: Plan) -> tuple[set[tuple], set[tuple]]:
    """The indicator facts and the yearly facts of a plan."""
    indicators, yearly = set(), set()
    for number, measure in enumerate(plan.measures, start=1):
        code = f"{plan.number}-1-{number}"
        for one in measure.indicators:
            if one.baseline:
                indicators.add((code, one.name, "baseline", one.baseline[0], float(one.baseline[1])))
            indicators.add((code, one.name, "current", one.current[0], float(one.current[1])))
            for target in one.targets:
                if target:
                    indicators.add((code, one.name, "target", target[0], float(target[1])))
        for order, project in enumerate(measure.projects, start=1):
            where = f"{code}-{order:02d}"
            for figure in project.figures:
                yearly |= {(where, figure.name, "reference", y, v) for y, v in figure.references}
                yearly |= {
                    (where, figure.name, "target", y, v)
                    for y, v in zip(plan.plan_years, figure.targets, strict=True)
                }
    return indicators, yearly


def read_facts(dry_run: dict) -> tuple[set[tuple], set[tuple]]:
    """The same facts out of a dry run."""
    indicators = {
        (i["node"], i["name"], p["role"], p["fiscal_year"], float(p["value"]))
        for i in dry_run["indicators"]
        for p in i["points"]
    }
    yearly = set()
    for entry in dry_run["yearly_targets"]:
        where = (entry["project"], entry["name"])
        yearly |= {(*where, "reference", r["fiscal_year"], r["value"]) for r in entry["reference"]}
        yearly |= {(*where, "target", int(y), v) for y, v in entry["targets"].items()}
    return indicators, yearly


def _cell(value: tuple[int, str] | None, unit: str, comparator: str = "") -> str:
    return f"{value[1]} {unit}{comparator} ({long_year(value[0])})" if value else "-"


def indicator_table(plan: Plan, measure: Measure) -> list[str]:
    periods = max(len(i.targets) for i in measure.indicators)
    first = plan.first_period
    heads = [f"第{first + n}期実施計画期間 における目標値" for n in range(periods)]
    rows = ["\t".join(["名称 (指標の出典)", "計画策定時", "現 状", *heads])]
    for one in measure.indicators:
        cells = [
            f"{one.name} ({one.source})",
            _cell(one.baseline, one.unit) if one.baseline else f"第{first}期実施計画 から新たに設定",
            _cell(one.current, one.unit),
            *(_cell(t, one.unit, one.comparator) for t in one.targets),
        ]
        rows.append("\t".join(cells))
    return rows


def _figure_rows(figure: Figure) -> list[list[str]]:
    """The rows of one figure, each a list of cells after the name's column."""
    label = f"{figure.name}："
    year, value = figure.references[0]
    reference = f"{short_year(year)}{label}{value:,}{figure.unit}"
    for year, value in figure.references[1:]:
        reference += f" ({short_year(year)}：{value:,}{figure.unit})"
    targets = [f"{label}{t:,}{figure.unit}{figure.comparator}" for t in figure.targets]
    head = ["●港の見守りの実施 ・見守りの実施"]
    blank = [""] * len(targets)
    if figure.style == "tabs":
        return [[*head, *blank, ""], [reference, *targets, ""]]
    if figure.style == "right":
        return [["○港の見守りの実施", reference, *targets]]
    if figure.style == "list":
        item = '<ul style="list-style-type: none"> '
        return [[f"{item}●港の見守りの実施 <li>{reference}</li>", *(f"{item}・{t} " for t in targets), ""]]
    if figure.style == "bare":
        bare = [f"{t:,}{figure.unit}{figure.comparator}" for t in figure.targets]
        return [[*head, *blank, ""], [reference, *bare, ""]]
    if figure.style == "together":
        return [[f"{head[0]} {' '.join([reference, *targets])}", *blank, "本格運用"]]
    table = "".join(f"<td>{cell}</td> " for cell in [reference, *targets])
    cell = f'{head[0]} <table border="1"> <tr> {table}</tr> </table>'
    if figure.style == "copied":
        return [[cell, *blank, "", reference, *targets], [reference, *targets, ""]]
    return [[cell, *blank, "本格運用"]]


def project_table(plan: Plan, projects: list[Project]) -> list[str]:
    years = [plan.current, *plan.plan_years, plan.plan_years[-1] + 1]
    names = [era(y) for y in years]
    cells = [f"{name}{number}({year})年度" for (name, _, number), year in zip(names, years, strict=True)]
    cells[-1] += "以降"
    rows = [["事務事業名", "現状", "事業内容・目標"], ["", *cells]]
    for project in projects:
        first = [f"{project.name} 岸辺で暮らす人を支えます。", "●船着き場の点検 ・点検の実施", "継続実施"]
        rows.append([*first, *[""] * (plan.years - 1), "本格運用"])
        for figure in project.figures:
            for number, cells in enumerate(_figure_rows(figure)):
                shifted = figure.style == "left" or (figure.style == "copied" and number == 1)
                rows.append(cells if shifted else ["", *cells])
    width = max(len(row) for row in rows)
    return ["\t".join([*row, *[""] * (width - len(row))]) for row in rows]


TABS = ("総論", "十年のあゆみ", "基本政策1", "基本政策2", "区の計画", "進み具合")


def lines(plan: Plan, *, furniture: bool = True, blanks: bool = True) -> list[str]:
    """The text of a plan, line by line."""
    top, policy = plan.number, f"{plan.number}-1"
    gap = [""] if blanks else []
    tabs = [x for tab in TABS for x in (*gap, tab)] if furniture else []
    out = [f"基本政策 {top} 潮風とともに暮らすまち", *gap, f"政策 {policy} 岸辺をみんなで守る", *gap]
    out += ["1 政策の方向性", *gap, "- 岸辺を守る人を増やします。", *gap, "(みなと市基本計画)", *gap]
    out += ["3 施策の体系", *gap, f"政策 {policy} 岸辺をみんなで守る", *gap]
    for number, measure in enumerate(plan.measures, start=1):
        out += [f"施策{policy}-{number} {measure.name}", *gap]
    for number, measure in enumerate(plan.measures, start=1):
        out += [f"施策{policy}-{number} {measure.name}", *gap, "1 これまでの主な取組状況", *gap]
        out += ["- 岸辺の掃除を続けてきました。", *gap, *gap, "掃除のようす", *gap]
        out += ["2 施策の主な課題", *gap, "- 人手が足りません。", *gap]
        out += ["4 直接目標", *gap, "- 岸辺をきれいに保つ", *gap, "5 主な成果指標", *gap]
        out += [*indicator_table(plan, measure), *gap, "6 計画期間の主な取組", *gap]
        out += [*project_table(plan, measure.projects), *tabs, *gap]
    return out


def sample() -> Plan:
    """A plan with every style of row once."""
    figures = [
        Figure(
            f"見守り{n}回数",
            "回",
            [(2024, 40 + n), (2019, 90 + n)],
            [50 + n, 60 + n, 70 + n, 80 + n],
            style=s,
        )
        for n, s in enumerate(STYLES)
    ]
    indicator = Indicator(
        "岸辺を誇りに思う人の割合",
        "%",
        (2017, "31.5"),
        (2024, "28"),
        [(2021, "33"), (2025, "36.0"), (2029, "40.5")],
    )
    falling = Indicator(
        "流れ着くごみの量", "袋", None, (2025, "1250"), [None, None, (2029, "900")], comparator="以下"
    )
    return Plan(
        number=2,
        measures=[
            Measure("岸辺の見守りの充実", [indicator], [Project("港見守り事業", figures[:4])]),
            Measure(
                "水辺の学びの推進", [falling], [Project("海藻調査事務", figures[4:]), Project("灯台管理事業")]
            ),
        ],
    )
