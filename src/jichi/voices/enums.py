"""The closed lists of this room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """How a voice reached the city. A pack maps these to the columns of the city's own table."""

    WEB = "web", pgettext_lazy("channel", "Web form")
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    FAX = "fax", pgettext_lazy("channel", "Fax")
    POST = "post", pgettext_lazy("channel", "Post")
    COUNTER = "counter", pgettext_lazy("channel", "Counter")
    TELEPHONE = "telephone", pgettext_lazy("channel", "Telephone")
    MEETING = "meeting", pgettext_lazy("channel", "Meeting")


class EndKind(models.TextChoices):
    """How a voice ended. Passed on inside the city is no end."""

    REPLIED = "replied", pgettext_lazy("end of a voice", "Replied")
    NOTED = "noted", pgettext_lazy("end of a voice", "Noted")
    CIRCULATED = "circulated", pgettext_lazy("end of a voice", "Circulated to those concerned")
    NOT_OURS = "not_ours", pgettext_lazy("end of a voice", "Not the city's matter")
    REFUSED = "refused", pgettext_lazy("end of a voice", "Refused with the reason")
    WITHDRAWN = "withdrawn", pgettext_lazy("end of a voice", "Withdrawn by its sender")
    REFERRED = "referred", pgettext_lazy("end of a voice", "Referred to another body")
    SEALED = "sealed", pgettext_lazy("end of a voice", "Sealed")


NEEDS_REASON = (EndKind.NOT_OURS, EndKind.REFUSED, EndKind.REFERRED)
"""Ends that say why, or where else the person was sent."""


LATE_AFTER, LATE_BEFORE, LATE_ANSWERED = "after", "before", "answered"
LATE_REASONS = {
    LATE_AFTER: pgettext_lazy("late voice", "It arrived after the last day"),
    LATE_BEFORE: pgettext_lazy("late voice", "It arrived before the first day"),
    LATE_ANSWERED: pgettext_lazy("late voice", "It was entered after the result was given"),
}
"""What ``late_reason`` holds where nobody wrote one."""


class Purpose(models.TextChoices):
    """What is said at a desk."""

    OPINIONS = "opinions", pgettext_lazy("desk", "Opinions")
    ACCOMMODATION = "accommodation", pgettext_lazy("desk", "Requests for reasonable accommodation")
    APPEALS = "appeals", pgettext_lazy("desk", "Appeals against how something was published")


class Decision(models.TextChoices):
    """What is done with a text before anybody outside sees it."""

    PENDING = "pending", pgettext_lazy("publication", "Not decided yet")
    SHOWN = "shown", pgettext_lazy("publication", "Shown as it is")
    MASKED = "masked", pgettext_lazy("publication", "Shown with parts masked")
    WITHHELD = "withheld", pgettext_lazy("publication", "Withheld and counted")


class SetKind(models.TextChoices):
    """The strongest kind of likeness by which a set was made."""

    SINGLE = "single", pgettext_lazy("set of opinions", "Said once")
    IDENTICAL = "identical", pgettext_lazy("set of opinions", "The same text")
    NEAR = "near", pgettext_lazy("set of opinions", "Nearly the same text")
    PARAPHRASE = "paraphrase", pgettext_lazy("set of opinions", "The same in other words")
    BY_HAND = "by_hand", pgettext_lazy("set of opinions", "Put together by hand")


class PartKind(models.TextChoices):
    """What a part of a submission is."""

    OPINION = "opinion", pgettext_lazy("part of a submission", "Opinion")
    FRAME = "frame", pgettext_lazy("part of a submission", "Greeting, signature and the like")


class EventKind(models.TextChoices):
    """What happened to a voice."""

    RECEIVED = "received", pgettext_lazy("event of a voice", "Received")
    CHECKED = "checked", pgettext_lazy("event of a voice", "Entry checked by a second person")
    PASSED_ON = "passed_on", pgettext_lazy("event of a voice", "Passed on to another office")
    NOTE = "note", pgettext_lazy("event of a voice", "Note")
    DUE = "due", pgettext_lazy("event of a voice", "Day of the reply changed")
    SPLIT = "split", pgettext_lazy("event of a voice", "Divided into opinions")
    REPLIED = "replied", pgettext_lazy("event of a voice", "Reply sent")
    ENDED = "ended", pgettext_lazy("event of a voice", "Ended")
    REOPENED = "reopened", pgettext_lazy("event of a voice", "Taken up again")
    SEALED = "sealed", pgettext_lazy("event of a voice", "Sealed")
    ESCALATED = "escalated", pgettext_lazy("event of a voice", "Head told that the day draws near")
    EFFECT = "effect", pgettext_lazy("event of a voice", "Effect entered")


class EffectKind(models.TextChoices):
    """What a voice changed."""

    CHANGED_DRAFT = "changed_draft", pgettext_lazy("effect", "A draft was changed")
    UNDERTAKEN = "undertaken", pgettext_lazy("effect", "The city undertook something")
    IN_LINE = "in_line", pgettext_lazy("effect", "Already so in the draft")
    KEPT_IN_MIND = "kept_in_mind", pgettext_lazy("effect", "Kept in mind for later")
    EXPLAINED = "explained", pgettext_lazy("effect", "Explained, nothing changed")
    NOT_ADOPTED = "not_adopted", pgettext_lazy("effect", "Not adopted, with the reason")


class How(models.TextChoices):
    """How a translation was made."""

    PERSON = "person", pgettext_lazy("translation", "By a translator")
    MACHINE_CHECKED = "machine_checked", pgettext_lazy("translation", "By a machine, checked by a person")
    OFFICER = "officer", pgettext_lazy("translation", "By an officer")
