"""Opinions that say what is being typed: public ones alone, from an index that this process keeps a while."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from jichi.city.access import Viewer
from jichi.methods.campaigns.hints import HintIndex
from jichi.methods.texts.spans import SharedSpan
from jichi.voices.models import Desk, OpinionSet, Wording

from .public import public_texts
from .sets import LEAD_TEXT, sets_for

_KEPT = 4
"""Indexes a process holds at most; one over 8,000 texts takes about 20 MB."""
_LOOK_AGAIN = 10.0
"""Seconds for which an index is taken as it is; what it finds is checked each time all the same."""


@dataclass(frozen=True, slots=True)
class PublicHint:
    """A public text like the one typed, with the set that it is in."""

    wording: Wording
    similarity: float
    spans: tuple[SharedSpan, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """A set that may say what another one says: a proposal, to be looked at."""

    row: OpinionSet
    similarity: float


@dataclass(slots=True)
class _Kept:
    state: Any
    looked_at: float
    index: HintIndex


_indexes: OrderedDict[tuple[str, int], _Kept] = OrderedDict()
_lock = threading.Lock()


def forget_indexes() -> None:
    """Let go of all indexes of this process."""
    with _lock:
        _indexes.clear()


def hints(desk: Desk, text: str, *, most: int = 5) -> list[PublicHint]:
    """Public opinions that say what ``text`` says, the most similar first. Each is public at this moment."""
    kept = _fresh("public", desk.pk, lambda: _public_state(desk), lambda: _public_index(desk))
    found = kept.similar(text, most=most)
    rows = {
        row.pk: row
        for row in public_texts(desk).filter(pk__in=[int(one.id) for one in found]).select_related("set")
    }
    return [PublicHint(rows[int(one.id)], one.similarity, one.spans) for one in found if int(one.id) in rows]


def alike_sets(viewer: Viewer, row: OpinionSet, *, most: int = 5) -> list[Alike]:
    """Sets of the same desk whose lead says much the same, none of which a machine may put together.

    For the staff alone: it reads what is not published.
    """
    own: Any = sets_for(viewer, row.desk).filter(pk=row.pk).first()
    if own is None or not own.lead_text:
        return []
    index = _fresh(
        "staff", row.desk_id, lambda: _staff_state(row.desk), lambda: _staff_index(viewer, row.desk)
    )
    found = [one for one in index.similar(own.lead_text, most=most + 1, floor=0.4) if int(one.id) != row.pk]
    rows = {one.pk: one for one in sets_for(viewer, row.desk).filter(pk__in=[int(one.id) for one in found])}
    return [Alike(rows[int(one.id)], one.similarity) for one in found if int(one.id) in rows][:most]


def _fresh(kind: str, desk_id: int, state_of: Any, make: Any) -> HintIndex:
    key, now = (kind, desk_id), time.monotonic()
    with _lock:
        kept = _indexes.get(key)
        if kept is not None and now - kept.looked_at < _LOOK_AGAIN:
            _indexes.move_to_end(key)
            return kept.index
    state = state_of()
    if kept is not None and kept.state == state:
        kept.looked_at = now
        return kept.index
    made: HintIndex = make()
    with _lock:
        _indexes[key] = _Kept(state, now, made)
        _indexes.move_to_end(key)
        while len(_indexes) > _KEPT:
            _indexes.popitem(last=False)
    return made


def _public_state(desk: Desk) -> Any:
    rows = Wording.objects.filter(desk=desk, decision__in=("shown", "masked"), size__gt=0)
    return tuple(
        rows.aggregate(count=Count("pk"), last=Max("decided_at"), mask=Max("mask_confirmed_at")).values()
    )


def _public_index(desk: Desk) -> HintIndex:
    rows = list(public_texts(desk).order_by("pk").values_list("pk", "masked", "set_id"))
    return HintIndex.of(
        [str(pk) for pk, _, _ in rows],
        [text for _, text, _ in rows],
        sets=[f"{set_id or 'w'}-{'' if set_id else pk}" for pk, _, set_id in rows],
    )


def _staff_state(desk: Desk) -> Any:
    rows = OpinionSet.objects.filter(desk=desk, size__gt=0)
    return tuple(rows.aggregate(count=Count("pk"), last=Max("pk"), changed=Max("version")).values())


def _staff_index(viewer: Viewer, desk: Desk) -> HintIndex:
    rows = sets_for(viewer, desk).order_by("pk").values_list("pk", LEAD_TEXT)
    heard = [(str(pk), text) for pk, text in rows if text]
    ids = [pk for pk, _ in heard]
    return HintIndex.of(ids, [text for _, text in heard], sets=ids)
