"""Votes as a sparse matrix of ones: a row for each person, three columns (-1, 0, 1) for each statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from .threads import side_by_side, stretches
from .votes import Votes

__all__ = ["Ballots"]

_MANY = 200_000
"""Votes in a stretch of people; more are worked on side by side."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ballots:
    """The matrix in stretches of people.

    Attributes
    ----------
    people
        Where the stretches lie.
    parts
        The matrix of each stretch.
    shape
        People and columns of the whole.
    """

    people: tuple[slice, ...]
    parts: tuple[sparse.csr_array, ...]
    shape: tuple[int, int]

    @classmethod
    def of(cls, votes: Votes) -> Self:
        """The ballots of all participants."""
        people = stretches(votes.participants.size, votes.values.size // _MANY + 1)
        width = 3 * votes.statements.size
        inside = [slice(votes.starts[some.start], votes.starts[some.stop]) for some in people]
        ones = np.ones(max((some.stop - some.start for some in inside), default=0))

        def part(at: int) -> sparse.csr_array:
            starts = votes.starts[people[at].start : people[at].stop + 1] - inside[at].start
            kinds = votes.kinds(inside[at])
            shape = (starts.size - 1, width)
            return sparse.csr_array((ones[: kinds.size], kinds, starts.astype(np.int32)), shape=shape)

        parts = side_by_side(part, range(len(people)), worthwhile=len(people) > 1)
        return cls(people=tuple(people), parts=tuple(parts), shape=(votes.participants.size, width))

    def by_person(self, terms: FloatArray) -> FloatArray:
        """For each person the sum of the terms of their votes, in order of statements.

        Parameters
        ----------
        terms
            Three rows for each statement, any number of columns.
        """
        found = np.zeros((self.shape[0], terms.shape[1]))

        def fill(at: int) -> None:
            found[self.people[at]] = self.parts[at] @ terms

        side_by_side(fill, range(len(self.parts)), worthwhile=len(self.parts) > 1)
        return found

    def by_vote(self, amounts: FloatArray) -> FloatArray:
        """For each statement and vote the sum of the amounts of those who gave it: exact for whole numbers.

        Parameters
        ----------
        amounts
            A row for each person, whole numbers whose sums stay below 2^53.
        """

        def count(at: int) -> FloatArray:
            found: FloatArray = self.parts[at].T @ amounts[self.people[at]]
            return found

        counted = side_by_side(count, range(len(self.parts)), worthwhile=len(self.parts) > 1)
        return sum(counted, np.zeros((self.shape[1], amounts.shape[1])))
