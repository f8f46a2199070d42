"""An evaluation with the sample city's own form, whose sheets lie with two offices."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from jichi.city.viewers import system_viewer
from jichi.evaluation.services import opening
from jichi.manifest import Role
from jichi.sheets.services import create_form
from tests.evaluation.cycle.sample import belonging, office, prepared
from tests.plan.rich import applied

PACKS = Path("src/jichi/packs")


def form_of(pack: str, key: str) -> dict:
    """A form's definition as its pack has it."""
    return json.loads((PACKS / pack / "forms" / f"{key}.json").read_text(encoding="utf-8"))["definition"]


def opened_with_forms(plan, year=2023, **facts):
    """An open evaluation that follows the sample city's form."""
    viewer = system_viewer("demo")
    row = prepared(plan, year, **facts)
    return opening.open_cycle(viewer=viewer, cycle_id=row.pk, version=row.version)


@pytest.fixture
def form(city):
    return create_form(
        viewer=system_viewer("demo"),
        key="hyoka-jigyo",
        room="evaluation",
        definition=form_of("mihon", "hyoka-jigyo"),
    )


@pytest.fixture
def offices(city):
    bureau = office("kyoku-a", "市民局", "bureau")
    return SimpleNamespace(
        planning=office("kikaku", "企画課"),
        a=office("aoi", "青葉課", parent=bureau),
        c=office("cha", "茶畑課"),
    )


@pytest.fixture
def people(offices, viewer_as):
    return SimpleNamespace(
        planner=viewer_as(Role.PLANNING_OFFICER),
        a=viewer_as(Role.OFFICER, offices.a),
        colleague=viewer_as(Role.OFFICER, offices.a),
        c=viewer_as(Role.OFFICER, offices.c),
        head_a=viewer_as(Role.SECTION_HEAD, offices.a),
        auditor=viewer_as(Role.AUDITOR),
        reviewer=viewer_as(Role.EXTERNAL_REVIEWER),
    )


@pytest.fixture
def plan(offices):
    """Projects 1-1-01 and 1-1-02 are section a's, 1-2-01 is section c's."""
    found = applied()
    belonging(found, {"1-1-01": offices.a, "1-1-02": offices.a, "1-2-01": offices.c})
    return found


@pytest.fixture
def cycle(form, plan, offices):
    """The yearly evaluation of 2023, open."""
    return opened_with_forms(plan, department_id=offices.planning.pk, instructions="根拠を書いてください。")
