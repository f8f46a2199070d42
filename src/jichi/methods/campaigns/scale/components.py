"""Connected components of more edges than one machine holds, by rounds over the two ends of each edge.

References
----------
Kiveris, R., Lattanzi, S., Mirrokni, V., Rastogi, V. and Vassilvitskii, S. (2014). Connected components in
MapReduce and beyond. Proceedings of the ACM Symposium on Cloud Computing, 18 (large-star and small-star; the
rounds grow with the square of the logarithm of the number of nodes at most).
"""

from __future__ import annotations

import numpy as np

from jichi.methods.campaigns.scale.batches import Batch, Numbers, numbers
from jichi.methods.campaigns.scale.engine import Engine, Table
from jichi.methods.texts.errors import TextError

__all__ = ["components", "once"]

_ROUNDS = 60
_MIX = np.uint64(0xD6E8FEB86659FD93)


def _edges(one: Numbers, other: Numbers) -> dict[str, Numbers]:
    """Distinct edges, in order."""
    apart = one != other
    one, other = one[apart], other[apart]
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    new = np.ones(len(one), np.bool_)
    new[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    return {"one": one[new], "other": other[new]}


def _least(batch: Batch) -> tuple[Numbers, Numbers, Numbers]:
    """Edges sorted by their first end, and the least of that end and all that it meets."""
    edges = _edges(numbers(batch, "one"), numbers(batch, "other"))
    one, other = edges["one"], edges["other"]
    firsts = np.flatnonzero(np.concatenate([[True], one[1:] != one[:-1]])) if len(one) else one
    least = np.minimum(other[firsts], one[firsts])
    return one, other, np.repeat(least, np.diff(np.append(firsts, len(one))))


def once(batch: Batch) -> Batch:
    """Each edge once."""
    return _edges(numbers(batch, "one"), numbers(batch, "other"))


def both_ways(batch: Batch) -> Batch:
    """Each edge from either end."""
    one, other = numbers(batch, "one"), numbers(batch, "other")
    return _edges(np.concatenate([one, other]), np.concatenate([other, one]))


def downwards(batch: Batch) -> Batch:
    """Each edge from its higher end."""
    one, other = numbers(batch, "one"), numbers(batch, "other")
    return _edges(np.maximum(one, other), np.minimum(one, other))


def large_star(batch: Batch) -> Batch:
    """What is higher than a node is tied to the least that the node meets."""
    one, other, least = _least(batch)
    higher = other > one
    return _edges(other[higher], least[higher])


def small_star(batch: Batch) -> Batch:
    """A node, and what it meets that is lower, are tied to the least of these."""
    one, other, least = _least(batch)
    return _edges(np.concatenate([one, other]), np.concatenate([least, least]))


def print_of(batch: Batch) -> Batch:
    """One row: how many edges, and the sum of a number made of each."""
    one, other = numbers(batch, "one").astype(np.uint64), numbers(batch, "other").astype(np.uint64)
    mixed = (one * _MIX) ^ (other + (one >> np.uint64(7)))
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(32)
    sums = np.array([mixed.sum(dtype=np.uint64)]).astype(np.int64)
    return {"edges": np.array([len(one)]), "sum": sums}


def components(engine: Engine[Table], edges: Table) -> Table:
    """The least node of each node's component.

    Parameters
    ----------
    engine
        Where the edges lie.
    edges
        Columns ``one`` and ``other``; each edge any number of times, either way round.

    Returns
    -------
    table
        Columns ``one``, a node, and ``other``, the least node of its component: one row for each node that
        has an edge and is not the least itself.

    Raises
    ------
    TextError
        ``"not-settled"`` if 60 rounds are not enough, which no graph of fewer than 2⁶⁰ nodes needs.

    Notes
    -----
    Each round is a function of the edges, so that two rounds with the same edges are the end. Then every node
    has one edge, to its least, for a node with another would be tied to a lower one in the next round.
    """
    seen: tuple[int, int] | None = None
    for _ in range(_ROUNDS):
        edges = engine.group(engine.map_batches(edges, both_ways), "one", large_star)
        edges = engine.group(engine.map_batches(edges, downwards), "one", small_star)
        found = engine.gather(engine.map_batches(edges, print_of))
        now = (int(numbers(found, "edges").sum()), int(numbers(found, "sum").astype(np.uint64).sum()))
        if now == seen:
            return edges
        seen = now
    raise TextError("not-settled", f"components did not settle in {_ROUNDS} rounds", rounds=_ROUNDS)
