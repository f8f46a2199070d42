"""How far a grant for a department carries, before, on and after a reorganisation."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.city.access import Viewer
from jichi.city.models import Department, DepartmentSuccession, Grant, Person, Ward
from jichi.city.reach import Office, Offices
from jichi.city.viewers import viewer_for
from jichi.manifest import Role
from tests.conftest import make_account

DAY = datetime.date(2026, 4, 1)
BUREAU, SECTION, OTHER, NEW, SPLIT = 1, 2, 3, 4, 5


def offices(successions: list[tuple[int, int]], **parents: int) -> Offices:
    rows = [
        Office(id=BUREAU),
        Office(id=SECTION, parent=BUREAU),
        Office(id=OTHER),
        Office(id=NEW, parent=OTHER),
        Office(id=SPLIT, parent=BUREAU),
    ]
    return Offices(rows, successions)


def test_a_grant_reaches_what_stands_below() -> None:
    assert offices([]).covered_by(BUREAU) == {BUREAU, SECTION, SPLIT}
    assert offices([]).covered_by(SECTION) == {SECTION}


def test_work_that_moved_leaves_the_former_bureau_and_enters_the_new_one() -> None:
    moved = offices([(SECTION, NEW)])
    assert moved.covered_by(BUREAU) == {BUREAU, SPLIT}
    assert moved.covered_by(OTHER) == {OTHER, NEW, SECTION}


def test_the_officers_of_an_office_keep_its_work_and_the_new_office_sees_the_old_rows() -> None:
    moved = offices([(SECTION, NEW)])
    assert moved.covered_by(SECTION) == {SECTION, NEW}
    assert moved.covered_by(NEW) == {SECTION, NEW}


def test_after_a_split_each_half_sees_the_old_rows_but_not_the_other_half() -> None:
    split = offices([(SECTION, NEW), (SECTION, SPLIT)])
    assert split.covered_by(NEW) == {SECTION, NEW}
    assert split.covered_by(SPLIT) == {SECTION, SPLIT}
    assert split.covered_by(SECTION) == {SECTION, NEW, SPLIT}


def test_a_ward_office_reaches_what_belongs_to_its_ward() -> None:
    rows = [
        Office(id=1, ward=7, is_ward_office=True),
        Office(id=2, ward=7),
        Office(id=3, ward=8),
        Office(id=4, parent=2),
    ]
    assert Offices(rows, []).covered_by(1) == {1, 2, 4}


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=10),
    st.lists(st.one_of(st.none(), st.integers(1, 6)), min_size=6, max_size=6),
    st.integers(1, 6),
)
def test_circles_never_hang_and_a_grant_always_reaches_its_own_department(
    successions: list[tuple[int, int]], parents: list[int | None], granted: int
) -> None:
    rows = [Office(id=number + 1, parent=parent) for number, parent in enumerate(parents)]
    covered = Offices(rows, successions).covered_by(granted)
    assert granted in covered
    assert covered <= {1, 2, 3, 4, 5, 6}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "roles"),
    [
        (DAY - datetime.timedelta(days=1), set()),
        (DAY, {Role.AUDITOR}),
        (DAY + datetime.timedelta(days=30), {Role.AUDITOR}),
        (DAY + datetime.timedelta(days=31), set()),
    ],
)
def test_a_grant_holds_from_its_first_to_its_last_day(day: datetime.date, roles: set[Role]) -> None:
    account = make_account(None)
    Grant.objects.create(
        person=account.person,
        role=Role.AUDITOR,
        valid_from=DAY,
        valid_to=DAY + datetime.timedelta(days=30),
    )
    assert viewer_for(account, on=day).roles - {Role.ANYONE, Role.ACCOUNT_HOLDER} == roles


def _reach(viewer: Viewer) -> set[int]:
    return {pk for grant in viewer.grants for pk in grant.departments}


@pytest.mark.django_db
def test_a_succession_counts_from_its_day(department: Department, other_department: Department) -> None:
    account = make_account(Role.OFFICER, department)
    DepartmentSuccession.objects.create(predecessor=department, successor=other_department, on=DAY)
    assert _reach(viewer_for(account, on=DAY - datetime.timedelta(days=1))) == {department.pk}
    assert _reach(viewer_for(account, on=DAY)) == {department.pk, other_department.pk}


@pytest.mark.django_db
def test_a_ward_officer_reaches_the_ward_offices_sections() -> None:
    ward = Ward.objects.create(key="umi", code="999997", name="海区", order=1)
    office = Department.objects.create(key="umi", name="海区役所", kind="ward_office", ward=ward)
    section = Department.objects.create(key="umi-kikaku", name="企画課", kind="section", parent=office)
    account = make_account(Role.OFFICER, office)
    assert _reach(viewer_for(account)) == {office.pk, section.pk}


@pytest.mark.django_db
def test_a_closed_account_is_anybody() -> None:
    account = make_account(Role.ADMINISTRATOR)
    account.is_active = False
    assert viewer_for(account).is_anonymous


@pytest.mark.django_db
def test_a_grant_for_one_object_reaches_that_object_only() -> None:
    first, second = Person.objects.create(name="甲"), Person.objects.create(name="乙")
    account = make_account(None)
    Grant.objects.create(
        person=account.person,
        role=Role.ADMINISTRATOR,
        object_type="city.person",
        object_id=str(first.pk),
        valid_from=DAY,
    )
    viewer = viewer_for(account, on=DAY)
    assert viewer.can("city.person:create", first)
    assert not viewer.can("city.person:create", second)
    assert viewer.departments_for("city.person:create") == frozenset()
