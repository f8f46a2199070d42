"""The form of a table's layout: rows by number and columns by letter become names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jichi.figures.statistics.words import refused_layout, sentence
from jichi.methods.tables.cells import MARK_MEANINGS, plain_mark
from jichi.methods.tables.files import Book
from jichi.methods.tables.grid import Grid, column_of
from jichi.methods.tables.heads import HeadColumn, columns_of
from jichi.methods.tables.layout import Key, Layout, LayoutError
from jichi.methods.tables.proposing import value_columns
from jichi.methods.tables.troubles import TableError

SHEET_BY = [("name", _("this name")), ("place", _("this place")), ("pattern", _("a name like (with *)"))]
SPREAD = [
    ("merged", _("as far as they are merged")),
    ("blank", _("over the blank cells right of them as well")),
]
SHAPE = [
    ("wide", _("every other column holds numbers")),
    ("long", _("one column holds the numbers, others say of what")),
]
END = [
    ("blank", _("at the first blank row")),
    ("pattern", _("above a row that begins like")),
    ("sheet", _("with the sheet")),
]
_LETTERS = re.compile(r"[\s,、，]+")


class LayoutForm(forms.Form):
    """How a table lies in its sheet: rows by number, columns by letter, as the grid beside shows them."""

    sheet = forms.ChoiceField(label=_("Sheet"))
    sheet_by = forms.ChoiceField(label=_("Next year it is the sheet with"), choices=SHEET_BY)
    sheet_pattern = forms.CharField(label=_("Name with *"), max_length=100, required=False)
    head_first = forms.IntegerField(label=_("First row of the head"), min_value=1, max_value=1000)
    head_last = forms.IntegerField(label=_("Last row of the head"), min_value=1, max_value=1000)
    spread = forms.ChoiceField(label=_("Cells of the head reach"), choices=SPREAD)
    keys = forms.CharField(
        label=_("Columns that say what a row is of"), max_length=60, help_text=_("For example B, C.")
    )
    year_column = forms.CharField(
        label=_("Column that gives the year of a row"), max_length=3, required=False
    )
    fill = forms.BooleanField(
        label=_("A blank cell there repeats the one above, except in the last of them"), required=False
    )
    shape = forms.ChoiceField(label=_("Numbers"), choices=SHAPE)
    values = forms.CharField(
        label=_("Columns of numbers"),
        max_length=200,
        required=False,
        help_text=_("Only where one column holds them, for example F."),
    )
    ignore = forms.CharField(
        label=_("Columns left out"), max_length=200, required=False, help_text=_("Remarks and the like.")
    )
    measure = forms.CharField(
        label=_("What the numbers are"),
        max_length=200,
        required=False,
        help_text=_("Where the head holds nothing but years."),
    )
    skip = forms.CharField(
        label=_("Rows left out"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Totals and the like, one name a line; * stands for anything."),
    )
    end = forms.ChoiceField(label=_("The table ends"), choices=END)
    end_pattern = forms.CharField(
        label=_("Beginning of the row below it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line; * stands for anything. For example 注*."),
    )
    mark_none = forms.CharField(label=_("Marks for: nothing of the kind"), max_length=60, required=False)
    mark_unknown = forms.CharField(label=_("Marks for: not known"), max_length=60, required=False)
    mark_suppressed = forms.CharField(label=_("Marks for: withheld"), max_length=60, required=False)
    mark_not_applicable = forms.CharField(label=_("Marks for: does not apply"), max_length=60, required=False)
    reason = forms.CharField(label=_("Why the layout is another now"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, book: Book, *args: Any, **kwargs: Any) -> None:
        self.book = book
        self.layout: Layout | None = None
        super().__init__(*args, **kwargs)
        field: Any = self.fields["sheet"]
        field.choices = [
            (str(place), _sheet_name(place, sheet.name, sheet.hidden))
            for place, sheet in enumerate(book.sheets)
        ]

    @property
    def position(self) -> int:
        """The place of the chosen sheet, from 0."""
        chosen = str(self["sheet"].value() or "0")
        return int(chosen) if chosen.isdigit() and int(chosen) < len(self.book.sheets) else 0

    def clean(self) -> dict[str, Any]:
        """Letters become names: the layout knows columns by what the head calls them."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            self.layout = self._layout(data)
        except TableError as error:
            self.add_error("sheet", sentence(error.trouble))
        except LayoutError as error:
            for field, texts in refused_layout(error).messages.items():
                self.add_error(field if field in self.fields else None, texts)
        except forms.ValidationError as error:
            self.add_error(None, error)
        return data

    def _layout(self, data: Mapping[str, Any]) -> Layout | None:
        grid = self.book.grid(int(data["sheet"]))
        if data["head_last"] < data["head_first"] or data["head_last"] >= grid.height:
            self.add_error(
                "head_last", gettext("Below the last row of the head there must be rows of the table.")
            )
            return None
        measure = data["measure"] or "値"
        columns = {
            column.index: column
            for column in columns_of(
                grid, data["head_first"] - 1, data["head_last"] - 1, spread=data["spread"], measure=measure
            )
        }
        keys = self._named("keys", data["keys"], columns)
        year = self._named("year_column", data["year_column"], columns)
        ignored = self._named("ignore", data["ignore"], columns)
        given = self._named("values", data["values"], columns)
        if self.errors:
            return None
        numbers = (
            given
            if data["shape"] == "long"
            else [column for column in columns.values() if column not in [*keys, *year, *ignored]]
        )
        by, value = data["sheet_by"], self.book.sheets[int(data["sheet"])].name
        if by == "place" or not value:
            by, value = "place", str(int(data["sheet"]) + 1)
        elif by == "pattern":
            value = data["sheet_pattern"] or value
        named = sorted([*keys, *year], key=lambda one: one.index)
        return Layout(
            sheet=value,
            sheet_by=by,
            head_first=data["head_first"],
            head_last=data["head_last"],
            spread=data["spread"],
            keys=tuple(
                Key(
                    name=column.measure,
                    at=column.at,
                    kind="year" if column in year else "member",
                    # Below the last of several names a blank is no repetition: it is a name that is missing.
                    fill=data["fill"] and column is not named[-1],
                )
                for column in named
            ),
            values=value_columns(numbers),
            shape=data["shape"],
            ignore=tuple(dict.fromkeys(column.measure for column in ignored)),
            skip=tuple(_lines(data["skip"])),
            end=data["end"],
            end_pattern="\n".join(_lines(data["end_pattern"])),
            marks=self._marks(data),
            measure=measure,
        )

    def _named(self, field: str, text: str, columns: Mapping[int, HeadColumn]) -> list[HeadColumn]:
        found = []
        for letters in filter(None, _LETTERS.split(text.strip())):
            try:
                found.append(columns[column_of(letters)])
            except ValueError:
                self.add_error(
                    field,
                    gettext("“%(text)s” is no column. Give letters, for example B, C.") % {"text": letters},
                )
            except KeyError:
                self.add_error(
                    field, gettext("The head gives column %(text)s no name.") % {"text": letters.upper()}
                )
        return found

    def _marks(self, data: Mapping[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for meaning in MARK_MEANINGS:
            for sign in data[f"mark_{meaning}"].split():
                if plain_mark(sign).isdigit():
                    self.add_error(
                        f"mark_{meaning}", gettext("A number cannot be a mark for what is missing.")
                    )
                found[plain_mark(sign)] = meaning
        return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _sheet_name(place: int, name: str, hidden: bool) -> str:
    shown = name or gettext("the csv")
    return (
        gettext("%(name)s (hidden)") % {"name": shown}
        if hidden
        else f"{place + 1}. {shown}"
        if name
        else shown
    )


def layout_initial(layout: Layout, position: int, grid: Grid) -> dict[str, Any]:
    """What the form shows of a layout; columns left out are found by their names in the file's ``grid``."""
    columns = columns_of(
        grid, layout.head_first - 1, layout.head_last - 1, spread=layout.spread, measure=layout.measure
    )
    marks: dict[str, list[str]] = {meaning: [] for meaning in MARK_MEANINGS}
    for sign, meaning in layout.marks.items():
        marks[meaning].append(sign)
    year = next((key.at for key in layout.keys if key.kind == "year"), "")
    return {
        "sheet": str(position),
        "sheet_by": layout.sheet_by,
        "sheet_pattern": layout.sheet if layout.sheet_by == "pattern" else "",
        "head_first": layout.head_first,
        "head_last": layout.head_last,
        "spread": layout.spread,
        "keys": ", ".join(key.at for key in layout.keys if key.kind == "member"),
        "year_column": year,
        "fill": any(key.fill for key in layout.keys) or len(layout.keys) == 1,
        "shape": layout.shape,
        "values": ", ".join(one.at for one in layout.values) if layout.shape == "long" else "",
        "ignore": ", ".join(column.at for column in columns if column.measure in layout.ignore),
        "measure": layout.measure,
        "skip": "\n".join(layout.skip),
        "end": layout.end,
        "end_pattern": layout.end_pattern,
        **{f"mark_{meaning}": " ".join(signs) for meaning, signs in marks.items()},
    }
