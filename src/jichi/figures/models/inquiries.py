"""Inquiries (庁内照会): one question to many offices, what each gave back, and what came of it together."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jichi.plan.models import ProjectFigure, Series

from .bindings import one_subject
from .observations import Counting, Quantity


class InquirySeries(models.Model):
    """A question that is asked again and again: every year, every month, or of every event.

    ``department`` is the office that asks. The form's newest version is taken when an inquiry is drafted.
    """

    class Kind(models.TextChoices):
        DEPARTMENTS = "departments", _("Inquiry to departments")
        OPERATOR = "operator", _("Monthly report of an operator")
        EVENT = "event", _("Slip of an event")

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    purpose = models.TextField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.DEPARTMENTS)
    form = models.ForeignKey("sheets.Form", models.PROTECT, related_name="inquiry_series")
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="inquiry_series"
    )
    check_levels = models.PositiveSmallIntegerField(default=0)
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key"]
        verbose_name_plural = "inquiry series"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["departments", "operator", "event"]), name="figures_series_kind_known"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(purpose=""), name="figures_series_said"),
            models.CheckConstraint(condition=Q(check_levels__lte=2), name="figures_series_check_levels"),
        ]

    def __str__(self) -> str:
        return self.title


class InquiryTarget(models.Model):
    """What the merged returns of a series measure: an expression over sums of fields, for one subject.

    ``expression`` is one of :mod:`jichi.methods.expressions` over the fields of the form, each standing for
    its column over all returns, so that a sum is written ``sum(members)``.
    """

    inquiry_series = models.ForeignKey(InquirySeries, models.CASCADE, related_name="targets")
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="inquiry_targets")
    project_figure = models.ForeignKey(
        ProjectFigure, models.PROTECT, null=True, blank=True, related_name="inquiry_targets"
    )
    order = models.PositiveSmallIntegerField(default=1)
    expression = models.CharField(max_length=400)
    decimals = models.PositiveSmallIntegerField(default=0)
    definition = models.CharField(max_length=40, default="1")
    quantity = models.CharField(max_length=12, choices=Quantity, blank=True, default="")
    counting = models.CharField(max_length=12, choices=Counting, blank=True, default="")
    by_ward = models.BooleanField(default=False)

    class Meta:
        ordering = ["inquiry_series", "order"]
        constraints = [
            one_subject("figures_target_one_subject"),
            models.UniqueConstraint(fields=["inquiry_series", "order"], name="figures_target_order_once"),
            models.CheckConstraint(condition=~Q(expression=""), name="figures_target_has_expression"),
        ]

    def __str__(self) -> str:
        return self.expression


class Inquiry(models.Model):
    """One asking: for which year or month, as of when, by when, in which version of the form, and to whom.

    ``check_levels``: 0 none, 1 section, 2 section and bureau must pass a return before it reaches the asker.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        CLOSED = "closed", _("Closed")

    series = models.ForeignKey(InquirySeries, models.PROTECT, related_name="inquiries")
    title = models.CharField(max_length=200)
    purpose = models.TextField()
    instructions = models.TextField(blank=True, default="")
    fiscal_year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField(null=True, blank=True)
    as_of = models.DateField(null=True, blank=True)
    period_first = models.DateField(null=True, blank=True)
    period_last = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    form_version = models.ForeignKey("sheets.FormVersion", models.PROTECT, related_name="inquiries")
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="inquiries"
    )
    check_levels = models.PositiveSmallIntegerField(default=0)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="following")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    created_by = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-fiscal_year", "-month", "title"]
        verbose_name_plural = "inquiries"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", sent_at__isnull=True, closed_at__isnull=True)
                | Q(state="sent", sent_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", sent_at__isnull=False, closed_at__isnull=False),
                name="figures_inquiry_state_dated",
            ),
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__gte=1, month__lte=12),
                name="figures_inquiry_month",
            ),
            models.CheckConstraint(
                condition=Q(period_first__isnull=True, period_last__isnull=True)
                | Q(period_first__isnull=False, period_last__gte=F("period_first")),
                name="figures_inquiry_period_in_order",
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(purpose=""), name="figures_inquiry_said"),
            models.CheckConstraint(condition=Q(check_levels__lte=2), name="figures_inquiry_check_levels"),
        ]

    def __str__(self) -> str:
        return self.title


