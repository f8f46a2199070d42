"""The staff's pages of the directory through HTTP: lists, entering, changing, conflicts, closing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.directory import services
from jichi.directory.models import Body, Organisation, Place
from jichi.manifest import Role

# The permission matrix draws these pages on every database; what they do to rows, services' tests read there.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city"), pytest.mark.one_database]


@pytest.fixture
def planner(client_as: Any) -> Client:
    client: Client = client_as(Role.PLANNING_OFFICER)
    return client


@pytest.fixture
def own_officer(client_as: Any, department: Department) -> Client:
    client: Client = client_as(Role.OFFICER, department)
    return client


# Another language reads the same rows.
IN_WORDS = pytest.mark.one_database


@pytest.mark.usefixtures("place", "body")
@pytest.mark.parametrize(
    "prefix", ["", *(pytest.param(one, marks=IN_WORDS) for one in ("/en", "/ja-simple"))]
)
@pytest.mark.parametrize("path", ["", "places/", "organisations/", "bodies/", "places/new/", "bodies/new/"])
def test_every_page_stands_in_every_language(prefix: str, path: str, planner: Client) -> None:
    assert planner.get(f"{prefix}/staff/directory/{path}").status_code == 200


def test_the_lists_search_and_keep_what_has_ended_apart(planner: Client, place: Place) -> None:
    Place.objects.create(
        key="old", name="旧館", kind="hall", valid_to=timezone.localdate() - datetime.timedelta(days=1)
    )
    text = planner.get("/staff/directory/").content.decode()
    assert "市民活動センター" in text and "旧館" not in text
    assert "旧館" in planner.get("/staff/directory/?ended=1").content.decode()
    found = planner.get("/staff/directory/?ended=1&q=旧").content.decode()
    assert "旧館" in found and "市民活動センター" not in found
    assert planner.get("/staff/directory/?q=zzz").context["page"].paginator.count == 0
    assert planner.get("/staff/directory/castles/").status_code == 404


def test_a_list_offers_each_what_she_may(
    planner: Client, own_officer: Client, client_as: Any, place: Place, other_department: Department
) -> None:
    Place.objects.create(key="theirs", name="防災館", kind="hall", department=other_department)
    mine, theirs = f"/staff/directory/places/{place.pk}/", Place.objects.get(key="theirs").pk
    text = own_officer.get("/staff/directory/").content.decode()
    assert f'href="{mine}"' in text and "/staff/directory/places/new/" in text
    assert f'href="/staff/directory/places/{theirs}/"' not in text and "防災館" in text
    assert "/organisations/new/" not in own_officer.get("/staff/directory/organisations/").content.decode()
    auditor = client_as(Role.AUDITOR).get("/staff/directory/").content.decode()
    assert "市民活動センター" in auditor and "/places/new/" not in auditor and f'href="{mine}"' not in auditor


def test_the_list_of_organisations_tells_what_each_runs(planner: Client, place: Place) -> None:
    Place.objects.create(
        key="old", name="旧館", kind="hall", operator=place.operator, valid_to=datetime.date(2020, 3, 31)
    )
    [row] = planner.get("/staff/directory/organisations/").context["page"].object_list
    assert row.places_run == 1


def test_an_officer_enters_a_place_of_her_office(
    own_officer: Client, department: Department, other_department: Department, form_of: Any
) -> None:
    address = "/staff/directory/places/new/"
    response = own_officer.get(address)
    offices = response.context["form"].fields["department"].queryset
    assert list(offices) == [department]
    data = form_of(response) | {
        "key": "hiroba",
        "name": "つどいの広場",
        "kind": "family",
        "department": department.pk,
        "step_free": "yes",
        "toilet": "no",
        "name__en": "Tsudoi Square",
    }
    assert own_officer.post(address, data).status_code == 302
    row = Place.objects.get(key="hiroba")
    assert (row.step_free, row.toilet, row.interpreter) == (True, False, None)
    assert (row.department, row.translations) == (department, {"en": {"name": "Tsudoi Square"}})

    for wrong in (other_department.pk, ""):
        refused = own_officer.post(address, data | {"key": "hiroba-2", "department": wrong})
        assert refused.status_code == 422 and "department" in refused.context["form"].errors
    assert Place.objects.count() == 1


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(planner: Client, form_of: Any) -> None:
    address = "/staff/directory/organisations/new/"
    data = form_of(planner.get(address)) | {
        "key": "shien",
        "name": "支援の会",
        "kind": "npo",
        "corporate_number": "7001-1000-5901",
    }
    response = planner.post(address, data)
    text = response.content.decode()
    assert response.status_code == 422 and "8700110005901" in text
    assert 'value="支援の会"' in text and 'value="7001-1000-5901"' in text
    assert 'href="#id_corporate_number"' in text and not Organisation.objects.exists()
    assert planner.post(address, data | {"corporate_number": "8700110005901"}).status_code == 302
    taken = planner.post(address, data | {"corporate_number": ""})
    assert taken.status_code == 422 and "key" in taken.context["form"].errors


@pytest.mark.parametrize("missing", ["name", "kind", "key", "department"])
def test_a_body_needs_its_facts(planner: Client, department: Department, form_of: Any, missing: str) -> None:
    address = "/staff/directory/bodies/new/"
    data = form_of(planner.get(address)) | {
        "key": "shingikai",
        "name": "審議会",
        "kind": "attached",
        "department": department.pk,
    }
    response = planner.post(address, data | {missing: ""})
    assert response.status_code == 422 and list(response.context["form"].errors) == [missing]
    assert planner.post(address, data | {"seats": "12"}).status_code == 302
    assert Body.objects.get().seats == 12


def test_a_row_is_changed_and_what_was_not_touched_stays(planner: Client, place: Place, form_of: Any) -> None:
    address = f"/staff/directory/places/{place.pk}/"
    before = {name: getattr(place, name) for name in services.FACTS[Place]}
    data = form_of(planner.get(address)) | {"hours": "9時〜21時"}
    assert planner.post(address, data).status_code == 302
    place.refresh_from_db()
    assert {name: getattr(place, name) for name in services.FACTS[Place]} == before | {"hours": "9時〜21時"}
    assert place.version == 2
    unchanged = form_of(planner.get(address))
    assert planner.post(address, unchanged).status_code == 302
    place.refresh_from_db()
    assert place.version == 2


def test_the_second_editor_sees_the_first_and_may_go_on(
    planner: Client, officer: Viewer, place: Place, form_of: Any
) -> None:
    address = f"/staff/directory/places/{place.pk}/"
    data = form_of(planner.get(address)) | {"hours": "10時〜", "toilet": ""}
    services.save_place(
        viewer=officer, place_id=place.pk, version=1, facts={"hours": "9時〜17時", "operator_id": None}
    )
    response = planner.post(address, data)
    text = response.content.decode()
    assert response.status_code == 409 and "9時〜17時" in text and 'value="10時〜"' in text
    # Hours, operator and toilet differ.
    assert len(response.context["differences"]) == 3
    place.refresh_from_db()
    assert place.hours == "9時〜17時"
    assert planner.post(address, form_of(response)).status_code == 302
    place.refresh_from_db()
    assert (place.hours, place.version) == ("10時〜", 3)


def test_another_departments_row_is_absent(
    own_officer: Client, place: Place, other_department: Department, form_of: Any
) -> None:
    Place.objects.update(department=other_department)
    for step in ("", "close/"):
        for method in (own_officer.get, own_officer.post):
            assert method(f"/staff/directory/places/{place.pk}/{step}").status_code == 404
            assert method(f"/staff/directory/places/999999/{step}").status_code == 404
    place.refresh_from_db()
    assert place.version == 1


def test_a_present_office_that_has_ended_can_be_kept(planner: Client, place: Place, form_of: Any) -> None:
    Department.objects.filter(pk=place.department_id).update(valid_to=datetime.date(2024, 3, 31))
    Organisation.objects.update(valid_to=datetime.date(2024, 3, 31))
    address = f"/staff/directory/places/{place.pk}/"
    assert planner.post(address, form_of(planner.get(address)) | {"hours": "9時〜"}).status_code == 302
    place.refresh_from_db()
    assert place.hours == "9時〜" and place.department is not None and place.operator is not None


def test_closing_names_the_places_that_lose_their_operator(
    planner: Client, place: Place, form_of: Any
) -> None:
    operator = place.operator
    assert operator is not None
    address = f"/staff/directory/organisations/{operator.pk}/close/"
    response = planner.get(address)
    assert "市民活動センター" in response.content.decode()
    data = form_of(response) | {"valid_to": "2027-03-31"}
    assert planner.post(address, data).status_code == 302
    operator.refresh_from_db()
    assert operator.valid_to == datetime.date(2027, 3, 31) and operator.version == 2
    assert planner.post(address, data).status_code == 409
    again = form_of(planner.get(address))
    assert planner.post(address, again).status_code == 422


def test_closing_needs_a_day_on_which_it_existed(own_officer: Client, body: Body, form_of: Any) -> None:
    Body.objects.update(valid_from=datetime.date(2026, 4, 1))
    address = f"/staff/directory/bodies/{body.pk}/close/"
    data = form_of(own_officer.get(address)) | {"valid_to": "2026-03-31"}
    response = own_officer.post(address, data)
    assert response.status_code == 422 and list(response.context["form"].errors) == ["valid_to"]
    assert own_officer.post(address, data | {"valid_to": ""}).status_code == 422
    assert Body.objects.get().valid_to is None


def test_a_search_takes_any_sign(planner: Client, operator: Organisation) -> None:
    # A browser may send a sign that PostgreSQL keeps in no text.
    for path in ("", "places/", "organisations/", "bodies/"):
        assert planner.get(f"/staff/directory/{path}?q=%00").status_code == 200
    found = planner.get("/staff/directory/organisations/?q=支%00援").context["page"]
    assert [row.key for row in found] == [operator.key]


def test_a_list_leads_to_the_public_page_only_while_there_is_one(client_as: Any, place: Place) -> None:
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    reader = client_as(Role.AUDITOR)

    def leads(**facts: Any) -> bool:
        Place.objects.filter(pk=place.pk).update(**{"valid_from": None, "valid_to": None, **facts})
        return f"/places/{place.key}/" in reader.get("/staff/directory/?ended=1").content.decode()

    assert leads() and leads(valid_to=today + day) and leads(valid_from=today)
    assert not leads(valid_from=today + day) and not leads(valid_to=today - day)
