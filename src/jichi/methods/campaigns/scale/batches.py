"""Rows as columns of plain arrays: numbers, and strings of bytes in one array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from jichi.methods.texts.errors import TextError

__all__ = [
    "Batch",
    "Blobs",
    "Column",
    "Numbers",
    "blobs",
    "bytes_in",
    "concatenated",
    "empty_like",
    "numbers",
    "size_of",
    "take",
]

Numbers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Blobs:
    """Strings of bytes.

    Attributes
    ----------
    data
        Shape (bytes,): one after another.
    starts
        Shape (rows + 1,): where each begins; the last is the length of ``data``.
    """

    data: npt.NDArray[np.uint8]
    starts: Numbers

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, strings: Sequence[bytes]) -> Blobs:
        """From one object for each row."""
        lengths = np.fromiter(map(len, strings), np.int64, len(strings))
        data = np.frombuffer(b"".join(strings), np.uint8)
        return cls(data, np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]))

    @classmethod
    def of_width(cls, table: npt.NDArray[np.uint8]) -> Blobs:
        """From a table, shape (rows, bytes)."""
        return cls(np.ascontiguousarray(table).ravel(), np.arange(len(table) + 1) * table.shape[1])

    def of_one_width(self, width: int) -> npt.NDArray[np.uint8]:
        """As a table; all must have this many bytes."""
        return self.data.reshape(-1, width)

    def strings(self) -> list[bytes]:
        """One object for each row."""
        held = self.data.tobytes()
        return [held[low:high] for low, high in pairwise(self.starts.tolist())]

    def take(self, rows: Numbers) -> Blobs:
        """Some rows, in the order of ``rows``."""
        lengths = np.diff(self.starts)[rows]
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        places = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return Blobs(self.data[places], starts)


Column: TypeAlias = Numbers | Blobs
Batch: TypeAlias = Mapping[str, Column]


def size_of(batch: Batch) -> int:
    """How many rows a batch has."""
    return len(next(iter(batch.values())))


def take(batch: Batch, rows: Numbers) -> dict[str, Column]:
    """Some rows of a batch, in the order of ``rows``."""
    return {
        name: column.take(rows) if isinstance(column, Blobs) else column[rows]
        for name, column in batch.items()
    }


def _joined(columns: Sequence[Column]) -> Column:
    numbers = [column for column in columns if not isinstance(column, Blobs)]
    if numbers:
        return np.concatenate(numbers)
    blobs = [column for column in columns if isinstance(column, Blobs)]
    offsets = np.cumsum([0, *(len(column.data) for column in blobs)])
    starts = [column.starts[:-1] + offset for column, offset in zip(blobs, offsets.tolist(), strict=False)]
    return Blobs(np.concatenate([column.data for column in blobs]), np.concatenate([*starts, offsets[-1:]]))


def concatenated(batches: Sequence[Batch]) -> dict[str, Column]:
    """All rows of some batches of the same columns; at least one batch."""
    return {name: _joined([batch[name] for batch in batches]) for name in batches[0]}


def empty_like(batch: Batch) -> dict[str, Column]:
    """A batch of the same columns without rows: what a kernel makes of it tells the columns that it gives."""
    return take(batch, np.zeros(0, np.int64))


def bytes_in(batch: Batch) -> int:
    """Bytes that a batch takes when it is sent."""
    return sum(
        column.data.nbytes + column.starts.nbytes if isinstance(column, Blobs) else column.nbytes
        for column in batch.values()
    )


def numbers(batch: Batch, name: str) -> Numbers:
    """A column of numbers.

    Raises
    ------
    TextError
        ``"not-a-number"`` if the column has bytes.
    """
    column = batch[name]
    if isinstance(column, Blobs):
        raise TextError("not-a-number", f"column {name!r} has no numbers", column=name)
    return column


def blobs(batch: Batch, name: str) -> Blobs:
    """A column of bytes.

    Raises
    ------
    TextError
        ``"not-bytes"`` if the column has numbers.
    """
    column = batch[name]
    if not isinstance(column, Blobs):
        raise TextError("not-bytes", f"column {name!r} has no bytes", column=name)
    return column
