"""People around an undertaking, and one that was asked."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from jichi.city.models import City, Department
from jichi.directory.models import Body
from jichi.manifest import Role
from jichi.undertakings.models import Undertaking
from jichi.undertakings.services import answer, ask_for, confirm_answer

ASKED_ON = datetime.date(2025, 10, 9)
DUE = datetime.date(2025, 12, 20)
ANSWER = "待ち時間を曜日ごとに公表します。"

Asker = Callable[..., Undertaking]


@pytest.fixture
def body(department: Department) -> Body:
    """The committee that asks."""
    return Body.objects.create(
        key="hyoka", name="政策評価委員会", kind="attached", department=department, seats=7
    )


@pytest.fixture
def people(
    city: City, department: Department, other_department: Department, viewer_as: Any
) -> SimpleNamespace:
    """One of each role that has to do with undertakings."""
    return SimpleNamespace(
        planner=viewer_as(Role.PLANNING_OFFICER),
        second_planner=viewer_as(Role.PLANNING_OFFICER),
        officer=viewer_as(Role.OFFICER, department),
        head=viewer_as(Role.SECTION_HEAD, department),
        stranger=viewer_as(Role.OFFICER, other_department),
        strange_head=viewer_as(Role.SECTION_HEAD, other_department),
        reviewer=viewer_as(Role.EXTERNAL_REVIEWER),
        council=viewer_as(Role.COUNCIL_SECRETARIAT),
        auditor=viewer_as(Role.AUDITOR),
        nobody=viewer_as(),
    )


@pytest.fixture
def asked(people: SimpleNamespace, body: Body, department: Department) -> Asker:
    """``asked(department_id=None)``: a remark of the committee, by the reviewer; with the office that answers."""

    def make(**facts: Any) -> Undertaking:
        return ask_for(
            **{
                "viewer": people.reviewer,
                "kind": "remark",
                "text": "窓口の待ち時間を時間帯ごとに示すこと。",
                "source_body_id": body.pk,
                "asked_on": ASKED_ON,
                "department_id": department.pk,
                "due_on": DUE,
                **facts,
            }
        )

    return make


@pytest.fixture
def answered(people: SimpleNamespace, asked: Asker) -> Asker:
    """As ``asked``, adopted and answered."""

    def make(adoption: str = "adopted", reason: str = "", **facts: Any) -> Undertaking:
        row = asked(**facts)
        answer(viewer=people.officer, undertaking_id=row.pk, version=None, text=ANSWER)
        return confirm_answer(
            viewer=people.head,
            undertaking_id=row.pk,
            version=None,
            adoption=adoption,
            adoption_reason=reason,
        )

    return make
