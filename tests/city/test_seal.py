"""The chain over the audit trail: sealing, verifying, tampering, epochs, cursors."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from jichi.city import checks, readers, registry, seal, triggers
from jichi.city.models import AuditEntry, AuditEpoch, AuditSeal, ReaderCursor
from jichi.city.viewers import system_viewer
from jichi.manifest import Room, TrailReader

pytestmark = pytest.mark.django_db


def write(count: int, act: str = "city.person:create") -> list[AuditEntry]:
    return [
        AuditEntry.objects.create(
            act_id=uuid.uuid4(),
            act=act,
            actor=uuid.uuid4(),
            object_type="city.person",
            object_id=str(number),
            fields={"name": "changed", "値": [None, number]},
        )
        for number in range(count)
    ]


def tamper(sql: str, *values: object) -> None:
    """Change rows as somebody with the database's password might: without the triggers."""
    names = [trigger for trigger in triggers.declared() if trigger.table.startswith("city_audit")]
    with connection.cursor() as cursor:
        for trigger in names:
            on = "" if connection.vendor == "sqlite" else f" ON {trigger.table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on}")
        cursor.execute(sql, values)
    triggers.install()


def test_everything_is_sealed_once_in_one_gapless_order() -> None:
    write(5)
    assert seal.pending() == 5
    assert seal.seal_pending(batch=2) == 5
    assert seal.seal_pending() == 0
    assert list(AuditSeal.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
    assert seal.head().sequence == 5
    assert seal.verify() == []
    assert list(checks.trail()) == []


def test_an_entry_that_becomes_visible_late_is_sealed_after_those_with_higher_ids() -> None:
    first, late, last = write(3)
    sealer = seal.Sealer()
    # What a slow transaction on PostgreSQL looks like: its entry is not there yet.
    with transaction.atomic():
        seal._append([first, last])
    sealer.seal_batch()
    assert AuditSeal.objects.get(entry=late).sequence == 3
    assert seal.verify() == []


def test_a_sealer_that_keeps_running_finds_new_entries() -> None:
    sealer = seal.Sealer()
    for _ in range(3):
        write(2)
        assert seal.seal_pending(sealer=sealer) == 2
        assert seal.seal_pending(sealer=sealer) == 0


def test_progress_is_told() -> None:
    write(5)
    told: list[tuple[int, int]] = []
    seal.seal_pending(batch=2, progress=lambda done, whole: told.append((done, whole)))
    assert told[-1] == (5, 5)
    seal.verify(progress=lambda done, whole: told.append((done, whole)))
    assert told[-1] == (5, 5)


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("UPDATE city_auditentry SET object_id = %s WHERE object_id = '2'", "9"),
        ("UPDATE city_auditentry SET fields = %s WHERE object_id = '2'", '{"name": "changed"}'),
        ("UPDATE city_auditentry SET act = %s WHERE object_id = '2'", "city.grant:give"),
        ("UPDATE city_auditentry SET count = %s WHERE object_id = '2'", 2),
    ],
)
def test_a_changed_entry_is_named_by_its_sequence(sql: str, value: object) -> None:
    write(5)
    seal.seal_pending()
    tamper(sql, value)
    assert [problem.where for problem in seal.verify()] == ["seal 3"]
    assert seal.verify(from_sequence=3) == []
    assert [problem.where for problem in checks.trail()] == ["seal 3"]


def test_a_seal_made_to_fit_breaks_the_one_after() -> None:
    write(5)
    seal.seal_pending()
    tamper("UPDATE city_auditseal SET hash = %s WHERE sequence = 3", "0" * 64)
    assert [problem.where for problem in seal.verify()] == ["seal 3", "seal 4"]


def test_a_missing_entry_leaves_a_gap() -> None:
    write(5)
    seal.seal_pending()
    tamper("DELETE FROM city_auditseal WHERE sequence = %s", 3)
    assert "seal 4" in [problem.where for problem in seal.verify()]


def test_a_shortened_trail_shows_only_against_a_head_known_outside() -> None:
    write(5)
    seal.seal_pending()
    known = (seal.head().sequence, seal.head().hash)
    tamper("DELETE FROM city_auditseal WHERE sequence = %s", 5)
    assert seal.verify() == []
    assert [problem.where for problem in seal.verify(expected=known)] == ["seal 5"]


def test_a_new_epoch_follows_the_old_head_and_is_itself_an_act() -> None:
    write(3)
    epoch = seal.begin_epoch(viewer=system_viewer("backup"), reason="restored from the backup of 2026-11-23")
    assert epoch.number == 2
    before = AuditSeal.objects.get(sequence=3)
    assert epoch.previous_head == before.hash
    seal.seal_pending()
    assert seal.head().epoch == 2
    assert AuditSeal.objects.get(sequence=4).entry.act == "city.trail:epoch"
    assert seal.verify() == []


