"""Undertakings (対応): what was asked of the city by whom, and what becomes of it."""

from __future__ import annotations

import datetime
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy

SUMMARY_LENGTH = 200


class Kind(models.TextChoices):
    """What was asked: 提言, 指摘, 要望, 答申, 約束; and the city's own demand to others (国・県への要望)."""

    RECOMMENDATION = "recommendation", pgettext_lazy("undertaking", "Recommendation")
    REMARK = "remark", pgettext_lazy("undertaking", "Remark")
    REQUEST = "request", pgettext_lazy("undertaking", "Request")
    ANSWER_TO_CONSULTATION = "answer_to_consultation", pgettext_lazy("undertaking", "Advisory report")
    PROMISE = "promise", pgettext_lazy("undertaking", "Promise")
    DEMAND = "demand", pgettext_lazy("undertaking", "Demand of the city to others")


class Adoption(models.TextChoices):
    """Whether the city takes up what was asked."""

    UNDECIDED = "undecided", pgettext_lazy("undertaking", "Not decided yet")
    ADOPTED = "adopted", pgettext_lazy("undertaking", "Adopted")
    PARTLY = "partly", pgettext_lazy("undertaking", "Partly adopted")
    NOT_ADOPTED = "not_adopted", pgettext_lazy("undertaking", "Not adopted")


class State(models.TextChoices):
    """Where it stands; follows from the other fields (:meth:`Undertaking.standing`)."""

    OPEN = "open", pgettext_lazy("undertaking", "Not answered yet")
    ANSWERED = "answered", pgettext_lazy("undertaking", "Answered")
    IN_PROGRESS = "in_progress", pgettext_lazy("undertaking", "Under way")
    DONE = "done", pgettext_lazy("undertaking", "Done")
    CLOSED_WITHOUT = "closed_without", pgettext_lazy("undertaking", "Closed without action")


TAKEN_UP = (Adoption.ADOPTED, Adoption.PARTLY)
_TAKEN = Q(adoption__in=["adopted", "partly"])


