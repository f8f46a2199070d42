"""Several people at the very same moment, each in a connection of her own."""

from __future__ import annotations

import pytest

from jichi.city.errors import Conflict, Invalid
from jichi.city.models import City
from jichi.city.viewers import system_viewer
from jichi.evaluation.models import Cycle, SheetEvent
from jichi.evaluation.services import checking, filling, publishing
from jichi.sheets.models import AnswerRevision
from tests.figures.inquiries.test_at_once import at_once
from tests.plan.rich import applied

from .sample import belonging, brought_through, handed_in, office, opened, raw, sheet_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_three_at_once_one_counts_and_the_others_are_told(transactional_db):
    City.objects.create(id=1, code="999991", name="見本市", pack="mihon", is_sample=True)
    plan = applied()
    belonging(plan, {"1-1-01": office("aoi", "青葉課"), "1-1-02": office("beni", "紅花課")})
    cycle = opened(plan)
    viewer = system_viewer("demo")
    first, second = sheet_of(cycle, "1-1-01"), sheet_of(cycle, "1-1-02")

    def hand_in(number):
        return lambda: filling.hand_in(
            viewer=viewer,
            sheet_id=first.pk,
            raw=raw(accomplishment=str(number)),
            version=first.answer_set.version,
        )

    told = at_once([hand_in(number) for number in (1, 2, 3)])
    assert sum(isinstance(one, Conflict | Invalid) for one in told) == 2, told
    assert AnswerRevision.objects.count() == 1

    there = handed_in(second)
    told = at_once(
        [lambda: checking.pass_sheets(viewer=viewer, sheet_versions={there.pk: there.version})] * 3
    )
    results = sorted(one[0].result for one in told)
    assert results == ["conflict", "conflict", "passed"], told
    assert SheetEvent.objects.filter(sheet=there, kind="passed").count() == 1


def test_what_is_sent_back_while_it_is_published_is_told_so(transactional_db):
    City.objects.create(id=1, code="999991", name="見本市", pack="mihon", is_sample=True)
    plan = applied()
    belonging(plan, {"1-1-01": office("aoi", "青葉課"), "1-1-02": office("beni", "紅花課")})
    cycle = opened(plan)
    brought_through(cycle)
    viewer = system_viewer("demo")
    there = sheet_of(cycle, "1-1-01")
    version = Cycle.objects.get(pk=cycle.pk).version
    told = at_once(
        [
            lambda: publishing.publish_cycle(viewer=viewer, cycle_id=cycle.pk, version=version),
            lambda: checking.send_back(
                viewer=viewer, sheet_id=there.pk, version=there.version, reason="金額を確認"
            ),
        ]
    )
    assert sum(isinstance(one, Invalid) for one in told) == 1, told
    is_published = Cycle.objects.get(pk=cycle.pk).state == "published"
    assert (sheet_of(cycle, "1-1-01").state == "accepted") is is_published
