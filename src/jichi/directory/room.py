"""What the directory room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.city.triggers import refuse
from jichi.manifest import Action, PackFile, Reach, Role, Room, Trigger

from .exports import EXPORTS
from .routes import PAGES, ROUTES

PLANNERS = {Role.PLANNING_OFFICER: Reach.CITY}
EDITORS = PLANNERS | {Role.OFFICER: Reach.OWN_DEPARTMENT, Role.SECTION_HEAD: Reach.OWN_DEPARTMENT}
READERS = dict.fromkeys([*EDITORS, Role.BUREAU_HEAD, Role.AUDITOR, Role.ADMINISTRATOR], Reach.CITY)

ACTIONS = (
    Action(
        key="directory.entry:load",
        roles={Role.ADMINISTRATOR: Reach.CITY},
        sentence=_("The directory was loaded"),
    ),
    Action(key="directory.entry:read", roles=READERS, sentence=_("The directory was looked at")),
    Action(key="directory.organisation:edit", roles=PLANNERS, sentence=_("An organisation was edited")),
    Action(key="directory.place:edit", roles=EDITORS, sentence=_("A place was edited")),
    Action(key="directory.body:edit", roles=EDITORS, sentence=_("A council or committee was edited")),
)


def _kept(table: str) -> tuple[Trigger, ...]:
    return (
        refuse(
            f"{table}_no_delete",
            table,
            "BEFORE DELETE",
            message=f"{table} rows are closed, not deleted",
            meaning="what stood in the directory once can always be told",
        ),
        refuse(
            f"{table}_keeps_its_key",
            table,
            "BEFORE UPDATE",
            unless="NEW.key = OLD.key",
            message=f"{table} rows keep their key",
            meaning="addresses, grants and packs name a row by a key that never moves to another",
        ),
    )


ROOM = Room(
    key="directory",
    title="Directory",
    actions=ACTIONS,
    routes=ROUTES,
    pages=PAGES,
    exports=EXPORTS,
    triggers=(*_kept("directory_organisation"), *_kept("directory_place"), *_kept("directory_body")),
    pack_files=(
        PackFile(
            kind="directory",
            schema="directory/schema/jichi-directory-1.schema.json",
            load="jichi.directory.services:load_directory",
            order=15,
        ),
    ),
)
