"""An opinion map as one JSON document of the published form jichi-map-1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .ballot_files import Statement

if TYPE_CHECKING:
    from jichi.methods.opinion_maps.certificate import Certificate
    from jichi.methods.opinion_maps.clones import Reported
    from jichi.methods.opinion_maps.mapping import OpinionMap
    from jichi.methods.opinion_maps.selections import Selected
    from jichi.methods.opinion_maps.votes import Votes

Again = Mapping[tuple[int | None, str, str], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A map and what was found about it.

    ``without`` is the map where each set of copies counts as one person. Its certificate is that of a map
    drawn from one ballot of each set, for a certificate knows no weights.
    """

    votes: Votes
    map: OpinionMap
    statements: Mapping[str, Statement]
    certificate: Certificate | None
    clones: tuple[Reported, ...] | None
    shows_members: bool
    without: OpinionMap | None
    without_certificate: Certificate | None


def document(drawn: Drawn, made_from: Mapping[str, Any], counts: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that was found, people left out: those are written by ``--output`` only."""
    found = {
        "format": "jichi-map/1",
        "made_from": dict(made_from),
        "votes": dict(counts),
        **_map(drawn.map, drawn.statements, drawn.certificate),
        "clones": None,
    }
    if drawn.clones is not None:
        found["clones"] = {
            "sets": [_clone_set(each, drawn.shows_members) for each in drawn.clones],
            "ballots": sum(each.size for each in drawn.clones),
            "map_without": None
            if drawn.without is None
            else _map(drawn.without, drawn.statements, drawn.without_certificate),
        }
    return found


def groups_told(made: OpinionMap, certificate: Certificate | None) -> bool:
    """Whether there are groups, and they may be told."""
    return made.group_count > 1 and (certificate is None or certificate.told)


def group_sizes(made: OpinionMap) -> list[int]:
    """People in each group, the largest first; a set of copies is one person where the map counts it so."""
    if made.groups is None:
        return []
    for trial in made.groups.trials:
        if trial.count == made.group_count and trial.sizes:
            return [round(size) for size in trial.sizes]
    counted: list[int] = np.bincount(made.labels[made.grouped], minlength=made.group_count).tolist()
    return counted


def _map(
    made: OpinionMap, statements: Mapping[str, Statement], certificate: Certificate | None
) -> dict[str, Any]:
    told, again = groups_told(made, certificate), selected_again(certificate)
    return {
        "people": {"voted": int((made.vote_counts > 0).sum()), "grouped": int(made.grouped.sum())},
        "reasons": [{"code": each.code, "message": each.message} for each in made.reasons],
        "certificate": None if certificate is None else _certificate(certificate),
        "silhouette": _plain(made.groups.silhouette) if made.groups is not None and told else None,
        "groups": [_group(made, number, statements, again) for number in range(made.group_count)]
        if told
        else [],
        "consensus": {
            "agree": [_selected(each, statements, None, again) for each in made.consensus.agree],
            "disagree": [_selected(each, statements, None, again) for each in made.consensus.disagree],
        },
        "statements": [_statement(made, at, statements, told=told) for at in range(len(made.statements))],
    }


def selected_again(certificate: Certificate | None) -> Again:
    """In which part of the maps drawn anew each statement is selected again, by group, statement and side."""
    if certificate is None:
        return {}
    every = (*certificate.representative, *certificate.consensus)
    return {(each.group, str(each.statement), each.side): each.stability for each in every}


def _certificate(found: Certificate) -> dict[str, Any]:
    low, middle = np.quantile(found.agreement, [0.05, 0.5]) if len(found.agreement) else (None, None)
    return {
        "told": found.told,
        "reason": found.reason,
        "resamples": found.resamples,
        "seed": found.seed,
        "agreement": {"median": _plain(middle), "low": _plain(low)},
        "counts": [{"groups": count, "maps": maps} for count, maps in found.counts],
        "count_stability": _plain(found.count_stability),
        "silhouette": _plain(found.silhouette),
        "chance": _plain(found.chance),
        "groups": [
            {
                "number": each.group + 1,
                "people": each.size,
                "jaccard": each.jaccard,
                "sure": each.sure,
                "stable": each.stable,
            }
            for each in found.groups
        ],
    }


def _group(
    made: OpinionMap, number: int, statements: Mapping[str, Statement], again: Again
) -> dict[str, Any]:
    centres = [] if made.groups is None else made.groups.centres[number].tolist()
    return {
        "number": number + 1,
        "people": group_sizes(made)[number],
        "centre": centres,
        "representative": [
            _selected(each, statements, number, again) for each in made.representative[number]
        ],
    }


def _selected(
    one: Selected, statements: Mapping[str, Statement], group: int | None, again: Again
) -> dict[str, Any]:
    found = {
        "statement": str(one.statement),
        "text": text_of(str(one.statement), statements),
        "side": one.side,
        "votes": _number(one.votes),
        "on_side": _number(one.on_side),
        "share": one.share,
        "share_test": one.share_test,
        "selected_again": again.get((group, str(one.statement), one.side)),
    }
    if one.ratio is not None and one.ratio_test is not None:
        found |= {"ratio": one.ratio, "ratio_test": one.ratio_test, "best_agreed": one.best_agreed}
    return found


def text_of(statement: str, statements: Mapping[str, Statement]) -> str | None:
    """What a statement says, or None where it is not known."""
    known = statements.get(statement)
    return known.text if known is not None and known.text else None


def _statement(
    made: OpinionMap, at: int, statements: Mapping[str, Statement], *, told: bool
) -> dict[str, Any]:
    name = str(made.statements[at])
    agreed, disagreed, voted = (
        _number(counts[0, at].item())
        for counts in (made.everybody.agreed, made.everybody.disagreed, made.everybody.voted)
    )
    place = made.statement_points[at]
    of, standing = made.statistics, made.standing
    return {
        "statement": name,
        "text": text_of(name, statements),
        "standing": "out" if standing.out[at] else "meta" if standing.meta[at] else "in",
        "agreed": agreed,
        "disagreed": disagreed,
        "passed": _number(voted - agreed - disagreed),
        "voted": voted,
        "x": float(place[0]),
        "y": float(place[1]),
        "extremity": float(made.extremity[at]),
        "priority": float(made.priorities[at]),
        "informed_agree": float(of.agree_consensus[at]) if told else None,
        "informed_disagree": float(of.disagree_consensus[at]) if told else None,
        "groups": [_in_group(made, number, at) for number in range(made.group_count)] if told else [],
    }


_STATISTICS = (
    "agree_share",
    "agree_test",
    "agree_ratio",
    "agree_ratio_test",
    "disagree_share",
    "disagree_test",
    "disagree_ratio",
    "disagree_ratio_test",
)


def _in_group(made: OpinionMap, number: int, at: int) -> dict[str, Any]:
    tally = made.statistics.tally
    return {
        "number": number + 1,
        "agreed": _number(tally.agreed[number, at].item()),
        "disagreed": _number(tally.disagreed[number, at].item()),
        "voted": _number(tally.voted[number, at].item()),
        **{name: float(getattr(made.statistics, name)[number, at]) for name in _STATISTICS},
    }


def _clone_set(one: Reported, shows_members: bool) -> dict[str, Any]:
    return {
        "size": one.size,
        "identical": one.identical,
        "votes": one.votes,
        "agreement": one.agreement,
        "log10_chance": one.log10_chance,
        "members": list(one.members) if shows_members else None,
    }


def people(drawn: Drawn) -> Sequence[tuple[object, ...]]:
    """A row for each participant, with the probability of being in that group; the head is ``PEOPLE``."""
    made, certificate = drawn.map, drawn.certificate
    told = groups_told(made, certificate)
    found: list[tuple[object, ...]] = []
    for at, name in enumerate(made.participants.tolist()):
        group = int(made.labels[at]) if told else -1
        sure: object = ""
        if group >= 0 and certificate is not None:
            sure = round(float(certificate.membership[at, group]), 3)
        place = made.points[at].tolist()
        found.append((str(name), int(made.vote_counts[at]), *place, group + 1 if group >= 0 else "", sure))
    return found


PEOPLE = ("participant", "votes", "x", "y", "group", "probability")


def _plain(number: float | None) -> float | None:
    return float(number) if number is not None and math.isfinite(number) else None


def _number(number: float) -> float:
    """Counts as whole numbers; sums of weights as they are."""
    return int(number) if float(number).is_integer() else float(number)
