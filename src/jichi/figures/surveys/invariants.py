"""What the database itself keeps of survey reports."""

from __future__ import annotations

from jichi.city.triggers import refuse
from jichi.manifest import Trigger

TRIGGERS: tuple[Trigger, ...] = (
    refuse(
        "figures_surveyreport_no_change",
        "figures_surveyreport",
        "BEFORE UPDATE",
        message="a survey report is not changed; take it in again",
        meaning="what was read from a survey report is never changed; a correction is a new number",
    ),
    refuse(
        "figures_surveyreport_no_delete",
        "figures_surveyreport",
        "BEFORE DELETE",
        message="survey reports are kept",
        meaning="a survey report is the evidence of the values taken from it",
    ),
    refuse(
        "figures_surveywave_no_delete",
        "figures_surveywave",
        "BEFORE DELETE",
        message="waves of surveys are kept",
        meaning="a wave that was taken in stays known",
    ),
)
