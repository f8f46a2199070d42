"""Entering the values a wave gives to figures, with the definitions their wordings need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.figures.models import Binding, Definition, Observation, Survey, SurveyWave
from jichi.figures.models.observations import Quantity
from jichi.figures.queries.bindings import definitions_of
from jichi.figures.services.bindings import (
    BINDING_FACTS,
    add_definition,
    amend_definition,
    decide_binding,
)
from jichi.figures.services.entry import Value
from jichi.figures.services.values import enter_changed
from jichi.plan.models import Series

from ..notes import counted
from ..queries.judging import Judged
from ..queries.measured import ENTERABLE, Standing, TargetState, states_for
from ..queries.reports import targets_of
from ..report import Report


def enter_states(
    *,
    viewer: Viewer,
    survey: Survey,
    wave: SurveyWave,
    report: Report,
    judged: Sequence[Judged],
    reason: str,
) -> list[Observation]:
    """Enter what is new or changed. Called inside an act on the survey, which checks the permission.

    Raises:
        Invalid: where a value stands already and no reason is given ("reason").
    """
    states = states_for(viewer, survey, report, judged, targets_of(survey), wave)
    due = [one for one in states if one.standing in ENTERABLE or one.withdrawn]
    if not due or wave.evidence is None:
        return []
    if not reason.strip() and any(one.standing is Standing.CHANGED or one.withdrawn for one in due):
        raise Invalid(
            {"reason": [_("A value stands already for one of the figures. Say why it is corrected.")]}
        )
    values: list[Value] = []
    for state in due:
        values += state.withdrawn
        if state.standing in ENTERABLE:
            values.append(_with_definition(viewer, survey, report, state, reason))
    return list(enter_changed(viewer=viewer, values=values, evidence=wave.evidence, reason=reason).rows)


def _with_definition(
    viewer: Viewer, survey: Survey, report: Report, state: TargetState, reason: str
) -> Value:
    value = state.value
    assert value is not None
    judged = state.judged
    if judged is None:
        return value
    if not state.needs_definition:
        _fill_in_wording(viewer, state, judged)
        return value
    earlier = definitions_of(state.subject)
    _define(viewer, report, state, judged, earlier)
    binding = state.binding
    if not earlier or binding is None or binding.definition == judged.definition:
        return value
    if not _is_newest(survey, report):
        # An older wave with a wording of its own does not change what the figure follows today.
        return replace(value, binding=None)
    return replace(value, binding=_follow(viewer, state, judged, binding, reason))


def _given(state: TargetState) -> dict[str, Any]:
    subject = state.subject
    return {"series": subject} if isinstance(subject, Series) else {"figure": subject}


def _define(
    viewer: Viewer, report: Report, state: TargetState, judged: Judged, earlier: Sequence[Definition]
) -> None:
    counts, translations = counted(judged.question, state.target.options, state.target.group)
    facts: dict[str, Any] = {}
    if earlier:
        facts = {
            "first_year": max(report.fiscal_year, earlier[-1].first_year or 0),
            "break_reason": judged.reason or _("The question is worded differently."),
        }
    add_definition(
        viewer=viewer,
        **_given(state),
        code=judged.definition,
        counts=counts,
        wording=judged.question.wording,
        quantity=Quantity.RATE,
        translations=translations,
        **facts,
    )


def _fill_in_wording(viewer: Viewer, state: TargetState, judged: Judged) -> None:
    """A definition that the city wrote down before any report was read gets the wording as it was asked."""
    row = next((one for one in definitions_of(state.subject) if one.code == judged.definition), None)
    owner = state.value.owner if state.value is not None else None
    if row is None or row.wording or not viewer.can("figures.definition:add", owner):
        return
    amend_definition(viewer=viewer, definition=row, version=row.version, wording=judged.question.wording)


def _is_newest(survey: Survey, report: Report) -> bool:
    years = survey.waves.exclude(key=report.key).values_list("fiscal_year", flat=True)
    return report.fiscal_year >= max(years, default=0)


def _follow(viewer: Viewer, state: TargetState, judged: Judged, binding: Binding, reason: str) -> Binding:
    """Decide that the figure follows the new definition from today on; all else of its binding stays."""
    today = timezone.localdate()
    why = _("The question is worded differently: %(reason)s") % {"reason": judged.reason or reason}
    facts = {name: getattr(binding, name) for name in BINDING_FACTS if name != "definition"}
    return decide_binding(
        viewer=viewer,
        **_given(state),
        **facts,
        definition=judged.definition,
        valid_from=max(today, binding.valid_from),
        decided_on=today,
        decision=why[:300],
    )
