"""Sheets of past years, taken in from a table: checked whole before anything is written."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, record
from jichi.city.viewers import system_viewer
from jichi.evaluation.actions import IMPORT_PAST
from jichi.evaluation.enums import CycleState, SheetState
from jichi.evaluation.finance_file import BadRow
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.past_file import PastRow, answers_in, columns_of, read_past, troubles_of
from jichi.evaluation.queries.nodes import judged_nodes
from jichi.plan.models import Plan
from jichi.sheets.definition import Definition
from jichi.sheets.models import AnswerRevision, FormVersion
from jichi.sheets.parsing import definition_of

from . import checking, cycles, filling, opening, publishing, withdrawing
from .finance import BadRows


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTaken:
    """What a file did: the evaluation, how many sheets it filled, how many it left out, rows not taken."""

    cycle: Cycle
    taken: int
    left_out: int
    bad: tuple[BadRow, ...] = ()
    unknown_heads: tuple[str, ...] = ()


def take_in_past(
    *,
    viewer: Viewer,
    plan_id: int,
    fiscal_year: int,
    kind: str,
    title: str,
    content: bytes,
    filename: str,
    skips_bad: bool = False,
    at: datetime.datetime | None = None,
) -> PastTaken:
    """Take in the sheets of a past year as a finished evaluation, not public until it is switched on.

    Every row is checked by the form that is in use now. What the file has no row for is left out of the
    evaluation, with that as the reason. Where the work was cut off, the same file goes on.

    Raises:
        NotAllowed; Plan.DoesNotExist; Invalid: at ``file`` or ``fiscal_year``, or where the year has an
        evaluation of its own; BadRows: unless ``skips_bad``.
    """
    viewer.require(IMPORT_PAST)
    plan = Plan.objects.get(pk=plan_id)
    cycle = Cycle.objects.filter(plan=plan, fiscal_year=fiscal_year, kind=kind).first()
    if cycle is not None and (not cycle.is_imported or cycle.state == CycleState.PUBLISHED):
        raise Invalid({"fiscal_year": [_("The plan has an evaluation of that year already.")]})
    found = _checked(Cycle(plan=plan, fiscal_year=fiscal_year, kind=kind), content)
    if found.bad and not skips_bad:
        raise BadRows(found.bad)
    if not found.rows:
        raise Invalid({"file": [_("There is no row in the file that can be taken in.")]})
    moment = at or timezone.now()
    with act(viewer, IMPORT_PAST):
        fields = {"year": [None, fiscal_year], "sheets": [0, len(found.rows)], "file": [None, filename[:120]]}
        digest = hashlib.sha256(content).hexdigest()
        record(viewer, IMPORT_PAST, plan, fields=fields, count=len(found.rows), digest=digest)
    importer = system_viewer("past-importer")
    if cycle is None:
        day = timezone.localdate(moment)
        cycle = cycles.create_cycle(
            viewer=importer,
            plan_id=plan.pk,
            fiscal_year=fiscal_year,
            kind=kind,
            title=title,
            check_levels=1,
            is_imported=True,
            due_department=day,
            due_section=day,
            due_bureau=day,
            due_planning=day,
            at=moment,
        )
    return _write(importer, cycle, found, filename, content, moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The rows that fit, each with the form of its sheet; what does not fit; heads no form knows."""

    rows: Mapping[str, tuple[PastRow, Definition]]
    bad: Sequence[BadRow]
    unknown_heads: Sequence[str]


def _checked(cycle: Cycle, content: bytes) -> _Found:
    table = read_past(content)
    nodes = {node.code.casefold(): node for node in judged_nodes(cycle)}
    forms = _forms({opening.kind_of(cycle, node) for node in nodes.values()})
    columns = {key: columns_of(form) for key, form in forms.items()}
    rows: dict[str, tuple[PastRow, Definition]] = {}
    bad = list(table.bad)
    for row in table.rows:
        node = nodes.get(row.code)
        if node is None:
            text = _("The plan has no such code: %(code)s.")
            bad.append(BadRow(row=row.row, sentence=text % {"code": row.code}))
            continue
        kind = opening.kind_of(cycle, node)
        troubles = troubles_of(row, forms[kind], columns[kind])
        if not answers_in(row, forms[kind], columns[kind]):
            troubles.append(_("The row holds no answer that the form knows."))
        bad += [BadRow(row=row.row, sentence=text) for text in troubles]
        if not troubles:
            rows[node.code] = (row, forms[kind])
    known = {head for one in columns.values() for head in one}
    unknown = [text for head, text in table.heads.items() if head not in known]
    return _Found(rows=rows, bad=sorted(bad, key=lambda one: one.row), unknown_heads=unknown)


def _forms(kinds: set[str]) -> dict[str, Definition]:
    """The form of each kind of sheet as it is in use now."""
    found = {}
    for kind in kinds:
        rows = FormVersion.objects.filter(form__key__in=[opening.FORMS[kind], opening.FORMS["project"]])
        own = rows.filter(form__key=opening.FORMS[kind]).order_by("-number").first()
        version = own or rows.order_by("-number").first()
        if version is None:
            text = _("The form %(key)s is not there yet. Load it first.")
            raise Invalid({"kind": [text % {"key": opening.FORMS[kind]}]})
        found[kind] = definition_of(version)
    return found


def _write(
    viewer: Viewer,
    cycle: Cycle,
    found: _Found,
    filename: str,
    content: bytes,
    moment: datetime.datetime,
) -> PastTaken:
    if cycle.state == CycleState.PREPARING:
        cycle = opening.open_cycle(viewer=viewer, cycle_id=cycle.pk, version=cycle.version, at=moment)
    left_out = 0
    rows = Sheet.objects.filter(cycle=cycle, state=SheetState.FILLING)
    for sheet in rows.select_related("node", "answer_set").order_by("node__code"):
        given = found.rows.get(sheet.node.code)
        if given is None:
            reason = _("The file of that year has no row for it.")
            withdrawing.withdraw_sheet(
                viewer=viewer, sheet_id=sheet.pk, version=sheet.version, reason=reason, at=moment
            )
            left_out += 1
            continue
        row, form = given
        filling.hand_in(
            viewer=viewer,
            sheet_id=sheet.pk,
            raw=answers_in(row, form, columns_of(form)),
            version=sheet.answer_set.version,
            channel=AnswerRevision.Channel.IMPORT,
            filename=filename,
            note=_("Row %(row)d of the file") % {"row": row.row},
            at=moment,
        )
    _accept(viewer, cycle, moment)
    cycle = publishing.publish_cycle(
        viewer=viewer, cycle_id=cycle.pk, version=_version(cycle), public_from=None, at=moment
    )
    return PastTaken(
        cycle=cycle,
        taken=len(found.rows),
        left_out=left_out,
        bad=tuple(found.bad),
        unknown_heads=tuple(found.unknown_heads),
    )


def _accept(viewer: Viewer, cycle: Cycle, moment: datetime.datetime) -> None:
    """Let what was handed in through the checks: they were made that year, on paper."""
    note = _("Checked in its own year")
    for state, step in (
        (SheetState.SECTION, checking.pass_sheets),
        (SheetState.PLANNING, checking.accept_sheets),
    ):
        versions = dict(Sheet.objects.filter(cycle=cycle, state=state).values_list("pk", "version"))
        if versions:
            step(viewer=viewer, sheet_versions=versions, note=note, at=moment)


def _version(cycle: Cycle) -> int:
    return Cycle.objects.values_list("version", flat=True).get(pk=cycle.pk)
