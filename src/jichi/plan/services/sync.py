"""Bringing stored rows to a wanted state, with an edit kept for every row that changes."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.plan.models import Edit, Plan

from .facts import FACTS, changed_facts, facts_of

Row = TypeVar("Row", bound=models.Model)
# Orders are moved out of the way before they are set, so that two rows may swap places under a unique
# constraint.
PARKED = 20_000
BATCH = 200


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many rows were created, changed, removed and left as they were."""

    created: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    @property
    def touched(self) -> int:
        return self.created + self.changed + self.removed


@dataclass(slots=True, kw_only=True)
class Sync:
    """One act's changes to plan rows: what was touched, and the edits to be kept."""

    actor: uuid.UUID
    act_id: uuid.UUID
    plan: Plan | None
    reason: str = ""
    edits: list[Edit] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    parked: set[tuple[type[models.Model], Any]] = field(default_factory=set)

    def remember(
        self, row: models.Model, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> Edit:
        """Note an edit of ``row``; :meth:`finish` writes them."""
        edit = Edit(
            plan=self.plan,
            act_id=self.act_id,
            actor=self.actor,
            model=type(row).__name__,
            object_id=str(row.pk),
            label=str(row)[:300],
            before=before,
            after=after,
            reason=self.reason,
        )
        self.edits.append(edit)
        return edit

    def bring(
        self,
        model: type[Row],
        stored: Mapping[Any, Row],
        wanted: Mapping[Any, Mapping[str, Any]],
        *,
        remove: bool = True,
    ) -> dict[Any, Row]:
        """Create, change and (unless ``remove`` is false) remove rows until ``stored`` equals ``wanted``.

        Both map a natural key to a row or its facts. Returns the rows by key, in the order of ``wanted``.
        """
        tally = self.tallies.setdefault(model.__name__, Tally())
        if remove:
            self.remove([row for key, row in stored.items() if key not in wanted])
        changes = {key: changed_facts(stored[key], facts) for key, facts in wanted.items() if key in stored}
        self.park(model, [stored[key] for key, found in changes.items() if "order" in found])
        for key, found in changes.items():
            self._change(stored[key], found, tally)
        fresh = {key: model(**facts) for key, facts in wanted.items() if key not in stored}
        created = cast("Any", model).objects.bulk_create(list(fresh.values()), batch_size=BATCH)
        for row in created:
            self.remember(row, None, facts_of(row))
        tally.created += len(created)
        made = dict(zip(fresh, created, strict=True))
        return {key: made.get(key) or stored[key] for key in wanted}

    def remove(self, rows: Iterable[Any]) -> None:
        """Remove rows after what hangs on them, each as an edit of its own, so that all can be brought back.

        Raises:
            Invalid: while measured values or other rows still refer to one of them.
        """
        for row in rows:
            self.remove(_hanging_on(row))
            self._let_go(row)
            # A parked row remembers its place in memory, so its edit tells where it stood.
            self.remember(row, facts_of(row), None)
            try:
                copy(row).delete()
            except models.ProtectedError as error:
                text = _("“%(row)s” cannot be removed: measured values or other rows still refer to it.")
                raise Invalid({"": [text % {"row": str(row)}]}) from error
            self.tallies.setdefault(type(row).__name__, Tally()).removed += 1

    def _let_go(self, row: models.Model) -> None:
        """Take the row out of those that merely point at it, with an edit for each."""
        for relation in _relations(row, models.SET_NULL):
            for pointing in _rows_of(relation, row):
                before = facts_of(pointing)
                setattr(pointing, relation.field.name, None)
                pointing.save(update_fields=[relation.field.name])
                self.remember(pointing, before, facts_of(pointing))

    def park(self, model: type[Row], rows: Iterable[Row]) -> None:
        """Move the orders of rows out of the way until the rows are changed or removed."""
        ids = {row.pk for row in rows} - {pk for kind, pk in self.parked if kind is model}
        if ids:
            cast("Any", model).objects.filter(pk__in=ids).update(order=F("order") + PARKED)
            self.parked |= {(model, pk) for pk in ids}

    def _change(self, row: models.Model, found: dict[str, Any], tally: Tally) -> None:
        if not found:
            tally.unchanged += 1
            return
        before = facts_of(row)
        for name, value in found.items():
            setattr(row, name, value)
        names = list(found)
        if (type(row), row.pk) in self.parked:
            self.parked.discard((type(row), row.pk))
            names.append("order")
        if hasattr(row, "version"):
            row.version += 1
            names.append("version")
        row.save(update_fields={row._meta.get_field(_field(name)).name for name in names})
        self.remember(row, before, facts_of(row))
        tally.changed += 1

    def finish(self) -> int:
        """Write the edits; returns how many rows were touched."""
        Edit.objects.bulk_create(self.edits, batch_size=BATCH)
        return len(self.edits)


def _field(name: str) -> str:
    return name.removesuffix("_id") if name.endswith("_id") else name


def _relations(row: models.Model, on_delete: Any) -> list[Any]:
    return [
        relation
        for relation in row._meta.related_objects
        if relation.on_delete is on_delete and relation.related_model in FACTS
        if getattr(relation.field, "attname", "") in FACTS[relation.related_model]
    ]


def _rows_of(relation: Any, row: models.Model) -> list[models.Model]:
    return list(relation.related_model.objects.filter(**{relation.field.name: row.pk}))


def _hanging_on(row: models.Model) -> list[models.Model]:
    """The plan rows that the database would remove together with ``row``."""
    return [hanging for relation in _relations(row, models.CASCADE) for hanging in _rows_of(relation, row)]


class Numbered:
    """Natural keys for things known by their text: the n-th row of the same text has its own key."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, int] = {}

    def key(self, *parts: Hashable) -> Hashable:
        """``parts`` and how often they came before."""
        count = self._seen.get(parts, 0)
        self._seen[parts] = count + 1
        return (*parts, count)
