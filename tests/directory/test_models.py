"""What the database itself refuses, and that rows stay."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.utils import DatabaseError

from jichi.directory.models import Body, Organisation, Place

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 4, 1)


def refused(model: type[models.Model], **facts: Any) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        model._default_manager.create(**{"key": "x", "name": "甲", "kind": "other", **facts})
    return str(error.value)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"name": ""}, "directory_organisation_named"),
        ({"kind": "club"}, "directory_organisation_kind_known"),
        ({"url": "javascript:alert(1)"}, "directory_organisation_url_is_web"),
        (
            {"valid_from": DAY, "valid_to": datetime.date(2026, 3, 31)},
            "directory_organisation_dates_in_order",
        ),
        ({"corporate_number": "123"}, "directory_corporate_number_form"),
        ({"corporate_number": "0700110005901"}, "directory_corporate_number_form"),
        ({"version": 0}, "directory_organisation_version"),
    ],
)
def test_an_organisation_that_cannot_be_is_refused(facts: dict[str, Any], constraint: str) -> None:
    assert constraint in refused(Organisation, **facts)


def test_two_open_organisations_never_share_a_number(operator: Organisation) -> None:
    number = "8700110005901"
    Organisation.objects.create(
        key="old", name="旧", kind="npo", corporate_number=number, valid_to=datetime.date(2026, 3, 31)
    )
    Organisation.objects.create(key="new", name="新", kind="npo", corporate_number=number)
    assert "corporate_number" in refused(Organisation, corporate_number=number)


def test_places_and_bodies_that_cannot_be_are_refused(body: Body) -> None:
    assert "directory_place_kind_known" in refused(Place, kind="castle")
    assert "directory_body_seats_some" in refused(Body, department=body.department, seats=0)
    assert "directory_body_kind_known" in refused(Body, department=body.department, kind="club")
    assert "department" in refused(Body)


@pytest.mark.parametrize("table", ["organisation", "place", "body"])
def test_a_row_is_closed_never_deleted_and_keeps_its_key(table: str, place: Place, body: Body) -> None:
    with connection.cursor() as cursor:
        for statement in (f"DELETE FROM directory_{table}", f"UPDATE directory_{table} SET key = 'other'"):
            with (
                pytest.raises(DatabaseError, match=r"rows (are closed|keep their key)"),
                transaction.atomic(),
            ):
                cursor.execute(statement)
    assert (Organisation.objects.count(), Place.objects.count(), Body.objects.count()) == (1, 1, 1)
