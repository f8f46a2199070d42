"""Values by ward and group: every cell kept, small ones and their guards hidden, one sign for both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.city.access import ANONYMOUS
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.figures.models import Breakdown, Cell, Observation
from jichi.figures.queries.breakdowns import breakdowns_for, breakdowns_of
from jichi.figures.services import Value, add_evidence, enter_values, publish_values, set_publicity
from jichi.figures.services.breakdowns import CellValue, CutValues, store_breakdown, store_breakdowns
from jichi.figures.services.protection import Case, protect
from jichi.manifest import Role
from jichi.plan.models import Indicator, Series
from tests.plan.growing import grow


@pytest.fixture
def series(db: None) -> Series:
    grow(1)
    return Series.objects.get()


def observe(
    viewer: Any, series: Series, number: int | str, *, publish: bool = True, **facts: Any
) -> Observation:
    value = Value(series=series, fiscal_year=2022, value=Decimal(number), **{"quantity": "flow", **facts})
    evidence = add_evidence(viewer=viewer, title="照会")
    [row] = enter_values(viewer=viewer, values=[value], evidence=evidence)
    if publish:
        publish_values(viewer=viewer, observation_ids=[row.pk])
    row.refresh_from_db()
    return row


def by(dimensions: tuple[str, ...] = ("ward",), **cells: Any) -> CutValues:
    return CutValues(
        dimensions=dimensions,
        cells=[
            CellValue(key=tuple(name.split("_")), value=None if number is None else Decimal(number))
            for name, number in cells.items()
        ],
    )


def store(viewer: Any, row: Observation, cut: CutValues) -> Breakdown:
    return store_breakdown(viewer=viewer, observation=row, dimensions=cut.dimensions, cells=cut.cells)


def shown(viewer: Any, row: Observation, place: int = 0) -> dict[Any, Any]:
    cut = breakdowns_for(viewer, row)[place]
    return {"_".join(cell.key): ("×" if cell.is_hidden else int(cell.value)) for cell in cut.cells}


def test_large_cells_are_shown_with_their_total(planning_officer, series):
    row = observe(planning_officer, series, 100)
    stored = store(planning_officer, row, by(kita=40, minami=60))
    assert shown(ANONYMOUS, row) == {"": 100, "kita": 40, "minami": 60}
    assert (stored.least_cell, stored.number, stored.links) == (10, 1, ["ward"]) and stored.method


def test_a_small_cell_is_hidden_and_another_one_with_it(planning_officer, series):
    row = observe(planning_officer, series, 110)
    store(planning_officer, row, by(kita=40, minami=66, higashi=4))
    seen = shown(ANONYMOUS, row)
    assert seen["higashi"] == "×" and seen[""] == 110
    assert list(seen.values()).count("×") >= 2, "one hidden cell could be computed from the total"
    for cell in breakdowns_for(ANONYMOUS, row)[0].cells:
        assert not cell.is_hidden or (cell.value, cell.n) == (None, None)


def test_a_cell_that_counts_none_may_be_shown(planning_officer, series):
    row = observe(planning_officer, series, 100)
    store(planning_officer, row, by(kita=40, minami=60, higashi=0))
    assert shown(ANONYMOUS, row)["higashi"] == 0


def test_the_city_sets_how_small_is_small_and_a_stored_cut_keeps_its_threshold(planning_officer, series):
    set_publicity(viewer=planning_officer, version=1, least_cell=3)
    row = observe(planning_officer, series, 110)
    store(planning_officer, row, by(kita=40, minami=66, higashi=4))
    assert "×" not in shown(ANONYMOUS, row).values()
    set_publicity(viewer=planning_officer, version=2, least_cell=20)
    assert breakdowns_for(ANONYMOUS, row)[0].least_cell == 3
    assert "×" not in shown(ANONYMOUS, row).values()


def test_those_who_may_read_the_rows_see_all_of_their_department(
    planning_officer, viewer_as, department, other_department, series
):
    Indicator.objects.update(department=department)
    series.refresh_from_db()
    row = observe(planning_officer, Series.objects.get(), 110)
    store(planning_officer, row, by(kita=40, minami=66, higashi=4))
    for viewer in (planning_officer, viewer_as(Role.OFFICER, department), viewer_as(Role.AUDITOR)):
        [cut] = breakdowns_for(viewer, row)
        assert cut.sees_all and cut.hidden >= 2
        assert {"_".join(c.key): c.value for c in cut.cells}["higashi"] == 4
    for viewer in (ANONYMOUS, viewer_as(None), viewer_as(Role.OFFICER, other_department)):
        [cut] = breakdowns_for(viewer, row)
        assert not cut.sees_all and {"_".join(c.key): c.value for c in cut.cells}["higashi"] is None


def test_cuts_of_an_unpublished_value_stay_inside(planning_officer, viewer_as, series):
    row = observe(planning_officer, series, 100, publish=False)
    store(planning_officer, row, by(kita=40, minami=60))
    assert breakdowns_for(ANONYMOUS, row) == [] and breakdowns_of(viewer_as(None), [row]) == {}
    assert len(breakdowns_for(planning_officer, row)) == 1


def test_what_the_groups_leave_of_the_whole_is_a_group_of_its_own(planning_officer, series):
    row = observe(planning_officer, series, 130)
    store(planning_officer, row, by(kita=40, minami=60))
    assert shown(ANONYMOUS, row)["?"] == 30


def test_cuts_made_together_are_protected_together(planning_officer, series):
    """The small cell of the cross could be had from the margins of the other cut."""
    row = observe(planning_officer, series, 150)
    ward = by(kita=60, minami=90)
    cross = by(
        ("ward", "age"), kita_young=57, kita_old=3, minami_young=45, minami_old=45, _young=102, _old=48
    )
    store_breakdowns(viewer=planning_officer, observation=row, cuts=[ward, cross])
    seen = shown(ANONYMOUS, row, 1)
    assert seen["kita_old"] == "×"
    hidden = [key for key, value in seen.items() if value == "×"]
    assert len(hidden) >= 4 or "_old" in hidden or "_young" in hidden, hidden


def test_a_later_cut_is_protected_against_the_one_already_shown(planning_officer, series):
    row = observe(planning_officer, series, 150)
    store(planning_officer, row, by(kita=60, minami=90))
    store(
        planning_officer, row, by(("ward", "age"), kita_young=57, kita_old=3, minami_young=45, minami_old=45)
    )
    seen = shown(ANONYMOUS, row, 1)
    assert seen["kita_old"] == "×" and seen["kita_young"] == "×", "60 of the ward is known to everyone"
    assert breakdowns_for(ANONYMOUS, row)[1].observation == row
    assert Breakdown.objects.get(number=2).links == ["ward", "ward*age"]


def test_a_cut_is_replaced_by_the_next_number_and_the_old_one_is_kept(planning_officer, series):
    row = observe(planning_officer, series, 100)
    store(planning_officer, row, by(kita=40, minami=60))
    store(planning_officer, row, by(kita=50, minami=50))
    assert shown(ANONYMOUS, row) == {"": 100, "kita": 50, "minami": 50}
    assert list(Breakdown.objects.values_list("number", flat=True)) == [1, 2]


def test_a_correction_does_not_give_away_a_few_people_by_the_difference(planning_officer, series):
    first = observe(planning_officer, series, 100)
    store(planning_officer, first, by(kita=40, minami=60))
    second = observe(planning_officer, series, 101, reason="1人の追加")
    store(planning_officer, second, by(kita=41, minami=60))
    assert shown(ANONYMOUS, first) == {"": 100, "kita": 40, "minami": 60}
    assert shown(ANONYMOUS, second)["kita"] == "×", "one person came in: kita 40 and 41 would tell where"


def test_shares_are_protected_by_the_persons_behind_them(planning_officer, series):
    row = observe(planning_officer, series, "59.4", quantity="rate", n=1000, decimals=1)
    cells = [
        CellValue(key=("kita",), value=Decimal("60.0"), n=600),
        CellValue(key=("minami",), value=Decimal("58.6"), n=394),
        CellValue(key=("higashi",), value=Decimal("50.0"), n=6),
    ]
    store_breakdown(viewer=planning_officer, observation=row, dimensions=("ward",), cells=cells)
    [cut] = breakdowns_for(ANONYMOUS, row)
    states = {cell.key[0]: cell for cell in cut.cells}
    assert states["higashi"].is_hidden and states["higashi"].n is None
    assert sum(cell.is_hidden for cell in cut.cells) >= 2
    assert states[""].value == Decimal("59.4")


def test_one_who_belongs_to_two_groups_does_not_make_the_groups_too_large(planning_officer, series):
    row = observe(planning_officer, series, 90, counting="distinct")
    store(planning_officer, row, by(kita=50, minami=60))
    assert shown(ANONYMOUS, row) == {"kita": 50, "minami": 60}


@pytest.mark.parametrize(
    "cut",
    [
        by(kita=-1, minami=101),
        by(kita_old=100),
        by(kita=80, minami=60),
        CutValues(dimensions=("ward",), cells=[]),
        CutValues(dimensions=(), cells=[CellValue(key=(), value=Decimal(1))]),
        CutValues(dimensions=("ward",), cells=[CellValue(key=("a",), value=Decimal(1))] * 2),
        by(("ward", "age"), kita_young=50, kita_old=20, kita_=60),
    ],
)
def test_cells_that_contradict_the_value_or_each_other_are_refused(planning_officer, series, cut):
    row = observe(planning_officer, series, 100)
    with pytest.raises(Invalid) as refused:
        store(planning_officer, row, cut)
    assert refused.value.messages["cells"] and not Breakdown.objects.exists()


def test_a_share_without_persons_is_refused(planning_officer, series):
    row = observe(planning_officer, series, "59.4", quantity="rate", n=1000)
    with pytest.raises(Invalid):
        store(planning_officer, row, by(kita=60))


def test_only_those_who_enter_the_departments_values_break_them_down(
    planning_officer, viewer_as, department, other_department, series
):
    Indicator.objects.update(department=department)
    row = observe(planning_officer, Series.objects.get(), 100)
    with pytest.raises(NotAllowed):
        store(viewer_as(Role.OFFICER, other_department), row, by(kita=40, minami=60))
    with pytest.raises(NotAllowed):
        store(viewer_as(Role.AUDITOR), row, by(kita=40, minami=60))
    store(viewer_as(Role.OFFICER, department), row, by(kita=40, minami=60))
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.fields) == ("figures.breakdown:store", {"cuts": [[], ["ward"]]})


@pytest.mark.parametrize(
    "violate",
    [
        lambda: Cell.objects.update(state="shown"),
        lambda: Cell.objects.all().delete(),
        lambda: Breakdown.objects.update(least_cell=1),
        lambda: Breakdown.objects.all().delete(),
    ],
)
def test_what_was_shown_and_hidden_is_kept(planning_officer, series, violate):
    row = observe(planning_officer, series, 100)
    store(planning_officer, row, by(kita=40, minami=60))
    with pytest.raises(DatabaseError), transaction.atomic():
        violate()


def test_where_the_whole_is_small_and_public_none_of_its_cells_is_shown(planning_officer, series):
    row = observe(planning_officer, series, 5)
    store(planning_officer, row, by(kita=5, minami=0))
    assert shown(ANONYMOUS, row) == {"": 5, "kita": "×", "minami": "×"}


def test_many_values_decided_at_once_are_decided_as_each_alone():
    """One that cannot be protected, one with a small cell, one without."""
    wholes = {5: (5, 0), 110: (40, 66, 4), 100: (40, 60), 61: (30, 30, 1)}
    cases = [
        Case(
            observation=Observation(value=Decimal(whole), quantity="flow"),
            cuts=[
                CutValues(
                    dimensions=("ward",),
                    cells=[CellValue(key=(f"w{n}",), value=Decimal(part)) for n, part in enumerate(parts)],
                )
            ],
        )
        for whole, parts in wholes.items()
    ]
    together = [dict(found.states) for found in protect(cases, 10)]
    assert together == [dict(protect([case], 10)[0].states) for case in cases]
    assert set(together[2].values()) == {"shown"} and "shown" in together[1].values()
    assert list(together[0].values()).count("shown") == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 60), min_size=2, max_size=8), st.integers(2, 20))
def test_no_hidden_cell_of_a_ward_cut_can_be_computed(numbers, least):
    """Small cells are hidden; a reader who knows all that is shown is left a width of the threshold."""
    row = Observation(value=Decimal(sum(numbers)), quantity="flow")
    cells = [CellValue(key=(f"w{n}",), value=Decimal(number)) for n, number in enumerate(numbers)]
    [found] = protect([Case(observation=row, cuts=[CutValues(dimensions=("ward",), cells=cells)])], least)
    states = {key[0]: state for (_table, key), state in found.states.items()}
    hidden = [number for n, number in enumerate(numbers) if states[f"w{n}"] != "shown"]
    small = [number for number in numbers if 0 < number < least]
    assert states[""] == "shown" and all(number in hidden for number in small)
    assert bool(hidden) == bool(small)
    if hidden:
        assert len(hidden) == len(numbers) or (len(hidden) >= 2 and sum(hidden) >= least)
