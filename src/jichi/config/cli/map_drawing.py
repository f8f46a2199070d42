"""Drawing a map for ``jichi map``: with its certificate, and with and without ballots that are copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from jichi.methods.opinion_maps.ballots import canonical
from jichi.methods.opinion_maps.certificate import certify
from jichi.methods.opinion_maps.clones import Clones, clone_weights, find_clones
from jichi.methods.opinion_maps.errors import VoteError
from jichi.methods.opinion_maps.mapping import OpinionMap, Rules, draw_map
from jichi.methods.opinion_maps.moderation import Moderation
from jichi.methods.opinion_maps.votes import Votes, make_votes

from .ballot_files import Statement
from .console import Failure
from .map_document import Drawn

_NO_KEY = b"nobody is named by this"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for; ``resamples`` is None without a certificate, ``key`` where nobody is named."""

    rules: Rules
    resamples: int | None
    clones: bool
    key: bytes | None


def draw(votes: Votes, statements: Mapping[str, Statement], wishes: Wishes) -> Drawn:
    """The map and all that was asked for.

    Raises:
        Failure: with what the votes or the wishes do not allow.
    """
    moderation = Moderation(
        out=[name for name, one in statements.items() if one.standing == "out"],
        meta=[name for name, one in statements.items() if one.standing == "meta"],
    )

    def drawn(of: Votes, weights: np.ndarray | None = None) -> OpinionMap:
        return draw_map(of, moderation=moderation, weights=weights, rules=wishes.rules)

    made_without = certificate = second = None
    try:
        made = drawn(votes)
        if wishes.resamples is not None:
            certificate = certify(votes, made, resamples=wishes.resamples)
        clones = find_clones(votes) if wishes.clones else None
        if clones is not None and clones.sets:
            made_without = drawn(votes, clone_weights(clones))
            if wishes.resamples is not None:
                once = one_of_each(votes, clones)
                second = certify(once, drawn(once), resamples=wishes.resamples)
    except VoteError as problem:
        raise Failure(f"{problem}.") from problem
    return Drawn(
        votes=votes,
        map=made,
        statements=statements,
        certificate=certificate,
        clones=None if clones is None else clones.report(wishes.key or _NO_KEY),
        shows_members=wishes.key is not None,
        without=made_without,
        without_certificate=second,
    )


def one_of_each(votes: Votes, clones: Clones) -> Votes:
    """The votes with one ballot of each set: the first in an order that only the ballots' content decides."""
    order = canonical(votes).order
    sets = clones.set_of[order]
    _sets, first = np.unique(sets, return_index=True)
    kept = np.zeros(votes.participants.size, dtype=np.bool_)
    kept[order[sets < 0]] = True
    kept[order[first]] = True
    inside = kept[votes.rows]
    return make_votes(
        votes.participants[votes.rows[inside]],
        votes.statements[votes.columns[inside]],
        votes.values[inside],
        all_participants=votes.participants[kept],
        all_statements=votes.statements,
    )
