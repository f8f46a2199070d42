"""The acts on undertakings and who may do them.

Who asks from outside the administration (reviewers, the council's secretariat) follows what she asked herself
and what is public; offices see their own; the planning section keeps them all.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Action, Reach, Role

LOAD = "undertakings.undertaking:load"
LOOK = "undertakings.undertaking:look"
READ = "undertakings.undertaking:read"
FOLLOW = "undertakings.undertaking:follow"
ASK = "undertakings.undertaking:ask"
REMARK = "undertakings.undertaking:remark"
PROMISE = "undertakings.undertaking:promise"
DEMAND = "undertakings.undertaking:demand"
SHOW_PROMISES = "undertakings.promise:show"
ASSIGN = "undertakings.undertaking:assign"
DECIDE = "undertakings.undertaking:decide"
DRAFT = "undertakings.undertaking:draft"
CONFIRM = "undertakings.undertaking:confirm"
PROGRESS = "undertakings.undertaking:progress"
FINISH = "undertakings.undertaking:finish"
CLOSE = "undertakings.undertaking:close"
REOPEN = "undertakings.undertaking:reopen"
PUBLISH = "undertakings.undertaking:publish"

PLANNERS = {Role.PLANNING_OFFICER: Reach.CITY}
OUTSIDE = {Role.EXTERNAL_REVIEWER: Reach.CITY, Role.COUNCIL_SECRETARIAT: Reach.CITY}
HEADS = PLANNERS | {Role.SECTION_HEAD: Reach.OWN_DEPARTMENT, Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT}
OWNERS = PLANNERS | {Role.OFFICER: Reach.OWN_DEPARTMENT, Role.SECTION_HEAD: Reach.OWN_DEPARTMENT}
READERS = HEADS | OWNERS | {Role.AUDITOR: Reach.CITY}

ACTIONS: tuple[Action, ...] = (
    Action(key=LOAD, roles={Role.ADMINISTRATOR: Reach.CITY}, sentence=_("Undertakings were loaded")),
    Action(key=LOOK, roles=READERS | OUTSIDE, sentence=_("An undertaking was looked at")),
    Action(key=READ, roles=READERS, sentence=_("An undertaking was read before its publication")),
    Action(key=FOLLOW, roles=OUTSIDE, sentence=_("Who asked followed what became of it")),
    Action(key=ASK, roles=PLANNERS | OUTSIDE, sentence=_("Something was asked of the city")),
    Action(
        key=REMARK,
        roles=PLANNERS | OUTSIDE | {Role.AUDITOR: Reach.CITY},
        sentence=_("A remark was made to the city"),
    ),
    Action(key=PROMISE, roles=OWNERS, sentence=_("A promise of the city was entered")),
    Action(key=DEMAND, roles=PLANNERS, sentence=_("A demand of the city to others was entered")),
    Action(
        key=SHOW_PROMISES,
        roles=OWNERS,
        sentence=_("Promises were published with the result in which they were made"),
    ),
    Action(key=ASSIGN, roles=PLANNERS, sentence=_("An undertaking was given to an office")),
    Action(key=DECIDE, roles=HEADS, sentence=_("It was decided whether to adopt what was asked")),
    Action(key=DRAFT, roles=OWNERS, sentence=_("An answer was drafted")),
    Action(key=CONFIRM, roles=HEADS, sentence=_("An answer was confirmed")),
    Action(key=PROGRESS, roles=OWNERS, sentence=_("Progress of an undertaking was reported")),
    Action(key=FINISH, roles=OWNERS, sentence=_("An undertaking was reported as done")),
    Action(key=CLOSE, roles=HEADS, sentence=_("An undertaking was closed without action")),
    Action(key=REOPEN, roles=HEADS, sentence=_("An undertaking was taken up again")),
    Action(
        key=PUBLISH, roles=PLANNERS, sentence=_("Undertakings were published or taken off the public pages")
    ),
)
