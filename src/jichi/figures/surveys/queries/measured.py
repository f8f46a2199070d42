"""What a wave gives to each figure: its value, whether that stands already, or why it is not entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jichi.city.access import Viewer
from jichi.figures.models import (
    Binding,
    Definition,
    Observation,
    SourceKind,
    Survey,
    SurveyTarget,
    SurveyWave,
)
from jichi.figures.models.observations import Quantity
from jichi.figures.queries.bindings import (
    bindings_in_force,
    bindings_of,
    definitions_by_subject,
    subject_key,
)
from jichi.figures.services.entry import Value, says_the_same
from jichi.figures.services.values import ENTER, standing_values
from jichi.plan.models import Indicator, Node, ProjectFigure, Series

from ..measures import Measured, measure
from ..notes import not_run_note, taken_back_note
from ..report import Report
from .judging import Judged, subject_of

DEFINE, DECIDE = "figures.definition:add", "figures.binding:decide"


class Standing(StrEnum):
    """What is to be done with a figure's value from a wave."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    UNBOUND = "unbound"
    ELSEWHERE = "elsewhere"
    NOT_MINE = "not_mine"
    LACKING = "lacking"
    UNDECIDED = "undecided"
    UNDEFINED = "undefined"


ENTERABLE = frozenset({Standing.NEW, Standing.CHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetState:
    """One figure beside what a wave gives for it. ``value`` is what would be entered.

    ``needs_definition``: the figure has no definition with the code yet, and it is written down on the way.
    ``withdrawn``: values of this wave under another definition that no longer hold.
    """

    target: SurveyTarget
    standing: Standing
    binding: Binding | None = None
    measured: Measured | None = None
    judged: Judged | None = None
    value: Value | None = None
    before: Observation | None = None
    needs_definition: bool = False
    withdrawn: tuple[Value, ...] = ()

    @property
    def subject(self) -> Series | ProjectFigure:
        """The figure."""
        return subject_of(self.target)


def target_subjects(targets: Iterable[SurveyTarget]) -> list[Series | ProjectFigure]:
    """The figures that targets measure."""
    return [subject_of(one) for one in targets]


def owner_of(subject: Series | ProjectFigure) -> Indicator | Node:
    """The thing whose department enters the figure's values."""
    return subject.indicator if isinstance(subject, Series) else subject.project


def is_bound_to(binding: Binding, survey: Survey) -> bool:
    """Whether a binding names the survey, or one of its questions (``survey/question``)."""
    return binding.via == Binding.Via.SURVEY and binding.source_key.partition("/")[0] == survey.key


def states_for(
    viewer: Viewer,
    survey: Survey,
    report: Report,
    judged: Sequence[Judged],
    targets: Sequence[SurveyTarget],
    wave: SurveyWave | None = None,
) -> list[TargetState]:
    """What the report gives to each figure of ``targets``; ``wave`` is where it stands already."""
    subjects = target_subjects(targets)
    bound, definitions = bindings_in_force(subjects=subjects), definitions_by_subject(subjects)
    by_code = {one.question.code: one for one in judged}
    states = [
        _state(
            viewer,
            survey,
            report,
            target,
            by_code.get(target.question),
            bound.get(subject_key(subject_of(target))),
            definitions.get(subject_key(subject_of(target)), ()),
        )
        for target in targets
    ]
    standing = standing_values(one.value for one in states if one.value is not None)
    older = _values_of(wave) if wave is not None else []
    return [_beside(one, standing, older) for one in states]


def _state(
    viewer: Viewer,
    survey: Survey,
    report: Report,
    target: SurveyTarget,
    judged: Judged | None,
    binding: Binding | None,
    definitions: Sequence[Definition],
) -> TargetState:
    subject = subject_of(target)
    owner = owner_of(subject)
    if binding is None:
        return TargetState(target=target, standing=Standing.UNBOUND)
    if not is_bound_to(binding, survey):
        return TargetState(target=target, standing=Standing.ELSEWHERE, binding=binding)
    if report.not_run_reason:
        standing = Standing.NEW if viewer.can(ENTER, owner) else Standing.NOT_MINE
        value = _value(report, target, binding.definition, None, binding)
        return TargetState(target=target, standing=standing, binding=binding, value=value)
    measured = measure(
        report,
        target.question,
        target.options,
        dimension=target.dimension,
        group=target.group,
        decimals=target.decimals,
    )
    known = {"target": target, "binding": binding, "measured": measured, "judged": judged}
    if measured.lack is not None or judged is None:
        return TargetState(**known, standing=Standing.LACKING)  # type: ignore[arg-type]
    if judged.is_open:
        return TargetState(**known, standing=Standing.UNDECIDED)  # type: ignore[arg-type]
    needs = judged.definition not in {row.code for row in definitions}
    if needs and definitions and not (viewer.can(DEFINE, owner) and viewer.can(DECIDE, owner)):
        return TargetState(**known, standing=Standing.UNDEFINED, needs_definition=True)  # type: ignore[arg-type]
    if not viewer.can(ENTER, owner):
        return TargetState(**known, standing=Standing.NOT_MINE)  # type: ignore[arg-type]
    value = _value(report, target, judged.definition, measured, _arrived_by(subject, binding, judged, survey))
    return TargetState(
        **known,  # type: ignore[arg-type]
        standing=Standing.NEW,
        value=value,
        needs_definition=needs and viewer.can(DEFINE, owner),
    )


def _arrived_by(
    subject: Series | ProjectFigure, binding: Binding, judged: Judged, survey: Survey
) -> Binding | None:
    """The binding a value of the question's definition arrives by: the last that names both."""
    if binding.definition == judged.definition:
        return binding
    named = [
        row
        for row in bindings_of(subject)
        if row.definition == judged.definition and is_bound_to(row, survey)
    ]
    return named[-1] if named else None


def source_kind(report: Report) -> str:
    """The kind of source the values of a report have."""
    return (
        SourceKind.PROBABILITY_SURVEY.value if report.is_probability_sample else SourceKind.OTHER_SURVEY.value
    )


def _value(
    report: Report, target: SurveyTarget, definition: str, measured: Measured | None, binding: Binding | None
) -> Value:
    both = report.field_first is not None and report.field_last is not None
    note, translations = not_run_note(report.not_run_reason) if measured is None else ("", {})
    return Value(
        series=target.series,
        figure=target.project_figure,
        fiscal_year=report.fiscal_year,
        value=measured.value if measured else None,
        decimals=target.decimals,
        period=(report.field_first, report.field_last) if both else None,  # type: ignore[arg-type]
        definition=definition,
        quantity=Quantity.RATE,
        n=measured.n if measured else None,
        interval=measured.interval if measured else None,
        interval_method=measured.method if measured else "",
        source_kind=source_kind(report),
        binding=binding,
        computation=_computation(report, target, measured),
        note=note,
        translations=translations,
    )


def _computation(report: Report, target: SurveyTarget, measured: Measured | None) -> Mapping[str, object]:
    return {
        "survey": target.survey.key,
        "wave": report.key,
        "question": target.question,
        "options": list(target.options),
        "dimension": target.dimension,
        "group": target.group,
        "basis": measured.basis if measured else "",
    }


def _values_of(wave: SurveyWave) -> list[Observation]:
    """Values taken from the wave that stand, of whatever definition."""
    rows = Observation.objects.filter(evidence__survey_report__wave=wave).order_by("revision")
    last = {(row.series_id, row.project_figure_id, row.fiscal_year, row.definition): row for row in rows}
    return [row for row in last.values() if row.value is not None]


def _beside(
    state: TargetState, standing: Mapping[Any, Observation], older: Sequence[Observation]
) -> TargetState:
    value = state.value
    if value is None or state.standing not in ENTERABLE:
        return state
    before = standing.get(value.subject)
    known = Standing.NEW
    if before is not None:
        known = Standing.SAME if says_the_same(before, value) else Standing.CHANGED
    note, translations = taken_back_note()
    withdrawn = tuple(
        Value(
            series=value.series,
            figure=value.figure,
            fiscal_year=row.fiscal_year,
            value=None,
            decimals=row.decimals,
            definition=row.definition,
            quantity=row.quantity,
            source_kind=row.source_kind,
            note=note,
            translations=translations,
        )
        for row in older
        if (row.series_id, row.project_figure_id) == (state.target.series_id, state.target.project_figure_id)
        and (row.definition, row.fiscal_year) != (value.definition, value.fiscal_year)
    )
    return TargetState(
        target=state.target,
        standing=known,
        binding=state.binding,
        measured=state.measured,
        judged=state.judged,
        value=value,
        before=before,
        needs_definition=state.needs_definition,
        withdrawn=withdrawn,
    )
