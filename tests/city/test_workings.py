"""Checks, demonstration sign-ins, panels, outages, waking."""

from __future__ import annotations

import dataclasses
import datetime
import sqlite3
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, RequestFactory

from jichi.city import checks, demo, registry, wake
from jichi.city.access import ANONYMOUS, Viewer
from jichi.city.errors import Invalid
from jichi.city.middleware import ViewerMiddleware
from jichi.city.models import Account, AuditEntry, City, Department, DepartmentSuccession, Grant, Person
from jichi.city.outage import is_outage
from jichi.city.trail import act, record
from jichi.city.viewers import system_viewer
from jichi.manifest import Panel, Role, Room

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.date(2020, 4, 1)


# --- checks ------------------------------------------------------------------------------------------------------
def test_a_sound_installation_has_no_problem(city: City, department: Department) -> None:
    for check in registry.rooms()[0].checks:
        assert list(registry.resolve(check.run)()) == [], check.key


def test_no_city_is_a_problem() -> None:
    assert [problem.where for problem in checks.single_city()] == ["city"]


def test_entries_nobody_seals_are_told(city: City) -> None:
    AuditEntry.objects.create(
        act_id=uuid.uuid4(),
        act="city.person:create",
        actor=uuid.uuid4(),
        at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    )
    assert [(problem.where, problem.severity) for problem in checks.trail()] == [("trail", "warning")]


def test_grants_that_reach_nothing_are_told(department: Department, other_department: Department) -> None:
    person = Person.objects.create(name="山田")
    ended = Grant.objects.create(person=person, role="officer", department=department, valid_from=LONG_AGO)
    gone = Grant.objects.create(
        person=person, role="translator", object_type="city.ward", object_id="999", valid_from=LONG_AGO
    )
    nonsense = Grant.objects.create(
        person=person, role="translator", object_type="no.such", object_id="x", valid_from=LONG_AGO
    )
    Department.objects.filter(pk=department.pk).update(valid_to=LONG_AGO)
    assert {problem.where for problem in checks.grants()} == {
        f"grant {row.pk}" for row in (ended, gone, nonsense)
    }
    DepartmentSuccession.objects.create(predecessor=department, successor=other_department, on="2020-04-02")
    assert f"grant {ended.pk}" not in {problem.where for problem in checks.grants()}


def test_departments_in_a_circle_and_overlapping_successions_are_told(
    department: Department, other_department: Department
) -> None:
    Department.objects.filter(pk=department.pk).update(parent=other_department)
    Department.objects.filter(pk=other_department.pk).update(parent=department)
    DepartmentSuccession.objects.create(predecessor=department, successor=other_department, on="2020-04-02")
    assert [problem.where for problem in checks.departments()] == [
        "department bosai",
        "department kyodo",
        f"department {department.name}",
    ]


# --- demonstration -----------------------------------------------------------------------------------------------
@pytest.fixture
def demonstration(monkeypatch: pytest.MonkeyPatch, department: Department) -> None:
    monkeypatch.setattr(settings, "JICHI", dataclasses.replace(settings.JICHI, demo=True))


def test_a_demonstration_has_a_sign_in_for_each_role_and_new_passwords_each_time(demonstration: None) -> None:
    place = ("directory.place", "1")
    Department.objects.create(key="kikaku", name="企画局", kind=Department.Kind.BUREAU)
    wanted = {"department": "kyodo", "planning": "kikaku", "operated": place}
    first = demo.create_demo_accounts(viewer=system_viewer("demo"), **wanted)
    assert len(first) == 12
    assert len({row.password for row in first}) == 12
    second = demo.create_demo_accounts(viewer=system_viewer("demo"), **wanted)
    assert [row.email for row in first] == [row.email for row in second]
    assert not {row.password for row in first} & {row.password for row in second}
    assert Account.objects.count() == 12
    head = Account.objects.get(email="planning-section-head@demo.invalid").person.grants.get()
    assert head.department.key == "kikaku"
    roles = set()
    for row in second:
        account = Account.objects.get(email=row.email)
        assert account.is_demonstration
        assert account.check_password(row.password)
        roles |= account.held_roles()
    assert roles == {
        Role.PLANNING_OFFICER,
        Role.OFFICER,
        Role.SECTION_HEAD,
        Role.BUREAU_HEAD,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
        Role.EXTERNAL_REVIEWER,
        Role.APPROVER,
        Role.COUNCIL_SECRETARIAT,
        Role.PLACE_OPERATOR,
    }
    grant = Account.objects.get(email="operator@demo.invalid").person.grants.get()
    assert (grant.object_type, grant.object_id) == place


def test_a_demonstration_account_signs_in(demonstration: None, city: City) -> None:
    [planning, *_] = demo.create_demo_accounts(viewer=system_viewer("demo"))
    client = Client()
    answer = client.post("/accounts/login/", {"login": planning.email, "password": planning.password})
    assert answer.status_code == 302


