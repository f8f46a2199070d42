"""Readers of the sealed trail, each with a cursor of its own (mechanics.md, "Audit trail").

A *projection* (search index, figures) re-reads the rows that entries name; it may be built anew from the
start.
A *delivery* (mail, webhooks) puts what is to be sent into an outbox in the transaction that moves its
cursor, and is never replayed; the outbox comes with the first room that sends something.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from jichi.manifest import TrailReader

from . import registry, seal
from .errors import JichiError
from .models import AuditEntry, AuditSeal, ReaderCursor

logger = logging.getLogger(__name__)

BATCH = 50
"""Entries per transaction: what a projection does for one entry costs more than sealing it."""

PROJECTION, DELIVERY = "projection", "delivery"

Read = Callable[[list[AuditEntry]], object]


class RewoundTrail(JichiError):
    """The trail is not the one this reader has read: it was restored to an earlier state, or changed."""

    def __init__(self, reader: TrailReader, sequence: int) -> None:
        self.reader = reader
        self.sequence = sequence
        cure = (
            f"run: jichi rebuild {reader.key}"
            if reader.kind == PROJECTION
            else "deliveries are never replayed; decide what was sent, then move its cursor to the head"
        )
        super().__init__(f"reader {reader.key!r} saw seal {sequence} with another hash; {cure}")


class UnknownAct(JichiError):
    """An entry names an act that no room declares: the code is older than the data, or a room was removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderState:
    """Where a reader stands: its sequence, how many sealed entries it has not seen, whether rewound."""

    key: str
    kind: str
    sequence: int
    behind: int
    rewound: bool


def declared(key: str) -> TrailReader:
    """The declared reader; LookupError for a name nobody declared."""
    for reader in registry.readers():
        if reader.key == key:
            return reader
    raise LookupError(f"no room declares the reader {key!r}")


def run_reader(key: str, *, batch: int = BATCH) -> int:
    """Let the reader see every sealed entry it has not seen; returns how many.

    Nothing is lost when the process dies: a delivery's batch is one transaction with its cursor, a projection
    may at worst read a batch twice.

    Raises:
        RewoundTrail: if the hash at the cursor is not the one it saw; UnknownAct: for an undeclared act.
    """
    reader = declared(key)
    read = registry.resolve(reader.read)
    done = 0
    while True:
        started = time.monotonic()
        seen = _read_batch(reader, read, batch)
        done += seen
        if seen < batch:
            return done
        time.sleep(max(seal.LEAST_PAUSE, time.monotonic() - started))


def _read_batch(reader: TrailReader, read: Read, batch: int) -> int:
    if not _has_news(reader):
        return 0
    return _deliver(reader, read, batch) if reader.kind == DELIVERY else _project(reader, read, batch)


def _project(reader: TrailReader, read: Read, batch: int) -> int:
    # Outside a transaction: a projection writes in small ones of its own, and one around them would hold
    # SQLite's lock too long. Reading twice does it no harm, so the cursor moves afterwards, if nobody
    # moved it.
    cursor, _ = ReaderCursor.objects.get_or_create(pk=reader.key)
    seals = _unseen(reader, cursor, batch)
    if seals:
        read([one.entry for one in seals])
        ReaderCursor.objects.filter(pk=reader.key, sequence=cursor.sequence).update(
            sequence=seals[-1].sequence, hash=seals[-1].hash, moved_at=timezone.now()
        )
    return len(seals)


def _deliver(reader: TrailReader, read: Read, batch: int) -> int:
    with transaction.atomic():
        cursor, _ = ReaderCursor.objects.select_for_update().get_or_create(pk=reader.key)
        seals = _unseen(reader, cursor, batch)
        if seals:
            read([one.entry for one in seals])
            _move(cursor, seals[-1].sequence, seals[-1].hash)
    return len(seals)


def _unseen(reader: TrailReader, cursor: ReaderCursor, batch: int) -> list[AuditSeal]:
    if _is_rewound(cursor):
        raise RewoundTrail(reader, cursor.sequence)
    rows = AuditSeal.objects.filter(sequence__gt=cursor.sequence).select_related("entry").order_by("sequence")
    seals = list(rows[:batch])
    for one in seals:
        _known(one)
    return seals


def _has_news(reader: TrailReader) -> bool:
    # Asked without a transaction: an idle reader must not take SQLite's write lock once a second.
    cursor = ReaderCursor.objects.filter(pk=reader.key).first()
    if cursor is None or _is_rewound(cursor):
        return True
    return AuditSeal.objects.filter(sequence__gt=cursor.sequence).exists()


def _known(one: AuditSeal) -> None:
    try:
        registry.action(one.entry.act)
    except LookupError as error:
        raise UnknownAct(f"seal {one.sequence}: {error}") from None


def _is_rewound(cursor: ReaderCursor) -> bool:
    if cursor.sequence == 0:
        return False
    return not AuditSeal.objects.filter(sequence=cursor.sequence, hash=cursor.hash).exists()


def _move(cursor: ReaderCursor, sequence: int, hash_: str) -> None:
    cursor.sequence, cursor.hash, cursor.moved_at = sequence, hash_, timezone.now()
    cursor.save(update_fields=["sequence", "hash", "moved_at"])


def run_readers() -> dict[str, Exception | int]:
    """Run every reader; one that fails is logged and does not hold up the others."""
    found: dict[str, Exception | int] = {}
    for reader in registry.readers():
        try:
            found[reader.key] = run_reader(reader.key)
        except Exception as error:
            logger.exception("reader %s stopped", reader.key)
            found[reader.key] = error
    return found


def rebuild(key: str) -> int:
    """Build a projection anew from the rows as they stand, and set its cursor where it then is.

    The head is taken first: entries sealed meanwhile are read again, which does a projection no harm.

    Raises:
        LookupError: for an unknown reader; ValueError: for a delivery, which is never replayed.
    """
    reader = declared(key)
    if reader.kind != PROJECTION or not reader.rebuild:
        raise ValueError(f"reader {key!r} is a delivery and is never replayed")
    at = seal.head()
    count = registry.resolve(reader.rebuild)()
    with transaction.atomic():
        cursor, _ = ReaderCursor.objects.select_for_update().get_or_create(pk=key)
        _move(cursor, at.sequence, at.hash)
    return int(count)


def states() -> list[ReaderState]:
    """Where every declared reader stands."""
    end = seal.head().sequence
    cursors = {cursor.pk: cursor for cursor in ReaderCursor.objects.all()}
    found = []
    for reader in registry.readers():
        cursor = cursors.get(reader.key) or ReaderCursor(reader=reader.key)
        found.append(
            ReaderState(
                key=reader.key,
                kind=reader.kind,
                sequence=cursor.sequence,
                behind=max(0, end - cursor.sequence),
                rewound=_is_rewound(cursor),
            )
        )
    return found


def cursor_names() -> list[str]:
    """The names of all cursors there are, declared or not."""
    return list(ReaderCursor.objects.order_by("pk").values_list("pk", flat=True))
