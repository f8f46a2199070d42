"""Writing a great deal without keeping others from writing: short transactions with pauses as long.

SQLite has one writer. Chunks grow and shrink so that each holds its lock for about 50 ms on whatever
machine this is; what is computed between two of them counts as pause.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import OperationalError, connection, models, transaction

WANTED = 0.05
"""Seconds that a chunk should hold the lock; it must stay below 0.1."""


PATIENCE, ASKED_EVERY = 20.0, 0.003
"""Seconds for which a chunk asks for SQLite's lock, and between two times of asking."""


class Pace:
    """How many rows the next chunk may have, and when it may begin."""

    def __init__(self, *, first: int = 100, most: int = 1000) -> None:
        self.size, self._most = first, most
        self._free_at = 0.0
        self.longest = 0.0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One chunk: waits out the pause of the one before, then holds one transaction."""
        time.sleep(max(0.0, self._free_at - time.monotonic()))
        with begun_soon():
            started = time.monotonic()
            yield
        held = time.monotonic() - started
        self.longest = max(self.longest, held)
        self._free_at = time.monotonic() + held
        wanted = self.size * WANTED / max(held, 0.001)
        self.size = round(min(max(wanted, self.size / 2, 10), self.size * 1.5, self._most))


@contextmanager
def begun_soon() -> Iterator[None]:
    """A transaction that begins within milliseconds of the lock's being free.

    SQLite's own waiting asks ten times a second in the end. Where others write a hundred times a second,
    each for a few milliseconds, a bulk act that asks so seldom hardly ever meets the lock free (measured:
    0.7 s for each chunk).
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    until = time.monotonic() + PATIENCE
    with ExitStack() as stack:
        with _asked_once():
            while True:
                try:
                    stack.enter_context(transaction.atomic())
                    break
                except OperationalError as problem:
                    if "locked" not in str(problem) or time.monotonic() > until:
                        raise
                time.sleep(ASKED_EVERY)
        yield


@contextmanager
def _asked_once() -> Iterator[None]:
    """Meanwhile SQLite says at once that it is locked."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        usual = int(cursor.fetchone()[0])
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def _columns(model: type[models.Model], names: Sequence[str]) -> list[Any]:
    """The fields of these names, each of which is a column of the table."""
    return [model._meta.get_field(name) for name in names]


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert many rows of plain values (numbers and text) with these fields; their ids are not told.

    Measured: of the time that a chunk held the lock, making model objects was the larger half.
    """
    if not rows:
        return
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(field.column) for field in _columns(model, names))
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({places})",  # noqa: S608
            rows,
        )


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set the fields ``names`` of many rows, each to values of its own: (…values, id).

    One prepared statement, run for each row: a ``CASE`` over as many rows is planned anew each time.
    """
    if not rows:
        return
    quoted = connection.ops.quote_name
    fields = _columns(model, names)
    sets = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    ready = [
        [
            *(
                field.get_db_prep_save(value, connection)
                for field, value in zip(fields, row[:-1], strict=True)
            ),
            row[-1],
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quoted(model._meta.db_table)} SET {sets} WHERE id = %s",  # noqa: S608
            ready,
        )
