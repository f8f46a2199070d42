"""Japanese eras and fiscal years, in both directions.

A Japanese fiscal year runs from 1 April to 31 March and bears the number of the year in which it
begins: FY2025 = 令和7年度 = 1 April 2025 to 31 March 2026 (Local Autonomy Act, article 208).

A fiscal year is named after the era in force on 31 December of the year in which it begins. So
FY1988 is 昭和63年度 and FY1989 平成元年度, although 平成 began on 8 January 1989; FY2019 is 令和元年度.
Papers printed before a change of era keep the old number (平成31年度): both forms are read.

Eras and their first days: Imperial Household Agency; for 令和 Cabinet Order 143 of 2019.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

__all__ = [
    "ERAS",
    "Era",
    "EraError",
    "EraYear",
    "YearMention",
    "both",
    "era_year",
    "era_years",
    "find_years",
    "fiscal_year_label",
    "fiscal_year_of",
    "parse_date",
    "parse_fiscal_year",
    "parse_year",
]


class EraError(ValueError):
    """A year or date that cannot be read, or that contradicts itself."""


@dataclass(frozen=True)
class Era:
    """An era: its name, the letter of its short form, its first day and its last year number."""

    name: str
    letter: str
    english: str
    first_day: date
    last_number: int

    def western(self, number: int) -> int:
        """The western year of the era's year `number` (元年 is 1); EraError outside the era."""
        if not 1 <= number <= self.last_number:
            raise EraError(f"{self.name} has no year {number}")
        return self.first_day.year + number - 1


ERAS: tuple[Era, ...] = (
    Era("明治", "M", "Meiji", date(1868, 1, 25), 45),
    Era("大正", "T", "Taisho", date(1912, 7, 30), 15),
    Era("昭和", "S", "Showa", date(1926, 12, 25), 64),
    Era("平成", "H", "Heisei", date(1989, 1, 8), 31),
    # The present era has no end yet; two digits are the widest that papers print.
    Era("令和", "R", "Reiwa", date(2019, 5, 1), 99),
)

_BY_NAME = {era.name: era for era in ERAS} | {era.letter: era for era in ERAS}
_KANJI_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")}


@dataclass(frozen=True)
class EraYear:
    """A year of an era, for example 令和7."""

    era: Era
    number: int

    @property
    def text(self) -> str:
        """The number as printed: 元 for the first year."""
        return f"{self.era.name}{'元' if self.number == 1 else self.number}"


@dataclass(frozen=True)
class YearMention:
    """A year found in running text.

    `year` is the western year as printed (the year in which a fiscal year begins); None when the era
    and the western number beside it contradict each other, and then `candidates` has both.
    `fiscal` says that 年度 is printed. `month` and `day` are set for a date.
    """

    start: int
    end: int
    text: str
    year: int | None
    candidates: tuple[int, ...]
    fiscal: bool
    month: int | None = None
    day: int | None = None

    @property
    def fiscal_year(self) -> int | None:
        """The fiscal year: for a date the one it lies in, otherwise the year as printed."""
        if self.year is not None and self.month is not None and self.month < 4:
            return self.year - 1
        return self.year

    @property
    def as_of(self) -> str | None:
        """The date in ISO form, `2022-02-01` or `2020-12`; None when no month is printed."""
        if self.year is None or self.month is None:
            return None
        return f"{self.year:04d}-{self.month:02d}" + (f"-{self.day:02d}" if self.day else "")


_NUMBER = r"元|[0-9]{1,2}|[〇一二三四五六七八九十]{1,3}"
_ERA_NAMES = "|".join(era.name for era in ERAS)
_LETTERS = "".join(era.letter for era in ERAS)
_WESTERN = r"\s*[(\[]\s*(?:西暦)?\s*(?P<{name}>(?:18|19|20|21)[0-9]{{2}})\s*(?:年度?)?\s*[)\]]"
_MENTION = re.compile(
    rf"""(?:
      (?:(?P<era>{_ERA_NAMES})\s*(?P<number>{_NUMBER})
        |(?<![0-9A-Za-z])(?P<letter>[{_LETTERS}])\s?(?P<short>元|[0-9]{{1,2}})(?![0-9A-Za-z]))
      (?:\)?{_WESTERN.format(name="west1")})?
      (?:\s*年(?P<fiscal>度)?(?:{_WESTERN.format(name="west2")})?)?
      |(?<![0-9A-Za-z,.])(?P<west>(?:18|19|20|21)[0-9]{{2}})\s*
        (?:[(\[]\s*(?P<era3>{_ERA_NAMES}|[{_LETTERS}])\s*(?P<number3>{_NUMBER})\s*(?:年度?)?\s*[)\]]\s*)?
        年(?P<fiscal3>度)?
      |(?<![0-9A-Za-z])FY\s?(?P<fy>(?:18|19|20|21)[0-9]{{2}})(?![0-9])
    )
    (?:\s*(?P<month>[0-9]{{1,2}})\s*月(?:\s*(?P<day>[0-9]{{1,2}})\s*日)?
      |\.(?P<month2>[0-9]{{1,2}})(?:\.(?P<day2>[0-9]{{1,2}}))?(?![0-9]))?""",
    re.VERBOSE,
)
_WHOLE_WESTERN = re.compile(r"[(\[]?\s*((?:18|19|20|21)[0-9]{2})\s*[)\]]?")


def _number(text: str) -> int:
    if text == "元":
        return 1
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(_KANJI_DIGITS[c]) for c in text))
    return (_KANJI_DIGITS[tens] if tens else 1) * 10 + (_KANJI_DIGITS[ones] if ones else 0)


