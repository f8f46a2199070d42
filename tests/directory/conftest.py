"""Rows of the directory for its tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jichi.city.models import Department, Ward
from jichi.directory.models import Body, Organisation, Place


@pytest.fixture
def ward(db: None) -> Ward:
    """A ward of the city."""
    return Ward.objects.get_or_create(
        key="asahi-no", defaults={"code": "991101", "name": "あさひ野区", "order": 1}
    )[0]


@pytest.fixture
def operator(db: None) -> Organisation:
    """Somebody who runs places."""
    return Organisation.objects.create(key="shien", name="NPO法人 見本まちの支援", kind="npo")


@pytest.fixture
def place(ward: Ward, operator: Organisation, department: Department) -> Place:
    """A place of the department, run by the operator."""
    return Place.objects.create(
        key="centre",
        name="市民活動センター",
        kind="civic_centre",
        ward=ward,
        operator=operator,
        department=department,
        step_free=True,
        toilet=False,
        translations={"en": {"name": "Civic Activity Centre"}},
    )


@pytest.fixture
def body(department: Department) -> Body:
    """A council that the department looks after."""
    return Body.objects.create(
        key="shingikai", name="協働推進審議会", kind="attached", department=department, seats=10
    )


Form = Callable[[Any], dict[str, Any]]


@pytest.fixture
def form_of() -> Form:
    """What a browser would send back from the form of a page."""

    def read(response: Any) -> dict[str, Any]:
        found = {bound.html_name: bound.value() for bound in response.context["form"]}
        return {name: "" if value is None else value for name, value in found.items()}

    return read
