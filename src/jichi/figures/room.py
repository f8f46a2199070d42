"""What the figures room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.city.triggers import refuse
from jichi.manifest import Action, PackFile, Reach, Role, Room

from .exports import EXPORTS
from .routes import PANELS, ROUTES
from .staff.routes import DUTIES
from .staff.routes import PAGES as STAFF_PAGES
from .staff.routes import PANELS as STAFF_PANELS
from .staff.routes import ROUTES as STAFF_ROUTES

ENTERERS = {
    Role.PLANNING_OFFICER: Reach.CITY,
    Role.OFFICER: Reach.OWN_DEPARTMENT,
    Role.SECTION_HEAD: Reach.OWN_DEPARTMENT,
}

_KEPT = (
    "fiscal_year",
    "as_of",
    "value",
    "decimals",
    "unit",
    "definition",
    "coverage_seen",
    "coverage_whole",
    "n",
    "interval_low",
    "interval_high",
    "status",
    "source_kind",
    "evidence_id",
    "revision",
    "series_id",
    "project_figure_id",
    "entered_by",
    "entered_at",
    "reason",
    "note",
    "department_id",
)

ROOM = Room(
    key="figures",
    title="Figures",
    actions=(
        Action(key="figures.observation:enter", roles=ENTERERS, sentence=_("Measured values were entered")),
        Action(
            key="figures.observation:publish",
            roles={Role.PLANNING_OFFICER: Reach.CITY},
            sentence=_("Measured values were published"),
        ),
        Action(
            key="figures.observation:read_unpublished",
            roles=ENTERERS | {Role.AUDITOR: Reach.CITY, Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT},
            sentence=_("Unpublished values were read"),
        ),
    ),
    routes=ROUTES + STAFF_ROUTES,
    pages=STAFF_PAGES,
    panels=PANELS + STAFF_PANELS,
    duties=DUTIES,
    exports=EXPORTS,
    triggers=(
        refuse(
            "figures_observation_no_delete",
            "figures_observation",
            "BEFORE DELETE",
            message="observations are kept",
            meaning="a measured value is never deleted; a correction is a new revision",
        ),
        refuse(
            "figures_observation_no_change",
            "figures_observation",
            "BEFORE UPDATE",
            unless=" AND ".join(
                f"(NEW.{name} = OLD.{name} OR (NEW.{name} IS NULL AND OLD.{name} IS NULL))" for name in _KEPT
            ),
            message="observations are not changed; enter a correction",
            meaning="only the moment of publication may be set on a stored value",
        ),
        refuse(
            "figures_evidence_no_delete",
            "figures_evidence",
            "BEFORE DELETE",
            message="evidence is kept",
            meaning="the evidence of a value outlives the value's use",
        ),
    ),
    pack_files=(
        PackFile(
            kind="observations",
            schema="figures/schema/jichi-observations-1.schema.json",
            load="jichi.figures.services.packs:load_observations",
            order=40,
        ),
    ),
)
