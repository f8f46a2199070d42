"""The closed lists of this room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class ConsultationKind(models.TextChoices):
    """What is put before the public."""

    ORDINANCE = "ordinance", pgettext_lazy("consultation", "Ordinance or rule")
    PLAN = "plan", pgettext_lazy("consultation", "Plan or policy")
    STANDARD = "standard", pgettext_lazy("consultation", "Standard of judgement")
    OTHER = "other", pgettext_lazy("consultation", "Other")


class PostRule(models.TextChoices):
    """When a letter is in time."""

    ARRIVAL = "arrival", pgettext_lazy("consultation", "must arrive by the last day")
    POSTMARK = "postmark", pgettext_lazy("consultation", "postmark of the last day counts")


class OpinionsShown(models.TextChoices):
    """When readers see what others said."""

    NEVER = "never", pgettext_lazy("consultation", "only summaries, in the result")
    AFTER_CLOSING = "after_closing", pgettext_lazy("consultation", "after the last day")
    WHILE_OPEN = "while_open", pgettext_lazy("consultation", "as soon as they were decided on")


class Stage(models.TextChoices):
    """Where a consultation stands; follows from its dates (:meth:`Consultation.stage`)."""

    PREPARING = "preparing", pgettext_lazy("consultation", "Being prepared")
    EXEMPT = "exempt", pgettext_lazy("consultation", "Not held, with the reason")
    ANNOUNCED = "announced", pgettext_lazy("consultation", "Announced")
    OPEN = "open", pgettext_lazy("consultation", "Open")
    CONSIDERED = "considered", pgettext_lazy("consultation", "Closed, being considered")
    PUBLISHED = "published", pgettext_lazy("consultation", "Result published")
    WITHDRAWN = "withdrawn", pgettext_lazy("consultation", "Proposal withdrawn")


class VersionKind(models.TextChoices):
    """What a text of a consultation is."""

    DRAFT = "draft", pgettext_lazy("text of a consultation", "Draft")
    FINAL = "final", pgettext_lazy("text of a consultation", "Final text")


class Audience(models.TextChoices):
    """For whom a version of the draft is written."""

    FULL = "full", pgettext_lazy("audience", "Whole text")
    PLAIN = "plain", pgettext_lazy("audience", "In plain words")
    CHILDREN = "children", pgettext_lazy("audience", "For children")


class Side(models.TextChoices):
    """How opinions stand to a change of the draft."""

    BEHIND = "behind", pgettext_lazy("opinions about a change", "asked for it")
    AGAINST = "against", pgettext_lazy("opinions about a change", "asked for the opposite")
