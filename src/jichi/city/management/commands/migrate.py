"""``migrate``, followed by what a migration may have dropped: the triggers, and the shared cache's table."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate

from jichi.city import triggers


class Command(Migrate):
    """Django's own command with the triggers created anew at its end."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options.get("plan") or options.get("check_unapplied"):
            return
        call_command("createcachetable", verbosity=0)
        triggers.install()