def test_a_rewritten_epoch_is_found() -> None:
    write(3)
    seal.begin_epoch(viewer=system_viewer("backup"), reason="restored")
    seal.seal_pending()
    tamper("UPDATE city_auditepoch SET reason = %s WHERE number = 2", "nothing happened")
    assert [problem.where for problem in seal.verify()] == ["seal 4"]
    tamper("UPDATE city_auditepoch SET previous_head = %s WHERE number = 2", "0" * 64)
    assert "seal 4" in [problem.where for problem in seal.verify()]


# --- two at once -----------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_sealers_make_one_chain() -> None:
    write(120)
    done: list[int] = []
    start = threading.Barrier(2)

    def run() -> None:
        try:
            start.wait()
            done.append(seal.seal_pending(batch=7))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal.seal_pending()
    assert AuditSeal.objects.count() == 120
    assert seal.verify() == []
    assert AuditEpoch.objects.count() == 1


# --- readers -----------------------------------------------------------------------------------------------------
SEEN: list[str] = []
REBUILT: list[int] = []


def read(entries: list[AuditEntry]) -> None:
    SEEN.extend(entry.object_id for entry in entries)


def fail(entries: list[AuditEntry]) -> None:
    raise RuntimeError("no")


def rebuild() -> int:
    REBUILT.append(1)
    return 42


@pytest.fixture
def with_readers() -> Iterator[None]:
    SEEN.clear()
    REBUILT.clear()
    rooms = registry.rooms()
    here = __name__
    mine = Room(
        key="proof",
        title="Proof",
        readers=(
            TrailReader(key="projection", kind="projection", read=f"{here}:read", rebuild=f"{here}:rebuild"),
            TrailReader(key="delivery", kind="delivery", read=f"{here}:read"),
            TrailReader(key="failing", kind="delivery", read=f"{here}:fail"),
        ),
    )
    registry.install((*rooms, mine))
    yield
    registry.install(rooms)


@pytest.mark.parametrize("key", ["projection", "delivery"])
def test_a_reader_sees_each_sealed_entry_once_in_order(with_readers: None, key: str) -> None:
    write(5)
    assert readers.run_reader(key) == 0
    seal.seal_pending()
    assert readers.run_reader(key, batch=2) == 5
    assert SEEN == ["0", "1", "2", "3", "4"]
    assert readers.run_reader(key) == 0
    [state] = [state for state in readers.states() if state.key == key]
    assert (state.sequence, state.behind, state.rewound) == (5, 0, False)


@pytest.mark.parametrize("key", ["projection", "delivery"])
def test_a_reader_refuses_another_trail(with_readers: None, key: str) -> None:
    write(3)
    seal.seal_pending()
    readers.run_reader(key)
    ReaderCursor.objects.filter(pk=key).update(hash="0" * 64)
    with pytest.raises(readers.RewoundTrail) as error:
        readers.run_reader(key)
    assert "seal 3" in str(error.value)
    assert [problem.where for problem in checks.cursors()] == [f"reader {key}"]
    ReaderCursor.objects.filter(pk=key).update(sequence=30)
    with pytest.raises(readers.RewoundTrail):
        readers.run_reader(key)


def test_a_projection_is_built_anew_and_a_delivery_never(with_readers: None) -> None:
    write(3)
    seal.seal_pending()
    assert readers.rebuild("projection") == 42
    assert REBUILT == [1]
    assert readers.run_reader("projection") == 0
    with pytest.raises(ValueError, match="never replayed"):
        readers.rebuild("delivery")
    with pytest.raises(LookupError):
        readers.rebuild("nobody")


def test_an_unknown_act_stops_the_reader_before_anything_is_read(with_readers: None) -> None:
    write(1, act="gone.thing:act")
    seal.seal_pending()
    with pytest.raises(readers.UnknownAct):
        readers.run_reader("projection")
    assert SEEN == []


def test_a_failing_reader_does_not_move_and_does_not_hold_up_the_others(with_readers: None) -> None:
    write(2)
    seal.seal_pending()
    found = readers.run_readers()
    assert isinstance(found["failing"], RuntimeError)
    assert (found["projection"], found["delivery"]) == (2, 2)
    assert readers.run_reader("projection") == 0
    with pytest.raises(RuntimeError):
        readers.run_reader("failing")


def test_a_cursor_nobody_declares_is_told() -> None:
    ReaderCursor.objects.create(reader="left-over")
    assert [problem.where for problem in checks.cursors()] == ["reader left-over"]
