"""How a table lies in its sheet, as data: said once by a person, kept by version, used for later files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from functools import lru_cache
from typing import Any, Literal, cast

from .cells import MARK_MEANINGS, USUAL_MARKS, plain_mark, tidy
from .grid import column_of

FORMAT = "jichi-table-layout/1"
MOST_HEAD_ROWS = 6

By = Literal["name", "place", "pattern"]
Spread = Literal["merged", "blank"]
End = Literal["blank", "pattern", "sheet"]
Shape = Literal["wide", "long"]
KeyKind = Literal["member", "year"]


class LayoutError(ValueError):
    """A layout that cannot be meant: ``problems`` maps a field to codes."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(str(self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A column that says what a row is of: ``member`` of something, or the ``year``.

    ``at`` is the column's letters when the layout was made. ``fill``: a blank cell repeats the one above.
    """

    name: str
    at: str
    kind: KeyKind = "member"
    fill: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueColumn:
    """A column of numbers by its name without the year; ``years``: there is one for each of several years."""

    name: str
    at: str
    years: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a table's head, keys and numbers are, and what is to be left out.

    ``sheet`` is a name, a place counted from 1 or a pattern with ``*``, as ``sheet_by`` says. Head rows count
    from 1, both ends within. ``spread``: head cells reach as far as they are ``merged``, or over the
    ``blank`` ones right of them. ``shape`` long: only the named value columns are numbers; wide: every column
    that is neither key nor in ``ignore`` is, those of later files too. ``skip`` are patterns with ``*`` of a
    row's names (totals). ``measure`` names the numbers where the head holds nothing but years.
    """

    sheet: str
    head_first: int
    head_last: int
    keys: tuple[Key, ...]
    values: tuple[ValueColumn, ...]
    sheet_by: By = "name"
    spread: Spread = "merged"
    shape: Shape = "wide"
    ignore: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    end: End = "blank"
    end_pattern: str = ""
    marks: Mapping[str, str] = field(default_factory=lambda: dict(USUAL_MARKS))
    measure: str = "値"

    def __post_init__(self) -> None:
        problems = dict(_problems(self))
        if problems:
            raise LayoutError(problems)

    @property
    def head_height(self) -> int:
        """The number of head rows."""
        return self.head_last - self.head_first + 1

    def skips(self, names: Sequence[str]) -> bool:
        """Whether a row of these names is left out."""
        return any(matches(name, self.skip) for name in names)

    def ends_with(self, first: str) -> bool:
        """Whether a row that begins with ``first`` stands below the table."""
        return self.end == "pattern" and matches(first, self.end_pattern.splitlines())

    def as_json(self) -> dict[str, Any]:
        """The layout as plain data (jichi-table-layout/1)."""
        return {
            "format": FORMAT,
            "sheet": {"by": self.sheet_by, "value": self.sheet},
            "head": {"first": self.head_first, "last": self.head_last, "spread": self.spread},
            "keys": [
                {"name": key.name, "at": key.at, "kind": key.kind, "fill": key.fill} for key in self.keys
            ],
            "shape": self.shape,
            "values": [{"name": one.name, "at": one.at, "years": one.years} for one in self.values],
            "ignore": list(self.ignore),
            "skip": list(self.skip),
            "end": {"rule": self.end, "pattern": self.end_pattern},
            "marks": dict(self.marks),
            "measure": self.measure,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Layout:
        """A layout from data that keeps the schema.

        Raises:
            LayoutError: for a layout that cannot be meant.
        """
        return cls(
            sheet=str(data["sheet"]["value"]),
            sheet_by=cast(By, data["sheet"]["by"]),
            head_first=data["head"]["first"],
            head_last=data["head"]["last"],
            spread=cast(Spread, data["head"]["spread"]),
            keys=tuple(Key(**key) for key in data["keys"]),
            shape=cast(Shape, data["shape"]),
            values=tuple(ValueColumn(**one) for one in data["values"]),
            ignore=tuple(data.get("ignore", ())),
            skip=tuple(data.get("skip", ())),
            end=cast(End, data["end"]["rule"]),
            end_pattern=data["end"].get("pattern", ""),
            marks={plain_mark(mark): meaning for mark, meaning in data.get("marks", USUAL_MARKS).items()},
            measure=data.get("measure", "値"),
        )


def matches(text: str, patterns: Sequence[str]) -> bool:
    """Whether a name keeps one of the patterns, in which ``*`` stands for anything; widths do not matter."""
    expression = _expression(tuple(patterns))
    return expression is not None and expression.match(tidy(text)) is not None


@lru_cache(maxsize=200)
def _expression(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    # Only * is special: a name may well hold brackets and question marks.
    listed = [
        "".join(f"[{character}]" if character in "[?" else character for character in tidy(pattern))
        for pattern in patterns
        if pattern.strip()
    ]
    return re.compile("|".join(translate(pattern) for pattern in listed)) if listed else None


def _problems(layout: Layout) -> list[tuple[str, str]]:
    found = []
    if not 1 <= layout.head_first <= layout.head_last:
        found.append(("head_last", "head_order"))
    elif layout.head_height > MOST_HEAD_ROWS:
        found.append(("head_last", "head_height"))
    names = [key.name for key in layout.keys]
    if not names:
        found.append(("keys", "no_keys"))
    elif len(set(names)) != len(names):
        found.append(("keys", "key_twice"))
    if sum(key.kind == "year" for key in layout.keys) > 1:
        found.append(("year_column", "years_twice"))
    if not layout.values:
        found.append(("values", "no_values"))
    if layout.end == "pattern" and not layout.end_pattern.strip():
        found.append(("end_pattern", "no_pattern"))
    if layout.sheet_by == "place" and not (layout.sheet.isdigit() and int(layout.sheet) >= 1):
        found.append(("sheet", "place"))
    if not set(layout.marks.values()) <= set(MARK_MEANINGS):
        found.append(("marks", "meaning"))
    for place in [key.at for key in layout.keys] + [one.at for one in layout.values]:
        try:
            column_of(place)
        except ValueError:
            found.append(("keys", "letters"))
    return found
