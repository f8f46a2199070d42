"""The catalogue of metrics, and what the rooms count of themselves."""

from __future__ import annotations

import datetime
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.city import registry
from jichi.city.access import ANONYMOUS
from jichi.city.errors import NotAllowed
from jichi.figures.queries.catalogue import catalogue, entry_for, evidence_behind, measured_for
from jichi.figures.services import decide_binding, set_publicity
from jichi.manifest import Cut, ManifestError, Metric, Role, Room, Scope, check_rooms
from jichi.methods.tallies import Item, tally
from jichi.plan.models import Plan, PolicyDocument, Series
from tests.figures.test_late import enter
from tests.plan.growing import grow

YEARS = Scope(first_year=2022, last_year=2025)


def values(viewer: Any, key: str, scope: Scope = YEARS) -> dict[Any, Any]:
    found = measured_for(viewer, key, scope)
    return {(one.period[0], *one.members): one.value for one in found}


@pytest.fixture
def plan(db) -> Plan:
    return grow(2)


# --- the catalogue -----------------------------------------------------------------------------------------
def test_every_metric_of_the_rooms_answers_with_and_without_each_of_its_cuts(plan, planning_officer):
    entries = catalogue(planning_officer)
    assert {entry.metric.key for entry in entries} >= {"plan.projects", "figures.known", "figures.late"}
    for entry in entries:
        for by in ((), *((cut.key,) for cut in entry.metric.cuts), tuple(c.key for c in entry.metric.cuts)):
            found = measured_for(
                planning_officer, entry.metric.key, Scope(first_year=2022, last_year=2025, by=by)
            )
            totals = [one for one in found if not any(one.members)]
            assert [one.period for one in totals] == [(year, year) for year in range(2022, 2026)]
            assert all(
                one.definition == entry.metric.definition and len(one.members) == len(by) for one in found
            )
            assert all(one.value is not None or one.reason_missing for one in found)
        assert evidence_behind(planning_officer, entry.metric.key, YEARS) is not None


def test_the_catalogue_shows_what_the_viewer_may_see_and_what_is_bound(plan, planning_officer):
    assert entry_for(ANONYMOUS, "figures.late") is None
    with pytest.raises(NotAllowed):
        measured_for(ANONYMOUS, "figures.late", YEARS)
    with pytest.raises(NotAllowed):
        evidence_behind(ANONYMOUS, "figures.late", YEARS)
    with pytest.raises(LookupError):
        measured_for(ANONYMOUS, "plan.projects", Scope(first_year=2022, last_year=2022, by=("nothing",)))
    decide_binding(
        viewer=planning_officer,
        series=Series.objects.first(),
        valid_from=datetime.date(2022, 4, 1),
        decided_on=datetime.date(2022, 4, 1),
        decision="決裁",
        source_kind="register",
        via="metric",
        source_key="plan.projects",
    )
    found = entry_for(ANONYMOUS, "plan.projects")
    assert found is not None and found.bound == 1 and found.room == "plan"


def test_a_cut_for_staff_is_not_given_to_everyone(monkeypatch, plan, planning_officer):
    metric = next(m for room in registry.rooms() for m in room.metrics if m.key == "plan.projects")
    secret = Cut(key="department", title="Department", action="figures.observation:read_unpublished")
    narrowed = Metric(
        **{**{n: getattr(metric, n) for n in metric.__slots__}, "key": "sample.x", "cuts": (secret,)}
    )
    room = Room(key="sample", title="Sample", metrics=(narrowed,))
    monkeypatch.setattr(registry, "_rooms", (*registry.rooms(), room))
    scope = Scope(first_year=2022, last_year=2022, by=("department",))
    assert entry_for(ANONYMOUS, "sample.x").cuts == () and entry_for(planning_officer, "sample.x").cuts
    with pytest.raises(NotAllowed):
        measured_for(ANONYMOUS, "sample.x", scope)
    assert measured_for(planning_officer, "sample.x", scope)


@pytest.mark.parametrize(
    "change",
    [
        {"key": "other.x"},
        {"action": "plan.nothing:at_all"},
        {"cuts": (Cut(key="a", title="a", action="x.y:z"),)},
        {"cuts": (Cut(key="a", title="a"), Cut(key="a", title="b"))},
    ],
)
def test_a_metric_that_contradicts_itself_stops_the_start(change):
    facts = {
        "key": "sample.x",
        "title": "t",
        "unit": "u",
        "definition": "d",
        "counts": "c",
        "kind": None,
        "measure": "m",
    }
    check_rooms((Room(key="sample", title="Sample", metrics=(Metric(**facts),)),))
    with pytest.raises(ManifestError):
        check_rooms((Room(key="sample", title="Sample", metrics=(Metric(**{**facts, **change}),)),))


# --- what the plan room counts ---------------------------------------------------------------------------
def test_projects_indicators_and_targets_are_counted_by_year_and_cut(plan):
    assert set(values(ANONYMOUS, "plan.projects").values()) == {Decimal(2)}
    by_branch = values(ANONYMOUS, "plan.projects", Scope(first_year=2022, last_year=2022, by=("branch",)))
    assert by_branch == {(2022, ""): 2, (2022, "1-1"): 2}
    assert values(ANONYMOUS, "plan.indicators")[(2025,)] == 2
    assert values(ANONYMOUS, "plan.yearly_targets") == {(2022,): 0, (2023,): 4, (2024,): 0, (2025,): 0}


