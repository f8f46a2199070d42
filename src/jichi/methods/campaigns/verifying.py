"""Whether two texts are near-duplicates: measured exactly, from these two alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.campaigns.courtesies import core_of, holds_whole, is_cited, is_trimmed, says_same
from jichi.methods.campaigns.rules import Rule
from jichi.methods.campaigns.stances import Reader
from jichi.methods.texts.shingles import Overlaps, Units, overlaps

__all__ = ["Judged", "Judge"]

_BATCH = 1 << 14
_HOPELESS = 0.3
"""Below this Jaccard coefficient no courtesy hides that two texts say the same."""
_EQUAL = 0.9
"""From this on none feigns it."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Judged:
    """What was measured of pairs of texts; shape (pairs,) each.

    Attributes
    ----------
    same
        Whether they are near-duplicates.
    alike
        Whether they are so as wholes, not because one holds the other.
    jaccard, containment
        See :class:`~jichi.methods.texts.shingles.Overlaps`.
    """

    same: npt.NDArray[np.bool_]
    alike: npt.NDArray[np.bool_]
    jaccard: npt.NDArray[np.float64]
    containment: npt.NDArray[np.float64]

    @property
    def strength(self) -> npt.NDArray[np.float64]:
        """By which one pair is closer than another."""
        return np.maximum(self.jaccard, self.containment / 2)


def needed(weights: npt.NDArray[np.float64], rule: Rule) -> npt.NDArray[np.float64]:
    """The Jaccard coefficient that a pair must reach whose shorter text has this effective length."""
    part = np.clip((rule.long - weights) / max(rule.long - rule.shortest, 1), 0.0, 1.0)
    return rule.jaccard + (rule.jaccard_short - rule.jaccard) * part


def needed_by_one(weight: float, rule: Rule) -> float:
    """The same for one pair, as Python counts it: a hundred thousand calls of numpy would take seconds."""
    part = min(max((rule.long - weight) / max(rule.long - rule.shortest, 1), 0.0), 1.0)
    return rule.jaccard + (rule.jaccard_short - rule.jaccard) * part


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Judge:
    """Judges pairs of rows of some texts.

    Attributes
    ----------
    texts
        Normal forms.
    weights
        Shape (texts,): effective length of each.
    rule
        What near-duplicates are.
    threads
        How many work at once. The result does not depend on it.
    """

    texts: Units
    weights: npt.NDArray[np.float64]
    rule: Rule
    threads: int = 1

    @classmethod
    def of(cls, texts: Units, rule: Rule, *, threads: int = 1) -> Judge:
        """A judge of the rows of some texts."""
        return cls(texts=texts, weights=texts.weights, rule=rule, threads=threads)

    def measure(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> Judged:
        """Which pairs have enough in common, in the order given; what they part in is not looked at."""
        bounds = range(0, len(left), _BATCH)

        def work(first: int) -> Overlaps:
            return overlaps(self.texts, left[first : first + _BATCH], right[first : first + _BATCH])

        with ThreadPoolExecutor(self.threads) as pool:
            parts = list(pool.map(work, bounds))
        if not parts:
            none = np.zeros(0, np.bool_)
            return Judged(same=none, alike=none, jaccard=np.zeros(0), containment=np.zeros(0))
        jaccard = np.concatenate([part.jaccard for part in parts])
        containment = np.concatenate([part.containment for part in parts])
        shorter = np.minimum(self.weights[left], self.weights[right])
        longer = np.maximum(self.weights[left], self.weights[right])
        rule = self.rule
        alike = jaccard >= needed(shorter, rule)
        inside = (containment >= rule.containment) & (containment + jaccard >= rule.together)
        inside &= shorter >= rule.contained
        same = alike | (inside & (longer <= rule.reach * shorter))
        if rule.courtesies:
            short = (shorter >= rule.shortest) & (shorter < rule.long) & (longer < 2 * rule.long)
            unsure = np.flatnonzero(short & (jaccard >= _HOPELESS) & (jaccard < _EQUAL))
            for first in range(0, len(unsure), _BATCH):
                self._look_past(left, right, unsure[first : first + _BATCH], same, alike)
        return Judged(same=same, alike=alike, jaccard=jaccard, containment=containment)

    def _look_past(
        self,
        left: npt.NDArray[np.int64],
        right: npt.NDArray[np.int64],
        places: npt.NDArray[np.int64],
        same: npt.NDArray[np.bool_],
        alike: npt.NDArray[np.bool_],
    ) -> None:
        """Mends, in place, what courtesies hid or feigned in pairs of short texts."""
        rows = np.unique(np.concatenate([left[places], right[places]])).tolist()
        forms = {row: self.texts.text(row) for row in rows}
        cores = {row: core_of(form) for row, form in forms.items()}
        rule = self.rule

        def bound(weight: float) -> float:
            return needed_by_one(weight, rule)

        trimmed = {row: is_trimmed(form, cores[row]) for row, form in forms.items()}
        for place in places.tolist():
            one, other = int(left[place]), int(right[place])
            ours, theirs = cores[one], cores[other]
            if not alike[place]:
                alike[place] = says_same(ours, theirs, bound)
                same[place] |= alike[place] or holds_whole(ours, theirs, rule.whole)
            elif trimmed[one] and trimmed[other]:
                alike[place] = same[place] = says_same(ours, theirs, bound)
            if same[place] and is_cited(ours, theirs):
                alike[place] = same[place] = False

    def judge(self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]) -> Judged:
        """Which pairs are near-duplicates: enough in common, and neither turns the other round."""
        judged = self.measure(left, right)
        if not (self.rule.stances or self.rule.amounts):
            return judged
        same = judged.same.copy()
        held = np.flatnonzero(same)
        reader = Reader(self.texts, stances=self.rule.stances, amounts=self.rule.amounts)
        same[held] = ~reader.parted(left[held], right[held])
        alike = same & judged.alike
        return Judged(same=same, alike=alike, jaccard=judged.jaccard, containment=judged.containment)
