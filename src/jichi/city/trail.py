"""Writing to the audit trail: one entry per act, in the transaction of the act."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models, transaction

from . import registry, wake
from .access import Viewer
from .models import AuditEntry

CHANGED = "changed"

_current_act: ContextVar[uuid.UUID | None] = ContextVar("jichi_act", default=None)


@contextmanager
def act(viewer: Viewer, key: str, thing: Any = None) -> Iterator[uuid.UUID]:
    """One act: the permission check, one transaction and one ``act_id``, shared with acts called inside it.

    Raises:
        NotAllowed: if the viewer may not; nothing is written then.
    """
    viewer.require(key, thing)
    outer = _current_act.get()
    act_id = outer or uuid.uuid4()
    token = _current_act.set(act_id)
    try:
        with transaction.atomic():
            yield act_id
    finally:
        _current_act.reset(token)


def record(
    viewer: Viewer,
    key: str,
    thing: models.Model | None,
    *,
    object_type: str = "",
    object_id: str = "",
    fields: Mapping[str, Any] | None = None,
    count: int = 1,
    digest: str = "",
) -> AuditEntry:
    """Append the act to the trail. ``fields`` maps a field to ``[old, new]``, or to ``CHANGED`` where it is
    personal or free text.

    Raises:
        LookupError: for an act no room declares; RuntimeError: outside an act or without an actor.
    """
    registry.action(key)
    act_id = _current_act.get()
    if act_id is None:
        raise RuntimeError(f"{key} recorded outside an act")
    if viewer.actor is None:
        raise RuntimeError(f"{key} recorded for a viewer without an actor")
    wake.after_commit()
    return AuditEntry.objects.create(
        act_id=act_id,
        act=key,
        actor=viewer.actor,
        object_type=object_type or (thing._meta.label_lower if thing is not None else ""),
        object_id=object_id or (str(thing.pk) if thing is not None else ""),
        fields=dict(fields or {}),
        count=count,
        digest=digest,
    )


def digest_of(keys: Iterable[Any]) -> str:
    """A digest of the rows that one bulk entry stands for, independent of their order."""
    listed = sorted(str(key) for key in keys)
    return hashlib.sha256(json.dumps(listed, ensure_ascii=False).encode()).hexdigest()
