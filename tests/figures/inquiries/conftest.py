"""People on both sides of an inquiry."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jichi.city.models import Grant
from jichi.directory.models import Place
from jichi.manifest import Role
from tests.conftest import make_account
from tests.plan.rich import applied

from .sample import office


@pytest.fixture
def offices(city):
    """Two bureaus with three sections, and the planning section."""
    first, second = office("kyoku-a", "市民局", "bureau"), office("kyoku-b", "教育局", "bureau")
    return SimpleNamespace(
        planning=office("kikaku", "企画課"),
        first=first,
        second=second,
        a=office("aoi", "青葉課", parent=first),
        b=office("beni", "紅花課", parent=first),
        c=office("cha", "茶畑課", parent=second),
    )


@pytest.fixture
def people(offices, viewer_as):
    """One of each role, at her office."""
    return SimpleNamespace(
        planner=viewer_as(Role.PLANNING_OFFICER),
        a=viewer_as(Role.OFFICER, offices.a),
        b=viewer_as(Role.OFFICER, offices.b),
        c=viewer_as(Role.OFFICER, offices.c),
        head_a=viewer_as(Role.SECTION_HEAD, offices.a),
        head_c=viewer_as(Role.SECTION_HEAD, offices.c),
        bureau=viewer_as(Role.BUREAU_HEAD, offices.first),
        other_bureau=viewer_as(Role.BUREAU_HEAD, offices.second),
        auditor=viewer_as(Role.AUDITOR),
        stranger=viewer_as(),
    )


@pytest.fixture
def plan(db):
    return applied()


@pytest.fixture
def place(offices):
    return Place.objects.create(key="kan", name="平和館", kind="museum", department=offices.c)


@pytest.fixture
def operator_account(place):
    """An account that operates the one place."""
    account = make_account(None)
    Grant.objects.create(
        person=account.person,
        role=Role.PLACE_OPERATOR,
        object_type="directory.place",
        object_id=str(place.pk),
        valid_from="2020-04-01",
    )
    return account
