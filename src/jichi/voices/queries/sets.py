"""The workbench: a desk's sets of opinions, the texts in them, topics, and how far the work has come.

Whoever may read the voices of the desk's office sees them; for everybody else there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Substr

from jichi.city.access import Viewer
from jichi.methods.texts.spans import SharedSpan, shared_spans
from jichi.voices.actions import READ
from jichi.voices.enums import Decision, PartKind, SetKind
from jichi.voices.models import Desk, Opinion, OpinionSet, Topic, Voice, Wording

from .counted import COUNTED
from .texts import OPINION_TEXT, TEXT

LEAD_TEXT = Substr(
    "representative__sample__voice__original__text",
    F("representative__sample__start") + 1,
    F("representative__sample__end") - F("representative__sample__start"),
)
"""The words that stand for a set."""
LONGEST_SEARCH = 100
NO_TOPIC = "none"


@dataclass(frozen=True, slots=True)
class SetFilters:
    """Which sets are wanted; what is empty asks for nothing. ``decision``: with a text so decided.

    ``topic`` is a topic's id, or "none" for sets in no topic; ``text`` is searched in every text of the sets.
    """

    kind: str = ""
    decision: str = ""
    topic: str = ""
    text: str = ""
    by_hand: bool = False
    masks: bool = False

    @classmethod
    def given(cls, data: Mapping[str, str]) -> SetFilters:
        """What an address asks for; what it cannot mean is left out."""
        kind, decision, topic = data.get("kind", ""), data.get("decision", ""), data.get("topic", "")
        return cls(
            kind=kind if kind in SetKind.values else "",
            decision=decision if decision in Decision.values else "",
            topic=topic
            if topic == NO_TOPIC or (topic.isascii() and topic.isdigit() and len(topic) < 19)
            else "",
            text=data.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
            by_hand=data.get("by_hand") == "1",
            masks=data.get("masks") == "1",
        )

    def but(self, **others: Any) -> SetFilters:
        """The same with other values for some."""
        return replace(self, **others)

    def address(self) -> dict[str, str]:
        """What stands in the address for it."""
        found = {
            "kind": self.kind,
            "decision": self.decision,
            "topic": self.topic,
            "q": self.text,
            "by_hand": "1" if self.by_hand else "",
            "masks": "1" if self.masks else "",
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic in the tree, with the numbers of all below it."""

    topic: Topic
    level: int
    sets: int
    opinions: int


@dataclass(frozen=True, slots=True)
class SetCounts:
    """Texts and opinions of one set by decision."""

    texts: Mapping[str, int] = field(default_factory=dict)
    opinions: Mapping[str, int] = field(default_factory=dict)

    @property
    def pending(self) -> int:
        """Texts that nobody has decided about."""
        return self.texts.get(Decision.PENDING, 0)


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a submission in its words; a frame has no set."""

    opinion: Opinion
    text: str

    @property
    def is_opinion(self) -> bool:
        """Whether it gets a disposition."""
        return self.opinion.kind == PartKind.OPINION


def sets_for(
    viewer: Viewer, desk: Desk, *, topic: Topic | None = None, filters: SetFilters | None = None
) -> QuerySet[OpinionSet]:
    """The desk's sets, the largest first, each with ``lead_text`` and ``is_harsh`` of the text for it."""
    if not viewer.can(READ, desk):
        return OpinionSet.objects.none()
    rows = OpinionSet.objects.filter(desk=desk, size__gt=0)
    if topic is not None:
        rows = rows.filter(topic_id__in=_below(desk, topic.pk))
    if filters is not None:
        rows = _filtered(rows, desk, filters)
    return (
        rows.select_related("topic")
        .annotate(lead_text=LEAD_TEXT, is_harsh=F("representative__is_harsh"))
        .order_by("-size", "pk")
    )


