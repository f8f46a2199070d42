"""Survey reports for tests: two of a fictitious city, and any that Hypothesis can think of."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from jichi.figures.surveys.report import (
    MODES,
    SAMPLINGS,
    Answer,
    Document,
    Question,
    Report,
    Table,
)

D = Decimal
SUPPORT = "あなたは、近所の人と支え合っていると感じますか。"


def answers(*lines: tuple[str, str, int]) -> tuple[Answer, ...]:
    return tuple(Answer(option=option, percent=D(percent), count=count) for option, percent, count in lines)


def support(wording: str = SUPPORT) -> Question:
    """One answer each: 1,400 answered, and women and men apart."""
    return Question(
        code="support",
        wording=wording,
        decimals=1,
        tables=(
            Table(
                n=1400,
                answers=answers(
                    ("感じる", "18.0", 252),
                    ("やや感じる", "34.0", 476),
                    ("感じない", "46.0", 644),
                    ("無回答", "2.0", 28),
                ),
            ),
            Table(
                dimension="性別",
                group="女性",
                n=780,
                answers=answers(
                    ("感じる", "19.2", 150),
                    ("やや感じる", "35.3", 275),
                    ("感じない", "43.6", 340),
                    ("無回答", "1.9", 15),
                ),
            ),
            Table(
                dimension="性別",
                group="男性",
                n=612,
                answers=answers(
                    ("感じる", "16.5", 101),
                    ("やや感じる", "32.2", 197),
                    ("感じない", "49.2", 301),
                    ("無回答", "2.1", 13),
                ),
            ),
            Table(
                dimension="性別",
                group="答えない",
                n=8,
                answers=answers(
                    ("感じる", "12.5", 1),
                    ("やや感じる", "50.0", 4),
                    ("感じない", "37.5", 3),
                    ("無回答", "0.0", 0),
                ),
            ),
        ),
    )


def sources() -> Question:
    """Several answers each, percentages only."""
    return Question(
        code="sources",
        wording="市政の情報を何で知りますか。（いくつでも）",
        several=True,
        decimals=1,
        tables=(
            Table(
                n=1400,
                answers=(
                    Answer(option="広報紙", percent=D("61.2")),
                    Answer(option="ウェブサイト", percent=D("38.5")),
                    Answer(option="その他", percent=D("4.1")),
                ),
            ),
        ),
    )


def report(**more) -> Report:
    """A probability sample of FY2025."""
    facts = {
        "key": "2025",
        "title": "令和7年度 市民意識調査",
        "fiscal_year": 2025,
        "sampling": "probability",
        "mode": "mail",
        "design": "層化二段無作為抽出、150地点",
        "population": "市内に住む18歳以上の人",
        "asked": 3000,
        "answered": 1402,
        "field_first": datetime.date(2025, 6, 1),
        "field_last": datetime.date(2025, 6, 30),
        "document": Document(
            title="令和7年度 市民意識調査 報告書",
            publisher="見本市",
            published_on=datetime.date(2026, 2, 10),
            url="https://example.jp/report.pdf",
            locator="12ページ",
        ),
        "questions": (support(), sources()),
    }
    return Report(**{**facts, **more})


def earlier(wording: str = SUPPORT, **more) -> Report:
    """The wave of FY2023, of the same survey: 50.0 % of 1,380."""
    question = replace(
        support(wording),
        tables=(
            Table(
                n=1380,
                answers=answers(
                    ("感じる", "17.0", 235),
                    ("やや感じる", "33.0", 455),
                    ("感じない", "48.0", 662),
                    ("無回答", "2.0", 28),
                ),
            ),
        ),
    )
    facts = {
        "key": "2023",
        "title": "令和5年度 市民意識調査",
        "fiscal_year": 2023,
        "answered": 1380,
        "field_first": datetime.date(2023, 6, 1),
        "field_last": datetime.date(2023, 6, 30),
        "document": Document(title="令和5年度 市民意識調査 報告書", publisher="見本市"),
        "questions": (question,),
    }
    return report(**{**facts, **more})


# ---- any report ----------------------------------------------------------------------------------------
def _words(most: int, least: int = 1) -> st.SearchStrategy[str]:
    """Printed words: any letters and signs, also those a spreadsheet would run, in one line."""
    sign = st.one_of(
        st.sampled_from("=+-@'\"、。（）［］[]%％・,;0１ ア"),
        st.characters(codec="utf-8", exclude_categories=("C", "Z")),
    )
    return st.text(sign, min_size=least, max_size=most).map(str.strip).filter(lambda text: len(text) >= least)


_CODE = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[0-9]{1,3})?", fullmatch=True)
_DAYS = st.dates(datetime.date(2015, 4, 1), datetime.date(2026, 3, 31))


@st.composite
def _tables(draw: st.DrawFn, decimals: int, answered: int) -> tuple[Table, ...]:
    def answer(option: str, n: int) -> Answer:
        number = D(draw(st.integers(0, 100 * 10**decimals))).scaleb(-decimals)
        kind = draw(st.sampled_from(["percent", "count", "both", "score"]))
        return Answer(
            option=option,
            percent=number if kind in {"percent", "both"} else None,
            count=draw(st.integers(0, n)) if kind in {"count", "both"} else None,
            score=number if kind == "score" else None,
            subtotal=draw(st.booleans()),
        )

    groups = draw(st.lists(st.tuples(_words(10), _words(10)), max_size=2, unique=True))
    options = draw(st.lists(_words(12), min_size=1, max_size=4, unique=True))
    found = []
    for dimension, group in [("", ""), *groups]:
        n = draw(st.integers(0, answered))
        found.append(
            Table(
                dimension=dimension,
                group=group,
                n=draw(st.sampled_from([n, None])),
                answers=tuple(answer(option, n) for option in options),
            )
        )
    return tuple(found)


@st.composite
def any_report(draw: st.DrawFn) -> Report:
    """A report without an error, of whatever words and numbers."""
    sampling = draw(st.sampled_from(SAMPLINGS))
    days = sorted(draw(st.tuples(_DAYS, _DAYS)))
    document = Document(
        title=draw(_words(30)),
        publisher=draw(_words(10, 0)),
        published_on=draw(st.none() | _DAYS),
        url=draw(st.sampled_from(["", "https://example.jp/a?b=1&c=2"])),
        locator=draw(_words(10, 0)),
    )
    facts = {
        "key": draw(_CODE),
        "title": draw(_words(20)),
        "fiscal_year": draw(st.integers(2000, 2040)),
        "sampling": sampling,
        "mode": draw(st.sampled_from(MODES)),
        "design": draw(_words(30, 0)),
        "population": draw(_words(20, 0)),
        "field_first": days[0],
        "field_last": days[1],
        "document": document,
    }
    if draw(st.integers(0, 9)) == 0:
        return Report(**facts, not_run_reason=draw(_words(20)))
    answered = draw(st.integers(1, 5000))
    questions = []
    for code in draw(st.lists(_CODE, max_size=3, unique=True)):
        decimals = draw(st.integers(0, 4))
        questions.append(
            Question(
                code=code,
                wording=draw(_words(40)),
                several=draw(st.booleans()),
                decimals=decimals,
                tables=draw(_tables(decimals, answered)),
            )
        )
    effect = D(draw(st.integers(500, 9000))).scaleb(-3) if sampling == "probability" else None
    return Report(
        **facts,
        asked=draw(st.sampled_from([None, 5000])),
        answered=answered,
        weighting=draw(_words(20, 0)),
        design_effect=draw(st.sampled_from([None, effect])),
        questions=tuple(questions),
    )
