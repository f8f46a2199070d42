"""Each trigger is violated on purpose, and bites."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from jichi.city.viewers import system_viewer
from jichi.evaluation.invariants import TRIGGERS
from jichi.evaluation.models import (
    BudgetAmount,
    BudgetLine,
    BudgetShare,
    Cycle,
    FinanceImport,
    Grade,
    Proposal,
    ProposalDecision,
    RuleSet,
    RuleSetVersion,
    Sheet,
    SheetComment,
    SheetEdition,
    SheetEvent,
    StartValue,
)
from jichi.evaluation.services import comments, publishing
from jichi.plan.models import Node, Placement, Series
from jichi.sheets.models import AnswerRevision

from .sample import brought_through, handed_in, opened, prepared, sheet_of

ACTOR = "00000000-0000-0000-0000-000000000001"


def version(key: str) -> RuleSetVersion:
    rule = RuleSet.objects.create(key=key, title=key)
    return RuleSetVersion.objects.create(
        rule_set=rule,
        number=1,
        definition={},
        digest=key.encode().hex().ljust(64, "0")[:64],
        in_force_from=datetime.date(2020, 4, 1),
        known_from=datetime.date(2020, 4, 1),
    )


@pytest.fixture
def rows(plan):
    """A published cycle of measures with everything in it, and an open one of projects."""
    rule, other = version("ichi"), version("ni")
    done = opened(plan, 2025, "final", rule_id=rule.pk)
    placement, series = (
        Placement.objects.get(indicator__key="kanyu"),
        Series.objects.get(indicator__key="kanyu"),
    )
    made = {"cycle": done, "placement": placement, "series": series, "made_by": ACTOR}
    Grade.objects.create(**made, rule=rule, grade="a")
    brought_through(done)
    sheet = sheet_of(done, "1-1")
    publishing._keep(system_viewer("demo"), done, [sheet, sheet_of(done, "1-2")], "published", timezone.now())
    Cycle.objects.filter(pk=done.pk).update(state="published", published_at=timezone.now())
    under_way = opened(plan, 2023)
    open_sheet = handed_in(sheet_of(under_way, "1-1-01"))
    comments.remark(viewer=system_viewer("demo"), sheet_id=open_sheet.pk, text="確認", side="planning")
    proposal = Proposal.objects.create(sheet=open_sheet, field="accomplishment", value="3", rule=other)
    ProposalDecision.objects.create(proposal=proposal, value="3", agrees=True, revision=1, by=ACTOR)
    line = BudgetLine.objects.create(fiscal_year=2023, code="1", name="費目")
    taken = FinanceImport.objects.create(
        kind="estimate",
        fiscal_year=2023,
        filename="a.csv",
        sha256="0" * 64,
        content=b"x",
        row_count=1,
        taken_by=ACTOR,
    )
    BudgetAmount.objects.create(line=line, kind="estimate", amount=1, taken_from=taken, row_number=1)
    StartValue.objects.create(
        placement=placement, series=series, value=1, fiscal_year=2019, reason="見本", set_by=ACTOR
    )
    nodes = list(Node.objects.filter(plan=plan, level__kind="project"))
    share = BudgetShare.objects.create(line=line, node=nodes[0], percent=60)
    second = BudgetShare.objects.create(line=line, node=nodes[1], percent=40)
    return SimpleNamespace(
        done=done,
        sheet=sheet,
        under_way=under_way,
        prepared=prepared(plan, 2024),
        open_sheet=open_sheet,
        made=made,
        rule=rule,
        other=other,
        line=line,
        third=nodes[2],
        share=share,
        second=second,
    )


def _deleted(model):
    return lambda rows: model.objects.all()._raw_delete("default")


def _changed(model, **facts):
    return lambda rows: model.objects.update(**facts)


def _answer(rows):
    newest = AnswerRevision.objects.get(answer_set=rows.open_sheet.answer_set_id)
    newest.pk, newest.number = None, 2
    newest.save(force_insert=True)


def _edition_left_out(rows):
    row = SheetEdition.objects.get(sheet=rows.sheet)
    row.pk, row.number, row.kind, row.reason = None, 3, "corrected", "x"
    row.save(force_insert=True)


VIOLATIONS = {
    "evaluation_edition_no_change": _changed(SheetEdition, reason="x"),
    "evaluation_edition_no_delete": _deleted(SheetEdition),
    "evaluation_event_no_change": _changed(SheetEvent, text="x"),
    "evaluation_event_no_delete": _deleted(SheetEvent),
    "evaluation_grade_no_change": _changed(Grade, grade="b"),
    "evaluation_grade_no_delete": _deleted(Grade),
    "evaluation_proposal_no_change": _changed(Proposal, value="1"),
    "evaluation_proposal_no_delete": _deleted(Proposal),
    "evaluation_decision_no_change": _changed(ProposalDecision, reason="x"),
    "evaluation_decision_no_delete": _deleted(ProposalDecision),
    "evaluation_rule_no_change": _changed(RuleSetVersion, note="x"),
    "evaluation_rule_no_delete": lambda rows: RuleSetVersion.objects.filter(pk=rows.other.pk)._raw_delete(
        "default"
    ),
    "evaluation_finance_no_change": _changed(FinanceImport, filename="x"),
    "evaluation_finance_no_delete": _deleted(FinanceImport),
    "evaluation_amount_no_change": _changed(BudgetAmount, amount=2),
    "evaluation_amount_no_delete": _deleted(BudgetAmount),
    "evaluation_start_no_change": _changed(StartValue, value=2),
    "evaluation_start_no_delete": _deleted(StartValue),
    "evaluation_comment_stays": _changed(SheetComment, text="x"),
    "evaluation_comment_no_delete": _deleted(SheetComment),
    "evaluation_sheet_no_delete": _deleted(Sheet),
    "evaluation_sheet_stays_whose": lambda rows: Sheet.objects.filter(pk=rows.open_sheet.pk).update(
        kind="measure"
    ),
    "evaluation_sheet_moves_while_open": lambda rows: Sheet.objects.filter(pk=rows.sheet.pk).update(
        state="filling", accepted_at=None
    ),
    "evaluation_sheet_accepted_answered": lambda rows: Sheet.objects.filter(pk=rows.open_sheet.pk).update(
        state="accepted", accepted_at=timezone.now(), accepted_revision=7
    ),
    "evaluation_answers_while_filling": _answer,
    "evaluation_edition_next_number": _edition_left_out,
    "evaluation_cycle_no_delete": lambda rows: Cycle.objects.filter(pk=rows.under_way.pk)._raw_delete(
        "default"
    ),
    "evaluation_cycle_one_way": lambda rows: Cycle.objects.filter(pk=rows.prepared.pk).update(
        state="published", opened_at=timezone.now(), published_at=timezone.now()
    ),
    "evaluation_cycle_opened_stays": lambda rows: Cycle.objects.filter(pk=rows.under_way.pk).update(
        check_levels=1
    ),
    "evaluation_cycle_published_stays": lambda rows: Cycle.objects.filter(pk=rows.done.pk).update(
        rule=rows.other
    ),
    "evaluation_cycle_published_whole": lambda rows: Cycle.objects.filter(pk=rows.under_way.pk).update(
        state="published", published_at=timezone.now()
    ),
    "evaluation_grade_by_its_rule": lambda rows: Grade.objects.create(
        **rows.made, rule=rows.other, grade="b", revision=2, reason="x"
    ),
    "evaluation_grade_next_revision": lambda rows: Grade.objects.create(
        **rows.made, rule=rows.rule, grade="b", revision=3, reason="x"
    ),
    "evaluation_share_within_line": lambda rows: BudgetShare.objects.create(
        line=rows.line, node=rows.third, percent=1
    ),
    "evaluation_share_stays_within": lambda rows: BudgetShare.objects.filter(pk=rows.share.pk).update(
        percent=61
    ),
}


def test_every_trigger_bites_with_its_own_sentence(rows):
    assert set(VIOLATIONS) == {trigger.name for trigger in TRIGGERS}
    for trigger in TRIGGERS:
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            VIOLATIONS[trigger.name](rows)
        sentence = str(caught.value)
        said = trigger.sqlite.partition("ABORT, '")[2].partition("'")[0]
        assert said, trigger.name
        assert said in sentence, (trigger.name, sentence)


def test_three_parts_that_make_up_a_line_are_a_whole(rows):
    line = BudgetLine.objects.create(fiscal_year=2023, code="2", name="費目")
    nodes = [rows.share.node, rows.second.node]
    for node, percent in zip([*nodes, rows.third], ("33.333", "33.333", "33.334"), strict=True):
        BudgetShare.objects.create(line=line, node=node, percent=Decimal(percent))
    with pytest.raises(DatabaseError), transaction.atomic():
        BudgetShare.objects.filter(line=line, node=rows.third).update(percent=Decimal("33.335"))


def test_what_is_allowed_passes(rows):
    BudgetShare.objects.filter(pk=rows.share.pk).update(percent=50)
    BudgetShare.objects.create(line=rows.line, node=rows.third, percent=10)
    Grade.objects.create(**rows.made, rule=rows.rule, grade="b", revision=2, reason="訂正")
    SheetComment.objects.update(settled_at=timezone.now(), settled_by=ACTOR)
    with pytest.raises(DatabaseError), transaction.atomic():
        Cycle.objects.filter(pk=rows.done.pk).update(state="open", published_at=None)
    Cycle.objects.filter(pk=rows.done.pk).update(public_from=timezone.now(), version=9)
