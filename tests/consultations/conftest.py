"""People around a consultation, its city's rules, one that is open, and one that is over."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from jichi.city import keys
from jichi.city.models import City, Department
from jichi.city.pack import Pack
from jichi.city.rules import load_dated_rules
from jichi.city.viewers import system_viewer
from jichi.consultations.models import Consultation
from jichi.consultations.services import add_text, load_consultation_schemes, prepare, publish
from jichi.manifest import Role
from jichi.voices.models import Desk

from .saying import say

DRAFT = """# 公園の計画（案）

## 第1章 公園の明かり

公園の街灯は、夜10時に消します。

公園のベンチを10台増やします。

## 第2章 公園の木

古い木は切り、新しい木を植えます。
"""
LIGHT = "街灯が消えると夜道が怖いので、朝までつけてください。"
DARK = "夜は暗いほうが虫や鳥に良いので、街灯は早く消してください。"
BENCH = "ベンチを増やすことに賛成です。"

ConsultationMaker = Callable[..., Consultation]


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has its own folder of keys."""
    monkeypatch.setattr(settings, "JICHI", dataclasses.replace(settings.JICHI, keys=tmp_path / "keys"))
    keys.forget()
    yield
    keys.forget()


@pytest.fixture
def rules_loaded(city: City) -> None:
    """The sample city's dated rules and its scheme of public comment."""
    pack, loader = Pack.open("mihon"), system_viewer("pack-loader")
    for kind, schema, load in (
        ("dated_rules", "city/schema/jichi-dated-rules-1.schema.json", load_dated_rules),
        (
            "consultation_schemes",
            "consultations/schema/jichi-consultation-schemes-1.schema.json",
            load_consultation_schemes,
        ),
    ):
        for name in pack.files(kind):
            load(viewer=loader, pack=pack, data=pack.data(name, schema))


@pytest.fixture
def people(
    city: City, department: Department, other_department: Department, viewer_as: Any
) -> SimpleNamespace:
    """One of each role that has to do with consultations."""
    return SimpleNamespace(
        officer=viewer_as(Role.OFFICER, department),
        head=viewer_as(Role.SECTION_HEAD, department),
        bureau_head=viewer_as(Role.BUREAU_HEAD, department),
        approver=viewer_as(Role.APPROVER),
        stranger=viewer_as(Role.OFFICER, other_department),
        strange_head=viewer_as(Role.SECTION_HEAD, other_department),
        planner=viewer_as(Role.PLANNING_OFFICER),
        auditor=viewer_as(Role.AUDITOR),
        nobody=viewer_as(),
        demo=system_viewer("demo"),
    )


@pytest.fixture
def prepared(rules_loaded: None, people: SimpleNamespace, department: Department) -> ConsultationMaker:
    """``prepared(**facts)``: a consultation with a draft and a notice; not public yet."""

    def make(*, draft: str = DRAFT, owner: Department | None = None, **facts: Any) -> Consultation:
        today = timezone.localdate()
        row = prepare(
            **{
                "viewer": people.demo,
                "title": "公園の計画（案）",
                "summary": "公園の明かりと木について決めます。",
                "department_id": (owner or department).pk,
                "notice": "公園の計画（案）に御意見をお寄せください。",
                "contact_line": "協働推進課 044-999-0000",
                "first_day": today - datetime.timedelta(days=5),
                "last_day": today + datetime.timedelta(days=24),
            }
            | facts
        )
        add_text(viewer=people.demo, consultation_id=row.pk, content=draft, filename="draft.md")
        return row

    return make


@pytest.fixture
def opened(prepared: ConsultationMaker, people: SimpleNamespace) -> ConsultationMaker:
    """``opened(**facts)``: a consultation that is open since five days, with its desk; nobody has spoken yet."""

    def make(**facts: Any) -> Consultation:
        row = prepared(**facts)
        assert row.first_day is not None
        return publish(
            viewer=people.demo, consultation_id=row.pk, version=row.version, at=_morning(row.first_day)
        )

    return make


@pytest.fixture
def closed(opened: ConsultationMaker) -> ConsultationMaker:
    """The same, over since nine days."""

    def make(**facts: Any) -> Consultation:
        today = timezone.localdate()
        return opened(
            **{
                "first_day": today - datetime.timedelta(days=39),
                "last_day": today - datetime.timedelta(days=10),
            }
            | facts
        )

    return make


@pytest.fixture
def consultation(opened: ConsultationMaker) -> Consultation:
    """One that is open, with a few voices by several channels."""
    row = opened()
    with_voices(desk_of(row))
    return row


@pytest.fixture
def over(closed: ConsultationMaker) -> Consultation:
    """One that is over, with a few voices, one of them late; nothing is decided yet."""
    row = closed()
    with_voices(desk_of(row))
    say(desk_of(row), LIGHT, late=True, channel="post")
    return row


def with_voices(desk: Desk) -> None:
    """Three submissions with five opinions: by the web, by fax and at the counter."""
    say(desk, LIGHT, BENCH)
    say(desk, LIGHT, channel="fax", may_publish=False)
    say(desk, DARK, BENCH, channel="counter")


def desk_of(row: Consultation) -> Desk:
    """The desk at which its opinions arrive."""
    assert row.desk is not None
    return row.desk


def fresh(row: Consultation) -> Consultation:
    """As it stands in the database."""
    return Consultation.objects.select_related("desk", "scheme", "department").get(pk=row.pk)


def _morning(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
