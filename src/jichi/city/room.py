"""What the city room declares to the rest."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.city.triggers import refuse
from jichi.manifest import Action, Check, PackFile, Reach, Role, Room, Trigger

from .routes import PAGES, ROUTES

ADMIN_ONLY = {Role.ADMINISTRATOR: Reach.CITY}
WATCHERS = {Role.ADMINISTRATOR: Reach.CITY, Role.AUDITOR: Reach.CITY}
ONESELF = {Role.ACCOUNT_HOLDER: Reach.CITY}

ACTIONS = (
    Action(key="city.city:load", roles=ADMIN_ONLY, sentence=_("The city's own data were loaded")),
    Action(key="city.person:read", roles=ADMIN_ONLY, sentence=_("People and roles were looked at")),
    Action(key="city.person:create", roles=ADMIN_ONLY, sentence=_("A person was entered")),
    Action(key="city.actor:sever", roles=ADMIN_ONLY, sentence=_("A pseudonym was cut off from its person")),
    Action(key="city.account:create", roles=ADMIN_ONLY, sentence=_("An account was opened")),
    Action(key="city.account:invite", roles=ADMIN_ONLY, sentence=_("An account was invited again")),
    Action(key="city.account:close", roles=ADMIN_ONLY, sentence=_("An account was closed")),
    Action(key="city.account:accept", roles=ONESELF, sentence=_("An invitation was accepted")),
    Action(key="city.account:own", roles=ONESELF, sentence=_("The own account was changed")),
    Action(key="city.grant:give", roles=ADMIN_ONLY, sentence=_("A role was granted")),
    Action(key="city.grant:end", roles=ADMIN_ONLY, sentence=_("The last day of a role was set")),
    Action(key="city.grant:withdraw", roles=ADMIN_ONLY, sentence=_("A role was withdrawn")),
    Action(key="city.department:edit", roles=ADMIN_ONLY, sentence=_("A department was reorganised")),
    Action(key="city.trail:read", roles=WATCHERS, sentence=_("The audit trail was read")),
    Action(key="city.trail:verify", roles=WATCHERS, sentence=_("The audit trail was verified")),
    Action(key="city.trail:epoch", roles={}, sentence=_("A new epoch of the audit trail began")),
    Action(key="city.rule:load", roles=ADMIN_ONLY, sentence=_("Dated rules were loaded")),
    Action(
        key="city.subject:destroy",
        roles={Role.PLANNING_OFFICER: Reach.CITY, Role.ADMINISTRATOR: Reach.CITY},
        sentence=_("The key to somebody's details was destroyed"),
    ),
    Action(key="city.keys:rotate", roles={}, sentence=_("Subjects' keys were wrapped anew")),
    Action(key="city.admin:read", roles=ADMIN_ONLY, sentence=_("The administration was looked at")),
)

_MESSAGES = {"UPDATE": "{} rows are never changed", "DELETE": "{} rows are never deleted"}


def _kept(table: str, *verbs: str, meaning: str) -> tuple[Trigger, ...]:
    return tuple(
        refuse(
            f"{table}_no_{verb.lower()}",
            table,
            f"BEFORE {verb}",
            message=_MESSAGES[verb].format(table),
            meaning=meaning,
        )
        for verb in verbs
    )


_SUBJECT = "city_subjectkey"
_WHOLE = "((NEW.destroyed_at IS NULL) = (length(NEW.wrapped) > 0))"

KEY_TRIGGERS = (
    *_kept(_SUBJECT, "DELETE", meaning="the row of a subject's key stays when the key is destroyed"),
    *(
        refuse(
            f"city_subjectkey_whole_on_{verb.lower()}",
            _SUBJECT,
            f"BEFORE {verb}",
            unless=_WHOLE,
            message="a key of a subject is never empty before it is destroyed, and always after",
            meaning="a destroyed key is empty, and one that is not destroyed is there",
        )
        for verb in ("INSERT", "UPDATE")
    ),
    refuse(
        "city_subjectkey_stays_destroyed",
        _SUBJECT,
        "BEFORE UPDATE",
        unless="OLD.destroyed_at IS NULL AND NEW.id = OLD.id AND NEW.created_at = OLD.created_at"
        " AND NEW.key_version >= OLD.key_version",
        message="a destroyed key never changes, and no key goes back to an older one",
        meaning="a destroyed key never changes again, and no key goes back to an older one",
    ),
)

TRIGGERS = (
    *_kept(
        "city_auditentry", "UPDATE", "DELETE", meaning="the audit trail is never changed and never shortened"
    ),
    *_kept(
        "city_auditseal", "UPDATE", "DELETE", meaning="the seal of the trail is never changed or shortened"
    ),
    *_kept(
        "city_auditepoch",
        "UPDATE",
        "DELETE",
        meaning="the epochs of the trail are never changed or shortened",
    ),
    *_kept("city_auditactor", "DELETE", meaning="a pseudonym is severed, never deleted"),
    refuse(
        "city_auditactor_stays_severed",
        "city_auditactor",
        "BEFORE UPDATE",
        # A comparison with NULL would be neither true nor false, and let the row pass.
        unless="(NEW.person_id IS NULL OR (OLD.person_id IS NOT NULL AND NEW.person_id = OLD.person_id))"
        " AND (NEW.account_id IS NULL OR (OLD.account_id IS NOT NULL AND NEW.account_id = OLD.account_id))"
        " AND NEW.system = OLD.system",
        message="a pseudonym is never given to another",
        meaning="a pseudonym keeps its person or loses her, and never gets another",
    ),
    *_kept("city_grant", "DELETE", meaning="a grant is ended or withdrawn, never deleted"),
    refuse(
        "city_grant_only_its_end",
        "city_grant",
        "BEFORE UPDATE",
        unless="NEW.person_id = OLD.person_id AND NEW.role = OLD.role AND NEW.valid_from = OLD.valid_from"
        " AND NEW.object_type = OLD.object_type AND NEW.object_id = OLD.object_id"
        " AND COALESCE(NEW.department_id, 0) = COALESCE(OLD.department_id, 0)",
        message="of a grant only the last day may change",
        meaning="who held which role when can always be told",
    ),
    *_kept("city_grantwithdrawal", "UPDATE", "DELETE", meaning="a withdrawn grant stays withdrawn"),
    *_kept("city_department", "DELETE", meaning="a department ends, it is never deleted"),
    *KEY_TRIGGERS,
    *_kept("city_keyfingerprint", "UPDATE", "DELETE", meaning="which key belongs to this database stays"),
    *_kept("city_datedrule", "UPDATE", "DELETE", meaning="dated rules are added to, never rewritten"),
    *_kept("city_departmentsuccession", "UPDATE", "DELETE", meaning="who followed whom is never rewritten"),
)

CHECKS = (
    Check(
        key="triggers", title=_("Every declared trigger is in the database"), run="jichi.city.checks:triggers"
    ),
    Check(key="trail", title=_("The audit trail is unbroken"), run="jichi.city.checks:trail"),
    Check(
        key="cursors", title=_("Readers of the trail stand on this trail"), run="jichi.city.checks:cursors"
    ),
    Check(key="city", title=_("One installation is one city"), run="jichi.city.checks:single_city"),
    Check(
        key="departments",
        title=_("Departments and their successions fit"),
        run="jichi.city.checks:departments",
    ),
    Check(key="grants", title=_("Every grant in force reaches something"), run="jichi.city.checks:grants"),
    Check(
        key="keys", title=_("The folder of keys belongs to this database"), run="jichi.city.keys.checks:fit"
    ),
    Check(key="demonstration", title=_("No demonstration sign-ins"), run="jichi.city.checks:demonstration"),
)

ROOM = Room(
    key="city",
    title=_("City"),
    actions=ACTIONS,
    routes=ROUTES,
    pages=PAGES,
    triggers=TRIGGERS,
    checks=CHECKS,
    pack_files=(
        PackFile(
            kind="city",
            schema="city/schema/jichi-city-1.schema.json",
            load="jichi.city.services:load_city",
            order=10,
        ),
        PackFile(
            kind="dated_rules",
            schema="city/schema/jichi-dated-rules-1.schema.json",
            load="jichi.city.rules:load_dated_rules",
            order=11,
        ),
    ),
)
