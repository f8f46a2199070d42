"""What is expected when, what is late, who is told, and the state of every figure of a plan."""

from __future__ import annotations

import datetime
import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.city.access import ANONYMOUS
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.figures.models import Binding
from jichi.figures.queries import (
    Placed,
    State,
    corrections_for,
    due_date,
    expected_years,
    late_for,
    publicity,
    state_of_figures_for,
)
from jichi.figures.services import (
    Value,
    add_definition,
    add_evidence,
    decide_binding,
    enter_changed,
    publish_values,
    set_publicity,
)
from jichi.figures.staff.duties import late_waiting, missing_waiting
from jichi.manifest import Role
from jichi.plan.models import Indicator, Node, Plan, ProjectFigure, Series
from tests.plan.growing import grow

DAY = datetime.date(2025, 1, 1)


@pytest.fixture
def plan(db) -> Plan:
    return grow(1)


@pytest.fixture
def series(plan) -> Series:
    return Series.objects.get()


@pytest.fixture
def figure(plan) -> ProjectFigure:
    return ProjectFigure.objects.get()


def bind(viewer: Any, due: tuple[int, int] | None = (6, 30), **facts: Any) -> Binding:
    month, day = due or (None, None)
    facts = {"source_kind": "register", "due_month": month, "due_day": day, **facts}
    valid_from = facts.pop("valid_from", datetime.date(2022, 4, 1))
    return decide_binding(
        viewer=viewer, valid_from=valid_from, decided_on=datetime.date(2022, 3, 1), decision="決裁", **facts
    )


def enter(viewer: Any, year: int, number: str | None, *, publish: bool = True, **facts: Any) -> None:
    value = Value(
        fiscal_year=year,
        value=None if number is None else Decimal(number),
        **{"note": "" if number else "中止", **facts},
    )
    evidence = add_evidence(viewer=viewer, title="年報")
    rows = enter_changed(viewer=viewer, values=[value], evidence=evidence, reason="訂正").rows
    if publish:
        publish_values(viewer=viewer, observation_ids=[row.pk for row in rows])


def late_years(viewer: Any, day: datetime.date = DAY) -> list[int]:
    return [late.year for late in late_for(viewer, day)]


# --- late -----------------------------------------------------------------------------------------------------
def test_a_year_is_late_when_its_day_has_passed_without_value_or_reason(planning_officer, series):
    bind(planning_officer, series=series)
    assert late_years(planning_officer, datetime.date(2023, 6, 30)) == [], "the due day itself still counts"
    assert late_years(planning_officer, datetime.date(2023, 7, 1)) == [2022]
    assert late_years(planning_officer) == [2022, 2023]
    enter(planning_officer, 2022, "59", series=series)
    enter(planning_officer, 2023, None, series=series)
    assert late_years(planning_officer) == [], "an explained gap is an answer"
    assert late_years(planning_officer, datetime.date(2030, 1, 1)) == [2024, 2025]


def test_without_a_due_date_nothing_is_late(planning_officer, series):
    bind(planning_officer, due=None, series=series)
    assert late_years(planning_officer, datetime.date(2030, 1, 1)) == []


def test_a_due_date_counts_from_the_day_its_binding_holds(planning_officer, series):
    bind(planning_officer, due=None, series=series)
    bind(planning_officer, series=series, valid_from=datetime.date(2023, 9, 1))
    assert late_years(planning_officer) == [2023]


def test_a_figure_not_measured_every_year_is_expected_only_in_its_years(planning_officer, series, figure):
    bind(planning_officer, series=series, every_years=3, first_year=2020)
    bind(planning_officer, figure=figure)
    late = late_for(planning_officer, datetime.date(2030, 1, 1))
    assert [(row.placed.key[0], row.year) for row in late] == [("series", 2023), ("number", 2023)], (
        "the number has one target, in FY2023"
    )


def test_a_plan_that_was_followed_by_another_expects_nothing_more(planning_officer, plan, series):
    bind(planning_officer, series=series)
    Plan.objects.update(superseded_on=datetime.date(2024, 4, 1))
    assert late_years(planning_officer, datetime.date(2030, 1, 1)) == [2022, 2023]


def test_everyone_is_told_only_once_the_city_says_so_and_of_what_is_published(
    planning_officer, viewer_as, series
):
    bind(planning_officer, series=series)
    enter(planning_officer, 2022, "59", publish=False, series=series)
    assert late_years(ANONYMOUS) == late_years(viewer_as(None)) == []
    set_publicity(viewer=planning_officer, version=1, shows_late=True)
    assert late_years(ANONYMOUS) == [2022, 2023]
    assert late_years(planning_officer) == [2023], "a value that waits for publication is there"
    assert late_years(viewer_as(Role.AUDITOR)) == [2023]


