"""Reading one cell of a published table: names, numbers, marks for what is missing, footnote marks, units."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from .grid import Raw

MARK_MEANINGS = ("none", "unknown", "suppressed", "not_applicable")
"""What a mark in place of a number may mean: nothing of the kind, not known, withheld, does not apply."""

USUAL_MARKS: Mapping[str, str] = {
    "-": "none",
    "...": "unknown",
    "x": "suppressed",
    "***": "suppressed",
}
"""The marks of Japanese official statistics (該当数字なし, 不詳, 秘匿), as :func:`plain_mark` writes them."""

UNITS = (
    "%|‰|人|件|世帯|戸|円|千円|百万円|億円|枚|団体|法人|社|校|回|か所|カ所|ヶ所|箇所|棟|台|冊|部|点|ポイント"
    "|km2|m2|ha|kg|t|時間|分|歳|日|種類|言語|千人|万人|人/km2"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－─", "-"))
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", "0123456789()")
_RAISED_NOTE = re.compile(r"(?<![mｍ㎞k])([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}[⁾)）]?|⁽[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}⁾)\s*$")
_NUMBERED = r"[(\[]\s*注\s*\d{0,2}\s*[)\]]|(?<![受発外特傾])注\s*\d{1,2}\s*\)?|[*※†‡]\s*\d{0,2}\s*\)?"
_LABEL_NOTE = re.compile(rf"\s*(?:{_NUMBERED}|(?P<bare>(?<=\D)\d{{1,2}}\)))\s*$")
_LABEL_LEAD = re.compile(r"^\s*(?:[(\[]\s*注\s*\d{0,2}\s*[)\]]|[*※†‡]\s*(?:\d{1,2}\s*\))?)\s*")
_UNIT_WORD = re.compile(rf"\s*[(\[〔【]\s*(?:単位\s*[:;]?\s*)?({UNITS})\s*[)\]〕】]\s*$")
_UNIT_LINE = re.compile(rf"[(\[〔【]?\s*単位\s*[:;]?\s*({UNITS})\s*[)\]〕】]?")
_NUMBER = re.compile(
    rf"""(?P<lead>(?:[*※]?\d{{1,2}}\)|\(?注\d{{0,2}}\)|[*※†‡])\s*|[prPR]\s*(?=[-+▲△▼\d.]))?
    (?P<sign>[-+▲△▼])?\s*
    (?P<whole>\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?:\ \d{{3}})+|\d+)?(?P<part>\.\d+)?
    \s*(?P<unit>{UNITS})?
    (?P<notes>(?:\s*(?:{_NUMBERED})|\s+\d{{1,2}}\)|\s*[prPR](?![a-zA-Z]))*)""",
    re.VERBOSE,
)
_SIMPLE = re.compile(r"(-?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that stands where no number is, as :func:`plain_mark` writes it."""

    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be read as a number: why, and what stands there.

    ``code`` is ``not_a_number``, ``unknown_mark``, ``date``, ``truth``, ``error``, ``uncomputed`` or
    ``unit``.
    """

    code: str
    text: str


Cell = str | Mark | Fault | None
"""A cell as read: a number in its one plain form, a mark, a fault, or None where it is blank (never 0)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell with what was taken off it: its unit and its footnote marks."""

    cell: Cell
    unit: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """A name without its footnote marks and its unit."""

    text: str
    notes: tuple[str, ...] = ()
    unit: str = ""


def text_of(value: Raw) -> str:
    """A cell as a person reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return plain_number(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def plain_number(value: float) -> str:
    """A spreadsheet's number in plain digits, to the 15 that a spreadsheet keeps."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    text = repr(value)
    if len(text) <= 16 and "e" not in text:
        return text
    return plain_decimal(Decimal(f"{value:.15g}"))


def plain_decimal(value: Decimal) -> str:
    """A number in its one plain form: no exponent, no zeros at the end, no minus before zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def tidy(text: str) -> str:
    """A text in one width; blanks between Japanese characters go, others become one space."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text
    plain = unicodedata.normalize("NFKC", text)
    words = plain.split()
    if not words:
        return ""
    joined = words[0]
    for word in words[1:]:
        between = " " if joined[-1].isascii() and word[0].isascii() else ""
        joined += between + word
    return joined


@lru_cache(maxsize=20_000)
def label_of(text: str) -> Label:
    """The name a cell gives, without footnote marks (注1), *1), ¹) and without a unit in brackets."""
    notes: list[str] = []
    raised = _RAISED_NOTE.search(text)
    if raised is not None and text[: raised.start()].strip():
        notes.append(raised.group().strip().translate(_RAISED))
        text = text[: raised.start()]
    plain, unit = tidy(text), ""
    while True:
        found = _LABEL_NOTE.search(plain)
        if found is not None and _is_note(plain, found):
            notes.insert(0, found.group().strip())
            plain = plain[: found.start()].rstrip()
        elif not unit and (word := _UNIT_WORD.search(plain)) is not None:
            unit, plain = word.group(1), plain[: word.start()].rstrip()
        else:
            break
    lead = _LABEL_LEAD.match(plain)
    if lead is not None and plain[lead.end() :].strip():
        notes.insert(0, lead.group().strip())
        plain = plain[lead.end() :]
    return Label(plain, tuple(notes), unit)


def _is_note(plain: str, found: re.Match[str]) -> bool:
    before = plain[: found.start()]
    if not before.strip():
        return False
    # "(昭和60)" ends like a footnote mark and is none: its bracket was opened before.
    return not found.group("bare") or before.count("(") == before.count(")")


def unit_line(text: str) -> str:
    """The unit a line above the table gives for all of it (単位：千円), or nothing."""
    found = _UNIT_LINE.search(tidy(text))
    return found.group(1) if found else ""


def plain_mark(text: str) -> str:
    """A mark in its one form: every dash is "-", every ellipsis "...", the letter of secrecy "x"."""
    plain = tidy(text).translate(_DASHES)
    if plain and not plain.strip(".・·‥…"):
        return "..."
    if plain in {"X", "χ", "Χ", "х", "Х", "×"}:
        return "x"
    return plain


def read_cell(value: Raw, marks: Mapping[str, str]) -> Reading:
    """A cell that should hold a number.

    ``marks`` are the declared marks for what is missing. What is neither a number nor a declared mark is a
    :class:`Fault`: nothing is guessed, and nothing missing becomes 0.
    """
    if isinstance(value, str):
        # Most cells of a csv: nothing to take off.
        simple = _SIMPLE.fullmatch(value)
        return Reading(_plain_text(*simple.groups(""))) if simple else _read_text(value, marks)
    if isinstance(value, bool):
        return Reading(Fault("truth", text_of(value)))
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return Reading(Fault("not_a_number", str(value)))
        return Reading(plain_number(value))
    if isinstance(value, int):
        return Reading(plain_number(value))
    return Reading(Fault("date", text_of(value)))


def _read_text(text: str, marks: Mapping[str, str]) -> Reading:
    raised = _RAISED_NOTE.search(text)
    notes: tuple[str, ...] = ()
    if raised is not None and text[: raised.start()].strip():
        notes = (raised.group().strip().translate(_RAISED),)
        text = text[: raised.start()]
    mark = plain_mark(text)
    if not mark:
        return Reading(None)
    if mark in marks:
        return Reading(Mark(mark), notes=notes)
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())
    found = _NUMBER.fullmatch(plain)
    if found is None or (found["whole"] is None and found["part"] is None):
        return _without_number(text, mark, marks, notes)
    whole, lead = found["whole"] or "0", found["lead"] or ""
    bare = lead.strip() in {"*", "※", "†", "‡"}
    if bare and len(whole) > 1 and "," not in whole and not found["sign"]:
        # "※1 234" and "※1234" may be the note ※1 and 234, or the whole number with a note.
        return Reading(Fault("not_a_number", text.strip()))
    sign = "-" if found["sign"] in {"-", "▲", "△", "▼"} else ""
    taken = tuple(part for part in (lead.strip(), *_split_notes(found["notes"])) if part)
    return Reading(_plain_text(sign, whole, found["part"] or ""), found["unit"] or "", taken + notes)


def _plain_text(sign: str, whole: str, part: str) -> str:
    digits = whole.replace(",", "").replace(" ", "").lstrip("0") or "0"
    part = part.rstrip("0").rstrip(".")
    return digits + part if not sign or (digits == "0" and not part) else sign + digits + part


def _split_notes(text: str) -> list[str]:
    return [part for part in re.split(rf"\s*({_NUMBERED}|\d{{1,2}}\)|[prPR])", text.strip()) if part.strip()]


def _without_number(text: str, mark: str, marks: Mapping[str, str], notes: tuple[str, ...]) -> Reading:
    """A mark with a footnote at it, a mark that nobody declared, or words."""
    bare = label_of(text)
    if bare.notes and plain_mark(bare.text) in marks:
        return Reading(Mark(plain_mark(bare.text)), notes=bare.notes + notes)
    if len(mark) <= 3 and not any(character.isdigit() for character in mark):
        return Reading(Fault("unknown_mark", text.strip()))
    return Reading(Fault("not_a_number", text.strip()[:80]))
