"""The acts of inquiries and who may do them. An asker's acts are on her office's inquiries, a respondent's on
the requests her office holds; the planning section asks for the whole city.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Action, Reach, Role

READ_INQUIRY = "figures.inquiry:read"
SAVE_SERIES = "figures.inquiry:save_series"
DRAFT = "figures.inquiry:draft"
CHOOSE = "figures.inquiry:choose"
SEND = "figures.inquiry:send"
RUN = "figures.inquiry:run"
CLOSE = "figures.inquiry:close"
MERGE = "figures.inquiry:merge"
ENTER = "figures.inquiry:enter"

READ = "figures.request:read"
TAKE_WORKBOOK = "figures.request:take_workbook"
ANSWER = "figures.request:answer"
TAKE_IN = "figures.request:take_in"
HAND_ON = "figures.request:hand_on"
CHECK_SECTION = "figures.request:check_section"
CHECK_BUREAU = "figures.request:check_bureau"
SEND_BACK = "figures.request:send_back"
TALK = "figures.request:talk"
REMIND = "figures.request:remind"
EXTEND = "figures.request:extend"
ACCEPT = "figures.request:accept"
CANCEL = "figures.request:cancel"

PLACE = "directory.place"

ASKERS = {
    Role.PLANNING_OFFICER: Reach.CITY,
    Role.OFFICER: Reach.OWN_DEPARTMENT,
    Role.SECTION_HEAD: Reach.OWN_DEPARTMENT,
}
RESPONDENTS = {
    Role.OFFICER: Reach.OWN_DEPARTMENT,
    Role.SECTION_HEAD: Reach.OWN_DEPARTMENT,
    Role.PLACE_OPERATOR: Reach.OWN_DEPARTMENT,
}
CHECKERS = {Role.SECTION_HEAD: Reach.OWN_DEPARTMENT, Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT}
READERS = {Role.AUDITOR: Reach.CITY}

ACTIONS: tuple[Action, ...] = (
    Action(key=READ_INQUIRY, roles=ASKERS | READERS, sentence=_("An inquiry was read")),
    Action(key=SAVE_SERIES, roles=ASKERS, sentence=_("A repeated inquiry was set up or changed")),
    Action(key=DRAFT, roles=ASKERS, sentence=_("An inquiry was drafted or changed")),
    Action(key=CHOOSE, roles=ASKERS, sentence=_("Who is asked in an inquiry was changed")),
    Action(key=SEND, roles=ASKERS, sentence=_("An inquiry was sent")),
    Action(key=RUN, roles=ASKERS, sentence=_("An inquiry was looked after")),
    Action(key=CLOSE, roles=ASKERS, sentence=_("An inquiry was closed or opened again")),
    Action(key=MERGE, roles=ASKERS, sentence=_("The returns of an inquiry were merged")),
    Action(key=ENTER, roles=ASKERS, sentence=_("Results of an inquiry were entered as values")),
    Action(key=READ, roles=ASKERS | RESPONDENTS | CHECKERS | READERS, sentence=_("A request was looked at")),
    Action(
        key=TAKE_WORKBOOK, roles=ASKERS | RESPONDENTS, sentence=_("Workbooks of an inquiry were taken out")
    ),
    Action(key=ANSWER, roles=RESPONDENTS, sentence=_("A request was answered")),
    Action(key=TAKE_IN, roles=ASKERS, sentence=_("Returns were taken in for those asked")),
    Action(key=HAND_ON, roles=RESPONDENTS, sentence=_("A request was handed on")),
    Action(
        key=CHECK_SECTION,
        roles={Role.SECTION_HEAD: Reach.OWN_DEPARTMENT},
        sentence=_("A return was checked by the section"),
    ),
    Action(
        key=CHECK_BUREAU,
        roles={Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT},
        sentence=_("A return was checked by the bureau"),
    ),
    Action(key=SEND_BACK, roles=ASKERS | CHECKERS, sentence=_("A return was sent back")),
    Action(
        key=TALK,
        roles=ASKERS | RESPONDENTS | CHECKERS,
        sentence=_("A question about a request was put or answered"),
    ),
    Action(key=REMIND, roles=ASKERS, sentence=_("Those asked were reminded")),
    Action(key=EXTEND, roles=ASKERS, sentence=_("More time was given for an answer")),
    Action(key=ACCEPT, roles=ASKERS, sentence=_("Returns were accepted")),
    Action(key=CANCEL, roles=ASKERS, sentence=_("A request was withdrawn or made again")),
)
