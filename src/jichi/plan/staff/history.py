"""An edit in words: each changed fact with what stood before and what stands after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.viewers import system_names
from jichi.plan.models import Edit

from .labels import changed_names, fact_label, fact_words

# What a reader of the history need not be told: identities that the row's label says already.
_QUIET = frozenset(
    {"plan_id", "node_id", "project_id", "indicator_id", "initiative_id", "figure_id", "series_id"}
)


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact of an edit: its name, before and after, in words."""

    label: str
    before: str
    after: str
    long: bool


def lines_of(
    model: type[models.Model], before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[FactLine]:
    """The facts that differ; of a row that came or went, those that say something."""
    found = []
    whole = before is None or after is None
    for name in changed_names(before, after):
        if whole and name in _QUIET:
            continue
        old = fact_words(model, name, before.get(name)) if before is not None else ""
        new = fact_words(model, name, after.get(name)) if after is not None else ""
        found.append(FactLine(fact_label(name), old, new, len(old) + len(new) > 120))
    return found


def what_happened(edit: Edit) -> str:
    """Added, changed or removed."""
    if edit.before is None:
        return _("added")
    return _("removed") if edit.after is None else _("changed")


def names_of(viewer: Viewer, edits: Iterable[Edit]) -> dict[Any, str]:
    """The actors of edits as the history shows them: oneself, a part of the system, or the opaque name."""
    actors = {edit.actor for edit in edits}
    systems = system_names(actors)
    return {
        actor: _("you") if actor == viewer.actor else systems.get(actor, actor.hex[:8]) for actor in actors
    }
