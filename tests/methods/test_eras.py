"""Eras and fiscal years: the printed forms, the turns of the eras, and both directions."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.methods.eras import (
    ERAS,
    EraError,
    both,
    era_year,
    era_years,
    find_years,
    fiscal_year_label,
    fiscal_year_of,
    parse_date,
    parse_fiscal_year,
    parse_year,
)

WIDE = str.maketrans("0123456789()RHS", "０１２３４５６７８９（）ＲＨＳ")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("令和7年度", 2025),
        ("R7", 2025),
        ("Ｒ７", 2025),
        ("令和元年度", 2019),
        ("平成31年度", 2019),
        ("H30", 2018),
        ("平成元年度", 1989),
        ("昭和63年度", 1988),
        ("昭和64年", 1989),
        ("令和7（2025）年度", 2025),
        ("令和 8 (2026) 年度", 2026),
        ("令和七年度", 2025),
        ("令和十一年度", 2029),
        ("平成二十九年度", 2017),
        ("(H27) [2015]", 2015),
        ("2025年度", 2025),
        ("2025（令和7）年度", 2025),
        ("FY2025", 2025),
        ("2025", 2025),
        ("平成37（2025）年度", 2025),
    ],
)
def test_reads_printed_forms(text: str, year: int) -> None:
    assert parse_fiscal_year(text) == year


@pytest.mark.parametrize(
    "text",
    ["", "年度", "令和", "令和0年度", "平成32年度", "昭和65年", "令和7（2026）年度", "7", "R7 R8", "X7"],
)
def test_refuses_what_is_no_year(text: str) -> None:
    with pytest.raises(EraError):
        parse_fiscal_year(text)


def test_a_contradiction_names_both_years() -> None:
    with pytest.raises(EraError, match=r"2025 / 2026"):
        parse_fiscal_year("令和7(2026)年度")
    (mention,) = find_years("令和7(2026)年度")
    assert mention.year is None
    assert mention.candidates == (2025, 2026)


@pytest.mark.parametrize(
    ("year", "label"),
    [
        (1988, "昭和63年度"),
        (1989, "平成元年度"),
        (2018, "平成30年度"),
        (2019, "令和元年度"),
        (2025, "令和7年度"),
    ],
)
def test_labels_at_the_turns_of_eras(year: int, label: str) -> None:
    assert fiscal_year_label(year, "ja") == label


def test_labels_in_other_languages() -> None:
    assert fiscal_year_label(2025, "en") == "FY2025"
    assert fiscal_year_label(2025, "ja-simple") == "2025年度（令和7年度）"


def test_fy2019_has_two_names() -> None:
    assert [y.text for y in era_years(2019)] == ["令和元", "平成31"]
    assert [y.text for y in era_years(1989)] == ["平成元", "昭和64"]
    assert len(era_years(2025)) == 1


def test_both_forms_must_agree() -> None:
    assert both("令和7年度", "2025") == 2025
    with pytest.raises(EraError, match=r"2025.*2024"):
        both("令和7年度", "2024")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和4（2022）年2月1日", date(2022, 2, 1)),
        ("R4.2.1", date(2022, 2, 1)),
        ("2022年2月1日", date(2022, 2, 1)),
        ("平成31年5月1日", date(2019, 5, 1)),
    ],
)
def test_dates(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["令和4年2月", "令和4年2月30日", "令和元年4月1日", "令和4年度"])
def test_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(EraError):
        parse_date(text)


def test_the_fiscal_year_begins_in_april() -> None:
    assert fiscal_year_of(date(2026, 3, 31)) == 2025
    assert fiscal_year_of(date(2026, 4, 1)) == 2026
    (mention,) = find_years("令和4(2022)年2月1日現在")
    assert (mention.fiscal_year, mention.as_of) == (2021, "2022-02-01")


def test_short_forms_inside_words_are_not_years() -> None:
    assert list(find_years("R18指定 SHR2 H2O R2D2 1R7")) == [] or all(
        m.text == "R18" for m in find_years("R18指定 SHR2 H2O R2D2 1R7")
    )
    assert [m.year for m in find_years("R2参加者数 (R1:5人) ※R2.12現在")] == [2020, 2019, 2020]


@given(st.integers(1868, 2117), st.booleans(), st.booleans())
def test_a_year_goes_out_and_comes_back(year: int, wide: bool, short: bool) -> None:
    era = era_year(year)
    text = f"{era.era.letter}{era.number}" if short else f"{era.text}年度"
    assert parse_fiscal_year(text.translate(WIDE) if wide else text) == year
    assert parse_year(f"{era.text}({year})年度") == year


@given(st.integers(1868, 2117))
def test_every_name_of_a_year_means_that_year(year: int) -> None:
    assert {parse_fiscal_year(f"{y.text}年度") for y in era_years(year)} == {year}


@given(st.dates(date(1873, 1, 1), date(2117, 12, 31)))
def test_dates_come_back(day: date) -> None:
    era = next(e for e in reversed(ERAS) if e.first_day <= day)
    text = f"{era.name}{day.year - era.first_day.year + 1}年{day.month}月{day.day}日"
    assert parse_date(text) == day
    assert (
        fiscal_year_of(day)
        == (day - timedelta(days=day.replace(month=4, day=1).timetuple().tm_yday - 1)).year
    )
