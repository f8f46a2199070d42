"""Where texts go after a grouping: which sets are made, joined and put together. Decides; writes nothing.

What a machine may do is little: give a text without a set one, and put two sets together that nobody has
touched. A set that a person shaped, or on which something hangs, only ever gains texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jichi.methods.campaigns.sets import Grouping, Kind
from jichi.voices.enums import SetKind

KINDS = {
    Kind.IDENTICAL: SetKind.IDENTICAL,
    Kind.NORMALISED: SetKind.NEAR,
    Kind.NEAR: SetKind.NEAR,
    Kind.PARAPHRASE: SetKind.PARAPHRASE,
}
LOOSENESS = (SetKind.SINGLE, SetKind.IDENTICAL, SetKind.NEAR, SetKind.PARAPHRASE, SetKind.BY_HAND)


@dataclass(frozen=True, slots=True)
class Standing:
    """A set as it stands: the text that stands for it, its opinions, and whether machines leave it alone."""

    lead: int | None
    size: int
    is_held: bool


@dataclass(slots=True)
class Plan:
    """What is to be written: new sets (kind, lead, texts), texts that join a set, sets put into others."""

    made: list[tuple[SetKind, int, list[int]]] = field(default_factory=list)
    joined: list[tuple[int, int, SetKind]] = field(default_factory=list)
    merged: list[tuple[int, int, SetKind]] = field(default_factory=list)


def placed(grouping: Grouping, set_of: Mapping[int, int | None], sets: Mapping[int, Standing]) -> Plan:
    """The plan after ``grouping`` over texts whose ids are those of ``set_of``, as decimal strings.

    Two sets are put together where one group holds the texts that stand for both: no chains of links.
    """
    plan = Plan()
    for number, group in enumerate(grouping.sets):
        members = [int(one) for one in grouping.members(number)]
        if len(members) == 1 and set_of[members[0]] is not None:
            continue
        kind = KINDS[group.kind] if len(members) > 1 else SetKind.SINGLE
        into = _put_together(plan, members, set_of, sets, kind)
        fresh = sorted(one for one in members if set_of[one] is None)
        if fresh:
            _join(plan, grouping, fresh, _Found(members, set_of, sets, into, kind, group.representative))
    return plan


def _put_together(
    plan: Plan,
    members: Sequence[int],
    set_of: Mapping[int, int | None],
    sets: Mapping[int, Standing],
    kind: SetKind,
) -> dict[int, int]:
    inside = set(members)
    free = {
        set_id
        for set_id in (set_of[one] for one in members)
        if set_id is not None and not sets[set_id].is_held and sets[set_id].lead in inside
    }
    ordered = sorted(free, key=lambda one: (-sets[one].size, one))
    into = {one: ordered[0] for one in ordered[1:]}
    plan.merged += [(one, target, kind) for one, target in into.items()]
    return into


@dataclass(frozen=True, slots=True)
class _Found:
    members: Sequence[int]
    set_of: Mapping[int, int | None]
    sets: Mapping[int, Standing]
    into: Mapping[int, int]
    kind: SetKind
    centre: str | None

    def standing(self, one: int) -> int | None:
        set_id = self.set_of[one]
        return None if set_id is None else self.into.get(set_id, set_id)

    def most_common(self) -> int | None:
        """The set that holds most texts of the group, the older one of two."""
        counts = Counter(found for one in self.members if (found := self.standing(one)) is not None)
        return min(counts, key=lambda set_id: (-counts[set_id], set_id)) if counts else None


def _join(plan: Plan, grouping: Grouping, fresh: Sequence[int], found: _Found) -> None:
    fallback = found.most_common()
    if fallback is None:
        lead = int(found.centre) if found.centre is not None else fresh[0]
        plan.made.append((found.kind, lead, list(fresh)))
        return
    for one in fresh:
        target = _linked(grouping, one, found)
        plan.joined.append((one, fallback if target is None else target, found.kind))


def _linked(grouping: Grouping, one: int, found: _Found) -> int | None:
    """The set of the nearest text on the way from a text to the centre of its group that has one."""
    link = grouping.link_of(str(one))
    while link is not None:
        target = found.standing(int(link.right))
        if target is not None:
            return target
        link = grouping.link_of(link.right)
    return None


def looser(one: str, other: str) -> SetKind:
    """Of two kinds the one that says less about how alike the texts are."""
    return SetKind(max(one, other, key=lambda kind: LOOSENESS.index(SetKind(kind))))
