"""A map kept up to date: whole-number sums that new votes change, equal to those counted from the start."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .errors import VoteError
from .ids import Ids, Names, joined
from .mapping import OpinionMap, Rules, check_rules, draw_from
from .merging import Merged, merged
from .moderation import Moderation, standing
from .moments import Moments, moments
from .votes import Column, Votes, make_votes

__all__ = ["MapState"]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapState:
    """Votes and their sums. A state never changes: new votes give another state.

    Attributes
    ----------
    votes
        All votes so far.
    sums
        Their moments, equal to ``moments(votes)``.

    Examples
    --------
    >>> state = MapState.of(make_votes([1, 2], [1, 1], [1, -1]))
    >>> state = state.update([2, 3], [1, 1], [1, 0])
    >>> state.votes.values.tolist()
    [1, 1, 0]
    """

    votes: Votes
    sums: Moments

    @classmethod
    def of(cls, votes: Votes) -> Self:
        """The state of a set of votes, counted from the start."""
        return cls(votes=votes, sums=moments(votes))

    @classmethod
    def empty(cls) -> Self:
        """The state before anybody voted."""
        return cls.of(make_votes([], [], []))

    def vote(self, participant: Any, statement: Any, vote: int, *, time: float | None = None) -> Self:
        """The state after one vote more; see :meth:`update`."""
        return self.update([participant], [statement], [vote], times=None if time is None else [time])

    def update(
        self,
        participants: Column,
        statements: Column,
        votes: Sequence[int] | npt.NDArray[Any],
        *,
        times: Sequence[float] | npt.NDArray[Any] | None = None,
    ) -> Self:
        """The state after more votes: new ones and changed ones, of people and on statements old and new.

        Parameters
        ----------
        participants, statements, votes, times
            As for :func:`~.votes.make_votes`. With times the latest vote holds, whichever comes in first, so
            that any order and any division into updates ends in the same state. Without times what comes in
            later holds.

        Raises
        ------
        VoteError
            What :func:`~.votes.make_votes` refuses; ``times-differ``: votes so far have times and these have
            none, or the other way round; ``ids-not-names``: names are numbers where they were texts.

        Notes
        -----
        With V votes and O ones where there is a vote, before (V, O) and after (V + D, O + E), every sum of
        products changes by whole numbers, such as

            (V + D)'(V + D) - V'V = D'(V + D) + (D'(V + D))' - D'D,

        over the rows that changed. The cost is that of the changed rows, and of one copy of the votes.
        """
        batch = make_votes(participants, statements, votes, times=times)
        if batch.values.size == 0:
            return self
        if self.votes.values.size and (self.votes.times is None) != (batch.times is None):
            raise VoteError(
                "times-differ",
                "votes so far have times and these have none, or the other way round: which vote is the last"
                " cannot be told; give times to all or to none",
            )
        people = _joined("participants", self.votes.participants, batch.participants)
        things = _joined("statements", self.votes.statements, batch.statements)
        if not (_ascending(people, self.votes.participants) and _ascending(things, self.votes.statements)):
            return type(self).of(_from_rows(self.votes, batch))
        with ThreadPoolExecutor(1) as pool:
            own = pool.submit(_own, self.sums, things)
            change = merged(self.votes, batch, people, things)
            return type(self)(votes=change.votes, sums=_moved(own.result(), change))

    def draw(self, *, moderation: Moderation | None = None, rules: Rules | None = None) -> OpinionMap:
        """The map of the votes so far: the same as ``draw_map(state.votes, …)``, bit for bit."""
        used = Rules() if rules is None else rules
        check_rules(used)
        return draw_from(self.votes, self.sums, standing(self.votes.statements, moderation), used)


def _joined(what: str, old: Ids, new: Ids) -> Names:
    """Old and new names together; the first positions are those of the old names."""
    if old.size and new.size and old.dtype.kind != new.dtype.kind:
        raise VoteError(
            "ids-not-names",
            f"{what} were named by {'text' if old.dtype.kind == 'U' else 'whole numbers'} so far: name them"
            " so in these votes, too",
            what=what,
        )
    return joined(what, old, new)


def _ascending(names: Names, old: Ids) -> bool:
    """Whether old names keep their order; text may turn from the order of numbers to that of letters."""
    places = names.positions[: old.size]
    return bool(np.all(places[1:] > places[:-1]))


def _from_rows(old: Votes, batch: Votes) -> Votes:
    """All votes made anew; without times the batch is later than what there was."""
    parts = (old, batch)
    times: npt.NDArray[Any]
    if batch.times is None or old.times is None:
        times = np.repeat([0, 1], [old.values.size, batch.values.size])
    else:
        times = np.concatenate([old.times, batch.times])
    found = make_votes(
        np.concatenate([part.participants[part.rows] for part in parts]),
        np.concatenate([part.statements[part.columns] for part in parts]),
        np.concatenate([part.values for part in parts]),
        times=times,
        all_participants=np.concatenate([old.participants, batch.participants]),
        all_statements=np.concatenate([old.statements, batch.statements]),
    )
    if batch.times is not None:
        return found
    return Votes(
        participants=found.participants,
        statements=found.statements,
        starts=found.starts,
        columns=found.columns,
        values=found.values,
    )


def _own(sums: Moments, things: Names) -> Moments:
    """A copy of the sums, with room for new statements."""
    size, places = things.ids.size, things.positions[: sums.voted.size]

    def flat(old: IntArray) -> IntArray:
        new = np.zeros(size, dtype=np.int64)
        new[places] = old
        return new

    def square(old: FloatArray) -> FloatArray:
        if size == places.size:
            return old.copy()
        new = np.zeros((size, size))
        new[np.ix_(places, places)] = old
        return new

    return Moments(
        voted=flat(sums.voted),
        agreed=flat(sums.agreed),
        disagreed=flat(sums.disagreed),
        both=square(sums.both),
        one_voted=square(sums.one_voted),
        two_voted=square(sums.two_voted),
        unit=sums.unit,
    )


def _moved(own: Moments, change: Merged) -> Moments:
    """Sums after the change, given a copy of those before, which is used up."""
    size, after, before = own.voted.size, change.after, change.before
    _add_pairs(change, own)
    return Moments(
        voted=own.voted + np.bincount(change.columns[~change.had], minlength=size),
        agreed=own.agreed + _counted(change.columns, after == 1, (before == 1) & change.had, size),
        disagreed=own.disagreed + _counted(change.columns, after == -1, (before == -1) & change.had, size),
        both=own.both,
        one_voted=own.one_voted,
        two_voted=own.two_voted,
        unit=own.unit,
    )


def _counted(
    columns: npt.NDArray[np.int32],
    plus: npt.NDArray[np.bool_],
    minus: npt.NDArray[np.bool_],
    size: int,
) -> IntArray:
    return np.bincount(columns[plus], minlength=size) - np.bincount(columns[minus], minlength=size)


def _add_pairs(change: Merged, own: Moments) -> None:
    """What changed votes add to the sums of products, pair by pair with the other votes of their people.

    With a vote that changed by d (and by e = 1 where there was none), and v and o the person's votes after
    the change, row s and column s of a sum gain d v or e o; a pair of which both changed is then in twice.
    """
    votes, size = change.votes, own.voted.size
    both, one_voted, two_voted = (square.ravel() for square in (own.both, own.one_voted, own.two_voted))
    moved = (change.after - np.where(change.had, change.before, 0)).astype(np.float64)
    entered = (~change.had).astype(np.float64)
    people = change.people[change.row]
    lengths = votes.counts[people]
    which = np.repeat(np.arange(people.size), lengths)
    inside = np.arange(which.size) + np.repeat(votes.starts[people] - np.cumsum(lengths) + lengths, lengths)
    here, there = change.columns[which].astype(np.int64), votes.columns[inside].astype(np.int64)
    across, down = here * size + there, there * size + here
    after = votes.values[inside].astype(np.float64)
    product = moved[which] * after
    np.add.at(both, across, product)
    np.add.at(both, down, product)
    np.add.at(one_voted, across, moved[which])
    new = np.flatnonzero(entered[which])
    np.add.at(one_voted, down[new], after[new])
    np.add.at(two_voted, across[new], 1.0)
    np.add.at(two_voted, down[new], 1.0)
    shape = (size, change.people.size)
    given = sparse.csr_array((moved, (change.columns, change.row)), shape=shape)
    came = sparse.csr_array((entered, (change.columns, change.row)), shape=shape)
    for square, twice in ((both, given @ given.T), (one_voted, given @ came.T), (two_voted, came @ came.T)):
        found = twice.tocoo()
        np.subtract.at(square, found.row.astype(np.int64) * size + found.col, found.data)
