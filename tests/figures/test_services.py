"""Measured values: with evidence, never overwritten, corrected with a reason, entered all or none."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.figures.models import Evidence, Observation, StagedUpload
from jichi.figures.queries import latest_of, observations_for
from jichi.figures.services import (
    Value,
    add_evidence,
    commit_upload,
    discard_upload,
    enter_values,
    publish_values,
    stage_upload,
)
from jichi.figures.services.values import enter_with_evidence
from jichi.manifest import Role
from jichi.plan.models import Indicator, Node, ProjectFigure, Series
from tests.plan.rich import applied

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plan(db):
    return applied()


@pytest.fixture
def evidence(planning_officer) -> Evidence:
    return add_evidence(viewer=planning_officer, title="市民文化局 年報", publisher="見本市")


def series() -> Series:
    return Series.objects.get(indicator__key="kanyu")


def value(year: int = 2022, number: str | None = "59.4", **more: Any) -> Value:
    subject = {} if "figure" in more else {"series": series()}
    return Value(
        fiscal_year=year, value=None if number is None else Decimal(number), decimals=1, **subject, **more
    )


def test_values_are_entered_with_unit_office_and_evidence(planning_officer, evidence, department):
    Indicator.objects.update(department=department)
    [row] = enter_values(viewer=planning_officer, values=[value()], evidence=evidence)
    assert (row.unit, row.department, row.evidence, row.revision) == ("%", department, evidence, 1)
    assert row.entered_by == planning_officer.actor and row.published_at is None
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.count) == ("figures.observation:enter", 1)


def test_a_correction_needs_a_reason_and_leaves_what_stood(planning_officer, evidence):
    enter_values(viewer=planning_officer, values=[value()], evidence=evidence)
    with pytest.raises(Invalid) as refused:
        enter_values(viewer=planning_officer, values=[value(number="60.0")], evidence=evidence)
    assert "59.4" in refused.value.messages["0"][0]
    enter_values(
        viewer=planning_officer, values=[value(number="60.0", reason="集計の誤り")], evidence=evidence
    )
    rows = list(Observation.objects.order_by("revision"))
    assert [(row.value, row.revision, row.status) for row in rows] == [
        (Decimal("59.4"), 1, "final"),
        (Decimal("60.0"), 2, "corrected"),
    ]
    assert [row.value for row in latest_of(observations_for(planning_officer))] == [Decimal("60.0")]


def test_another_definition_stands_beside(planning_officer, evidence):
    enter_values(viewer=planning_officer, values=[value(), value(definition="2023")], evidence=evidence)
    assert Observation.objects.filter(revision=1).count() == 2


def test_all_or_none(planning_officer, evidence):
    good = [value(year) for year in range(2016, 2026)]
    bad = [value(2026, None), value(1800), value(2027, coverage=(5, 3)), value(2028, "1234567890123")]
    with pytest.raises(Invalid) as refused:
        enter_values(viewer=planning_officer, values=[*good, *bad], evidence=evidence)
    assert set(refused.value.messages) == {"10", "11", "12", "13"}
    assert not Observation.objects.exists()


def test_the_same_year_twice_in_one_table_needs_a_reason(planning_officer, evidence):
    with pytest.raises(Invalid) as refused:
        enter_values(viewer=planning_officer, values=[value(), value(number="60")], evidence=evidence)
    assert set(refused.value.messages) == {"1"}
    rows = enter_values(
        viewer=planning_officer, values=[value(), value(number="60", reason="確報")], evidence=evidence
    )
    assert [row.revision for row in rows] == [1, 2]


def test_missing_is_said_and_zero_is_a_value(planning_officer, evidence):
    figure = ProjectFigure.objects.get(order=1)
    rows = enter_values(
        viewer=planning_officer,
        values=[value(2022, None, note="調査を行わなかった"), value(2022, "0", figure=figure)],
        evidence=evidence,
    )
    assert [row.value for row in rows] == [None, Decimal(0)]


def test_only_a_probability_sample_has_an_interval(planning_officer, evidence):
    ends = (Decimal("57.1"), Decimal("61.7"))
    for kind, wrong in (("other_survey", ends), ("document", ends), ("probability_survey", ends[::-1])):
        with pytest.raises(Invalid):
            enter_values(
                viewer=planning_officer, values=[value(interval=wrong, source_kind=kind)], evidence=evidence
            )
    [row] = enter_values(
        viewer=planning_officer,
        values=[value(interval=ends, n=1402, source_kind="probability_survey")],
        evidence=evidence,
    )
    assert (row.interval_low, row.n) == (Decimal("57.1"), 1402)


def test_a_value_is_of_one_thing(planning_officer, evidence):
    neither = Value(fiscal_year=2022, value=Decimal(1))
    both = Value(
        fiscal_year=2022, value=Decimal(1), series=series(), figure=ProjectFigure.objects.get(order=1)
    )
    with pytest.raises(Invalid) as refused:
        enter_values(viewer=planning_officer, values=[neither, both], evidence=evidence)
    assert set(refused.value.messages) == {"0", "1"}


def test_an_officer_enters_her_departments_values_only(officer, department, other_department, evidence):
    Indicator.objects.update(department=other_department)
    Node.objects.update(department=department)
    mine = value(2022, "3", figure=ProjectFigure.objects.get(order=1))
    with pytest.raises(NotAllowed):
        enter_values(viewer=officer, values=[mine, value()], evidence=evidence)
    assert not Observation.objects.exists()
    assert enter_values(viewer=officer, values=[mine], evidence=evidence)


def test_unpublished_values_are_read_by_the_department_and_by_planners(
    viewer_as, officer, department, other_department, planning_officer, auditor, anonymous, evidence
):
    Indicator.objects.update(department=department)
    [row] = enter_values(viewer=planning_officer, values=[value()], evidence=evidence)
    stranger = viewer_as(Role.OFFICER, other_department)
    for viewer, sees in ((officer, 1), (planning_officer, 1), (auditor, 1), (stranger, 0), (anonymous, 0)):
        assert observations_for(viewer).count() == sees, viewer.name
    publish_values(viewer=planning_officer, observation_ids=[row.pk])
    assert observations_for(anonymous).count() == observations_for(stranger).count() == 1


def test_publishing_is_counted_once(planning_officer, officer, evidence):
    rows = enter_values(viewer=planning_officer, values=[value(2022), value(2023)], evidence=evidence)
    ids = [row.pk for row in rows]
    with pytest.raises(NotAllowed):
        publish_values(viewer=officer, observation_ids=ids)
    assert publish_values(viewer=planning_officer, observation_ids=ids) == 2
    assert publish_values(viewer=planning_officer, observation_ids=ids) == 0
    assert AuditEntry.objects.filter(act="figures.observation:publish").get().count == 2


def test_evidence_needs_a_title_and_a_whole_checksum(planning_officer):
    for facts in ({"title": " "}, {"title": "年報", "sha256": "zz"}, {"title": "年報", "url": "nowhere"}):
        with pytest.raises(Invalid):
            add_evidence(viewer=planning_officer, **facts)
    assert not Evidence.objects.exists()


def test_a_value_and_its_evidence_are_entered_together_or_not_at_all(planning_officer):
    with pytest.raises(Invalid) as refused:
        enter_with_evidence(
            viewer=planning_officer, value=value(2022, None), evidence=None, new_evidence={"title": "年報"}
        )
    assert list(refused.value.messages) == ["note"]
    assert not Evidence.objects.exists()
    with pytest.raises(Invalid):
        enter_with_evidence(viewer=planning_officer, value=value(), evidence=None, new_evidence={"title": ""})
    assert not Observation.objects.exists()


def _set(**facts: Any):
    return lambda row: Observation.objects.filter(pk=row.pk).update(**facts)


KEPT = {
    "value": _set(value=Decimal(1)),
    "year": _set(fiscal_year=2021),
    "note": _set(note="別の話"),
    "reason": _set(reason="別の理由"),
    "status": _set(status="provisional"),
    "coverage from nothing": _set(coverage_seen=1, coverage_whole=2),
    "n from nothing": _set(n=5),
    "day from nothing": _set(as_of=datetime.date(2022, 1, 1)),
    "deletion": lambda row: Observation.objects.filter(pk=row.pk).delete(),
    "deletion of evidence": lambda row: Evidence.objects.filter(pk=row.evidence_id).delete(),
}


@pytest.mark.parametrize("what", KEPT)
def test_the_database_itself_keeps_what_stands(what, planning_officer, evidence):
    [row] = enter_values(viewer=planning_officer, values=[value()], evidence=evidence)
    with pytest.raises(DatabaseError), transaction.atomic():
        KEPT[what](row)
    row.refresh_from_db()
    assert row.value == Decimal("59.4")


def test_a_missing_value_is_not_filled_in_afterwards(planning_officer, evidence):
    [row] = enter_values(
        viewer=planning_officer, values=[value(2022, None, note="未実施")], evidence=evidence
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Observation.objects.filter(pk=row.pk).update(value=Decimal(5))


# --- tables between upload and confirmation ------------------------------------------------------------------------
def staged(viewer: Any, **more: Any) -> StagedUpload:
    return stage_upload(viewer=viewer, filename="values.csv", content=b"x", options={}, **more)


def test_a_staged_table_is_entered_once(planning_officer):
    token = staged(planning_officer).token
    facts = {
        "viewer": planning_officer,
        "token": token,
        "values": [value()],
        "new_evidence": {"title": "年報"},
    }
    [row] = commit_upload(**facts)
    assert row.evidence.filename == "values.csv" and len(row.evidence.sha256) == 64
    with pytest.raises(StagedUpload.DoesNotExist):
        commit_upload(**facts)
    assert Observation.objects.count() == 1


def test_nothing_new_makes_no_evidence(planning_officer):
    commit_upload(
        viewer=planning_officer,
        token=staged(planning_officer).token,
        values=[],
        new_evidence={"title": "年報"},
    )
    assert not Evidence.objects.exists() and not StagedUpload.objects.exists()


def test_a_failed_table_stays_staged_and_leaves_no_evidence(planning_officer):
    token = staged(planning_officer).token
    with pytest.raises(Invalid):
        commit_upload(
            viewer=planning_officer, token=token, values=[value(2022, None)], new_evidence={"title": "年報"}
        )
    assert StagedUpload.objects.filter(token=token).exists() and not Evidence.objects.exists()


def test_a_staged_table_is_its_owners_and_expires(planning_officer, viewer_as, officer):
    row = staged(planning_officer)
    with pytest.raises(StagedUpload.DoesNotExist):
        commit_upload(viewer=officer, token=row.token, values=[], new_evidence={"title": "年報"})
    discard_upload(viewer=officer, token=row.token)
    assert StagedUpload.objects.filter(pk=row.pk).exists()
    past = timezone.now() - datetime.timedelta(days=2)
    StagedUpload.objects.filter(pk=row.pk).update(
        created_at=past, expires_at=past + datetime.timedelta(hours=1)
    )
    with pytest.raises(StagedUpload.DoesNotExist):
        commit_upload(viewer=planning_officer, token=row.token, values=[], new_evidence={"title": "年報"})
    staged(planning_officer)
    assert not StagedUpload.objects.filter(pk=row.pk).exists()


def test_a_table_beyond_5_mb_is_not_staged(planning_officer):
    with pytest.raises(Invalid):
        stage_upload(
            viewer=planning_officer, filename="x.csv", content=b"x" * (5 * 1024 * 1024 + 1), options={}
        )


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.TRANSLATOR, Role.ADMINISTRATOR, None])
def test_who_may_not_enter_stages_nothing(role, viewer_as, evidence):
    viewer = viewer_as(role)
    for act in (
        lambda: staged(viewer),
        lambda: commit_upload(viewer=viewer, token=uuid.uuid4(), values=[]),
        lambda: discard_upload(viewer=viewer, token=uuid.uuid4()),
        lambda: add_evidence(viewer=viewer, title="年報"),
        lambda: enter_values(viewer=viewer, values=[], evidence=evidence),
    ):
        with pytest.raises(NotAllowed):
            act()
