"""What the database itself keeps of approvals: records stay, the order is kept, nobody approves her own."""

from __future__ import annotations

from jichi.city.triggers import refuse
from jichi.manifest import Trigger

_STEP = "office_approvalstep"
_APPROVAL = "office_approval"
_BY_NO_PERSON = (
    "NEW.acted_by IS NULL OR EXISTS"
    " (SELECT 1 FROM city_auditactor a WHERE a.ref = NEW.acted_by AND a.system <> '')"
)


def _or_no_person(condition: str) -> str:
    return f"{_BY_NO_PERSON} OR {condition}"


def _same(*columns: str) -> str:
    return " AND ".join(
        f"(NEW.{name} = OLD.{name} OR (NEW.{name} IS NULL AND OLD.{name} IS NULL))" for name in columns
    )


def _kept(table: str, *verbs: str, what: str) -> tuple[Trigger, ...]:
    words = {"UPDATE": ("change", "changed"), "DELETE": ("delete", "deleted")}
    return tuple(
        refuse(
            f"{table}_no_{words[verb][0]}",
            table,
            f"BEFORE {verb}",
            message=f"{what} are never {words[verb][1]}",
            meaning=f"{what} are never {words[verb][1]}",
        )
        for verb in verbs
    )


_ROUTES: tuple[Trigger, ...] = (
    *_kept("office_route", "DELETE", what="routes of approval"),
    *_kept("office_routeversion", "UPDATE", "DELETE", what="versions of a route"),
    refuse(
        "office_route_keeps_its_key",
        "office_route",
        "BEFORE UPDATE",
        unless="NEW.key = OLD.key",
        message="a route keeps its key",
        meaning="a route is named by a key that never moves to another",
    ),
)

_APPROVALS: tuple[Trigger, ...] = (
    *_kept(_APPROVAL, "DELETE", what="approvals"),
    refuse(
        "office_approval_begins_running",
        _APPROVAL,
        "BEFORE INSERT",
        unless="NEW.state = 'running' AND NEW.document_number = ''",
        message="an approval begins on its way and without a number",
        meaning="nothing is born decided or numbered",
    ),
    refuse(
        "office_approval_stays_what",
        _APPROVAL,
        "BEFORE UPDATE",
        unless=_same("route_version_id", "context", "title", "department_id", "drafted_by", "drafted_at"),
        message="what an approval is about never changes",
        meaning="route, context, title, office and drafter of an approval stay as they were put up",
    ),
    refuse(
        "office_approval_ended_stays",
        _APPROVAL,
        "BEFORE UPDATE",
        unless=(
            "OLD.state IN ('running', 'returned') OR "
            f"({_same('state', 'decided_at', 'summary', 'round', 'submitted_by', 'submitted_at')})"
        ),
        message="what was decided or withdrawn never changes",
        meaning="a decided or withdrawn approval takes only its packet's date and its document number",
    ),
    refuse(
        "office_approval_number_once",
        _APPROVAL,
        "BEFORE UPDATE",
        unless=f"OLD.document_number = '' OR ({_same('document_number', 'document_date', 'registered_at')})",
        message="a document number that was entered never changes",
        meaning="number and date of the document system are entered once",
    ),
    refuse(
        "office_approval_decided_by_its_steps",
        _APPROVAL,
        "BEFORE UPDATE",
        unless=(
            "NEW.state <> 'decided' OR OLD.state = 'decided' OR (EXISTS (SELECT 1 FROM office_approvalstep s"
            " WHERE s.approval_id = NEW.id AND s.round = NEW.round AND s.kind = 'decide')"
            " AND NOT EXISTS (SELECT 1 FROM office_approvalstep s WHERE s.approval_id = NEW.id"
            " AND s.round = NEW.round AND s.state NOT IN ('passed', 'passed_on_behalf')))"
        ),
        message="an approval is decided when every step of its round was passed",
        meaning="an approval is decided only when every step of its round was passed",
    ),
)

