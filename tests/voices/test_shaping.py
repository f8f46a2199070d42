"""What officers do with sets and topics, and that no later run undoes it."""

from __future__ import annotations

from typing import Any

import pytest

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.voices.models import Effect, OpinionSet, Topic, Wording
from jichi.voices.queries import SetFilters, alike_sets, counts_of, set_for, sets_for, topics_of, wordings_of
from jichi.voices.queries.similar import forget_indexes
from jichi.voices.services import (
    divide_new,
    merge_sets,
    merge_topics,
    move_wording,
    new_topic,
    put_in_topic,
    put_many_in_topic,
    rename_set,
    rename_topic,
    split_set,
)
from jichi.voices.services.grouping import group_near
from jichi.voices.services.topics import find_desk_topics

LIBRARY = "中央図書館は夜九時まで開けてください。仕事の帰りに本を借りたいのです。"
TEXTS = (
    LIBRARY,
    LIBRARY,
    LIBRARY + "どうぞよろしくお願いします。",
    "図書館の本を増やしてください。子どもの本が少ないです。",
    "公園でのボール遊びを、時間を決めて認めてほしい。",
    "公園の遊具が古くて危ないので新しくしてください。",
    "保育園の待機児童を減らしてください。",
    "保育料を無料にしてほしい。二人目から負担が大きい。",
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sets(say: Any, desk: Any, people: Any) -> list[OpinionSet]:
    """The sets of the texts above, the largest first."""
    for text in TEXTS:
        say(text)
    return again(desk, people)


def again(desk: Any, people: Any) -> list[OpinionSet]:
    divide_new(viewer=people.worker, desk_id=desk.pk)
    group_near(viewer=people.worker, desk_id=desk.pk)
    return list(sets_for(people.officer, desk))


def test_sets_are_put_together_and_divided(sets: list[OpinionSet], desk: Any, say: Any, people: Any) -> None:
    largest, other, *rest = sets
    officer = people.officer
    assert (largest.size, largest.wordings, len(sets)) == (3, 2, 6)
    rename_set(viewer=officer, set_id=largest.pk, version=largest.version, title=" 夜の\n図書館 ")
    with pytest.raises(Conflict):
        rename_set(viewer=officer, set_id=largest.pk, version=largest.version, title="x")
    for wrong in ("あ" * 201, "a\0b"):
        with pytest.raises(Invalid):
            rename_set(viewer=officer, set_id=largest.pk, version=None, title=wrong)
    whole = merge_sets(viewer=officer, set_ids=[other.pk], into=largest.pk)
    assert (whole.title, whole.size, whole.wordings, whole.by_hand) == ("夜の 図書館", 4, 3, True)
    gone = OpinionSet.objects.get(pk=other.pk)
    assert (gone.merged_into_id, gone.size) == (largest.pk, 0)
    assert AuditEntry.objects.filter(act="voices.set:shape", object_id=str(largest.pk)).count() == 2
    with pytest.raises(Invalid):
        rename_set(viewer=officer, set_id=other.pk, version=None, title="x")
    part = wordings_of(officer, whole).filter(size=1)
    made = split_set(
        viewer=officer,
        set_id=whole.pk,
        version=whole.version,
        wording_ids=[row.pk for row in part],
        title="別",
    )
    assert (made.size, made.title, OpinionSet.objects.get(pk=whole.pk).size) == (2, "別", 2)
    with pytest.raises(Invalid):
        split_set(viewer=officer, set_id=made.pk, version=None, wording_ids=[row.pk for row in part])
    moved = part[0]
    target = move_wording(viewer=officer, wording_id=moved.pk, version=moved.version, set_id=rest[0].pk)
    assert target.size == 2 and target.by_hand
    state = dict(Wording.objects.values_list("pk", "set_id"))
    say(LIBRARY.replace("。", "！"))
    again(desk, people)
    assert {pk: set_id for pk, set_id in Wording.objects.values_list("pk", "set_id") if pk in state} == state
    with pytest.raises(NotAllowed):
        merge_sets(viewer=people.stranger, set_ids=[made.pk], into=largest.pk)


def test_a_set_to_which_the_city_said_something_is_not_put_into_another(
    sets: list[OpinionSet], people: Any
) -> None:
    Effect.objects.create(set=sets[1], kind="explained", text="説明した。", by=people.officer.actor)
    with pytest.raises(Invalid):
        merge_sets(viewer=people.officer, set_ids=[sets[1].pk], into=sets[0].pk)
    assert merge_sets(viewer=people.officer, set_ids=[sets[0].pk], into=sets[1].pk).size == 4
    with pytest.raises(Invalid):
        merge_sets(viewer=people.officer, set_ids=[], into=sets[1].pk)


def test_lists_are_filtered_and_nobody_elses(sets: list[OpinionSet], desk: Any, people: Any) -> None:
    officer = people.officer
    assert not sets_for(people.stranger, desk).exists()
    with pytest.raises(OpinionSet.DoesNotExist):
        set_for(people.stranger, sets[0].pk)
    assert set_for(officer, sets[0].pk).lead_text.startswith(LIBRARY)

    def found(**given: str) -> int:
        return sets_for(officer, desk, filters=SetFilters.given(given)).count()

    assert (found(q="図書館"), found(q="図書館 子ども"), found(kind="near"), found(topic="none")) == (
        2,
        1,
        1,
        6,
    )
    assert (found(decision="pending"), found(decision="shown"), found(by_hand="1"), found(masks="1")) == (
        6,
        0,
        0,
        0,
    )
    assert found(kind="'; --", topic="x", q="\0" * 3) == 6
    assert counts_of(sets)[sets[0].pk].pending == 2
    forget_indexes()
    alike = alike_sets(officer, sets[0])
    assert sets[0].pk not in [one.row.pk for one in alike]
    assert alike_sets(people.stranger, sets[0]) == []


def test_topics_keep_what_people_decided(sets: list[OpinionSet], desk: Any, say: Any, people: Any) -> None:
    officer = people.officer

    def found() -> list[Any]:
        find_desk_topics(viewer=people.worker, desk_id=desk.pk)
        return topics_of(officer, desk)

    rows = found()
    assert sum(row.sets for row in rows if row.level == 0) == 6
    assert sum(row.opinions for row in rows if row.level == 0) == 8
    ids = {row.topic.pk for row in rows}
    assert {row.topic.pk for row in found()} == ids, "the same texts give the same rows"
    named = rename_topic(viewer=officer, topic_id=rows[0].topic.pk, version=None, title="夜間")
    made = new_topic(viewer=officer, desk_id=desk.pk, title="その他")
    put_in_topic(viewer=officer, set_id=sets[-1].pk, version=None, topic_id=made.pk)
    for text in ("図書館の席を増やしてください。勉強する子どもが多いです。", LIBRARY):
        say(text)
    again(desk, people)
    rows = found()
    assert Topic.objects.get(pk=named.pk).title == "夜間" and not Topic.objects.get(pk=named.pk).is_gone
    assert OpinionSet.objects.get(pk=sets[-1].pk).topic_id == made.pk
    assert not OpinionSet.objects.filter(size__gt=0, topic__isnull=True).exists()
    leaves = [row for row in rows if row.sets and row.topic.pk not in (named.pk, made.pk)]
    merge_topics(viewer=officer, topic_ids=[leaves[0].topic.pk], into=made.pk)
    again(desk, people)
    found()
    assert OpinionSet.objects.filter(topic=made, topic_by_hand=True).count() == 1 + leaves[0].sets
    assert put_many_in_topic(viewer=officer, set_ids=[row.pk for row in sets[:2]], topic_id=made.pk) == 2
    with pytest.raises(NotAllowed):
        new_topic(viewer=people.stranger, desk_id=desk.pk, title="x")
    with pytest.raises(Invalid):
        new_topic(viewer=officer, desk_id=desk.pk, title="  ")
    with pytest.raises(Invalid):
        merge_topics(viewer=officer, topic_ids=[made.pk], into=made.pk)
