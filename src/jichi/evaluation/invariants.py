"""What the database itself keeps of evaluations: records stay, and what is published stays published."""

from __future__ import annotations

from jichi.city.triggers import refuse
from jichi.manifest import Trigger

_SHEET, _CYCLE = "evaluation_sheet", "evaluation_cycle"
_ITS_CYCLE_IS_OPEN = "(SELECT c.state FROM evaluation_cycle c WHERE c.id = NEW.cycle_id) = 'open'"
_CORRECTED = (
    "EXISTS (SELECT 1 FROM evaluation_sheetevent e WHERE e.sheet_id = NEW.id"
    " AND e.kind = 'corrected' AND e.revision = NEW.accepted_revision)"
)


def _same(*columns: str) -> str:
    return " AND ".join(
        # Quoted: "by" is a word of PL/pgSQL.
        f'(NEW."{name}" = OLD."{name}" OR (NEW."{name}" IS NULL AND OLD."{name}" IS NULL))'
        for name in columns
    )


def _record(name: str, table: str, what: str) -> tuple[Trigger, Trigger]:
    """The two triggers of a table whose rows are never changed and never deleted."""
    return (
        refuse(
            f"evaluation_{name}_no_change",
            f"evaluation_{table}",
            "BEFORE UPDATE",
            message=f"{what} is never changed",
            meaning=f"{what} is never changed; what is new is a new row",
        ),
        refuse(
            f"evaluation_{name}_no_delete",
            f"evaluation_{table}",
            "BEFORE DELETE",
            message=f"{what} is never deleted",
            meaning=f"{what} is never deleted",
        ),
    )


_RECORDS: tuple[Trigger, ...] = (
    *_record("edition", "sheetedition", "an edition of a sheet"),
    *_record("event", "sheetevent", "what happened to a sheet"),
    *_record("grade", "grade", "a grade"),
    *_record("proposal", "proposal", "a proposal"),
    *_record("decision", "proposaldecision", "a decision about a proposal"),
    *_record("rule", "rulesetversion", "a version of a rule"),
    *_record("finance", "financeimport", "a file of the finance system"),
    *_record("amount", "budgetamount", "an amount of a budget line"),
    *_record("start", "startvalue", "a value set for the purpose"),
)

_COMMENTS: tuple[Trigger, ...] = (
    refuse(
        "evaluation_comment_stays",
        "evaluation_sheetcomment",
        "BEFORE UPDATE",
        unless=f"{_same('sheet_id', 'place', 'text', 'by', 'department_id', 'side', 'at')}"
        " AND OLD.settled_at IS NULL",
        message="of a remark only its being settled changes, once",
        meaning="what was remarked stays as it was said; it is only settled",
    ),
    refuse(
        "evaluation_comment_no_delete",
        "evaluation_sheetcomment",
        "BEFORE DELETE",
        message="a remark is never deleted",
        meaning="a remark is never deleted",
    ),
)

_SHEETS: tuple[Trigger, ...] = (
    refuse(
        "evaluation_sheet_no_delete",
        _SHEET,
        "BEFORE DELETE",
        message="a sheet is never deleted; take it out of the evaluation",
        meaning="a sheet is never deleted",
    ),
    refuse(
        "evaluation_sheet_stays_whose",
        _SHEET,
        "BEFORE UPDATE",
        unless=_same("cycle_id", "node_id", "kind", "answer_set_id"),
        message="what a sheet evaluates and its answers never change",
        meaning="a sheet keeps its project, its form's kind and its answers",
    ),
    refuse(
        "evaluation_sheet_moves_while_open",
        _SHEET,
        "BEFORE UPDATE",
        unless=(
            f"{_ITS_CYCLE_IS_OPEN} OR ("
            f"{_same('state', 'department_id', 'handed_in_at', 'handed_in_by', 'accepted_at', 'reason')}"
            f" AND (({_same('accepted_revision')}) OR {_CORRECTED}))"
        ),
        message="a sheet of a published evaluation changes only by a correction with its reason",
        meaning="a sheet moves only while its evaluation is open; afterwards it is corrected, openly",
    ),
    refuse(
        "evaluation_sheet_accepted_answered",
        _SHEET,
        "BEFORE UPDATE",
        unless=(
            "NEW.state <> 'accepted' OR EXISTS (SELECT 1 FROM sheets_answerrevision a"
            " WHERE a.answer_set_id = NEW.answer_set_id AND a.number = NEW.accepted_revision)"
        ),
        message="only answers that were handed in can be accepted",
        meaning="an accepted sheet has the answers that were accepted",
    ),
    refuse(
        "evaluation_answers_while_filling",
        "sheets_answerrevision",
        "BEFORE INSERT",
        unless=(
            "NOT EXISTS (SELECT 1 FROM evaluation_sheet s JOIN evaluation_cycle c ON c.id = s.cycle_id"
            " WHERE s.answer_set_id = NEW.answer_set_id"
            " AND NOT (c.state = 'open' AND s.state = 'filling')"
            " AND NOT (c.state = 'published' AND EXISTS (SELECT 1 FROM evaluation_sheetevent e"
            " WHERE e.sheet_id = s.id AND e.kind = 'corrected' AND e.revision = NEW.number)))"
        ),
        message="answers of a sheet are handed in while it lies with its department, or as a correction",
        meaning="nobody's answers change under the hands of those who check, or after publication in silence",
    ),
    refuse(
        "evaluation_edition_next_number",
        "evaluation_sheetedition",
        "BEFORE INSERT",
        unless=(
            "NEW.number = 1 + (SELECT COALESCE(MAX(e.number), 0) FROM evaluation_sheetedition e"
            " WHERE e.sheet_id = NEW.sheet_id) AND EXISTS (SELECT 1 FROM evaluation_sheet s"
            " JOIN sheets_answerrevision a ON a.answer_set_id = s.answer_set_id"
            " WHERE s.id = NEW.sheet_id AND a.id = NEW.revision_id)"
        ),
        message="editions of a sheet are numbered without gaps and hold its own answers",
        meaning="no edition of a sheet is left out, and none holds another sheet's answers",
    ),
)

