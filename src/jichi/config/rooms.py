"""The rooms of this installation, lowest first. The one place where they are put together."""

from __future__ import annotations

from jichi.city.room import ROOM as CITY
from jichi.config.room import ROOM as CONFIG
from jichi.consultations.room import ROOM as CONSULTATIONS
from jichi.directory.room import ROOM as DIRECTORY
from jichi.evaluation.room import ROOM as EVALUATION
from jichi.figures.room import ROOM as FIGURES
from jichi.manifest import Room
from jichi.office.room import ROOM as OFFICE
from jichi.plan.room import ROOM as PLAN
from jichi.sheets.room import ROOM as SHEETS
from jichi.site.room import ROOM as SITE
from jichi.undertakings.room import ROOM as UNDERTAKINGS
from jichi.voices.room import ROOM as VOICES

ROOMS: tuple[Room, ...] = (
    CITY,
    OFFICE,
    DIRECTORY,
    SHEETS,
    PLAN,
    FIGURES,
    UNDERTAKINGS,
    VOICES,
    EVALUATION,
    CONSULTATIONS,
    SITE,
    CONFIG,
)
