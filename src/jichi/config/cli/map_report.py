"""An opinion map in sentences and lines, for somebody at a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from .ballot_files import Statement
from .map_document import Again, Drawn, group_sizes, groups_told, selected_again, text_of

if TYPE_CHECKING:
    from jichi.methods.opinion_maps.certificate import Certificate
    from jichi.methods.opinion_maps.mapping import OpinionMap
    from jichi.methods.opinion_maps.selections import Selected

_MOST_SHARED = 5
_WIDTH = 72
_SURE = 0.5
_UNTOLD = {
    "one-cloud": "one cloud of people, or a continuum with no gap in it, would look the same",
    "unstable-groups": "with other people of the same kind a group is not found again",
    "unstable-count": "with other people of the same kind their number comes out otherwise",
}
_WITHHELD = {
    "too-few": "fewer than four people have voted enough",
    "all-the-same": "all who have voted enough stand at one place",
    "no-groups-of-two": "no way of grouping has two people in each group",
}


def report(drawn: Drawn) -> Iterator[str]:
    """All lines."""
    made = drawn.map
    voted, grouped = int((made.vote_counts > 0).sum()), int(made.grouped.sum())
    yield (
        f"{voted:,} people voted on {len(made.statements):,} statements; {grouped:,} have voted enough to be"
        " grouped"
    )
    yield from _standing(made)
    yield from _groups(made, drawn.statements, drawn.certificate)
    yield from _consensus(made, drawn.statements, drawn.certificate)
    yield from _shared(made, drawn.statements, drawn.certificate)
    yield from _notes(made)
    if drawn.clones is not None:
        yield from _clones(drawn)


def _standing(made: OpinionMap) -> Iterator[str]:
    out, meta = int(made.standing.out.sum()), int(made.standing.meta.sum())
    if out or meta:
        yield f"statements that shape no map: {out:,} moderated out, {meta:,} about the conversation itself"


def _groups(
    made: OpinionMap,
    statements: Mapping[str, Statement],
    certificate: Certificate | None,
) -> Iterator[str]:
    if made.group_count < 2 or made.groups is None:
        return
    if not groups_told(made, certificate):
        yield ""
        reason = "" if certificate is None else str(certificate.reason)
        yield f"Groups are not told: {_UNTOLD.get(reason, 'they are not sure')}"
        return
    silhouette = made.groups.silhouette
    yield ""
    yield f"{made.group_count} groups" + ("" if silhouette is None else f", mean silhouette {silhouette:.2f}")
    yield "  " + ("their stability was not examined" if certificate is None else _stability(certificate))
    again = selected_again(certificate)
    sizes = group_sizes(made)
    for number, (selected, size) in enumerate(zip(made.representative, sizes, strict=True)):
        yield ""
        found = _found_again(certificate, number)
        yield f"Group {number + 1}: {size:,} people ({size / sum(sizes):.0%}){found}"
        for one in selected:
            yield _line(one, statements) + _unsure(again, number, one)


def _stability(certificate: Certificate) -> str:
    """Of groups that are told."""
    agreement = float(np.median(certificate.agreement))
    sure = sum(each.sure for each in certificate.groups)
    whole = sum(each.size for each in certificate.groups)
    return (
        f"as many in {certificate.count_stability or 0.0:.0%} of {certificate.resamples:,} maps of people"
        f" drawn anew (adjusted Rand index {agreement:.2f}); {sure:,} of {whole:,} are sure of their group"
    )


def _found_again(certificate: Certificate | None, number: int) -> str:
    if certificate is None or number >= len(certificate.groups):
        return ""
    return f", found again in maps drawn anew to {certificate.groups[number].jaccard:.0%}"


def _unsure(again: Again, group: int | None, one: Selected) -> str:
    """A mark where a statement is selected in less than half of the maps drawn anew."""
    part = again.get((group, str(one.statement), one.side), 1.0)
    return f"  (in {part:.0%} of maps)" if part < _SURE else ""


def _consensus(
    made: OpinionMap, statements: Mapping[str, Statement], certificate: Certificate | None
) -> Iterator[str]:
    again = selected_again(certificate)
    for heading, selected in (
        ("What most agree on", made.consensus.agree),
        ("What most disagree with", made.consensus.disagree),
    ):
        yield ""
        yield heading
        for one in selected:
            yield _line(one, statements) + _unsure(again, None, one)
        if not selected:
            yield "  nothing that the numbers are sure of"


def _shared(
    made: OpinionMap, statements: Mapping[str, Statement], certificate: Certificate | None
) -> Iterator[str]:
    """Statements on which every group agrees, by the product of the groups' shares."""
    if not groups_told(made, certificate):
        return
    joint = made.statistics.agree_consensus
    # A product can be large though one group is against.
    shared = np.all(made.statistics.agree_share > 0.5, axis=0) & made.standing.kept
    best = [int(at) for at in np.argsort(-joint, kind="stable") if shared[at]][:_MOST_SHARED]
    yield ""
    yield "What the groups share (the shares that agree in each group, multiplied)"
    for at in best:
        yield f"  {joint[at]:>6.0%}            {_named(str(made.statements[at]), statements)}"
    if not best:
        yield "  nothing that more than half of each group agrees on"


