"""Preparing and opening: forms, sheets, what stands in them from the start, and what is refused."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import Ward
from jichi.city.viewers import system_viewer
from jichi.evaluation.models import (
    BudgetAmount,
    BudgetLine,
    BudgetShare,
    Cycle,
    FinanceImport,
    Sheet,
)
from jichi.evaluation.queries.cycles import cycle_for, cycles_for
from jichi.evaluation.queries.sheets import previous_of, sheets_for
from jichi.evaluation.services import cycles, opening
from jichi.plan.models import Node
from jichi.sheets.models import Form
from jichi.sheets.services import create_form, publish_version

from .sample import DUES, MEASURE, PROJECT, brought_through, forms, opened, prepared, sheet_of


def test_opening_makes_one_sheet_for_every_project_with_what_the_plan_promised(cycle, sheet):
    assert cycle.state == "open"
    assert [one.node.code for one in Sheet.objects.filter(cycle=cycle).order_by("node__code")] == [
        "1-1-01",
        "1-1-02",
        "1-2-01",
    ]
    assert sheet.answer_set.draft == {
        "planned.1": "相談：相談を受ける",
        "planned.2": "相談：手引を作る",
        "number_name.1": "相談件数",
        "number_unit.1": "件",
        "number_target.1": "150",
    }
    assert sheet_of(cycle, "1-1-02").answer_set.draft == {}


@pytest.mark.parametrize(("kind", "codes"), [("interim", ["1-1", "1-2"]), ("final", ["1-1", "1-2"])])
def test_measures_are_judged_within_and_after_the_plans_period(plan, kind, codes):
    cycle = opened(plan, 2025, kind)
    rows = Sheet.objects.filter(cycle=cycle).order_by("node__code")
    assert [(one.node.code, one.kind) for one in rows] == [(code, "measure") for code in codes]


def test_a_wards_project_follows_the_wards_form_or_else_the_projects(plan, offices):
    ward = Ward.objects.create(key="kita", code="999992", name="北区", order=1)
    offices.c.ward = ward
    offices.c.save()
    forms()
    first = opened(plan, 2022)
    assert sheet_of(first, "1-2-01").kind == "ward_project"
    assert sheet_of(first, "1-2-01").answer_set.form_version.form.key == "hyoka-jigyo"
    create_form(viewer=system_viewer("demo"), key="hyoka-ku", room="evaluation", definition=MEASURE)
    second = opened(plan, 2023)
    assert sheet_of(second, "1-2-01").answer_set.form_version.form.key == "hyoka-ku"
    assert sheet_of(second, "1-1-01").kind == "project"


def test_the_newest_form_is_bound_and_a_newer_one_changes_nothing(plan):
    cycle = opened(plan)
    form = Form.objects.get(key="hyoka-jigyo")
    newer = {**PROJECT, "title": {"ja": "事務事業評価シート(改)"}}
    publish_version(viewer=system_viewer("demo"), form=form, definition=newer, note="題名")
    assert cycle.forms.get(sheet_kind="project").form_version.number == 1
    assert opened(plan, 2024).forms.get(sheet_kind="project").form_version.number == 2


def test_a_missing_form_is_named_and_nothing_is_opened(plan, people):
    row = prepared(plan, viewer=people.planner)
    with pytest.raises(Invalid, match="hyoka-jigyo"):
        opening.open_cycle(viewer=people.planner, cycle_id=row.pk, version=row.version)
    assert not Sheet.objects.exists()
    assert Cycle.objects.get(pk=row.pk).state == "preparing"


def test_opening_that_broke_off_goes_on_where_it_stopped(plan, people, monkeypatch):
    forms()
    row = prepared(plan, viewer=people.planner)
    monkeypatch.setattr(opening, "PORTION", 2)
    portions = []
    real = opening._portion

    def breaking(*args):
        portions.append(args)
        if len(portions) == 2:
            raise RuntimeError("the power went")
        real(*args)

    monkeypatch.setattr(opening, "_portion", breaking)
    with pytest.raises(RuntimeError):
        opening.open_cycle(viewer=people.planner, cycle_id=row.pk, version=row.version)
    assert Sheet.objects.count() == 2
    assert not sheets_for(people.a).exists(), "nobody sees a sheet of a cycle that is not open"
    opening.open_cycle(viewer=people.planner, cycle_id=row.pk, version=row.version)
    assert Sheet.objects.count() == 3
    assert sheets_for(people.a).count() == 1


def test_opening_twice_and_from_an_old_page_is_refused(plan, people, cycle):
    with pytest.raises(Conflict):
        opening.open_cycle(viewer=people.planner, cycle_id=cycle.pk, version=1)
    with pytest.raises(Invalid):
        opening.open_cycle(viewer=people.planner, cycle_id=cycle.pk, version=cycle.version)


def test_only_the_planning_section_prepares_and_opens(plan, people):
    forms()
    row = prepared(plan)
    for viewer in (people.a, people.bureau, people.auditor, people.reviewer, people.stranger):
        with pytest.raises(NotAllowed):
            prepared(plan, 2024, viewer=viewer)
        with pytest.raises(NotAllowed):
            opening.open_cycle(viewer=viewer, cycle_id=row.pk, version=row.version)
        with pytest.raises(NotAllowed):
            cycles.edit_cycle(viewer=viewer, cycle_id=row.pk, version=row.version, title="別")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"year": 2031}, "fiscal_year"),
        ({"kind": "weekly"}, "kind"),
        ({"due_section": datetime.date(2099, 1, 1)}, "due_section"),
        ({"rule_id": 9999}, "rule_id"),
        ({"department_id": 9999}, "department_id"),
        ({"check_levels": 3}, ""),
    ],
)
def test_what_is_wrong_is_told_at_its_field(plan, facts, field):
    with pytest.raises(Invalid) as caught:
        prepared(plan, **facts)
    assert field in caught.value.messages


def test_a_plan_has_one_evaluation_of_a_year_and_kind(plan, cycle):
    with pytest.raises(Invalid) as caught:
        prepared(plan)
    assert "fiscal_year" in caught.value.messages
    assert prepared(plan, kind="interim").kind == "interim"


def test_an_open_cycle_keeps_what_it_evaluates_and_moves_its_deadlines(people, cycle):
    later = {name: day + datetime.timedelta(days=3) for name, day in DUES.items()}
    row = cycles.edit_cycle(viewer=people.planner, cycle_id=cycle.pk, version=cycle.version, **later)
    assert row.due_planning == later["due_planning"]
    with pytest.raises(Invalid) as caught:
        cycles.edit_cycle(viewer=people.planner, cycle_id=cycle.pk, version=row.version, check_levels=1)
    assert "check_levels" in caught.value.messages
    with pytest.raises(Conflict):
        cycles.edit_cycle(viewer=people.planner, cycle_id=cycle.pk, version=1, title="x")


# --- costs from budget lines ----------------------------------------------------------------------------
def line(code: str, estimate: dict | None, settled: dict | None, year: int = 2023) -> BudgetLine:
    row = BudgetLine.objects.create(fiscal_year=year, code=code, name=f"費目{code}")
    for kind, amounts in (("estimate", estimate), ("settled", settled)):
        if amounts is not None:
            taken = FinanceImport.objects.create(
                kind=kind,
                fiscal_year=year,
                filename="x.csv",
                sha256=f"{code}{kind}".encode().hex().ljust(64, "0")[:64],
                content=b"x",
                row_count=1,
                taken_by=system_viewer("demo").actor,
            )
            BudgetAmount.objects.create(line=row, kind=kind, taken_from=taken, row_number=1, **amounts)
    return row


def test_costs_are_what_the_project_bears_of_its_lines_and_sources_add_up(plan):
    node = Node.objects.get(plan=plan, code="1-1-01")
    sources = {"national": 333_333, "bonds": 0, "other": 333_333, "general": 333_334}
    whole = line("10-1", {"amount": 1_000_000, **sources}, {"amount": 999_999})
    part = line(
        "10-2", {"amount": 2_000_500, "national": 0, "bonds": 0, "other": 0, "general": 2_000_500}, None
    )
    BudgetShare.objects.create(line=whole, node=node, percent=Decimal(100))
    BudgetShare.objects.create(line=part, node=node, percent=Decimal("33.333"))
    draft = sheet_of(opened(plan), "1-1-01").answer_set.draft
    found = {key: int(draft[f"{key}.estimate"]) for key in ("national", "bonds", "other", "general")}
    assert sum(found.values()) == int(draft["project_cost.estimate"]) == 1667
    assert found["bonds"] == 0, "nought is a number"
    assert "project_cost.settled" not in draft, "one line has no settled amount yet"


# --- last year ------------------------------------------------------------------------------------------
def test_last_years_sheet_stands_beside_and_is_not_copied(people, plan, django_assert_num_queries):
    first = opened(plan, 2022)
    brought_through(first)
    second = opened(plan, 2023)
    assert second.previous_id == first.pk
    sheet = sheet_of(second, "1-1-02")
    assert sheet.answer_set.draft == {}
    found = previous_of(people.b, [sheet])[sheet.pk]
    assert found.sheet.cycle_id == first.pk
    assert {str(key): value for key, value in found.values.items()}["accomplishment"] == "3"
    assert previous_of(people.c, [sheet]) == {}
    everything = list(sheets_for(people.planner).filter(cycle=second))
    with django_assert_num_queries(5):
        assert len(previous_of(people.planner, everything)) == 3


# --- who sees a cycle -----------------------------------------------------------------------------------
def test_a_cycle_in_preparation_is_the_planning_sections(people, plan):
    row = prepared(plan)
    assert cycle_for(people.planner, row.pk) == row
    assert cycle_for(people.auditor, row.pk) == row
    for viewer in (people.a, people.bureau, people.reviewer, people.council, people.stranger):
        with pytest.raises(Cycle.DoesNotExist):
            cycle_for(viewer, row.pk)


def test_an_office_counts_its_own_sheets_only(people, cycle):
    assert cycles_for(people.planner).get().whole == 3
    assert cycles_for(people.a).get().whole == 1
    assert cycles_for(people.bureau).get().whole == 2
