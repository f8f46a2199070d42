"""The acts of approvals and who may do them. Whose turn it is in an approval is told by its own steps."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Action, Reach, Role

LOAD = "office.route:load"
READ = "office.approval:read"
DRAFT = "office.approval:draft"
PASS = "office.approval:pass"  # noqa: S105
SEND_BACK = "office.approval:send_back"
RESUBMIT = "office.approval:resubmit"
WITHDRAW = "office.approval:withdraw"
TAKE_PACKET = "office.approval:take_packet"
REGISTER = "office.approval:register"
TAKE_IN = "office.approval:take_in_numbers"

READ_MESSAGES = "office.message:read"
TRY_AGAIN = "office.message:try_again"
FORGET_MESSAGES = "office.message:forget"
REPLAY = "office.destruction:replay"

POSTMASTERS = {Role.PLANNING_OFFICER: Reach.CITY, Role.ADMINISTRATOR: Reach.CITY}

DRAFTERS = {
    Role.PLANNING_OFFICER: Reach.CITY,
    Role.OFFICER: Reach.OWN_DEPARTMENT,
    Role.SECTION_HEAD: Reach.OWN_DEPARTMENT,
}
STEPS = DRAFTERS | {Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT, Role.APPROVER: Reach.CITY}
"""The roles a step may name. An approver reaches the approvals that have a step of hers, no others."""

READERS = STEPS | {Role.AUDITOR: Reach.CITY}

ACTIONS: tuple[Action, ...] = (
    Action(
        key=LOAD,
        roles={Role.ADMINISTRATOR: Reach.CITY},
        sentence=_("Routes of approval were loaded"),
    ),
    Action(key=READ, roles=READERS, sentence=_("An approval was looked at")),
    Action(key=DRAFT, roles=DRAFTERS, sentence=_("Something was put up for approval")),
    Action(key=PASS, roles=STEPS, sentence=_("A step of an approval was passed")),
    Action(key=SEND_BACK, roles=STEPS, sentence=_("An approval was sent back")),
    Action(key=RESUBMIT, roles=DRAFTERS, sentence=_("An approval was put up again")),
    Action(key=WITHDRAW, roles=DRAFTERS, sentence=_("An approval was withdrawn")),
    Action(key=TAKE_PACKET, roles=DRAFTERS, sentence=_("The packet of an approval was taken out")),
    Action(key=REGISTER, roles=DRAFTERS, sentence=_("The document number of an approval was entered")),
    Action(key=TAKE_IN, roles=DRAFTERS, sentence=_("Document numbers were taken in from a file")),
    Action(
        key=READ_MESSAGES,
        roles=POSTMASTERS,
        sentence=_("Messages that could not be delivered were looked at"),
    ),
    Action(key=TRY_AGAIN, roles=POSTMASTERS, sentence=_("A message is to be sent once more")),
    Action(key=FORGET_MESSAGES, roles={}, sentence=_("Text and address of old messages were destroyed")),
    Action(key=REPLAY, roles={}, sentence=_("What a restored backup had brought back was destroyed again")),
)