class Undertaking(models.Model):
    """One thing that was asked of the city, or that it promised. What was asked never changes (triggers).

    ``context`` names what it is about for the room that knows it ("evaluation.sheet:12"; empty: the city as a
    whole). ``due_on``: the day by which it is to be answered; ``carry_out_by``: by which what was answered is
    to be carried out. ``answer`` is the confirmed one; ``answer_draft`` what waits for a second person.
    ``visible_from``: shown to the public only from this moment, however early it was published.
    ``asked_by`` is the trail's name of who entered it. ``addressee``: of whom the city itself asked it
    (state, prefecture), for a demand only; its answer is theirs and ``department`` is the office that
    follows it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fiscal_year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=24, choices=Kind)
    source_body = models.ForeignKey(
        "directory.Body", models.PROTECT, null=True, blank=True, related_name="undertakings"
    )
    source_name = models.CharField(max_length=200, blank=True, default="")
    addressee = models.CharField(max_length=200, blank=True, default="")
    context = models.CharField(max_length=80, blank=True, default="", db_index=True)
    context_title = models.CharField(max_length=200, blank=True, default="")
    asked_on = models.DateField()
    text = models.TextField()
    summary = models.CharField(max_length=SUMMARY_LENGTH, blank=True, default="")
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="undertakings"
    )
    due_on = models.DateField(null=True, blank=True)
    adoption = models.CharField(max_length=12, choices=Adoption, default=Adoption.UNDECIDED)
    adoption_reason = models.TextField(blank=True, default="")
    adopted_at = models.DateTimeField(null=True, blank=True)
    answer_draft = models.TextField(blank=True, default="")
    drafted_by = models.UUIDField(null=True, blank=True)
    drafted_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    carry_out_by = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    evidence_text = models.TextField(blank=True, default="")
    evidence_url = models.URLField(max_length=500, blank=True, default="")
    closed_on = models.DateField(null=True, blank=True)
    closed_reason = models.TextField(blank=True, default="")
    state = models.CharField(max_length=14, choices=State, default=State.OPEN)
    published_at = models.DateTimeField(null=True, blank=True)
    visible_from = models.DateTimeField(null=True, blank=True)
    asked_by = models.UUIDField()
    entered_at = models.DateTimeField(default=timezone.now)
    is_sample = models.BooleanField(default=False)
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-fiscal_year", "-number"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="undertakings_by_state"),
            models.Index(fields=["department", "state"], name="undertakings_by_office"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "number"], name="undertakings_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="undertakings_number_counts"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="undertakings_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="undertakings_said"),
            models.CheckConstraint(
                condition=(Q(kind="demand") & ~Q(addressee="")) | (~Q(kind="demand") & Q(addressee="")),
                name="undertakings_demand_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(source_body__isnull=False, source_name="")
                | (Q(source_body__isnull=True) & ~Q(source_name="")),
                name="undertakings_one_source",
            ),
            models.CheckConstraint(
                condition=Q(adoption="undecided", adopted_at__isnull=True, adoption_reason="")
                | Q(adoption__in=["adopted", "partly", "not_adopted"], adopted_at__isnull=False),
                name="undertakings_adoption_dated",
            ),
            models.CheckConstraint(
                condition=Q(adoption__in=["undecided", "adopted"]) | ~Q(adoption_reason=""),
                name="undertakings_adoption_reasoned",
            ),
            models.CheckConstraint(
                condition=Q(answer_draft="", drafted_by__isnull=True, drafted_at__isnull=True)
                | (~Q(answer_draft="") & Q(drafted_by__isnull=False, drafted_at__isnull=False)),
                name="undertakings_draft_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False) & ~Q(adoption="undecided")),
                name="undertakings_answer_decided",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="open",
                    answered_at__isnull=True,
                    started_at__isnull=True,
                    done_on__isnull=True,
                    closed_on__isnull=True,
                )
                | (
                    Q(
                        state="answered",
                        answered_at__isnull=False,
                        started_at__isnull=True,
                        done_on__isnull=True,
                        closed_on__isnull=True,
                    )
                    & _TAKEN
                )
                | (
                    Q(
                        state="in_progress",
                        started_at__isnull=False,
                        done_on__isnull=True,
                        closed_on__isnull=True,
                    )
                    & _TAKEN
                )
                | (
                    Q(state="done", done_on__isnull=False, closed_on__isnull=True)
                    & _TAKEN
                    & (Q(answered_at__isnull=False) | Q(kind="promise"))
                )
                | Q(state="closed_without", closed_on__isnull=False, done_on__isnull=True),
                name="undertakings_state_follows",
            ),
            models.CheckConstraint(
                condition=(Q(done_on__isnull=False) & ~Q(evidence_text=""))
                | Q(done_on__isnull=True, evidence_text="", evidence_url=""),
                name="undertakings_done_proven",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, closed_reason="")
                | (Q(closed_on__isnull=False) & (~Q(closed_reason="") | Q(adoption="not_adopted"))),
                name="undertakings_closed_reasoned",
            ),
            models.CheckConstraint(
                condition=(Q(due_on__isnull=True) | Q(due_on__gte=F("asked_on")))
                & (Q(carry_out_by__isnull=True) | Q(carry_out_by__gte=F("asked_on")))
                & (Q(closed_on__isnull=True) | Q(closed_on__gte=F("asked_on"))),
                name="undertakings_days_in_order",
            ),
            # A page makes a link of it, so no other scheme may pass.
            models.CheckConstraint(
                condition=Q(evidence_url="") | Q(evidence_url__regex=r"^https?://"),
                name="undertakings_url_is_web",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="undertakings_version"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How it is called in writing: fiscal year and running number ("2025-3")."""
        return f"{self.fiscal_year}-{self.number}"

    def standing(self) -> State:
        """The state that the fields amount to."""
        if self.closed_on is not None:
            return State.CLOSED_WITHOUT
        if self.done_on is not None:
            return State.DONE
        if self.started_at is not None:
            return State.IN_PROGRESS
        return State.OPEN if self.answered_at is None else State.ANSWERED

    @property
    def is_over(self) -> bool:
        """Whether nothing remains to be done about it."""
        return self.state in (State.DONE, State.CLOSED_WITHOUT)

    @property
    def by_when(self) -> datetime.date | None:
        """The day by which the next step is due: the answer, then carrying it out; None: not set, or over."""
        if self.is_over:
            return None
        return self.due_on if self.state == State.OPEN else self.carry_out_by

    def days_late(self, today: datetime.date) -> int:
        """How many days the next step is overdue; 0: it is not."""
        return max((today - self.by_when).days, 0) if self.by_when is not None else 0

    def is_public(self, now: datetime.datetime) -> bool:
        """Whether anybody may see it at that moment."""
        return (
            self.published_at is not None
            and self.published_at <= now
            and (self.visible_from is None or self.visible_from <= now)
        )
