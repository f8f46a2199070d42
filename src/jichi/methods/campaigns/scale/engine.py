"""What is asked of a distributed engine, and the same in one process.

A kernel is a function from batch to batch that can be sent to another machine: a function of a module, or a
``functools.partial`` of one. It must give the right columns for a batch without rows, and may depend on
nothing but its batch, so that an engine may run it again after a failure, or twice at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Protocol, TypeAlias, TypeVar

import numpy as np

from jichi.methods.campaigns.scale.batches import (
    Batch,
    Numbers,
    bytes_in,
    concatenated,
    empty_like,
    numbers,
    take,
)
from jichi.methods.texts.errors import TextError

__all__ = ["Engine", "Kernel", "LocalEngine", "Table"]

Kernel: TypeAlias = Callable[[Batch], Batch]
Table = TypeVar("Table")

_SPREAD = np.uint64(0x9E3779B97F4A7C15)


class Engine(Protocol[Table]):
    """Two verbs, and ways in and out. A table is the engine's own handle for rows that lie anywhere."""

    def spread(self, batches: Iterable[Batch]) -> Table:
        """The rows of some batches, at least one, wherever the engine likes."""
        ...

    def map_batches(self, table: Table, kernel: Kernel) -> Table:
        """The kernel on each batch by itself; how rows are cut into batches is the engine's affair."""
        ...

    def group(self, table: Table, by: str, kernel: Kernel) -> Table:
        """The kernel on batches of which each holds all rows of every number in column ``by`` that it has.

        One batch holds many numbers, so that a kernel works on arrays and not on one group at a time.
        """
        ...

    def together(self, tables: Sequence[Table]) -> Table:
        """The rows of several tables of the same columns."""
        ...

    def gather(self, table: Table) -> Batch:
        """All rows, here."""
        ...


class LocalEngine:
    """The engine in this process: a table is a list of batches.

    Parameters
    ----------
    partitions
        Into how many batches rows are parted, at least 1. No result depends on it.

    Attributes
    ----------
    moved
        Bytes sent from batch to batch, for each kernel that was given to ``group``.
    """

    def __init__(self, partitions: int = 4) -> None:
        if partitions < 1:
            raise TextError(
                "partitions-out-of-range",
                f"partitions is {partitions}; give 1 or more",
                partitions=partitions,
            )
        self.partitions = partitions
        self.moved: Counter[str] = Counter()

    def spread(self, batches: Iterable[Batch]) -> list[Batch]:
        """The batches themselves."""
        return list(batches)

    def map_batches(self, table: list[Batch], kernel: Kernel) -> list[Batch]:
        """The kernel on each batch."""
        return [kernel(batch) for batch in table]

    def group(self, table: list[Batch], by: str, kernel: Kernel) -> list[Batch]:
        """Rows go to batches by their number in ``by``; then the kernel."""
        parts: list[list[Batch]] = [[empty_like(table[0])] for _ in range(self.partitions)]
        for batch in table:
            to = self._places(numbers(batch, by))
            for place, part in enumerate(parts):
                part.append(take(batch, np.flatnonzero(to == place)))
            self.moved[_name(kernel)] += bytes_in(batch)
        return [kernel(concatenated(part)) for part in parts]

    def together(self, tables: Sequence[list[Batch]]) -> list[Batch]:
        """All batches of all tables."""
        return [batch for table in tables for batch in table]

    def gather(self, table: list[Batch]) -> Batch:
        """One batch of all."""
        return concatenated(table)

    def _places(self, keys: Numbers) -> Numbers:
        mixed = keys.astype(np.uint64) * _SPREAD
        return ((mixed >> np.uint64(40)) % np.uint64(self.partitions)).astype(np.int64)


def _name(kernel: Kernel) -> str:
    inner = kernel.func if isinstance(kernel, partial) else kernel
    return str(getattr(inner, "__name__", "kernel"))