def test_activities_are_counted_in_each_of_their_years_and_uncertain_ones_nowhere(plan):
    """Each of 4 initiatives has one for 2022-2023, one from 2024 on and one whose year the table lost."""
    assert values(ANONYMOUS, "plan.activities") == dict.fromkeys([(y,) for y in range(2022, 2026)], 4)
    found = measured_for(
        ANONYMOUS, "plan.activities", Scope(first_year=2022, last_year=2022, by=("certainty",))
    )
    assert {one.members: one.value for one in found} == {("",): 4, ("certain",): 4}
    assert found[0].coverage == (8, 12), "a third of them has no year, and the count says so"


def test_documents_count_while_they_are_in_force(plan):
    first = PolicyDocument.objects.order_by("key").first()
    first.revisions.create(order=2, fiscal_year=2024, event="ends")
    PolicyDocument.objects.order_by("key").last().revisions.update(fiscal_year=None)
    found = measured_for(ANONYMOUS, "plan.documents", YEARS)
    assert [one.value for one in found] == [1, 1, 0, 0]
    assert found[0].coverage == (1, 2)


def test_a_plan_counts_while_it_is_in_force_and_a_draft_never(plan):
    grow(3, key="draft", publish=False)
    Plan.objects.filter(pk=plan.pk).update(superseded_on=datetime.date(2024, 4, 1))
    assert [v for v in values(ANONYMOUS, "plan.projects").values()] == [2, 2, 0, 0]
    before = Scope(first_year=2024, last_year=2024, as_of=datetime.date(2023, 6, 1))
    assert values(ANONYMOUS, "plan.projects", before) == {(2024,): 2}, "as it was known then"


def test_the_rows_behind_a_count_are_those_the_viewer_may_read(plan, planning_officer):
    rows = evidence_behind(ANONYMOUS, "plan.projects", YEARS)
    assert rows is not None and rows.count() == 2
    Plan.objects.update(published_at=None)
    assert evidence_behind(ANONYMOUS, "plan.projects", YEARS).count() == 0


# --- what the figures room counts ------------------------------------------------------------------------
def test_the_share_of_figures_with_a_published_value(plan, planning_officer):
    series = Series.objects.first()
    enter(planning_officer, 2022, "59", series=series)
    enter(planning_officer, 2023, None, series=series)
    enter(planning_officer, 2024, "60", publish=False, series=series)
    known = values(ANONYMOUS, "figures.known")
    assert known[(2022,)] == 50 and known[(2023,)] == 0 and known[(2024,)] == 0
    empty = measured_for(ANONYMOUS, "figures.known", Scope(first_year=2040, last_year=2040))
    assert empty[0].value is None and empty[0].reason_missing


def test_late_figures_are_counted_as_of_a_day_with_those_that_have_a_due_date(plan, planning_officer):
    set_publicity(viewer=planning_officer, version=1, shows_late=False)
    decide_binding(
        viewer=planning_officer,
        series=Series.objects.first(),
        valid_from=datetime.date(2022, 4, 1),
        decided_on=datetime.date(2022, 4, 1),
        decision="決裁",
        source_kind="register",
        due_month=6,
        due_day=30,
    )
    scope = Scope(first_year=2022, last_year=2024, by=("source",), as_of=datetime.date(2024, 1, 1))
    found = {
        (one.period[0], *one.members): one for one in measured_for(planning_officer, "figures.late", scope)
    }
    assert {key: one.value for key, one in found.items()} == {
        (2022, ""): 1,
        (2022, "register"): 1,
        (2023, ""): 0,
        (2024, ""): 0,
    }
    assert found[(2022, "")].coverage == (1, 2)


# --- tallies ------------------------------------------------------------------------------------------------
_items = st.lists(
    st.builds(
        Item,
        ident=st.sampled_from("abcdef"),
        year=st.integers(2020, 2023),
        members=st.fixed_dictionaries(
            {"ward": st.sampled_from(["", "x", "y"]), "age": st.sampled_from(["1", "2"])}
        ),
    ),
    max_size=40,
)


@given(_items)
def test_the_cells_of_a_cut_add_up_to_its_total_where_every_coming_counts(items):
    years = range(2020, 2024)
    cells = tally(items, years=years, by=("age",), distinct=False)
    for year in years:
        parts = sum(cell.count for (y, members), cell in cells.items() if y == year and members != ("",))
        assert parts == cells[(year, ("",))].count == Counter(item.year for item in items)[year]


@given(_items)
def test_a_thing_counts_once_in_a_cell_and_the_same_things_have_the_same_digest(items):
    once = tally(items, years=range(2020, 2024), by=("ward", "age"))
    twice = tally([*items, *reversed(items)], years=range(2020, 2024), by=("ward", "age"))
    assert once == twice
    for (year, (ward, age)), cell in once.items():
        idents = {
            item.ident
            for item in items
            if item.year == year and ward in ("", item.members["ward"]) and age in ("", item.members["age"])
        }
        assert cell.count == len(idents)


def test_only_those_who_plan_see_how_the_metrics_stand(viewer_as):
    assert entry_for(viewer_as(Role.AUDITOR), "figures.late") is not None
    assert entry_for(viewer_as(Role.ADMINISTRATOR), "figures.late") is None