def _filtered(rows: QuerySet[OpinionSet], desk: Desk, filters: SetFilters) -> QuerySet[OpinionSet]:
    texts = Wording.objects.filter(desk=desk, size__gt=0)
    wanted = texts
    if filters.decision:
        wanted = wanted.filter(decision=filters.decision)
    if filters.masks:
        wanted = wanted.filter(mask_confirmed_at__isnull=True).exclude(proposed_spans=[])
    for word in filters.text.split():
        wanted = wanted.filter(sample__voice__original__text__icontains=word)
    if wanted is not texts:
        rows = rows.filter(pk__in=wanted.order_by().values("set_id"))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.topic:
        none = filters.topic == NO_TOPIC
        found = Q(topic__isnull=True) if none else Q(topic_id__in=_below(desk, int(filters.topic)))
        rows = rows.filter(found)
    return rows.filter(by_hand=True) if filters.by_hand else rows


def set_for(viewer: Viewer, pk: int) -> OpinionSet:
    """One set with its desk, topic and ``lead_text``. Raises OpinionSet.DoesNotExist, also where the viewer
    may not."""
    rows = OpinionSet.objects.select_related("desk", "desk__department", "topic", "representative")
    row = rows.annotate(lead_text=LEAD_TEXT).get(pk=pk)
    if not viewer.can(READ, row.desk):
        raise OpinionSet.DoesNotExist
    return row


def wordings_of(viewer: Viewer, row: OpinionSet, *, decision: str = "") -> QuerySet[Wording]:
    """The texts of a set, the most frequent first, each with its ``text``."""
    if not viewer.can(READ, row.desk):
        return Wording.objects.none()
    rows = Wording.objects.filter(set=row, size__gt=0).annotate(text=TEXT)
    return (rows.filter(decision=decision) if decision else rows).order_by("-size", "pk")


def wording_for(viewer: Viewer, pk: int) -> Wording:
    """One text with its set, desk and ``text``. Raises Wording.DoesNotExist, also where she may not."""
    row = Wording.objects.select_related("set", "desk", "desk__department").annotate(text=TEXT).get(pk=pk)
    if not viewer.can(READ, row.desk):
        raise Wording.DoesNotExist
    return row


def undecided_wordings(viewer: Viewer, desk: Desk, *, masks: bool | None = None) -> QuerySet[Wording]:
    """Texts to decide about, the most frequent first, each with its ``text``; ``masks``: only those in which
    something (or nothing) was proposed to be masked."""
    if not viewer.can(READ, desk):
        return Wording.objects.none()
    rows = Wording.objects.filter(desk=desk, size__gt=0, decision=Decision.PENDING)
    if masks is not None:
        plain = Q(proposed_spans=[]) | Q(mask_confirmed_at__isnull=False)
        rows = rows.exclude(plain) if masks else rows.filter(plain)
    return rows.select_related("set").annotate(text=TEXT).order_by("-size", "pk")


def opinions_of(viewer: Viewer, wording: Wording) -> QuerySet[Opinion]:
    """Who said a text, in the order of receipt: opinions with their voices. Late and ended ones as well."""
    if not viewer.can(READ, wording.desk):
        return Opinion.objects.none()
    return Opinion.objects.filter(wording=wording).select_related("voice").order_by("voice_id", "position")


def opinion_for(viewer: Viewer, pk: int) -> Opinion:
    """One opinion with its voice and ``text``. Raises Opinion.DoesNotExist, also where she may not."""
    row = Opinion.objects.select_related("voice", "wording__set").annotate(text=OPINION_TEXT).get(pk=pk)
    if not viewer.can(READ, row.voice):
        raise Opinion.DoesNotExist
    return row


def parts_of(viewer: Viewer, voice: Voice) -> list[PartRow]:
    """A submission in its parts, in order; empty where it is not divided, or not the viewer's to read."""
    if not viewer.can(READ, voice):
        return []
    rows = Opinion.objects.filter(voice=voice).select_related("wording__set").annotate(text=OPINION_TEXT)
    return [PartRow(row, row.text or "") for row in rows.order_by("position")]


