"""A route and those who act on it."""

from __future__ import annotations

import pytest

from jichi.city.models import Department
from jichi.office.models import Approval
from tests.conftest import ViewerMaker

from .putting import Holders, load, put_up


@pytest.fixture
def holders(viewer_as: ViewerMaker, department: Department, other_department: Department) -> Holders:
    """The route, and the people of its steps."""
    load()
    return Holders(viewer_as, department)


@pytest.fixture
def approval(holders: Holders, department: Department) -> Approval:
    """An approval that waits for the section head."""
    return put_up(holders.drafter, department)
