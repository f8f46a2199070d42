"""What the part of imported statistics declares, for the room's manifest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.city.triggers import refuse
from jichi.manifest import (
    Action,
    Daily,
    Duty,
    Export,
    PackFile,
    Page,
    Panel,
    Reach,
    Role,
    Route,
    Trigger,
    Zone,
)

MAP = "figures.table:map"
TAKE = "figures.table:take"
READ = "figures.table:read"

_KEEPERS = {Role.PLANNING_OFFICER: Reach.CITY, Role.OFFICER: Reach.OWN_DEPARTMENT}

ACTIONS: tuple[Action, ...] = (
    Action(key=MAP, roles=_KEEPERS, sentence=_("It was said how a table of statistics is read")),
    Action(key=TAKE, roles=_KEEPERS, sentence=_("A table of statistics was taken in")),
    Action(
        key=READ,
        roles=_KEEPERS | {Role.AUDITOR: Reach.CITY},
        sentence=_("A table of statistics was looked at"),
    ),
)


def _inner(action: str, *names: str) -> tuple[Route, ...]:
    return tuple(Route(name=name, zone=Zone.INNER, action=action) for name in names)


ROUTES: tuple[Route, ...] = (
    *_inner(READ, "staff-table-list", "staff-table-source", "staff-table-import"),
    *_inner(READ, "staff-table-file", "staff-table-differences"),
    *_inner(MAP, "staff-table-new", "staff-table-edit", "staff-table-layout"),
    *_inner(MAP, "staff-table-target-new", "staff-table-target"),
    *_inner(TAKE, "staff-table-upload"),
)

PAGES: tuple[Page, ...] = (
    Page(title=_("Tables of statistics"), route="staff-table-list", order=550, zone=Zone.INNER, action=READ),
)
PANELS: tuple[Panel, ...] = ()
DUTIES: tuple[Duty, ...] = (
    Duty(
        key="figures.tables",
        title=_("Tables of statistics to be taken in"),
        waiting="jichi.figures.statistics.duties:tables_waiting",
    ),
)
EXPORTS: tuple[Export, ...] = ()
TRIGGERS: tuple[Trigger, ...] = (
    refuse(
        "figures_tableimport_no_change",
        "figures_tableimport",
        "BEFORE UPDATE",
        unless="OLD.state = 'staged'",
        message="a table that was taken in or discarded is not changed",
        meaning="a table taken in stays as it came and as it was read; another file is another import",
    ),
    refuse(
        "figures_tableimport_no_delete",
        "figures_tableimport",
        "BEFORE DELETE",
        message="imported tables are kept",
        meaning="a table taken in is evidence of the values it gave; a discarded one keeps its checksum",
    ),
    refuse(
        "figures_tablemapping_no_change",
        "figures_tablemapping",
        "BEFORE UPDATE",
        message="a layout is not changed; add the next one",
        meaning="how an earlier file was read stays known",
    ),
    refuse(
        "figures_tablemapping_no_delete",
        "figures_tablemapping",
        "BEFORE DELETE",
        message="layouts are kept",
        meaning="how an earlier file was read stays known",
    ),
)
PACK_FILES: tuple[PackFile, ...] = (
    PackFile(
        kind="tables",
        schema="figures/schema/jichi-tables-1.schema.json",
        load="jichi.figures.statistics.services.packs:load_tables",
        order=44,
    ),
)
DAILY: tuple[Daily, ...] = ()
