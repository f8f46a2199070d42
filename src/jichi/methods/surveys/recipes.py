"""A survey's whole estimation as data: how it was drawn, how weighted, what is asked of it.

A recipe beside the file of answers makes every published number repeatable by anybody. It is a mapping of the
form ``jichi-survey/1``, whose columns name those of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from .designs.design import Design, SingleUnit, make_design
from .errors import SurveyError, listed
from .estimation.answers import Missing
from .estimation.domains import by
from .estimation.estimates import mean, proportions, total
from .estimation.intervals import Method, interval_of_share
from .results import Estimate, Estimates, Interval
from .weighting.cell_adjustment import CellAdjustment
from .weighting.margins import Margin
from .weighting.nonresponse import adjust_nonresponse
from .weighting.raking import rake
from .weighting.weights_report import WeightReport

__all__ = ["FORMAT", "Kind", "Line", "Question", "Reply", "follow"]

FORMAT = "jichi-survey/1"
Table = Mapping[str, Sequence[str]]
"""Columns of text by name, all of one length; "" is a cell left empty."""


class Kind(StrEnum):
    """What is estimated of a column.

    ``SHARE``: of those who gave one of the named answers. ``SHARES``: of each answer that was given. ``MEAN``
    and ``TOTAL``: of a column of numbers.
    """

    SHARE = "share"
    SHARES = "shares"
    MEAN = "mean"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing asked; each of ``groupings`` lists the columns whose crossings are its groups."""

    title: str
    column: str
    kind: Kind
    answers: tuple[str, ...] = ()
    groupings: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One number of the reply.

    ``group`` is empty for the whole; ``answer`` is "" but for shares of each. ``left_out`` counts those who
    left the question out or, for a group, of whom it is not known; a total counts them as nothing.
    """

    question: Question
    grouping: tuple[str, ...]
    group: tuple[str, ...]
    answer: str
    estimate: Estimate
    interval: Interval
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reply:
    """What a recipe gave.

    Attributes
    ----------
    lines
        In the order asked: the whole first, then each grouping.
    asked, answered
        Rows of the file, and those of people who answered.
    df
        Degrees of freedom of the design.
    weights
        What the margins did to the weights; None: there were none.
    history
        What was done to the weights, in order.
    """

    lines: tuple[Line, ...]
    asked: int
    answered: int
    df: int
    weights: WeightReport | None
    history: tuple[str, ...]


def follow(recipe: Mapping[str, Any], table: Table) -> Reply:
    """Estimate what a recipe asks from a file of answers.

    Parameters
    ----------
    recipe
        Of the form ``jichi-survey/1``, already held against its schema.
    table
        The file's columns. Empty cells are missing answers, which are left out question by question.

    Raises
    ------
    SurveyError
        ``column-unknown``, ``values-not-numbers`` and ``label-separator`` (rows named), ``answers-unknown``,
        ``answers-none``, and what the design, the weighting and the estimates refuse.

    Examples
    --------
    >>> recipe = {
    ...     "format": "jichi-survey/1",
    ...     "design": {"weights": "w", "strata": ["ward"]},
    ...     "questions": [{"column": "well", "kind": "share", "answers": ["yes"]}],
    ... }
    >>> reply = follow(
    ...     recipe,
    ...     {"w": ["9", "9", "6", "6"], "ward": ["a", "a", "b", "b"], "well": ["yes", "no", "yes", "yes"]},
    ... )
    >>> round(reply.lines[0].estimate.value, 2)
    0.7
    """
    questions = _questions(recipe["questions"])
    _check_cells(recipe, questions, table)
    asked = _design(recipe["design"], table)
    design, table = _answered(recipe.get("response"), asked, table)
    weights: WeightReport | None = None
    margins = [_margin(one, table) for one in recipe.get("margins", [])]
    if margins:
        design = rake(design, margins, residual=recipe.get("residual", "design"))
        weights = _report(design)
    level, method = float(recipe.get("level", 0.95)), Method(recipe.get("interval", Method.LOGIT))
    lines: list[Line] = []
    for question in questions:
        lines += _lines(question, design, table, level, method)
    return Reply(
        lines=tuple(lines),
        asked=len(asked),
        answered=design.n,
        df=design.df,
        weights=weights,
        history=design.history,
    )


# ---- reading the recipe --------------------------------------------------------------------------------
def _design(described: Mapping[str, Any], table: Table) -> Design:
    def columns(key: str) -> list[Sequence[str] | None] | None:
        names = described.get(key)
        return None if names is None else [None if name is None else _column(table, name) for name in names]

    fpc = described.get("fpc")
    weights = described.get("weights")
    return make_design(
        weights=None if weights is None else _numbers(table, weights),
        strata=columns("strata"),
        clusters=columns("clusters"),
        fpc=None if fpc is None else [None if name is None else _numbers(table, name) for name in fpc],
        nest=bool(described.get("nest", False)),
        single_unit=described.get("single_unit", SingleUnit.REFUSE),
        rows=len(next(iter(table.values()), ())),
    )


def _answered(response: Mapping[str, Any] | None, design: Design, table: Table) -> tuple[Design, Table]:
    """Those who answered, their weights raised for those like them who did not."""
    if response is None:
        return design, table
    words = set(response["answered"])
    answered = np.array([cell in words for cell in _column(table, response["column"])])
    found = adjust_nonresponse(design, answered, _crossing(table, response["classes"]))
    return found.design, {name: [cells[row] for row in found.rows] for name, cells in table.items()}


def _report(design: Design) -> WeightReport | None:
    last = design.adjustments[-1]
    return last.report if isinstance(last, CellAdjustment) else None


def _margin(described: Mapping[str, Any], table: Table) -> Margin:
    names = described["by"]
    return Margin(
        groups=_crossing(table, names), totals=dict(described["totals"]), name=SEPARATOR.join(names)
    )


LARGEST = 1e15
"""The largest number of a file: more than any money or people a survey asks for; squares stay finite."""
SEPARATOR = "|"
"""Between the labels of a crossing, in the keys of its totals."""


def _crossing(table: Table, names: Sequence[str]) -> list[str]:
    """Labels of rows in several columns at once; a row lacks one if it lacks any."""
    columns = [_column(table, name) for name in names]
    if len(names) > 1:
        joined = [
            row for row, cells in enumerate(zip(*columns, strict=True), 1) if SEPARATOR in "".join(cells)
        ]
        if joined:
            raise SurveyError(
                "label-separator",
                f"a label of {listed(names)} holds {SEPARATOR!r} in row {listed(joined)}: it stands between"
                " the labels of a crossing; write the label otherwise",
                columns=list(names),
                rows=joined,
            )
    return [SEPARATOR.join(cells) if all(cells) else "" for cells in zip(*columns, strict=True)]


def _questions(described: Sequence[Mapping[str, Any]]) -> list[Question]:
    return [
        Question(
            title=one.get("title", one["column"]),
            column=one["column"],
            kind=Kind(one["kind"]),
            answers=tuple(one.get("answers", ())),
            groupings=tuple(
                (names,) if isinstance(names, str) else tuple(names) for names in one.get("by", ())
            ),
        )
        for one in described
    ]


def _check_cells(recipe: Mapping[str, Any], questions: Sequence[Question], table: Table) -> None:
    """Refuse cells while rows still have the numbers that they have in the file."""
    for question in questions:
        _answers(question, table)
    response = recipe.get("response")
    counts = None
    if response is not None:
        words = set(response["answered"])
        counts = [cell in words for cell in _column(table, response["column"])]
    for margin in recipe.get("margins", []):
        labels = _crossing(table, margin["by"])
        rows = [
            row
            for row, label in enumerate(labels, 1)
            if label not in margin["totals"] and (counts is None or counts[row - 1])
        ]
        if rows:
            by = SEPARATOR.join(margin["by"])
            unknown = listed(sorted({repr(labels[row - 1]) for row in rows}))
            raise SurveyError(
                "margin-unknown",
                f"the margin {by!r} has no total for {unknown} in row {listed(rows)}: mend the label, or add"
                " its total",
                margin=by,
                rows=rows,
            )


# ---- estimating ----------------------------------------------------------------------------------------
def _lines(question: Question, design: Design, table: Table, level: float, method: Method) -> list[Line]:
    answers = _answers(question, table)

    def told(grouping: tuple[str, ...], found: Estimates | Sequence[Estimate]) -> list[Line]:
        needed = [_column(table, name) for name in (question.column, *grouping)]
        left_out = sum(1 for cells in zip(*needed, strict=True) if not all(cells))
        return _told(question, grouping, found, level=level, method=method, left_out=left_out)

    lines = told((), _whole(question, design, answers))
    for grouping in question.groupings:
        groups = {name: _column(table, name) for name in grouping}
        found = by(design, answers, groups, statistic=_statistic(question.kind), missing=Missing.OMIT)
        lines += told(grouping, found)
    return lines


def _whole(question: Question, design: Design, answers: Any) -> Estimates | Sequence[Estimate]:
    if question.kind is Kind.SHARES:
        return proportions(design, answers, missing=Missing.OMIT, deff=True)
    found = _statistic(question.kind)(design, answers, missing=Missing.OMIT, deff=True)
    return found if isinstance(found, Estimates) else [found]


def _statistic(kind: Kind) -> Callable[..., Any]:
    return {Kind.SHARE: mean, Kind.SHARES: proportions, Kind.MEAN: mean, Kind.TOTAL: total}[kind]


def _told(
    question: Question,
    grouping: tuple[str, ...],
    found: Estimates | Sequence[Estimate],
    *,
    level: float,
    method: Method,
    left_out: int,
) -> list[Line]:
    lines = []
    for estimate in found:
        group, answer = _named(question.kind, grouping, estimate.name)
        is_share = question.kind in (Kind.SHARE, Kind.SHARES)
        lines.append(
            Line(
                question=question,
                grouping=grouping,
                group=group,
                answer=answer,
                estimate=estimate,
                interval=interval_of_share(estimate, method=method, level=level)
                if is_share
                else estimate.interval(level),
                left_out=left_out,
            )
        )
    return lines


def _named(kind: Kind, grouping: tuple[str, ...], name: Any) -> tuple[tuple[str, ...], str]:
    answer = ""
    if kind is Kind.SHARES:
        name, answer = name if grouping else ((), name)
    return (name if isinstance(name, tuple) else (str(name),)) if grouping else (), str(answer)


# ---- the file's cells ----------------------------------------------------------------------------------
def _column(table: Table, name: str) -> Sequence[str]:
    if name not in table:
        raise SurveyError(
            "column-unknown",
            f"the file has no column {name!r}; it has {listed(table)}: mend the recipe or the file's head",
            column=name,
            columns=list(table),
        )
    return table[name]


def _numbers(table: Table, name: str) -> npt.NDArray[np.float64]:
    """A column as numbers; an empty cell is NaN."""
    found = np.full(len(_column(table, name)), np.nan)
    wrong = []
    for row, cell in enumerate(_column(table, name)):
        if cell == "":
            continue
        try:
            found[row] = float(cell)
        except ValueError:
            wrong.append(row + 1)
            continue
        # Words for what is no number, and a programmer's 1_000, are read by float as well.
        if "_" in cell or not abs(found[row]) <= LARGEST:
            wrong.append(row + 1)
    if wrong:
        raise SurveyError(
            "values-not-numbers",
            f"column {name!r} holds no number in row {listed(wrong)}, or one beyond {LARGEST:g}: write plain"
            " digits, or leave the cell empty",
            column=name,
            rows=wrong,
        )
    return found


def _answers(question: Question, table: Table) -> Any:
    if question.kind in (Kind.MEAN, Kind.TOTAL):
        return _numbers(table, question.column)
    cells = _column(table, question.column)
    if question.kind is Kind.SHARES:
        if not any(cells):
            raise SurveyError(
                "answers-none",
                f"nobody answered column {question.column!r}: leave the question out, or mend the column",
                column=question.column,
            )
        return np.array([cell or None for cell in cells], dtype=object)
    if unknown := [answer for answer in question.answers if answer not in set(cells)]:
        raise SurveyError(
            "answers-unknown",
            f"nobody answered {listed(unknown)} in column {question.column!r}: an answer that was offered and"
            " not chosen is left out of the recipe; a misspelt one is mended",
            column=question.column,
            answers=unknown,
        )
    return np.array([np.nan if cell == "" else float(cell in question.answers) for cell in cells])
