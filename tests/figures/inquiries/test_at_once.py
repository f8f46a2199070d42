"""Several people at the very same moment, each in a connection of her own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from jichi.city.errors import Conflict, Invalid
from jichi.city.models import City
from jichi.city.viewers import system_viewer
from jichi.figures.inquiries import services
from jichi.figures.models import Inquiry
from jichi.sheets.models import AnswerRevision

from .sample import answered_and_accepted, office, raw, request_of, sent, series

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def inquiry(transactional_db):
    City.objects.create(id=1, code="999991", name="見本市", pack="mihon", is_sample=True)
    return sent(series(), [office("aoi", "青葉課"), office("beni", "紅花課")])


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run the acts together; each result, or the error that came of it."""
    ready = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        try:
            ready.wait()
            results[place] = acts[place]()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    connection.ensure_connection()
    return results


def hand_in(request, viewer, members):
    return services.hand_in(
        viewer=viewer, request_id=request.pk, raw=raw(members=members, women=1), version=1
    )


def test_of_four_answers_to_one_request_one_counts_and_three_are_told(inquiry):
    viewer, request = system_viewer("demo"), inquiry.requests.first()
    results = at_once([lambda number=number: hand_in(request, viewer, number) for number in range(10, 14)])
    told = [one for one in results if isinstance(one, Conflict)]
    assert len(told) == 3, results
    assert AnswerRevision.objects.count() == 1
    assert request.events.filter(kind__in=["answered", "corrected"]).count() == 1


def test_the_same_answer_four_times_is_one_return(inquiry):
    viewer, request = system_viewer("demo"), inquiry.requests.first()
    results = at_once([lambda: hand_in(request, viewer, 10)] * 4)
    assert [one.revision.number for one in results] == [1] * 4
    assert request.events.filter(kind__in=["answered", "corrected"]).count() == 1


def test_an_answer_and_the_end_at_once_leave_no_answer_after_the_end(inquiry):
    viewer, request = system_viewer("demo"), inquiry.requests.first()
    inquiry.refresh_from_db()
    version = inquiry.version
    answer, end = at_once(
        [
            lambda: hand_in(request, viewer, 10),
            lambda: services.close_inquiry(viewer=viewer, inquiry_id=inquiry.pk, version=version),
        ]
    )
    assert not isinstance(end, Exception), end
    came = AnswerRevision.objects.count()
    assert came == (0 if isinstance(answer, Invalid) else 1), answer
    inquiry.refresh_from_db()
    assert inquiry.state == Inquiry.State.CLOSED
    request.refresh_from_db()
    assert request.state == ("answered" if came else "waiting")


def test_two_merges_at_once_have_two_numbers_or_one_is_told(inquiry):
    viewer = system_viewer("demo")
    answered_and_accepted(inquiry, inquiry.requests.first().asked, members=10, women=1)
    results = at_once([lambda: services.merge_inquiry(viewer=viewer, inquiry_id=inquiry.pk)] * 2)
    assert sum(isinstance(one, Conflict) for one in results) == 1, results
    assert list(inquiry.merges.values_list("number", flat=True)) == [1]


def test_acceptance_and_correction_at_once_never_accept_what_nobody_saw(inquiry):
    viewer, asked = system_viewer("demo"), inquiry.requests.first().asked
    request = request_of(inquiry, asked)
    hand_in(request, viewer, 10)
    request.refresh_from_db()
    answers, seen = request.answer_set.version, request.version
    accepted, corrected = at_once(
        [
            lambda: services.accept_returns(
                viewer=viewer, inquiry_id=inquiry.pk, versions={request.pk: seen}
            ),
            lambda: services.hand_in(
                viewer=viewer,
                request_id=request.pk,
                raw=raw(members=11, women=1),
                version=answers,
            ),
        ]
    )
    request.refresh_from_db()
    if isinstance(accepted, Conflict):
        assert request.state == "answered" and not isinstance(corrected, Exception)
    else:
        assert request.state == "accepted" and isinstance(corrected, Invalid)