_CYCLES: tuple[Trigger, ...] = (
    refuse(
        "evaluation_cycle_no_delete",
        _CYCLE,
        "BEFORE DELETE",
        unless="OLD.state = 'preparing'",
        message="an evaluation that was opened is never deleted",
        meaning="an evaluation is deleted only before it is opened",
    ),
    refuse(
        "evaluation_cycle_one_way",
        _CYCLE,
        "BEFORE UPDATE",
        unless=(
            "NEW.state = OLD.state OR (OLD.state = 'preparing' AND NEW.state = 'open')"
            " OR (OLD.state = 'open' AND NEW.state = 'published')"
        ),
        message="an evaluation is opened once and published once, and never goes back",
        meaning="a published evaluation is never opened again; its sheets are corrected",
    ),
    refuse(
        "evaluation_cycle_opened_stays",
        _CYCLE,
        "BEFORE UPDATE",
        unless=(
            "OLD.state = 'preparing' OR ("
            f"{_same('plan_id', 'fiscal_year', 'kind', 'check_levels', 'previous_id', 'opened_at')})"
        ),
        message="what an open evaluation evaluates, and by how many checks, stays",
        meaning="plan, year, kind and checks of an evaluation stay as they were when it was opened",
    ),
    refuse(
        "evaluation_cycle_published_stays",
        _CYCLE,
        "BEFORE UPDATE",
        unless=(
            "OLD.state <> 'published' OR ("
            f"{_same('title', 'rule_id', 'proposals_id', 'route_key', 'published_at')})"
        ),
        message="of a published evaluation only the switches change",
        meaning="a published evaluation keeps its title, rule and approval; only how far it is shown changes",
    ),
    refuse(
        "evaluation_cycle_published_whole",
        _CYCLE,
        "BEFORE UPDATE",
        unless=(
            "NEW.state <> 'published' OR OLD.state = 'published' OR NOT EXISTS ("
            "SELECT 1 FROM evaluation_sheet s WHERE s.cycle_id = NEW.id AND (s.state NOT IN"
            " ('accepted', 'withdrawn') OR (s.state = 'accepted' AND NOT EXISTS ("
            "SELECT 1 FROM evaluation_sheetedition e WHERE e.sheet_id = s.id AND e.kind = 'published'))))"
        ),
        message="an evaluation is published whole: every sheet accepted and kept, or taken out",
        meaning="every sheet of a published evaluation was taken out, or accepted and kept as published",
    ),
)

_GRADES: tuple[Trigger, ...] = (
    refuse(
        "evaluation_grade_by_its_rule",
        "evaluation_grade",
        "BEFORE INSERT",
        unless="NEW.rule_id = (SELECT c.rule_id FROM evaluation_cycle c WHERE c.id = NEW.cycle_id)",
        message="a grade is made under the rule of its evaluation",
        meaning="a grade is made under the version of the rule that its evaluation names",
    ),
    refuse(
        "evaluation_grade_next_revision",
        "evaluation_grade",
        "BEFORE INSERT",
        unless=(
            "NEW.revision = 1 + (SELECT COALESCE(MAX(g.revision), 0) FROM evaluation_grade g"
            " WHERE g.cycle_id = NEW.cycle_id AND g.placement_id = NEW.placement_id"
            " AND g.series_id = NEW.series_id)"
        ),
        message="grades of one series are numbered without gaps",
        meaning="the newest grade of a series is the one with the highest number",
    ),
)

# SQLite adds in binary fractions; percentages have three digits after the point.
_OVER = (
    "(SELECT COALESCE(SUM(s.percent), 0) FROM evaluation_budgetshare s"
    " WHERE s.line_id = NEW.line_id{others}) + NEW.percent < 100.0005"
)

_SHARES: tuple[Trigger, ...] = (
    refuse(
        "evaluation_share_within_line",
        "evaluation_budgetshare",
        "BEFORE INSERT",
        unless=_OVER.format(others=""),
        message="the parts of a budget line exceed 100 per cent",
        meaning="projects never bear more of a budget line than there is",
    ),
    refuse(
        "evaluation_share_stays_within",
        "evaluation_budgetshare",
        "BEFORE UPDATE",
        unless=_OVER.format(others=" AND s.id <> NEW.id"),
        message="the parts of a budget line exceed 100 per cent",
        meaning="projects never bear more of a budget line than there is",
    ),
)

TRIGGERS: tuple[Trigger, ...] = (*_RECORDS, *_COMMENTS, *_SHEETS, *_CYCLES, *_GRADES, *_SHARES)
