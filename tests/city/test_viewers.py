"""Named system viewers, and the pseudonyms of the trail."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import connection

from jichi.city import registry
from jichi.city.access import ANONYMOUS, HeldGrant, Viewer
from jichi.city.models import AuditActor, Grant
from jichi.city.viewers import SYSTEM_VIEWERS, actor_of, system_viewer, viewer_for
from jichi.manifest import Action, Reach, Role
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


# --- single objects -------------------------------------------------------------------------------------------
@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two acts: one that operators of places may do, and one for auditors."""
    declared = {
        key: Action(key=key, roles={role: Reach.CITY}, sentence="x")
        for key, role in (("test.place:report", Role.PLACE_OPERATOR), ("test.place:audit", Role.AUDITOR))
    }
    monkeypatch.setattr(registry, "_actions", declared)


@pytest.mark.usefixtures("acts")
def test_objects_for_names_the_single_things_an_act_was_granted_for() -> None:
    def held(object_type: str = "", object_id: str = "", role: Role = Role.PLACE_OPERATOR) -> HeldGrant:
        return HeldGrant(role=role, object_type=object_type, object_id=object_id)

    viewer = Viewer(
        name="x",
        grants=(
            held("directory.place", "3"),
            held("directory.place", "7"),
            held("directory.body", "9"),
            held("directory.place", "11", Role.AUDITOR),
            held("directory.place", "13", Role.TRANSLATOR),
            held(),
        ),
    )
    assert viewer.objects_for("test.place:report", "directory.place") == {"3", "7"}
    assert viewer.objects_for("test.place:report", "directory.body") == {"9"}
    assert viewer.objects_for("test.place:report", "directory.organisation") == frozenset()
    assert viewer.objects_for("test.place:audit", "directory.place") == {"11"}
    assert ANONYMOUS.objects_for("test.place:report", "directory.place") == frozenset()
    with pytest.raises(LookupError):
        viewer.objects_for("test.place:undeclared", "directory.place")


@pytest.mark.django_db
@pytest.mark.usefixtures("acts")
def test_an_operator_of_one_place_is_found_while_the_grant_is_in_force() -> None:
    account = make_account(None)
    for place, last_day in (("3", None), ("7", "2024-03-31")):
        Grant.objects.create(
            person=account.person,
            role=Role.PLACE_OPERATOR,
            object_type="directory.place",
            object_id=place,
            valid_from="2020-04-01",
            valid_to=last_day,
        )

    def found(on: datetime.date) -> frozenset[str]:
        return viewer_for(account, on=on).objects_for("test.place:report", "directory.place")

    assert found(datetime.date(2026, 11, 24)) == {"3"}
    assert found(datetime.date(2024, 3, 31)) == {"3", "7"}
    assert found(datetime.date(2020, 3, 31)) == frozenset()
