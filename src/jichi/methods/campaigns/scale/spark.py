"""The engine over Apache Spark, classic or through Spark Connect.

Kernels run in Spark's Python workers, which need this package, numpy and scipy, in the same minor version of
Python as here. A batch travels as Arrow: numbers as ``bigint``, bytes as ``binary``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from jichi.methods.campaigns.scale.batches import Batch, Blobs, Column, concatenated, size_of, take
from jichi.methods.campaigns.scale.engine import Kernel
from jichi.methods.texts.errors import TextError

__all__ = ["SparkEngine", "missing"]

_NEEDED = ("pyspark", "pyarrow")
_ROWS = 50_000  # of a batch that is sent on: Arrow's binary holds at most two gigabytes


def missing() -> tuple[str, ...]:
    """The packages that this engine needs and that are not installed."""
    return tuple(name for name in _NEEDED if find_spec(name) is None)


def _arrow(batch: Batch) -> Iterator[Any]:
    """Record batches of some rows each."""
    arrow = import_module("pyarrow")
    for low in range(0, max(1, size_of(batch)), _ROWS):
        part = take(batch, np.arange(low, min(low + _ROWS, size_of(batch))))
        columns = []
        for column in part.values():
            if isinstance(column, Blobs):
                offsets = arrow.py_buffer(column.starts.astype(np.int32).tobytes())
                parts = [None, offsets, arrow.py_buffer(column.data.tobytes())]
                columns.append(arrow.Array.from_buffers(arrow.binary(), len(column), parts))
            else:
                columns.append(arrow.array(column, arrow.int64()))
        yield arrow.RecordBatch.from_arrays(columns, names=list(part))


def _column(given: Any) -> Column:
    arrow = import_module("pyarrow")
    if arrow.types.is_integer(given.type):
        return np.array(given.to_numpy(zero_copy_only=False), np.int64)
    given = given.cast(arrow.large_binary())
    _, offsets, data = given.buffers()
    starts = np.frombuffer(offsets, np.int64)[given.offset : given.offset + len(given) + 1]
    held = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return Blobs(held[starts[0] : starts[-1]].copy(), starts - starts[0])


def _batch(given: Any) -> dict[str, Column]:
    names = given.schema.names
    return {name: _column(given.column(place)) for place, name in enumerate(names)}


def _columns(batch: Batch) -> str:
    """Names and kinds, as Spark writes them."""
    kinds = {name: "binary" if isinstance(column, Blobs) else "bigint" for name, column in batch.items()}
    return ", ".join(f"`{name}` {kind}" for name, kind in kinds.items())


def _each(kernel: Kernel) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """The kernel on each record batch of a partition."""

    def run(given: Iterator[Any]) -> Iterator[Any]:
        for part in given:
            yield from _arrow(kernel(_batch(part)))

    return run


def _all(kernel: Kernel) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """The kernel on a whole partition at once."""

    def run(given: Iterator[Any]) -> Iterator[Any]:
        parts = [_batch(part) for part in given]
        if parts:
            yield from _arrow(kernel(concatenated(parts)))

    return run


class SparkEngine:
    """Runs kernels in a Spark session; a table is a data frame.

    Parameters
    ----------
    session
        A ``SparkSession``, of ``SparkSession.builder.remote("sc://…")`` or any other.
    partitions
        Into how many parts rows are shuffled. A part must fit into a worker's memory.

    Raises
    ------
    TextError
        ``"no-engine"``, with what is not installed.

    Notes
    -----
    What ``group`` gives is kept on the executors' disks, so that no stage is computed twice; where an
    executor is lost, Spark computes its parts again.
    """

    def __init__(self, session: Any, *, partitions: int = 64) -> None:
        lacking = missing()
        if lacking:
            raise TextError(
                "no-engine", f"install {' and '.join(lacking)} to group over Spark", missing=lacking
            )
        self._session = session
        self._partitions = partitions
        self._kept: list[Any] = []

    def spread(self, batches: Iterable[Batch]) -> Any:
        """A data frame of some batches."""
        arrow = import_module("pyarrow")
        held = list(batches)
        full = [part for batch in held for part in _arrow(batch) if part.num_rows]
        if not full:
            return self._session.createDataFrame([], _columns(held[0]))
        return self._session.createDataFrame(arrow.Table.from_batches(full))

    def map_batches(self, table: Any, kernel: Kernel) -> Any:
        """``mapInArrow``."""
        return table.mapInArrow(_each(kernel), self._schema(table, kernel))

    def group(self, table: Any, by: str, kernel: Kernel) -> Any:
        """``repartition`` by the hash of a column, then ``mapInArrow`` over whole partitions."""
        found = table.repartition(self._partitions, by).mapInArrow(_all(kernel), self._schema(table, kernel))
        levels = import_module("pyspark").StorageLevel
        kept = found.persist(levels.DISK_ONLY)
        self._kept.append(kept)
        return kept

    def together(self, tables: Sequence[Any]) -> Any:
        """``unionByName``."""
        return reduce(lambda one, other: one.unionByName(other), tables)

    def gather(self, table: Any) -> Batch:
        """The rows of a data frame, here."""
        found = table.toArrow().combine_chunks()
        parts = [_batch(part) for part in found.to_batches()]
        return concatenated(parts) if parts else self._nothing(table)

    def close(self) -> None:
        """Lets go of everything that was kept."""
        for kept in self._kept:
            kept.unpersist()
        self._kept.clear()

    @staticmethod
    def _nothing(table: Any) -> dict[str, Column]:
        nothing = Blobs(np.zeros(0, np.uint8), np.zeros(1, np.int64))
        return {
            field.name: nothing if field.dataType.typeName() == "binary" else np.zeros(0, np.int64)
            for field in table.schema.fields
        }

    def _schema(self, table: Any, kernel: Kernel) -> str:
        """The columns that a kernel gives: what it makes of no rows."""
        return _columns(kernel(self._nothing(table)))
