"""Topics over the sets of a desk: found anew when sets have changed, keeping what people decided.

Each set counts once, by the text that stands for it. A topic of the last run goes on as the same row where
most of its sets are still together, so that links and names stay.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from jichi.city.access import Viewer
from jichi.methods import topics as methods
from jichi.methods.texts.errors import TextError
from jichi.voices.models import Desk, GroupingRun, OpinionSet, Topic, TopicDecision, Wording
from jichi.voices.queries.texts import TEXT

from .pacing import Pace, update_rows
from .paraphrasing import OneDesk
from .runs import Stage, stage_of

BY_HAND = "hand-"
"""How the key of a topic that a person made begins: no run takes it away."""
_MOST_TITLE, _MOST_PROPOSED = 120, 200
_SHARE, _NAMED_SHARE = 0.5, 0.25
"""Of the sets of an old and a new topic so many are in both where it goes on as the same one."""

_log = structlog.get_logger("jichi.voices")


@dataclass(slots=True)
class _Read:
    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    sets: list[int] = field(default_factory=list)
    masks: list[methods.Mask] = field(default_factory=list)


def find_desk_topics(*, viewer: Viewer, desk_id: int, embedder: OneDesk | None = None) -> GroupingRun:
    """Find the topics of a desk's sets and put each set into one, except where a person chose it.

    Raises:
        NotAllowed; Desk.DoesNotExist.
    """
    desk = Desk.objects.get(pk=desk_id)
    with stage_of(viewer, desk, Stage.TOPICS) as run:
        read = _read(desk)
        run.seen = len(read.ids)
        if read.ids:
            found = methods.find_topics(
                read.ids,
                read.texts,
                sizes=read.sizes,
                embedder=embedder,
                masks=read.masks,
                decisions=_decisions(desk),
            )
            run.found = _write(desk, read, found)
    return run


def _read(desk: Desk) -> _Read:
    read = _Read()
    rows = (
        Wording.objects.filter(
            desk=desk,
            size__gt=0,
            sample__voice__original__destroyed_at__isnull=True,
            pk__in=OpinionSet.objects.filter(desk=desk, size__gt=0).values("representative_id"),
        )
        .order_by("pk")
        .values_list("pk", "set_id", "set__size", "spans", "proposed_spans", "mask_confirmed_at", TEXT)
    )
    for pk, set_id, size, spans, proposed, confirmed, text in rows.iterator(chunk_size=5000):
        if set_id is None:
            continue
        read.ids.append(str(pk))
        read.texts.append(text)
        read.sizes.append(max(size, 1))
        read.sets.append(set_id)
        for span in spans if confirmed else proposed:
            if 0 <= span["start"] < span["end"] <= len(text):
                read.masks.append(methods.Mask(id=str(pk), start=span["start"], end=span["end"]))
    return read


def _decisions(desk: Desk) -> list[methods.Decision]:
    """What people decided, each text named by the one that now stands for its set."""
    plain = list(TopicDecision.objects.filter(desk=desk).order_by("pk").values_list("decision", flat=True))
    named = sorted({int(one) for decision in plain for one in _ids_in(decision) if one.isdecimal()})
    leads = {
        str(pk): str(lead)
        for pk, lead in Wording.objects.filter(pk__in=named, set__isnull=False).values_list(
            "pk", "set__representative_id"
        )
        if lead is not None
    }
    found = []
    for decision in plain:
        try:
            found.append(methods.from_plain(_renamed(decision, leads)))
        except TextError as error:
            # Two texts that it tells apart may stand in one set by now; it stays on record.
            _log.info("a decision about topics cannot be followed", desk=desk.pk, code=error.code)
    return found


def _ids_in(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key in ("anchors", "topics", "parts", "id"):
                yield from _ids_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _ids_in(each)
    elif isinstance(value, str):
        yield value


def _renamed(decision: Mapping[str, Any], leads: Mapping[str, str]) -> dict[str, Any]:
    def of(value: Any) -> Any:
        if isinstance(value, list):
            return [of(one) for one in value]
        return leads.get(value, value)

    return {
        key: of(each) if key in ("anchors", "topics", "parts", "id") else each
        for key, each in decision.items()
    }


# --- rows ------------------------------------------------------------------------------------------------


def _write(desk: Desk, read: _Read, found: methods.Topics) -> int:
    set_of = dict(zip(read.ids, read.sets, strict=True))
    members = {topic.key: {set_of[one] for one in found.members(topic.key)} for topic in found.topics}
    pace = Pace()
    with pace.transaction():
        rows = list(Topic.objects.select_for_update().filter(desk=desk))
        titles = {topic.key: topic.title for topic in found.topics if topic.title is not None}
        same = _same_rows(rows, titles, members, _members_now(desk, rows))
        # What was sealed since it was read may stand in a label; the run that follows finds them anew.
        emptied = Wording.objects.filter(desk=desk, length=0).order_by().values_list("pk", flat=True)
        labels = not {int(one) for one in read.ids}.intersection(emptied)
        by_key = _keep_topics(desk, rows, same, found.topics, labels=labels)
    leaf_of = {
        set_id: by_key[found.topics[place].key].pk
        for set_id, place in zip(read.sets, found.topic_of.tolist(), strict=True)
    }
    _put_sets(desk, leaf_of, pace)
    _let_go(desk)
    return len(found.leaves)


def _members_now(desk: Desk, rows: Sequence[Topic]) -> dict[int, set[int]]:
    """The sets in each topic and below it, as the last run left them."""
    parents = {row.pk: row.parent_id for row in rows}
    found: dict[int, set[int]] = {row.pk: set() for row in rows}
    placed = OpinionSet.objects.filter(desk=desk, topic__isnull=False).values_list("pk", "topic_id")
    for set_id, topic_id in placed:
        at: int | None = topic_id
        while at is not None:
            found[at].add(set_id)
            at = parents[at]
    return found


def _same_rows(
    rows: Sequence[Topic],
    titles: Mapping[str, str],
    new: Mapping[str, set[int]],
    old: Mapping[int, set[int]],
) -> dict[str, Topic]:
    """Which new topic goes on as which row: the same texts, the name that a person gave, or else enough
    sets in common."""
    free = {row.pk: row for row in rows if not row.key.startswith(BY_HAND)}
    same = {row.key: row for row in free.values() if row.key in new}
    taken = {row.pk for row in same.values()}
    named = {row.title: row for row in reversed(list(free.values())) if row.title and row.pk not in taken}
    for key, title in titles.items():
        if key not in same and title in named:
            same[key] = named.pop(title)
            taken.add(same[key].pk)
    alike = []
    for key, inside in new.items():
        for pk, before in old.items():
            both = len(inside & before) if key not in same and pk in free and pk not in taken else 0
            if both:
                alike.append((-both / len(inside | before), free[pk].order, pk, key))
    for measure, _, pk, key in sorted(alike):
        enough = _NAMED_SHARE if free[pk].title else _SHARE
        if -measure > enough and key not in same and pk not in taken:
            same[key] = free[pk]
            taken.add(pk)
    return same


def _keep_topics(
    desk: Desk,
    rows: Sequence[Topic],
    same: Mapping[str, Topic],
    found: Sequence[methods.Topic],
    *,
    labels: bool,
) -> dict[str, Topic]:
    """Save the topics, each before its children; what is no topic any more has no parent and is gone."""
    update_rows(
        Topic,
        ["key", "parent", "is_gone", "proposed"],
        [
            (f"old-{uuid.uuid4().hex}", None, True, "", row.pk)
            for row in rows
            if not row.key.startswith(BY_HAND)
        ],
    )
    by_key: dict[str, Topic] = {}
    for order, topic in enumerate(found):
        row = same.get(topic.key) or Topic(desk=desk)
        row.key, row.order, row.is_gone = topic.key, order, False
        row.parent = by_key[topic.parent] if topic.parent is not None else None
        row.proposed = topic.label.text[:_MOST_PROPOSED] if topic.label is not None and labels else ""
        row.title = (topic.title or row.title)[:_MOST_TITLE]
        row.save()
        by_key[topic.key] = row
    return by_key


def _put_sets(desk: Desk, leaf_of: Mapping[int, int], pace: Pace) -> None:
    rows = OpinionSet.objects.filter(desk=desk, topic_by_hand=False).values_list("pk", "topic_id")
    changed = [
        (leaf_of.get(pk), pk)
        for pk, topic_id in rows.order_by("pk")
        if pk in leaf_of and leaf_of[pk] != topic_id
    ]
    at = 0
    while at < len(changed):
        with pace.transaction():
            some = changed[at : at + pace.size]
            chosen = set(
                OpinionSet.objects.filter(pk__in=[pk for _, pk in some], topic_by_hand=True).values_list(
                    "pk", flat=True
                )
            )
            update_rows(OpinionSet, ["topic"], [row for row in some if row[1] not in chosen])
        at += len(some)


def _let_go(desk: Desk) -> None:
    """A topic that a person put a set into stays, though no run would find it; an empty set is in none."""
    OpinionSet.objects.filter(desk=desk, size=0, topic__is_gone=True, topic_by_hand=False).update(topic=None)
    kept = OpinionSet.objects.filter(desk=desk, topic_by_hand=True).values("topic_id")
    Topic.objects.filter(desk=desk, is_gone=True, pk__in=kept).update(is_gone=False)
