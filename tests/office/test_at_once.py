"""Two people at the very same moment, each in a connection of her own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from jichi.city.errors import Conflict, Invalid
from jichi.city.models import City, Department
from jichi.manifest import Role
from jichi.office import services
from jichi.office.models import Approval

from .putting import FILES, Holders, load, put_up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_work(transactional_db, viewer_as) -> tuple[Holders, Department]:
    City.objects.create(id=1, code="999991", name="見本市", pack="mihon", is_sample=True)
    department = Department.objects.create(key="kyodo", name="協働推進課", kind="section")
    load()
    return Holders(viewer_as, department), department


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


def test_of_two_who_act_in_one_step_one_counts_and_the_other_is_told(at_work, viewer_as):
    holders, department = at_work
    approval = put_up(holders.drafter, department)
    second = viewer_as(Role.SECTION_HEAD, department)
    results = at_once(
        [
            lambda: services.pass_step(viewer=holders.section_head, approval_id=approval.pk, version=1),
            lambda: services.send_back(viewer=second, approval_id=approval.pk, version=1, reason="直す"),
        ]
    )
    assert sorted(type(one).__name__ for one in results) == ["Approval", "Conflict"]
    assert isinstance(next(one for one in results if isinstance(one, Conflict)).current, Approval)
    step = approval.steps.get(position=1)
    assert step.state in {"passed", "returned"}
    assert approval.events.exclude(kind="drafted").count() == 1


def test_of_two_who_put_up_the_same_one_counts(at_work):
    holders, department = at_work

    def draft() -> Approval:
        return put_up(holders.drafter, department, context="evaluation.cycle:1", files=FILES)

    results = at_once([draft, draft])
    assert sorted(type(one).__name__ for one in results) == ["Approval", "Invalid"]
    assert list(next(one for one in results if isinstance(one, Invalid)).messages) == ["context"]
    assert Approval.objects.filter(context="evaluation.cycle:1").count() == 1
