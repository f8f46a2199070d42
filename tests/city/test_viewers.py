"""Named system viewers, and the pseudonyms of the trail."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from jichi.city.models import AuditActor
from jichi.city.viewers import SYSTEM_VIEWERS, actor_of, system_viewer
from tests.conftest import make_account


@pytest.mark.django_db
def test_an_unknown_system_viewer_is_an_error() -> None:
    with pytest.raises(LookupError):
        system_viewer("somebody")


@pytest.mark.django_db
@pytest.mark.parametrize("name", SYSTEM_VIEWERS)
def test_each_system_viewer_can_do_something_and_never_reads_the_trail(name: str) -> None:
    viewer = system_viewer(name)
    assert viewer.system_actions
    assert not viewer.can("city.trail:read")
    assert not viewer.is_anonymous
    assert viewer.person_id is None


@pytest.mark.django_db
def test_a_system_viewer_can_be_narrowed_but_never_widened() -> None:
    narrow = system_viewer("setup", ["city.person:create"])
    assert narrow.can("city.person:create")
    assert not narrow.can("city.grant:give")
    with pytest.raises(PermissionError):
        system_viewer("setup", ["city.city:load"])
    with pytest.raises(LookupError):
        system_viewer("setup", ["city.nothing:there"])


@pytest.mark.django_db
def test_a_name_has_one_pseudonym() -> None:
    assert system_viewer("worker").actor == system_viewer("worker").actor
    assert system_viewer("worker").actor != system_viewer("setup").actor


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_one_pseudonym() -> None:
    account = make_account(None)
    found: list[object] = []
    start = threading.Barrier(2)

    def ask() -> None:
        try:
            start.wait()
            found.append(actor_of(account))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert AuditActor.objects.filter(person=account.person).count() == 1
