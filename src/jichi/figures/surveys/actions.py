"""The acts of survey reports and who may do them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Action, Reach, Role

TAKE = "figures.survey:take"
READ = "figures.survey:read"
PUBLISH = "figures.survey:publish"

_TAKERS = {Role.PLANNING_OFFICER: Reach.CITY, Role.OFFICER: Reach.OWN_DEPARTMENT}

ACTIONS: tuple[Action, ...] = (
    Action(key=TAKE, roles=_TAKERS, sentence=_("A survey report was taken in")),
    Action(
        key=READ,
        roles=_TAKERS | {Role.AUDITOR: Reach.CITY},
        sentence=_("A survey report was read"),
    ),
    Action(
        key=PUBLISH,
        roles={Role.PLANNING_OFFICER: Reach.CITY},
        sentence=_("A survey report was shown to everyone"),
    ),
)