def counts_of(sets: Iterable[OpinionSet]) -> dict[int, SetCounts]:
    """Texts and opinions of sets by decision, for a page of them."""
    rows = (
        Wording.objects.filter(set_id__in=[row.pk for row in sets], size__gt=0)
        .order_by()
        .values_list("set_id", "decision")
        .annotate(texts=Count("pk"), said=Sum("size"))
    )
    found: dict[int, SetCounts] = {}
    for set_id, decision, texts, opinions in rows:
        one = found.setdefault(set_id, SetCounts({}, {}))
        found[set_id] = SetCounts({**one.texts, decision: texts}, {**one.opinions, decision: opinions})
    return found


def shared_with_lead(viewer: Viewer, wording: Wording, lead: Wording) -> tuple[SharedSpan, ...]:
    """What a text and the one that stands for its set have in common, word for word: why it is in the set."""
    if not viewer.can(READ, wording.desk):
        return ()
    texts = dict(Wording.objects.filter(pk__in=[wording.pk, lead.pk]).order_by().values_list("pk", TEXT))
    return shared_spans(texts.get(wording.pk) or "", texts.get(lead.pk) or "")


def topics_of(viewer: Viewer, desk: Desk) -> list[TopicRow]:
    """The desk's topics as a tree, each before those below it, with the numbers of sets and opinions."""
    if not viewer.can(READ, desk):
        return []
    counts = {
        topic_id: (sets, opinions)
        for topic_id, sets, opinions in OpinionSet.objects.filter(desk=desk, size__gt=0, topic__isnull=False)
        .order_by()
        .values_list("topic_id")
        .annotate(sets=Count("pk"), opinions=Sum("size"))
    }
    return topic_rows(desk, counts)


def topic_rows(desk: Desk, counts: Mapping[int, tuple[int, int]]) -> list[TopicRow]:
    """The tree of topics with these numbers (sets, opinions) of each, summed upwards."""
    rows = list(Topic.objects.filter(desk=desk, is_gone=False).order_by("order", "pk"))
    known = {row.pk for row in rows}
    below: dict[int | None, list[Topic]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)

    def tree(parent: int | None, level: int) -> list[TopicRow]:
        found: list[TopicRow] = []
        for row in below.get(parent, []):
            inside = tree(row.pk, level + 1)
            own = counts.get(row.pk, (0, 0))
            direct = [one for one in inside if one.level == level + 1]
            sets, opinions = (own[at] + sum((one.sets, one.opinions)[at] for one in direct) for at in (0, 1))
            found += [TopicRow(row, level, sets, opinions), *inside]
        return found

    return tree(None, 0)


def _below(desk: Desk, topic_id: int) -> list[int]:
    """Ids of a topic and of all below it."""
    parents = dict(Topic.objects.filter(desk=desk).values_list("pk", "parent_id"))
    found = {topic_id}
    while more := {pk for pk, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found)


def late_opinions(viewer: Viewer, desk: Desk) -> QuerySet[Opinion]:
    """Opinions that arrived outside the desk's time, which count nowhere, each with its ``text``."""
    if not viewer.can(READ, desk):
        return Opinion.objects.none()
    rows = Opinion.objects.filter(voice__desk=desk, voice__is_late=True, kind=PartKind.OPINION)
    return (
        rows.select_related("voice", "wording__set")
        .annotate(text=OPINION_TEXT)
        .order_by("voice_id", "position")
    )


def counted_opinions(desk: Desk) -> QuerySet[Opinion]:
    """The opinions of a desk that count: neither late, nor of a voice withdrawn, refused or sealed."""
    return Opinion.objects.filter(COUNTED, voice__desk=desk, kind=PartKind.OPINION)


def lead_texts(set_ids: Iterable[int]) -> dict[int, str]:
    """The words that stand for each of these sets, for a page whose rows were reached otherwise."""
    rows = OpinionSet.objects.filter(pk__in=list(set_ids)).annotate(lead_text=LEAD_TEXT)
    return {pk: text or "" for pk, text in rows.values_list("pk", "lead_text")}
