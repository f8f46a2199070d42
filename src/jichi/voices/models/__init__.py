"""The rows of the voices room."""

from .desks import Desk, Tally
from .intake import Draft, IntakeBatch
from .opinions import GroupingRun, Opinion, OpinionSet, Topic, TopicDecision, Wording
from .replies import Effect, Follow, Reply, ReplyTemplate, Translation
from .voices import Attachment, Contact, Original, SealedDisclosure, Voice, VoiceEvent

__all__ = [
    "Attachment",
    "Contact",
    "Desk",
    "Draft",
    "Effect",
    "Follow",
    "GroupingRun",
    "IntakeBatch",
    "Opinion",
    "OpinionSet",
    "Original",
    "Reply",
    "ReplyTemplate",
    "SealedDisclosure",
    "Tally",
    "Topic",
    "TopicDecision",
    "Translation",
    "Voice",
    "VoiceEvent",
    "Wording",
]
