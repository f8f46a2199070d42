"""Counting anew: with evidence, never overwriting, on demand and on schedule."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from jichi.city import registry
from jichi.city.access import ANONYMOUS
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.figures.models import Breakdown, Computation, Evidence, Observation
from jichi.figures.queries import corrections_for, latest_of, observations_for
from jichi.figures.queries.breakdowns import breakdowns_for
from jichi.figures.services import decide_binding, publish_values
from jichi.figures.services.protection import CellValue, CutValues, Protected
from jichi.figures.services.recompute import Pace, portions, recompute, recompute_due
from jichi.manifest import Role, Room
from jichi.plan.models import ProjectFigure, Series
from tests.figures import counted
from tests.figures.counted import VISITS, visit
from tests.plan.growing import grow

DAY = datetime.date(2022, 4, 1)


@pytest.fixture(autouse=True)
def metric(monkeypatch: pytest.MonkeyPatch, db: None, city: Any) -> None:
    counted.install(monkeypatch)
    grow(2)


def bind(viewer: Any, key: str = VISITS.key, **subject: Any) -> Any:
    subject = subject or {"series": Series.objects.first()}
    return decide_binding(
        viewer=viewer,
        valid_from=DAY,
        decided_on=DAY,
        decision="決裁",
        source_kind="register",
        via="metric",
        source_key=key,
        **subject,
    )


def run(viewer: Any, first: int = 2022, last: int = 2023, reason: str = "記録の訂正", **more: Any) -> Any:
    return recompute(
        viewer=viewer, metric=VISITS.key, first_year=first, last_year=last, reason=reason, **more
    )


def test_values_are_counted_with_their_evidence(planning_officer):
    binding = bind(planning_officer)
    visit("1-1-01", 2022, "kita", 30)
    visit("1-1-01", 2023, "kita", 12)
    found = run(planning_officer)
    assert (found.entered, found.corrected, found.unchanged, found.problems) == (2, 0, 0, ())
    rows = list(Observation.objects.order_by("fiscal_year"))
    assert [row.value for row in rows] == [30, 12]
    row = rows[0]
    assert (row.metric, row.rule_version, row.binding, row.quantity, row.counting) == (
        VISITS.key,
        "1",
        binding,
        "flow",
        "times",
    )
    assert (row.period_first, row.period_last) == (DAY, datetime.date(2023, 3, 31))
    assert row.evidence_count == 30 and len(row.evidence_digest) == 64
    assert row.evidence.kind == Evidence.Kind.COMPUTATION and row.evidence.is_sample
    assert row.evidence.computation == found.computation
    assert (found.computation.rows_seen, found.computation.reason) == (42, "記録の訂正")
    assert row.published_at is None, "counting is not publishing"


def test_the_same_count_enters_nothing_but_is_on_record(planning_officer):
    bind(planning_officer)
    visit("1-1-01", 2022, "kita", 30)
    run(planning_officer)
    again = run(planning_officer)
    assert (again.entered, again.corrected, again.unchanged) == (0, 0, 2)
    assert Observation.objects.count() == 2 and Computation.objects.count() == 2


def test_what_differs_from_a_published_value_is_a_new_version_with_the_reason(planning_officer):
    bind(planning_officer)
    visit("1-1-01", 2022, "kita", 30)
    run(planning_officer, last=2022)
    publish_values(viewer=planning_officer, observation_ids=Observation.objects.values_list("pk", flat=True))
    visit("1-1-01", 2022, "kita", 3)
    found = run(planning_officer, last=2022)
    assert (found.entered, found.corrected) == (0, 1)
    first, second = Observation.objects.order_by("revision")
    assert (first.value, second.value, second.revision, second.status, second.reason) == (
        30,
        33,
        2,
        "corrected",
        "記録の訂正",
    )
    assert [row.value for row in latest_of(observations_for(ANONYMOUS))] == [30]
    publish_values(viewer=planning_officer, observation_ids=[second.pk])
    assert [row.value for row in latest_of(observations_for(ANONYMOUS))] == [33]
    assert [(row.before.value, row.after.value) for row in corrections_for(ANONYMOUS)] == [(30, 33)]


def test_a_binding_takes_its_cell_of_the_metric_and_an_empty_year_counts_none(planning_officer):
    first, second = ProjectFigure.objects.filter(order=1).order_by("project__code")
    bind(planning_officer, f"{VISITS.key}/project=1-1-01", figure=first)
    bind(planning_officer, f"{VISITS.key}/project=1-1-02&ward=kita", figure=second)
    visit("1-1-01", 2022, "kita", 3)
    visit("1-1-01", 2022, "minami", 2)
    visit("1-1-02", 2023, "kita", 7)
    visit("1-1-02", 2023, "minami", 5)
    run(planning_officer)
    rows = Observation.objects.order_by("project_figure_id", "fiscal_year")
    assert [(row.project_figure_id, row.fiscal_year, row.value) for row in rows] == [
        (first.pk, 2022, 5),
        (first.pk, 2023, 0),
        (second.pk, 2022, 0),
        (second.pk, 2023, 7),
    ]
    assert rows[3].computation["selection"] == {"project": "1-1-02", "ward": "kita"}


def test_a_cell_the_metric_does_not_have_is_reported_and_the_others_are_counted(planning_officer):
    first, second = ProjectFigure.objects.filter(order=1)
    bind(planning_officer, f"{VISITS.key}/project=9-9-99", figure=first)
    bind(planning_officer, f"{VISITS.key}/project=1-1-02", figure=second)
    visit("1-1-02", 2022, "kita")
    found = run(planning_officer, last=2022)
    assert found.problems == (f"{VISITS.key}/project=9-9-99",)
    assert Observation.objects.get().project_figure == second


def test_a_running_year_is_provisional_and_becomes_final_by_a_version_of_its_own(
    planning_officer, monkeypatch
):
    bind(planning_officer)
    visit("1-1-01", 2022, "kita", 5)
    today = "jichi.figures.services.counting.timezone.localdate"
    monkeypatch.setattr(today, lambda: datetime.date(2023, 3, 31))
    run(planning_officer, last=2022)
    assert Observation.objects.get().status == "provisional"
    monkeypatch.setattr(today, lambda: datetime.date(2023, 4, 1))
    assert run(planning_officer, last=2022, reason="年度の終わり").corrected == 1
    assert Observation.objects.order_by("revision").last().status == "final"


def test_a_later_day_alone_is_no_new_version(planning_officer, monkeypatch):
    bind(planning_officer, "plan.projects")
    today = "jichi.figures.services.counting.timezone.localdate"
    for day in (1, 2):
        monkeypatch.setattr(today, lambda day=day: datetime.date(2023, 1, day))
        found = recompute(
            viewer=planning_officer, metric="plan.projects", first_year=2022, last_year=2022, reason="日次"
        )
    assert found.unchanged == 1 and Observation.objects.get().as_of == datetime.date(2023, 1, 1)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"first": 2024}, "last_year"),
        ({"by": ["age"]}, "by"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_counted(planning_officer, facts, field):
    bind(planning_officer)
    with pytest.raises(Invalid) as refused:
        run(planning_officer, **facts)
    assert refused.value.messages.keys() == {field} and not Computation.objects.exists()


def test_a_metric_nobody_is_bound_to_or_nobody_knows(planning_officer):
    with pytest.raises(Invalid):
        run(planning_officer)
    with pytest.raises(Invalid):
        recompute(viewer=planning_officer, metric="no.such", first_year=2022, last_year=2022, reason="r")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_the_planning_office_counts_anew(viewer_as, planning_officer, department, role):
    bind(planning_officer)
    with pytest.raises(NotAllowed):
        run(viewer_as(role, department))
    assert not Computation.objects.exists()


def test_one_audit_entry_stands_for_the_whole(planning_officer):
    bind(planning_officer)
    visit("1-1-01", 2022, "kita", 30)
    before = AuditEntry.objects.count()
    found = run(planning_officer)
    [entry] = AuditEntry.objects.order_by("pk")[before:]
    assert (entry.act, entry.count, entry.digest) == (
        "figures.metric:recompute",
        2,
        found.computation.digest,
    )
    assert entry.fields["metric"] == [None, VISITS.key]


@pytest.mark.parametrize(
    "violate", [lambda: Computation.objects.update(rows_seen=0), lambda: Computation.objects.all().delete()]
)
def test_a_computation_is_kept_as_it_was_made(planning_officer, violate):
    bind(planning_officer)
    visit("1-1-01", 2022, "kita")
    run(planning_officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        violate()


# --- on schedule --------------------------------------------------------------------------------------------
def test_the_worker_counts_what_is_bound_and_records_only_what_is_new(planning_officer):
    bind(planning_officer)
    visit("1-1-01", 2022, "kita", 4)
    assert recompute_due() == 1
    assert Observation.objects.get(fiscal_year=2022).value == 4
    entered = Observation.objects.count()
    assert recompute_due() == 0 and Computation.objects.count() == 1
    visit("1-1-01", 2022, "kita", 1)
    assert recompute_due() == 1
    assert Observation.objects.count() == entered + 1
    assert Observation.objects.order_by("pk").last().reason, "a version of the worker has a reason too"


def test_a_metric_that_cannot_be_counted_does_not_stop_the_others(planning_officer, monkeypatch):
    ill = replace(VISITS, key="ill.visits", measure="tests.figures.test_recompute:ill")
    rooms = (Room(key="ill", title="Ill", metrics=(ill,)), *registry.rooms())
    monkeypatch.setattr(registry, "_rooms", rooms)
    bind(planning_officer, "ill.visits", figure=ProjectFigure.objects.first())
    bind(planning_officer)
    visit("1-1-01", 2022, "kita")
    assert recompute_due() == 1


def ill(scope: Any) -> Any:
    raise LookupError("nothing to count")


def test_without_bindings_the_worker_does_nothing():
    assert recompute_due() == 0 and not Computation.objects.exists()


# --- as large as it gets ------------------------------------------------------------------------------------
def test_the_number_of_queries_does_not_grow_with_the_figures(
    planning_officer, django_assert_max_num_queries
):
    for figure in ProjectFigure.objects.select_related("project"):
        bind(planning_officer, f"{VISITS.key}/project={figure.project.code}", figure=figure)
        visit(figure.project.code, 2022, "kita", 20)
    with django_assert_max_num_queries(60):
        run(planning_officer, last=2025)
    assert Observation.objects.count() == 16 and Decimal(40) in set(
        Observation.objects.values_list("value", flat=True)
    )


# --- the cells of a kept cut ---------------------------------------------------------------------------------
def wards(viewer: Any, row: Observation) -> dict[str, Any]:
    [cut] = breakdowns_for(viewer, row)
    return {cell.key[0]: "×" if cell.is_hidden else int(cell.value or 0) for cell in cut.cells}


def test_the_cells_of_a_kept_cut_are_stored_and_protected(planning_officer):
    bind(planning_officer)
    for ward, times in (("kita", 50), ("minami", 40), ("higashi", 2), ("", 20)):
        visit("1-1-01", 2022, ward, times)
    run(planning_officer, last=2022)
    row = Observation.objects.get()
    publish_values(viewer=planning_officer, observation_ids=[row.pk])
    seen = wards(ANONYMOUS, row)
    assert (seen[""], seen["higashi"]) == (112, "×") and list(seen.values()).count("×") >= 2
    assert "?" in seen, "those of whom the ward is not known are a group of their own"
    assert {cell.value for cell in breakdowns_for(planning_officer, row)[0].cells} == {112, 50, 40, 2, 20}


def test_other_cuts_can_be_kept_on_demand(planning_officer):
    bind(planning_officer)
    visit("1-1-01", 2022, "kita", 50)
    run(planning_officer, last=2022, by=["project"])
    [cut] = breakdowns_for(planning_officer, Observation.objects.get())
    assert cut.dimensions == ("project",)


def test_cells_that_moved_between_groups_are_a_new_cut_of_the_value_that_stands(planning_officer):
    bind(planning_officer)
    visit("1-1-01", 2022, "kita", 50)
    visit("1-1-01", 2022, "minami", 40)
    run(planning_officer, last=2022)
    assert run(planning_officer, last=2022).unchanged == 1 and Breakdown.objects.count() == 1
    counted.SEEN[:] = [replace(item, members={**item.members, "ward": "minami"}) for item in counted.SEEN]
    found = run(planning_officer, last=2022)
    assert (found.entered, found.corrected, found.unchanged) == (0, 0, 1)
    row = Observation.objects.get()
    assert wards(planning_officer, row) == {"": 90, "minami": 90}
    assert list(Breakdown.objects.values_list("number", flat=True)) == [1, 2]


def test_what_is_stored_at_once_stays_small(planning_officer):
    """SQLite's lock is held for at most 200 rows, the cells of cuts among them."""
    cut = CutValues(
        dimensions=("ward",), cells=[CellValue(key=(str(n),), value=Decimal(n)) for n in range(97)]
    )
    one = Protected(observation=Observation(), cuts=(cut,), states={}, method="m", links=(), least=10, last=0)
    work = [(one.observation, one)] * 5 + [(Observation(), None)] * 450
    sizes = [len(part) for part in portions(work, Pace())]
    assert sum(sizes) == 455 and sizes[:2] == [2, 2] and max(sizes) <= 200


def test_on_a_busy_machine_the_database_is_held_for_fewer_rows_at_a_time():
    pace = Pace(most=100)
    sizes = []
    for part in portions([(Observation(), None)] * 400, pace):
        sizes.append(len(part))
        pace.after(0.001 * len(part))  # a millisecond a row: 40 of them are enough
    assert sizes[:3] == [100, 40, 40] and sum(sizes) == 400
    pace.after(10)
    assert pace.most == 20, "some progress is made however slow it is"
    pace.after(0)
    assert pace.most == 200, "and never more than one statement holds"
