"""Putting the audit trail in order and chaining it (mechanics.md, "Audit trail").

Acts append entries; one sealer gives each its place and its hash. On PostgreSQL an entry may become visible
after one with a higher id, so the order is the order of sealing, never the order of ids. Readers see the
sealed part only, and therefore never overlook a late entry.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.utils import OperationalError
from django.utils import timezone

from jichi.manifest import Problem

from .access import Viewer
from .models import AuditEntry, AuditEpoch, AuditSeal
from .trail import act, record

BATCH = 100
"""Entries sealed in one transaction: SQLite's write lock is to stay below 100 ms on a small machine."""

LEAST_PAUSE = 0.01
"""Seconds between two batches at least; otherwise as long as the batch held the lock."""

_LOCK = 0x6A696368  # "jich": the sealer's advisory lock on PostgreSQL

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the sealed chain: what is published daily and kept in backups."""

    sequence: int
    hash: str
    epoch: int
    sealed_at: datetime.datetime | None


def canonical(value: Any) -> str:
    """JSON with one spelling for one value: keys sorted, no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_hash(previous: str, sequence: int, entry: AuditEntry) -> str:
    """SHA-256 over the previous hash and everything the entry says, with its place in the order."""
    said = {
        "sequence": sequence,
        "entry": entry.pk,
        "act_id": str(entry.act_id),
        "at": entry.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        "act": entry.act,
        "actor": str(entry.actor),
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "fields": entry.fields,
        "count": entry.count,
        "digest": entry.digest,
    }
    return hashlib.sha256(f"{previous}\n{canonical(said)}".encode()).hexdigest()


def epoch_hash(epoch: AuditEpoch) -> str:
    """What the first entry of an epoch chains to: the epoch's own facts and the head it followed."""
    said = {
        "epoch": epoch.number,
        "started_at": epoch.started_at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        "reason": epoch.reason,
        "previous_head": epoch.previous_head,
    }
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def head() -> Head:
    """The last seal; sequence 0 and an empty hash where nothing is sealed yet."""
    last = AuditSeal.objects.order_by("-sequence").first()
    if last is None:
        return Head(sequence=0, hash="", epoch=0, sealed_at=None)
    return Head(sequence=last.sequence, hash=last.hash, epoch=last.epoch_id, sealed_at=last.sealed_at)


def pending() -> int:
    """How many entries wait for the sealer."""
    return AuditEntry.objects.filter(seal__isnull=True).count()


def waiting_since() -> datetime.datetime | None:
    """When the oldest entry without seal was written; None when all are sealed."""
    rows = AuditEntry.objects.filter(seal__isnull=True).order_by("pk")
    return rows.values_list("at", flat=True).first()


class Sealer:
    """The one that seals. Any number may run: who does not get the lock does nothing and tries later.

    It remembers the id below which nothing can appear any more, so that looking for work stays cheap however
    long the trail grows; a new process starts with one look through the whole.
    """

    def __init__(self) -> None:
        self._low = 0

    def seal_batch(self, limit: int = BATCH) -> int:
        """Seal up to ``limit`` waiting entries in one transaction; returns how many."""
        waiting = AuditEntry.objects.filter(pk__gt=self._low, seal__isnull=True).order_by("pk")
        if not waiting.exists():
            self._advance()
            return 0
        with transaction.atomic():
            if not _locked():
                return 0
            entries = list(waiting[:limit])
            _append(entries)
        return len(entries)

    def _advance(self) -> None:
        """Remember how far everything is sealed, at a moment when nobody is writing an entry."""
        newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)
        if (newest.first() or 0) <= self._low:
            return
        try:
            with transaction.atomic():  # on SQLite this alone keeps every other writer out
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        cursor.execute(f"LOCK TABLE {AuditEntry._meta.db_table} IN SHARE MODE NOWAIT")
                last = newest.first() or 0
                if AuditEntry.objects.filter(pk__gt=self._low, seal__isnull=True).exists():
                    return
        except OperationalError:
            return  # somebody is writing; next time
        self._low = last


def _locked() -> bool:
    # SQLite: the transaction is IMMEDIATE and so holds the only write lock already.
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _append(entries: list[AuditEntry]) -> None:
    if not entries:
        return
    last = AuditSeal.objects.order_by("-sequence").first()
    epoch = AuditEpoch.objects.order_by("-number").first()
    if epoch is None:
        epoch = AuditEpoch.objects.create(number=1, reason="installation")
    begun = last is not None and last.epoch_id == epoch.number
    previous = last.hash if last is not None and begun else epoch_hash(epoch)
    sequence = last.sequence if last is not None else 0
    seals = []
    now = timezone.now()
    for entry in entries:
        sequence += 1
        previous = entry_hash(previous, sequence, entry)
        seals.append(AuditSeal(sequence=sequence, entry=entry, epoch=epoch, hash=previous, sealed_at=now))
    AuditSeal.objects.bulk_create(seals)


