"""The outer zone serves what a room declares public, and nothing else exists there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, clear_url_caches, get_resolver

from jichi.city import registry
from jichi.config import urls
from jichi.config.zones import is_served_outside
from jichi.manifest import Zone

OUTER = dataclasses.replace(settings.JICHI, zone="outer")


def named(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[tuple[str, str]]:
    """(view name, pattern) of every route."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from named(entry.url_patterns, inner)
        else:
            yield f"{namespace}{entry.name}", str(entry.pattern)


def test_every_route_is_declared_with_its_zone():
    undeclared = [
        f"{name} ({pattern})"
        for name, pattern in named(urls.build("all"))
        if registry.route_named(name) is None
    ]
    assert undeclared == []


def test_every_declared_route_exists():
    known = {name for name, _ in named(urls.build("all"))}
    spaces = {name.rpartition(":")[0] for name in known}
    declared = {route.name for room in registry.rooms() for route in room.routes}
    missing = {name for name in declared if name not in known and name.removesuffix(":*") not in spaces}
    # The address of the identity provider's answer exists only where one is set up.
    assert {name for name in missing if not name.startswith("openid_connect")} == set()


def test_the_outer_zone_routes_no_staff_and_no_administration():
    outside = dict(named(urls.build("outer")))
    assert not [name for name in outside if name.startswith(("admin:", "account_", "mfa_"))]
    for name in outside:
        route = registry.route_named(name)
        # What is routed and not public is refused by the middleware; nothing of it may be a staff page.
        assert (
            route is None
            or route.zone is Zone.PUBLIC
            or not name.startswith(("staff", "workbench", "people"))
        )


@pytest.fixture
def outside(db: None) -> Iterator[Client]:
    """A client of the outer zone, with its own routes."""
    with override_settings(JICHI=OUTER, ROOT_URLCONF="tests.config.outer_urls"):
        clear_url_caches()
        yield Client()
    clear_url_caches()


@pytest.mark.parametrize(
    "address", ["/admin/", "/accounts/login/", "/staff/", "/staff/people/", "/en/staff/", "/undeclared/"]
)
def test_what_is_not_public_is_absent_outside(outside: Client, address: str):
    assert outside.get(address).status_code == 404


def test_what_is_public_is_served_outside(outside: Client, city):
    assert outside.get("/").status_code == 200
    assert outside.get("/livez").status_code == 200


def test_a_route_that_nobody_declared_is_refused_by_default(outside: Client):
    assert get_resolver("tests.config.outer_urls").resolve("/undeclared/").view_name == "undeclared"
    assert outside.get("/undeclared/").status_code == 404
    assert not is_served_outside("undeclared")
    assert not is_served_outside(None)
