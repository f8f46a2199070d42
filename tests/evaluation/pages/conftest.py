"""Browsers of everybody who has a part in an evaluation."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jichi.manifest import Role
from tests.evaluation.cycle.conftest import cycle, offices, plan, sheet

__all__ = ["clients", "cycle", "offices", "plan", "sheet"]


@pytest.fixture
def clients(offices, client_as):
    return SimpleNamespace(
        planner=client_as(Role.PLANNING_OFFICER),
        a=client_as(Role.OFFICER, offices.a),
        colleague=client_as(Role.OFFICER, offices.a),
        b=client_as(Role.OFFICER, offices.b),
        c=client_as(Role.OFFICER, offices.c),
        head_a=client_as(Role.SECTION_HEAD, offices.a),
        bureau=client_as(Role.BUREAU_HEAD, offices.first),
        auditor=client_as(Role.AUDITOR),
        reviewer=client_as(Role.EXTERNAL_REVIEWER),
        council=client_as(Role.COUNCIL_SECRETARIAT),
        account=client_as(),
    )
