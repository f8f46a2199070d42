"""The administrator's pages: what they show, that nothing typed is lost, that the other's change is shown."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from jichi.city import seal, services
from jichi.city.access import Viewer
from jichi.city.models import Account, AuditEntry, Department, Grant, Person
from jichi.manifest import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(datetime.datetime(2026, 11, 24, 3, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def client(client_as: Any) -> Client:
    return client_as(Role.ADMINISTRATOR)


@pytest.fixture
def person(administrator: Viewer) -> Person:
    return services.create_person(viewer=administrator, name="山田花子")


def text(response: Any) -> str:
    return response.content.decode()


def test_a_person_is_entered_and_opened_with_a_link_that_is_shown_once(client: Client) -> None:
    response = client.post(reverse("people-create"), {"name": "山田花子"}, follow=True)
    assert "山田花子" in text(response)
    person = Person.objects.get(name="山田花子")
    shown = client.post(reverse("people-open-account", args=[person.pk]), {"email": "hanako@example.jp"})
    link = re.search(r"http://testserver(/accounts/invitation/[^<\s\"]+)", text(shown))
    assert link is not None
    assert "no-store" in shown.headers["Cache-Control"]
    assert Client().get(link[1]).status_code == 200
    assert link[1] not in text(client.get(reverse("people-detail", args=[person.pk])))


def test_a_page_that_asks_for_an_act_stands_in_the_workbench(client: Client, person: Person) -> None:
    page = client.get(reverse("people-open-account", args=[person.pk]))
    assert page.context["crumbs"][0]["url"] == reverse("workbench")
    listed = [one["url"] for one in page.context["navigation"]]
    assert reverse("people-list") in listed and reverse("workbench") in listed
    assert text(page).count(f'href="{reverse("workbench")}"') >= 2


def test_a_form_keeps_what_was_typed(client: Client, person: Person) -> None:
    url = reverse("people-give-grant", args=[person.pk])
    response = client.post(url, {"role": "officer", "valid_from": "2026-12-01", "reason": "四月の異動"})
    assert response.status_code == 422
    assert "四月の異動" in text(response)
    assert 'value="2026-12-01"' in text(response)
    assert 'aria-invalid="true"' in text(response)
    assert not Grant.objects.filter(person=person).exists()


def test_a_role_is_given_ended_and_withdrawn(client: Client, person: Person, department: Department) -> None:
    client.post(
        reverse("people-give-grant", args=[person.pk]),
        {"role": "officer", "department": department.pk, "valid_from": "2026-11-01"},
    )
    grant = Grant.objects.get(person=person)
    page = text(client.get(reverse("people-detail", args=[person.pk])))
    assert department.name in page
    end = reverse("people-end-grant", args=[person.pk, grant.pk])
    assert client.post(end, {"last_day": "2026-12-31", "seen_last_day": ""}).status_code == 302
    grant.refresh_from_db()
    assert grant.valid_to == datetime.date(2026, 12, 31)
    withdraw = reverse("people-withdraw-grant", args=[person.pk, grant.pk])
    assert client.post(withdraw, {"reason": "誤り"}).status_code == 302
    assert "誤り" in text(client.get(reverse("people-detail", args=[person.pk])))


def test_the_second_of_two_administrators_sees_the_firsts_change(
    client: Client, person: Person, administrator: Viewer
) -> None:
    grant = services.give_grant(
        viewer=administrator, person_id=person.pk, role="auditor", valid_from=datetime.date(2026, 11, 1)
    )
    url = reverse("people-end-grant", args=[person.pk, grant.pk])
    assert 'name="seen_last_day"' in text(client.get(url))
    services.end_grant(viewer=administrator, grant_id=grant.pk, last_day=datetime.date(2026, 11, 30))
    response = client.post(url, {"last_day": "2027-03-31", "seen_last_day": ""})
    assert response.status_code == 409
    page = text(response)
    assert "2026年11月30日" in page
    assert "2027年3月31日" in page
    assert 'name="seen_last_day" value="2026-11-30"' in page
    again = client.post(url, {"last_day": "2027-03-31", "seen_last_day": "2026-11-30"})
    assert again.status_code == 302


def test_a_grant_of_somebody_else_is_absent_under_this_person(
    client: Client, person: Person, administrator: Viewer
) -> None:
    other = services.create_person(viewer=administrator, name="鈴木")
    grant = services.give_grant(
        viewer=administrator, person_id=other.pk, role="auditor", valid_from=datetime.date(2026, 11, 1)
    )
    assert client.get(reverse("people-end-grant", args=[person.pk, grant.pk])).status_code == 404


def test_a_closed_accounts_open_session_ends(client: Client, client_as: Any) -> None:
    other = client_as(Role.AUDITOR)
    assert other.get(reverse("trail-list")).status_code == 200
    account = Account.objects.get(email__startswith="auditor")
    client.post(reverse("people-close-account", args=[account.person_id]))
    assert other.get(reverse("trail-list")).status_code == 302


def test_the_list_is_searched_and_keeps_its_filter_in_the_address(client: Client, person: Person) -> None:
    assert "山田花子" in text(client.get(reverse("people-list"), {"q": "花子"}))
    empty = text(client.get(reverse("people-list"), {"q": "いない人"}))
    assert "山田花子" not in empty
    assert 'value="いない人"' in empty


@pytest.mark.parametrize("name", ["people-list", "departments-list", "trail-list"])
def test_a_list_asks_the_database_as_often_for_three_rows_as_for_one(
    client: Client, name: str, administrator: Viewer, department: Department
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def add(number: int) -> None:
        person = services.create_person(viewer=administrator, name=f"人{number}")
        services.open_account(viewer=administrator, person_id=person.pk, email=f"p{number}@example.jp")
        services.give_grant(
            viewer=administrator,
            person_id=person.pk,
            role="officer",
            department_id=department.pk,
            valid_from=datetime.date(2026, 11, 1),
        )
        Department.objects.create(key=f"d{number}", name=f"課{number}", kind="section", parent=department)
        seal.seal_pending()

    counts = []
    add(0)
    client.get(reverse(name))
    for rounds in (1, 2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(name)).status_code == 200
        counts.append(len(queries))
        add(rounds * 10)
        add(rounds * 10 + 1)
    assert counts[0] == counts[1]


def test_a_department_is_reorganised(client: Client, department: Department) -> None:
    url = reverse("departments-reorganise", args=[department.pk])
    assert 'name="version" value="1"' in text(client.get(url))
    half = client.post(url, {"version": 1, "on": "2027-04-01", "key": "mirai"})
    assert half.status_code == 422
    assert 'value="mirai"' in text(half)
    done = client.post(url, {"version": 1, "on": "2027-04-01", "key": "mirai", "name": "未来課"}, follow=True)
    assert "未来課" in text(done)
    late = client.post(url, {"version": 1, "on": "2027-04-01", "key": "asu", "name": "明日課"})
    assert late.status_code == 409
    assert "未来課" in text(late)
    assert "明日課" in text(late)


def test_the_trail_shows_sentences_and_pseudonyms_and_no_names(client: Client, person: Person) -> None:
    page = text(client.get(reverse("trail-list")))
    assert str(person.pk) in page
    assert "山田花子" not in page
    actor = AuditEntry.objects.get(act="city.person:create").actor
    assert str(actor)[-8:] in page
    assert str(actor) not in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"first_day": "2026-11-24", "last_day": "2026-11-24"}, True),
        ({"last_day": "2026-11-23"}, False),
        ({"first_day": "2026-11-25"}, False),
        ({"act": "city.person:create"}, True),
        ({"act": "city.grant:give"}, False),
        ({"object_type": "city.person"}, True),
        ({"object_type": "city.grant"}, False),
        ({"first_day": "yesterday"}, True),
    ],
)
def test_the_trail_is_filtered(client: Client, person: Person, query: dict[str, str], seen: bool) -> None:
    response = client.get(reverse("trail-list"), query)
    assert response.status_code == 200
    assert (str(person.pk) in text(response)) is seen


def test_the_chain_is_verified_on_demand(client_as: Any, person: Person) -> None:
    client = client_as(Role.AUDITOR)
    seal.seal_pending()
    assert 'role="alert"' not in text(client.get(reverse("trail-verify")))
    assert "notice--success" in text(client.post(reverse("trail-verify")))
    assert seal.head().hash in text(client.get(reverse("trail-list")))


@pytest.mark.one_database  # what the administration allows is decided in Python; its lists are Django's own
def test_the_administration_shows_and_changes_nothing(
    client: Client, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib import admin

    assert reverse("admin:city_person_changelist") in text(client.get(reverse("admin:index")))
    # The list of all models, for each of which rights are asked, stands beside every page: once will do.
    monkeypatch.setattr(admin.site, "get_app_list", lambda request, app_label=None: [])
    foreign = [model for model in admin.site._registry if not model.__module__.startswith("jichi.")]
    assert foreign == []
    for model, registered in admin.site._registry.items():
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"admin:{label}_changelist")).status_code == 200, label
        assert client.get(reverse(f"admin:{label}_add")).status_code == 403, label
        assert registered.has_delete_permission(None) is False  # type: ignore[arg-type]
    page = client.get(reverse("admin:city_person_change", args=[person.pk]))
    assert page.status_code == 200
    assert (
        client.post(reverse("admin:city_person_change", args=[person.pk]), {"name": "x"}).status_code == 403
    )
    account = client.get(reverse("admin:city_account_changelist"))
    assert "password" not in text(account).lower().replace("password_change", "")
