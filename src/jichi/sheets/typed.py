"""One answer: from text as people type it to a value, and back to the text in which it is written out.

The same reading serves the page, the workbook, paper typed in by an officer, and imports.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal

from jichi.methods.eras import EraError, parse_date, parse_fiscal_year

from .definition import TEXTS, TYPED_NUMBERS, Field, FieldType, Value
from .patterns import read_pattern

__all__ = [
    "LONG_TEXT_MOST",
    "MOST_DIGITS",
    "NO",
    "TEXT_MOST",
    "YES",
    "Misread",
    "at_decimals",
    "canonical",
    "plain_key",
    "plain_text",
    "read_one",
    "rounded",
    "says_nothing",
    "text_of",
]

YES, NO = "yes", "no"
"""How yes and no are written out, and the values of their controls."""

TEXT_MOST = 1_000
LONG_TEXT_MOST = 20_000
MOST_DIGITS = 15
"""Significant digits of a number; a spreadsheet keeps no more."""

_YES = frozenset(
    {"yes", "y", "true", "1", "はい", "有", "あり", "有り", "○", "◯", "〇", "⭕", "✓", "✔", "✅", "☑", "レ"}
)
_NO = frozenset(
    {"no", "n", "false", "0", "いいえ", "無", "なし", "無し", "×", "✕", "✖", "✗", "✘", "☓", "❌", "x"}
)
# Control characters, halves of pairs, a byte order mark, and two that no XML file (no workbook) may hold.
_NOT_KEPT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_VARIANTS = str.maketrans("", "", "\ufe0e\ufe0f")
"""Whether a telephone draws a sign in black or in colour does not count."""
_NOTHING = frozenset({"-", "−", "–", "—", "―", "ー", "‐", "..."})
_HYPHENS = str.maketrans(dict.fromkeys("−–‐ー", "-"))
_MINUS = _HYPHENS | str.maketrans(dict.fromkeys("▲△", "-"))
_RAISED = re.compile(r"\d[²³¹⁰-₉]")
"""5² is no 52, which normalising would make of it."""
_NUMBER = re.compile(r"[+-]?\s*(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.[0-9]+)?")
_DAY = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ERA_SLASH = re.compile(r"([A-Za-z\u660e\u5927\u662d\u5e73\u4ee4]\S*?)[/-]([0-9]{1,2})[/-]([0-9]{1,2})")
_SEPARATORS = re.compile(r"[、,，;；\n]")
FIRST_YEAR, LAST_YEAR = 1868, 2199


@dataclass(frozen=True, slots=True)
class Misread:
    """Why a text is no answer to its field: a code that words are found for, and what is meant."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


Read = tuple[Value, Misread | None]


def plain_text(text: str) -> str:
    """The text without what no database keeps (control characters, halves of pairs); lines end in \\n."""
    return _NOT_KEPT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain_key(text: str) -> str:
    """How two labels are compared: width, letter case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().translate(_VARIANTS).split())


def canonical(number: Decimal) -> str:
    """A number in digits, without superfluous zeros and without exponent."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def rounded(number: Decimal, decimals: int) -> Decimal:
    """The number at ``decimals`` digits after the point, halves away from zero (四捨五入)."""
    return Decimal(canonical(at_decimals(number, decimals)))


def at_decimals(number: Decimal, decimals: int) -> Decimal:
    """As :func:`rounded`, with every digit after the point written. However long the number is."""
    digits = max(number.adjusted(), 0) + decimals + 2  # the usual context refuses more than 28
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=digits))


def says_nothing(asked: Field, text: str) -> bool:
    """Whether a text is blank, or a dash where that is no answer."""
    if asked.type in TEXTS or not text.strip():
        return not text.strip()
    is_dash = unicodedata.normalize("NFKC", text).strip() in _NOTHING
    return is_dash and not (asked.choices and plain_key(text) in _names(asked))


def read_one(asked: Field, text: str) -> Read:
    """The value that ``text`` gives to a field, and what is wrong with it; (None, None): not answered.

    A computed field reads nothing.
    """
    text = plain_text(text)
    if asked.type is FieldType.COMPUTED or says_nothing(asked, text):
        return None, None
    if asked.type in TEXTS:
        return _text(asked, text)
    if asked.type in TYPED_NUMBERS:
        return _number(asked, text)
    plain = unicodedata.normalize("NFKC", text).strip()
    if asked.type is FieldType.DATE:
        return _date(plain)
    if asked.type is FieldType.FISCAL_YEAR:
        return _fiscal_year(plain)
    if asked.type is FieldType.YES_NO:
        return _yes_no(plain)
    return _choice(asked, text) if asked.type is FieldType.CHOICE else _choices(asked, text)


def text_of(value: Value, asked: Field) -> str:
    """The value written out so that :func:`read_one` reads the same value again."""
    if value is None or asked.type is FieldType.COMPUTED:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Decimal):
        return canonical(value)
    if isinstance(value, tuple):
        return "\n".join(value)
    return value


