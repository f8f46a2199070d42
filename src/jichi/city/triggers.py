"""Installing and verifying the triggers that rooms declare (mechanics.md, "Invariants over several rows").

Django rebuilds SQLite tables on some migrations and drops their triggers silently; therefore they are
created anew after every migrate, and ``jichi check`` names any that is missing.
"""

from __future__ import annotations

from django.db import connection

from jichi.manifest import Trigger

from . import registry


def declared() -> tuple[Trigger, ...]:
    """All triggers of all rooms."""
    return tuple(trigger for room in registry.rooms() for trigger in room.triggers)


def install() -> int:
    """Create every declared trigger whose table exists; returns how many."""
    tables = set(connection.introspection.table_names())
    wanted = [trigger for trigger in declared() if trigger.table in tables]
    with connection.cursor() as cursor:
        for trigger in wanted:
            for statement in _statements(trigger, connection.vendor):
                cursor.execute(statement)
    return len(wanted)


def drop() -> None:
    """Take every declared trigger away on SQLite, for the time of a migration.

    SQLite refuses to rename or drop a table while a trigger of another one names it (as a rebuild does);
    PostgreSQL looks such names up only when the trigger fires.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for trigger in declared():
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")


def missing() -> list[Trigger]:
    """Declared triggers that the database does not have."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [trigger for trigger in declared() if trigger.name not in present]


def _statements(trigger: Trigger, vendor: str) -> list[str]:
    name, table = trigger.name, trigger.table
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {name}",
            f"CREATE TRIGGER {name} {trigger.when} ON {table} FOR EACH ROW {trigger.sqlite}",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {name}_fn() RETURNS trigger LANGUAGE plpgsql "
        f"AS $jichi$ {trigger.postgresql} $jichi$",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} {trigger.when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_fn()",
    ]


def refuse(name: str, table: str, when: str, *, unless: str = "", message: str, meaning: str) -> Trigger:
    """A trigger that refuses the row with ``message`` when the SQL condition ``unless`` is not met.

    ``unless`` is written in SQL that both databases understand, over ``NEW`` and ``OLD``; empty: always
    refuse.
    """
    row = "OLD" if "DELETE" in when else "NEW"
    condition = f"NOT COALESCE(({unless}), FALSE)" if unless else "1 = 1"
    return Trigger(
        name=name,
        table=table,
        when=when,
        sqlite=f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END",
        postgresql=(
            f"BEGIN IF {condition} THEN RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = '{message}'; "
            f"END IF; RETURN {row}; END;"
        ),
        meaning=meaning,
    )
