"""The cells of project tables: marked segments of text, and the figures mentioned in them.

A figure is mentioned as LABEL：NUMBER UNIT COMPARATOR, with the year of a reference before the label
(R5来場数：20人) or in brackets behind the value ((R4：30人)).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from jichi.methods.eras import YearMention, find_years
from jichi.plan.importing.characters import HYPHENS, clean_name, narrow
from jichi.plan.importing.layout import ACTIVITY, INITIATIVE, SUB_INITIATIVE
from jichi.plan.importing.values import QUANTITY, Quantity, quantity

__all__ = ["CellText", "Mention", "Segment", "is_vacant", "read_cell_text"]

_TABLE = re.compile(r"<table\b.*?(?:</table\s*>|$)", re.S | re.I)
_TABLE_ROW = re.compile(r"<tr\b[^>]*>(.*?)(?=<tr\b|</table|$)", re.S | re.I)
_TABLE_CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)(?=</?t[dhr]\b|</table|$)", re.S | re.I)
_ITEM = re.compile(r"<li\b[^>]*>\s*(?![●○◯・])", re.I)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>?")
_MARK = re.compile(r"([●◯○](?![●◯○]))\s*|(?:(?<=\s)|^)(・)\s*")
_LABEL = re.compile(r"(?P<label>[^\s:●○→<>※。]{1,60})\s*:\s*")
# The colon is lost: a cell that holds a name, a number with its unit, and nothing else.
_SPACED = re.compile(r"(?P<label>[^\s:●○→<>※。、()0-9][^\s:●○→<>※。]{1,59})\s+(?=[約0-9])")
_TAIL = re.compile(r"\s*\(([^():0-9]{1,12})\)")
_DATED = re.compile(r"\s*\(\s*([^()\s:]{2,15}?)\s*(?:年度)?(?:末|実績値?|時点|現在)?\s*\)")
_INSIDE = re.compile(r"\s*(?:実績|度)?\s*(?P<label>[^\s:()0-9]{1,40})?(?:\s*:\s*|\s+(?=[0-9]))")
_ARROW = re.compile(r"→\s*")
_AS_OF = re.compile(r"※?\s*$")
_LEFT_OVER = re.compile(r"[0-9][0-9,.]*\s?[^\s0-9()、。:]{0,6}(?:以上|以下|程度)(?=[\s()<>→※]|$)")


@dataclass
class Mention:
    """A figure mentioned in a cell. `quantity` is None when the number cannot be read whole."""

    label: str
    quantity: Quantity | None
    printed: str
    year: YearMention | None = None
    note: str = ""
    cell: int = 0
    initiative: int | None = None
    inherited: bool = False


@dataclass
class Segment:
    """A marked piece of a cell: its marker (●, ○, ・ or none), its words, its mentions."""

    marker: str
    text: str
    mentions: list[Mention] = field(default_factory=list)


@dataclass
class CellText:
    """A cell: its segments in order, and the rows of the tables embedded in it.

    An embedded row stands behind the segment with the index `after`.
    """

    segments: list[Segment] = field(default_factory=list)
    tables: list[tuple[int, list[list[Mention]]]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing is printed in the cell."""
        return not self.segments and not self.tables


def is_vacant(text: str) -> bool:
    """Whether a cell says that there is no value: -, 未定, or LABEL：未定."""
    plain = narrow(_TAG.sub(" ", text)).strip()
    return bool(re.fullmatch(rf"(?:[^\s:。]{{1,60}}\s*:\s*)?(?:[{HYPHENS}]+|未定|未設定|なし)", plain))


def read_cell_text(text: str) -> CellText:
    """Read one cell of a project table, whatever list or table mark-up was left in it."""
    cell = CellText()
    position = 0
    for found in _TABLE.finditer(text):
        _add_segments(cell, text[position : found.start()])
        for row in _TABLE_ROW.findall(found.group()):
            tds = [_td_mentions(td) for td in _TABLE_CELL.findall(row)]
            if any(tds):
                cell.tables.append((len(cell.segments) - 1, tds))
        position = found.end()
    _add_segments(cell, text[position:])
    return cell


