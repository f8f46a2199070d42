"""What moderators decided about statements: in, out, or about the conversation itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jichi.methods.errors import listed

from .errors import VoteError
from .ids import Ids, positions

__all__ = ["Moderation", "Standing", "standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """Statements that are treated otherwise than the rest; those not named are in.

    Attributes
    ----------
    out
        Moderated out: they shape no map, are never selected and never shown to the next voter.
    meta
        About the conversation itself: they shape no map and are never selected, but are still shown.
    """

    out: Sequence[int] | Sequence[str] = ()
    meta: Sequence[int] | Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """The moderators' decisions as one flag for each statement."""

    out: npt.NDArray[np.bool_]
    meta: npt.NDArray[np.bool_]

    @property
    def kept(self) -> npt.NDArray[np.bool_]:
        """Statements that shape the map."""
        return ~(self.out | self.meta)


def standing(statements: Ids, moderation: Moderation | None) -> Standing:
    """Flags for the statements of a conversation.

    Parameters
    ----------
    statements
        Sorted names of the statements.
    moderation
        The decisions; None leaves everything in.

    Raises
    ------
    VoteError
        ``unknown-statements``: a decision names a statement that is not there.

    Notes
    -----
    A statement that is both out and meta is out.
    """
    out, meta = (np.zeros(statements.size, dtype=np.bool_) for _ in range(2))
    if moderation is None:
        return Standing(out=out, meta=meta)
    named = [*moderation.out, *moderation.meta]
    place = positions(statements, named)
    strange = [name for name in named if name not in place]
    if strange:
        raise VoteError(
            "unknown-statements",
            f"moderation names statements that are not there: {listed(strange)}; name the statements of"
            " these votes, or list statements without votes when making the votes",
            ids=strange,
        )
    out[[place[name] for name in moderation.out]] = True
    meta[[place[name] for name in moderation.meta]] = True
    return Standing(out=out, meta=meta & ~out)
