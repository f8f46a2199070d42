"""Opening a cycle: the forms it follows, and a sheet for every project or measure."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, record
from jichi.evaluation.actions import OPEN
from jichi.evaluation.enums import CycleKind, CycleState, SheetKind
from jichi.evaluation.models import Cycle, CycleForm, Sheet, SheetEvent
from jichi.evaluation.queries.nodes import judged_nodes
from jichi.evaluation.sides import PLANNING
from jichi.plan.models import Node
from jichi.sheets.models import FormVersion
from jichi.sheets.parsing import definition_of
from jichi.sheets.services import open_answers

from .prefilling import Prefill
from .steps import PORTION, Kind, cycle_of, event, locked_cycle, require_version

FORMS: Mapping[str, str] = {
    SheetKind.PROJECT: "hyoka-jigyo",
    SheetKind.WARD_PROJECT: "hyoka-ku",
    SheetKind.MEASURE: "hyoka-shisaku",
}
"""The key of the form that each kind of sheet follows. A city without the ward's form uses the projects'."""

CONTEXT = "evaluation.sheet:"
"""What answers belong to: this, the cycle's id, a slash, and the node's code."""


def open_cycle(*, viewer: Viewer, cycle_id: int, version: int, at: datetime.datetime | None = None) -> Cycle:
    """Open a cycle: bind the newest version of each form, and make a sheet for every project (or measure).

    Each sheet's draft holds what the plan promised for the year, what was measured and what was spent. The
    sheets are made in portions and nobody sees them before the last one is there; after a breakdown, opening
    again goes on where it stopped.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Conflict; Invalid: where it is open already, a form is missing, or the
        plan has nothing to evaluate.
    """
    moment = at or timezone.now()
    with act(viewer, OPEN, cycle_of(cycle_id)):
        cycle = locked_cycle(cycle_id)
        require_version(cycle, version)
        _require_preparing(cycle)
        nodes = judged_nodes(cycle)
        if not nodes:
            raise Invalid({"": [_("The plan has nothing of this kind to evaluate.")]})
        forms = _bind(cycle, {kind_of(cycle, node) for node in nodes})
    for start in range(0, len(nodes), PORTION):
        with act(viewer, OPEN, cycle):
            _portion(viewer, cycle, nodes[start : start + PORTION], forms, moment)
    with act(viewer, OPEN, cycle):
        cycle = locked_cycle(cycle_id)
        require_version(cycle, version)
        _require_preparing(cycle)
        cycle.state, cycle.opened_at = CycleState.OPEN, moment
        cycle.version += 1
        cycle.save(update_fields=["state", "opened_at", "version"])
        fields = {"state": [CycleState.PREPARING, CycleState.OPEN], "sheets": [0, len(nodes)]}
        record(viewer, OPEN, cycle, fields=fields)
    return cycle


def kind_of(cycle: Cycle, node: Node) -> SheetKind:
    """Which kind of sheet a node gets: a ward's project follows the form of wards."""
    if cycle.kind != CycleKind.YEARLY:
        return SheetKind.MEASURE
    department = node.department
    is_ward = department is not None and department.ward_id is not None
    return SheetKind.WARD_PROJECT if is_ward else SheetKind.PROJECT


def _require_preparing(cycle: Cycle) -> None:
    if cycle.state != CycleState.PREPARING:
        raise Invalid({"": [_("The evaluation was opened already.")]})


def _bind(cycle: Cycle, kinds: set[SheetKind]) -> dict[str, FormVersion]:
    """The version of the form of each kind, kept with the cycle; one that was bound before stays."""
    bound = {row.sheet_kind: row.form_version for row in cycle.forms.select_related("form_version__form")}
    missing = []
    for kind in sorted(kinds - set(bound)):
        version = _newest(FORMS[kind])
        if version is None and kind == SheetKind.WARD_PROJECT:
            version = _newest(FORMS[SheetKind.PROJECT])
        if version is None:
            missing.append(FORMS[kind])
            continue
        CycleForm.objects.create(cycle=cycle, sheet_kind=kind, form_version=version)
        bound[kind] = version
    if missing:
        text = _("These forms are missing: %(which)s. Load them with the pack, or publish them.")
        raise Invalid({"forms": [text % {"which": ", ".join(missing)}]})
    return bound


def _newest(key: str) -> FormVersion | None:
    return FormVersion.objects.filter(form__key=key).select_related("form").order_by("-number").first()


def _portion(
    viewer: Viewer,
    cycle: Cycle,
    nodes: Sequence[Node],
    forms: Mapping[str, FormVersion],
    moment: datetime.datetime,
) -> None:
    there = set(Sheet.objects.filter(cycle=cycle, node__in=nodes).values_list("node", flat=True))
    fresh = [node for node in nodes if node.pk not in there]
    known = Prefill(cycle, fresh)
    rows = []
    for node in fresh:
        kind = kind_of(cycle, node)
        version = forms[kind]
        answers = open_answers(
            viewer=viewer,
            form_version=version,
            context=f"{CONTEXT}{cycle.pk}/{node.code}",
            draft=known.draft(node, definition_of(version)),
        )
        rows.append(
            Sheet(
                cycle=cycle,
                node=node,
                kind=kind,
                department_id=node.department_id,
                answer_set=answers,
                moved_at=moment,
            )
        )
    made = Sheet.objects.bulk_create(rows)
    SheetEvent.objects.bulk_create(
        event(viewer, sheet, Kind.OPENED, side=PLANNING, at=moment) for sheet in made
    )
    if made:
        fields = {"sheets": [0, len(made)]}
        record(viewer, OPEN, cycle, fields=fields, count=len(made))
