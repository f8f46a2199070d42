"""Near-duplicates among distinct normal forms: sketch, sort, measure, and gather into stars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.neighbours import adjacent, rows_of
from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.sketches import agreement, jaccard_of, sketch
from jichi.methods.campaigns.stars import Stars, stars
from jichi.methods.campaigns.verifying import Judge, Judged, needed
from jichi.methods.texts.shingles import SIZE, Units

__all__ = ["Index", "NearLinks", "index_of", "linked", "near_stars"]

_SURE = 0.12
"""Three standard errors of an estimate: so far above the bound a pair holds without being measured."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class NearLinks:
    """Verified pairs of sketches: neighbours in some order that are near-duplicates.

    Attributes
    ----------
    codes
        Shape (pairs,), sorted: lower row and higher row in one number.
    counts
        Shape (pairs,): in how many orders the two are neighbours.
    """

    codes: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int64]

    def where(self, chosen: npt.NDArray[np.bool_]) -> NearLinks:
        """Some of the links."""
        return NearLinks(codes=self.codes[chosen], counts=self.counts[chosen])


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Index:
    """What is kept of the texts that are long enough to have near-duplicates.

    Attributes
    ----------
    forms
        Shape (sketches,): the form of each.
    sketches
        Shape (sketches, PLACES).
    lengths
        Shape (sketches,): sequences of each, repeated ones counted again.
    weights
        Shape (sketches,): effective length of each.
    links
        Between rows of ``sketches``.
    """

    forms: npt.NDArray[np.int64]
    sketches: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    links: NearLinks


def linked(
    sketches: npt.NDArray[np.uint8],
    weights: npt.NDArray[np.float64],
    codes: npt.NDArray[np.uint64],
    rule: Rule,
    measure: Callable[[npt.NDArray[np.int64], npt.NDArray[np.int64]], Judged],
) -> npt.NDArray[np.bool_]:
    """Which pairs hold: those whose sketches leave no doubt, and of the others those that do when measured.

    Links only say what belongs to one component; each member of a set is measured against its centre.
    """
    left, right = rows_of(codes)
    bound = needed(np.minimum(weights[left], weights[right]), rule)
    holds = jaccard_of(agreement(sketches, left, right)) >= bound + _SURE
    unsure = np.flatnonzero(~holds)
    holds[unsure] = measure(left[unsure], right[unsure]).same
    return holds


def long_rows(forms: Units, weights: npt.NDArray[np.float64], rule: Rule) -> npt.NDArray[np.int64]:
    """Rows of the texts that are long enough to have near-duplicates."""
    if not rule.near:
        return np.empty(0, np.int64)
    return np.flatnonzero((weights >= rule.shortest) & (forms.lengths >= SIZE))


def index_of(forms: Units, rule: Rule, *, threads: int = 1) -> Index:
    """Sketches and links of distinct normal forms.

    Parameters
    ----------
    forms
        In the order of their digests.
    rule
        What near-duplicates are.
    threads
        How many work at once. The result does not depend on it.
    """
    judge = Judge.of(forms, rule, threads=threads)
    rows = long_rows(forms, judge.weights, rule)
    sketches = sketch(forms, rows, threads=threads)
    lengths, weights = forms.lengths[rows] - SIZE + 1, judge.weights[rows]
    codes, counts = adjacent(sketches, lengths, rule, threads=threads)

    def measure(left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> Judged:
        return judge.measure(rows[left], rows[right])

    holds = linked(sketches, weights, codes, rule, measure)
    links = NearLinks(codes=codes, counts=counts).where(holds)
    return Index(forms=rows, sketches=sketches, lengths=lengths, weights=weights, links=links)


def near_stars(forms: Units, index: Index, rule: Rule, *, threads: int = 1) -> Stars:
    """Sets of near-duplicates, told by rows of ``forms``."""
    made = alone(len(forms))
    rows = index.forms
    judge = Judge.of(forms, rule, threads=threads)

    def judged(left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> Judged:
        return judge.judge(rows[left], rows[right])

    found = stars(len(rows), rows_of(index.links.codes), index.sketches, judged, rule.jaccard)
    made.centre[rows] = rows[found.centre]
    made.jaccard[rows], made.containment[rows] = found.jaccard, found.containment
    return made


def alone(count: int) -> Stars:
    """Every form by itself."""
    return Stars(centre=np.arange(count), jaccard=np.ones(count), containment=np.ones(count))
