"""The acts on voices and who may do them.

Originals and contacts are opened by the office that owns the voice, and by nobody else: the planning section
sees the board and gives what has no office, an auditor sees the counts and the proof.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Action, Reach, Role

DESK = "voices.desk:make"
RECEIVE = "voices.voice:receive"
ENTER = "voices.voice:enter"
IMPORT = "voices.voice:import"
CHECK = "voices.voice:check"
LIST = "voices.voice:list"
READ = "voices.voice:read"
CONTACT = "voices.contact:read"
LOOK_UP = "voices.contact:look_up"
PASS_ON = "voices.voice:pass_on"  # noqa: S105
NOTE = "voices.voice:note"
DUE = "voices.voice:due"
REPLY = "voices.reply:draft"
SEND = "voices.reply:send"
TEMPLATE = "voices.template:keep"
END = "voices.voice:end"
REOPEN = "voices.voice:reopen"
SEAL = "voices.voice:seal"
HAND_OVER = "voices.disclosure:hand_over"
SPLIT = "voices.opinion:split"
MASK = "voices.wording:mask"
DECIDE = "voices.wording:decide"
GROUP = "voices.set:shape"
TOPIC = "voices.topic:shape"
EFFECT = "voices.effect:enter"
ASK_TRANSLATION = "voices.translation:ask"
TRANSLATE = "voices.translation:make"
FOLLOW = "voices.follow:begin"
DRAFT = "voices.draft:keep"
WORK = "voices.desk:work"
DESTROY = "voices.voice:destroy"
PROVE = "voices.voice:prove"
ANSWER_DESK = "voices.desk:answer"
ESCALATE = "voices.voice:escalate"

OWN = {Role.OFFICER: Reach.OWN_DEPARTMENT, Role.SECTION_HEAD: Reach.OWN_DEPARTMENT}
OFFICES = OWN | {Role.BUREAU_HEAD: Reach.OWN_DEPARTMENT}
BOARD = OFFICES | {Role.PLANNING_OFFICER: Reach.CITY, Role.AUDITOR: Reach.CITY}
PLANNERS = {Role.PLANNING_OFFICER: Reach.CITY}

ACTIONS: tuple[Action, ...] = (
    Action(key=DESK, roles=OFFICES, sentence=_("A desk for voices was made or changed")),
    Action(key=RECEIVE, roles={}, sentence=_("A voice was received")),
    Action(key=ENTER, roles=OWN, sentence=_("A voice was entered for its sender")),
    Action(key=IMPORT, roles=OWN, sentence=_("Voices were taken in from a file")),
    Action(key=CHECK, roles=OFFICES, sentence=_("The entry of a voice was checked by a second person")),
    Action(key=LIST, roles=BOARD, sentence=_("Voices were looked at as a list")),
    Action(key=READ, roles=OFFICES, sentence=_("A voice was read")),
    Action(key=CONTACT, roles=OWN, sentence=_("The contact of a voice was opened")),
    Action(key=LOOK_UP, roles=OWN, sentence=_("Voices were looked up by a contact")),
    Action(key=PASS_ON, roles=OFFICES | PLANNERS, sentence=_("A voice was passed on to another office")),
    Action(key=NOTE, roles=OFFICES, sentence=_("A note was made on a voice")),
    Action(key=DUE, roles=OFFICES, sentence=_("The day of a reply was changed")),
    Action(key=REPLY, roles=OWN, sentence=_("A reply was drafted")),
    Action(key=SEND, roles=OWN, sentence=_("A reply was sent")),
    Action(key=TEMPLATE, roles=OWN, sentence=_("A template of replies was changed")),
    Action(key=END, roles=OFFICES, sentence=_("A voice was ended")),
    Action(key=REOPEN, roles=OFFICES, sentence=_("A voice was taken up again")),
    Action(key=SEAL, roles=OFFICES, sentence=_("A voice was sealed")),
    Action(
        key=HAND_OVER,
        roles={Role.ADMINISTRATOR: Reach.CITY},
        sentence=_("Sealed voices were handed over"),
    ),
    Action(key=SPLIT, roles=OFFICES, sentence=_("A submission was divided into opinions")),
    Action(key=MASK, roles=OFFICES, sentence=_("The mask over a text was confirmed")),
    Action(key=DECIDE, roles=OFFICES, sentence=_("It was decided how a text is published")),
    Action(key=GROUP, roles=OFFICES, sentence=_("Sets of opinions were shaped")),
    Action(key=TOPIC, roles=OFFICES, sentence=_("Topics of opinions were shaped")),
    Action(key=EFFECT, roles=OFFICES, sentence=_("It was entered what a voice changed")),
    Action(key=ASK_TRANSLATION, roles=OWN, sentence=_("A translation was asked for")),
    Action(
        key=TRANSLATE,
        roles=OWN | {Role.TRANSLATOR: Reach.CITY},
        sentence=_("A translation was entered"),
    ),
    Action(key=FOLLOW, roles={}, sentence=_("Somebody began or ended to follow")),
    Action(key=DRAFT, roles={}, sentence=_("A draft of a form was kept or thrown away")),
    Action(key=WORK, roles={}, sentence=_("Voices were divided and put into sets")),
    Action(key=DESTROY, roles={}, sentence=_("What was said was destroyed as its time was over")),
    Action(key=PROVE, roles=BOARD, sentence=_("The proof that no voice was lost was looked at")),
    Action(key=ESCALATE, roles={}, sentence=_("Offices were told that the day of a reply draws near")),
    Action(key=ANSWER_DESK, roles=OWN, sentence=_("All voices of a desk were answered together")),
)
