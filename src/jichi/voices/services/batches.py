"""Voices from a file: taken in by chunks that each hold the database for a moment, and resumed exactly.

Nothing but writing happens under the lock, and after each chunk the lock is left alone for as long as it was
held, so that whoever sends a voice meanwhile hardly waits. How far a batch came moves in the transaction that
writes the chunk: killed at any moment, it goes on with the next row and doubles none.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city import attachments, keys
from jichi.city.access import Viewer
from jichi.city.attachments import safe_name
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.city.viewers import system_viewer
from jichi.voices.actions import IMPORT
from jichi.voices.enums import Channel
from jichi.voices.intake.tables import Table, open_table
from jichi.voices.models import Desk, IntakeBatch, Original, Voice

from . import bulk
from .pacing import Pace
from .preparing import checksum_of
from .readying import Chunk, FindFile, Reader, problem_at
from .receiving import lateness

FIRST, MOST = 200, 500
"""Rows of the first chunk, and of the largest."""
MOST_PROBLEMS = 500
GIVEN_UP_AFTER = 5
"""Seconds without progress after which a batch that somebody else took in is taken over."""
FILES = "voices-intake"
"""Where a file waits, encrypted, until its last row is done."""

_PLACE = b"voices.batch:file"

Progress = Callable[[int, int], None]


def bring_file(*, viewer: Viewer, desk_id: int, channel: str, name: str, content: bytes) -> IntakeBatch:
    """Keep a file of voices (CSV or xlsx) to be taken in by :func:`continue_batch`; nothing is taken in yet.

    ``channel`` holds for rows that name none; it may be empty where all do. The same content at the same desk
    is the same batch, however often it is brought.

    Raises:
        Desk.DoesNotExist; NotAllowed; Invalid: ``file``, ``channel``; KeyProblem.
    """
    desk = Desk.objects.get(pk=desk_id)
    viewer.require(IMPORT, desk)
    if channel and channel not in Channel.values:
        raise Invalid({"channel": [_("Choose how this reached the city.")]})
    digest = hashlib.sha256(content).hexdigest()
    if known := IntakeBatch.objects.filter(desk=desk, digest=digest).first():
        return known
    table = open_table(content)
    rows, names_files = 0, False
    for row in table:
        rows += 1
        names_files |= bool(row.cells.get("file"))
    if not rows:
        raise Invalid({"file": [_("The file has a head, but no rows below it.")]})
    [subject] = keys.made_subjects(1)
    key = attachments.store(keys.encrypt(subject, content, _PLACE), folder=FILES)
    try:
        with act(viewer, IMPORT, desk):
            assert viewer.actor is not None
            subject.save(force_insert=True)
            batch = IntakeBatch.objects.create(
                desk=desk,
                channel=channel,
                name=safe_name(name, "xlsx" if table.kind == "xlsx" else "text"),
                digest=digest,
                key=key,
                subject=subject,
                started_by=viewer.actor,
                rows=rows,
                names_files=names_files,
            )
            record(viewer, IMPORT, batch, fields={"desk": desk.pk, "rows": [None, rows]}, digest=digest)
    except IntegrityError:
        attachments.destroy_now(key)
        return IntakeBatch.objects.get(desk=desk, digest=digest)
    except BaseException:
        attachments.destroy_now(key)
        raise
    return batch


def continue_batch(
    *,
    viewer: Viewer,
    batch_id: int,
    progress: Progress | None = None,
    find_file: FindFile | None = None,
    seconds: float | None = None,
) -> IntakeBatch:
    """Take in what of a batch is not yet taken in; a finished one is returned as it is.

    ``find_file`` gives the content of a file that a row names (a scan), None where there is none.
    ``seconds``: stop after about so long, for a worker with other work; the next call goes on.

    Raises:
        IntakeBatch.DoesNotExist; NotAllowed; Invalid: where the kept file is gone.
    """
    batch = IntakeBatch.objects.select_related("desk", "subject").get(pk=batch_id)
    viewer.require(IMPORT, batch.desk)
    if batch.finished_at is not None:
        return batch
    until = None if seconds is None else time.monotonic() + seconds
    table, reader = _opened(batch), Reader(batch, find_file)
    while not _went_on(viewer, batch, table, reader, progress, until) and until is None:
        batch = _after_others(batch.pk, progress)
        if batch.finished_at is not None:
            break
    return IntakeBatch.objects.get(pk=batch.pk)


def _went_on(
    viewer: Viewer,
    batch: IntakeBatch,
    table: Table,
    reader: Reader,
    progress: Progress | None,
    until: float | None,
) -> bool:
    """Take in chunk after chunk, to the end or until the time is over; False where somebody else does it."""
    rows = islice(iter(table), batch.done, None)
    pace, same = Pace(first=FIRST, most=MOST), reader.same(viewer.actor)
    while some := list(islice(rows, pace.size)):
        chunk = reader.read(some)
        with pace.transaction():
            ours = _take_in(viewer, batch, chunk, same)
        if not ours:
            _throw_away(chunk)
            return False
        if progress is not None:
            progress(batch.done, batch.rows)
        if until is not None and time.monotonic() > until:
            break
    return True


def _after_others(batch_id: int, progress: Progress | None) -> IntakeBatch:
    """The batch when whoever else takes it in (the worker) has finished, or has done nothing for a while."""
    still, before = 0, -1
    while True:
        batch = IntakeBatch.objects.select_related("desk", "subject").get(pk=batch_id)
        if progress is not None:
            progress(batch.done, batch.rows)
        still = still + 1 if batch.done == before else 0
        if batch.finished_at is not None or still >= GIVEN_UP_AFTER:
            return batch
        before = batch.done
        time.sleep(1)


def continue_batches(seconds: float = 20.0) -> bool:
    """Go on with the batches that wait, for about so long: the worker's round. Those whose rows name scans
    are left to the command, which knows their folder. Whether more waits.
    """
    viewer, until = system_viewer("worker"), time.monotonic() + seconds
    for pk in list(_waiting().values_list("pk", flat=True)):
        left = until - time.monotonic()
        if left <= 0:
            break
        continue_batch(viewer=viewer, batch_id=pk, seconds=left)
    return batches_wait()


def batches_wait() -> bool:
    """Whether a batch waits for the worker."""
    return _waiting().exists()


def sweep_batch_files() -> int:
    """Take away kept files that no batch names; the worker's daily task."""
    return attachments.sweep(
        FILES,
        known=lambda named: IntakeBatch.objects.filter(key__in=named).values_list("key", flat=True),
    )


