"""Jichi's proposals: made only where the city turned them on, from the evidence, each with its reasons.

They are never the city's judgement. A person decides when she hands the sheet in (:mod:`.deciding`).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.evaluation.actions import PROPOSE
from jichi.evaluation.content import plain
from jichi.evaluation.enums import SheetKind, SheetState
from jichi.evaluation.fields import ACCOMPLISHMENT, PROGRESS
from jichi.evaluation.models import Cycle, Proposal, Sheet
from jichi.evaluation.queries.contents import Parts, parts_of
from jichi.evaluation.queries.grades import content_of, grading_of
from jichi.evaluation.rules.proposals import Reasons, propose_measure, propose_project
from jichi.evaluation.rules.values import ProposalRule
from jichi.sheets.definition import Definition
from jichi.sheets.models import FormVersion
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import raw_from_json, read, to_json

from .steps import cycle_of, locked_cycle, require_open

Proposed = tuple[str, Reasons]


def propose(*, viewer: Viewer, cycle_id: int, at: datetime.datetime | None = None) -> int:
    """Propose the judgement of every sheet that lies with its department; returns how many are new.

    What was proposed before stays; another value or another reason is the next number.

    Raises:
        NotAllowed; Cycle.DoesNotExist; Invalid: where the city has not turned proposals on for this cycle.
    """
    with act(viewer, PROPOSE, cycle_of(cycle_id)):
        cycle = locked_cycle(cycle_id)
        require_open(cycle)
        rule = _rule(cycle)
        moment = at or timezone.now()
        rows = Sheet.objects.filter(cycle=cycle, state=SheetState.FILLING).order_by("pk")
        sheets = list(rows.select_related("answer_set"))
        parts = parts_of(cycle, sheets, moment)
        made = _made(cycle, rule, parts, moment)
        Proposal.objects.bulk_create(made)
        if made:
            ids = [row.sheet_id for row in made]
            fields = {"proposals": [0, len(ids)]}
            record(viewer, PROPOSE, cycle, fields=fields, count=len(ids), digest=digest_of(ids))
    return len(made)


def _rule(cycle: Cycle) -> ProposalRule:
    found = content_of(cycle.proposals) if cycle.proposals is not None else None
    if not isinstance(found, ProposalRule):
        raise Invalid({"": [_("Proposals are not turned on for this evaluation.")]})
    return found


def _made(cycle: Cycle, rule: ProposalRule, parts: Parts, moment: datetime.datetime) -> list[Proposal]:
    definitions = {
        row.pk: definition_of(row)
        for row in FormVersion.objects.filter(
            pk__in={sheet.answer_set.form_version_id for sheet in parts.sheets}
        )
    }
    standing: dict[tuple[int, str], Proposal] = {}
    for row in Proposal.objects.filter(sheet__in=parts.sheets).order_by("number"):
        standing[(row.sheet_id, row.field)] = row
    found = []
    for sheet in parts.sheets:
        definition = definitions[sheet.answer_set.form_version_id]
        field = PROGRESS if sheet.kind == SheetKind.MEASURE else ACCOMPLISHMENT
        if field not in {one.key for _part, one in definition.fields()}:
            continue
        made = _proposed(cycle, rule, parts, sheet, definition)
        before = standing.get((sheet.pk, field))
        if made is None or (before is not None and (before.value, before.reasons) == made):
            continue
        assert cycle.proposals is not None
        found.append(
            Proposal(
                sheet=sheet,
                field=field,
                number=before.number + 1 if before is not None else 1,
                value=made[0],
                reasons=made[1],
                rule=cycle.proposals,
                made_at=moment,
            )
        )
    return found


def _proposed(
    cycle: Cycle, rule: ProposalRule, parts: Parts, sheet: Sheet, definition: Definition
) -> Proposed | None:
    if sheet.kind == SheetKind.MEASURE:
        projects = [parts.accomplishments.get(one.pk) for one in parts.projects.get(sheet.node_id, ())]
        return propose_measure(_ranks(cycle, parts, sheet), projects, rule)
    numbers = [
        {
            "target": plain(row.target),
            "actual": plain(row.actual),
            "comparator": row.figure.comparator,
            "decimals": row.figure.decimals,
        }
        for row in parts.figures.get(sheet.node_id, ())
    ]
    return propose_project(_values(parts, sheet, definition), numbers, rule)


def _ranks(cycle: Cycle, parts: Parts, sheet: Sheet) -> list[int | None]:
    """The place of each indicator's grade among the rule's, 1 the best; None: it cannot be judged."""
    rule = grading_of(cycle.rule) if cycle.rule is not None else None
    if rule is None:
        return []
    order = {grade: place for place, grade in enumerate(rule.rule.grades, start=1)}
    return [order.get(row.grade) for row in parts.grades.get(sheet.node_id, ())]


def _values(parts: Parts, sheet: Sheet, definition: Definition) -> dict[str, Any]:
    """What stands in the sheet now: the draft, or else what was handed in; parts that repeat as rows."""
    if sheet.answer_set.draft:
        kept: Mapping[str, Any] = to_json(read(definition, raw_from_json(sheet.answer_set.draft)).values)
    else:
        revision = parts.revisions.get(sheet.pk)
        kept = revision.values if revision is not None else {}
    return as_rows(kept, definition)


def as_rows(kept: Mapping[str, Any], definition: Definition) -> dict[str, Any]:
    """Answers as they are kept (``field``, ``field.row``), each part that repeats as a list of rows."""
    found: dict[str, Any] = {}
    for part in definition.parts:
        keys = [field.key for field in part.fields]
        if part.rows is None:
            found |= {key: kept.get(key) for key in keys}
            continue
        rows: dict[str, dict[str, Any]] = {}
        for key, value in kept.items():
            name, _dot, row = key.partition(".")
            if name in keys and row:
                rows.setdefault(row, {})[name] = value
        found[part.key] = [rows[row] for row in sorted(rows, key=_row_order)]
    return found


def _row_order(row: str) -> tuple[int, str]:
    return (int(row) if row.isdecimal() else 0, row)
