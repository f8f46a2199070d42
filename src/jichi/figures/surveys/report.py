"""A finished survey report as data: how people were asked, what exactly, and the tables it prints.

The same whether it was typed into a form, read from a file, brought by a pack or stands in the database.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

WHOLE = ("", "")
SAMPLINGS = ("probability", "census", "panel", "exit", "other")
MODES = ("mail", "web", "mixed", "interview", "paper", "phone", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One printed line of a table: an answer with its share, its count or (a mean) its score.

    A ``subtotal`` adds other answers up and is none of its own.
    """

    option: str
    percent: Decimal | None = None
    count: int | None = None
    score: Decimal | None = None
    subtotal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The answers of all (``dimension`` and ``group`` empty) or of one group; ``n`` is its base."""

    dimension: str = ""
    group: str = ""
    n: int | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def place(self) -> tuple[str, str]:
        """Dimension and group."""
        return self.dimension, self.group

    def answer(self, option: str) -> Answer | None:
        """The line of an option."""
        return next((one for one in self.answers if one.option == option), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it was worded. ``decimals`` is the printed precision of its shares or scores."""

    code: str
    wording: str
    several: bool = False
    decimals: int = 1
    tables: tuple[Table, ...] = ()

    def table(self, dimension: str = "", group: str = "") -> Table | None:
        """The table of a group, or of all."""
        return next((one for one in self.tables if one.place == (dimension, group)), None)

    @property
    def whole(self) -> Table | None:
        """The table of all who answered."""
        return self.table()

    @property
    def options(self) -> tuple[str, ...]:
        """The answers that could be given, in their order, without subtotals."""
        found: dict[str, None] = {}
        for table in self.tables:
            found.update({one.option: None for one in table.answers if not one.subtotal})
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The report itself: where everything was read."""

    title: str = ""
    publisher: str = ""
    published_on: datetime.date | None = None
    url: str = ""
    locator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A wave of a survey with all that its report prints. ``not_run_reason``: there was none that year."""

    key: str
    title: str
    fiscal_year: int
    sampling: str = "other"
    mode: str = "other"
    design: str = ""
    population: str = ""
    asked: int | None = None
    answered: int | None = None
    field_first: datetime.date | None = None
    field_last: datetime.date | None = None
    weighting: str = ""
    design_effect: Decimal | None = None
    not_run_reason: str = ""
    document: Document = Document()
    questions: tuple[Question, ...] = ()

    def question(self, code: str) -> Question | None:
        """The question with a code."""
        return next((one for one in self.questions if one.code == code), None)

    @property
    def is_probability_sample(self) -> bool:
        """Whether chance alone chose who was asked, which an interval needs."""
        return self.sampling == "probability"


FACTS: dict[str, Any] = {
    "key": _("Key of the wave"),
    "title": _("Title of the wave"),
    "fiscal_year": _("Fiscal year"),
    "sampling": _("How people were chosen"),
    "mode": _("How they were asked"),
    "design": _("Design of the sample"),
    "population": _("Who could be chosen"),
    "asked": _("People asked"),
    "answered": _("People who answered"),
    "field_first": _("First day of the survey"),
    "field_last": _("Last day of the survey"),
    "weighting": _("Weights"),
    "design_effect": _("Design effect"),
    "not_run_reason": _("Why it was not run"),
    "document.title": _("Title of the report"),
    "document.publisher": _("Published by"),
    "document.published_on": _("Day of publication"),
    "document.url": _("Address on the web"),
    "document.locator": _("Page or table"),
}


def fact(report: Report, name: str) -> Any:
    """One of :data:`FACTS` of a report."""
    return getattr(report.document, name[9:]) if name.startswith("document.") else getattr(report, name)


def digits_of(value: Decimal | None) -> int:
    """How many digits after the point a number was written with."""
    exponent = value.as_tuple().exponent if value is not None else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


