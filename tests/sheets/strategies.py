"""Generated forms and answers to them, for the round trips of page, paper and workbook.

``forms()`` draws definitions of every field type, with conditions, formulas, checks and repeating parts;
``answers(definition)`` draws what somebody may hand in to one, as text by address.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from jichi.methods.eras import era_year
from jichi.sheets.definition import Address, Definition, Field, FieldType, Part
from jichi.sheets.parsing import parse_definition
from jichi.sheets.reading import asked_in
from jichi.sheets.typed import canonical

WORDS = ("会議", "人数", "うち女性", "回数", "名称", "会場", "備考", "区分", "実施", "部数", "言語", "率")
UNITS = ("人", "回", "部", "%", "m²", "団体", "千円")
LETTERS = st.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"
)
PROSE = st.one_of(
    st.sampled_from(
        ["市民館", "=1+1", "@x", "'quoted'", "<b>&amp;", "“”", "0123", "1,234", "-", "○", "令和7年度", "é"]
    ),
    st.text(LETTERS, min_size=1, max_size=30).map(lambda text: " ".join(text.split())).filter(bool),
)


def words(draw: st.DrawFn, key: str) -> dict[str, str]:
    """A label: Japanese always, another language sometimes. The key makes it the only one of its name."""
    found = {"ja": f"{draw(st.sampled_from(WORDS))}{key}"}
    if draw(st.booleans()):
        found["en"] = f"Label of {key}"
    return found


# --- forms -------------------------------------------------------------------------------------------------
@st.composite
def form_data(draw: st.DrawFn, most_parts: int = 3, most_fields: int = 5) -> dict[str, Any]:
    """The JSON of a form that makes sense."""
    parts: list[dict[str, Any]] = []
    scalars: list[dict[str, Any]] = []
    columns: list[dict[str, Any]] = []
    for at in range(draw(st.integers(1, most_parts))):
        part = _part(draw, f"p{at}", scalars, columns, most_fields)
        if scalars and draw(st.integers(0, 4)) == 0 and (condition := _condition(draw, scalars)):
            part["when"] = condition
        parts.append(part)
        (columns if "rows" in part else scalars).extend(part["fields"])
    data: dict[str, Any] = {"title": words(draw, ""), "parts": parts}
    if checks := _checks(draw, parts, scalars):
        data["checks"] = checks
    return data


def forms(**sizes: int) -> st.SearchStrategy[Definition]:
    """Definitions that make sense."""
    return form_data(**sizes).map(parse_definition)


def _part(
    draw: st.DrawFn, key: str, scalars: list[dict[str, Any]], columns: list[dict[str, Any]], most_fields: int
) -> dict[str, Any]:
    kind = draw(st.sampled_from(["plain", "plain", "fixed", "open"]))
    part: dict[str, Any] = {"key": key, "title": words(draw, key)}
    if kind == "fixed":
        count = draw(st.integers(1, 4))
        part["rows"] = {
            "fixed": [{"key": f"r{row}", "label": words(draw, f"r{row}")} for row in range(count)]
        }
    elif kind == "open":
        least = draw(st.integers(0, 2))
        part["rows"] = {"least": least, "most": draw(st.integers(max(least, 1), 6))}
    fields: list[dict[str, Any]] = []
    if kind == "open":
        # Something that every row has: a row is where something stands.
        fields.append(
            {"key": f"{key}_name", "label": words(draw, f"{key}_name"), "type": "text", "required": True}
        )
    for at in range(draw(st.integers(1, most_fields))):
        outer = columns if kind == "plain" else []
        fields.append(_field(draw, f"{key}_f{at}", fields + scalars, outer))
    part["fields"] = fields
    return part


def _field(
    draw: st.DrawFn, key: str, before: list[dict[str, Any]], columns: list[dict[str, Any]]
) -> dict[str, Any]:
    numbers = [one["key"] for one in before if one["type"] in {"integer", "decimal"}]
    sums = [one["key"] for one in columns if one["type"] in {"integer", "decimal", "computed"}]
    kinds = [kind.value for kind in FieldType if kind is not FieldType.COMPUTED]
    kind = draw(st.sampled_from([*kinds, "computed"] if numbers or sums else kinds))
    field: dict[str, Any] = {"key": key, "label": words(draw, key), "type": kind}
    if draw(st.integers(0, 3)) == 0:
        field["hint"] = {"ja": f"{key}の書き方"}
    if kind == "computed":
        terms = [*numbers[:3], *(f"sum({one})" for one in sums[:2])]
        shape = draw(st.sampled_from([" + ", " - ", " / ", " * "]))
        field |= {"formula": shape.join(terms), "decimals": draw(st.integers(0, 2))}
        return field
    field["required"] = draw(st.booleans())
    if kind in {"integer", "decimal"}:
        _number(draw, field)
    if kind in {"choice", "choices"}:
        count = draw(st.integers(1, 4))
        field["choices"] = [{"key": f"c{at}", "label": words(draw, f"{key}・{at}")} for at in range(count)]
    if before and draw(st.integers(0, 3)) == 0 and (condition := _condition(draw, before)):
        field["when"] = condition
    return field


def _number(draw: st.DrawFn, field: dict[str, Any]) -> None:
    if draw(st.booleans()):
        field["unit"] = {"ja": draw(st.sampled_from(UNITS))}
    if field["type"] == "decimal":
        field["decimals"] = draw(st.integers(0, 3))
    if draw(st.booleans()):
        field["least"] = draw(st.integers(-5, 5))
    if draw(st.booleans()):
        field["most"] = draw(st.integers(6, 10_000))


def _condition(draw: st.DrawFn, before: list[dict[str, Any]]) -> str:
    found = []
    for one in before:
        key, kind = one["key"], one["type"]
        if kind == "yes_no":
            found += [key, f"not {key}"]
        elif kind == "choice":
            found.append(f'{key} == "c0"')
        elif kind == "choices":
            found.append(f'has({key}, "c0")')
        elif kind in {"integer", "decimal"}:
            found += [f"{key} > 3", f"not filled({key})"]
        elif kind in {"text", "date", "long_text"}:
            found.append(f"filled({key})")
    return draw(st.sampled_from(found)) if found else ""


def _checks(
    draw: st.DrawFn, parts: list[dict[str, Any]], scalars: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Warnings of every kind; errors only where generated answers cannot break them."""
    checks: list[dict[str, Any]] = []
    for part in parts:
        numbers = [one["key"] for one in part["fields"] if one["type"] in {"integer", "decimal"}]
        if not numbers or draw(st.booleans()):
            continue
        first, last = numbers[0], numbers[-1]
        repeats = "rows" in part
        sure = f"count({first}) >= 0" if repeats else f"{first} == {first}"
        checks.append({"key": f"e{len(checks)}", "expression": sure, "message": {"ja": "起こりません。"}})
        check = {
            "key": f"w{len(checks)}",
            "expression": f"{first} <= {last} + 3",
            "message": {"ja": "内訳が合計を超えています。"},
            "severity": "warning",
            "fields": [last],
        }
        checks.append(check | ({"part": part["key"]} if repeats else {}))
    return checks


