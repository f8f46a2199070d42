"""What officers do with topics. Each decision is kept as data, and the next run follows it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, digest_of, record
from jichi.methods.topics import Merge, Rename, to_plain
from jichi.voices.actions import TOPIC
from jichi.voices.models import Desk, OpinionSet, Topic, TopicDecision

from .shaping import held_set, title_of
from .steps import words_required
from .topics import BY_HAND

_MOST_TITLE, _MOST_ANCHORS = 120, 12


@contextmanager
def _held(viewer: Viewer, topic_id: int, version: int | None) -> Iterator[Topic]:
    desk = Topic.objects.select_related("desk").get(pk=topic_id).desk
    with act(viewer, TOPIC, desk):
        row = Topic.objects.select_for_update().get(pk=topic_id)
        if version is not None and row.version != version:
            raise Conflict(row)
        yield row


def new_topic(*, viewer: Viewer, desk_id: int, title: str, parent_id: int | None = None) -> Topic:
    """Make a topic that no run finds by itself; sets are put into it by hand.

    Raises:
        Desk.DoesNotExist; Topic.DoesNotExist; NotAllowed; Invalid.
    """
    said = words_required(title_of(title, _MOST_TITLE), "title", _("Give the topic a title."))
    desk = Desk.objects.get(pk=desk_id)
    with act(viewer, TOPIC, desk):
        parent = Topic.objects.get(pk=parent_id, desk=desk) if parent_id is not None else None
        if parent is not None and not parent.key.startswith(BY_HAND):
            raise Invalid({"parent_id": [_("A topic made by hand lies at the top or in another such one.")]})
        last = Topic.objects.filter(desk=desk).aggregate(last=Max("order"))["last"] or 0
        row = Topic.objects.create(
            desk=desk, key=BY_HAND + secrets.token_hex(8), title=said, parent=parent, order=last + 1
        )
        record(viewer, TOPIC, row, fields={"title": CHANGED})
    return row


def rename_topic(*, viewer: Viewer, topic_id: int, version: int | None, title: str) -> Topic:
    """Give a topic a title in the officer's words; an empty one takes it off a topic that was found.

    Raises:
        Topic.DoesNotExist; NotAllowed; Conflict; Invalid.
    """
    said = title_of(title, _MOST_TITLE)
    with _held(viewer, topic_id, version) as row:
        if row.key.startswith(BY_HAND):
            words_required(said, "title", _("Give the topic a title."))
        elif anchors := _anchors(row):
            _keep(viewer, row.desk, Rename(anchors, said))
        row.title = said
        row.version += 1
        row.save(update_fields=["title", "version"])
        record(viewer, TOPIC, row, fields={"title": CHANGED})
    return row


def merge_topics(
    *, viewer: Viewer, topic_ids: Collection[int], into: int, version: int | None = None
) -> Topic:
    """Make topics one: their sets are in ``into`` from now on, and later runs keep it so.

    Raises:
        Topic.DoesNotExist; NotAllowed; Conflict; Invalid.
    """
    with _held(viewer, into, version) as target:
        wanted = sorted(set(topic_ids) - {into})
        rows = list(Topic.objects.select_for_update().filter(pk__in=wanted, desk=target.desk).order_by("pk"))
        above = {one.pk for one in _line(target)}
        if not rows or len(rows) < len(wanted) or above & set(wanted):
            raise Invalid({"topic_ids": [_("Choose topics of the same desk, none of them above the other.")]})
        named = [found for row in (target, *rows) if (found := _anchors(row))]
        below = [pk for row in rows for pk in _below(row)]
        stays = target.key.startswith(BY_HAND)
        if len(named) > 1 and not stays:
            _keep(viewer, target.desk, Merge(tuple(named)))
        moved = OpinionSet.objects.filter(topic_id__in=below)
        # No run knows a topic made by hand: what is put there stays because a person put it there.
        moved.update(topic=target, **({"topic_by_hand": True} if stays else {}))
        Topic.objects.filter(pk__in=below).exclude(pk=target.pk).update(is_gone=True, parent=None)
        target.version += 1
        target.save(update_fields=["version"])
        record(
            viewer,
            TOPIC,
            target,
            fields={"merged": [wanted[:50], target.pk]},
            count=len(wanted),
            digest=digest_of(wanted),
        )
    return target


def put_in_topic(*, viewer: Viewer, set_id: int, version: int | None, topic_id: int | None) -> OpinionSet:
    """Put a set into a topic, where it stays; None leaves it to the next run again.

    Raises:
        OpinionSet.DoesNotExist; Topic.DoesNotExist; NotAllowed; Conflict.
    """
    with held_set(viewer, TOPIC, set_id, version) as row:
        before = row.topic_id
        topic = Topic.objects.get(pk=topic_id, desk=row.desk) if topic_id is not None else None
        row.topic = topic if topic is not None else row.topic
        row.topic_by_hand = topic is not None
        row.version += 1
        row.save(update_fields=["topic", "topic_by_hand", "version"])
        record(viewer, TOPIC, row, fields={"topic": [before, topic_id]})
    return row


def put_many_in_topic(*, viewer: Viewer, set_ids: Collection[int], topic_id: int) -> int:
    """Put several sets of one desk into a topic in one act; how many there were.

    Raises:
        Topic.DoesNotExist; NotAllowed; Invalid: for sets of another desk.
    """
    topic = Topic.objects.select_related("desk").get(pk=topic_id)
    with act(viewer, TOPIC, topic.desk):
        rows = OpinionSet.objects.filter(pk__in=list(set_ids), desk=topic.desk, merged_into__isnull=True)
        chosen = sorted(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
        if not chosen or len(chosen) < len(set(set_ids)):
            raise Invalid({"set_ids": [_("Choose sets of the same desk.")]})
        OpinionSet.objects.filter(pk__in=chosen).update(topic=topic, topic_by_hand=True)
        record(
            viewer, TOPIC, topic, fields={"sets": len(chosen)}, count=len(chosen), digest=digest_of(chosen)
        )
    return len(chosen)


def _keep(viewer: Viewer, desk: Desk, decision: Any) -> None:
    assert viewer.actor is not None
    TopicDecision.objects.create(desk=desk, decision=to_plain(decision), by=viewer.actor)


def _line(topic: Topic) -> list[Topic]:
    """A topic and those above it."""
    found = [topic]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def _below(topic: Topic) -> list[int]:
    """Ids of a topic and of all below it."""
    found, waiting = [], [topic.pk]
    while waiting:
        found += waiting
        waiting = list(Topic.objects.filter(parent_id__in=waiting).values_list("pk", flat=True))
    return found


def _anchors(topic: Topic) -> tuple[str, ...]:
    """The texts that stand for a topic's largest sets: by them the next run finds it again."""
    rows = OpinionSet.objects.filter(
        topic_id__in=_below(topic), topic_by_hand=False, size__gt=0, representative__isnull=False
    ).order_by("-size", "pk")
    return tuple(sorted(str(pk) for pk in rows.values_list("representative_id", flat=True)[:_MOST_ANCHORS]))
