"""Taking edits back: one row, or everything that one act did."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import act, digest_of, record
from jichi.plan.models import Edit, Plan

from .edits import assign, dependents_of, save
from .facts import FACTS, facts_of, model_named
from .sync import BATCH, PARKED, Sync

UNDO = "plan.edit:undo"


def undo_edit(*, viewer: Viewer, edit_id: int, reason: str = "") -> Edit:
    """Bring one row back to what it was before an edit, as a new edit.

    Raises:
        Conflict: the row was changed again since; Invalid: it was undone already, or can no longer be.
    """
    edit = Edit.objects.get(pk=edit_id)
    with act(viewer, UNDO, edit.plan) as act_id:
        edit = Edit.objects.select_for_update().get(pk=edit_id)
        if edit.undone_by_id is not None:
            raise Invalid({"": [_("This change has been undone already.")]})
        kind = model_named(edit.model)
        row = _row_of(edit)
        if (facts_of(row) if row is not None else None) != edit.after:
            raise Conflict(row)
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=edit.plan, reason=reason)
        row = _restore(kind, row, edit, checked=True)
        undoing = sync.remember(row, edit.after, edit.before)
        undoing.object_id = edit.object_id
        undoing.save()
        edit.undone_by = undoing
        edit.save(update_fields=["undone_by"])
        record(viewer, UNDO, edit, fields={"undone": [str(edit.pk), str(undoing.pk)]})
    return undoing


def undo_act(*, viewer: Viewer, act_id: uuid.UUID, reason: str = "") -> list[Edit]:
    """Take back every edit of one act, such as a confirmed import, last one first; all or none.

    Raises:
        Conflict: ``current`` lists the labels of the rows that were changed since; Invalid: nothing is left
        to be undone, or a row cannot be brought back; Edit.DoesNotExist: no such act.
    """
    first = Edit.objects.select_related("plan").filter(act_id=act_id).earliest("id")
    with act(viewer, UNDO, first.plan) as own_act:
        edits = list(Edit.objects.select_for_update().filter(act_id=act_id, undone_by=None).order_by("-id"))
        if not edits:
            raise Invalid({"": [_("This change has been undone already.")]})
        if changed := _changed_since(edits):
            raise Conflict(changed)
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=own_act, plan=first.plan, reason=reason)
        _park(edits)
        for edit in edits:
            row = _restore(model_named(edit.model), _row_of(edit), edit, checked=False)
            undoing = sync.remember(row, edit.after, edit.before)
            undoing.object_id = edit.object_id
            undoing.plan = None if edit.model == Plan.__name__ and edit.before is None else edit.plan
        sync.finish()
        for edit, undoing in zip(edits, sync.edits, strict=True):
            edit.undone_by = undoing
        Edit.objects.bulk_update(edits, ["undone_by"], batch_size=BATCH)
        digest = digest_of(edit.pk for edit in edits)
        record(viewer, UNDO, first, fields={"act": [str(act_id), None]}, count=len(edits), digest=digest)
    return sync.edits


def _row_of(edit: Edit) -> models.Model | None:
    kind = cast("Any", model_named(edit.model))
    return cast("models.Model | None", kind.objects.filter(pk=edit.object_id).first())


def _changed_since(edits: list[Edit]) -> list[str]:
    """Labels of the rows that are no longer as the act left them; ``edits`` come last one first."""
    seen: set[tuple[str, str]] = set()
    changed = []
    for edit in edits:
        if (edit.model, edit.object_id) in seen:
            continue
        seen.add((edit.model, edit.object_id))
        row = _row_of(edit)
        if (facts_of(row) if row is not None else None) != _facts_left(edit):
            changed.append(edit.label)
    return changed


def _facts_left(edit: Edit) -> dict[str, Any] | None:
    """What the act left, without what an earlier release counted among the facts and this one does not."""
    if edit.after is None:
        return None
    names = FACTS[model_named(edit.model)]
    return {name: value for name, value in edit.after.items() if name in names}


def _park(edits: list[Edit]) -> None:
    """Move orders out of the way, so that rows that changed places or came can make room again."""
    rows: dict[str, set[str]] = {}
    for edit in edits:
        if edit.after and "order" in edit.after and _place(edit.before) != _place(edit.after):
            rows.setdefault(edit.model, set()).add(edit.object_id)
    for name, ids in rows.items():
        cast("Any", model_named(name)).objects.filter(pk__in=ids).update(order=F("order") + PARKED)


def _place(facts: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    return None if facts is None else (facts.get("parent_id"), facts.get("order"))


def _restore(
    kind: type[models.Model], row: models.Model | None, edit: Edit, *, checked: bool
) -> models.Model:
    if edit.before is None:
        assert row is not None
        return _take_out(kind, row)
    facts = _pythonic(kind, edit.before)
    if row is None:
        row = kind(pk=kind._meta.pk.to_python(edit.object_id), **facts)
        if checked:
            save(row, create=True)
        else:
            _write(row, create=True)
    elif checked:
        assign(row, facts)
    else:
        for name, value in facts.items():
            setattr(row, name, value)
        if hasattr(row, "version"):
            row.version += 1
        _write(row, create=False)
    return row


def _take_out(kind: type[models.Model], row: models.Model) -> models.Model:
    if dependents := dependents_of(row):
        raise Invalid({"": [_("First remove what hangs on it: %(what)s.") % {"what": dependents}]})
    # Django forgets the key of a deleted row; the history needs it, and the row's label too.
    copy = kind(pk=row.pk, **{name: getattr(row, name) for name in FACTS[kind]})
    try:
        row.delete()
    except models.ProtectedError as error:
        text = _("“%(row)s” cannot be removed: measured values or other rows still refer to it.")
        raise Invalid({"": [text % {"row": str(copy)}]}) from error
    return copy


def _write(row: models.Model, *, create: bool) -> None:
    """Write what was valid before; the database's own constraints are check enough."""
    try:
        with transaction.atomic():
            row.save(force_insert=create)
    except IntegrityError as error:
        text = _("“%(row)s” cannot be brought back: it contradicts another row.")
        raise Invalid({"": [text % {"row": str(row)}]}) from error


def _pythonic(kind: type[models.Model], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as stored in JSON, turned back into what the model's fields hold."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        field = kind._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
        if isinstance(field, models.DecimalField) and value is not None:
            found[name] = Decimal(value)
        else:
            found[name] = value if field.is_relation else cast("Any", field).to_python(value)
    return found
