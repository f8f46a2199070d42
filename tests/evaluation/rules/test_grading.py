"""Grading through the service: which value counts, what stands beside it, and what a second run does."""

from __future__ import annotations

import copy
import datetime
from typing import Any

import pytest
from django.utils import timezone, translation

from jichi.city.access import ANONYMOUS, Viewer
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry, City, Department
from jichi.evaluation.enums import CycleKind, CycleState
from jichi.evaluation.models import Cycle, Grade
from jichi.evaluation.queries.grades import combined_of, grades_for, grades_of, public_grades_of, superseded
from jichi.evaluation.services.grading import Counts, grade_cycle
from jichi.figures.models import Observation
from jichi.manifest import Role

from . import planned
from .files import raw
from .planned import cycle, define, indicator, newest, plan, publish, result, survey, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city(city: City) -> None:
    """Its fiscal years begin in April."""


def flags(row: Grade) -> list[str]:
    return [one["code"] for one in row.beside["flags"]]


def test_each_series_is_graded_with_everything_it_was_made_from(planning_officer: Viewer) -> None:
    made = plan()
    rising = indicator(made, "hiroi")
    seen = result(rising, 2025, "15.0")
    gone = indicator(made, "nashi")
    indicator(made, "jikkan", kind="sense")
    indicator(made, "mokuhyo-nashi", targets={})
    row = cycle(made, version_of("kawasaki"))
    found = grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert found == Counts(graded=1, not_judged=1, written=2, unchanged=0)
    grade = newest(row, rising)
    assert (grade.grade, grade.cause, grade.observation_id) == ("c", "", seen.pk)
    # The current value of the plan is the start, never what stood when it was first drawn up.
    assert grade.case | {"unit": None, "note": None} == {
        "year": 2025, "value": "15.0", "value_year": 2025, "target": "25.0", "target_year": 2025,
        "target_decimals": 0, "start": "16.9", "start_year": 2021, "start_decimals": 1, "comparator": "ge",
        "sign": 1, "decimals": 1, "unit": None, "is_survey": False, "is_sense": False, "note": None,
        "params": {},
    }  # fmt: skip
    assert [(step["grade"], step["outcome"]) for step in grade.steps] == [
        ("a", "fails"), ("b", "fails"), ("c", "holds"),
    ]  # fmt: skip
    assert (grade.beside["progress"], grade.beside["expected"]) == ("-23.5", "25.0")
    assert flags(grade) == ["unusual_base"]
    missing = newest(row, gone)
    assert (missing.grade, missing.cause) == ("", "no_value")
    entry = AuditEntry.objects.filter(act="evaluation.cycle:grade").get()
    assert (entry.count, entry.fields["rule"]) == (2, [None, "kawasaki#1"])


def test_only_the_planning_section_grades(officer: Viewer, auditor: Viewer) -> None:
    row = cycle(plan(), version_of("kawasaki"))
    for viewer in (officer, auditor, ANONYMOUS):
        with pytest.raises(NotAllowed):
            grade_cycle(viewer=viewer, cycle_id=row.pk)


def test_published_or_final_values_count_in_their_newest_revision(planning_officer: Viewer) -> None:
    made = plan()
    one, other = indicator(made, "kakutei"), indicator(made, "sokuho")
    result(one, 2025, "10")
    result(one, 2025, "26", revision=2, published_at=None)  # final, though not published yet
    result(other, 2025, "20", status="provisional")
    result(other, 2025, "26", revision=2, status="provisional", published_at=None)
    row = cycle(made, version_of("kawasaki"))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert newest(row, one).grade == "a"
    assert newest(row, other).grade == "b"
    assert "provisional" in flags(newest(row, other))


def test_the_target_of_the_year_counts_else_that_of_the_period(planning_officer: Viewer) -> None:
    made = plan()
    yearly = indicator(made, "maitoshi", targets={2023: "18", 2025: "25"})
    period = indicator(made, "kikan")
    for placed in (yearly, period):
        result(placed, 2023, "18.5")
    row = cycle(made, version_of("kawasaki"), year=2023)
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert newest(row, yearly).grade == "a"
    assert "period_target" not in flags(newest(row, yearly))
    held = newest(row, period)
    assert held.grade == "b" and held.case["target_year"] == 2025
    assert (held.beside["expected"], held.beside["expected_year"]) == (
        "21.0",
        2023,
    )  # 16.9 + 8.1 · 2/4, rounded
    assert {"code": "period_target", "year": 2023} in held.beside["flags"]
    final = cycle(made, row.rule, year=2024, kind=CycleKind.FINAL)
    grade_cycle(viewer=planning_officer, cycle_id=final.pk)
    assert newest(final, yearly).case["target"] == "25.0"


