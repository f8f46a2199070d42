"""What the database itself keeps of inquiries: records stay, and nothing comes that is not asked for."""

from __future__ import annotations

from jichi.city.triggers import refuse
from jichi.manifest import Trigger

_REQUEST = "figures_inquiryrequest"
_STATE_OF_ITS_INQUIRY = "SELECT i.state FROM figures_inquiry i WHERE i.id = {row}.inquiry_id"


def _same(*columns: str) -> str:
    return " AND ".join(
        f"(NEW.{name} = OLD.{name} OR (NEW.{name} IS NULL AND OLD.{name} IS NULL))" for name in columns
    )


TRIGGERS: tuple[Trigger, ...] = (
    refuse(
        "figures_event_no_change",
        "figures_requestevent",
        "BEFORE UPDATE",
        message="the way of a request is never rewritten",
        meaning="what happened to a request is never changed",
    ),
    refuse(
        "figures_event_no_delete",
        "figures_requestevent",
        "BEFORE DELETE",
        message="the way of a request is never deleted",
        meaning="what happened to a request is never deleted",
    ),
    refuse(
        "figures_merge_no_change",
        "figures_merge",
        "BEFORE UPDATE",
        message="a merge is never changed; merge again",
        meaning="a merge is never changed; another one gets the next number",
    ),
    refuse(
        "figures_merge_no_delete",
        "figures_merge",
        "BEFORE DELETE",
        message="a merge is never deleted",
        meaning="a merge is never deleted",
    ),
    refuse(
        "figures_request_no_delete",
        _REQUEST,
        "BEFORE DELETE",
        unless=f"({_STATE_OF_ITS_INQUIRY.format(row='OLD')}) = 'draft'",
        message="a request that was sent is never deleted; cancel it",
        meaning="a request is deleted only before its inquiry is sent",
    ),
    refuse(
        "figures_request_stays_whose",
        _REQUEST,
        "BEFORE UPDATE",
        unless=(
            f"{_same('inquiry_id', 'asked_id', 'place_id', 'label')} AND "
            "(OLD.answer_set_id IS NULL OR (NEW.answer_set_id IS NOT NULL"
            " AND NEW.answer_set_id = OLD.answer_set_id))"
        ),
        message="whom a request asks and where it is answered never change",
        meaning="whom a request asks, and the answers that belong to it, never change",
    ),
    refuse(
        "figures_request_accepted_answered",
        _REQUEST,
        "BEFORE UPDATE",
        unless=(
            "NEW.state <> 'accepted' OR NEW.has_nothing OR EXISTS (SELECT 1 FROM sheets_answerrevision a"
            " WHERE a.answer_set_id = NEW.answer_set_id)"
        ),
        message="only an answer can be accepted, never silence",
        meaning="an accepted request has an answer, or says that there is nothing to report",
    ),
    refuse(
        "figures_request_moves_while_sent",
        _REQUEST,
        "BEFORE UPDATE",
        unless=(
            "(NEW.state = OLD.state AND NEW.has_nothing = OLD.has_nothing) OR "
            f"({_STATE_OF_ITS_INQUIRY.format(row='NEW')}) = 'sent'"
        ),
        message="a request moves only while its inquiry is sent and never when it is closed",
        meaning="a request's state changes only while its inquiry is out",
    ),
    refuse(
        "figures_inquiry_answers_while_sent",
        "sheets_answerrevision",
        "BEFORE INSERT",
        unless=(
            "NOT EXISTS (SELECT 1 FROM figures_inquiryrequest r JOIN figures_inquiry i"
            " ON i.id = r.inquiry_id WHERE r.answer_set_id = NEW.answer_set_id AND i.state <> 'sent')"
        ),
        message="a closed inquiry never takes a new answer",
        meaning="answers to an inquiry are handed in only while it is out",
    ),
    refuse(
        "figures_inquiry_no_delete",
        "figures_inquiry",
        "BEFORE DELETE",
        unless="OLD.state = 'draft'",
        message="an inquiry that was sent is never deleted",
        meaning="an inquiry is deleted only before it is sent",
    ),
    refuse(
        "figures_inquiry_sent_stays",
        "figures_inquiry",
        "BEFORE UPDATE",
        unless=(
            f"OLD.state = 'draft' OR (NEW.state <> 'draft' AND "
            f"{_same('series_id', 'form_version_id', 'fiscal_year', 'month', 'check_levels', 'previous_id')})"
        ),
        message="what was sent is never asked differently",
        meaning="form, year and checks of an inquiry that was sent stay as they were sent",
    ),
)
