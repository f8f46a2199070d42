"""The acts of evaluation and who may do them. The planning section runs a cycle; an office fills its sheets,
its section and bureau check them, the committee remarks, and nobody passes what she handed in herself.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Action, Reach, Role

READ_CYCLE = "evaluation.cycle:read"
PREPARE = "evaluation.cycle:prepare"
OPEN = "evaluation.cycle:open"
SWITCH = "evaluation.cycle:switch"
PUBLISH = "evaluation.cycle:publish"
RUN = "evaluation.cycle:run"
GRADE = "evaluation.cycle:grade"
PROPOSE = "evaluation.cycle:propose"
PUT_UP = "evaluation.cycle:put_up"
IMPORT_PAST = "evaluation.cycle:import_past"
BECAME_PUBLIC = "evaluation.cycle:became_public"

READ = "evaluation.sheet:read"
FILL = "evaluation.sheet:fill"
HAND_ON = "evaluation.sheet:hand_on"
TAKE_WORKBOOK = "evaluation.sheet:take_workbook"
TAKE_IN = "evaluation.sheet:take_in"
TAKE_ALL = "evaluation.cycle:workbooks"
CHECK_SECTION = "evaluation.sheet:check_section"
CHECK_BUREAU = "evaluation.sheet:check_bureau"
ACCEPT = "evaluation.sheet:accept"
SEND_BACK = "evaluation.sheet:send_back"
COMMENT = "evaluation.sheet:comment"
REVIEW = "evaluation.sheet:review"
EXTEND = "evaluation.sheet:extend"
REMIND = "evaluation.sheet:remind"
WITHDRAW = "evaluation.sheet:withdraw"
CORRECT = "evaluation.sheet:correct"

LOAD_RULES = "evaluation.rules:load"
READ_RULES = "evaluation.rules:read"
LOAD = "evaluation.pack:load"

READ_FINANCE = "evaluation.finance:read"
TAKE_FINANCE = "evaluation.finance:take_in"
SHARE = "evaluation.finance:share"

READ_PACKET = "evaluation.packet:read"
MAKE_PACKET = "evaluation.packet:make"

PLANNERS = {Role.PLANNING_OFFICER: Reach.CITY}
FILLERS = {Role.OFFICER: Reach.OWN_DEPARTMENT, Role.SECTION_HEAD: Reach.OWN_DEPARTMENT}
CHECKERS = {Role.SECTION_HEAD: Reach.OWN_DEPARTMENT, Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT}
COMMITTEE = {Role.EXTERNAL_REVIEWER: Reach.CITY}
WATCHERS = {Role.AUDITOR: Reach.CITY}
COUNCIL = {Role.COUNCIL_SECRETARIAT: Reach.CITY}
STAFF = PLANNERS | FILLERS | CHECKERS | WATCHERS

ACTIONS: tuple[Action, ...] = (
    # The committee and the council's secretariat see a cycle only from its stage on: the queries say so.
    Action(
        key=READ_CYCLE,
        roles=dict.fromkeys([*STAFF, *COMMITTEE, *COUNCIL], Reach.CITY),
        sentence=_("An evaluation was looked at"),
    ),
    Action(key=PREPARE, roles=PLANNERS, sentence=_("An evaluation was prepared or changed")),
    Action(key=OPEN, roles=PLANNERS, sentence=_("An evaluation was opened")),
    Action(key=SWITCH, roles=PLANNERS, sentence=_("How far an evaluation is shown was switched")),
    Action(key=PUBLISH, roles=PLANNERS, sentence=_("An evaluation was published")),
    Action(key=RUN, roles=PLANNERS | WATCHERS, sentence=_("The board of an evaluation was looked at")),
    Action(key=GRADE, roles=PLANNERS, sentence=_("Indicators were graded")),
    Action(key=PROPOSE, roles=PLANNERS, sentence=_("Jichi proposed judgements")),
    Action(key=PUT_UP, roles=PLANNERS, sentence=_("Publication was put up for approval")),
    # Done by the worker alone, when the moment of an embargo has passed.
    Action(key=BECAME_PUBLIC, roles={}, sentence=_("The embargo of an evaluation ended")),
    Action(key=IMPORT_PAST, roles=PLANNERS, sentence=_("Sheets of past years were taken in")),
    Action(key=READ, roles=STAFF | COMMITTEE | COUNCIL, sentence=_("An evaluation sheet was looked at")),
    Action(key=FILL, roles=FILLERS, sentence=_("An evaluation sheet was filled in")),
    Action(key=HAND_ON, roles=FILLERS | PLANNERS, sentence=_("An evaluation sheet was given to another")),
    Action(key=TAKE_WORKBOOK, roles=FILLERS | PLANNERS, sentence=_("A workbook of sheets was given out")),
    Action(key=TAKE_IN, roles=FILLERS | PLANNERS, sentence=_("A workbook of sheets came back")),
    Action(key=TAKE_ALL, roles=PLANNERS, sentence=_("Workbooks of all offices were given out or came back")),
    Action(
        key=CHECK_SECTION,
        roles={Role.SECTION_HEAD: Reach.OWN_DEPARTMENT},
        sentence=_("A section passed an evaluation sheet"),
    ),
    Action(
        key=CHECK_BUREAU,
        roles={Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT},
        sentence=_("A bureau passed an evaluation sheet"),
    ),
    Action(key=ACCEPT, roles=PLANNERS, sentence=_("An evaluation sheet was accepted")),
    Action(key=SEND_BACK, roles=CHECKERS | PLANNERS, sentence=_("An evaluation sheet was sent back")),
    Action(
        key=COMMENT,
        roles=FILLERS | CHECKERS | PLANNERS,
        sentence=_("An evaluation sheet was remarked upon"),
    ),
    Action(key=REVIEW, roles=COMMITTEE, sentence=_("The committee commented on an evaluation")),
    Action(key=EXTEND, roles=PLANNERS, sentence=_("A deadline of evaluation sheets was moved")),
    Action(key=REMIND, roles=PLANNERS, sentence=_("Offices were reminded of evaluation sheets")),
    Action(key=WITHDRAW, roles=PLANNERS, sentence=_("A sheet was taken out of an evaluation")),
    Action(key=CORRECT, roles=PLANNERS, sentence=_("A published evaluation sheet was corrected")),
    Action(
        key=LOAD_RULES, roles={Role.ADMINISTRATOR: Reach.CITY}, sentence=_("Rules for grades were loaded")
    ),
    Action(
        key=READ_RULES,
        roles=dict.fromkeys([*STAFF, *COMMITTEE], Reach.CITY),
        sentence=_("Rules for grades were looked at"),
    ),
    Action(key=LOAD, roles={Role.ADMINISTRATOR: Reach.CITY}, sentence=_("Evaluations were loaded")),
    Action(key=READ_FINANCE, roles=PLANNERS | WATCHERS, sentence=_("Budget lines were looked at")),
    Action(key=TAKE_FINANCE, roles=PLANNERS, sentence=_("Budget lines were taken in")),
    Action(key=SHARE, roles=PLANNERS, sentence=_("Budget lines were shared out to projects")),
    Action(key=READ_PACKET, roles=PLANNERS | WATCHERS | COUNCIL, sentence=_("A packet was looked at")),
    Action(key=MAKE_PACKET, roles=PLANNERS, sentence=_("A packet was made")),
)