def _waiting() -> QuerySet[IntakeBatch]:
    rows = IntakeBatch.objects.filter(finished_at__isnull=True, names_files=False)
    return rows.exclude(key="").order_by("pk")


def _opened(batch: IntakeBatch) -> Table:
    try:
        assert batch.subject is not None
        content = keys.decrypt(batch.subject, attachments.read(batch.key), _PLACE)
    except (FileNotFoundError, keys.KeyDestroyed) as error:
        raise Invalid({"file": [_("The file that was kept is gone. Bring it again.")]}) from error
    return open_table(content)


def _take_in(viewer: Viewer, batch: IntakeBatch, chunk: Chunk, same: Mapping[str, Any]) -> bool:
    """Write one chunk as one act; False where somebody else goes on with this batch."""
    with act(viewer, IMPORT, batch.desk):
        if not IntakeBatch.objects.filter(pk=batch.pk, done=batch.done).update(done=batch.done + chunk.count):
            return False
        # Held, so that the desk is not answered, and no other file at it is written, while this one is.
        desk = Desk.objects.select_for_update(no_key=True).get(pk=batch.desk_id)
        new, known = _sorted_out(desk, chunk)
        ids = bulk.write(new, same)
        batch.done += chunk.count
        batch.received += len(new)
        batch.known += known
        batch.problem_count += len(chunk.problems)
        batch.problems = [*batch.problems, *chunk.problems][:MOST_PROBLEMS]
        batch.finished_at = timezone.now() if batch.done == batch.rows else None
        key, batch.key = (batch.key, "") if batch.finished_at else ("", batch.key)
        batch.save(update_fields=["received", "known", "problem_count", "problems", "finished_at", "key"])
        if key:
            attachments.destroy(key)
            _destroy_key(batch.subject_id)
        record(
            viewer,
            IMPORT,
            batch,
            fields={"done": [batch.done - chunk.count, batch.done], "received": len(new)},
            count=max(len(ids), 1),
            digest=digest_of(ids),
        )
    return True


def _sorted_out(desk: Desk, chunk: Chunk) -> tuple[list[bulk.Ready], int]:
    """The rows that are new, and how many were taken in before; one that says something else under a known
    number becomes a problem.
    """
    asked = [row.prepared.intake_key for row in chunk.ready]
    # Without the order of the model, for whose sake SQLite would read the whole desk.
    found = Voice.objects.order_by().filter(desk=desk, intake_key__in=asked).values_list("intake_key", "pk")
    taken = dict(found)
    originals = Original.objects.in_bulk(list(taken.values())) if taken else {}
    new: dict[str, bulk.Ready] = {}
    known = 0
    for row in chunk.ready:
        key, said = row.prepared.intake_key, row.prepared
        if key in taken:
            original = originals.get(taken[key])
            same = original is None or original.destroyed_at is not None or _says(original, said)
        elif key in new:
            other = new[key].prepared
            same = (other.text, other.fields) == (said.text, said.fields)
        else:
            late = lateness(desk, row.values["received_at"], timezone.now())
            if late and not row.values["is_late"]:
                row.values |= {"is_late": True, "late_reason": late}
            new[key] = row
            continue
        _remove_files(row)
        if same:
            known += 1
        else:
            said_twice = _("This number already stands for something else that was said.")
            chunk.problems.append(problem_at(row.line, "id", said_twice))
    return list(new.values()), known


def _says(original: Original, said: Any) -> bool:
    return original.checksum == checksum_of(bytes(original.salt), said.text, said.fields, said.passages)


def _destroy_key(subject_id: uuid.UUID | None) -> None:
    if subject_id is not None:
        worker = system_viewer("worker", ["city.subject:destroy"])
        keys.destroy_subjects(viewer=worker, subjects=[subject_id], reason="the file was taken in")


def _remove_files(row: bulk.Ready) -> None:
    for one in row.files:
        with suppress(OSError):
            attachments.destroy(one.key)


def _throw_away(chunk: Chunk) -> None:
    for row in chunk.ready:
        for one in row.files:
            attachments.destroy_now(one.key)
