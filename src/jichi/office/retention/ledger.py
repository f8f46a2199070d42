"""The file of destructions, beside the database and in no backup of it: one JSON object a line, added to.

A destruction is written as ``begun`` before its transaction is committed and as ``done`` after. A begun one
without an end was interrupted in between; whether it happened is looked up in the database as long as that is
the one in which it happened (``done`` or ``dropped``). After a restore nobody can know; it is then replayed,
for what somebody decided to destroy must not come back.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

NAME = "destroyed.jsonl"
BEGUN, DONE, DROPPED = "begun", "done", "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A destruction as the file tells it; ``state`` is the last that was written of it."""

    id: str
    object_type: str
    object_ids: tuple[str, ...]
    retention_class: str
    what: str
    reason: str
    at: str
    state: str


def path() -> Path:
    """Where the file lies."""
    return Path(settings.JICHI.home) / NAME


def append(line: dict[str, Any]) -> None:
    """Add a line, on disk when this returns. Raises OSError: then nothing may be destroyed."""
    place = path()
    place.parent.mkdir(parents=True, exist_ok=True)
    raw = (json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n").encode()
    descriptor = os.open(place, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            # A power cut or a full disk left half a line; the next one must not become part of it.
            raw = b"\n" + raw
        # One write to a file opened for appending: lines of two processes do not mix.
        if os.write(descriptor, raw) != len(raw):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(place))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def mark(destruction_id: str, state: str) -> None:
    """Write what became of a destruction that was begun."""
    append({"id": destruction_id, "state": state})


def lines() -> Iterator[Line]:
    """Every destruction in the file with its last state. A line that a power cut left half is passed over."""
    begun: dict[str, dict[str, Any]] = {}
    for one in _read():
        known = begun.get(str(one.get("id")))
        if known is not None:
            known["state"] = one.get("state", known["state"])
        elif one.get("state") == BEGUN and one.get("object_type"):
            begun[str(one["id"])] = one
    for one in begun.values():
        yield Line(
            id=str(one["id"]),
            object_type=str(one["object_type"]),
            object_ids=tuple(str(pk) for pk in one.get("object_ids", ())),
            retention_class=str(one.get("retention_class", "")),
            what=str(one.get("what", "")),
            reason=str(one.get("reason", "")),
            at=str(one.get("at", "")),
            state=str(one["state"]),
        )


def _read() -> Iterator[dict[str, Any]]:
    place = path()
    if not place.exists():
        return
    with place.open("rb") as file:
        for raw in file:
            try:
                one = json.loads(raw)
            except ValueError:
                continue
            if isinstance(one, dict):
                yield one
