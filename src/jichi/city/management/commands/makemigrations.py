"""``makemigrations`` that leaves out labels: words, languages and packs must make no migration."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.makemigrations import Command as MakeMigrations
from django.db import models

LABELS = ("choices", "help_text", "verbose_name", "error_messages", "validators")

_deconstruct = models.Field.deconstruct


def _without_labels(field: models.Field[Any, Any]) -> Any:
    name, path, args, kwargs = _deconstruct(field)
    return name, path, args, {key: value for key, value in kwargs.items() if key not in LABELS}


class Command(MakeMigrations):
    """Django's own command over fields stripped of what only people read."""

    def handle(self, *args: Any, **options: Any) -> None:
        models.Field.deconstruct = _without_labels  # type: ignore[method-assign,assignment]
        try:
            super().handle(*args, **options)
        finally:
            models.Field.deconstruct = _deconstruct  # type: ignore[method-assign]
