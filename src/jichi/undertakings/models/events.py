"""What happened to an undertaking, step by step, never rewritten."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from .undertakings import Adoption, Undertaking


class UndertakingEvent(models.Model):
    """One step. ``office`` is whose it was (null: the planning section, or for "asked" who asked).

    ``text`` is what was said in it: the reason, the progress, the answer. ``is_public`` false: for the city's
    own people. ``department``, ``due_on``, ``carry_out_by`` and ``adoption`` are what the step set; empty:
    left.
    """

    class Kind(models.TextChoices):
        ASKED = "asked", pgettext_lazy("undertaking", "Asked")
        ASSIGNED = "assigned", pgettext_lazy("undertaking", "Given to an office")
        DECIDED = "decided", pgettext_lazy("undertaking", "Decided whether to adopt it")
        DRAFTED = "drafted", pgettext_lazy("undertaking", "Answer drafted")
        ANSWERED = "answered", pgettext_lazy("undertaking", "Answered")
        PROGRESS = "progress", pgettext_lazy("undertaking", "Progress")
        DONE = "done", pgettext_lazy("undertaking", "Done")
        CLOSED = "closed", pgettext_lazy("undertaking", "Closed without action")
        REOPENED = "reopened", pgettext_lazy("undertaking", "Taken up again")
        PUBLISHED = "published", pgettext_lazy("undertaking", "Published")
        WITHDRAWN = "withdrawn", pgettext_lazy("undertaking", "Taken off the public pages")

    undertaking = models.ForeignKey(Undertaking, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField()
    office = models.ForeignKey("city.Department", models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True, default="")
    is_public = models.BooleanField(default=True)
    department = models.ForeignKey("city.Department", models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    carry_out_by = models.DateField(null=True, blank=True)
    adoption = models.CharField(max_length=12, choices=Adoption, blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "asked",
                        "assigned",
                        "decided",
                        "drafted",
                        "answered",
                        "progress",
                        "done",
                        "closed",
                        "reopened",
                        "published",
                        "withdrawn",
                    ]
                ),
                name="undertakings_event_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["asked", "assigned", "decided", "published", "closed"]) | ~Q(text=""),
                name="undertakings_event_said",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["drafted", "withdrawn"]) | Q(is_public=False),
                name="undertakings_event_inside",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.undertaking_id} {self.kind}"
