"""When somebody changed a row meanwhile: what she changed, what one typed oneself, and what has to be
chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from jichi.plan.services.facts import as_json

from .labels import fact_label, fact_words

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One fact that the other person changed, beside what one typed oneself."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str
    both: bool

    @property
    def field(self) -> str:
        """The name of the choice in the form."""
        return f"choose_{self.name}"


def differences(current: models.Model, seen: Mapping[str, Any], typed: Mapping[str, Any]) -> list[Difference]:
    """What the other one changed since one opened the form; ``both`` where one changed the same fact
    oneself.
    """
    found = []
    for name, value in typed.items():
        theirs, mine, before = as_json(getattr(current, name)), as_json(value), seen.get(name)
        if theirs in (before, mine):
            continue
        words = {
            key: fact_words(type(current), name, one)
            for key, one in (("before", before), ("theirs", theirs), ("mine", mine))
        }
        found.append(Difference(name=name, label=fact_label(name), both=mine != before, **words))
    return found


def chosen(data: Any, current: models.Model, names: list[str]) -> Any:
    """The form's data with the other one's value where the reader chose it."""
    merged = data.copy()
    for name in names:
        if data.get(f"choose_{name}") == THEIRS:
            value = as_json(getattr(current, name))
            if isinstance(value, bool):
                if value:
                    merged[name] = "on"
                else:
                    merged.pop(name, None)
            else:
                merged[name] = "" if value is None else str(value)
    return merged
