"""Every role on every route, generated from the manifest: what each room declares is what is tested.

A room gives the addresses of its routes that take arguments in ``tests/<room>/permission_addresses.py``::

    ADDRESSES = {"node-edit": lambda owner: {"plan_key": …, "code": …}}

Each value is called inside the test with the department that is to own the thing (or None: the thing has no
owner) and answers with the route's arguments. A route with arguments that gives none fails the matrix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from jichi.city import registry
from jichi.city.models import Department
from jichi.manifest import Reach, Role, Route, Zone
from tests.conftest import make_account

Address = Callable[[Department | None], dict[str, Any]]

# Roles that belong to a department, and are granted for one.
OF_A_DEPARTMENT = frozenset({Role.OFFICER, Role.SECTION_HEAD, Role.BUREAU_HEAD})


@cache
def declared() -> dict[str, Route]:
    """Every declared route by its name."""
    return {route.name: route for room in registry.rooms() for route in room.routes}


@dataclass(frozen=True, slots=True)
class Routed:
    """A route as Django has it: its name, and whether its address needs arguments."""

    name: str
    needs_arguments: bool


@cache
def routed() -> list[Routed]:
    """Every route of the installation, with those of libraries."""
    return sorted(set(_walk(get_resolver())), key=lambda one: one.name)


def _walk(resolver: URLResolver, namespace: str = "", arguments: bool = False) -> Iterator[Routed]:
    for pattern in resolver.url_patterns:
        inner = arguments or bool(pattern.pattern.regex.groups)
        if isinstance(pattern, URLResolver):
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, below, inner)
        elif isinstance(pattern, URLPattern):
            yield Routed(f"{namespace}{pattern.name or pattern.lookup_str}", inner)


def undeclared() -> list[str]:
    """Routes that work and that no room declared."""
    return [one.name for one in routed() if registry.route_named(one.name) is None]


def missing() -> list[str]:
    """Routes that a room declared and that do not exist."""
    names = {one.name for one in routed()}
    spaces = {name.rpartition(":")[0] for name in names if ":" in name}
    return [
        name
        for name in declared()
        if name not in names and not (name.endswith(":*") and name.removesuffix(":*") in spaces)
    ]


@cache
def addresses() -> dict[str, Address]:
    """The arguments of routes, from every room's tests."""
    found: dict[str, Address] = {}
    for room in registry.rooms():
        module = f"tests.{room.key}.permission_addresses"
        if find_spec(f"tests.{room.key}") is not None and find_spec(module) is not None:
            found |= import_module(module).ADDRESSES
    return found


def without_address() -> list[str]:
    """Routes of the inner zone or of an action that need arguments, and whose room's tests give none."""
    known, routes = addresses(), declared()
    return [
        one.name
        for one in routed()
        if one.needs_arguments
        and one.name not in known
        and one.name in routes
        and (routes[one.name].action is not None or routes[one.name].zone is Zone.INNER)
    ]


def address(name: str, owner: Department | None) -> str:
    """The address of a route, with arguments of a thing that ``owner`` owns."""
    make = addresses().get(name)
    return reverse(name, kwargs=make(owner) if make is not None else {})


def addressable() -> list[Route]:
    """The declared routes the matrix can go to: no namespaces, and none that :func:`without_address` tells of."""
    unknown = set(without_address())
    return [
        route for route in declared().values() if route.name not in unknown and not route.name.endswith(":*")
    ]


def guarded() -> list[Route]:
    """Those that need an action."""
    return [route for route in addressable() if route.action is not None]


def inner() -> list[Route]:
    """Those of the inner zone."""
    return [route for route in addressable() if route.zone is Zone.INNER]


def may(role: Role, action: str, *, owned: bool) -> bool:
    """What the manifest promises: whether a holder of ``role`` may do ``action``, to a thing of hers or not."""
    roles = registry.action(action).roles
    if {Role.ANYONE, Role.ACCOUNT_HOLDER} & roles.keys():
        return Role.ANYONE in roles or role is not Role.ANYONE
    reach = roles.get(role)
    return reach is Reach.CITY or (reach is Reach.OWN_DEPARTMENT and (owned or role not in OF_A_DEPARTMENT))


def of_each_kind() -> frozenset[Role]:
    """Roles that between them come to every declared page: one of each reach, and whom a page is for alone."""
    chosen = {Role.ANYONE, Role.ACCOUNT_HOLDER, Role.OFFICER, Role.PLANNING_OFFICER, Role.ADMINISTRATOR}
    for route in declared().values():
        admitted = [role for role in Role if route.action and may(role, route.action, owned=True)]
        if admitted and chosen.isdisjoint(admitted):
            chosen.add(admitted[0])
    return frozenset(chosen)


def client_of(role: Role, department: Department) -> Client:
    """A browser of somebody with that role: nobody, an account without role, or one grant."""
    client = Client()
    if role is Role.ANYONE:
        return client
    granted = None if role is Role.ACCOUNT_HOLDER else role
    client.force_login(make_account(granted, department if role in OF_A_DEPARTMENT else None))
    return client


REFUSED, LED_TO_SIGN_IN, ADMITTED = "refused", "led to sign-in", "admitted"


def answer(client: Client, url: str) -> str:
    """What a GET came to. Anything that is neither admitted nor properly refused is shown as its status."""
    response = client.get(url)
    if response.status_code == 404:
        return REFUSED
    if response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/?next="):
        return LED_TO_SIGN_IN
    # 302: done or sent on; 405: only a POST is answered; both came past the permission.
    return ADMITTED if response.status_code in {200, 302, 405} else f"status {response.status_code}"


def expected(route: Route, role: Role, *, owned: bool) -> str:
    """What the manifest makes of this role on this route, for a thing of hers or (``owned`` false) another's.

    A route without arguments is a list or a form: it shows each her own things, whoever is asked about.
    """
    assert route.action is not None
    if may(role, route.action, owned=owned or route.name not in addresses()):
        return ADMITTED
    return LED_TO_SIGN_IN if role is Role.ANYONE and route.zone is Zone.INNER else REFUSED
