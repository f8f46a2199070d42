"""Printed quantities: a number, its unit, its comparator, and the year beside it.

A cell is read whole or not at all: whatever does not fit the grammar is odd, and an odd cell with a
digit in it is for a person to decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from jichi.methods.eras import YearMention, find_years
from jichi.plan.importing.characters import HYPHENS, footnote_marks, narrow
from jichi.plan.importing.years import bracketed_year

__all__ = ["QUANTITY", "Cell", "Quantity", "json_number", "quantity", "read_cell"]

COMPARATORS = {"以上": "ge", "以下": "le", "以内": "le", "程度": "about", "前後": "about"}
_SIGNS = {"≧": "ge", "≥": "ge", "≦": "le", "≤": "le"}
_APPROXIMATE = ("約", "概ね", "おおむね")
# Words that say how a number was counted; they change neither its value nor its unit.
_TOTALS = ("延べ", "のべ", "延", "累計", "合計", "総計", "計")
_PER = "年月週日"

# Thousands are grouped by threes or not at all: 24,13 is a misprint, not a number.
_NUM = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])|[0-9]+(?![0-9,])"
QUANTITY = re.compile(
    rf"""(?:(?:{"|".join(_TOTALS)})\s*)?(?P<approx>{"|".join(_APPROXIMATE)})?\s*(?P<sign>[≧≥≦≤])?\s*
    (?:(?P<per>[{_PER}])(?:に|間)?\s?)?
    (?P<minus>[△▲−])?(?P<num>{_NUM})(?:\.(?P<frac>[0-9]+))?(?![0-9.])(?!\s*[、・]?\s*[0-9])\s{{0,3}}
    (?P<unit>(?:[^\s0-9()\[\]<>,.:;~〜～→※●○、。・]|(?<=[A-Za-z])[0-9](?![0-9])){{0,12}}?)\s{{0,3}}
    (?P<comp>以上|以下|以内|程度|前後|未満|超)?
    (?=[\s()\[\]<>→※●○、。・]|$)""",
    re.VERBOSE,
)
_DASH = re.compile(rf"[{HYPHENS}]+|なし|…+|／|/|\*+")
_DIGIT = re.compile(r"[0-9]")
# Numbers that only count or date something: 第3期, 第2次, 3月, 1日.
_ORDINAL = re.compile(r"第\s*[0-9]{1,3}|[0-9]{1,2}\s*(?:月|日|時)|[0-9]{1,2}\s*(?:期|次|か年|カ年|か月)")
_LEADING = re.compile(r"(?P<name>[^\s0-9()\[\]:、・/※約△▲−≧≥≦≤]{1,12})\s{0,3}:?\s{0,3}(?=[約△▲−≧≥≦≤0-9])")
_QUALIFIER = re.compile(r"\s*\(([^()0-9]{1,20})\)")


@dataclass(frozen=True)
class Quantity:
    """A printed number. `qualifier` is the text in brackets behind it (a series name, or a remark)."""

    value: Decimal
    decimals: int
    unit: str
    comparator: str
    printed: str
    qualifier: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell read whole. `kind`: empty, dash (no value), note (words without a value), value, odd."""

    kind: str
    text: str
    quantities: tuple[Quantity, ...] = ()
    year: YearMention | None = None
    footnotes: tuple[int, ...] = ()
    problem: str = ""


def json_number(value: Decimal) -> int | float:
    """A Decimal as a JSON number: whole numbers as integers."""
    return int(value) if value == value.to_integral_value() else float(value)


def quantity(found: re.Match[str]) -> Quantity | None:
    """The quantity of a QUANTITY match; None for a strict bound, which no comparator here expresses."""
    part = found.groupdict()
    if part["comp"] in ("未満", "超") or (part["comp"] and part["sign"]):
        return None
    comparator = COMPARATORS.get(part["comp"] or "", "none")
    comparator = _SIGNS.get(part["sign"] or "", comparator)
    if part["approx"] and comparator == "none":
        comparator = "about"
    value = Decimal(part["num"].replace(",", "") + (f".{part['frac']}" if part["frac"] else ""))
    unit = part["unit"].replace("％", "%")
    return Quantity(
        value=-value if part["minus"] else value,
        decimals=len(part["frac"] or ""),
        unit=f"{unit}/{part['per']}" if part["per"] else unit,
        comparator=comparator,
        printed=found.group().strip(),
    )


def read_cell(text: str) -> Cell:
    """Read one cell of an indicator table."""
    plain, footnotes = footnote_marks(text)
    plain = re.sub(r"\s{4,}", "   ", narrow(plain)).strip()
    if not plain:
        return Cell("empty", text)
    if _DASH.fullmatch(plain):
        return Cell("dash", text)
    years = list(find_years(plain)) or bracketed_year(plain)
    rest = _without(plain, years)
    if not _DIGIT.search(_ORDINAL.sub("", rest)):
        return Cell("note", text, year=None, footnotes=footnotes)
    if len(years) > 1:
        return Cell("odd", text, footnotes=footnotes, problem="more than one year in the cell")
    year = years[0] if years else None
    quantities, problem = _quantities(rest)
    if problem:
        quantities, problem = _named(rest) or ((), problem)
    if problem:
        return Cell("odd", text, year=year, footnotes=footnotes, problem=problem)
    if year is not None and year.year is None:
        problem = "the era and the western year contradict each other"
        return Cell("odd", text, quantities, year, footnotes, problem)
    return Cell("value", text, quantities, year, footnotes)


def _without(text: str, years: list[YearMention]) -> str:
    for year in reversed(years):
        text = f"{text[: year.start]} {text[year.end :]}"
    # What is left of the brackets and words around a year.
    return re.sub(r"[(\[]\s*(?:年度?)?\s*(?:末|時点|現在|実績)?\s*[)\]]|^\s*年度\s*|\s年度末?", " ", text)


def _named(text: str) -> tuple[tuple[Quantity, ...], str] | None:
    """Two values or more, each with the name of its series before it; None when they are not so printed."""
    found: list[Quantity] = []
    position, text = 0, text.strip()
    while position < len(text):
        name = _LEADING.match(text, position)
        match = name and QUANTITY.match(text, name.end())
        value = quantity(match) if match else None
        if not name or not match or value is None:
            return None
        found.append(replace(value, qualifier=name.group("name")))
        position = match.end()
        while position < len(text) and text[position] in " ・/、":
            position += 1
    names = {q.qualifier for q in found} - {*COMPARATORS, *_APPROXIMATE, *_TOTALS}
    return (tuple(found), "") if len(found) > 1 and len(names) == len(found) else None


def _quantities(text: str) -> tuple[tuple[Quantity, ...], str]:
    found: list[Quantity] = []
    position = 0
    text = text.strip()
    while position < len(text):
        match = QUANTITY.match(text, position)
        if not match:
            return (), "not a number with a unit"
        value = quantity(match)
        if value is None:
            return (), "a strict bound (未満, 超) has no comparator here"
        position = match.end()
        if label := _QUALIFIER.match(text, position):
            value = replace(value, qualifier=label.group(1).strip())
            position = label.end()
        found.append(value)
        while position < len(text) and text[position] in " ・/、":
            position += 1
    if len(found) > 1 and (
        not all(q.qualifier for q in found) or len({q.qualifier for q in found}) < len(found)
    ):
        return (), "several numbers in one cell"
    return tuple(found), "" if found else "not a number with a unit"