def _text(asked: Field, text: str) -> Read:
    kept = text.strip() if asked.type is FieldType.LONG_TEXT else " ".join(text.split("\n")).strip()
    most = int(asked.most) if asked.most is not None else _longest(asked)
    if len(kept) > most:
        return None, Misread("text_most", {"most": str(most), "length": str(len(kept))})
    if asked.least is not None and len(kept) < asked.least:
        return None, Misread("text_least", {"least": canonical(asked.least), "length": str(len(kept))})
    if not asked.pattern:
        return kept, None
    # Full-width digits and letters are what a Japanese keyboard gives first.
    for form in (kept, unicodedata.normalize("NFKC", kept)):
        if read_pattern(asked.pattern).matches(form):
            return form, None
    return None, Misread("pattern", {"text": kept[:60]})


def _longest(asked: Field) -> int:
    return TEXT_MOST if asked.type is FieldType.TEXT else LONG_TEXT_MOST


def _number(asked: Field, text: str) -> Read:
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = _without_unit(asked, plain.translate(_MINUS))
    if not _NUMBER.fullmatch(digits) or not any(one.isdigit() for one in digits) or _RAISED.search(text):
        return None, Misread("not_number", {"text": plain[:60]})
    digits = "".join(digits.split())
    written = canonical(Decimal(digits.replace(",", "")))
    whole, _point, fraction = written.lstrip("-").partition(".")
    if len((whole + fraction).strip("0")) > MOST_DIGITS or len(whole) > MOST_DIGITS:
        return None, Misread("number_long", {"most": str(MOST_DIGITS)})
    if asked.type is FieldType.INTEGER and fraction:
        return None, Misread("not_whole", {"text": plain[:60]})
    if len(fraction) > asked.decimals:
        return None, Misread("decimals", {"text": plain[:60], "decimals": str(asked.decimals)})
    value = Decimal(written)
    return (None, found) if (found := _out_of_bounds(asked, value)) else (value, None)


def _without_unit(asked: Field, plain: str) -> str:
    for unit in (asked.unit or {}).values():
        bare = unicodedata.normalize("NFKC", unit).strip()
        if bare and plain.endswith(bare) and plain != bare:
            return plain.removesuffix(bare).rstrip()
    return plain


def _out_of_bounds(asked: Field, value: Decimal) -> Misread | None:
    least, most = asked.least, asked.most
    if (least is None or value >= least) and (most is None or value <= most):
        return None
    params = {"number": canonical(value)}
    if least is not None and most is not None:
        return Misread("number_range", {**params, "least": canonical(least), "most": canonical(most)})
    if least is not None:
        return Misread("number_least", {**params, "least": canonical(least)})
    assert most is not None
    return Misread("number_most", {**params, "most": canonical(most)})


def _date(plain: str) -> Read:
    try:
        day = _day(plain.translate(_HYPHENS))
    except ValueError:  # EraError is one
        return None, Misread("not_date", {"text": plain[:60]})
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None, Misread("not_date", {"text": plain[:60]})
    return day.isoformat(), None


def _day(plain: str) -> datetime.date:
    if found := _DAY.fullmatch(plain):
        return datetime.date(int(found[1]), int(found[3]), int(found[4]))
    if found := _COMPACT_DAY.fullmatch(plain):
        return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    if found := _ERA_SLASH.fullmatch(plain):
        plain = f"{found[1]}.{found[2]}.{found[3]}"
    return parse_date(plain[:1].upper() + plain[1:])


def _fiscal_year(plain: str) -> Read:
    try:
        year = parse_fiscal_year(plain[:1].upper() + plain[1:])
    except EraError:
        return None, Misread("not_fiscal_year", {"text": plain[:60]})
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None, Misread("not_fiscal_year", {"text": plain[:60]})
    return Decimal(year), None


def _yes_no(plain: str) -> Read:
    word = plain_key(plain)
    if word in _YES or word in _NO:
        return word in _YES, None
    return None, Misread("not_yes_no", {"text": plain[:60]})


def _names(asked: Field) -> dict[str, str]:
    """The words by which each choice is known: its key, and its label in any language."""
    return {plain_key(word): one.key for one in asked.choices for word in (one.key, *one.label.values())}


def _choice(asked: Field, text: str) -> Read:
    # Two choices in two lines are not the one that their words together would name.
    key = _names(asked).get(plain_key(text)) if "\n" not in text.strip() else None
    return (None, _no_choice(text)) if key is None else (key, None)


def _choices(asked: Field, text: str) -> Read:
    if len(text) > LONG_TEXT_MOST:
        return None, _no_choice(text)
    names = _names(asked)
    chosen: set[str] = set()
    for line in filter(str.strip, text.split("\n")):
        # A label may hold a comma: whole lines first, then what commas separate.
        pieces = [line] if plain_key(line) in names else _SEPARATORS.split(line)
        for piece in filter(str.strip, pieces):
            key = names.get(plain_key(piece))
            if key is None:
                return None, _no_choice(piece)
            chosen.add(key)
    return tuple(one.key for one in asked.choices if one.key in chosen) or None, None


def _no_choice(text: str) -> Misread:
    return Misread("not_choice", {"text": text.strip()[:60]})
