"""A consultation from its preparation to the day it closes: what each act asks for, and what it leaves."""

from __future__ import annotations

import datetime
import uuid
from types import SimpleNamespace

import pytest
from django.utils import timezone

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry, Department
from jichi.city.pack import Pack
from jichi.city.viewers import system_viewer
from jichi.consultations.enums import Stage
from jichi.consultations.models import Consultation, DraftVersion, Scheme
from jichi.consultations.services import (
    add_text,
    edit,
    extend,
    load_consultation_schemes,
    prepare,
    publish,
    publish_exempt,
    publish_result,
    set_places,
    withdraw,
)
from jichi.consultations.services.daily import answer_closed
from jichi.methods.deadlines import ends_at, starts_at
from jichi.voices.models import Desk

from .conftest import DRAFT, ConsultationMaker, desk_of, fresh

DAY = datetime.timedelta(days=1)


def _future(**more: object) -> dict[str, object]:
    first = timezone.localdate() + 3 * DAY
    return {"first_day": first, "last_day": first + 29 * DAY} | more


def test_an_office_prepares_and_its_head_publishes(
    prepared: ConsultationMaker, people: SimpleNamespace
) -> None:
    row = prepared(viewer=people.officer, **_future())
    with pytest.raises(NotAllowed):
        publish(viewer=people.officer, consultation_id=row.pk, version=row.version)
    with pytest.raises(NotAllowed):
        publish(viewer=people.strange_head, consultation_id=row.pk, version=row.version)
    assert Desk.objects.count() == 0
    published = publish(viewer=people.bureau_head, consultation_id=row.pk, version=row.version)
    desk = desk_of(published)
    assert published.first_day is not None and published.last_day is not None
    assert published.published_at == desk.opens_at == starts_at(published.first_day)
    assert desk.closes_at == ends_at(published.last_day)
    assert published.least_days == 30 and published.rule_fingerprint
    assert published.stage(timezone.localdate()) is Stage.ANNOUNCED
    assert published.stage(published.last_day) is Stage.OPEN
    assert published.stage(published.last_day + DAY) is Stage.CONSIDERED
    assert not published.is_public(timezone.now())
    assert {one.purpose for one in Desk.objects.all()} == {"opinions", "accommodation", "appeals"}
    text = DraftVersion.objects.get()
    assert text.published_at == published.published_at
    assert AuditEntry.objects.filter(act="consultations.consultation:publish").count() == 1
    with pytest.raises(Conflict):
        publish(viewer=people.head, consultation_id=row.pk, version=row.version)
    with pytest.raises(Invalid):
        publish(viewer=people.head, consultation_id=row.pk, version=published.version)


def test_a_period_below_the_rule_needs_a_reason_that_is_published(
    prepared: ConsultationMaker, people: SimpleNamespace
) -> None:
    first = timezone.localdate() + DAY
    row = prepared(first_day=first, last_day=first + 28 * DAY)  # 29 days
    with pytest.raises(Invalid) as refused:
        publish(viewer=people.head, consultation_id=row.pk, version=row.version)
    assert list(refused.value.messages) == ["short_reason"]
    assert Desk.objects.count() == 0
    row = edit(
        viewer=people.officer, consultation_id=row.pk, version=row.version, short_reason="法律の施行が早い"
    )
    assert publish(viewer=people.head, consultation_id=row.pk, version=row.version).published_at is not None


def test_publishing_says_everything_that_is_missing(
    rules_loaded: None, people: SimpleNamespace, department: Department
) -> None:
    row = prepare(viewer=people.officer, title="計画", department_id=department.pk)
    with pytest.raises(Invalid) as refused:
        publish(viewer=people.head, consultation_id=row.pk, version=row.version)
    assert set(refused.value.messages) == {"first_day", "notice", "contact_line", "content"}
    past = timezone.localdate() - DAY
    edit(viewer=people.officer, consultation_id=row.pk, version=1, first_day=past, last_day=past + 40 * DAY)
    with pytest.raises(Invalid) as refused:
        publish(viewer=people.head, consultation_id=row.pk, version=2)
    assert "first_day" in refused.value.messages


def test_it_is_extended_while_it_runs_and_never_shortened(
    consultation: Consultation, people: SimpleNamespace
) -> None:
    row = consultation
    assert row.last_day is not None
    for day in (row.last_day, row.last_day - DAY):
        with pytest.raises(Invalid):
            extend(viewer=people.head, consultation_id=row.pk, version=row.version, last_day=day)
    later = extend(
        viewer=people.head, consultation_id=row.pk, version=row.version, last_day=row.last_day + 7 * DAY
    )
    assert desk_of(fresh(later)).closes_at == ends_at(row.last_day + 7 * DAY)


def test_what_is_over_is_not_extended(over: Consultation, people: SimpleNamespace) -> None:
    with pytest.raises(Invalid):
        extend(
            viewer=people.head,
            consultation_id=over.pk,
            version=over.version,
            last_day=timezone.localdate() + DAY,
        )


