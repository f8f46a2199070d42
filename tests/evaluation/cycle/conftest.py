"""People on all sides of an evaluation, and a small plan whose projects belong to two bureaus."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jichi.manifest import Role
from tests.plan.rich import applied

from .sample import belonging, office, opened, sheet_of


@pytest.fixture
def offices(city):
    first, second = office("kyoku-a", "市民局", "bureau"), office("kyoku-b", "文化局", "bureau")
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
    return SimpleNamespace(
        planner=viewer_as(Role.PLANNING_OFFICER),
        other_planner=viewer_as(Role.PLANNING_OFFICER),
        a=viewer_as(Role.OFFICER, offices.a),
        colleague=viewer_as(Role.OFFICER, offices.a),
        b=viewer_as(Role.OFFICER, offices.b),
        c=viewer_as(Role.OFFICER, offices.c),
        head_a=viewer_as(Role.SECTION_HEAD, offices.a),
        other_head=viewer_as(Role.SECTION_HEAD, offices.a),
        head_c=viewer_as(Role.SECTION_HEAD, offices.c),
        bureau=viewer_as(Role.BUREAU_HEAD, offices.first),
        other_bureau=viewer_as(Role.BUREAU_HEAD, offices.second),
        auditor=viewer_as(Role.AUDITOR),
        reviewer=viewer_as(Role.EXTERNAL_REVIEWER),
        council=viewer_as(Role.COUNCIL_SECRETARIAT),
        stranger=viewer_as(),
    )


@pytest.fixture
def plan(offices):
    """Projects 1-1-01 and 1-1-02 are the first bureau's, 1-2-01 the second's; measure 1-1 is section a's."""
    found = applied()
    belonging(
        found,
        {"1-1-01": offices.a, "1-1-02": offices.b, "1-2-01": offices.c, "1-1": offices.a, "1-2": offices.c},
    )
    return found


@pytest.fixture
def cycle(plan, offices):
    """The yearly evaluation of 2023, open."""
    return opened(plan, department_id=offices.planning.pk)


@pytest.fixture
def sheet(cycle):
    """The sheet of section a's project."""
    return sheet_of(cycle, "1-1-01")
