"""Migrations: none is missing, none is about words, and every landed state can be migrated from."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from jichi.city import triggers

OURS = ("city", "directory", "sheets", "plan", "figures", "site")


def oldest_states() -> list[tuple[str, str]]:
    """Of each of our rooms the oldest state from which an installation may be upgraded.

    The upgrade passes every later state of the room; the first state of a room that others need is the empty
    database, which every test migrates.
    """
    loader = MigrationLoader(None, ignore_no_migrations=True)
    landed = sorted(
        key
        for key in loader.disk_migrations
        if key[0] in OURS and (key[0] == "site" or not key[1].startswith("0001"))
    )
    oldest: dict[str, tuple[str, str]] = {}
    for key in landed:
        oldest.setdefault(key[0], key)
    return list(oldest.values())


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_words_make_no_migration(monkeypatch):
    """Another label, help text or list of choices is no change of the database."""
    from jichi.plan.models import Node

    field = Node._meta.get_field("name")
    monkeypatch.setattr(field, "verbose_name", "another word")
    monkeypatch.setattr(field, "help_text", "another sentence")
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", oldest_states(), ids=lambda key: ".".join(key))
def test_every_landed_state_can_be_migrated_from_and_keeps_its_triggers(state: tuple[str, str]):
    triggers.drop()
    executor = MigrationExecutor(connection)
    executor.migrate([state])
    call_command("migrate", verbosity=0, interactive=False)
    assert triggers.missing() == []
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db
def test_a_missing_trigger_is_noticed_and_made_anew():
    on = "" if connection.vendor == "sqlite" else " ON city_auditentry"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER city_auditentry_no_delete{on}")
    assert [trigger.name for trigger in triggers.missing()] == ["city_auditentry_no_delete"]
    triggers.install()
    assert triggers.missing() == []


def test_sqlite_is_new_enough():
    assert sqlite3.sqlite_version_info >= (3, 37), Path(sqlite3.__file__)