def seal_pending(
    *, batch: int = BATCH, sealer: Sealer | None = None, progress: Progress | None = None
) -> int:
    """Seal everything that waits, yielding the write lock between batches; returns how many entries.

    ``progress`` is called with (sealed so far, waiting at the start).
    """
    sealer = sealer or Sealer()
    whole = pending() if progress is not None else 0
    done = 0
    while True:
        started = time.monotonic()
        sealed = sealer.seal_batch(batch)
        done += sealed
        if progress is not None:
            progress(done, max(whole, done))
        if sealed < batch:
            return done
        time.sleep(max(LEAST_PAUSE, time.monotonic() - started))


def begin_epoch(*, viewer: Viewer, reason: str) -> AuditEpoch:
    """Begin a new, numbered epoch of the chain: after a restore, or wherever the past is not continuous.

    The epoch is itself an act in the trail, and the first entry sealed under it.
    """
    with act(viewer, "city.trail:epoch"):
        if not _locked():
            raise RuntimeError("the sealer is at work; stop the worker before a new epoch begins")
        if not AuditEpoch.objects.exists():
            AuditEpoch.objects.create(number=1, reason="installation")
        _seal_all_locked()
        last = AuditEpoch.objects.order_by("-number").values_list("number", flat=True)[0]
        epoch = AuditEpoch.objects.create(number=last + 1, reason=reason, previous_head=head().hash)
        record(viewer, "city.trail:epoch", epoch, fields={"reason": [None, reason]})
    return epoch


def _seal_all_locked() -> None:
    # What waits was done before the break and belongs to the epoch that ends.
    while entries := list(AuditEntry.objects.filter(seal__isnull=True).order_by("pk")[:BATCH]):
        _append(entries)


def verify(
    from_sequence: int = 0,
    *,
    expected: tuple[int, str] | None = None,
    progress: Progress | None = None,
) -> list[Problem]:
    """Recompute the chain after ``from_sequence`` (its own hash is taken as given) and report every break.

    ``expected`` is a head (sequence, hash) kept outside, e.g. the published one: only that can show that
    the end of the chain was cut off. ``progress`` is called with (verified, whole).
    """
    return list(_breaks(from_sequence, progress)) + list(_missing_head(expected))


def _problem(sequence: int, what: str) -> Problem:
    return Problem(
        where=f"seal {sequence}",
        what=what,
        mend="the trail was changed outside Jichi; compare with the published heads and a backup",
    )


def _breaks(from_sequence: int, progress: Progress | None) -> Iterator[Problem]:
    start = AuditSeal.objects.filter(sequence=from_sequence).first()
    if from_sequence and start is None:
        yield _problem(from_sequence, "this seal is missing")
        return
    previous, epoch_number = (start.hash, start.epoch_id) if start else ("", 0)
    epochs = {epoch.number: epoch for epoch in AuditEpoch.objects.all()}
    whole = AuditSeal.objects.filter(sequence__gt=from_sequence).count() if progress else 0
    sequence = from_sequence
    seals = AuditSeal.objects.filter(sequence__gt=from_sequence).select_related("entry").order_by("sequence")
    for done, seal in enumerate(seals.iterator(chunk_size=1000), start=1):
        if seal.sequence != sequence + 1:
            yield _problem(seal.sequence, f"follows {sequence}: seals between them are missing")
        sequence = seal.sequence
        if seal.epoch_id != epoch_number:
            epoch = epochs[seal.epoch_id]
            if epoch.previous_head != previous or epoch.number < epoch_number:
                yield _problem(
                    sequence, f"epoch {epoch.number} does not begin where epoch {epoch_number} ended"
                )
            previous, epoch_number = epoch_hash(epoch), epoch.number
        if entry_hash(previous, sequence, seal.entry) != seal.hash:
            yield _problem(sequence, "the hash does not fit the entry and what came before")
        # Going on from the stored hash, each later problem is a break of its own.
        previous = seal.hash
        if progress is not None and (done % 500 == 0 or done == whole):
            progress(done, whole)


def _missing_head(expected: tuple[int, str] | None) -> Iterator[Problem]:
    if expected is None or expected[0] == 0:
        return
    found = AuditSeal.objects.filter(sequence=expected[0]).values_list("hash", flat=True).first()
    if found is None:
        yield _problem(
            expected[0], "a head known outside is missing here: the trail was shortened or restored"
        )
    elif found != expected[1]:
        yield _problem(expected[0], "differs from the head known outside")