def test_after_publication_only_where_to_reach_the_office_changes(
    consultation: Consultation, people: SimpleNamespace
) -> None:
    row = consultation
    with pytest.raises(Invalid) as refused:
        edit(viewer=people.officer, consultation_id=row.pk, version=row.version, title="別の計画")
    assert list(refused.value.messages) == ["title"]
    changed = edit(viewer=people.officer, consultation_id=row.pk, version=row.version, fax="044-999-0001")
    assert changed.fax == "044-999-0001"
    with pytest.raises(Invalid):
        add_text(viewer=people.officer, consultation_id=row.pk, content=DRAFT + "\n\n付則", filename="a.md")
    plain = add_text(
        viewer=people.officer,
        consultation_id=row.pk,
        content="公園の 計画です。",
        audience="plain",
        filename="a.txt",
    )
    assert plain.published_at is not None
    with pytest.raises(NotAllowed):
        edit(viewer=people.stranger, consultation_id=row.pk, version=changed.version, fax="")


def test_withdrawal_and_exemption_are_published_with_their_reason(
    consultation: Consultation, prepared: ConsultationMaker, people: SimpleNamespace
) -> None:
    row = consultation
    with pytest.raises(Invalid):
        withdraw(viewer=people.head, consultation_id=row.pk, version=row.version, reason=" \n ")
    gone = withdraw(
        viewer=people.head, consultation_id=row.pk, version=row.version, reason="国の制度が変わった"
    )
    assert gone.stage(timezone.localdate()) is Stage.WITHDRAWN
    other = prepared(key="exempt")
    with pytest.raises(Invalid):
        publish_exempt(
            viewer=people.head, consultation_id=other.pk, version=other.version, reason="急ぐ", ground=""
        )
    row = publish_exempt(
        viewer=people.head,
        consultation_id=other.pk,
        version=other.version,
        reason="金額だけを定める",
        ground="条例第4条第2号",
    )
    assert row.stage(timezone.localdate()) is Stage.EXEMPT and row.desk is None


def test_hostile_words_break_nothing(
    rules_loaded: None, people: SimpleNamespace, department: Department
) -> None:
    row = prepare(
        viewer=people.officer,
        title="  計画\x00\x1b[31m\u202e 🌸 ",
        department_id=department.pk,
        summary="a\r\nb\ud800",
        translations={"en": {"title": "Plan\x07", "summary": ""}, "xx": "no"},
    )
    assert row.title == "計画[31m\u202e 🌸" and row.summary == "a\nb"
    assert row.translations == {"en": {"title": "Plan"}}
    assert row.key.endswith("-1")
    for name, value in (("notice", "あ" * 1_000_000), ("key", "../x"), ("kind", "x"), ("title", "\x00")):
        with pytest.raises(Invalid) as refused:
            prepare(
                **{"viewer": people.officer, "title": "計画", "department_id": department.pk, name: value}
            )
        assert list(refused.value.messages) == [name]
    for content, filename in (
        (b"\x00" * 2000, "a.docx"),
        (b"\x81", "a.txt"),
        (b"x", "a.exe"),
        (b"", "a.md"),
    ):
        with pytest.raises(Invalid) as refused:
            add_text(viewer=people.officer, consultation_id=row.pk, content=content, filename=filename)
        assert list(refused.value.messages) == ["content"]
    with pytest.raises(Invalid):
        set_places(viewer=people.officer, consultation_id=row.pk, places=[(10**9, "")])
    with pytest.raises(Consultation.DoesNotExist):
        edit(viewer=people.officer, consultation_id=uuid.uuid4(), version=1)


def test_schemes_are_added_once_and_every_city_has_one(rules_loaded: None) -> None:
    loader = system_viewer("pack-loader")
    schema = "consultations/schema/jichi-consultation-schemes-1.schema.json"
    for name, codes in (("mihon", "12345"), ("kawasaki", "ABCDE")):
        pack = Pack.open(name)
        data = pack.data(pack.files("consultation_schemes")[0], schema)
        load_consultation_schemes(viewer=loader, pack=pack, data=data)
        again = load_consultation_schemes(viewer=loader, pack=pack, data=data)
        assert (again.schemes, again.kept) == (0, 1)
        scheme = Scheme.objects.get(key=name)
        assert "".join(one["code"] for one in scheme.codes) == codes
    assert not scheme.confirmed
    assert [one["key"] for one in scheme.fields if one["required"]] == ["title", "name", "contact"]
    data["schemes"][0]["codes"].append(data["schemes"][0]["codes"][0])
    with pytest.raises(Invalid):
        load_consultation_schemes(viewer=loader, pack=pack, data=data)


def test_a_published_draft_is_not_replaced_once_the_final_text_is_there(
    consultation: Consultation, people: SimpleNamespace
) -> None:
    given = {"viewer": people.officer, "consultation_id": consultation.pk, "filename": "a.md"}
    add_text(**given, content="# 決定\n\n本文", kind="final")
    with pytest.raises(Invalid):
        add_text(**given, content="# 別の案\n\n本文", kind="draft")
    with pytest.raises(Invalid) as caught:
        extend(viewer=people.head, consultation_id=consultation.pk, version=None, last_day=datetime.date.max)
    assert "last_day" in caught.value.messages


def test_the_desk_of_a_withdrawn_proposal_is_answered_when_its_period_is_over(
    consultation: Consultation, people: SimpleNamespace
) -> None:
    withdraw(viewer=people.head, consultation_id=consultation.pk, version=None, reason="やめます。")
    publish_result(viewer=people.demo, consultation_id=consultation.pk, version=None)
    later = timezone.now() + datetime.timedelta(days=60)
    assert (answer_closed(), answer_closed(later), answer_closed(later)) == (0, 1, 0)
    assert desk_of(fresh(consultation)).answered_kind == "noted"