def _notes(made: OpinionMap) -> Iterator[str]:
    if made.reasons:
        yield ""
        yield "What this map does not tell, and why"
    for reason in made.reasons:
        cause = reason.code.removeprefix("groups-")
        words = f"groups are not told: {_WITHHELD[cause]}" if cause in _WITHHELD else reason.message
        yield f"  - {words}"


def _clones(drawn: Drawn) -> Iterator[str]:
    yield ""
    if not drawn.clones:
        yield "No ballots were found that are copies of one another beyond chance"
        return
    copies = sum(each.size for each in drawn.clones)
    sets = "one set" if len(drawn.clones) == 1 else f"{len(drawn.clones):,} sets"
    yield (
        f"{copies:,} ballots are copies of one another beyond chance, in {sets}. People who think alike also"
        " vote alike: look before you judge."
    )
    for each in drawn.clones:
        yield (
            f"  {each.size:,} ballots, {each.identical:,} exactly the same; {each.agreement:.0%} of"
            f" {each.votes:g} votes alike; by chance in 1 of 10^{-each.log10_chance:.0f} conversations"
        )
        if drawn.shows_members:
            yield f"    {', '.join(each.members)}"
    if not drawn.shows_members:
        yield "  give --key-file to see their pseudonyms"
    if drawn.without is not None:
        yield ""
        yield "The same map with each set of copies counted as one person"
        yield from _groups(drawn.without, drawn.statements, drawn.without_certificate)
        yield from _consensus(drawn.without, drawn.statements, drawn.without_certificate)


def _line(one: Selected, statements: Mapping[str, Statement]) -> str:
    voted = f"{one.votes:,.1f}".removesuffix(".0")
    share = one.on_side / one.votes if one.votes else 0.0
    return f"  {share:>6.0%} of {voted:>5} {one.side:<8} {_named(str(one.statement), statements)}"


def _named(statement: str, statements: Mapping[str, Statement]) -> str:
    text = text_of(statement, statements)
    return f"[{shortened(statement)}]" + ("" if text is None else f" {shortened(text)}")


def _harmless(text: str) -> str:
    """Without signs that command a terminal or turn the direction of writing."""
    return "".join(sign for sign in text if sign.isspace() or not _commands(sign))


def _commands(sign: str) -> bool:
    return (
        unicodedata.category(sign) == "Cc"
        or sign in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def shortened(text: str, width: int = _WIDTH) -> str:
    """The text on one line, cut at a number of columns; a wide character takes two."""
    plain = " ".join(_harmless(text).split())
    used = 0
    for at, sign in enumerate(plain):
        used += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if used > width:
            return plain[: max(at - 1, 0)] + "…"
    return plain