def test_nothing_is_computed_across_a_break(planning_officer: Viewer) -> None:
    made = plan()
    changed, both, start = indicator(made, "kawatta"), indicator(made, "heiki"), indicator(made, "saisho")
    define(changed, ("1", None), ("2", 2024))
    result(changed, 2025, "30", definition="2")
    define(both, ("1", None), ("2", 2024))
    result(both, 2025, "18", definition="1")
    result(both, 2025, "30", definition="2")
    define(start, ("1", None), ("2", 2022))  # the plan was adopted in FY2021: its targets follow 1
    result(start, 2025, "18", definition="1")
    row = cycle(made, version_of("kawasaki"))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    broken = newest(row, changed)
    assert (broken.grade, broken.cause, broken.case["params"]) == ("", "break", {"break_year": 2025})
    assert broken.beside["progress"] is None and "break" in flags(broken)
    assert newest(row, both).grade == "b"  # the line the target follows is still measured
    assert newest(row, start).grade == "b"


def test_a_start_of_another_definition_is_not_compared_with(planning_officer: Viewer) -> None:
    made = plan()
    short, reached = indicator(made, "todokanai", start_year=2019), indicator(made, "todoku", start_year=2019)
    for placed, value in ((short, "20"), (reached, "26")):
        define(placed, ("1", None), ("2", 2020))
        result(placed, 2025, value, definition="2")
    row = cycle(made, version_of("kawasaki"))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert (newest(row, short).grade, newest(row, short).cause) == ("", "break")
    assert newest(row, reached).grade == "a"  # value and target follow the same
    with translation.override("en"):
        said = " ".join(grades_of(planning_officer, row)[0].steps)
    assert "The current value is left out: the definition changed between" in said and "prints no" not in said
    assert all("break_start" in flags(newest(row, placed)) for placed in (short, reached))


def test_a_survey_not_run_is_never_the_worst_grade(planning_officer: Viewer) -> None:
    made = plan()
    placed = indicator(made, "chosa")
    survey(placed, 2023, "26")
    gone = survey(placed, 2025, None)
    kept = cycle(made, version_of("mihon", 1))
    grade_cycle(
        viewer=planning_officer, cycle_id=kept.pk, at=timezone.make_aware(datetime.datetime(2024, 2, 1))
    )
    found = newest(kept, placed)
    assert (found.grade, found.cause, found.observation_id) == ("", "survey_not_run", gone.pk)
    assert found.case["note"]["ja"] == "調査を行わなかった" and "survey_not_run" in flags(found)
    later = cycle(made, version_of("mihon", 2), kind=CycleKind.FINAL)
    grade_cycle(viewer=planning_officer, cycle_id=later.pk)
    stood = newest(later, placed)
    assert (stood.grade, stood.case["value_year"]) == ("a", 2023)
    assert "last_value" in flags(stood) and stood.beside["interval"]["n"] == 1400


def test_a_value_before_the_period_never_stands_in(planning_officer: Viewer) -> None:
    made = plan()
    placed = indicator(made, "mukashi", start_year=2019)
    survey(placed, 2021, "26")
    survey(placed, 2025, None)
    row = cycle(made, version_of("mihon", 2))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert newest(row, placed).cause == "survey_not_run"


def test_what_must_be_said_beside(planning_officer: Viewer) -> None:
    made = plan()
    kept = indicator(made, "iji", start="25")
    easy = indicator(made, "yurui", start="28.8")
    part = indicator(made, "ichibu")
    own = indicator(made, "jihyo")
    result(kept, 2025, "26")
    result(easy, 2025, "26")
    result(part, 2025, "26", coverage_seen=2, coverage_whole=3)
    result(own, 2025, "26", source_kind="other_survey")
    row = cycle(made, version_of("kawasaki"))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert "maintain" in flags(newest(row, kept))
    assert "target_easier" in flags(newest(row, easy))
    assert {"code": "partial_coverage", "seen": 2, "whole": 3} in newest(row, part).beside["flags"]
    assert "not_random" in flags(newest(row, own))


def test_whether_a_change_is_more_than_chance(planning_officer: Viewer) -> None:
    made = plan()
    small, large, alone = (indicator(made, key) for key in ("sukoshi", "ookii", "hitori"))
    for placed, value in ((small, "17.5"), (large, "24.0")):
        survey(placed, 2021, "16.9")
        survey(placed, 2025, value)
    survey(alone, 2025, "24.0")
    row = cycle(made, version_of("kawasaki"))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert "change_not_shown" in flags(newest(row, small))
    shown = newest(row, large)
    assert "change_shown" in flags(shown) and shown.beside["change"]["value"] == "7.1"
    assert shown.beside["interval"] == {"low": "21.500000", "high": "26.500000", "level": "95", "n": 1400}
    assert "change_unknown" in flags(newest(row, alone)) and newest(row, alone).beside["change"] is None


def test_two_series_each_and_together(planning_officer: Viewer) -> None:
    made = plan()
    placed = indicator(made, "kenri", series=("kodomo", "otona"))
    result(placed, 2025, "26", name="kodomo")
    result(placed, 2025, "18", name="otona")
    row = cycle(made, version_of("kawasaki"))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    rows = list(Grade.objects.filter(cycle=row).select_related("rule__rule_set", "series"))
    together = combined_of(rows)
    assert together is not None and (together.grade, together.series) == ("b", ("otona",))


