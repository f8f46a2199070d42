"""Two answers for whoever watches the process: is it alive, and can it do its work."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jichi.city import triggers

LEAST_FREE_BYTES = 64 * 1024 * 1024


def pending_migrations() -> list[str]:
    """Names of migrations the code knows and the database does not have yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    pending = pending_migrations()
    return f"{len(pending)} not applied; run: jichi migrate" if pending else ""


def _triggers() -> str:
    missing = triggers.missing()
    return f"{len(missing)} missing; run: jichi migrate" if missing else ""


def _disk() -> str:
    free = shutil.disk_usage(settings.JICHI.home).free
    return "" if free >= LEAST_FREE_BYTES else f"only {free // 1024 // 1024} MB are free in JICHI_HOME"


PROBES: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "triggers": _triggers,
    "disk": _disk,
}


def probe() -> dict[str, str]:
    """Run every probe; the answer maps its name to what is wrong ("" for nothing)."""
    found: dict[str, str] = {}
    for name, run in PROBES.items():
        try:
            found[name] = run()
        except (DatabaseError, OSError) as error:
            found[name] = type(error).__name__
            if name == "database":
                break  # the others would only repeat it
    return found


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; touches no database."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the site can do its work, else 503 with the names of what is wrong, and no detail outside."""
    found = probe()
    ready = not any(found.values())
    checks = {name: "failed" if problem else "ok" for name, problem in found.items()}
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503
    )
