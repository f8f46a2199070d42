"""What was said, as the public may see it: the arguments by topic, and what became of what people said."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from jichi.consultations.models import Consultation
from jichi.methods.arguments import Node, Topic, tree_of
from jichi.ui.content import Text, chosen, translated
from jichi.ui.numbers import current_language
from jichi.voices.enums import EffectKind, EndKind
from jichi.voices.models import Desk, Effect, OpinionSet
from jichi.voices.models import Topic as TopicRow
from jichi.voices.queries.public import arguments_of, public_texts

from .results import published_result

MOST_ARGUMENTS = 400
"""Arguments that stand on the page by themselves, the largest first; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The arguments of a desk: the tree, the words of each argument by its key, and how many have none."""

    root: Node
    words: dict[str, Text]
    total: int
    without_words: int


def argument_tree(consultation: Consultation, title: str, *, topic_without_name: str) -> Tree:
    """The arguments under their topics: submissions and distinct arguments counted apart.

    Words are those of the published result, those that an officer gave, or a text that may be shown; an
    argument without such words is counted and not told.
    """
    desk = consultation.desk
    assert desk is not None
    sets = list(OpinionSet.objects.filter(desk=desk, size__gt=0).order_by("-submissions", "pk"))
    words = _words(consultation, desk, sets)
    root = tree_of(title, _topics(desk, sets, topic_without_name), arguments_of(desk, is_public=False))
    return Tree(root, words, len(sets), len(sets) - len(words))


def summaries_of(consultation: Consultation) -> dict[int, Text]:
    """What the newest published edition calls each set; what was changed since is not out yet."""
    result = published_result(consultation)
    if result is None:
        return {}
    return {
        one.set: chosen(one.summary) for one in result.rows if one.set is not None and one.opinion is None
    }


def _words(consultation: Consultation, desk: Desk, sets: list[OpinionSet]) -> dict[str, Text]:
    said, language = summaries_of(consultation), current_language()
    wanted = [one.representative_id for one in sets[:MOST_ARGUMENTS] if one.representative_id]
    texts = {
        one.pk: Text(one.masked, one.language, is_fallback=one.language != language)
        for one in public_texts(desk).filter(pk__in=wanted).only("masked", "language")
    }
    found: dict[str, Text] = {}
    for one in sets:
        title = translated(one, "title") if one.by_hand else None
        text = said.get(one.pk) or title or texts.get(one.representative_id or 0)
        if text:
            found[str(one.pk)] = text
    return found


def _topics(desk: Desk, sets: list[OpinionSet], nameless: str) -> list[Topic]:
    of_topic: dict[int, list[str]] = defaultdict(list)
    for one in sets:
        if one.topic_id:
            of_topic[one.topic_id].append(str(one.pk))
    rows = list(TopicRow.objects.filter(desk=desk, is_gone=False))
    below: dict[int | None, list[TopicRow]] = defaultdict(list)
    known = {row.pk for row in rows}
    for row in rows:
        below[row.parent_id if row.parent_id in known else None].append(row)

    def made(row: TopicRow) -> Topic | None:
        children = tuple(one for one in map(made, below[row.pk]) if one is not None)
        if not children and not of_topic[row.pk]:
            return None  # people took its arguments elsewhere
        return Topic(row.key, str(translated(row, "title")) or nameless, tuple(of_topic[row.pk]), children)

    return [one for one in map(made, below[None]) if one is not None]


# --- you said, we did -----------------------------------------------------------------------------


DID = (EffectKind.CHANGED_DRAFT, EffectKind.UNDERTAKEN)
NOT_DONE = (EffectKind.NOT_ADOPTED, EffectKind.EXPLAINED)


def effects_shown(now: datetime.datetime | None = None) -> QuerySet[Effect]:
    """What voices changed and did not change, newest first, as far as it is out.

    What a disposition says is out with the result of its consultation, not before.
    """
    moment = now or timezone.now()
    return (
        Effect.objects.filter(Q(visible_from__isnull=True) | Q(visible_from__lte=moment))
        .filter(
            Q(set__isnull=True)
            | Q(set__disposition__isnull=True)
            | Q(set__disposition__consultation__result_published_at__lte=moment)
        )
        .exclude(voice__end=EndKind.SEALED)
        .select_related("set__disposition__consultation", "undertaking", "voice__desk")
        .order_by("-at", "-pk")
    )


def counted_effects() -> dict[str, int]:
    """How many of each kind are out."""
    return dict(effects_shown().order_by().values_list("kind").annotate(Count("pk")))