def test_a_second_run_writes_only_what_changed_and_needs_a_reason(planning_officer: Viewer) -> None:
    made = plan()
    stays, moves = indicator(made, "sono-mama"), indicator(made, "ugoku")
    result(stays, 2025, "26")
    result(moves, 2025, "15.0")
    row = cycle(made, version_of("kawasaki"))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert grade_cycle(viewer=planning_officer, cycle_id=row.pk).written == 0
    result(moves, 2025, "14.9", revision=2)
    with pytest.raises(Invalid) as caught:
        grade_cycle(viewer=planning_officer, cycle_id=row.pk, reason="  ")
    assert "reason" in caught.value.messages and newest(row, moves).revision == 1
    done = grade_cycle(viewer=planning_officer, cycle_id=row.pk, reason="実績を訂正したため")
    assert (done.written, done.unchanged) == (1, 1)
    again = newest(row, moves)
    assert (again.grade, again.revision, again.reason) == ("d", 2, "実績を訂正したため")
    assert Grade.objects.get(cycle=row, placement=moves, revision=1).grade == "c"


def test_a_superseded_rule_is_told_and_regraded_with_a_reason(planning_officer: Viewer) -> None:
    made = plan()
    placed = indicator(made, "kisoku")
    result(placed, 2025, "15.0")
    row = cycle(made, version_of("kawasaki"))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert superseded(row) is None
    stricter = copy.deepcopy(raw("kawasaki"))
    for clause in stricter["versions"][0]["clauses"][2:]:
        clause["limit"] = "70"
    planned.loaded(stricter)
    newer = superseded(row)
    assert newer is not None and newer.number == 2
    with translation.override("en"):
        said = grades_of(planning_officer, row)[0].flags
        assert any("newer version, number 2" in one for one in said)
    with pytest.raises(Invalid) as caught:
        grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert "1" in caught.value.messages["reason"][0] and "2" in caught.value.messages["reason"][0]
    assert newest(row, placed).revision == 1
    grade_cycle(viewer=planning_officer, cycle_id=row.pk, reason="規則の改正による")
    row.refresh_from_db()
    assert row.rule_id == newer.pk
    again = newest(row, placed)
    assert (again.grade, again.revision, again.rule_id) == ("d", 2, newer.pk)
    assert Grade.objects.get(placement=placed, revision=1).rule.number == 1
    assert superseded(row) is None


def test_a_rule_of_a_later_year_changes_nothing_here(planning_officer: Viewer) -> None:
    row = cycle(plan(), version_of("kawasaki"))
    later = copy.deepcopy(raw("kawasaki"))
    later["versions"][0] |= {"in_force_from": "2026-04-01", "allows_last": True}
    planned.loaded(later)
    assert superseded(row) is None


@pytest.mark.parametrize("why", ["published", "no rule", "proposal"])
def test_what_cannot_be_graded_says_so(why: str, planning_officer: Viewer) -> None:
    rule = None if why == "no rule" else version_of("jichi-proposal" if why == "proposal" else "kawasaki")
    row = cycle(plan(), rule)
    if why == "published":
        publish(row)
    with pytest.raises(Invalid):
        grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    assert not Grade.objects.exists()


def test_who_reads_a_grade_before_publication(
    planning_officer: Viewer, officer: Viewer, auditor: Viewer, department: Department, viewer_as: Any
) -> None:
    made = plan()
    own, other = indicator(made, "jibun"), indicator(made, "yoso")
    type(own.indicator).objects.filter(pk=own.indicator_id).update(department=department)
    for placed in (own, other):
        result(placed, 2025, "26")
    row = cycle(made, version_of("kawasaki"))
    grade_cycle(viewer=planning_officer, cycle_id=row.pk)
    reviewer = viewer_as(Role.EXTERNAL_REVIEWER)
    assert [grades_for(one).count() for one in (planning_officer, auditor, officer, reviewer, ANONYMOUS)] == [
        2, 2, 1, 0, 0,
    ]  # fmt: skip
    publish(row, timezone.now() + datetime.timedelta(days=1))
    assert grades_for(ANONYMOUS).count() == 0 and public_grades_of([own]) == []
    publish(row)
    assert grades_for(ANONYMOUS).count() == 2 and len(public_grades_of([own])) == 1


def test_grading_takes_the_same_number_of_queries_for_one_and_for_many(
    planning_officer: Viewer, django_assert_max_num_queries: Any
) -> None:
    made = plan()
    row = cycle(made, version_of("kawasaki"))
    for number in range(12):
        result(indicator(made, f"i{number}"), 2025, "20")
    with django_assert_max_num_queries(24):
        assert grade_cycle(viewer=planning_officer, cycle_id=row.pk).written == 12


def test_a_cycle_in_preparation_may_be_graded(planning_officer: Viewer) -> None:
    made = plan()
    result(indicator(made, "hayai"), 2025, "26")
    row = cycle(made, version_of("kawasaki"), state=CycleState.PREPARING)
    assert grade_cycle(viewer=planning_officer, cycle_id=row.pk).graded == 1
    assert Cycle.objects.get(pk=row.pk).state == CycleState.PREPARING
    assert Observation.objects.count() == 1
