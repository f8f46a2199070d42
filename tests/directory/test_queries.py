"""Who sees which rows of the directory on which day, and what goes into open data."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jichi.city.access import ANONYMOUS, Viewer
from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.directory import queries
from jichi.directory.models import Body, Organisation, Place
from jichi.directory.queries_export import body_rows, place_rows
from jichi.directory.room import ROOM
from jichi.manifest import Role

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(datetime.datetime(2026, 11, 24, 3, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def others(place: Place, body: Body, department: Department) -> None:
    """Rows that have ended, end today, and are yet to begin."""
    for key, dates in {
        "ended": {"valid_to": datetime.date(2026, 11, 23)},
        "last-day": {"valid_to": TODAY},
        "first-day": {"valid_from": TODAY},
        "to-come": {"valid_from": datetime.date(2026, 11, 25)},
    }.items():
        Organisation.objects.create(key=key, name=key, kind="npo", **dates)
        Place.objects.create(key=key, name=key, kind="hall", **dates)
        Body.objects.create(key=key, name=key, kind="meeting", department=department, **dates)


READS = (queries.organisations_for, queries.places_for, queries.bodies_for)


@pytest.mark.usefixtures("others")
def test_the_public_sees_what_exists_today(viewer_as: Any) -> None:
    for viewer in (ANONYMOUS, viewer_as()):
        for read in READS:
            keys = {row.key for row in read(viewer)}
            assert keys & {"ended", "last-day", "first-day", "to-come"} == {"last-day", "first-day"}


@pytest.mark.usefixtures("others")
def test_people_of_the_city_see_all_times_and_any_day_when_asked(auditor: Viewer, viewer_as: Any) -> None:
    for viewer in (auditor, viewer_as(Role.PLACE_OPERATOR), system_viewer("worker")):
        for read in READS:
            assert {"ended", "to-come"} <= {row.key for row in read(viewer)}
            assert "ended" not in {row.key for row in read(viewer, on=TODAY)}
            assert "ended" in {row.key for row in read(viewer, on=datetime.date(2026, 11, 23))}


@pytest.mark.usefixtures("others")
def test_what_one_may_not_see_does_not_exist() -> None:
    ended = Place.objects.get(key="ended")
    with pytest.raises(Place.DoesNotExist):
        queries.place_for(ANONYMOUS, ended.pk)
    with pytest.raises(Body.DoesNotExist):
        queries.body_for(ANONYMOUS, Body.objects.get(key="to-come").pk)


def test_a_place_comes_with_its_ward_operator_and_office(place: Place) -> None:
    with CaptureQueriesContext(connection) as captured:
        row = queries.place_for(ANONYMOUS, place.pk)
        assert row.ward and row.operator and row.department
        assert (row.ward.key, row.operator.key, row.department.key) == ("asahi-no", "shien", "kyodo")
    assert len(captured) == 1


@pytest.mark.parametrize("text", ["市民活動", "CENT", "civic activity", " "])
def test_a_row_is_found_by_its_names_and_key(place: Place, text: str) -> None:
    found = queries.named_like(queries.places_for(ANONYMOUS), text.strip())
    assert [row.key for row in found] == ["centre"]


def test_an_organisation_is_found_by_its_number(operator: Organisation) -> None:
    Organisation.objects.update(corporate_number="8700110005901")
    rows = queries.organisations_for(ANONYMOUS)
    assert queries.named_like(rows, "8-7001-1000-5901").exists()
    assert not queries.named_like(rows, "1700110005901").exists()


@pytest.mark.usefixtures("others")
def test_open_data_holds_what_exists_today_whoever_asks(auditor: Viewer) -> None:
    for rows, key in ((place_rows, "places"), (body_rows, "bodies")):
        export = next(one for one in ROOM.exports if one.key == key)
        for viewer in (ANONYMOUS, auditor):
            found = list(rows(viewer))
            assert [row["key"] for row in found] == sorted(row["key"] for row in found)
            assert not {"ended", "to-come"} & {row["key"] for row in found}
            assert all(set(row) == {column.key for column in export.columns} for row in found)


def test_access_that_is_not_known_stays_so_in_open_data(place: Place) -> None:
    [row] = place_rows(ANONYMOUS)
    assert (row["step_free"], row["toilet"], row["hearing_loop"]) == (True, False, None)
    assert (row["operator"], row["operator_number"]) == ("NPO法人 見本まちの支援", None)


def test_a_hyphen_is_the_number_of_none(operator: Organisation) -> None:
    assert operator.corporate_number == ""
    assert not queries.named_like(queries.organisations_for(ANONYMOUS), "-").exists()
