"""Forms of surveys: the survey, a wave's facts, a question, one of its tables, what measures a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from jichi.city.models import Department
from jichi.city.uploads import CSV, TEXT, XLSX, SniffedFileField
from jichi.figures.models import SurveyWave
from jichi.plan.staff.forms.fields import DayField, FiscalYearField, NumberField

from .report import (
    Answer,
    Document,
    Question,
    Report,
    Table,
    digits_of,
    fact,
    printed,
    written_decimals,
)

MORE_ROWS = 5
LEAST_ROWS = 6


class Refusing(forms.Form):
    """A form that puts a service's sentences beside its fields."""

    def refuse(self, messages: Mapping[str, Iterable[str]]) -> None:
        """Show each sentence at its field, or at the head where there is no such field."""
        for name, texts in messages.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


class SurveyForm(Refusing):
    """A survey. ``departments`` are those it may belong to; None among them: the city has not said."""

    key = forms.SlugField(
        label=_("Key of the survey"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens; it never changes."),
    )
    title = forms.CharField(label=_("Title of the survey"), max_length=200)
    publisher = forms.CharField(label=_("Carried out by"), max_length=120)
    department = forms.ChoiceField(label=_("Office"), required=False)

    def __init__(
        self,
        departments: Sequence[Department],
        *args: Any,
        may_leave_open: bool,
        is_new: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.departments = {str(row.pk): row for row in departments}
        field: Any = self.fields["department"]
        empty = [("", _("Not known"))] if may_leave_open else []
        field.choices = [*empty, *((pk, row.name) for pk, row in self.departments.items())]
        field.required = not may_leave_open
        if not is_new:
            del self.fields["key"]

    def facts(self) -> dict[str, Any]:
        """The facts for the service."""
        data = dict(self.cleaned_data)
        return {**data, "department": self.departments.get(data["department"])}


class UploadForm(Refusing):
    """The file of a report."""

    file = SniffedFileField(
        kinds=(XLSX, CSV, TEXT),
        label=_("File"),
        help_text=_("xlsx or csv in the shape of the template, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv"}),
    )


class WaveForm(Refusing):
    """The facts of a wave and of its report."""

    key = forms.SlugField(
        label=_("Key of the wave"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens, for example 2025-1."),
    )
    title = forms.CharField(label=_("Title of the wave"), max_length=200)
    fiscal_year = FiscalYearField(label=_("Fiscal year"))
    sampling = forms.ChoiceField(
        label=_("How people were chosen"),
        choices=SurveyWave.Sampling.choices,
        help_text=_("Only a sample drawn by lot has intervals."),
    )
    mode = forms.ChoiceField(label=_("How they were asked"), choices=SurveyWave.Mode.choices)
    design = forms.CharField(
        label=_("Design of the sample"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    population = forms.CharField(label=_("Who could be chosen"), max_length=200, required=False)
    asked = forms.IntegerField(label=_("People asked"), min_value=0, required=False)
    answered = forms.IntegerField(label=_("People who answered"), min_value=0, required=False)
    field_first = DayField(label=_("First day of the survey"), required=False)
    field_last = DayField(label=_("Last day of the survey"), required=False)
    weighting = forms.CharField(
        label=_("Weights"),
        required=False,
        help_text=_("How the answers were weighted; empty: they were not."),
    )
    design_effect = NumberField(
        label=_("Design effect"), required=False, help_text=_("Only where the report prints one.")
    )
    not_run_reason = forms.CharField(
        label=_("Why it was not run"),
        max_length=300,
        required=False,
        help_text=_("Only for a wave that was not run. It then has no questions and no answers."),
    )
    document_title = forms.CharField(label=_("Title of the report"), max_length=300, required=False)
    publisher = forms.CharField(label=_("Published by"), max_length=120, required=False)
    published_on = DayField(label=_("Day of publication"), required=False)
    url = forms.URLField(label=_("Address on the web"), max_length=500, required=False, assume_scheme="https")
    locator = forms.CharField(
        label=_("Page or table"), max_length=120, required=False, help_text=_("For example p. 12, table 3.")
    )

    NAMES = ("key", "title", "fiscal_year", "sampling", "mode")
    HOW = ("design", "population", "weighting", "design_effect")
    NUMBERS = ("asked", "answered", "field_first", "field_last")
    DOCUMENT = ("document_title", "publisher", "published_on", "url", "locator")

    @staticmethod
    def initial_of(report: Report) -> dict[str, Any]:
        """The fields of a report as it stands."""
        places = {name: f"document.{name}" for name in ("publisher", "published_on", "url", "locator")}
        places["document_title"] = "document.title"
        names = (*WaveForm.NAMES, *WaveForm.HOW, *WaveForm.NUMBERS, "not_run_reason", *WaveForm.DOCUMENT)
        return {name: fact(report, places.get(name, name)) for name in names}

    def report(self, questions: tuple[Question, ...] = ()) -> Report:
        """The report with these facts."""
        data = dict(self.cleaned_data)
        document = Document(
            title=data.pop("document_title"), **{name: data.pop(name) for name in self.DOCUMENT[1:]}
        )
        return Report(**data, document=document, questions=questions)


class QuestionForm(Refusing):
    """A question as it was asked."""

    code = forms.SlugField(
        label=_("Code of the question"),
        max_length=40,
        help_text=_("The same in every wave, whatever number the report prints."),
    )
    wording = forms.CharField(
        label=_("Wording"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Exactly as it was asked."),
    )
    several = forms.BooleanField(label=_("One may give several answers"), required=False)
    decimals = forms.IntegerField(
        label=_("Digits after the point of the percentages"),
        min_value=0,
        max_value=4,
        required=False,
        help_text=_("Empty: as typed."),
    )

    def question(self, before: Question | None) -> Question:
        """The question with its tables as they stand."""
        data = self.cleaned_data
        tables = before.tables if before is not None else ()
        decimals = data["decimals"]
        return Question(
            code=data["code"],
            wording=data["wording"],
            several=data["several"],
            decimals=written_decimals(tables) if decimals is None else decimals,
            tables=tables,
        )


class TableForm(Refusing):
    """The head of a table: all who answered, or one group, and how many they were."""

    dimension = forms.CharField(
        label=_("Divided by"),
        max_length=40,
        required=False,
        help_text=_("Sex, ward, age …; empty: all who answered."),
    )
    group = forms.CharField(label=_("Which group"), max_length=80, required=False)
    n = forms.IntegerField(label=_("Number of answers (n)"), min_value=0, required=False)


class LineForm(forms.Form):
    """One line of a table; an empty one is left out."""

    option = forms.CharField(label=_("Answer option"), max_length=120, required=False)
    percent = NumberField(label=_("Percentage"), required=False)
    count = forms.IntegerField(label=_("How many gave it"), min_value=0, required=False)
    score = NumberField(label=_("Mean of points"), required=False)
    subtotal = forms.BooleanField(label=_("Subtotal"), required=False)

    def clean(self) -> dict[str, Any]:
        """Numbers without an answer are no line."""
        data = super().clean() or {}
        said = any(data.get(name) is not None for name in ("percent", "count", "score"))
        if said and not data.get("option") and "option" not in self.errors:
            self.add_error("option", _("Write the answer these numbers belong to."))
        return data


def line_forms(
    data: QueryDict | None, answers: Sequence[Answer], *, decimals: int = 0, more: int = 0
) -> list[LineForm]:
    """The lines of a table: those that stand and some empty ones, or as many as were sent, and ``more``.

    Numbers that stand are shown with the ``decimals`` that the report prints.
    """
    if data is None:
        rows: list[dict[str, Any]] = [
            {
                "option": one.option,
                "percent": _as_printed(one.percent, decimals),
                "count": one.count,
                "score": _as_printed(one.score, decimals),
                "subtotal": one.subtotal,
            }
            for one in answers
        ]
        rows += [{}] * max(2, LEAST_ROWS - len(rows))
        return [LineForm(prefix=f"r{place}", initial=row) for place, row in enumerate(rows)]
    sent = int(data.get("rows", "0")) if data.get("rows", "0").isdigit() else 0
    lines = [LineForm(data, prefix=f"r{place}") for place in range(min(sent, 200))]
    return lines + [LineForm(prefix=f"r{len(lines) + place}") for place in range(more)]


def _as_printed(value: Decimal | None, decimals: int) -> str:
    if value is None:
        return ""
    return format(printed(value, max(decimals, digits_of(value.normalize()))), "f")


def answers_of(lines: Sequence[LineForm]) -> tuple[Answer, ...]:
    """The answers typed; every line must be valid."""
    return tuple(
        Answer(
            option=line.cleaned_data["option"],
            percent=line.cleaned_data["percent"],
            count=line.cleaned_data["count"],
            score=line.cleaned_data["score"],
            subtotal=line.cleaned_data["subtotal"],
        )
        for line in lines
        if line.is_bound and line.cleaned_data.get("option")
    )


def table_of(head: TableForm, lines: Sequence[LineForm]) -> Table:
    """The table typed."""
    data = head.cleaned_data
    return Table(dimension=data["dimension"], group=data["group"], n=data["n"], answers=answers_of(lines))


class TargetForm(Refusing):
    """Which answers measure a figure. ``figures`` maps a value of the field to what it is called."""

    figure = forms.ChoiceField(label=_("Figure"))
    question = forms.SlugField(label=_("Code of the question"), max_length=40)
    options = forms.CharField(
        label=_("Answers whose shares are added"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One answer a line, as the report prints it. For a mean, the line with the points."),
    )
    dimension = forms.CharField(
        label=_("Divided by"), max_length=40, required=False, help_text=_("Empty: all who answered.")
    )
    group = forms.CharField(label=_("Which group"), max_length=80, required=False)
    decimals = forms.IntegerField(label=_("Digits after the point"), min_value=0, max_value=4, initial=1)

    def __init__(self, figures: Sequence[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["figure"]
        field.choices = figures

    def facts(self) -> dict[str, Any]:
        """The facts for the service, without the figure."""
        data = dict(self.cleaned_data)
        data.pop("figure")
        return {**data, "options": data["options"].splitlines()}
