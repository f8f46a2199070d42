"""Liveness and readiness."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from jichi.config import health


def test_alive_without_asking_the_database(client: Client):
    assert client.get("/livez").json() == {"status": "alive"}


def test_ready_when_everything_is(client: Client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert set(answer.json()["checks"].values()) == {"ok"}
    assert "no-store" in answer.headers["Cache-Control"] or "no-cache" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_only_reading_is_answered(client: Client, db, method: str):
    assert getattr(client, method)("/readyz").status_code == 405


def test_not_ready_without_a_trigger(client: Client, db):
    on = "" if connection.vendor == "sqlite" else " ON city_auditentry"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER city_auditentry_no_update{on}")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["triggers"] == "failed"


def test_not_ready_without_a_migration(client: Client, db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'plan' AND name = '0001_initial'")
    # A leaf that is missing below others is an inconsistent history; either way the site is not ready.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app IN ('plan', 'figures', 'site')")
    assert client.get("/readyz").json()["checks"]["migrations"] == "failed"


def test_not_ready_without_a_database_and_no_detail_is_told(client: Client, monkeypatch):
    def broken() -> str:
        raise DatabaseError("password of the server is hunter2")

    monkeypatch.setitem(health.PROBES, "database", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "failed"}
    assert "hunter2" not in answer.content.decode()


def test_not_ready_with_a_full_disk(client: Client, db, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 10**18)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["disk"] == "failed"