def test_a_draft_is_late_for_nobody(planning_officer, db):
    grow(1, key="draft", publish=False)
    Plan.objects.update(adopted_on=None)
    bind(planning_officer, series=Series.objects.get())
    assert late_years(planning_officer) == []


def test_publicity_is_set_by_the_planning_office_and_not_behind_ones_back(planning_officer, viewer_as, db):
    with pytest.raises(NotAllowed):
        set_publicity(viewer=viewer_as(Role.ADMINISTRATOR), version=1, shows_late=True)
    with pytest.raises(Invalid):
        set_publicity(viewer=planning_officer, version=1, least_cell=0)
    row = set_publicity(viewer=planning_officer, version=1, shows_late=True, least_cell=5)
    assert (row.version, publicity().shows_late, publicity().least_cell) == (2, True, 5)
    assert AuditEntry.objects.latest("pk").fields == {"shows_late": [False, True], "least_cell": [10, 5]}
    with pytest.raises(Conflict):
        set_publicity(viewer=planning_officer, version=1, shows_late=False)


def test_the_office_of_the_binding_answers_otherwise_that_of_the_plan(
    planning_officer, series, department, other_department
):
    Indicator.objects.update(department=other_department)
    bind(planning_officer, series=series)
    assert {late.department for late in late_for(planning_officer, DAY)} == {other_department}
    bind(planning_officer, series=series, department=department)
    assert {late.department for late in late_for(planning_officer, DAY)} == {department}


@given(
    month=st.integers(1, 12), day=st.integers(1, 31), years=st.integers(0, 5), year=st.integers(1990, 2100)
)
def test_a_due_date_is_always_a_day_of_its_month(month, day, years, year):
    found = due_date(Binding(due_month=month, due_day=day, due_years=years), year)
    assert found is not None and (found.year, found.month) == (year + years, month)
    assert found.day == day or (found + datetime.timedelta(days=1)).day == 1


@given(
    first=st.integers(2000, 2030),
    length=st.integers(0, 12),
    every=st.integers(1, 7),
    anchor=st.none() | st.integers(1990, 2040),
)
def test_expected_years_lie_in_the_plan_and_are_evenly_apart(first, length, every, anchor):
    plan = Plan(first_year=first, last_year=first + length)
    placed = Placed(subject=Series(pk=1), plan=plan, node=Node())
    years = expected_years(placed, Binding(every_years=every, first_year=anchor))
    assert all(first <= year <= first + length and year >= (anchor or first) for year in years)
    assert all(later - earlier == every for earlier, later in itertools.pairwise(years))
    if anchor is None or first <= anchor <= first + length:
        assert years and years[0] == max(first, anchor or first)


# --- states -------------------------------------------------------------------------------------------------
def state(viewer: Any, plan: Plan, kind: str = "series", day: datetime.date = DAY) -> Any:
    return next(row for row in state_of_figures_for(viewer, plan, day) if row.placed.key[0] == kind)


def test_every_figure_of_the_plan_has_a_state(planning_officer, plan, series):
    rows = state_of_figures_for(ANONYMOUS, plan, DAY)
    assert [(row.placed.key[0], row.state, row.binding) for row in rows] == [
        ("series", State.NOT_LOADED, None),
        ("number", State.NOT_LOADED, None),
    ]
    assert rows[0].expected == (2022, 2023, 2024, 2025) and rows[1].expected == (2023,)
    assert rows[0].placed.node.code == "1-1" and rows[0].latest is None


def test_what_is_not_yet_due_is_told_apart_from_what_is_not_loaded(planning_officer, plan, series):
    assert state(ANONYMOUS, plan, day=datetime.date(2022, 4, 1)).state is State.NOT_DUE
    bind(planning_officer, series=series)
    found = state(planning_officer, plan, day=datetime.date(2022, 5, 1))
    assert (found.state, found.next_due) == (State.NOT_DUE, datetime.date(2023, 6, 30))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"number": "59"}, State.KNOWN),
        ({"number": "59", "coverage": (61, 64)}, State.PARTIAL),
        ({"number": "59", "coverage": (64, 64)}, State.KNOWN),
        ({"number": "59", "status": "provisional"}, State.PROVISIONAL),
        ({"number": None}, State.NOT_RUN),
    ],
)
def test_the_state_follows_the_newest_value(planning_officer, plan, series, facts, expected):
    number = facts.pop("number")
    enter(planning_officer, 2023, number, series=series, **facts)
    found = state(ANONYMOUS, plan)
    assert found.state is expected and found.known_years == (2023,)


