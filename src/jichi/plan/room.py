"""What the plan room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.city.triggers import refuse
from jichi.manifest import Action, PackFile, Reach, Role, Room, Trigger

from .exports import EXPORTS
from .metrics import METRICS
from .routes import PAGES, ROUTES
from .search import SEARCH
from .staff.routes import DUTIES
from .staff.routes import PAGES as STAFF_PAGES
from .staff.routes import ROUTES as STAFF_ROUTES

PLANNERS = {Role.PLANNING_OFFICER: Reach.CITY}
EDITORS = PLANNERS | {Role.OFFICER: Reach.OWN_DEPARTMENT, Role.SECTION_HEAD: Reach.OWN_DEPARTMENT}
INSIDE = EDITORS | {
    Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT,
    Role.AUDITOR: Reach.CITY,
    Role.COUNCIL_SECRETARIAT: Reach.CITY,
    Role.TRANSLATOR: Reach.CITY,
    Role.ADMINISTRATOR: Reach.CITY,
}

ACTIONS = (
    Action(key="plan.plan:apply", roles=PLANNERS, sentence=_("A plan document was applied")),
    Action(
        key="plan.plan:life",
        roles=PLANNERS,
        sentence=_("A plan was adopted, published or followed by another"),
    ),
    Action(
        key="plan.plan:read_draft", roles=dict.fromkeys(INSIDE, Reach.CITY), sentence=_("A draft was read")
    ),
    Action(key="plan.row:edit", roles=EDITORS, sentence=_("A part of the plan was edited")),
    Action(
        key="plan.row:translate",
        roles=PLANNERS | {Role.TRANSLATOR: Reach.CITY},
        sentence=_("A part of the plan was translated"),
    ),
    Action(key="plan.edit:undo", roles=PLANNERS, sentence=_("An edit of the plan was undone")),
    Action(
        key="plan.edit:read",
        roles=dict.fromkeys(INSIDE, Reach.CITY),
        sentence=_("The plan's history was read"),
    ),
    Action(key="plan.import:start", roles=PLANNERS, sentence=_("A file was read for import")),
    Action(key="plan.import:decide", roles=PLANNERS, sentence=_("An import was reviewed")),
    Action(
        key="plan.import:read",
        roles=PLANNERS | {Role.AUDITOR: Reach.CITY},
        sentence=_("An import was looked at"),
    ),
)


def _never_deleted(table: str) -> Trigger:
    return refuse(
        f"{table}_no_delete",
        table,
        "BEFORE DELETE",
        message=f"{table} rows are kept",
        meaning="rows of record are never deleted",
    )


def _on_write(name: str, table: str, *, unless: str, message: str, meaning: str) -> tuple[Trigger, ...]:
    return tuple(
        refuse(
            f"{name}_{verb.lower()}", table, f"BEFORE {verb}", unless=unless, message=message, meaning=meaning
        )
        for verb in ("INSERT", "UPDATE")
    )


def _only_on_projects(table: str) -> tuple[Trigger, ...]:
    return _on_write(
        f"{table}_on_project",
        table,
        unless=(
            "EXISTS (SELECT 1 FROM plan_node n JOIN plan_level l ON l.id = n.level_id"
            " WHERE n.id = NEW.project_id AND l.kind = 'project')"
        ),
        message=f"{table} belongs to a project",
        meaning="only a project has initiatives and yearly numbers",
    )


TRIGGERS = (
    *_on_write(
        "plan_node_level_of_plan",
        "plan_node",
        unless="EXISTS (SELECT 1 FROM plan_level l WHERE l.id = NEW.level_id AND l.plan_id = NEW.plan_id)",
        message="a node has a level of its own plan",
        meaning="a node's level belongs to the node's plan",
    ),
    *_on_write(
        "plan_node_below_parent",
        "plan_node",
        unless=(
            "NEW.parent_id IS NULL OR EXISTS (SELECT 1 FROM plan_node p"
            " JOIN plan_level above ON above.id = p.level_id JOIN plan_level own ON own.id = NEW.level_id"
            " WHERE p.id = NEW.parent_id AND p.plan_id = NEW.plan_id AND above.depth < own.depth)"
        ),
        message="a node stands below its parent in the same plan",
        meaning="the tree of a plan has no cycle and no branch into another plan",
    ),
    *_only_on_projects("plan_initiative"),
    *_only_on_projects("plan_projectfigure"),
    *_on_write(
        "plan_initiative_parent_in_project",
        "plan_initiative",
        unless=(
            "NEW.parent_id IS NULL OR EXISTS (SELECT 1 FROM plan_initiative i"
            " WHERE i.id = NEW.parent_id AND i.project_id = NEW.project_id)"
        ),
        message="an initiative stands below one of its own project",
        meaning="nesting of initiatives stays within a project",
    ),
    *_on_write(
        "plan_point_period_of_plan",
        "plan_point",
        unless=(
            "NEW.period_id IS NULL OR EXISTS (SELECT 1 FROM plan_period p"
            " WHERE p.id = NEW.period_id AND p.plan_id = NEW.plan_id)"
        ),
        message="a target belongs to a period of its own plan",
        meaning="a printed target names a period of the plan that prints it",
    ),
    _never_deleted("plan_edit"),
    _never_deleted("plan_importrun"),
)

ROOM = Room(
    key="plan",
    title="Plan",
    actions=ACTIONS,
    routes=ROUTES + STAFF_ROUTES,
    pages=PAGES + STAFF_PAGES,
    duties=DUTIES,
    search=SEARCH,
    exports=EXPORTS,
    metrics=METRICS,
    triggers=TRIGGERS,
    pack_files=(
        PackFile(
            kind="plans",
            schema="plan/schema/jichi-plan-1.schema.json",
            load="jichi.plan.services.packs:load_plan",
            order=20,
        ),
    ),
)
