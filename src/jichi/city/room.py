"""What the city room declares to the rest."""

from __future__ import annotations

from jichi.manifest import Action, Check, PackFile, Reach, Role, Room
from jichi.city.triggers import refuse

ADMIN_ONLY = {Role.ADMINISTRATOR: Reach.CITY}

_APPEND_ONLY = tuple(
    refuse(
        f"city_{short}_no_{verb.lower()}",
        table,
        f"BEFORE {verb}",
        message=f"{table} is append-only",
        meaning="the audit trail and its seal are never changed and never shortened",
    )
    for short, table in (("auditentry", "city_auditentry"), ("auditseal", "city_auditseal"))
    for verb in ("UPDATE", "DELETE")
)

ROOM = Room(
    key="city",
    title="City",
    actions=(
        Action(key="city.city:load", roles=ADMIN_ONLY, sentence="The city's own data were loaded"),
        Action(key="city.person:create", roles=ADMIN_ONLY, sentence="A person was entered"),
        Action(key="city.account:create", roles=ADMIN_ONLY, sentence="An account was opened"),
        Action(key="city.account:close", roles=ADMIN_ONLY, sentence="An account was closed"),
        Action(key="city.grant:give", roles=ADMIN_ONLY, sentence="A role was granted"),
        Action(key="city.grant:end", roles=ADMIN_ONLY, sentence="A role ended"),
        Action(key="city.department:edit", roles=ADMIN_ONLY, sentence="A department was changed"),
        Action(
            key="city.trail:read",
            roles={Role.ADMINISTRATOR: Reach.CITY, Role.AUDITOR: Reach.CITY},
            sentence="The audit trail was read",
        ),
    ),
    triggers=_APPEND_ONLY,
    pack_files=(
        PackFile(
            kind="city",
            schema="city/schema/jichi-city-1.schema.json",
            load="jichi.city.services:load_city",
            order=10,
        ),
    ),
    checks=(
        Check(key="triggers", title="Every declared trigger is in the database", run="jichi.city.checks:triggers"),
        Check(key="trail", title="The audit trail is unbroken", run="jichi.city.checks:trail"),
    ),
)
