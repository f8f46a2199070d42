"""Votes in one canonical form: the latest vote of each person on each statement, sorted.

A vote is +1 (agree), 0 (pass) or -1 (disagree); a person who did not vote on a statement has no vote on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jichi.methods.errors import listed

from .errors import VoteError
from .ids import Ids, Names, indexed

__all__ = ["AGREE", "DISAGREE", "PASS", "Votes", "latest", "make_votes", "votes_from_table"]

AGREE, PASS, DISAGREE = 1, 0, -1

Column = Sequence[int] | Sequence[str] | npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Votes:
    """The set of votes of a conversation, one for each person and statement, in one canonical order.

    Attributes
    ----------
    participants, statements
        Sorted names. Some may have no vote.
    starts
        Where each participant's votes begin in the next three arrays; one longer than ``participants``.
    columns
        Position of the statement voted on, ascending within a participant.
    values
        The votes: 1 agree, 0 pass, -1 disagree.
    times
        When each vote was given, or None where that is not known.
    """

    participants: Ids
    statements: Ids
    starts: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    values: npt.NDArray[np.int8]
    times: npt.NDArray[Any] | None = None

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many statements each participant voted on, passes included."""
        return np.diff(self.starts)

    @property
    def rows(self) -> npt.NDArray[np.int32]:
        """Position of the participant of each vote."""
        return np.repeat(np.arange(self.participants.size, dtype=np.int32), self.counts)

    def kinds(self, inside: slice = slice(None)) -> npt.NDArray[np.int32]:
        """Statement and vote in one number, three times the position plus 0, 1 or 2, of some of the votes."""
        kinds = self.columns[inside] * np.int32(3)
        kinds += self.values[inside]
        kinds += 1
        return kinds

    def table(self) -> npt.NDArray[np.float64]:
        """All votes as a table of participants by statements; not a number where there is no vote."""
        table = np.full((self.participants.size, self.statements.size), np.nan)
        table[self.rows, self.columns] = self.values
        return table


