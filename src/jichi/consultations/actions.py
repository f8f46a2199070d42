"""The acts on consultations and who may do them: the office that runs one, and its heads."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Action, Reach, Role

LOAD = "consultations.scheme:load"
LOOK = "consultations.consultation:look"
MAKE = "consultations.consultation:make"
EDIT = "consultations.consultation:edit"
TEXT = "consultations.text:enter"
PUBLISH = "consultations.consultation:publish"
EXTEND = "consultations.consultation:extend"
WITHDRAW = "consultations.consultation:withdraw"
DISPOSE = "consultations.disposition:give"
CHANGE = "consultations.change:explain"
PREPARE = "consultations.result:prepare"
PUT_UP = "consultations.result:put_up"
PUBLISH_RESULT = "consultations.result:publish"
CORRECT = "consultations.result:correct"
BECAME_PUBLIC = "consultations.consultation:became_public"

OWN = {Role.OFFICER: Reach.OWN_DEPARTMENT, Role.SECTION_HEAD: Reach.OWN_DEPARTMENT}
HEADS = {Role.SECTION_HEAD: Reach.OWN_DEPARTMENT, Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT}
WATCHERS = {Role.PLANNING_OFFICER: Reach.CITY, Role.AUDITOR: Reach.CITY}

ACTIONS: tuple[Action, ...] = (
    Action(
        key=LOAD,
        roles={Role.ADMINISTRATOR: Reach.CITY},
        sentence=_("The rules and samples of public comment were loaded"),
    ),
    Action(key=LOOK, roles=OWN | HEADS | WATCHERS, sentence=_("A consultation was looked at")),
    Action(key=MAKE, roles=OWN, sentence=_("A consultation was prepared")),
    Action(key=EDIT, roles=OWN, sentence=_("A consultation was changed before its publication")),
    Action(key=TEXT, roles=OWN, sentence=_("A text of a consultation was entered")),
    Action(key=PUBLISH, roles=HEADS, sentence=_("A draft was put before the public")),
    Action(key=EXTEND, roles=HEADS, sentence=_("The period of a consultation was extended")),
    Action(key=WITHDRAW, roles=HEADS, sentence=_("A proposal was withdrawn")),
    Action(key=DISPOSE, roles=OWN, sentence=_("Opinions were given a disposition")),
    Action(key=CHANGE, roles=OWN, sentence=_("A change of the draft was explained")),
    Action(key=PREPARE, roles=OWN | HEADS, sentence=_("The result of a consultation was prepared")),
    Action(key=PUT_UP, roles=OWN, sentence=_("A consultation was put up for approval")),
    Action(key=PUBLISH_RESULT, roles=OWN, sentence=_("The result of a consultation was published")),
    Action(key=CORRECT, roles=HEADS, sentence=_("A published result was corrected")),
    Action(key=BECAME_PUBLIC, roles={}, sentence=_("A consultation became public on its first day")),
)
