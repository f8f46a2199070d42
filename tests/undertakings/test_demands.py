"""What the city itself asks of others, and what an office promises for itself."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import Department
from jichi.undertakings.models import Kind, Undertaking
from jichi.undertakings.services import ask_for, publish_promises

from .conftest import ASKED_ON


def _demand(viewer: Any, **facts: Any) -> Undertaking:
    return ask_for(
        **{
            "viewer": viewer,
            "kind": "demand",
            "text": "地方交付税を増やすこと。",
            "asked_on": ASKED_ON,
            "source_name": "見本市",
            "addressee": " 国（総務省） ",
        }
        | facts
    )


def test_a_demand_says_of_whom(people: SimpleNamespace) -> None:
    row = _demand(people.planner)
    assert (row.kind, row.addressee, row.state) == (Kind.DEMAND, "国（総務省）", "open")
    for facts in ({"addressee": ""}, {"kind": "request"}):
        with pytest.raises(Invalid) as refused:
            _demand(people.planner, **facts)
        assert list(refused.value.messages) == ["addressee"]
    for viewer in (people.head, people.reviewer, people.council, people.auditor):
        with pytest.raises(NotAllowed):
            _demand(viewer)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Undertaking.objects.filter(pk=row.pk).update(addressee="県")
    row.pk, row.number, row.addressee = None, 99, ""
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_an_office_promises_for_itself_and_shows_its_promises(
    people: SimpleNamespace, department: Department, other_department: Department
) -> None:
    facts: dict[str, Any] = {
        "kind": "promise",
        "text": "点灯時間を公表します。",
        "asked_on": datetime.date(2025, 10, 9),
        "source_name": "パブリックコメント",
        "context": "consultations.consultation:1",
    }
    own = ask_for(viewer=people.officer, department_id=department.pk, **facts)
    for department_id in (other_department.pk, None):
        with pytest.raises(NotAllowed):
            ask_for(viewer=people.officer, department_id=department_id, **facts)
    other = ask_for(viewer=people.planner, department_id=other_department.pk, **facts)
    request = ask_for(viewer=people.planner, **facts | {"kind": "request"})
    assert publish_promises(viewer=people.officer, context=facts["context"]) == 1
    public = {row.pk: row.published_at is not None for row in Undertaking.objects.all()}
    assert public == {own.pk: True, other.pk: False, request.pk: False}
    assert publish_promises(viewer=people.planner, context=facts["context"]) == 1
    with pytest.raises(NotAllowed):
        publish_promises(viewer=people.auditor, context=facts["context"])
