"""A letter posted in time counts, where the city says that the postmark does."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from jichi.voices.services import enter_for, make_desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("counts", "channel", "posted_before", "is_late"),
    [(True, "post", 0, False), (True, "post", -1, True), (False, "post", 0, True), (True, "fax", 0, True)],
)
def test_a_letter_that_arrives_late(
    people, department, counts: bool, channel: str, posted_before: int, is_late: bool
) -> None:
    midnight = timezone.make_aware(
        datetime.datetime.combine(timezone.localdate() - datetime.timedelta(days=2), datetime.time())
    )
    last_day = timezone.localdate(midnight) - datetime.timedelta(days=1)
    desk = make_desk(
        viewer=people.officer,
        key="letters",
        mechanism="tests",
        context="tests.thing:1",
        title="手紙",
        department_id=department.pk,
        opens_at=midnight - datetime.timedelta(days=30),
        closes_at=midnight,
        postmark_counts=counts,
    )
    receipt = enter_for(
        viewer=people.officer,
        desk_id=desk.pk,
        channel=channel,
        text="ベンチがほしいです。",
        received_at=midnight + datetime.timedelta(hours=10),
        postmarked_on=last_day - datetime.timedelta(days=posted_before),
    )
    assert receipt.voice.is_late is is_late
    assert (receipt.voice.postmarked_on is not None) is (channel == "post")