# --- answers -----------------------------------------------------------------------------------------------
@st.composite
def answers(draw: st.DrawFn, definition: Definition, as_typed: bool = False) -> dict[Address, str]:
    """What may be handed in: everything required is there, nothing that is not asked.

    ``as_typed`` writes numbers, dates and choices in the ways people type them; otherwise as they are kept.
    """
    raw: dict[Address, str] = {}
    for part in definition.parts:
        for row in _rows(draw, part):
            for field in part.fields:
                if field.type is FieldType.COMPUTED or not (field.required or draw(st.integers(0, 3))):
                    continue
                raw[Address(field.key, row)] = draw(texts(field, as_typed=as_typed))
    asked = asked_in(definition, raw)
    return {address: text for address, text in raw.items() if address in asked}


def _rows(draw: st.DrawFn, part: Part) -> list[str]:
    if part.rows is None:
        return [""]
    if part.rows.fixed:
        return [row.key for row in part.rows.fixed]
    return [str(at) for at in range(1, draw(st.integers(part.rows.least, part.rows.most)) + 1)]


def texts(field: Field, *, as_typed: bool = False) -> st.SearchStrategy[str]:
    """Acceptable texts for one field."""
    if field.type is FieldType.TEXT:
        return PROSE
    if field.type is FieldType.LONG_TEXT:
        return st.lists(PROSE, min_size=1, max_size=3).map("\n".join)
    if field.type in {FieldType.INTEGER, FieldType.DECIMAL}:
        return _numbers(field, as_typed)
    if field.type is FieldType.DATE:
        days = st.dates(datetime.date(2019, 5, 1), datetime.date(2030, 12, 31))
        return days.flatmap(lambda day: st.sampled_from(_days(day) if as_typed else [day.isoformat()]))
    if field.type is FieldType.FISCAL_YEAR:
        return st.integers(2019, 2040).flatmap(
            lambda year: st.sampled_from(_years(year) if as_typed else [str(year)])
        )
    if field.type is FieldType.YES_NO:
        return st.sampled_from(
            ["yes", "no", *(["はい", "いいえ", "○", "×", "有", "なし"] if as_typed else [])]
        )
    ways = [[one.key, *(one.label.values() if as_typed else ())] for one in field.choices]
    if field.type is FieldType.CHOICE:
        return st.sampled_from([way for one in ways for way in one])
    chosen = st.lists(st.sampled_from(range(len(ways))), min_size=1, unique=True)
    return chosen.flatmap(
        lambda places: st.tuples(*(st.sampled_from(ways[at]) for at in sorted(places))).map("\n".join)
    )


def _numbers(field: Field, as_typed: bool) -> st.SearchStrategy[str]:
    places = field.decimals if field.type is FieldType.DECIMAL else 0
    scale = 10**places
    least = int((field.least if field.least is not None else Decimal(-99_999)) * scale)
    most = int((field.most if field.most is not None else Decimal(99_999_999)) * scale)
    drawn = st.integers(least, most).map(lambda number: canonical(Decimal(number) / scale))
    if not as_typed:
        return drawn
    unit = (field.unit or {}).get("ja", "")
    return drawn.flatmap(lambda text: st.sampled_from(_written(text, unit)))


FULL = str.maketrans("0123456789.-,", "０１２３４５６７８９．－，")


def _written(text: str, unit: str) -> list[str]:
    whole, point, fraction = text.partition(".")
    grouped = f"{int(whole):,}{point}{fraction}" if whole != "-0" else text
    return [
        text,
        text.translate(FULL),
        grouped,
        grouped.translate(FULL),
        f"{grouped}{unit}",
        f" {text} {unit}",
        text.replace("-", "▲"),
    ]


def _days(day: datetime.date) -> list[str]:
    number = day.year - 2018
    return [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"令和{number}年{day.month}月{day.day}日",
        f"R{number}.{day.month}.{day.day}",
        f"Ｒ{number}／{day.month}／{day.day}".translate(FULL),
    ]


def _years(year: int) -> list[str]:
    number = era_year(year).number
    return [
        str(year),
        f"令和{number}年度",
        f"R{number}",
        f"{year}年度",
        f"FY{year}",
        f"令和{number}年度".translate(FULL),
    ]
