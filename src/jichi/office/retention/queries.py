"""Whether something is absent because it was destroyed: asked by ``jichi check``, told to nobody else."""

from __future__ import annotations

from jichi.office.models import Destruction

from . import ledger


def was_destroyed(object_type: str, object_id: str) -> bool:
    """Whether this thing was destroyed. For one thing after another; for many use :func:`destroyed_ids`."""
    if Destruction.objects.filter(object_type=object_type, object_id=object_id).exists():
        return True
    return object_id in destroyed_ids(object_type)


def destroyed_ids(object_type: str) -> frozenset[str]:
    """The ids of everything of a kind that was destroyed, from the rows and from the file outside."""
    rows = Destruction.objects.filter(object_type=object_type)
    known = {str(pk) for pk in rows.values_list("pk", flat=True)}
    found = set(rows.exclude(object_id="").values_list("object_id", flat=True))
    for line in ledger.lines():
        if line.object_type == object_type and (line.state == ledger.DONE or line.id in known):
            found.update(line.object_ids)
    return frozenset(found)


def standing(ids: list[str]) -> set[str]:
    """Which of these destructions the database knows."""
    return {str(pk) for pk in Destruction.objects.filter(pk__in=ids).values_list("pk", flat=True)}
