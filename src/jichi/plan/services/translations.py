"""A memory of translations, keyed by the exact source string, and how it fills a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

Memory = Mapping[str, Mapping[str, str]]


def translations_for(
    memory: Memory, texts: Mapping[str, str], stored: models.Model | None = None
) -> dict[str, dict[str, str]]:
    """Translations of a row's ``texts`` (field → source string) from ``memory`` (language → source → text).

    A translation already stored is kept where the source string is the same and the memory is silent.
    """
    found: dict[str, dict[str, str]] = {}
    old: dict[str, dict[str, str]] = dict(getattr(stored, "translations", None) or {})
    for language in {*memory, *old}:
        fields: dict[str, str] = {}
        for field, source in texts.items():
            if not source:
                continue
            translated = memory.get(language, {}).get(source)
            if translated is None and stored is not None and getattr(stored, field, None) == source:
                translated = old.get(language, {}).get(field)
            if translated:
                fields[field] = translated
        if fields:
            found[language] = fields
    return found


def translated(
    memory: Memory, facts: dict[str, Any], names: tuple[str, ...], stored: models.Model | None
) -> dict[str, Any]:
    """``facts`` with their ``translations``, made from the named text fields."""
    texts = {name: str(facts.get(name) or "") for name in names}
    return {**facts, "translations": translations_for(memory, texts, stored)}
