"""Making the test database in fewer steps than its migrations are written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations import Migration
from django.db.migrations.operations import AddConstraint, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation


def in_one(operations: Iterable[Operation]) -> list[Operation]:
    """A migration's operations with each constraint and index made together with its table, where it can be.

    It can where the same migration makes the table and nothing changes it between: a constraint is about the
    columns of its own table. The schema is the same; but Django makes models anew for every operation, and
    SQLite the table for every constraint.
    """
    done: list[Operation] = []
    made: dict[str, int] = {}
    for one in operations:
        if isinstance(one, (AddConstraint, AddIndex)) and one.model_name_lower in made:
            at = made[one.model_name_lower]
            done[at] = _with(done[at], one)
            continue
        if isinstance(one, CreateModel):
            made[one.name_lower] = len(done)
        elif isinstance(one, FieldOperation):
            made.pop(one.model_name_lower, None)
        elif isinstance(one, ModelOperation):
            made.pop(one.name_lower, None)
        elif not isinstance(one, IndexOperation):
            made.clear()  # SQL or Python of its own may be about any table
        done.append(one)
    return done


def _with(table: Any, one: Any) -> CreateModel:
    key, more = ("constraints", one.constraint) if isinstance(one, AddConstraint) else ("indexes", one.index)
    options = {**table.options, key: [*table.options.get(key, ()), more]}
    return CreateModel(table.name, table.fields, options, table.bases, table.managers)


@contextmanager
def in_fewer_steps() -> Iterator[None]:
    """Until its end migrations are applied as :func:`in_one` has them."""
    apply = Migration.apply

    def quickly(self: Migration, *args: Any, **options: Any) -> Any:
        written, self.operations = self.operations, in_one(self.operations)
        try:
            return apply(self, *args, **options)
        finally:
            self.operations = written

    Migration.apply = quickly  # type: ignore[method-assign]
    try:
        yield
    finally:
        Migration.apply = apply  # type: ignore[method-assign]
