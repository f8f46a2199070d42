"""Which definition each question of a report follows: an earlier wave's, a new one, or a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jichi.figures.models import Definition, Survey, SurveyQuestion, SurveyTarget
from jichi.figures.queries.bindings import bindings_in_force, definitions_by_subject, subject_key
from jichi.plan.models import ProjectFigure, Series
from jichi.ui.numbers import fiscal_year

from ..report import Question, Report
from ..wording import Asked, Comparison, Wording, compare
from .reports import options_of, question_rows, targets_of

REASON_LENGTH = 300
Options = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A question beside what was asked before, with the code it takes and why.

    ``definition`` is empty while a person must decide. ``is_new``: no earlier wave has the code.
    """

    question: Question
    comparison: Comparison
    definition: str
    reason: str = ""
    is_new: bool = False
    elsewhere: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody must decide."""
        return not self.definition


def subject_of(target: SurveyTarget) -> Series | ProjectFigure:
    """The figure a target measures."""
    subject = target.series or target.project_figure
    assert subject is not None
    return subject


def judged_questions(
    survey: Survey, report: Report, decisions: Mapping[str, Mapping[str, Any]] | None = None
) -> list[Judged]:
    """Each question of a report, judged by what other waves asked and by what was decided here.

    ``decisions``: code of the question → ``definition`` and ``reason``. A decision counts only where the
    wording is neither new nor the same.
    """
    decided = decisions or {}
    rows = question_rows(survey.waves.all(), cells=False)
    options = options_of(survey)
    targets = targets_of(survey)
    subjects = [subject_of(one) for one in targets]
    definitions = definitions_by_subject(subjects)
    bound = bindings_in_force(subjects=subjects)
    found = []
    for question in report.questions:
        mine = [one for one in targets if one.question == question.code]
        held = [row for one in mine for row in definitions.get(subject_key(subject_of(one)), ())]
        comparison = compare(
            Wording(text=question.wording, options=question.options),
            _earlier(question.code, rows, options, report.key, held),
            taken=[row.code for row in held],
        )
        if comparison.asked is Asked.FIRST:
            codes = [
                bound[key].definition
                for one in mine
                if (key := subject_key(subject_of(one))) in bound
                and not any(row.wording for row in definitions.get(key, ()))
            ]
            comparison = replace(comparison, proposed=codes[0] if codes else comparison.new_code)
        found.append(_judged(question, comparison, rows, options, report.key, decided.get(question.code, {})))
    return found


def _earlier(
    code: str,
    rows: Sequence[SurveyQuestion],
    options: Options,
    wave: str,
    held: Iterable[Definition],
) -> list[Wording]:
    """What the figures' definitions and the waves asked, oldest first; this wave's own last state last."""
    written = [
        Wording(text=row.wording, definition=row.code, where=row.code, fiscal_year=row.first_year or 0)
        for row in held
        if row.wording
    ]
    asked = [row for row in rows if row.code == code]
    asked.sort(key=lambda row: row.wave.key == wave)
    return written + [
        Wording(
            text=row.wording,
            options=options.get(row.pk, ()),
            definition=row.definition,
            where=f"{row.wave.title}（{fiscal_year(row.wave.fiscal_year, style='short')}）",
            fiscal_year=row.wave.fiscal_year,
        )
        for row in asked
    ]


def _judged(
    question: Question,
    comparison: Comparison,
    rows: Sequence[SurveyQuestion],
    options: Options,
    wave: str,
    decision: Mapping[str, Any],
) -> Judged:
    definition, reason = comparison.proposed, ""
    if comparison.asked is Asked.SAME:
        own = next((row for row in rows if row.code == question.code and row.wave.key == wave), None)
        # Taken in again without a change of wording, the question keeps what was decided on it.
        if own is not None and own.definition == definition:
            reason = own.decision_reason
    elif comparison.asked is Asked.CHANGED:
        wanted, said = str(decision.get("definition", "")), str(decision.get("reason", "")).strip()
        if wanted in {*comparison.known, comparison.new_code} and said:
            definition, reason = wanted, said[:REASON_LENGTH]
    return Judged(
        question=question,
        comparison=comparison,
        definition=definition,
        reason=reason,
        is_new=bool(definition) and definition not in comparison.known,
        elsewhere=_elsewhere(question, rows, options) if comparison.asked is Asked.FIRST else "",
    )


def _elsewhere(question: Question, rows: Sequence[SurveyQuestion], options: Options) -> str:
    """Another code under which an earlier wave asked the very same: probably a slip."""
    for row in reversed(rows):
        if row.code == question.code:
            continue
        now = Wording(text=question.wording, options=question.options)
        before = Wording(text=row.wording, options=options.get(row.pk, ()), definition=row.definition)
        if compare(now, [before]).asked is Asked.SAME:
            return row.code
    return ""
