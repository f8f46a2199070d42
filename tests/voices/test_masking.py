"""Before anything is shown stand a confirmed mask and a decision; what is not shown is counted."""

from __future__ import annotations

from typing import Any

import pytest

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.voices.models import OpinionSet, Wording
from jichi.voices.queries import (
    hints,
    public_counts,
    public_sets,
    public_texts,
    public_topics,
    public_wordings,
)
from jichi.voices.queries.similar import forget_indexes
from jichi.voices.services import (
    confirm_mask,
    decide_many,
    decide_wording,
    divide_new,
    mark_harsh,
)
from jichi.voices.services.grouping import group_near

PLAIN = "公園に木を植えてください。夏の日陰が足りません。"
NAMED = "隣の山田太郎さんの家の前の街灯が切れています。直してください。"

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(say: Any, desk: Any, people: Any) -> Any:
    """Texts by what is in them, put into sets."""
    forget_indexes()
    say(PLAIN)
    say(PLAIN, may_publish=False)
    say(NAMED)
    say("図書館の本が古いです。新しい本を買ってください。", may_publish=False)
    divide_new(viewer=people.worker, desk_id=desk.pk)
    group_near(viewer=people.worker, desk_id=desk.pk)
    return {
        "plain": Wording.objects.get(size=2),
        "named": Wording.objects.exclude(proposed_spans=[]).get(),
        "kept": Wording.objects.filter(size=1, proposed_spans=[]).get(),
    }


def test_nothing_is_public_before_mask_and_decision(heard: Any, desk: Any, people: Any) -> None:
    assert not public_texts(desk).exists() and not hints(desk, PLAIN)
    row = heard["plain"]
    with pytest.raises(NotAllowed):
        decide_wording(viewer=people.stranger, wording_id=row.pk, version=None, decision="shown")
    done = decide_wording(viewer=people.officer, wording_id=row.pk, version=row.version, decision="shown")
    assert (done.masked, done.spans) == (PLAIN, [])
    with pytest.raises(Conflict):
        decide_wording(viewer=people.officer, wording_id=row.pk, version=row.version, decision="shown")
    (shown,) = public_sets(desk)
    assert shown.shown_text == PLAIN and shown.size == 2
    assert [one.masked for one in public_wordings(shown)] == [PLAIN]
    forget_indexes()
    assert [one.wording.pk for one in hints(desk, PLAIN[:13])] == [row.pk]
    # Taken back, it is gone at once, though the index is still the old one.
    decide_wording(viewer=people.officer, wording_id=row.pk, version=None, decision="withheld", reason="宣伝")
    assert hints(desk, PLAIN[:13]) == []
    counts = public_counts(desk)
    assert (counts.opinions, counts.pending, dict(counts.withheld)) == (4, 2, {"宣伝": 2})


def test_a_name_is_masked_by_a_person_and_never_shown(heard: Any, desk: Any, people: Any) -> None:
    row, start = heard["named"], NAMED.index("山田")
    for decision in ("shown", "masked"):
        with pytest.raises(Invalid):
            decide_wording(viewer=people.officer, wording_id=row.pk, version=None, decision=decision)
    spans = [{"start": start, "end": start + 4, "kind": "name"}]
    for bad in (
        [{"start": 5, "end": 5000, "kind": "name"}],
        [{"start": 1, "end": 2, "kind": "<b>"}],
        [{"start": 0, "end": 4, "kind": "name"}, {"start": 2, "end": 6, "kind": "name"}],
        [{"start": "x", "end": 2, "kind": "name"}],
        [{"end": 2}],
    ):
        with pytest.raises(Invalid):
            confirm_mask(viewer=people.officer, wording_id=row.pk, version=None, spans=bad)
    with pytest.raises(Invalid):
        decide_wording(viewer=people.officer, wording_id=row.pk, version=None, decision="shown", spans=spans)
    decide_wording(viewer=people.officer, wording_id=row.pk, version=None, decision="masked", spans=spans)
    (text,) = public_texts(desk)
    assert "山田太郎" not in text.masked and "〔氏名〕" in text.masked
    assert not public_sets(desk, text="山田").exists() and public_sets(desk, text="街灯 氏名").count() == 1
    confirm_mask(viewer=people.officer, wording_id=row.pk, version=None, spans=[])
    assert Wording.objects.get(pk=row.pk).decision == "shown"
    with pytest.raises(Invalid):
        decide_wording(viewer=people.officer, wording_id=row.pk, version=None, decision="withheld")
    decide_wording(viewer=people.officer, wording_id=row.pk, version=None, decision="pending")
    assert not public_texts(desk).exists()
    mark_harsh(viewer=people.officer, wording_id=row.pk, version=None, is_harsh=True)
    assert Wording.objects.get(pk=row.pk).is_harsh


def test_what_its_sender_keeps_is_counted_and_not_shown(heard: Any, desk: Any, people: Any) -> None:
    decide_wording(viewer=people.officer, wording_id=heard["kept"].pk, version=None, decision="shown")
    assert not public_texts(desk).exists() and not public_sets(desk).exists()
    counts = public_counts(desk)
    assert (counts.kept_by_wish, counts.shown, counts.pending) == (1, 0, 3)


def test_many_are_decided_in_one_entry_and_those_to_mask_are_left(heard: Any, desk: Any, people: Any) -> None:
    entries = AuditEntry.objects.filter(act="voices.wording:decide")
    ids = [row.pk for row in heard.values()]
    done = decide_many(viewer=people.officer, wording_ids=ids, decision="shown")
    assert (done.done, done.left) == (2, (heard["named"].pk,))
    assert [(one.count, bool(one.digest)) for one in entries] == [(2, True)]
    set_id = heard["named"].set_id
    assert decide_many(viewer=people.officer, set_id=set_id, decision="withheld", reason="個人").done == 1
    with pytest.raises(NotAllowed):
        decide_many(viewer=people.stranger, set_id=set_id, decision="pending")
    with pytest.raises(OpinionSet.DoesNotExist):
        decide_many(viewer=people.officer, set_id=0, decision="pending")


def test_a_topic_named_by_a_stretch_of_an_opinion_is_nameless_until_that_is_public(
    heard: Any, desk: Any, people: Any
) -> None:
    from jichi.voices.models import Topic

    topic = Topic.objects.create(desk=desk, key="t", proposed="夏の日陰が足りません")
    OpinionSet.objects.update(topic=topic)
    assert public_topics(desk) == []
    decide_wording(
        viewer=people.officer,
        wording_id=heard["named"].pk,
        version=None,
        decision="masked",
        spans=[{"start": 2, "end": 6, "kind": "name"}],
    )
    assert public_topics(desk)[0].topic.proposed == ""
    decide_wording(viewer=people.officer, wording_id=heard["plain"].pk, version=None, decision="shown")
    assert public_topics(desk)[0].topic.proposed == "夏の日陰が足りません"