class InquiryRequest(models.Model):
    """What one office, operator or event was asked within an inquiry, and how far its answer has come.

    ``asked`` is the department that was asked and never changes; ``department`` is the office that holds it
    now (handed on inside the department). An operator answers for a ``place``; a slip's event is its
    ``label``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Not answered yet")
        SENT_BACK = "sent_back", _("Sent back")
        ANSWERED = "answered", _("Answered")
        SECTION_CHECKED = "section_checked", _("Checked by the section")
        BUREAU_CHECKED = "bureau_checked", _("Checked by the bureau")
        ACCEPTED = "accepted", _("Accepted")
        CANCELLED = "cancelled", _("No longer asked")

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="requests")
    asked = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="inquiry_requests_asked"
    )
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="inquiry_requests"
    )
    place = models.ForeignKey(
        "directory.Place", models.PROTECT, null=True, blank=True, related_name="inquiry_requests"
    )
    label = models.CharField(max_length=200, blank=True, default="")
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    has_nothing = models.BooleanField(default=False)
    answer_set = models.OneToOneField(
        "sheets.AnswerSet", models.PROTECT, null=True, blank=True, related_name="inquiry_request"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["inquiry", "asked__key", "place__key", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["inquiry", "asked", "label"],
                condition=Q(place__isnull=True),
                name="figures_request_department_once",
            ),
            models.UniqueConstraint(
                fields=["inquiry", "place", "label"],
                condition=Q(place__isnull=False),
                name="figures_request_place_once",
            ),
            models.CheckConstraint(
                condition=Q(asked__isnull=False) | Q(place__isnull=False),
                name="figures_request_asks_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "cancelled"]) | Q(answered_at__isnull=False),
                name="figures_request_answer_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry_id}:{self.pk}"


class RequestEvent(models.Model):
    """One step of a request's way, kept for ever: who (opaque), when, and what was said.

    ``by_asker`` tells on which side: the office that asks, or the one asked (its checkers with it).
    ``office`` is the office of that side; of a request handed on, the one that holds it from then on.
    ``due_on`` is the day given with more time.
    """

    class Kind(models.TextChoices):
        SENT = "sent", _("Sent")
        WORKBOOK_TAKEN = "workbook_taken", _("Workbook taken out")
        REMINDED = "reminded", _("Reminded")
        HANDED_ON = "handed_on", _("Handed on")
        ANSWERED = "answered", _("Answered")
        CORRECTED = "corrected", _("Corrected")
        NOTHING = "nothing", _("Nothing to report")
        SECTION_CHECKED = "section_checked", _("Checked by the section")
        BUREAU_CHECKED = "bureau_checked", _("Checked by the bureau")
        SENT_BACK = "sent_back", _("Sent back")
        QUESTION = "question", _("Question")
        REPLY = "reply", _("Reply")
        EXTENDED = "extended", _("Given more time")
        ACCEPTED = "accepted", _("Accepted")
        CANCELLED = "cancelled", _("No longer asked")

    request = models.ForeignKey(InquiryRequest, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    text = models.TextField(blank=True, default="")
    revision = models.PositiveIntegerField(null=True, blank=True)
    office = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="inquiry_events"
    )
    by_asker = models.BooleanField(default=False)
    due_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    actor = models.UUIDField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="extended") | Q(due_on__isnull=False), name="figures_event_extended_until"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["sent_back", "question", "reply", "cancelled"]) | ~Q(text=""),
                name="figures_event_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"


class Merge(models.Model):
    """The accepted returns of an inquiry taken together once: totals, what does not add up, who is missing.

    ``revisions`` names the answer revision of each request it saw, so that the merge can be done again.
    """

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="merges")
    number = models.PositiveSmallIntegerField()
    evidence = models.OneToOneField("figures.Evidence", models.PROTECT, related_name="merge")
    seen = models.PositiveIntegerField()
    whole = models.PositiveIntegerField()
    totals = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    revisions = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True, default="")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.UUIDField()

    class Meta:
        ordering = ["inquiry", "number"]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "number"], name="figures_merge_number_once"),
            models.CheckConstraint(condition=Q(whole__gte=F("seen")), name="figures_merge_seen_of_whole"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="figures_merge_again_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry_id}#{self.number}"
