"""Recording destructions, running what rooms declare, and destroying again what a restore brought back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city import registry
from jichi.city.access import Viewer
from jichi.city.trail import act, digest_of, record
from jichi.city.viewers import system_viewer
from jichi.manifest import Retention
from jichi.office.actions import REPLAY
from jichi.office.models import Destruction

from . import ledger
from .queries import standing

_log = structlog.get_logger("jichi.retention")


def record_destruction(
    *,
    viewer: Viewer,
    object_type: str,
    object_ids: Sequence[str],
    retention_class: str,
    what: str,
    reason: str,
) -> Destruction:
    """Record that things were destroyed, in the transaction that destroys them; the act around it is its
    permission and its entry in the trail.

    One row: with the id of one thing, or with number and digest of many. One line in the file outside the
    database, with all ids, on disk before this returns. ``what`` and ``reason`` name nobody.

    Raises:
        ValueError: for no things; RuntimeError: outside a transaction; OSError: where the file cannot be
            written. Nothing may be destroyed then.
    """
    ids = [str(pk) for pk in object_ids]
    if not ids:
        raise ValueError("nothing is destroyed")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a destruction is recorded inside the act that destroys")
    row = Destruction(
        object_type=object_type,
        object_id=ids[0] if len(ids) == 1 else "",
        count=len(ids),
        digest=digest_of(ids),
        retention_class=retention_class,
        what=what[:200],
        reason=reason[:200],
    )
    ledger.append(_line(row, ids))
    row.save(force_insert=True)
    transaction.on_commit(lambda: ledger.mark(str(row.pk), ledger.DONE), robust=True)
    return row


def _line(row: Destruction, ids: Sequence[str]) -> dict[str, object]:
    return {
        "id": str(row.pk),
        "state": ledger.BEGUN,
        "object_type": row.object_type,
        "object_ids": list(ids),
        "retention_class": row.retention_class,
        "what": row.what,
        "reason": row.reason,
        "at": row.at.isoformat(),
    }


def declared() -> list[Retention]:
    """What every room destroys, lowest room first."""
    return [one for room in registry.rooms() for one in room.retention]


def run_due_retention(on: datetime.date | None = None) -> int:
    """Destroy what is due, room by room; returns how many things. Called once a day by the worker.

    A room that fails is logged and stops no other; it is tried again the next day.
    """
    day, viewer, done = on or timezone.localdate(), system_viewer("worker"), 0
    settle()
    for one in declared():
        try:
            done += registry.resolve(one.run)(viewer=viewer, on=day)
        except Exception:
            _log.exception("retention failed", retention=one.key)
    return done


def settle() -> int:
    """Write to the file what became of destructions that a dying process left open; returns how many.

    Only true of the database in which they were begun, so a restore replays before it settles. One of the
    last hour may still be running and is left.
    """
    before = (timezone.now() - datetime.timedelta(hours=1)).isoformat()
    open_ = [line.id for line in ledger.lines() if line.state == ledger.BEGUN and line.at < before]
    known = standing(open_) if open_ else set()
    for destruction_id in open_:
        ledger.mark(destruction_id, ledger.DONE if destruction_id in known else ledger.DROPPED)
    return len(open_)


def destructions_after_restore() -> list[str]:
    """Destroy again what a restored backup has brought back; returns sentences for whoever restores.

    Each destruction in the file that the restored database does not know is done once more by the room it
    belongs to, and is entered with ``replayed_at``. Doing it twice changes nothing.
    """
    lines = [line for line in ledger.lines() if line.state != ledger.DROPPED]
    known = standing([line.id for line in lines])
    destroyers = {kind: one for one in declared() for kind in one.object_types}
    said, again, failed = [], 0, 0
    viewer = system_viewer("worker")
    for line in lines:
        if line.id in known:
            continue
        destroyer = destroyers.get(line.object_type)
        if destroyer is None:
            text = _("Nobody answers for destroying %(kind)s again; look at %(file)s.")
            said.append(text % {"kind": line.object_type, "file": ledger.path()})
            continue
        try:
            _replay(viewer, destroyer, line)
            again += len(line.object_ids)
        except Exception:
            _log.exception("destroying again failed", retention=destroyer.key, destruction=line.id)
            failed += 1
    if again:
        text = ngettext(
            "%(number)d thing that had been destroyed since the backup was destroyed again.",
            "%(number)d things that had been destroyed since the backup were destroyed again.",
            again,
        )
        said.append(text % {"number": again})
    if failed:
        text = _("%(number)d destructions could not be repeated; see the log and run the restore again.")
        said.append(text % {"number": failed})
    return said


def _replay(viewer: Viewer, destroyer: Retention, line: ledger.Line) -> None:
    with act(viewer, REPLAY):
        registry.resolve(destroyer.replay)(
            viewer=viewer, object_type=line.object_type, object_ids=list(line.object_ids)
        )
        row = Destruction.objects.create(
            id=uuid.UUID(line.id),
            object_type=line.object_type,
            object_id=line.object_ids[0] if len(line.object_ids) == 1 else "",
            count=len(line.object_ids),
            digest=digest_of(line.object_ids),
            retention_class=line.retention_class,
            what=line.what,
            reason=line.reason,
            at=datetime.datetime.fromisoformat(line.at),
            replayed_at=timezone.now(),
        )
        record(viewer, REPLAY, row, count=row.count, digest=row.digest)
    ledger.mark(line.id, ledger.DONE)
