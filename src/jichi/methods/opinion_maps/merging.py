"""A few votes put among many that are already in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .ids import Names, Positions
from .votes import PASS, Votes

__all__ = ["Merged", "merged"]

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Merged:
    """Votes after a change, and what changed.

    Attributes
    ----------
    votes
        All votes after the change.
    people
        Positions of the participants with a changed vote.
    row, columns
        For each changed vote, its participant's place in ``people`` and its statement's position.
    after, before
        The vote after and before; ``before`` means nothing where there was none.
    had
        Whether there was a vote before.
    """

    votes: Votes
    people: IntArray
    row: IntArray
    columns: npt.NDArray[np.int32]
    after: npt.NDArray[np.int8]
    before: npt.NDArray[np.int8]
    had: npt.NDArray[np.bool_]


def _found(votes: Votes, rows: Positions, columns: npt.NDArray[np.int32]) -> IntArray:
    """Where each vote stands, or should: binary search in the rows of all of them at once."""
    low, high = votes.starts[rows].copy(), votes.starts[rows + 1].copy()
    while np.any(low < high):
        middle = (low + high) >> 1
        open_to = low < high
        behind = np.zeros(low.size, dtype=np.bool_)
        behind[open_to] = votes.columns[middle[open_to]] < columns[open_to]
        low = np.where(open_to & behind, middle + 1, low)
        high = np.where(open_to & ~behind, middle, high)
    return low


def _moved(votes: Votes, people: Names, things: Names) -> Votes:
    """The old votes under the new positions of people and statements."""
    place, column = people.positions[: votes.participants.size], things.positions[: votes.statements.size]
    counts = np.zeros(people.ids.size, dtype=np.int64)
    counts[place] = votes.counts
    same = things.ids.size == votes.statements.size
    return Votes(
        participants=people.ids,
        statements=things.ids,
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        columns=votes.columns if same else column.astype(np.int32)[votes.columns],
        values=votes.values,
        times=votes.times,
    )


def _holding(old: Votes, at: IntArray, values: npt.NDArray[np.int8], times: npt.NDArray[Any]) -> Any:
    """Of a vote there was and one that comes in, the one that holds; see :func:`~.votes.latest`."""
    if old.times is None:
        return values
    before, since = old.values[at], old.times[at]
    tied = np.where(before == values, values, PASS)
    return np.where(times > since, values, np.where(times < since, before, tied)).astype(np.int8)


def merged(old: Votes, batch: Votes, people: Names, things: Names) -> Merged:
    """Old votes with a batch of others.

    Parameters
    ----------
    old, batch
        Both canonical. A vote in both is settled by time, or for the batch where there are no times.
    people, things
        Names of both together: positions of the old names first, in ascending order, then of the batch's.
    """
    base = _moved(old, people, things)
    rows = people.positions[old.participants.size :][batch.rows]
    columns = things.positions[old.statements.size :][batch.columns].astype(np.int32)
    order = np.lexsort((columns, rows))
    rows, columns, values = rows[order], columns[order], batch.values[order]
    times = None if batch.times is None else batch.times[order]
    at = _found(base, rows, columns)
    had = at < base.starts[rows + 1]
    had[had] = base.columns[at[had]] == columns[had]
    before = np.zeros(values.size, dtype=np.int8)
    before[had] = base.values[at[had]]
    after = values.copy()
    after[had] = _holding(base, at[had], values[had], times[had] if times is not None else values[had])
    whole = _inserted(base, at, had, rows, columns, after, times)
    changed = ~had | (after != before)
    touched, row = np.unique(rows[changed], return_inverse=True)
    return Merged(
        votes=whole,
        people=touched,
        row=row,
        columns=columns[changed],
        after=after[changed],
        before=before[changed],
        had=had[changed],
    )


def _inserted(
    base: Votes,
    at: IntArray,
    had: npt.NDArray[np.bool_],
    rows: Positions,
    columns: npt.NDArray[np.int32],
    after: npt.NDArray[np.int8],
    times: npt.NDArray[Any] | None,
) -> Votes:
    values, whole_times = base.values.copy(), base.times
    values[at[had]] = after[had]
    slots = at[~had] + np.arange(np.count_nonzero(~had))
    kept = np.ones(values.size + slots.size, dtype=np.bool_)
    kept[slots] = False

    def spread(old: npt.NDArray[Any], new: npt.NDArray[Any]) -> npt.NDArray[Any]:
        found = np.empty(kept.size, dtype=old.dtype)
        found[kept] = old
        found[slots] = new
        return found

    if times is not None:
        kind = np.result_type(times, times if whole_times is None else whole_times)
        whole_times = np.zeros(0, dtype=kind) if whole_times is None else whole_times.astype(kind)
        whole_times[at[had]] = np.maximum(whole_times[at[had]], times[had])
        whole_times = spread(whole_times, times[~had])
    added = np.bincount(rows[~had], minlength=base.participants.size)
    return Votes(
        participants=base.participants,
        statements=base.statements,
        starts=base.starts + np.concatenate([[0], np.cumsum(added)]),
        columns=spread(base.columns, columns[~had]),
        values=spread(values, after[~had]),
        times=whole_times,
    )