_STEPS: tuple[Trigger, ...] = (
    *_kept(_STEP, "DELETE", what="steps of an approval"),
    *_kept("office_stepdeputy", "UPDATE", "DELETE", what="deputies of a step"),
    refuse(
        "office_step_begins_untouched",
        _STEP,
        "BEFORE INSERT",
        unless=(
            "NEW.state IN ('waiting', 'open') AND NEW.round ="
            " (SELECT a.round FROM office_approval a WHERE a.id = NEW.approval_id)"
        ),
        message="a step begins untouched, in the present round",
        meaning="a step begins untouched, in the present round of its approval",
    ),
    refuse(
        "office_step_stays_whose",
        _STEP,
        "BEFORE UPDATE",
        unless=_same("approval_id", "round", "position", '"order"', "kind", "role", "department_id"),
        message="whom a step asks never changes",
        meaning="place, kind, role and office of a step stay as they were put up",
    ),
    refuse(
        "office_step_acted_stays",
        _STEP,
        "BEFORE UPDATE",
        unless="OLD.state IN ('waiting', 'open')",
        message="a step that was acted on or dropped never changes",
        meaning="what somebody decided in a step never changes",
    ),
    refuse(
        "office_step_in_order",
        _STEP,
        "BEFORE UPDATE",
        unless=(
            "NEW.state IN ('waiting', 'dropped') OR NOT EXISTS (SELECT 1 FROM office_approvalstep s"
            " WHERE s.approval_id = NEW.approval_id AND s.round = NEW.round"
            " AND s.\"order\" < NEW.\"order\" AND s.state NOT IN ('passed', 'passed_on_behalf'))"
        ),
        message="a step comes when all before it were passed",
        meaning="a step is opened and passed only when all steps before it were passed",
    ),
    refuse(
        "office_step_not_ones_own",
        _STEP,
        "BEFORE UPDATE",
        unless=_or_no_person(
            "NOT EXISTS (SELECT 1 FROM office_approval a WHERE a.id = NEW.approval_id"
            " AND (a.drafted_by = NEW.acted_by OR a.submitted_by = NEW.acted_by))"
        ),
        message="nobody passes a step of what she put up herself",
        meaning="nobody acts in a step of an approval that she drafted or put up again",
    ),
    refuse(
        "office_step_not_consult_and_decide",
        _STEP,
        "BEFORE UPDATE",
        unless=_or_no_person(
            "NEW.kind <> 'decide' OR NOT EXISTS (SELECT 1 FROM office_approvalstep s"
            " WHERE s.approval_id = NEW.approval_id AND s.round = NEW.round AND s.kind = 'consult'"
            " AND s.acted_by = NEW.acted_by)"
        ),
        message="who was consulted never decides as well",
        meaning="one person never both consults and decides in one round",
    ),
)

_FILES: tuple[Trigger, ...] = (
    *_kept("office_approvalfile", "UPDATE", "DELETE", what="files of an approval"),
    refuse(
        "office_approvalfile_before_acts",
        "office_approvalfile",
        "BEFORE INSERT",
        unless=(
            "NEW.round = (SELECT a.round FROM office_approval a WHERE a.id = NEW.approval_id"
            " AND a.state = 'running') AND NOT EXISTS (SELECT 1 FROM office_approvalstep s WHERE"
            " s.approval_id = NEW.approval_id AND s.round = NEW.round AND s.acted_at IS NOT NULL)"
        ),
        message="files come before anybody has acted",
        meaning="a packet never grows after somebody has passed or sent back what was in it",
    ),
    *_kept("office_approvalevent", "UPDATE", "DELETE", what="events of an approval"),
)

_MESSAGE = "office_message"

_MESSAGES: tuple[Trigger, ...] = (
    *_kept(_MESSAGE, "DELETE", what="messages"),
    refuse(
        "office_message_stays_whose",
        _MESSAGE,
        "BEFORE UPDATE",
        unless=_same("id", "kind", "entry_id", "context", "to_hash", "subject_id", "created_at"),
        message="whom a message is for and why never changes",
        meaning="entry, subject and address of a message stay as they were posted",
    ),
    refuse(
        "office_message_sent_stays_sent",
        _MESSAGE,
        "BEFORE UPDATE",
        unless=f"OLD.state <> 'sent' OR ({_same('state', 'sent_at', 'attempts')})",
        message="a message that was sent stays sent",
        meaning="what was sent is never queued again",
    ),
    refuse(
        "office_message_text_stays",
        _MESSAGE,
        "BEFORE UPDATE",
        unless=(
            f"({_same('subject_line', 'body', 'to_encrypted', 'forgotten_at')}) OR (OLD.forgotten_at IS NULL"
            " AND NEW.forgotten_at IS NOT NULL AND NEW.subject_line = '' AND NEW.body = ''"
            " AND length(NEW.to_encrypted) = 0 AND NEW.state IN ('sent', 'given_up'))"
        ),
        message="the text of a message stays or is forgotten whole",
        meaning="text and address of a message never change; they are forgotten together, once",
    ),
)

_DESTRUCTIONS: tuple[Trigger, ...] = (
    *_kept("office_destruction", "UPDATE", "DELETE", what="records of destruction"),
)

TRIGGERS: tuple[Trigger, ...] = (
    *_ROUTES,
    *_APPROVALS,
    *_STEPS,
    *_FILES,
    *_MESSAGES,
    *_DESTRUCTIONS,
)