def test_a_real_installation_has_no_default_sign_in(city: City, department: Department) -> None:
    with pytest.raises(Invalid):
        demo.create_demo_accounts(viewer=system_viewer("demo"))
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://plan.city.example.jp", False),
        ("http://localhost.example.jp", False),
        ("http://192.168.0.4", False),
        ("http://0.0.0.0:8000", False),
    ],
)
def test_demonstration_sign_ins_stay_on_this_machine(
    demonstration: None, monkeypatch: pytest.MonkeyPatch, url: str, allowed: bool
) -> None:
    monkeypatch.setattr(settings, "BASE_URL", url)
    if allowed:
        assert demo.create_demo_accounts(viewer=system_viewer("demo"))
    else:
        with pytest.raises(Invalid):
            demo.create_demo_accounts(viewer=system_viewer("demo"))


def test_demonstration_accounts_in_a_real_installation_are_told(demonstration: None) -> None:
    demo.create_demo_accounts(viewer=system_viewer("demo"))
    assert list(checks.demonstration()) == []
    object.__setattr__(settings.JICHI, "demo", False)
    assert [problem.where for problem in checks.demonstration()] == ["accounts"]


# --- panels -----------------------------------------------------------------------------------------------------
def shown(viewer: Viewer, thing: Any, request: Any) -> dict[str, Any]:
    return {"sentence": f"{viewer.name} sees {thing}"}


def broken(viewer: Viewer, thing: Any, request: Any) -> dict[str, Any]:
    raise RuntimeError("no")


def silent(viewer: Viewer, thing: Any, request: Any) -> None:
    return None


@pytest.fixture
def with_panels() -> Iterator[None]:
    rooms = registry.rooms()
    here = __name__

    def panel(name: str, order: int, template: str = "city/outage.html") -> Panel:
        return Panel(on="proof.thing", template=template, context=f"{here}:{name}", order=order)

    room = Room(
        key="proof",
        title="Proof",
        panels=(panel("broken", 1), panel("silent", 2), panel("shown", 3), panel("shown", 4, "no/such.html")),
    )
    registry.install((*rooms, room))
    yield
    registry.install(rooms)


def test_panels_are_shown_and_a_failing_one_leaves_the_page_standing(with_panels: None) -> None:
    template = Template(
        '{% load panels %}[{% panels "proof.thing" thing %}]{% panels "no.slot" thing as x %}<{{ x }}>'
    )
    page = template.render(Context({"thing": "町<b>"}))
    assert page.count("anyone sees 町&lt;b&gt;") == 1
    assert page.startswith("[<")
    assert page.endswith("<>")


# --- outage -----------------------------------------------------------------------------------------------------
def sqlite_error(code: str) -> OperationalError:
    error = OperationalError("x")
    cause = sqlite3.OperationalError("x")
    cause.sqlite_errorname = code  # type: ignore[misc]
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (sqlite_error("SQLITE_FULL"), True),
        (sqlite_error("SQLITE_IOERR_WRITE"), True),
        (sqlite_error("SQLITE_CANTOPEN"), True),
        (sqlite_error("SQLITE_BUSY"), True),
        (sqlite_error("SQLITE_ERROR"), False),
        (OperationalError("connection refused"), True),
        (InterfaceError("connection already closed"), True),
        (ValueError("x"), False),
        (None, False),
    ],
)
def test_an_outage_is_told_from_a_mistake_of_ours(error: Any, outage: bool) -> None:
    assert is_outage(error) is outage


@pytest.mark.parametrize("path", ["/", "/api/v1/plans"])
def test_an_outage_is_one_clear_page_made_without_the_database(path: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise AssertionError

    request = RequestFactory().get(path)
    with connection.execute_wrapper(_no_query):
        response = ViewerMiddleware(view).process_exception(request, sqlite_error("SQLITE_FULL"))
    assert response is not None
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    kind = "application/problem+json" if path.startswith("/api/") else "text/html"
    assert response.headers["Content-Type"].startswith(kind)


def _no_query(*args: Any) -> Any:
    raise AssertionError("the page of an outage asked the database")


# --- acts and waking ----------------------------------------------------------------------------------------------
def test_an_act_within_an_act_shares_its_id(administrator: Viewer) -> None:
    with act(administrator, "city.person:create"):
        record(administrator, "city.person:create", None, object_type="x", object_id="1")
        with act(administrator, "city.grant:give"):
            record(administrator, "city.grant:give", None, object_type="x", object_id="2")
    assert AuditEntry.objects.values("act_id").distinct().count() == 1


def test_an_undeclared_act_fails_loudly(administrator: Viewer) -> None:
    with pytest.raises(LookupError), act(administrator, "city.nothing:there"):
        pass
    with pytest.raises(LookupError), act(administrator, "city.person:create"):
        record(administrator, "city.nothing:there", None)
    with pytest.raises(RuntimeError):
        record(administrator, "city.person:create", None)
    with pytest.raises(RuntimeError), act(administrator, "city.person:create"):
        record(ANONYMOUS, "city.person:create", None)


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_after_the_commit_and_not_before() -> None:
    from jichi.city.services import create_person

    viewer = system_viewer("setup")
    wake.wait(0)
    with pytest.raises(Invalid):
        create_person(viewer=viewer, name="")
    assert not wake.wait(0)
    create_person(viewer=viewer, name="山田")
    assert wake.wait(0)
    assert not wake.wait(0)
