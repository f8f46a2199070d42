"""Where figures truly come from: decided, dated, never rewritten; and nothing is computed across a break."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.figures.models import Binding, Definition
from jichi.figures.queries import (
    Lines,
    binding_of,
    bindings_for,
    bindings_in_force,
    bindings_of,
    bound_definition,
    definitions_of,
    indicator_results_for,
    project_numbers_for,
    subject_key,
)
from jichi.figures.services import Value, add_evidence, enter_changed, enter_values, publish_values
from jichi.figures.services.bindings import add_definition, amend_definition, decide_binding
from jichi.figures.standing import Place, Reason, Standing
from jichi.manifest import Role
from jichi.plan.models import Indicator, Node, Plan, ProjectFigure, Series
from jichi.plan.queries import placements_for
from tests.plan.growing import grow

DAY = datetime.date(2022, 4, 1)


@pytest.fixture
def plan(db) -> Plan:
    return grow(1)


@pytest.fixture
def series(plan) -> Series:
    return Series.objects.get()


@pytest.fixture
def figure(plan) -> ProjectFigure:
    return ProjectFigure.objects.get()


def decide(viewer: Any, day: datetime.date = DAY, **facts: Any) -> Binding:
    given = {"source_kind": "document", "decision": "企画課長決裁", "decided_on": day, **facts}
    return decide_binding(viewer=viewer, valid_from=day, **given)


# --- decisions ------------------------------------------------------------------------------------------------
def test_a_decision_is_added_and_the_one_before_stays(planning_officer, series, department):
    first = decide(planning_officer, series=series)
    second = decide(
        planning_officer,
        datetime.date(2024, 4, 1),
        series=series,
        source_kind="departments",
        via="inquiry",
        source_key="kanyu",
        department=department,
        due_month=6,
        due_day=30,
    )
    assert [row.number for row in bindings_of(series)] == [1, 2]
    assert binding_of(series, on=datetime.date(2024, 3, 31)) == first
    assert binding_of(series, on=datetime.date(2024, 4, 1)) == second
    assert binding_of(series, on=datetime.date(2022, 3, 31)) is None
    assert bindings_in_force() == {subject_key(series): second}
    entry = AuditEntry.objects.latest("pk")
    assert entry.act == "figures.binding:decide"
    assert entry.fields["source_kind"] == ["document", "departments"]


def test_two_decisions_of_one_day_the_later_number_counts(planning_officer, figure):
    decide(planning_officer, figure=figure)
    second = decide(planning_officer, figure=figure, source_kind="register")
    assert binding_of(figure, on=DAY) == second


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"decision": "  "}, "decision"),
        ({"via": "inquiry"}, "source_key"),
        ({"via": "metric", "source_key": "nothing.counted"}, "source_key"),
        ({"due_month": 6}, "due_day"),
        ({"due_month": 2, "due_day": 30}, "due_day"),
        ({"source_kind": "hearsay"}, "source_kind"),
        ({"decided_on": datetime.date(2999, 1, 1)}, "decided_on"),
    ],
)
def test_what_is_wrong_with_a_decision_is_said_and_nothing_is_stored(planning_officer, series, facts, field):
    with pytest.raises(Invalid) as refused:
        decide(planning_officer, series=series, **facts)
    assert field in refused.value.messages
    assert not Binding.objects.exists() and not AuditEntry.objects.filter(act__contains="binding").exists()


def test_a_decision_that_changes_nothing_or_reaches_behind_the_last_is_refused(planning_officer, series):
    decide(planning_officer, series=series)
    with pytest.raises(Invalid):
        decide(planning_officer, datetime.date(2023, 4, 1), series=series)
    with pytest.raises(Invalid) as refused:
        decide(planning_officer, datetime.date(2021, 4, 1), series=series, source_kind="register")
    assert "2022-04-01" in refused.value.messages["valid_from"][0]


def test_a_binding_names_a_definition_the_figure_has(planning_officer, series):
    add_definition(viewer=planning_officer, series=series, code="rate", counts="世帯")
    with pytest.raises(Invalid) as refused:
        decide(planning_officer, series=series)
    assert "rate" in refused.value.messages["definition"][0]
    decide(planning_officer, series=series, definition="rate")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.SECTION_HEAD, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_the_planning_office_decides_and_defines(viewer_as, department, series, role):
    Indicator.objects.update(department=department)
    viewer = viewer_as(role, department)
    with pytest.raises(NotAllowed):
        decide(viewer, series=Series.objects.get())
    with pytest.raises(NotAllowed):
        add_definition(viewer=viewer, series=series, code="1", counts="世帯")


def test_bindings_of_a_draft_are_read_by_those_who_read_the_draft(planning_officer, viewer_as):
    grow(1, key="draft", publish=False)
    decide(planning_officer, series=Series.objects.get())
    assert bindings_for(planning_officer).count() == 1
    assert not bindings_for(viewer_as(None)).exists()


# --- the database keeps them ------------------------------------------------------------------------------
def _rewritten() -> None:
    Binding.objects.update(source_kind="register")


def _removed() -> None:
    Binding.objects.all().delete()


def _number_left_out() -> None:
    row = Binding.objects.get()
    row.pk, row.number = None, 3
    row.save(force_insert=True)


def _behind() -> None:
    row = Binding.objects.get()
    row.pk, row.number, row.valid_from = None, 2, datetime.date(2020, 4, 1)
    row.save(force_insert=True)


def _renamed() -> None:
    Definition.objects.update(code="other")


def _moved() -> None:
    Definition.objects.update(order=4)


def _undefined() -> None:
    Definition.objects.all().delete()


@pytest.mark.parametrize(
    "violate", [_rewritten, _removed, _number_left_out, _behind, _renamed, _moved, _undefined]
)
def test_the_database_refuses_to_rewrite_what_was_decided(planning_officer, series, violate):
    add_definition(viewer=planning_officer, series=series, code="1", counts="世帯")
    decide(planning_officer, series=series)
    with pytest.raises(DatabaseError), transaction.atomic():
        violate()
    assert Binding.objects.get().source_kind == "document"
    assert Definition.objects.get().code == "1"


def test_a_definition_may_be_worded_better_or_confirmed_but_not_behind_ones_back(planning_officer, series):
    row = add_definition(viewer=planning_officer, series=series, code="1", counts="世帯")
    better = amend_definition(
        viewer=planning_officer, definition=row, version=1, counts="加入世帯", confirmed=True
    )
    assert (better.counts, better.confirmed, better.version) == ("加入世帯", True, 2)
    assert AuditEntry.objects.latest("pk").fields == {"counts": "changed", "confirmed": [False, True]}
    with pytest.raises(Conflict):
        amend_definition(viewer=planning_officer, definition=row, version=1, counts="別")
    entries = AuditEntry.objects.count()
    amend_definition(viewer=planning_officer, definition=row, version=2, counts="加入世帯")
    assert AuditEntry.objects.count() == entries


def test_a_second_definition_says_why_and_from_when(planning_officer, series):
    add_definition(viewer=planning_officer, series=series, code="1", counts="交付", first_year=2016)
    with pytest.raises(Invalid) as refused:
        add_definition(viewer=planning_officer, series=series, code="1", counts="保有")
    assert refused.value.messages.keys() == {"code", "break_reason", "first_year"}
    with pytest.raises(Invalid):
        add_definition(
            viewer=planning_officer,
            series=series,
            code="2",
            counts="保有",
            break_reason="別",
            first_year=2015,
        )
    row = add_definition(
        viewer=planning_officer,
        series=series,
        code="2",
        counts="保有",
        break_reason="別の数え方",
        first_year=2023,
    )
    assert row.order == 2 and definitions_of(series)[-1] == row


# --- a break ends a line ------------------------------------------------------------------------------------
def measured(viewer: Any, year: int, number: str, definition: str = "1", **subject: Any) -> None:
    evidence = add_evidence(viewer=viewer, title="報告書")
    row = Value(fiscal_year=year, value=Decimal(number), decimals=1, definition=definition, **subject)
    rows = enter_values(viewer=viewer, values=[row], evidence=evidence)
    publish_values(viewer=viewer, observation_ids=[one.pk for one in rows])


def broken(viewer: Any, year: int, **subject: Any) -> None:
    add_definition(viewer=viewer, code="1", counts="交付", **subject)
    add_definition(
        viewer=viewer, code="2", counts="保有", break_reason="数え方が変わった", first_year=year, **subject
    )


def stands(viewer: Any, plan: Plan) -> Standing:
    placement = placements_for(viewer).get()
    found = indicator_results_for(viewer, [(placement.indicator, plan, placement.comparator)])
    return found[0].series[0].standing


def test_a_value_of_the_later_definition_is_not_held_against_the_promise(planning_officer, plan, series):
    """The target (20 in FY2025) was set in FY2021 under the first definition."""
    broken(planning_officer, 2023, series=series)
    measured(planning_officer, 2022, "21", series=series)
    assert stands(planning_officer, plan).place is Place.MET
    measured(planning_officer, 2023, "30", "2", series=series)
    assert stands(planning_officer, plan) == Standing(place=Place.CANNOT_JUDGE, reason=Reason.BREAK)


def test_a_value_of_the_first_definition_is_compared_though_a_second_exists(planning_officer, plan, series):
    broken(planning_officer, 2023, series=series)
    measured(planning_officer, 2024, "19", "1", series=series)
    assert stands(planning_officer, plan).place is Place.BETWEEN


def test_a_plan_made_after_the_break_promises_under_the_new_definition(planning_officer, plan, series):
    """Its target is compared with values of the new one, its start of FY2021 belongs to the old one."""
    broken(planning_officer, 2022, series=series)
    Plan.objects.update(adopted_on=datetime.date(2022, 6, 1))
    plan.refresh_from_db()
    measured(planning_officer, 2023, "21", "2", series=series)
    assert stands(planning_officer, plan).place is Place.MET
    measured(planning_officer, 2024, "15", "2", series=series)
    assert stands(planning_officer, plan) == Standing(place=Place.CANNOT_JUDGE, reason=Reason.BREAK)


def test_without_written_definitions_the_first_measured_one_is_the_plans(planning_officer, plan, series):
    measured(planning_officer, 2022, "21", "1", series=series)
    measured(planning_officer, 2023, "22", "b", series=series)
    assert stands(planning_officer, plan).reason is Reason.BREAK


def test_a_yearly_number_is_not_compared_across_a_break_and_a_part_is_no_whole(
    planning_officer, plan, figure
):
    def place(year: int) -> Standing:
        node = Node.objects.get(pk=figure.project_id)
        [number] = project_numbers_for(planning_officer, list(node.figures.all()), plan)
        return next(row.standing for row in number.years if row.year == year)

    broken(planning_officer, 2022, figure=figure)
    measured(planning_officer, 2023, "12", "2", figure=figure)
    assert place(2023).reason is Reason.BREAK
    enter_changed(
        viewer=planning_officer,
        values=[
            Value(figure=figure, fiscal_year=2023, value=Decimal(12), definition="1", coverage=(3, 41)),
            Value(figure=figure, fiscal_year=2023, value=Decimal(12), definition="2", coverage=(3, 41)),
        ],
        evidence=add_evidence(viewer=planning_officer, title="照会"),
        reason="捕捉範囲を確かめた",
    )
    assert (place(2023).place, place(2023).seen, place(2023).whole) == (Place.PARTIAL, 3, 41)


@st.composite
def _lines(draw: st.DrawFn) -> tuple[list[Definition], int]:
    years = sorted(draw(st.lists(st.integers(1990, 2030), min_size=1, max_size=5)))
    rows = [
        Definition(code=str(n), order=n, first_year=None if n == 1 and draw(st.booleans()) else year)
        for n, year in enumerate(years, start=1)
    ]
    return rows, draw(st.integers(1985, 2035))


@given(_lines())
def test_each_year_belongs_to_the_last_definition_that_holds_by_then(drawn):
    rows, year = drawn
    code = Lines(rows).at(year)
    holding = [row for row in rows if row.first_year is None or row.first_year <= year]
    if not holding:
        assert code is None
        return
    chosen = next(row for row in rows if row.code == code)
    assert chosen in holding and all(row.order <= chosen.order for row in holding)
    # A later year never goes back to an earlier definition.
    following = Lines(rows).at(year + 1)
    assert next(row.order for row in rows if row.code == following) >= chosen.order


# --- values that say the same ---------------------------------------------------------------------------
def entered(viewer: Any, series: Series, *, reason: str = "再集計", **facts: Any) -> Any:
    value = Value(series=series, fiscal_year=2022, **{"value": Decimal("59.4"), "decimals": 1, **facts})
    evidence = add_evidence(viewer=viewer, title="照会")
    return enter_changed(viewer=viewer, values=[value], evidence=evidence, reason=reason)


@pytest.mark.parametrize(
    "facts",
    [
        {"value": Decimal("59.5")},
        {"coverage": (61, 64)},
        {"n": 900},
        {"note": "速報"},
        {"as_of": datetime.date(2022, 4, 1)},
        {"source_kind": "probability_survey", "interval": (Decimal(57), Decimal(62))},
    ],
)
def test_a_changed_value_is_the_next_revision_and_the_same_one_is_not_entered(
    planning_officer, series, facts
):
    assert len(entered(planning_officer, series).rows) == 1
    again = entered(planning_officer, series)
    assert (again.rows, again.unchanged) == ((), 1)
    [row] = entered(planning_officer, series, **facts).rows
    assert (row.revision, row.status, row.reason) == (2, "corrected", "再集計")


def test_the_first_value_carries_no_reason_of_correction(planning_officer, series):
    [row] = entered(planning_officer, series).rows
    assert row.reason == ""


def test_a_provisional_value_becomes_final_as_a_revision_of_its_own(planning_officer, series):
    entered(planning_officer, series, status="provisional")
    assert entered(planning_officer, series, status="provisional").unchanged == 1
    [row] = entered(planning_officer, series, status="final", reason="確定値").rows
    assert (row.revision, row.status, row.reason) == (2, "final", "確定値")
    assert entered(planning_officer, series, status="provisional").unchanged == 1


def test_a_value_does_not_pass_under_a_binding_of_something_else(planning_officer, series, figure):
    with pytest.raises(Invalid):
        entered(planning_officer, series, binding=decide(planning_officer, figure=figure))


def test_a_value_follows_a_definition_that_is_written_down(planning_officer, series):
    add_definition(viewer=planning_officer, series=series, code="rate", counts="世帯")
    with pytest.raises(Invalid) as refused:
        entered(planning_officer, series)
    assert "rate" in refused.value.messages["0"][0]
    assert entered(planning_officer, series, definition="rate").rows


def test_the_form_offers_the_definition_the_figure_is_bound_to(planning_officer, series):
    assert bound_definition(series) == "1"
    add_definition(viewer=planning_officer, series=series, code="issued", counts="交付")
    assert bound_definition(series) == "issued"
    add_definition(
        viewer=planning_officer, series=series, code="held", counts="保有", first_year=2023, break_reason="別"
    )
    decide(planning_officer, series=series, definition="issued")
    assert bound_definition(series) == "issued"
