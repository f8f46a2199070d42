"""Documents and plans made at random."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.plan.importing import synthetic
from tests.plan.importing.synthetic import Figure, Indicator, Measure, Plan, Project

TEXT = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"], exclude_characters="\u2028\u2029"
    ),
    max_size=12,
)
NAME = TEXT.filter(lambda t: t != "")
KEY = st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,8}", fullmatch=True)
NUMBER = st.one_of(
    st.integers(-(10**14), 10**14),
    st.decimals(-(10**9), 10**9, places=3, allow_nan=False).map(float),
    st.floats(-1e6, 1e6),
)
YEAR = st.one_of(st.none(), st.integers(1868, 2199))
AS_OF = st.one_of(st.none(), st.dates().map(str).filter(lambda d: d >= "1000"), st.just("2020-12"))
COMPARATOR = st.sampled_from(["ge", "le", "about", "none"])


@st.composite
def documents(draw: st.DrawFn) -> dict:
    codes = draw(st.lists(KEY, min_size=1, max_size=4, unique=True))
    keys = draw(st.lists(KEY, max_size=3, unique=True))
    some_codes = st.lists(st.sampled_from(codes), max_size=3, unique=True)
    value = st.one_of(st.none(), NUMBER)
    point = st.fixed_dictionaries(
        {
            "role": st.sampled_from(["baseline", "current", "target"]),
            "fiscal_year": st.integers(1868, 2199),
            "as_of": AS_OF,
            "value": value,
            "decimals": st.integers(0, 4),
            "comparator": COMPARATOR,
            "period": st.one_of(st.none(), st.integers(1, 9)),
            "printed": TEXT,
            "note": TEXT,
        }
    )
    node = {
        "level": st.just("measure"),
        "name": TEXT,
        "parent": st.none(),
        "order": st.integers(0, 99),
        "summary": TEXT,
        "source_text": TEXT,
        "department": st.one_of(st.none(), KEY),
        "documents": st.lists(st.sampled_from(keys), max_size=2, unique=True) if keys else st.just([]),
        "statements": st.lists(
            st.fixed_dictionaries(
                {"kind": st.sampled_from(["goal", "issue"]), "text": TEXT, "source_text": TEXT}
            ),
            max_size=2,
        ),
    }
    series = st.lists(
        st.fixed_dictionaries({"key": KEY, "name": TEXT, "points": st.lists(point, max_size=3)}),
        min_size=1,
        max_size=2,
        unique_by=lambda s: s["key"],
    )
    indicator = {
        "node": st.sampled_from(codes),
        "name": NAME,
        "kind": st.sampled_from(["sense", "outcome"]),
        "source": TEXT,
        "unit": TEXT,
        "comparator": COMPARATOR,
        "decimals": st.integers(0, 3),
        "definition": TEXT,
        "note": TEXT,
        "series": series,
    }
    activity = {
        "text": TEXT,
        "first_year": YEAR,
        "last_year": YEAR,
        "open_ended": st.booleans(),
        "certain": st.booleans(),
    }
    figure_point = {
        "role": st.sampled_from(["reference", "target"]),
        "fiscal_year": st.integers(1868, 2199),
        "as_of": AS_OF,
        "value": value,
        "printed": TEXT,
        "note": TEXT,
    }
    figure = {
        "order": st.integers(1, 50),
        "name": TEXT,
        "unit": TEXT,
        "comparator": COMPARATOR,
        "decimals": st.integers(0, 3),
        "initiative": st.none(),
        "points": st.lists(
            st.fixed_dictionaries(figure_point), max_size=3, unique_by=lambda p: (p["role"], p["fiscal_year"])
        ),
    }
    initiative = {
        "order": st.integers(1, 50),
        "marker": st.sampled_from(["●", "○", ""]),
        "parent": st.none(),
        "name": TEXT,
        "activities": st.lists(st.fixed_dictionaries(activity), max_size=2),
    }
    by_order = {"max_size": 2, "unique_by": lambda x: x["order"]}
    return {
        "format": "jichi-plan/1",
        "plan": {
            "key": draw(KEY),
            "name": draw(TEXT),
            "language": "ja",
            "first_year": draw(YEAR),
            "last_year": draw(YEAR),
            "adopted_on": draw(st.sampled_from([None, "2022-03-01"])),
            "scope_note": draw(TEXT),
            "source": {"title": draw(TEXT), "publisher": draw(TEXT), "published_on": None, "url": draw(TEXT)},
            "levels": [{"key": "measure", "name": draw(NAME), "kind": "branch"}],
            "periods": draw(
                st.lists(
                    st.fixed_dictionaries(
                        {"number": st.integers(1, 9), "name": NAME, "first_year": YEAR, "last_year": YEAR}
                    ),
                    max_size=2,
                )
            ),
        },
        "nodes": [{"code": c, **draw(st.fixed_dictionaries(node))} for c in codes],
        "indicators": [
            {"key": k, **draw(st.fixed_dictionaries(indicator))}
            for k in draw(st.lists(KEY, max_size=2, unique=True))
        ],
        "projects": [
            {
                "code": c,
                "initiatives": draw(st.lists(st.fixed_dictionaries(initiative), **by_order)),
                "figures": draw(st.lists(st.fixed_dictionaries(figure), **by_order)),
            }
            for c in draw(some_codes)
        ],
        "documents": [
            {
                "key": k,
                "name": draw(NAME),
                "kind": "plan",
                "legal_basis": draw(TEXT),
                "summary": draw(TEXT),
                "nodes": draw(some_codes),
                "revisions": draw(
                    st.lists(
                        st.fixed_dictionaries(
                            {"fiscal_year": YEAR, "event": st.just("adopted"), "label": TEXT, "note": TEXT}
                        ),
                        max_size=2,
                    )
                ),
            }
            for k in keys
        ],
        "schemes": [{"key": "s", "name": draw(NAME), "summary": draw(TEXT), "nodes": draw(some_codes)}],
        "not_held": [{"key": "n", "title": draw(NAME), "reason": draw(TEXT), "node": None}],
        "translations": draw(
            st.dictionaries(
                st.sampled_from(["en", "ja-simple"]),
                st.dictionaries(NAME, TEXT, min_size=1, max_size=2),
                max_size=2,
            )
        ),
    }


UNITS = st.sampled_from(["人", "件", "団体", "回", "部", "か所", "%"])


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    years = draw(st.integers(3, 5))
    current = draw(st.integers(2019, 2032))
    names = (
        f"{a}{b}"
        for a in ("潮", "波", "帆", "錨", "灯", "浜")
        for b in ("の会参加数", "調べ件数", "便り部数")
    )

    def figure() -> Figure:
        unit = draw(UNITS)
        top = 100 if unit == "%" else 99999
        style = draw(st.sampled_from([s for s in synthetic.STYLES if s != "together"]))
        targets = [draw(st.integers(0, top)) for _ in range(years)]
        references = [(current - 1, draw(st.integers(0, top)))]
        if draw(st.booleans()):
            references.append((current - 2, draw(st.integers(0, top))))
        comparator = draw(st.sampled_from(["以上", "以下", "程度"]))
        if draw(st.booleans()):
            style, targets = "together", [targets[0]] * years
        return Figure(next(names), unit, references, targets, comparator, style)

    def indicator(number: int) -> Indicator:
        value = st.integers(0, 1000).map(lambda n: f"{n / 10:.1f}" if n % 3 else str(n // 10))
        return Indicator(
            f"岸辺に通う人の割合その{'一二三四'[number]}",
            "%",
            (current - 6, draw(value)) if draw(st.booleans()) else None,
            (current - draw(st.integers(0, 2)), draw(value)),
            [(current, draw(value)), (current + years, draw(value))],
            draw(st.sampled_from(["以上", "以下"])),
        )

    measures = [
        Measure(
            name,
            [indicator(n) for n in range(draw(st.integers(1, 3)))],
            [
                Project(f"{project}推進事業", [figure() for _ in range(draw(st.integers(0, 2)))])
                for project in ("港湾", "漁礁", "海図")[: draw(st.integers(1, 3))]
            ],
        )
        for name in ("岸辺の見守り", "水辺の学び")
    ]
    return Plan(draw(st.integers(1, 9)), measures, current, years, draw(st.integers(1, 4)))
