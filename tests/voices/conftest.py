"""A desk of an office, people around it, and voices that arrive there."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from jichi.city import keys
from jichi.city.access import Viewer
from jichi.city.models import City, DatedRule, Department
from jichi.city.viewers import system_viewer
from jichi.manifest import Role
from jichi.office.services import pass_step
from jichi.voices.models import Desk, Opinion, OpinionSet, Reply, Voice, Wording
from jichi.voices.services import make_desk, put_up_reply, receive
from tests.office.putting import load

TEXT = "公園の街灯が暗いので、もう少し明るくしてください。夜に歩くのが不安です。"
CONTACT = {"name": "見本 花子", "email": "hanako@example.jp", "phone": "044-999-0000"}

Speaker = Callable[..., Voice]
DeskMaker = Callable[..., Desk]


@pytest.fixture(autouse=True)
def own_keys_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has its own folder of keys and of files."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", str(tmp_path / "files"))
    monkeypatch.setattr(
        settings, "JICHI", dataclasses.replace(settings.JICHI, keys=tmp_path / "keys", home=tmp_path)
    )
    keys.forget()
    yield
    keys.forget()


@pytest.fixture
def intake(db: None) -> Viewer:
    """Who writes for somebody without account."""
    return system_viewer("intake")


@pytest.fixture
def people(
    city: City, department: Department, other_department: Department, viewer_as: Any
) -> SimpleNamespace:
    """One of each role that has to do with voices."""
    return SimpleNamespace(
        officer=viewer_as(Role.OFFICER, department),
        colleague=viewer_as(Role.OFFICER, department),
        head=viewer_as(Role.SECTION_HEAD, department),
        stranger=viewer_as(Role.OFFICER, other_department),
        strange_head=viewer_as(Role.SECTION_HEAD, other_department),
        planner=viewer_as(Role.PLANNING_OFFICER),
        auditor=viewer_as(Role.AUDITOR),
        administrator=viewer_as(Role.ADMINISTRATOR),
        worker=system_viewer("worker"),
    )


@pytest.fixture
def make(city: City, department: Department) -> DeskMaker:
    """``make(**fields)``: a desk of the department, open from ten days ago for twenty more."""

    def made(**facts: Any) -> Desk:
        now, name = timezone.now(), uuid.uuid4().hex[:8]
        return make_desk(
            **{
                "viewer": system_viewer("demo"),
                "key": f"desk-{name}",
                "mechanism": "consultations",
                "context": f"consultations.consultation:{name}",
                "title": "公園の計画（案）への意見",
                "department_id": department.pk,
                "opens_at": now - datetime.timedelta(days=10),
                "closes_at": now + datetime.timedelta(days=20),
                **facts,
            }
        )

    return made


@pytest.fixture
def desk(make: DeskMaker) -> Desk:
    """A desk that is open now."""
    return make()


@pytest.fixture
def say(desk: Desk, intake: Viewer) -> Speaker:
    """``say(text, **facts)``: a voice at the desk through the web form; ``desk_id`` for another one."""

    def said(text: str = TEXT, **facts: Any) -> Voice:
        given = {"viewer": intake, "desk_id": desk.pk, "channel": "web", "text": text, **facts}
        return receive(**given).voice

    return said


@pytest.fixture
def voice(say: Speaker) -> Voice:
    """A voice with a contact."""
    return say(contact=CONTACT)


@pytest.fixture
def rule(db: None) -> Callable[..., DatedRule]:
    """``rule("voices.reply_working_days", 10)``: a dated rule in force since long ago."""

    def made(key: str, value: Any, unit: str = "working_day") -> DatedRule:
        since = datetime.date(2000, 4, 1)
        return DatedRule.objects.create(
            key=key,
            title=key,
            value=value,
            unit=unit,
            in_force_from=since,
            known_from=since,
            source="made for a test",
            digest=uuid.uuid4().hex,
        )

    return made


@pytest.fixture
def route(db: None) -> str:
    """A route of approval on which the section head alone decides."""
    step = {"order": 1, "kind": "decide", "role": "section_head", "department": "own"}
    load([step | {"title": {"ja": "担当課長"}}], key="reply")
    return "reply"


@pytest.fixture
def approve(people: SimpleNamespace, route: str) -> Callable[[Reply], None]:
    """``approve(reply)``: put up by the officer, decided by her head."""

    def done(reply: Reply) -> None:
        approval = put_up_reply(viewer=people.officer, reply_id=reply.pk, version=None, route_key=route)
        pass_step(viewer=people.head, approval_id=approval.pk, version=approval.version)

    return done


@pytest.fixture
def put_together(db: None) -> Callable[..., OpinionSet]:
    """``put_together(*voices)``: each of them one whole opinion, all in one set."""

    def done(*voices: Voice, text: Wording | None = None) -> OpinionSet:
        desk = voices[0].desk
        group = OpinionSet.objects.create(desk=desk, kind="near", size=len(voices), submissions=len(voices))
        for voice in voices:
            length = len(voice.original.text)
            wording = text or Wording.objects.create(
                desk=desk, digest=uuid.uuid4().hex, set=group, is_grouped=True, size=1, length=length
            )
            if wording.set_id != group.pk:
                Wording.objects.filter(pk=wording.pk).update(set=group)
            opinion = Opinion.objects.create(voice=voice, position=0, start=0, end=length, wording=wording)
            Wording.objects.filter(pk=wording.pk, sample=None).update(sample=opinion)
            Voice.objects.filter(pk=voice.pk).update(divided_at=timezone.now())
        lead = Wording.objects.filter(set=group).first()
        OpinionSet.objects.filter(pk=group.pk).update(representative=lead)
        group.refresh_from_db()
        return group

    return done
