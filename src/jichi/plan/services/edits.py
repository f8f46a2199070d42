"""Editing single rows of a plan, with history and undo."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import act, record
from jichi.plan.models import (
    DocumentRevision,
    Edit,
    FigurePoint,
    Indicator,
    Initiative,
    Level,
    Milestone,
    Node,
    NotHeld,
    Period,
    Placement,
    Plan,
    Point,
    PolicyDocument,
    ProjectFigure,
    Scheme,
    Series,
    Statement,
)

from .facts import FACTS, changed_facts, facts_of, for_trail, model_named
from .sync import Sync

# What an officer may change by hand. Identity (keys, the plan, the level) is not among it.
EDITABLE: dict[type[models.Model], tuple[str, ...]] = {
    Plan: ("name", "adopted_on", "scope_note", "final_evaluation_on"),
    Node: ("name", "summary", "order", "department_id"),
    Statement: ("text", "order"),
    Indicator: ("name", "unit", "source", "decimals", "definition", "note", "department_id"),
    Placement: ("comparator", "order"),
    Series: ("name",),
    Point: ("fiscal_year", "as_of", "value", "decimals", "comparator", "printed", "note"),
    Initiative: ("name", "marker", "order"),
    Milestone: ("text", "first_year", "last_year", "open_ended", "certain", "order"),
    ProjectFigure: ("name", "unit", "comparator", "decimals", "order"),
    FigurePoint: ("fiscal_year", "as_of", "value", "printed", "note"),
    PolicyDocument: ("name", "kind", "legal_basis", "summary"),
    DocumentRevision: ("fiscal_year", "event", "label", "note", "order"),
    Scheme: ("name", "summary"),
    NotHeld: ("title", "reason"),
}
EDIT = "plan.row:edit"
UNDO = "plan.edit:undo"


def plan_of(row: models.Model) -> Plan | None:
    """The plan a row belongs to; ``None`` for what outlives plans (indicators, policy documents, schemes)."""
    if isinstance(row, Plan):
        return row
    if isinstance(row, Node | Level | Period | Point | NotHeld):
        return row.plan
    if isinstance(row, Statement | Placement):
        return row.node.plan
    if isinstance(row, Initiative | ProjectFigure):
        return row.project.plan
    if isinstance(row, Milestone):
        return row.initiative.project.plan
    if isinstance(row, FigurePoint):
        return row.figure.project.plan
    return None


def owner_of(row: models.Model) -> models.Model:
    """The row whose department decides who may edit: the node or the indicator it hangs on."""
    if isinstance(row, Statement | Placement):
        return row.node
    if isinstance(row, Initiative | ProjectFigure):
        return row.project
    if isinstance(row, Milestone):
        return row.initiative.project
    if isinstance(row, FigurePoint):
        return row.figure.project
    if isinstance(row, Point):
        return row.series.indicator
    if isinstance(row, Series):
        return row.indicator
    return row


def load(model_name: str, pk: Any, *, lock: bool = False) -> models.Model:
    """The row, locked until the end of the transaction if asked (a no-op on SQLite, which locks whole)."""
    manager = cast("Any", model_named(model_name)).objects
    return cast("models.Model", (manager.select_for_update() if lock else manager).get(pk=pk))


def edit_row(
    *, viewer: Viewer, model: str, pk: Any, version: int | None, changes: Mapping[str, Any], reason: str = ""
) -> models.Model:
    """Change facts of one plan row.

    ``version`` is the version the editor saw (``None`` only for rows that carry none).

    Raises:
        NotAllowed, Conflict (the row as somebody else left it), Invalid (messages per field).
    """
    row = load(model, pk)
    with act(viewer, EDIT, owner_of(row)) as act_id:
        row = load(model, pk, lock=True)
        allowed = EDITABLE.get(type(row), ())
        if unknown := [name for name in changes if name not in allowed]:
            raise Invalid({name: [_("This field cannot be edited here.")] for name in unknown})
        if version is not None and getattr(row, "version", version) != version:
            raise Conflict(row)
        before = facts_of(row)
        if not changed_facts(row, changes):
            return row
        _assign(row, changes)
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=plan_of(row), reason=reason)
        sync.remember(row, before, facts_of(row))
        sync.finish()
        record(viewer, EDIT, row, fields=for_trail(before, facts_of(row)))
    return row


def create_row(*, viewer: Viewer, model: str, facts: Mapping[str, Any], reason: str = "") -> models.Model:
    """Add a row (a statement, point, initiative, milestone, number …) with all its facts."""
    kind = model_named(model)
    if unknown := [name for name in facts if name not in FACTS[kind]]:
        raise Invalid({name: [_("This field cannot be edited here.")] for name in unknown})
    row = kind(**facts)
    with act(viewer, EDIT, owner_of(row)) as act_id:
        _save(row, create=True)
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=plan_of(row), reason=reason)
        sync.remember(row, None, facts_of(row))
        sync.finish()
        record(viewer, EDIT, row, fields={"created": [None, str(row.pk)]})
    return row


def remove_row(*, viewer: Viewer, model: str, pk: Any, version: int | None, reason: str) -> None:
    """Take a row out of the plan; the edit keeps its facts, so that it can be brought back.

    Raises:
        Invalid: without a reason, or while measured values or other rows still hang on it.
    """
    if not reason.strip():
        raise Invalid({"reason": [_("Say why it is removed.")]})
    row = load(model, pk)
    with act(viewer, EDIT, owner_of(row)) as act_id:
        row = load(model, pk, lock=True)
        if version is not None and getattr(row, "version", version) != version:
            raise Conflict(row)
        if dependents := _dependents(row):
            raise Invalid({"": [_("First remove what hangs on it: %(what)s.") % {"what": dependents}]})
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=plan_of(row), reason=reason)
        sync.remember(row, facts_of(row), None)
        record(viewer, EDIT, row, fields={"removed": [str(row.pk), None]})
        sync.finish()
        row.delete()


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
        row = cast("Any", kind).objects.filter(pk=edit.object_id).first()
        present = facts_of(row) if row is not None else None
        if present != edit.after:
            raise Conflict(row)
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=edit.plan, reason=reason)
        row = _restore(kind, row, edit)
        undoing = sync.remember(row, edit.after, edit.before)
        undoing.object_id = edit.object_id
        undoing.save()
        edit.undone_by = undoing
        edit.save(update_fields=["undone_by"])
        record(viewer, UNDO, edit, fields={"undone": [str(edit.pk), str(undoing.pk)]})
    return undoing


def _restore(kind: type[models.Model], row: models.Model | None, edit: Edit) -> models.Model:
    if edit.before is None:
        assert row is not None
        if dependents := _dependents(row):
            raise Invalid({"": [_("First remove what hangs on it: %(what)s.") % {"what": dependents}]})
        copy = kind(pk=row.pk, **{name: getattr(row, name) for name in FACTS[kind]})
        row.delete()
        return copy
    if row is None:
        row = kind(pk=kind._meta.pk.to_python(edit.object_id), **_pythonic(kind, edit.before))
        _save(row, create=True)
        return row
    _assign(row, _pythonic(kind, edit.before))
    return row


def _pythonic(kind: type[models.Model], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as stored in JSON, turned back into what the model's fields hold."""
    found = {}
    for name, value in facts.items():
        field = kind._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
        is_number = isinstance(field, models.DecimalField) and value is not None
        found[name] = Decimal(value) if is_number else (value if field.is_relation else field.to_python(value))
    return found


def _assign(row: models.Model, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    if hasattr(row, "version"):
        row.version += 1
    _save(row, create=False)


def _save(row: models.Model, *, create: bool) -> None:
    """Save after the model's own checks; a broken constraint becomes a message, not a traceback."""
    try:
        row.full_clean()
        with transaction.atomic():
            row.save(force_insert=create)
    except ValidationError as error:
        raise Invalid({_attname(field): [str(m) for m in texts] for field, texts in error.message_dict.items()}) from error
    except IntegrityError as error:
        raise Invalid({"": [_("This contradicts another row of the plan (%(detail)s).") % {"detail": error}]}) from error


def _attname(field: str) -> str:
    return "" if field == "__all__" else field


def _dependents(row: models.Model) -> str:
    """Names of the rows that would go with ``row``; empty if none."""
    names = []
    for relation in row._meta.related_objects:
        if relation.related_model in {Edit} or relation.many_to_many:
            continue
        if relation.related_model._default_manager.filter(**{relation.field.name: row.pk}).exists():
            names.append(str(relation.related_model._meta.verbose_name))
    return ", ".join(sorted(set(names)))
