"""The map with copied ballots and the map without: nobody is left to guess what the copies changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .clones import Clones, clone_weights, find_clones
from .mapping import OpinionMap, draw_map
from .moderation import Moderation
from .stability import adjusted_rand
from .votes import Votes

__all__ = ["Comparison", "with_and_without"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """Two maps of the same votes.

    Attributes
    ----------
    clones
        The sets of copies found.
    everything
        The map of all ballots.
    without
        The map without the copies; the same object where none were found. People in a set are placed on it,
        and in no group.
    agreement
        Adjusted Rand index of the two maps' groups, over people who are in a group on both.
    changed
        Consensus statements, with their side, that are on one of the two maps only.
    """

    clones: Clones
    everything: OpinionMap
    without: OpinionMap
    agreement: float
    changed: tuple[tuple[Any, str], ...]


def _consensus(drawn: OpinionMap) -> set[tuple[Any, str]]:
    return {(each.statement, each.side) for each in (*drawn.consensus.agree, *drawn.consensus.disagree)}


def with_and_without(
    votes: Votes, *, moderation: Moderation | None = None, one_voice: bool = False, span: float | None = None
) -> Comparison:
    """The map with all ballots, and without those that are copies of one another.

    Parameters
    ----------
    votes
        The votes.
    moderation
        As for :func:`~.mapping.draw_map`.
    one_voice
        Leave each set one person's weight on the map without it (:func:`~.clones.clone_weights`): an honest
        person whose ballot was copied keeps a voice. Else sets are left out, and others stand as if nothing
        had come.
    span
        As for :func:`~.clones.find_clones`.

    Notes
    -----
    Both maps are functions of the set of votes alone.
    """
    clones = find_clones(votes, span=span)
    everything = draw_map(votes, moderation=moderation)
    if not clones.sets:
        return Comparison(clones=clones, everything=everything, without=everything, agreement=1.0, changed=())
    weights = clone_weights(clones) if one_voice else (clones.set_of < 0).astype(np.float64)
    without = draw_map(votes, moderation=moderation, weights=weights)
    both = (everything.labels >= 0) & (without.labels >= 0)
    across = max(without.group_count, 1)
    many = across * max(everything.group_count, 1)
    table = np.bincount(everything.labels[both] * across + without.labels[both], minlength=many)
    return Comparison(
        clones=clones,
        everything=everything,
        without=without,
        agreement=adjusted_rand(table.reshape(-1, across)),
        changed=tuple(sorted(_consensus(everything) ^ _consensus(without), key=str)),
    )
