"""``migrate``, followed by what a migration may have dropped: the triggers, and the shared cache's table."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate

from jichi.city import triggers


class Command(Migrate):
    """Django's own command, with the triggers away while it runs and created anew at its end."""

    def handle(self, *args: Any, **options: Any) -> None:
        if options.get("plan") or options.get("check_unapplied"):
            super().handle(*args, **options)
            return
        triggers.drop()
        try:
            super().handle(*args, **options)
        finally:
            # Also after a migration that failed: no table of record is left open to changes.
            triggers.install()
        call_command("createcachetable", verbosity=0)
