"""Editing single rows of a plan, with history; :mod:`.undo` takes edits back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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


def version_of(row: models.Model) -> str:
    """What an editor's form keeps of the row it shows: its version, or a digest of its facts."""
    if hasattr(row, "version"):
        return str(row.version)
    facts = json.dumps(facts_of(row), sort_keys=True, ensure_ascii=False)
    return "d" + hashlib.sha256(facts.encode()).hexdigest()[:32]


def is_stale(row: models.Model, version: int | str | None) -> bool:
    """Whether the row is no longer what the editor saw (``None``: she did not say)."""
    return version is not None and str(version) != version_of(row)


def load(model_name: str, pk: Any, *, lock: bool = False) -> models.Model:
    """The row, locked until the end of the transaction if asked (a no-op on SQLite, which locks whole)."""
    manager = cast("Any", model_named(model_name)).objects
    return cast("models.Model", (manager.select_for_update() if lock else manager).get(pk=pk))


def edit_row(
    *,
    viewer: Viewer,
    model: str,
    pk: Any,
    version: int | str | None,
    changes: Mapping[str, Any],
    reason: str = "",
) -> models.Model:
    """Change facts of one plan row.

    ``version`` is what :func:`version_of` said of the row the editor saw. Moving a row to another department
    needs the right to edit there as well, so that nobody hands work over to those who did not ask for it.

    Raises:
        NotAllowed, Conflict (the row as somebody else left it), Invalid (messages per field).
    """
    row = load(model, pk)
    with act(viewer, EDIT, owner_of(row)) as act_id:
        row = load(model, pk, lock=True)
        allowed = EDITABLE.get(type(row), ())
        if unknown := [name for name in changes if name not in allowed]:
            raise Invalid({name: [_("This field cannot be edited here.")] for name in unknown})
        if is_stale(row, version):
            raise Conflict(row)
        before = facts_of(row)
        if not changed_facts(row, changes):
            return row
        assign(row, changes)
        if "department_id" in changes:
            viewer.require(EDIT, row)
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
    # A new node belongs to nobody yet: who may edit the one above may add below it.
    above = (row.parent or row.plan) if isinstance(row, Node) else owner_of(row)
    with act(viewer, EDIT, above) as act_id:
        viewer.require(EDIT, owner_of(row))
        save(row, create=True)
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=plan_of(row), reason=reason)
        sync.remember(row, None, facts_of(row))
        sync.finish()
        record(viewer, EDIT, row, fields={"created": [None, str(row.pk)]})
    return row


def remove_row(*, viewer: Viewer, model: str, pk: Any, version: int | str | None, reason: str) -> None:
    """Take a row out of the plan; the edit keeps its facts, so that it can be brought back.

    Raises:
        Invalid: without a reason, or while measured values or other rows still hang on it.
    """
    if not reason.strip():
        raise Invalid({"reason": [_("Say why it is removed.")]})
    row = load(model, pk)
    with act(viewer, EDIT, owner_of(row)) as act_id:
        row = load(model, pk, lock=True)
        if is_stale(row, version):
            raise Conflict(row)
        if dependents := dependents_of(row):
            raise Invalid({"": [_("First remove what hangs on it: %(what)s.") % {"what": dependents}]})
        assert viewer.actor is not None
        sync = Sync(actor=viewer.actor, act_id=act_id, plan=plan_of(row), reason=reason)
        sync.remember(row, facts_of(row), None)
        record(viewer, EDIT, row, fields={"removed": [str(row.pk), None]})
        sync.finish()
        row.delete()


def assign(row: models.Model, changes: Mapping[str, Any]) -> None:
    """Set facts of a row and save it as its next version."""
    for name, value in changes.items():
        setattr(row, name, value)
    if hasattr(row, "version"):
        row.version += 1
    save(row, create=False)


def save(row: models.Model, *, create: bool) -> None:
    """Save after the model's own checks; a broken constraint becomes a message, not a traceback."""
    try:
        row.full_clean()
        with transaction.atomic():
            row.save(force_insert=create)
    except ValidationError as error:
        messages = {_attname(name): [str(m) for m in texts] for name, texts in error.message_dict.items()}
        raise Invalid(messages) from error
    except IntegrityError as error:
        text = _("This contradicts another row of the plan (%(detail)s).")
        raise Invalid({"": [text % {"detail": error}]}) from error


def _attname(field: str) -> str:
    return "" if field == "__all__" else field


def dependents_of(row: models.Model) -> str:
    """Names of the rows that would go with ``row``; empty if none."""
    names = []
    for relation in row._meta.related_objects:
        if relation.related_model in {Edit} or relation.many_to_many:
            continue
        if relation.related_model._default_manager.filter(**{relation.field.name: row.pk}).exists():
            names.append(str(relation.related_model._meta.verbose_name))
    return ", ".join(sorted(set(names)))