def test_a_corrected_a_broken_and_a_late_figure(planning_officer, plan, series):
    enter(planning_officer, 2022, "59", series=series)
    enter(planning_officer, 2022, "60", series=series)
    assert state(ANONYMOUS, plan).state is State.CORRECTED
    add_definition(viewer=planning_officer, series=series, code="1", counts="前")
    add_definition(
        viewer=planning_officer, series=series, code="2", counts="後", first_year=2023, break_reason="変更"
    )
    enter(planning_officer, 2023, "70", definition="2", series=series)
    assert state(ANONYMOUS, plan).state is State.BROKEN
    bind(planning_officer, series=series, definition="2")
    late = state(planning_officer, plan, day=datetime.date(2025, 9, 1))
    assert (late.state, late.late_years) == (State.LATE, (2024,))
    assert State.BROKEN in late.states
    assert State.LATE not in state(ANONYMOUS, plan, day=datetime.date(2025, 9, 1)).states


def test_a_value_entered_by_hand_beside_its_source_is_marked(planning_officer, plan, series):
    bind(planning_officer, series=series, via="inquiry", source_key="kanyu")
    enter(planning_officer, 2023, "59", series=series)
    assert state(planning_officer, plan).outside_binding


def test_unpublished_values_are_no_state_for_everyone(planning_officer, plan, series):
    enter(planning_officer, 2023, "59", publish=False, series=series)
    assert state(ANONYMOUS, plan).state is State.NOT_LOADED
    assert state(planning_officer, plan).state is State.KNOWN


def test_the_state_of_600_projects_takes_few_queries(planning_officer, plan, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        state_of_figures_for(planning_officer, plan, DAY)


# --- corrections ---------------------------------------------------------------------------------------------
def test_corrections_are_listed_with_what_stood_and_why(planning_officer, series):
    enter(planning_officer, 2022, "59", series=series)
    enter(planning_officer, 2022, "60", series=series)
    enter(planning_officer, 2023, "61", series=series)
    [found] = corrections_for(ANONYMOUS)
    assert found.before is not None
    assert (found.before.value, found.after.value, found.reason) == (Decimal(59), Decimal(60), "訂正")
    assert not found.makes_final


def test_what_everyone_never_saw_is_no_correction_for_everyone(planning_officer, series):
    enter(planning_officer, 2022, "59", publish=False, series=series)
    enter(planning_officer, 2022, "60", series=series)
    [public] = corrections_for(ANONYMOUS)
    assert public.before is None, "the unpublished first value stays inside"
    enter(planning_officer, 2022, "61", publish=False, series=series)
    assert [row.after.revision for row in corrections_for(ANONYMOUS)] == [2]
    assert [row.after.revision for row in corrections_for(planning_officer)] == [3, 2]


def test_from_provisional_to_final_is_told_apart(planning_officer, series):
    enter(planning_officer, 2022, "59", status="provisional", series=series)
    enter(planning_officer, 2022, "59", status="final", series=series)
    assert corrections_for(ANONYMOUS)[0].makes_final


def test_corrections_of_a_draft_stay_inside(planning_officer, db):
    grow(1, key="draft", publish=False)
    series = Series.objects.get()
    enter(planning_officer, 2022, "59", series=series)
    enter(planning_officer, 2022, "60", series=series)
    assert corrections_for(ANONYMOUS) == [] and len(corrections_for(planning_officer)) == 1


# --- duties --------------------------------------------------------------------------------------------------
def test_what_is_late_waits_for_its_office_once(
    viewer_as, planning_officer, series, department, other_department
):
    Indicator.objects.update(department=department)
    mine, other = viewer_as(Role.OFFICER, department), viewer_as(Role.OFFICER, other_department)
    assert [item.detail for item in missing_waiting(mine)] and not list(late_waiting(mine))
    bind(planning_officer, series=series)
    [item] = late_waiting(mine)
    assert (item.due, item.url) == ("2023-06-30", f"/staff/figures/series/{series.pk}/")
    assert not list(missing_waiting(mine)), "a figure with a due date does not wait twice"
    assert not list(late_waiting(other)) and not list(late_waiting(viewer_as(Role.AUDITOR)))
    assert [row.due for row in late_waiting(planning_officer)] == ["2023-06-30"]
