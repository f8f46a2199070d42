"""A diff of two plan documents in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.plan.importing import Change

from .labels import fact_label
from .review import COMPARATORS, ROLES

THINGS: Mapping[str, Any] = {
    "plan": gettext_lazy("Plan"),
    "node": gettext_lazy("Heading or project"),
    "indicator": gettext_lazy("Indicator"),
    "project": gettext_lazy("Project"),
    "document": gettext_lazy("Policy document"),
    "schemes": gettext_lazy("Scheme"),
    "not_held": gettext_lazy("Part not held"),
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change: where, which fact, before and after."""

    kind: str
    word: str
    thing: str
    where: str
    fact: str
    before: str
    after: str


def change_lines(changes: Iterable[Change]) -> list[ChangeLine]:
    """The changes in words, in the order of the diff."""
    words = {"added": _("added"), "removed": _("removed"), "changed": _("changed")}
    found = []
    for change in changes:
        head, _space, rest = change.path.partition(" ")
        found.append(
            ChangeLine(
                kind=change.kind,
                word=words.get(change.kind, change.kind),
                thing=str(THINGS.get(head, head)),
                where=" › ".join(_part(part) for part in rest.split("/")) if rest else "",
                fact=fact_label(change.field) if change.field else "",
                before=_words(change.field, change.old),
                after=_words(change.field, change.new),
            )
        )
    return found


def _part(part: str) -> str:
    first, space, rest = part.partition(" ")
    return f"{ROLES[first]}{space}{rest}" if first in ROLES else part


def _words(field: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field == "comparator":
        return str(COMPARATORS.get(str(value), value))
    return str(value)
