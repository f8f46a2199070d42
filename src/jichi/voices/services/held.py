"""Sets that a machine leaves alone, and how one set is put into another."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from jichi.voices.models import Desk, OpinionSet, Wording


def held_sets(desk: Desk, set_ids: Collection[int] | None = None) -> set[int]:
    """The sets on which something hangs: a reply, an effect, or what a higher room says of them.

    Found by the relations that protect a set from deletion, so that no room need be known here.
    """
    found: set[int] = set()
    for relation in OpinionSet._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.on_delete is not models.PROTECT:
            continue
        if relation.related_model in (OpinionSet, Wording):
            continue
        name = relation.field.name
        rows = relation.related_model._base_manager.filter(**{f"{name}__desk": desk})
        if set_ids is not None:
            rows = rows.filter(**{f"{name}__in": sorted(set_ids)})
        found |= set(rows.values_list(relation.field.attname, flat=True))
    return found


def put_into(source: OpinionSet, target: OpinionSet) -> None:
    """Give all texts of one set to another and leave it empty. Inside a transaction only."""
    Wording.objects.filter(set=source).update(set=target)
    OpinionSet.objects.filter(merged_into=source).update(merged_into=target)
    source.merged_into, source.size, source.submissions, source.wordings = target, 0, 0, 0
    source.version += 1
    source.save(update_fields=["merged_into", "size", "submissions", "wordings", "version"])
