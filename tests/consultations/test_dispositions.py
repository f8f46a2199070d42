"""Dispositions: for sets and single opinions, with promises, by whom, and how much one of them costs."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from django.utils import timezone

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.consultations.models import Consultation, Disposition
from jichi.consultations.queries.progress import progress_of
from jichi.consultations.services import dispose, dispose_many, give_dispositions_on, undispose
from jichi.undertakings.models import Undertaking
from jichi.undertakings.services import ask_for
from jichi.voices.models import OpinionSet

from .conftest import BENCH, DARK, LIGHT, desk_of
from .saying import set_of

SAID = {"code": "2", "summary": "街灯を朝までつけること", "view": "案のとおり進めます。"}


def test_one_row_and_one_entry_however_many_said_it(over: Consultation, people: SimpleNamespace) -> None:
    one = set_of(desk_of(over), LIGHT)
    OpinionSet.objects.filter(pk=one.pk).update(size=200_000)
    found = dispose(viewer=people.officer, consultation_id=over.pk, set_id=one.pk, **SAID)
    assert Disposition.objects.count() == 1
    assert AuditEntry.objects.filter(act="consultations.disposition:give").count() == 1
    assert AuditEntry.objects.get(act="consultations.disposition:give").fields["view"] == "changed"
    with pytest.raises(Conflict) as clash:
        dispose(viewer=people.officer, consultation_id=over.pk, set_id=one.pk, **SAID)
    assert clash.value.current == found
    changed = dispose(
        viewer=people.officer,
        consultation_id=over.pk,
        set_id=one.pk,
        version=1,
        **SAID | {"code": "1", "change": "「朝まで点灯」と改めた。"},
    )
    assert (changed.pk, changed.version, changed.code) == (found.pk, 2, "1")
    with pytest.raises(Conflict):
        undispose(viewer=people.officer, consultation_id=over.pk, disposition_id=found.pk, version=1)
    undispose(viewer=people.officer, consultation_id=over.pk, disposition_id=found.pk, version=2)
    assert not Disposition.objects.exists()


def test_what_a_disposition_must_say(over: Consultation, people: SimpleNamespace) -> None:
    one = set_of(desk_of(over), LIGHT)
    for given, field in (
        ({"code": "Z"}, "code"),
        ({"view": " "}, "view"),
        ({"summary": "\x00"}, "summary"),
        ({"code": "1"}, "change"),
        ({"view": "あ" * 100_000}, "view"),
    ):
        with pytest.raises(Invalid) as refused:
            dispose(viewer=people.officer, consultation_id=over.pk, set_id=one.pk, **SAID | given)
        assert list(refused.value.messages) == [field]
    for target in ({}, {"set_id": one.pk, "opinion_id": 1}, {"set_id": 10**9}, {"opinion_id": 10**9}):
        with pytest.raises(Invalid):
            dispose(viewer=people.officer, consultation_id=over.pk, **SAID, **target)
    for viewer in (people.stranger, people.approver, people.planner, people.nobody):
        with pytest.raises(NotAllowed):
            dispose(viewer=viewer, consultation_id=over.pk, set_id=one.pk, **SAID)


def test_a_promise_becomes_an_undertaking_of_the_office(over: Consultation, people: SimpleNamespace) -> None:
    due = timezone.localdate() + datetime.timedelta(days=90)
    found = dispose(
        viewer=people.officer,
        consultation_id=over.pk,
        set_id=set_of(desk_of(over), LIGHT).pk,
        promise={"text": "街灯の点灯時間を調べて公表します。", "due_on": due},
        **SAID,
    )
    promised = Undertaking.objects.get()
    assert found.undertaking == promised
    assert (promised.kind, promised.context, promised.due_on) == ("promise", over.context, due)
    assert promised.department == over.department and over.title in promised.source_name
    assert promised.published_at is None
    acts = AuditEntry.objects.filter(
        act__in=["consultations.disposition:give", "undertakings.undertaking:promise"]
    )
    assert acts.count() == 2 and acts.values("act_id").distinct().count() == 1
    with pytest.raises(Invalid):
        undispose(viewer=people.officer, consultation_id=over.pk, disposition_id=found.pk, version=1)
    with pytest.raises(NotAllowed):
        ask_for(
            viewer=people.stranger,
            kind="promise",
            text="他の課の約束",
            asked_on=timezone.localdate(),
            source_name="パブリックコメント",
            department_id=over.department_id,
        )
    with pytest.raises(Invalid) as refused:
        dispose(
            viewer=people.officer,
            consultation_id=over.pk,
            set_id=set_of(desk_of(over), DARK).pk,
            promise={"text": ""},
            **SAID,
        )
    assert list(refused.value.messages) == ["promise_text"] and Disposition.objects.count() == 1


def test_many_at_once_and_what_remains(over: Consultation, people: SimpleNamespace) -> None:
    sets = [set_of(desk_of(over), text).pk for text in (LIGHT, DARK)]
    before = progress_of(over)
    assert (before.voices, before.late, before.opinions, before.undisposed) == (3, 1, 5, 5)
    with pytest.raises(Invalid):
        dispose_many(
            viewer=people.officer, consultation_id=over.pk, set_ids=[*sets, 10**9], code="2", view="考え方"
        )
    made = dispose_many(viewer=people.officer, consultation_id=over.pk, set_ids=sets, code="2", view="考え方")
    assert {one.summary for one in made} == {LIGHT[:40], DARK[:40]}
    assert AuditEntry.objects.get(act="consultations.disposition:give").count == 2
    after = progress_of(over)
    assert (after.undisposed, after.disposed, after.sets_without) == (2, 3, 1)
    with pytest.raises(Invalid):
        dispose_many(viewer=people.officer, consultation_id=over.pk, set_ids=sets, code="2", view="考え方")


def test_a_merged_set_keeps_one_disposition(over: Consultation, people: SimpleNamespace) -> None:
    light, bench = (set_of(desk_of(over), text) for text in (LIGHT, BENCH))
    dispose(viewer=people.officer, consultation_id=over.pk, set_id=light.pk, **SAID)
    light.members.update(set=bench)
    OpinionSet.objects.filter(pk=light.pk).update(merged_into=bench, size=0)
    with pytest.raises(Invalid):
        dispose(viewer=people.officer, consultation_id=over.pk, set_id=light.pk, version=1, **SAID)
    give_dispositions_on(viewer=people.officer, consultation_id=over.pk, from_sets=[light.pk], to=bench.pk)
    assert [one.set for one in Disposition.objects.all()] == [bench]
