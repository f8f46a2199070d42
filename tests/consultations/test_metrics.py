"""What other pages, lists and datasets tell of consultations: metrics, duties, search, exports, panels."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils import timezone, translation

from jichi.city import registry
from jichi.city.access import ANONYMOUS
from jichi.consultations import duties, panels
from jichi.consultations.metrics import METRICS
from jichi.consultations.models import Consultation
from jichi.consultations.queries.consultations import (
    Filters,
    consultation_for,
    consultations_for,
    counted_by_stage,
    in_stage,
    public_consultation,
    public_for,
    standing,
)
from jichi.consultations.queries.export import consultation_rows, result_rows
from jichi.consultations.queries.findable import consultations
from jichi.consultations.queries.metrics import procedures_behind, year_of
from jichi.consultations.services import dispose_many, keep_draft, publish_exempt, publish_result, withdraw
from jichi.manifest import Figure, Scope

from .conftest import BENCH, DARK, LIGHT, ConsultationMaker, desk_of, fresh
from .saying import set_of


def _finish(row: Consultation, people: SimpleNamespace) -> None:
    sets = [set_of(desk_of(row), text).pk for text in (LIGHT, DARK, BENCH)]
    dispose_many(viewer=people.officer, consultation_id=row.pk, set_ids=sets[:2], code="3", view="考え方")
    dispose_many(
        viewer=people.officer,
        consultation_id=row.pk,
        set_ids=sets[2:],
        code="1",
        view="改めました",
        change="ベンチを増やした",
    )
    keep_draft(viewer=people.officer, consultation_id=row.pk)
    publish_result(viewer=people.demo, consultation_id=row.pk, version=None)


def _measured(scope: Scope) -> dict[str, list[Figure]]:
    return {one.key: list(registry.resolve(one.measure)(scope)) for one in METRICS}


def test_metrics_say_what_they_know_of(
    over: Consultation, opened: ConsultationMaker, people: SimpleNamespace
) -> None:
    assert over.first_day is not None and over.last_day is not None
    year = year_of(over.first_day)
    before = _measured(Scope(first_year=year, last_year=year))
    assert before["consultations.procedures"][0].value == 1
    assert before["consultations.opinions"][0].value is None
    assert before["consultations.opinions"][0].coverage == (0, 1)
    assert before["consultations.opinions"][0].reason_missing
    _finish(over, people)
    opened(
        key="another", first_day=over.first_day, last_day=timezone.localdate() + datetime.timedelta(days=9)
    )
    found = _measured(Scope(first_year=year, last_year=year))
    assert found["consultations.procedures"][0].value == 2
    assert (found["consultations.opinions"][0].value, found["consultations.opinions"][0].coverage) == (
        5,
        (1, 2),
    )
    assert found["consultations.changed"][0].value == 40
    assert found["consultations.days_to_result"][0].value == (timezone.localdate() - over.last_day).days
    by = list(
        registry.resolve(METRICS[0].measure)(Scope(first_year=year, last_year=year, by=("department",)))
    )
    assert {one.members: one.value for one in by} == {("",): 2, ("kyodo",): 2}
    past = Scope(first_year=year, last_year=year, as_of=over.first_day - datetime.timedelta(days=1))
    assert _measured(past)["consultations.procedures"][0].value == 0
    assert procedures_behind(ANONYMOUS, Scope(first_year=year, last_year=year)).count() == 2


def test_duties_follow_a_consultation(
    over: Consultation, prepared: ConsultationMaker, opened: ConsultationMaker, people: SimpleNamespace
) -> None:
    prepared(key="next", first_day=timezone.localdate(), last_day=timezone.localdate())
    opened(key="soon", last_day=timezone.localdate() + datetime.timedelta(days=2), short_reason="急ぐ")
    assert [one.title for one in duties.to_publish(people.head)] == ["公園の計画（案）"]
    assert not list(duties.to_publish(people.officer)) and not list(duties.to_publish(people.strange_head))
    assert len(list(duties.ending(people.officer))) == 1
    with translation.override("en"):
        (waiting,) = duties.to_dispose(people.officer)
    assert waiting.detail == "5 opinions without disposition"
    assert not list(duties.results_due(people.officer))
    sets = [set_of(desk_of(over), text).pk for text in (LIGHT, DARK, BENCH)]
    dispose_many(viewer=people.officer, consultation_id=over.pk, set_ids=sets, code="2", view="考え方")
    assert not list(duties.to_dispose(people.officer))
    assert len(list(duties.results_due(people.officer))) == 1
    assert not list(duties.results_ready(people.officer)) and not list(duties.results_due(people.stranger))


def test_who_sees_which_where(
    over: Consultation, prepared: ConsultationMaker, opened: ConsultationMaker, people: SimpleNamespace
) -> None:
    opened(key="runs")
    hidden = prepared(key="hidden")
    exempt = prepared(key="exempt")
    publish_exempt(
        viewer=people.head, consultation_id=exempt.pk, version=exempt.version, reason="急ぐ", ground="条例"
    )
    gone = opened(key="gone")
    withdraw(viewer=people.head, consultation_id=gone.pk, version=gone.version, reason="やめた")
    today = timezone.localdate()
    for row in Consultation.objects.all():
        matching = [stage for stage in counted_by_stage(people.demo) if _in(row, stage, today)]
        assert matching == [str(row.stage(today))]
    assert {row.key for row in public_for()} == {over.key, "runs", "exempt", "gone"}
    shown = standing(public_for())
    assert [row.key for row in shown.open] == ["runs"] and [row.key for row in shown.considered] == [over.key]
    assert len(shown.others) == 2
    with pytest.raises(Consultation.DoesNotExist):
        public_consultation("hidden")
    assert consultations_for(people.officer)[0].key == "runs"
    assert consultations_for(people.officer).count() == consultations_for(people.planner).count() == 5
    assert [row.key for row in consultations_for(people.officer, Filters(stage="preparing"))] == ["hidden"]
    assert not consultations_for(people.stranger) and not consultations_for(people.nobody)
    with pytest.raises(Consultation.DoesNotExist):
        consultation_for(people.stranger, hidden.pk)


def _in(row: Consultation, stage: str, today: datetime.date) -> bool:
    return Consultation.objects.filter(in_stage(stage, today), pk=row.pk).exists()


def test_search_exports_and_panels_show_what_is_public(
    over: Consultation, prepared: ConsultationMaker, people: SimpleNamespace
) -> None:
    hidden = prepared(key="hidden", title="秘密の計画")
    request = RequestFactory().get("/")
    before = list(consultations())
    assert len(before) == len(settings.LANGUAGES)
    assert all(one.url.endswith(f"/consultations/{over.key}/") for one in before)
    assert "街灯" in before[0].body
    assert not list(result_rows(ANONYMOUS))
    _finish(over, people)
    row = fresh(over)
    found = list(consultations([("consultations.consultation", str(row.pk))]))
    assert found and all("result" in one.url and "改めました" in one.body for one in found)
    assert not list(consultations([("consultations.consultation", str(hidden.pk))]))
    (listed,) = consultation_rows(ANONYMOUS)
    assert (listed["submissions"], listed["opinions"], listed["changed"], listed["days"]) == (3, 5, 2, 30)
    assert {(one["code"], one["opinions"]) for one in result_rows(ANONYMOUS)} == {
        ("1", 2),
        ("3", 2),
        ("3", 1),
    }
    home = panels.on_home(ANONYMOUS, None, request)
    assert len(home["consultation_lines"]) == 1 and home["open_count"] == 0
    assert panels.on_document(ANONYMOUS, SimpleNamespace(pk=0), request) == {}  # type: ignore[arg-type]
