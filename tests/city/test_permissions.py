"""The permission matrix: every role on every declared route, and the zones."""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client

from jichi.city import middleware
from jichi.city.access import Viewer
from jichi.city.models import Account, Department
from jichi.config import urls
from jichi.manifest import Role
from tests import permission_matrix as matrix
from tests.conftest import lasting_rows, make_city, make_department

from .permission_addresses import EMPTY_HANDED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def test_every_route_is_declared() -> None:
    assert matrix.undeclared() == []


def test_every_declared_route_exists() -> None:
    assert matrix.missing() == []


def test_every_route_with_arguments_has_an_address_for_the_matrix() -> None:
    assert matrix.without_address() == []


@pytest.fixture
def brief_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on a refusal is its status alone: its page is the same at each of some hundred addresses."""

    def refuse(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        return HttpResponse(status=404)

    monkeypatch.setattr(urls, "handler404", refuse)


@pytest.fixture
def one_viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who signed in is looked up once: nobody's grants change between the addresses of one test."""
    known: dict[int, Viewer] = {}
    look_up = middleware.viewer_for

    def viewer_for(account: Account) -> Viewer:
        if account.pk not in known:
            known[account.pk] = look_up(account)
        return known[account.pk]

    monkeypatch.setattr(middleware, "viewer_for", viewer_for)


@pytest.fixture(scope="module")
def urls_of_things(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[dict[str, str]]:
    """The address of each guarded route with things of the department named, which last for all roles."""
    found: dict[str, str] = {}

    def fill() -> None:
        make_city()
        owner = make_department(request.param)
        found.update((route.name, matrix.address(route.name, owner)) for route in matrix.guarded())

    for _ in lasting_rows(django_db_blocker, fill):
        yield found


def roles(among: Iterable[Role]) -> list[Any]:
    """Roles as parameters.

    What a role may is decided in Python; the second database is asked by one role of each kind, which between
    them come to every page.
    """
    everywhere = matrix.of_each_kind()
    return [
        pytest.param(role, marks=[] if role in everywhere else pytest.mark.one_database) for role in among
    ]


@pytest.mark.parametrize("role", Role)
def test_a_refusal_is_drawn_for_every_role(role: Role, department: Any) -> None:
    response = matrix.client_of(role, department).get("/absent/")
    assert response.status_code == 404
    assert b"<h1" in response.content


def admits(role: Role, department: Department, urls: dict[str, str], *, owned: bool) -> None:
    client = matrix.client_of(role, department)
    found, wanted = {}, {}
    for route in matrix.guarded():
        found[route.name] = matrix.answer(client, urls[route.name])
        wanted[route.name] = matrix.expected(route, role, owned=owned)
        if route.name in EMPTY_HANDED and wanted[route.name] == matrix.ADMITTED:
            wanted[route.name] = found[route.name] if found[route.name] == matrix.ADMITTED else matrix.REFUSED
    assert found == wanted


@pytest.mark.usefixtures("brief_refusals", "one_viewer")
@pytest.mark.parametrize("urls_of_things", ["kyodo"], indirect=True)
@pytest.mark.parametrize("role", roles(Role))
def test_each_route_admits_whom_the_manifest_names(
    role: Role, urls_of_things: dict[str, str], department: Department
) -> None:
    admits(role, department, urls_of_things, owned=True)


@pytest.mark.usefixtures("brief_refusals", "one_viewer")
@pytest.mark.parametrize("urls_of_things", ["bosai"], indirect=True)
@pytest.mark.parametrize("role", roles(sorted(matrix.OF_A_DEPARTMENT)))
def test_each_route_of_another_department_admits_whom_the_manifest_names(
    role: Role, urls_of_things: dict[str, str], department: Department
) -> None:
    """Who belongs to no department is as far from the one as from the other, and is not asked again."""
    admits(role, department, urls_of_things, owned=False)


@pytest.mark.parametrize("role", Role)
def test_the_administration_opens_for_administrators_only(role: Role, department: Any) -> None:
    found = {
        url: matrix.answer(matrix.client_of(role, department), url)
        for url in ("/admin/", "/admin/city/person/", "/admin/login/")
    }
    if role is Role.ADMINISTRATOR:
        assert set(found.values()) == {matrix.ADMITTED}
    else:
        refused = matrix.LED_TO_SIGN_IN if role is Role.ANYONE else matrix.REFUSED
        assert set(found.values()) == {refused}


@pytest.mark.usefixtures("brief_refusals")
def test_the_outer_zone_knows_no_inner_route(
    monkeypatch: pytest.MonkeyPatch, department: Any, client_as: Any
) -> None:
    administrator = client_as(Role.ADMINISTRATOR)
    monkeypatch.setattr(settings, "JICHI", dataclasses.replace(settings.JICHI, zone="outer"))
    inner = matrix.inner()
    assert inner
    for client in (Client(), administrator):
        statuses = {
            route.name: client.get(matrix.address(route.name, department)).status_code for route in inner
        }
        assert set(statuses.values()) == {404}, statuses
        assert client.get("/admin/").status_code == 404


def test_absent_and_forbidden_look_the_same(client_as: Any, administrator: Any) -> None:
    client = client_as(Role.AUDITOR)
    forbidden = client.get(f"/staff/people/{administrator.person_id}/")
    absent = client.get("/staff/people/00000000-0000-0000-0000-000000000000/")
    assert forbidden.status_code == absent.status_code == 404
    # The address itself stands in the page (as text, as QR code, in the links of languages).
    assert _without_address(forbidden, administrator.person_id) == _without_address(absent, uuid.UUID(int=0))


def _without_address(response: Any, pk: uuid.UUID) -> str:
    page = response.content.decode().replace(str(pk), "")
    return re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)


def test_nobody_is_told_by_the_sign_in_whether_a_page_exists() -> None:
    client = Client()
    absent = client.get("/staff/people/00000000-0000-0000-0000-000000000000/")
    assert absent.status_code == 302
    assert client.post("/staff/people/new/", {"name": "甲"}).status_code == 404
