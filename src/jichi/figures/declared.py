"""What the room itself declares, beside its parts: acts, invariants, pack files, metrics."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.city.triggers import refuse
from jichi.manifest import Action, Daily, PackFile, Reach, Role, Trigger

PLANNERS = {Role.PLANNING_OFFICER: Reach.CITY}
ENTERERS = PLANNERS | {
    Role.OFFICER: Reach.OWN_DEPARTMENT,
    Role.SECTION_HEAD: Reach.OWN_DEPARTMENT,
}

ACTIONS: tuple[Action, ...] = (
    Action(key="figures.observation:enter", roles=ENTERERS, sentence=_("Measured values were entered")),
    Action(key="figures.observation:publish", roles=PLANNERS, sentence=_("Measured values were published")),
    Action(
        key="figures.observation:read_unpublished",
        roles=ENTERERS | {Role.AUDITOR: Reach.CITY, Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT},
        sentence=_("Unpublished values were read"),
    ),
    Action(
        key="figures.binding:decide",
        roles=PLANNERS,
        sentence=_("It was decided where a figure comes from"),
    ),
    Action(
        key="figures.definition:add",
        roles=PLANNERS,
        sentence=_("It was written down what a figure counts"),
    ),
    Action(key="figures.breakdown:store", roles=ENTERERS, sentence=_("A value was broken down into groups")),
    Action(key="figures.metric:recompute", roles=PLANNERS, sentence=_("Figures were counted anew")),
    Action(
        key="figures.publicity:set",
        roles=PLANNERS,
        sentence=_("It was set what everyone sees of the figures' state"),
    ),
)

_OBSERVED = (
    "fiscal_year",
    "as_of",
    "value",
    "decimals",
    "unit",
    "definition",
    "quantity",
    "counting",
    "period_first",
    "period_last",
    "coverage_seen",
    "coverage_whole",
    "n",
    "interval_low",
    "interval_high",
    "interval_method",
    "status",
    "source_kind",
    "evidence_id",
    "binding_id",
    "metric",
    "rule_version",
    "computation",
    "evidence_count",
    "evidence_digest",
    "revision",
    "series_id",
    "project_figure_id",
    "entered_by",
    "entered_at",
    "reason",
    "note",
    "department_id",
)


def _unchanged(names: tuple[str, ...]) -> str:
    return " AND ".join(
        f"(NEW.{name} = OLD.{name} OR (NEW.{name} IS NULL AND OLD.{name} IS NULL))" for name in names
    )


def never(table: str, verb: str, *, message: str, meaning: str) -> Trigger:
    """Rows of ``table`` are never deleted (``DELETE``) or never changed (``UPDATE``)."""
    name = f"{table}_no_{'delete' if verb == 'DELETE' else 'change'}"
    return refuse(name, table, f"BEFORE {verb}", message=message, meaning=meaning)


TRIGGERS: tuple[Trigger, ...] = (
    never(
        "figures_observation",
        "DELETE",
        message="observations are kept",
        meaning="a measured value is never deleted; a correction is a new revision",
    ),
    refuse(
        "figures_observation_no_change",
        "figures_observation",
        "BEFORE UPDATE",
        unless=_unchanged(_OBSERVED),
        message="observations are not changed; enter a correction",
        meaning="only the moment of publication may be set on a stored value",
    ),
    never(
        "figures_evidence",
        "DELETE",
        message="evidence is kept",
        meaning="the evidence of a value outlives the value's use",
    ),
    never(
        "figures_binding",
        "UPDATE",
        message="a binding is not changed; decide anew",
        meaning="a figure changes its source only by a new dated decision",
    ),
    never(
        "figures_binding",
        "DELETE",
        message="bindings are kept",
        meaning="where a figure once came from stays known",
    ),
    refuse(
        "figures_binding_in_order",
        "figures_binding",
        "BEFORE INSERT",
        unless=(
            "NEW.number = 1 + (SELECT COALESCE(MAX(one.number), 0) FROM figures_binding one"
            " WHERE one.series_id = NEW.series_id OR one.project_figure_id = NEW.project_figure_id)"
        ),
        message="a decision has the next number of its figure",
        meaning="decisions about a figure's source are numbered without a gap",
    ),
    refuse(
        "figures_binding_not_behind",
        "figures_binding",
        "BEFORE INSERT",
        unless=(
            "NOT EXISTS (SELECT 1 FROM figures_binding one WHERE one.valid_from > NEW.valid_from"
            " AND (one.series_id = NEW.series_id OR one.project_figure_id = NEW.project_figure_id))"
        ),
        message="a decision does not reach behind the last one",
        meaning="a later decision about a figure's source never holds from an earlier day",
    ),
    never(
        "figures_definition",
        "DELETE",
        message="definitions are kept",
        meaning="what a published value counted stays known",
    ),
    refuse(
        "figures_definition_no_change",
        "figures_definition",
        "BEFORE UPDATE",
        unless=_unchanged(("code", "order", "series_id", "project_figure_id")).replace(".order", '."order"'),
        message="a definition keeps its name, place and figure",
        meaning="a definition may be worded better or confirmed; another way of counting is another one",
    ),
    *(
        never(table, verb, message=f"{what} are kept as they were made", meaning=meaning)
        for table, what, meaning in (
            ("figures_breakdown", "breakdowns", "what was shown of a value's groups stays known"),
            ("figures_cell", "cells", "a cell keeps its value and whether it was shown"),
            ("figures_computation", "computations", "a computation is evidence of the values it gave"),
        )
        for verb in ("UPDATE", "DELETE")
    ),
)

PACK_FILES: tuple[PackFile, ...] = (
    PackFile(
        kind="sources",
        schema="figures/schema/jichi-sources-2.schema.json",
        load="jichi.figures.services.packs_sources:load_sources",
        order=35,
    ),
    PackFile(
        kind="observations",
        schema="figures/schema/jichi-observations-1.schema.json",
        load="jichi.figures.services.packs:load_observations",
        order=40,
    ),
)

DAILY: tuple[Daily, ...] = (
    Daily(
        key="figures.recompute",
        title=_("Figures that are counted here"),
        run="jichi.figures.services.recompute:recompute_due",
    ),
)