def printed(value: Decimal, decimals: int) -> Decimal:
    """A number at its printed precision, rounded half up as the city's reports do."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


# ---- JSON --------------------------------------------------------------------------------------------
def to_json(report: Report) -> dict[str, Any]:
    """The report as JSON: decimals and days as text, printed as the report prints them."""
    facts = {
        one.name: _plain(getattr(report, one.name))
        for one in fields(Report)
        if one.name not in {"document", "questions"}
    }
    return {
        **facts,
        "document": {one.name: _plain(getattr(report.document, one.name)) for one in fields(Document)},
        "questions": [question_json(one) for one in report.questions],
    }


def question_json(question: Question) -> dict[str, Any]:
    """One question as JSON."""
    return {
        "code": question.code,
        "wording": question.wording,
        "several": question.several,
        "decimals": question.decimals,
        "tables": [
            {
                "dimension": table.dimension,
                "group": table.group,
                "n": table.n,
                "answers": [
                    {
                        "option": one.option,
                        "percent": _number(one.percent, question.decimals),
                        "count": one.count,
                        "score": _number(one.score, question.decimals),
                        "subtotal": one.subtotal,
                    }
                    for one in table.answers
                ],
            }
            for table in question.tables
        ],
    }


def from_json(data: Mapping[str, Any]) -> Report:
    """The report that :func:`to_json` or a pack wrote; what is left out has its default."""
    effect = data.get("design_effect")
    document = dict(data.get("document") or {})
    return Report(
        **{
            one.name: data[one.name]
            for one in fields(Report)
            if one.name in data
            and one.name not in {"field_first", "field_last", "design_effect", "document", "questions"}
        },
        field_first=_day(data.get("field_first")),
        field_last=_day(data.get("field_last")),
        design_effect=None if effect is None else Decimal(str(effect)),
        document=Document(**{**document, "published_on": _day(document.get("published_on"))}),
        questions=tuple(question_from_json(one) for one in data.get("questions", ())),
    )


def question_from_json(data: Mapping[str, Any]) -> Question:
    """One question of a report; without ``decimals`` as many as its numbers were written with."""
    tables = tuple(
        Table(
            dimension=table.get("dimension", ""),
            group=table.get("group", ""),
            n=table.get("n"),
            answers=tuple(
                Answer(
                    option=one["option"],
                    percent=_decimal(one.get("percent")),
                    count=one.get("count"),
                    score=_decimal(one.get("score")),
                    subtotal=bool(one.get("subtotal", False)),
                )
                for one in table.get("answers", ())
            ),
        )
        for table in data.get("tables", ())
    )
    decimals = data.get("decimals")
    return Question(
        code=data["code"],
        wording=data["wording"],
        several=bool(data.get("several", False)),
        decimals=written_decimals(tables) if decimals is None else int(decimals),
        tables=tables,
    )


def written_decimals(tables: Iterable[Table]) -> int:
    """The most digits after the point that any share or score of the tables was written with."""
    numbers = (number for table in tables for one in table.answers for number in (one.percent, one.score))
    return max((digits_of(number) for number in numbers), default=0)


def completed(report: Report, publisher: str) -> Report:
    """The report with what goes without saying: its publisher, and the title of a wave that was not run."""
    document = report.document
    title = document.title or (report.title if report.not_run_reason else "")
    return replace(report, document=replace(document, title=title, publisher=document.publisher or publisher))


def with_question(report: Report, question: Question, place: int | None) -> Report:
    """The report with a question put in place of the one at ``place``, or added at the end."""
    questions = list(report.questions)
    if place is None:
        questions.append(question)
    else:
        questions[place] = question
    return replace(report, questions=tuple(questions))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


def _number(value: Decimal | None, decimals: int) -> str | None:
    if value is None:
        return None
    return format(printed(value, max(decimals, digits_of(value.normalize()))), "f")


def _decimal(value: Any) -> Decimal | None:
    return None if value is None or value == "" else Decimal(str(value))


def _day(value: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None
