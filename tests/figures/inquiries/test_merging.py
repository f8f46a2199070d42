"""Merging: what is added up, what is left out, what does not add up, and what comes of it as a value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jichi.city.errors import Invalid
from jichi.city.viewers import system_viewer
from jichi.figures.inquiries.services import (
    Who,
    cancel_request,
    choose_respondents,
    enter_results,
    merge_inquiry,
    report_nothing,
    send_inquiry,
)
from jichi.figures.inquiries.services.results import is_stale
from jichi.figures.models import Observation
from tests.plan.rich import applied

from .sample import (
    EVENT,
    MONTH,
    accept,
    answer,
    answered_and_accepted,
    bind,
    drafted,
    measuring,
    office,
    request_of,
    sent,
    series,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer(db):
    applied()
    return system_viewer("demo")


@pytest.fixture
def four(db):
    return [office(key, f"{key}課") for key in ("aoi", "beni", "chairo", "daidai")]


def test_totals_are_sums_and_a_share_is_the_share_of_the_whole(viewer, four):
    inquiry = sent(series(), four)
    answered_and_accepted(
        inquiry, four[0], members=30, women=15, seats__1=12, body__1="甲", seats__2=3, body__2="乙"
    )
    answered_and_accepted(inquiry, four[1], members=10, women=1, seats__1=10, body__1="丙")
    answer(request_of(inquiry, four[2]), members=99, women=9)
    merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    # Written by hand: 30 + 10, 15 + 1, 16 of 40 is 40 % (the mean of 50 % and 10 % would be 30 %), 12 + 3 + 10.
    assert merge.totals["members"]["total"] == "40" and merge.totals["women"]["total"] == "16"
    assert merge.totals["share"]["total"] == "40.0"
    assert merge.totals["seats"]["total"] == "25" and merge.totals["seats"]["filled"] == 3
    assert (merge.seen, merge.whole) == (2, 4)
    missing = {request_of(inquiry, four[2]).pk, request_of(inquiry, four[3]).pk}
    assert set(merge.revisions["missing"]) == missing


def test_what_is_computed_from_choices_is_counted_up(viewer, four):
    definition = {**EVENT, "parts": [{**EVENT["parts"][0]}]}
    definition["parts"][0]["fields"] = [
        *EVENT["parts"][0]["fields"],
        {"key": "times", "label": {"ja": "回数"}, "type": "computed", "formula": "if_(held, 1, 0)"},
    ]
    inquiry = _slips(viewer, series("slip", definition, kind="event"), ["春", "夏", "秋"], four[0])
    answered_and_accepted(inquiry, "春", held="yes", attendance=120, how="register")
    answered_and_accepted(inquiry, "夏", held="no", why_not="weather")
    answered_and_accepted(inquiry, "秋", held="yes", attendance=80, how="register")
    merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    assert merge.totals["times"]["total"] == "2"


def test_answered_returns_are_taken_only_when_the_merge_says_so(viewer, four):
    inquiry = sent(series(), four)
    answered_and_accepted(inquiry, four[0], members=30, women=15)
    answer(request_of(inquiry, four[1]), members=10, women=5)
    first = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    with pytest.raises(Invalid) as error:
        merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk, with_answered=True)
    assert "reason" in error.value.messages
    second = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk, with_answered=True, reason="速報のため")
    assert (first.number, first.seen, second.number, second.seen) == (1, 1, 2, 2)
    assert second.revisions["states"] != first.revisions["states"]


def test_nothing_accepted_is_nothing_to_merge(viewer, four):
    inquiry = sent(series(), four)
    with pytest.raises(Invalid):
        merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)


def test_a_merge_becomes_a_value_with_its_coverage(viewer, four):
    row = series()
    measured = measuring(row, "sum(women) / sum(members) * 100", decimals=1)
    inquiry = sent(row, four)
    answered_and_accepted(inquiry, four[0], members=30, women=15)
    answered_and_accepted(inquiry, four[1], members=9, women=1)
    report_nothing(viewer=viewer, request_id=request_of(inquiry, four[2]).pk, text="審議会がない")
    accept(request_of(inquiry, four[2]))
    merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    [value] = enter_results(viewer=viewer, merge_id=merge.pk).rows
    # 16 / 39 = 41.02…
    assert value.series == measured and value.value == Decimal("41.0")
    assert (value.coverage_seen, value.coverage_whole) == (3, 4)
    assert value.status == Observation.Status.PROVISIONAL, "one has not answered and the inquiry is open"
    assert value.evidence == merge.evidence and value.evidence_digest == merge.digest
    assert value.computation["expression"] == "sum(women) / sum(members) * 100"
    assert value.computation["inputs"]["members"]["sum"] == "39"
    again = enter_results(viewer=viewer, merge_id=merge.pk)
    assert (again.rows, again.unchanged) == ((), 1)


def test_a_figure_of_another_source_gets_nothing(viewer, four):
    row = series()
    measured = measuring(row, "sum(members)")
    bind_later = "office-of-somebody"
    inquiry = sent(row, four)
    answered_and_accepted(inquiry, four[0], members=30, women=15)
    bind(measured, bind_later, via="table", kind="outside_statistics")
    merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    done = enter_results(viewer=viewer, merge_id=merge.pk)
    assert done.rows == () and len(done.refused) == 1
    assert not Observation.objects.exists()


def test_a_number_left_empty_makes_the_value_unknown_and_is_named(viewer, four):
    row = series()
    measuring(row, "sum(budget)")
    inquiry = sent(row, four[:2])
    answered_and_accepted(inquiry, four[0], members=30, women=15, budget=1000)
    gap = answered_and_accepted(inquiry, four[1], members=10, women=1)
    merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    assert {"kind": "empty", "request": gap.pk, "place": "budget"} in merge.findings
    [value] = enter_results(viewer=viewer, merge_id=merge.pk).rows
    assert value.value is None and value.note
    assert value.computation["inputs"]["budget"]["empty"] == [gap.pk]


def test_nothing_to_report_from_everybody_is_nought(viewer, four):
    row = series()
    measuring(row, "sum(members)")
    inquiry = sent(row, four[:2])
    for one in four[:2]:
        report_nothing(viewer=viewer, request_id=request_of(inquiry, one).pk, text="該当なし")
        accept(request_of(inquiry, one))
    merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    [value] = enter_results(viewer=viewer, merge_id=merge.pk).rows
    assert value.value == 0 and (value.coverage_seen, value.coverage_whole) == (2, 2)
    assert value.status == Observation.Status.FINAL


def test_a_correction_after_the_merge_makes_it_stale(viewer, four):
    row = series()
    measuring(row, "sum(members)")
    inquiry = sent(row, four[:2])
    request = answered_and_accepted(inquiry, four[0], members=30, women=15)
    merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    assert not is_stale(merge)
    [first] = enter_results(viewer=viewer, merge_id=merge.pk).rows
    answer(request, note="数え間違い", members=31, women=15)
    assert is_stale(merge)
    with pytest.raises(Invalid):
        enter_results(viewer=viewer, merge_id=merge.pk)
    accept(request)
    again = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk, reason="青い課の訂正")
    [second] = enter_results(viewer=viewer, merge_id=again.pk).rows
    assert (first.value, first.revision, second.value, second.revision) == (30, 1, 31, 2)
    assert second.reason == "青い課の訂正"
    with pytest.raises(Invalid):
        enter_results(viewer=viewer, merge_id=merge.pk)


def test_outliers_stand_with_both_numbers(viewer, four):
    row = series()
    last = sent(row, four, 2024)
    now = None
    for one in four:
        answered_and_accepted(last, one, members=100, women=40)
    now = sent(row, four, 2025)
    assert now.previous == last
    for one in four[:3]:
        answered_and_accepted(now, one, members=104, women=42)
    odd = answered_and_accepted(now, four[3], members=1000, women=41)
    merge = merge_inquiry(viewer=viewer, inquiry_id=now.pk)
    found = [one for one in merge.findings if one["kind"] == "outlier"]
    assert {(one["request"], one["place"], one["now"], one["before"], one["why"]) for one in found} >= {
        (odd.pk, "members", "1000", "100", "unit")
    }
    warnings = [one for one in merge.findings if one["kind"] == "check"]
    assert [(one["request"], one["params"]["check"]) for one in warnings] == [(odd.pk, "many")]


def _slips(viewer, row, events, organiser):
    inquiry = drafted(row)
    choose_respondents(
        viewer=viewer,
        inquiry_id=inquiry.pk,
        who=[Who(department_id=organiser.pk, label=name) for name in events],
    )
    return send_inquiry(viewer=viewer, inquiry_id=inquiry.pk)


def test_cancelled_by_weather_is_not_nought(viewer, four):
    row = series("slip", EVENT, kind="event")
    measuring(row, "sum(attendance)")
    inquiry = _slips(viewer, row, ["春の美化", "夏の美化", "秋の美化"], four[0])
    answered_and_accepted(inquiry, "春の美化", held="yes", attendance=120, how="register")
    answered_and_accepted(inquiry, "夏の美化", held="no", why_not="weather")
    answered_and_accepted(inquiry, "秋の美化", held="yes", attendance=80, how="estimate")
    merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    assert merge.totals["attendance"]["total"] == "200" and len(merge.totals["attendance"]["not_asked"]) == 1
    assert merge.totals["why_not"]["counts"] == {"weather": 1}
    [value] = enter_results(viewer=viewer, merge_id=merge.pk).rows
    assert value.value == 200 and "1" in value.note and (value.coverage_seen, value.coverage_whole) == (3, 3)


def test_when_every_event_was_cancelled_there_is_no_value(viewer, four):
    row = series("slip", EVENT, kind="event")
    measuring(row, "sum(attendance)")
    inquiry = _slips(viewer, row, ["春の美化"], four[0])
    answered_and_accepted(inquiry, "春の美化", held="no", why_not="weather")
    merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    [value] = enter_results(viewer=viewer, merge_id=merge.pk).rows
    assert value.value is None and value.note


def test_an_event_that_is_no_longer_asked_counts_no_more(viewer, four):
    row = series("slip", EVENT, kind="event")
    inquiry = _slips(viewer, row, ["春の美化", "夏の美化"], four[0])
    answered_and_accepted(inquiry, "春の美化", held="yes", attendance=120, how="register")
    cancel_request(viewer=viewer, request_id=request_of(inquiry, "夏の美化").pk, text="計画されなかった")
    merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    assert (merge.seen, merge.whole) == (1, 1)


def test_months_add_up_to_a_year_that_is_not_over(viewer, four):
    from jichi.directory.models import Place

    place = Place.objects.create(key="kan", name="平和館", kind="museum", department=four[0])
    row = series("monthly", MONTH, kind="operator")
    measuring(row, "sum(visitors)")
    merge = None
    for month, visitors in ((4, 100), (5, 250), (1, 7)):
        inquiry = drafted(row, month=month)
        choose_respondents(viewer=viewer, inquiry_id=inquiry.pk, who=[Who(place_id=place.pk)])
        send_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
        answered_and_accepted(inquiry, place, days=20, visitors=visitors)
        merge = merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)
    assert (merge.seen, merge.whole) == (3, 12)
    [value] = enter_results(viewer=viewer, merge_id=merge.pk).rows
    assert value.value == 357 and value.status == Observation.Status.PROVISIONAL
    assert (value.period_first.isoformat(), value.period_last.isoformat()) == ("2025-04-01", "2026-01-31")
