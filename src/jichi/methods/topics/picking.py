"""Which opinions to show of a topic: those in its middle, those at its edge, and those that disagree.

References
----------
Carbonell, J. and Goldstein, J. (1998). The use of MMR, diversity-based reranking for reordering documents and
producing summaries. SIGIR 1998, 335-336.

Tukey, J. W. (1977). Exploratory Data Analysis. Addison-Wesley (the fences).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.topics.views import Views

__all__ = ["Closeness", "closeness", "outlying", "representative"]

REPRESENTATIVES = 3
# How much nearness to the middle counts against likeness to what is shown already.
_NEARNESS = 0.7
# Two opinions more alike than this are copies of each other to a reader.
_COPY = 0.9
# Quartiles of fewer opinions are not worth a fence.
_FEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Closeness:
    """How near the middle of a topic its members are.

    Attributes
    ----------
    members
        Distinct opinions, nearest first; of equal ones the lower number.
    nearness
        Mean resemblance of each with the other members, in that order; 0 for a single one.
    cohesion
        Mean of the nearness, None for a single opinion.
    """

    members: npt.NDArray[np.int64]
    nearness: npt.NDArray[np.float64]
    cohesion: float | None


def closeness(
    members: npt.NDArray[np.int64], sums: npt.NDArray[np.float64], own: npt.NDArray[np.float64]
) -> Closeness:
    """Members of a topic by their mean resemblance.

    Parameters
    ----------
    members
        Distinct opinions.
    sums
        Sum of resemblance of each with all members, itself among them.
    own
        Resemblance of each with itself.
    """
    if len(members) < 2:
        return Closeness(members=members, nearness=np.zeros(len(members)), cohesion=None)
    # Rounded, so that opinions equally near are ordered by number and not by the last bit of a sum.
    nearness = np.round((sums - own) / (len(members) - 1), 9)
    order = np.lexsort((members, -nearness))
    return Closeness(
        members=members[order], nearness=nearness[order], cohesion=round(float(nearness[order].mean()), 9)
    )


def representative(views: Views, close: Closeness, searched: int = 200) -> list[int]:
    """Up to three opinions near the middle and unlike one another (maximal marginal relevance)."""
    pool = close.members[:searched]
    nearness = close.nearness[:searched]
    chosen = [0]
    alike = views.block(pool, pool[:1])[:, 0].astype(np.float64)
    while len(chosen) < min(REPRESENTATIVES, len(pool)):
        worth = _NEARNESS * nearness - (1 - _NEARNESS) * alike
        worth[chosen] = -np.inf
        worth[alike > _COPY] = -np.inf
        best = int(np.round(worth, 9).argmax())
        if np.isneginf(worth[best]):
            break
        chosen.append(best)
        alike = np.maximum(alike, views.block(pool, pool[best : best + 1])[:, 0])
    return [int(pool[one]) for one in chosen]


def outlying(close: Closeness) -> list[int]:
    """Members below Tukey's lower fence: the first quartile of nearness less 1.5 times the quartiles' range.

    Topics of fewer than five opinions have none: there is no telling who is far from whom.
    """
    if len(close.members) < _FEWEST:
        return []
    first, third = np.quantile(close.nearness, [0.25, 0.75])
    return sorted(int(one) for one in close.members[close.nearness < first - 1.5 * (third - first)])
