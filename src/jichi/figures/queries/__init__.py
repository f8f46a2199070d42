"""Every read of measured values, scoped by the viewer, and how they stand beside the plan's points."""

from .bindings import (
    Lines,
    SubjectKey,
    binding_of,
    bindings_for,
    bindings_in_force,
    bindings_of,
    bound_definition,
    definitions_by_subject,
    definitions_of,
    key_of,
    subject_key,
)
from .corrections import Correction, corrections_for
from .lateness import Late, Placed, due_date, expected_years, figures_of, late_for, publicity, sees_lateness
from .observations import READ_UNPUBLISHED, evidence_for, latest_of, observations_for
from .results import (
    IndicatorResult,
    ProjectNumber,
    SeriesResult,
    YearNumber,
    coverage_of,
    indicator_results_for,
    project_numbers_for,
    series_result,
)
from .states import FigureState, State, state_of_figures_for

__all__ = [
    "READ_UNPUBLISHED",
    "Correction",
    "FigureState",
    "IndicatorResult",
    "Late",
    "Lines",
    "Placed",
    "ProjectNumber",
    "SeriesResult",
    "State",
    "SubjectKey",
    "YearNumber",
    "binding_of",
    "bindings_for",
    "bindings_in_force",
    "bindings_of",
    "bound_definition",
    "corrections_for",
    "coverage_of",
    "definitions_by_subject",
    "definitions_of",
    "due_date",
    "evidence_for",
    "expected_years",
    "figures_of",
    "indicator_results_for",
    "key_of",
    "late_for",
    "latest_of",
    "observations_for",
    "project_numbers_for",
    "publicity",
    "sees_lateness",
    "series_result",
    "state_of_figures_for",
    "subject_key",
]