def _td_mentions(text: str) -> list[Mention]:
    inner = read_cell_text(text) if "<table" in text.lower() else CellText()
    if not inner.segments:
        _add_segments(inner, text)
    return [mention for segment in inner.segments for mention in segment.mentions]


def _add_segments(cell: CellText, text: str) -> None:
    plain_text = _TAG.sub(" ", _ITEM.sub(f" {ACTIVITY}", text))
    plain_text = re.sub(r"\s{4,}", "   ", html.unescape(plain_text).replace("\t", " "))
    position, marker = 0, ""
    for found in _MARK.finditer(plain_text):
        _add_segment(cell, marker, plain_text[position : found.start()])
        marker = {"◯": SUB_INITIATIVE}.get(found.group(1) or found.group(2), found.group(1) or found.group(2))
        position = found.end()
    _add_segment(cell, marker, plain_text[position:])


def _add_segment(cell: CellText, marker: str, text: str) -> None:
    text = text.strip()
    if text or marker in (INITIATIVE, SUB_INITIATIVE):
        cell.segments.append(_Scanner(text).segment(marker))


class _Scanner:
    """Finds the mentions of one segment and what is left of its words."""

    def __init__(self, text: str) -> None:
        self.text, self.plain = text, narrow(text)
        self.mentions: list[Mention] = []
        self.spans: list[tuple[int, int]] = []
        self.prefix = ""

    def segment(self, marker: str) -> Segment:
        if not self._bare():
            spaced = _SPACED.match(self.plain) if not marker else None
            if spaced and (value := QUANTITY.fullmatch(self.plain, spaced.end())) and value.group("unit"):
                self._labelled(spaced)
            else:
                self._scan()
            self._as_of()
        words, position = "", 0
        for start, end in sorted(self.spans):
            words += self.text[position:start] + " "
            position = max(position, end)
        words += self.text[position:]
        for left in _LEFT_OVER.finditer(narrow(words)):
            self.mentions.append(Mention("", None, left.group()))
        return Segment(marker, words.strip(), self.mentions)

    def _bare(self) -> bool:
        """A cell that holds nothing but a number, its unit, and perhaps a year before it."""
        plain = self.plain.strip()
        years = [y for y in find_years(plain) if y.start == 0]
        start = years[0].end if years else 0
        found = QUANTITY.match(plain, start)
        if not found or (years and plain[start : found.start()].strip(" :")):
            return False
        tail = _TAIL.match(plain, found.end())
        if plain[tail.end() if tail else found.end() :].strip():
            return False
        value = quantity(found)
        if value is None or not value.unit:
            return False
        self.mentions.append(
            Mention("", value, self.text.strip(), years[0] if years else None, tail.group(1) if tail else "")
        )
        self.spans.append((0, len(self.text)))
        return True

    def _scan(self) -> None:
        position = 0
        while position < len(self.plain):
            label = _LABEL.search(self.plain, position)
            bracket = self._bracket(position, label.end() if label else len(self.plain))
            arrow = self._arrow(position, label.start() if label else len(self.plain))
            if bracket and (not arrow or bracket < arrow):
                position = bracket
            elif arrow:
                position = arrow
            elif label:
                position = self._labelled(label)
            else:
                return

    def _bracket(self, position: int, end: int) -> int:
        """A reference in brackets, (R4：30人): its end, or 0."""
        for found in re.finditer(r"\(\s*", self.plain[position:end]):
            start = position + found.end()
            year = next(find_years(self.plain[start : start + 30]), None)
            if not year or year.start != 0:
                continue
            middle = _INSIDE.match(self.plain, start + year.end)
            value = middle and QUANTITY.match(self.plain, middle.end())
            close = value and re.compile(r"\s*(?:\([^():]*\))?\s*\)").match(self.plain, value.end())
            if not middle or not value or not close:
                continue
            label = middle.group("label") or ""
            self._add(
                label, quantity(value), position + found.start(), close.end(), year, inherited=not label
            )
            return close.end()
        return 0

    def _arrow(self, position: int, end: int) -> int:
        """A value behind an arrow takes the label of the value before it: its end, or 0."""
        if not self.mentions:
            return 0
        for found in _ARROW.finditer(self.plain, position, end):
            value = QUANTITY.match(self.plain, found.end())
            if value and value.group("unit"):
                self._add("", quantity(value), found.start(), value.end(), None, inherited=True)
                return value.end()
        return 0

    def _labelled(self, found: re.Match[str]) -> int:
        start, label = found.start("label"), found.group("label")
        while label and label[0] in "・-)]、,":
            start, label = start + 1, label[1:]
        years = list(find_years(label))
        year = years[-1] if years else None
        if year:
            start, label = start + year.start, label[year.end :]
        else:
            year, start = self._year_before(start)
        label = re.sub(r"^(?:末|実績|の|における)+", "", label)
        value = QUANTITY.match(self.plain, found.end())
        if not value or label.isdigit():
            return self._unreadable(found, label, year, start)
        end = value.end()
        note = ""
        if year is None and (dated := _DATED.match(self.plain, end)):
            year = next((y for y in find_years(dated.group(1)) if y.start == 0), None)
            end = dated.end() if year else end
        if (tail := _TAIL.match(self.plain, end)) and not list(find_years(tail.group(1))):
            note, end = self.text[tail.start(1) : tail.end(1)], tail.end()
        if self.prefix and self.spans and self.plain[self.spans[-1][1] : found.start()].strip():
            self.prefix = ""
        if self.prefix and not year:
            label = f"{self.prefix}（{label}）"
        self._add(label, quantity(value), start, end, year, note=note, inherited=not label)
        return end

    def _year_before(self, start: int) -> tuple[YearMention | None, int]:
        for year in find_years(self.plain[:start]):
            marked = self.plain[: year.start].rstrip().endswith(("(", "※"))
            used = any(a < year.end and year.start < b for a, b in self.spans)
            between = self.plain[year.end : start].strip()
            if between in ("", "実績", "末", "実績値", "現在") and not marked and not used:
                return year, year.start
        return None, start

    def _unreadable(self, found: re.Match[str], label: str, year: YearMention | None, start: int) -> int:
        rest = self.plain[found.end() :]
        if label and not label.isdigit() and _LABEL.match(rest):
            # LABEL： SUB：1 SUB：2 — the first label heads those that follow.
            self.prefix = clean_name(label)
            self.spans.append((start, found.end()))
        elif label and not label.isdigit() and re.match(r"[年月週日約△▲≧≦]?\s?[0-9]", rest):
            token = re.match(r"\S+", rest)
            end = found.end() + (token.end() if token else 0)
            self._add(label, None, start, end, year)
            return end
        return found.end()

    def _add(
        self,
        label: str,
        value: Quantity | None,
        start: int,
        end: int,
        year: YearMention | None,
        *,
        note: str = "",
        inherited: bool = False,
    ) -> None:
        name = clean_name(label)
        if inherited and self.mentions:
            name = self.mentions[-1].label
        printed = self.text[start:end].strip()
        self.mentions.append(Mention(name, value, printed, year, clean_name(note), inherited=inherited))
        self.spans.append((start, end))

    def _as_of(self) -> None:
        """※R2.12現在 dates every figure of the segment that has no year of its own."""
        for year in find_years(self.plain):
            if year.as_of and self.plain[year.end :].lstrip().startswith(("現在", "時点", "末現在")):
                for mention in self.mentions:
                    mention.year = mention.year or year
                mark = _AS_OF.search(self.plain, 0, year.start)
                start = mark.start() if mark else year.start
                end = self.plain.find("現在", year.end)
                self.spans.append((start, end + 2 if end >= 0 else year.end))
