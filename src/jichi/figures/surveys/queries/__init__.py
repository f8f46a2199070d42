"""Every read of surveys, their waves and their reports, scoped by the viewer."""

from .judging import Judged, judged_questions
from .measured import Standing, TargetState, states_for, target_subjects
from .reports import (
    draft_for,
    drafts_for,
    least_cell,
    report_of,
    staff_survey_for,
    staff_surveys_for,
    staff_wave_for,
    surveys_with_waves_for,
    targets_of,
    wave_for,
    wave_of_evidence,
    waves_for,
    waves_of,
)

__all__ = [
    "Judged",
    "Standing",
    "TargetState",
    "draft_for",
    "drafts_for",
    "judged_questions",
    "least_cell",
    "report_of",
    "staff_survey_for",
    "staff_surveys_for",
    "staff_wave_for",
    "states_for",
    "surveys_with_waves_for",
    "target_subjects",
    "targets_of",
    "wave_for",
    "wave_of_evidence",
    "waves_for",
    "waves_of",
]