def _era_western(name: str, number: str, printed: int | None) -> int | None:
    try:
        era, value = _BY_NAME[name], _number(number)
        return era.western(value)
    except KeyError:
        return None
    except EraError:
        # Plans printed before a change of era count on (平成37（2025）): read only if both years agree.
        nominal = era.first_day.year + value - 1
        return nominal if value >= 1 and nominal == printed else None


def find_years(text: str) -> Iterator[YearMention]:
    """Every year or date in `text`, in order.

    `text` must have half-width digits and brackets already (spans refer to it as given). Letter forms
    (R7) count only when no other letter or digit touches them.
    """
    for found in _MENTION.finditer(text):
        part = found.groupdict()
        name, number = part["era"] or part["letter"] or part["era3"], None
        if name:
            number = part["number"] or part["short"] or part["number3"]
        western = part["west1"] or part["west2"] or part["west"] or part["fy"]
        printed = int(western) if western else None
        from_era = _era_western(name, number, printed) if name and number else None
        values = [v for v in (from_era, printed) if v is not None]
        contradiction = len(set(values)) > 1 or (bool(name) and from_era is None)
        month, day = part["month"] or part["month2"], part["day"] or part["day2"]
        mention = YearMention(
            start=found.start(),
            end=found.end(),
            text=found.group().strip(),
            year=None if contradiction else values[0],
            candidates=tuple(dict.fromkeys(values)),
            fiscal=bool(part["fiscal"] or part["fiscal3"] or part["fy"]),
            month=int(month) if month else None,
            day=int(day) if day else None,
        )
        yield mention if _possible_date(mention) else _without_date(mention)


def _possible_date(mention: YearMention) -> bool:
    if mention.month is None:
        return True
    try:
        date(mention.year or 2000, mention.month, mention.day or 1)
    except ValueError:
        return False
    return True


def _without_date(mention: YearMention) -> YearMention:
    return YearMention(
        mention.start, mention.end, mention.text, None, mention.candidates, mention.fiscal, None, None
    )


def _only_mention(text: str) -> YearMention:
    plain = unicodedata.normalize("NFKC", text).strip()
    mentions = list(find_years(plain))
    if len(mentions) == 1:
        rest = plain[: mentions[0].start] + plain[mentions[0].end :]
        if not rest.strip(" ()[]"):
            return mentions[0]
    raise EraError(f"not a year: {text!r}")


def _year(mention: YearMention, text: str) -> int:
    if mention.year is None:
        found = " / ".join(str(v) for v in mention.candidates) or "no such year of the era"
        raise EraError(f"the year contradicts itself: {text!r} ({found})")
    return mention.year


def parse_year(text: str) -> int:
    """The western year of 昭和64年, H30, 令和元, 2025年 or 2025; EraError when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if whole := _WHOLE_WESTERN.fullmatch(plain):
        return int(whole.group(1))
    return _year(_only_mention(text), text)


def parse_fiscal_year(text: str) -> int:
    """The fiscal year that `text` names, by the western year in which it begins.

    Reads 令和7年度, R7, Ｒ７, 令和元年度, 平成31年度, 令和七年度, 令和7（2025）年度, 2025年度, FY2025, 2025.
    Raises EraError for anything else, and when era and western year contradict each other.
    """
    return parse_year(text)


def parse_date(text: str) -> date:
    """The date of 令和4（2022）年2月1日, R4.2.1 or 2022年2月1日; EraError when day or month is missing.

    A day before the era's first one is refused; one after its end is read, for papers printed before.
    """
    mention = _only_mention(text)
    year = _year(mention, text)
    if mention.month is None or mention.day is None:
        raise EraError(f"not a whole date: {text!r}")
    try:
        value = date(year, mention.month, mention.day)
    except ValueError as error:
        raise EraError(f"no such day: {text!r}") from error
    plain = unicodedata.normalize("NFKC", text).strip(" ([")
    era = next((e for e in ERAS if plain.startswith((e.name, e.letter))), None)
    if era and value < era.first_day:
        raise EraError(f"{text!r} lies before the first day of {era.name} ({era.first_day.isoformat()})")
    return value


def fiscal_year_of(day: date) -> int:
    """The fiscal year a day lies in (1 April to 31 March)."""
    return day.year if day.month >= 4 else day.year - 1


def era_year(fiscal_year: int) -> EraYear:
    """The era year that names a fiscal year today: 2019 gives 令和1, 1988 昭和63."""
    for era in reversed(ERAS):
        if era.first_day.year <= fiscal_year:
            return EraYear(era, fiscal_year - era.first_day.year + 1)
    raise EraError(f"no era is known for the year {fiscal_year}")


def era_years(fiscal_year: int) -> tuple[EraYear, ...]:
    """Every era year printed for a fiscal year, the usual one first: 2019 gives 令和1 and 平成31."""
    usual = era_year(fiscal_year)
    others = [
        EraYear(era, fiscal_year - era.first_day.year + 1)
        for era in reversed(ERAS)
        if era is not usual.era and 1 <= fiscal_year - era.first_day.year + 1 <= era.last_number
    ]
    return (usual, *others)


def fiscal_year_label(fiscal_year: int, language: str = "ja") -> str:
    """A fiscal year as people read it: 令和7年度 (ja), 2025年度（令和7年度） (ja-simple), FY2025 (others)."""
    if language == "ja":
        return f"{era_year(fiscal_year).text}年度"
    if language == "ja-simple":
        return f"{fiscal_year}年度（{era_year(fiscal_year).text}年度）"
    return f"FY{fiscal_year}"


def both(first: str, second: str) -> int:
    """The fiscal year that two printed forms agree on (令和7年度 and 2025); EraError when they do not."""
    one, other = parse_fiscal_year(first), parse_fiscal_year(second)
    if one != other:
        raise EraError(f"{first!r} is {one}, but {second!r} is {other}")
    return one