def _one_by_one(votes: Sequence[Any] | npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Votes of kinds that no array holds together, and which of them are none."""
    given = np.empty(len(votes), dtype=object)
    given[:] = [vote if isinstance(vote, int | float | np.number) else str(vote) for vote in votes]
    return given, np.array([vote not in (1, 0, -1) for vote in given.tolist()], dtype=np.bool_)


def _checked_values(votes: Sequence[int] | npt.NDArray[Any]) -> npt.NDArray[np.int8]:
    try:
        given = np.asarray(votes)
        if given.dtype.kind == "i" and given.ndim == 1 and given.min() >= -1 and given.max() <= 1:
            return given.astype(np.int8, copy=False)
        wrong = (given != 1) & (given != 0) & (given != -1)
    except (TypeError, ValueError):
        given, wrong = _one_by_one(votes)
    if given.dtype.kind not in "iufO" or given.ndim != 1:
        wrong = np.ones(max(given.size, 1), dtype=np.bool_)
    if np.any(wrong):
        rows = [int(row) + 1 for row in np.flatnonzero(wrong)]
        raise VoteError(
            "votes-out-of-range",
            f"votes in rows {listed(rows)} are not among 1 (agree), 0 (pass) and -1 (disagree); leave out"
            " the row of a statement that was not voted on",
            rows=rows,
            values=[str(given.ravel()[row - 1]) for row in rows[:100]] if given.size else [],
        )
    return given.astype(np.int8)


def _checked_times(times: Sequence[float] | npt.NDArray[Any] | None, rows: int) -> npt.NDArray[Any] | None:
    if times is None:
        return None
    given = np.asarray(times)
    if given.dtype.kind in "mM":
        wrong, given = np.isnat(given), given.astype(np.int64)
    elif given.dtype.kind in "iu":
        wrong = given > np.iinfo(np.int64).max
        given = given.astype(np.int64)
    elif given.dtype.kind == "f":
        wrong = ~np.isfinite(given)
    else:
        wrong = np.ones(given.shape, dtype=np.bool_)
    if np.any(wrong):
        odd = [int(row) + 1 for row in np.flatnonzero(wrong)]
        raise VoteError(
            "times-not-times",
            f"times in rows {listed(odd)} are not times: give numbers (such as milliseconds) in every row,"
            " or no times at all",
            rows=odd,
        )
    if given.shape != (rows,):
        raise VoteError(
            "lengths-differ", f"{given.size} times for {rows} votes", times=given.size, votes=rows
        )
    return given


def _among(what: str, names: Names, whole: Column | None) -> Names:
    """The same rows among a given whole; a row that names something else is refused."""
    if whole is None:
        return names
    known = indexed(what, whole)
    strange = ~np.isin(names.ids, known.ids)
    if (names.ids.dtype.kind == "U") != (known.ids.dtype.kind == "U") and names.ids.size and known.ids.size:
        strange[:] = True
    if np.any(strange):
        rows = [int(row) + 1 for row in np.flatnonzero(strange[names.positions])]
        raise VoteError(
            f"unknown-{what}",
            f"votes in rows {listed(rows)} name {what} that are not known:"
            f" {listed(names.ids[strange].tolist())}",
            rows=rows,
            ids=names.ids[strange].tolist(),
        )
    place = {name: position for position, name in enumerate(known.ids.tolist())}
    moved = np.array([place[name] for name in names.ids.tolist()], dtype=np.int64)
    return Names(ids=known.ids, positions=moved[names.positions] if moved.size else names.positions)


def latest(
    values: npt.NDArray[np.int8], times: npt.NDArray[Any], runs: npt.NDArray[np.int64]
) -> npt.NDArray[np.int8]:
    """Of each run of votes by one person on one statement, the one that holds.

    Parameters
    ----------
    values, times
        Votes and times, ascending by time within a run.
    runs
        Where each run begins.

    Notes
    -----
    The latest holds. Of different votes at one instant none is the last, and they count as a pass. So the
    answer depends on the set alone, treats agree and disagree alike, and may be worked out piece by piece.
    """
    lengths = np.diff(np.append(runs, values.size))
    last = np.repeat(times[runs + lengths - 1], lengths) == times
    low = np.minimum.reduceat(np.where(last, values, 2), runs)
    high = np.maximum.reduceat(np.where(last, values, -2), runs)
    return np.where(low == high, low, PASS).astype(np.int8)


def _refuse_contradictions(keys: npt.NDArray[Any], doubtful: npt.NDArray[Any]) -> None:
    rows = [int(row) + 1 for row in np.flatnonzero(np.isin(keys, doubtful))]
    raise VoteError(
        "votes-contradict",
        f"rows {listed(rows)} hold different votes of one person on one statement, and no times tell which"
        " is the last: give times, or only the last vote",
        rows=rows,
    )


def _keys(people: Names, things: Names, bits: int, room: int) -> npt.NDArray[Any]:
    """Participant and statement in one number, with room for some bits more at its end."""
    small = people.ids.size << (bits + room) < 2**31
    kind = np.int32 if small else np.int64
    keys: npt.NDArray[np.integer[Any]] = people.positions.astype(kind)
    np.left_shift(keys, bits, out=keys)
    np.bitwise_or(keys, things.positions.astype(kind, copy=False), out=keys)
    return keys


def _without_times(
    keys: npt.NDArray[Any], values: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int8]]:
    packed = keys << 2
    packed += values
    packed += 1
    packed.sort()
    ordered = packed >> 2
    if packed.size > 1 and np.any(ordered[1:] == ordered[:-1]):
        packed = np.unique(packed)
        ordered = packed >> 2
        again = ordered[1:] == ordered[:-1]
        if np.any(again):
            _refuse_contradictions(keys, ordered[1:][again])
    packed &= 3
    packed -= 1
    return ordered, packed.astype(np.int8)


def _with_times(
    keys: npt.NDArray[Any], values: npt.NDArray[np.int8], times: npt.NDArray[Any]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int8], npt.NDArray[Any]]:
    order = np.argsort(keys)
    ordered = keys[order]
    if ordered.size > 1 and np.any(ordered[1:] == ordered[:-1]):
        order = np.lexsort((times, keys))
        ordered = keys[order]
    values, times = values[order], times[order]
    runs = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if ordered.size else order
    if runs.size == ordered.size:
        return ordered, values, times
    ends = np.append(runs[1:], ordered.size) - 1
    return ordered[runs], latest(values, times, runs), times[ends]


def make_votes(
    participants: Column,
    statements: Column,
    votes: Sequence[int] | npt.NDArray[Any],
    *,
    times: Sequence[float] | npt.NDArray[Any] | None = None,
    all_participants: Column | None = None,
    all_statements: Column | None = None,
) -> Votes:
    """Votes from one row each, in any order.

    Parameters
    ----------
    participants, statements
        Who voted on what: whole numbers or texts.
    votes
        1 agree, 0 pass, -1 disagree.
    times
        When, as numbers or numpy datetimes. With times the latest vote of a person on a statement holds;
        different votes at the same instant count as a pass. Without times, different votes of one person on
        one statement are refused. The same vote given twice is one vote.
    all_participants, all_statements
        Everybody and everything there is, where some may have no vote. Votes that name others are refused.

    Raises
    ------
    VoteError
        ``lengths-differ``, ``ids-not-names``, ``votes-out-of-range``, ``times-not-times``,
        ``votes-contradict``, ``unknown-participants``, ``unknown-statements``: all bad rows are named.

    Notes
    -----
    Two sorts of whole numbers; the result is a function of the set of rows.

    Examples
    --------
    >>> votes = make_votes(["mori", "abe", "mori"], [1, 1, 2], [1, -1, 0])
    >>> votes.participants.tolist(), votes.values.tolist()
    (['abe', 'mori'], [-1, 1, 0])
    """
    people, things = indexed("participants", participants), indexed("statements", statements)
    sizes = {len(people.positions), len(things.positions), len(votes)}
    if len(sizes) > 1:
        raise VoteError(
            "lengths-differ",
            f"{len(people.positions)} participants, {len(things.positions)} statements and {len(votes)}"
            " votes: every row needs one of each",
            participants=len(people.positions),
            statements=len(things.positions),
            votes=len(votes),
        )
    values = _checked_values(votes) if len(votes) else np.zeros(0, dtype=np.int8)
    moments = _checked_times(times, values.size)
    people, things = (
        _among("participants", people, all_participants),
        _among("statements", things, all_statements),
    )
    bits = max(1, int(things.ids.size).bit_length())
    keys = _keys(people, things, bits, room=3)
    if moments is None:
        keys, values = _without_times(keys, values)
    else:
        keys, values, moments = _with_times(keys, values, moments)
    starts = np.searchsorted(keys, np.arange(people.ids.size + 1, dtype=keys.dtype) << bits)
    columns = (keys & ((1 << bits) - 1)).astype(np.int32, copy=False)
    return Votes(
        participants=people.ids,
        statements=things.ids,
        starts=starts.astype(np.int64),
        columns=columns,
        values=values,
        times=moments,
    )


def votes_from_table(participants: Column, statements: Column, table: npt.ArrayLike) -> Votes:
    """Votes from a table with a row for each participant and a column for each statement.

    Parameters
    ----------
    participants, statements
        Names of the rows and of the columns, each once.
    table
        Votes as numbers, not a number (nan) where there is no vote.

    Raises
    ------
    VoteError
        ``table-shape``, ``names-twice``, and what :func:`make_votes` refuses.
    """
    cells = np.asarray(table, dtype=np.float64)
    if cells.shape != (len(participants), len(statements)):
        raise VoteError(
            "table-shape",
            f"the table is {cells.shape}, but there are {len(participants)} participants and"
            f" {len(statements)} statements",
            shape=cells.shape,
        )
    people, things = indexed("participants", participants), indexed("statements", statements)
    for what, names in (("participants", people), ("statements", things)):
        if names.ids.size < names.positions.size:
            twice = names.ids[np.bincount(names.positions) > 1].tolist()
            raise VoteError(
                "names-twice", f"{what} {listed(twice)} stand more than once", what=what, ids=twice
            )
    cells = cells[np.argsort(people.positions)][:, np.argsort(things.positions)]
    rows, columns = np.nonzero(~np.isnan(cells))
    return make_votes(
        people.ids[rows],
        things.ids[columns],
        cells[rows, columns],
        all_participants=people.ids,
        all_statements=things.ids,
    )
