"""Destruction leaves a row and a line outside the database, and is done again after a restore."""

from __future__ import annotations

import dataclasses
import json

import pytest
from django.db import DatabaseError, transaction

from jichi.city import keys, registry
from jichi.city.models import AuditEntry, SubjectKey
from jichi.city.viewers import system_viewer
from jichi.manifest import ManifestError, Retention, Room, check_rooms
from jichi.office.models import Destruction
from jichi.office.retention import (
    LEDGER,
    destroyed_ids,
    destructions_after_restore,
    record_destruction,
    run_due_retention,
    services,
    settle,
    was_destroyed,
)

SUBJECT = "city.subjectkey"


@pytest.fixture
def home(settings, tmp_path):
    settings.JICHI = dataclasses.replace(settings.JICHI, home=tmp_path, keys=tmp_path / "keys")
    keys.forget()
    yield tmp_path
    keys.forget()


def destroy(subjects: list[SubjectKey]) -> Destruction:
    worker = system_viewer("worker")
    with transaction.atomic():
        ids = [one.pk for one in subjects]
        keys.destroy_subjects(viewer=worker, subjects=ids, reason="time")
        return record_destruction(
            viewer=worker,
            object_type=SUBJECT,
            object_ids=[str(pk) for pk in ids],
            retention_class="standard",
            what="contact",
            reason="its time was over",
        )


def states(home) -> list[str]:
    return [json.loads(line)["state"] for line in (home / LEDGER).read_text().splitlines()]


@pytest.mark.django_db(transaction=True)
def test_a_destruction_is_told_by_row_and_file_and_repeated_after_a_restore(home):
    one, many = keys.new_subject(), keys.new_subjects(3)
    before = list(SubjectKey.objects.order_by("pk").values())
    single, several = destroy([one]), destroy(many)
    assert (single.object_id, single.count) == (str(one.pk), 1)
    assert (several.object_id, several.count) == ("", 3) and len(several.digest) == 64
    assert states(home) == ["begun", "done", "begun", "done"]
    assert (home / LEDGER).stat().st_mode & 0o777 == 0o600
    assert was_destroyed(SUBJECT, str(one.pk)) and was_destroyed(SUBJECT, str(many[2].pk))
    assert destroyed_ids("other.thing") == frozenset()
    for change in (lambda: Destruction.objects.update(what="x"), lambda: Destruction.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert destructions_after_restore() == []

    with (home / LEDGER).open("ab") as file:
        file.write(b'{"id": "half a li')  # a power cut
    late = keys.new_subject()
    before.append(SubjectKey.objects.filter(pk=late.pk).values().get())
    destroy([late])  # after the half line, and no part of it
    restored(before)
    (said,) = destructions_after_restore()
    assert "5" in said
    assert not SubjectKey.objects.filter(destroyed_at__isnull=True).exists()
    assert Destruction.objects.filter(replayed_at__isnull=False).count() == 3
    assert AuditEntry.objects.filter(act="office.destruction:replay").count() == 3
    assert destructions_after_restore() == []


def restored(subjects: list[dict[str, object]]) -> None:
    """The database as a backup of before brings it back."""
    from jichi.city import triggers
    from tests.conftest import connection

    on = {"city_subjectkey": "", "office_destruction": ""}
    with connection.cursor() as cursor:
        for trigger in triggers.declared():
            if trigger.table in on:
                place = "" if connection.vendor == "sqlite" else f" ON {trigger.table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{place}")
        for table in on:
            cursor.execute(f"DELETE FROM {table}")
    SubjectKey.objects.bulk_create([SubjectKey(**row) for row in subjects])
    triggers.install()


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_not_repeated_once_that_is_known(home, monkeypatch):
    subject = keys.new_subject()
    with pytest.raises(RuntimeError), transaction.atomic():
        destroy([subject])
        raise RuntimeError
    assert states(home) == ["begun"] and not was_destroyed(SUBJECT, str(subject.pk))
    assert settle() == 0  # it might still be running
    old = (home / LEDGER).read_text().replace('"at": "20', '"at": "10')
    (home / LEDGER).write_text(old)
    assert settle() == 1 and states(home) == ["begun", "dropped"] and settle() == 0
    assert destructions_after_restore() == []
    subject.refresh_from_db()
    assert subject.destroyed_at is None


def test_nothing_is_destroyed_that_cannot_be_written_down(home, db, monkeypatch):
    subject = keys.new_subject()
    monkeypatch.setattr(services.ledger, "append", lambda line: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"), transaction.atomic():
        destroy([subject])
    subject.refresh_from_db()
    assert subject.destroyed_at is None and not Destruction.objects.exists()


def test_the_worker_runs_what_rooms_declare_and_one_that_fails_stops_no_other(home, db, monkeypatch):
    found = [
        Retention(key=key, title="", run=f"{__name__}:{run}", replay=f"{__name__}:fail", object_types=())
        for key, run in (("a", "fail"), ("b", "three"))
    ]
    monkeypatch.setattr(services, "declared", lambda: found)
    assert run_due_retention() == 3
    monkeypatch.undo()
    declared = {kind for room in registry.rooms() for one in room.retention for kind in one.object_types}
    assert {SUBJECT, "office.message"} <= declared
    with pytest.raises(ManifestError, match="declared twice"):
        check_rooms((Room(key="x", title="", retention=(found[0], found[0])),))


def fail(*, viewer, on):
    raise RuntimeError


def three(*, viewer, on):
    return 3
