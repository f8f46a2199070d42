"""Approvals (起案・合議・決裁) on their way: what was put up, its steps, its files, and what happened."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jichi.manifest import Role

from .routes import RouteVersion

ROLES = (
    Role.OFFICER.value,
    Role.SECTION_HEAD.value,
    Role.BUREAU_HEAD.value,
    Role.APPROVER.value,
    Role.PLANNING_OFFICER.value,
)
"""The roles a step of a route may name."""

_UNDER_WAY = ["running", "returned"]
_PASSED = ["passed", "passed_on_behalf"]


class Approval(models.Model):
    """Something put up for approval by a higher room, which knows it by ``context`` ("evaluation.cycle:3").

    ``round`` counts how often it was put up: again after it was sent back. ``drafted_by`` and
    ``submitted_by`` (who put up the present round) are actors of the trail, never names. The city's document
    system gives ``document_number`` and ``document_date``; ``packet_round`` is the round whose packet was
    last taken out for it.
    """

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("of an approval", "On its way")
        RETURNED = "returned", pgettext_lazy("of an approval", "Sent back")
        DECIDED = "decided", pgettext_lazy("of an approval", "Decided")
        WITHDRAWN = "withdrawn", pgettext_lazy("of an approval", "Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    route_version = models.ForeignKey(RouteVersion, models.PROTECT, related_name="approvals")
    context = models.CharField(max_length=120, db_index=True)
    title = models.CharField(max_length=200)
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="approvals"
    )
    summary = models.TextField(blank=True, default="")
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField(default=timezone.now)
    submitted_by = models.UUIDField()
    submitted_at = models.DateTimeField(default=timezone.now)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    decided_at = models.DateTimeField(null=True, blank=True)
    packet_round = models.PositiveSmallIntegerField(null=True, blank=True)
    packet_taken_at = models.DateTimeField(null=True, blank=True)
    document_number = models.CharField(max_length=80, blank=True, default="")
    document_date = models.DateField(null=True, blank=True)
    registered_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-drafted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["context"], condition=Q(state__in=_UNDER_WAY), name="office_approval_one_under_way"
            ),
            models.UniqueConstraint(
                fields=["document_number", "document_date"],
                condition=~Q(document_number=""),
                name="office_approval_document_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "returned", "decided", "withdrawn"]),
                name="office_approval_state_known",
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(context=""), name="office_approval_said"),
            models.CheckConstraint(
                condition=Q(state="decided", decided_at__isnull=False)
                | (~Q(state="decided") & Q(decided_at__isnull=True)),
                name="office_approval_decided_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(document_number="", document_date__isnull=True, registered_at__isnull=True)
                | (
                    ~Q(document_number="")
                    & Q(document_date__isnull=False, registered_at__isnull=False, packet_round__isnull=False)
                ),
                name="office_approval_document_whole",
            ),
            models.CheckConstraint(
                condition=Q(packet_round__isnull=True, packet_taken_at__isnull=True)
                | Q(packet_round__isnull=False, packet_taken_at__isnull=False),
                name="office_approval_packet_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ApprovalStep(models.Model):
    """One step of one round. Steps of the same ``order`` stand beside each other (並行合議).

    ``department`` is the office in which the role is held, worked out when the approval was put up; none: the
    role of the whole city. ``titles`` is {language: text}. A step that was acted on never changes again.
    """

    class Kind(models.TextChoices):
        CONSULT = "consult", pgettext_lazy("step of an approval", "Consultation")
        DECIDE = "decide", pgettext_lazy("step of an approval", "Decision")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("step of an approval", "Not yet its turn")
        OPEN = "open", pgettext_lazy("step of an approval", "Waits now")
        PASSED = "passed", pgettext_lazy("step of an approval", "Passed")
        PASSED_ON_BEHALF = "passed_on_behalf", pgettext_lazy("step of an approval", "Passed on behalf")
        RETURNED = "returned", pgettext_lazy("step of an approval", "Sent back")
        DROPPED = "dropped", pgettext_lazy("step of an approval", "No longer asked")

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    role = models.CharField(max_length=30, choices=[(role, role) for role in ROLES])
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="approval_steps"
    )
    titles = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    acted_by = models.UUIDField(null=True, blank=True)
    acted_at = models.DateTimeField(null=True, blank=True)
    behalf_reason = models.CharField(max_length=300, blank=True, default="")
    comment = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["approval", "round", "position"]
        indexes = [models.Index(fields=["state", "role"], name="office_step_state_role")]
        constraints = [
            models.UniqueConstraint(
                fields=["approval", "round", "position"], name="office_step_position_once"
            ),
            models.UniqueConstraint(
                fields=["approval", "round"], condition=Q(kind="decide"), name="office_step_one_decides"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["consult", "decide"]), name="office_step_kind_known"
            ),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="office_step_role_known"),
            models.CheckConstraint(
                condition=~Q(role__in=["officer", "section_head", "bureau_head"])
                | Q(department__isnull=False),
                name="office_step_head_has_department",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*_PASSED, "returned"], acted_by__isnull=False, acted_at__isnull=False)
                | Q(
                    state__in=["waiting", "open", "dropped"],
                    acted_by__isnull=True,
                    acted_at__isnull=True,
                    comment="",
                ),
                name="office_step_acted_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state="passed_on_behalf") & ~Q(behalf_reason=""))
                | Q(state="returned")
                | (~Q(state__in=["passed_on_behalf", "returned"]) & Q(behalf_reason="")),
                name="office_step_on_behalf_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(comment=""), name="office_step_returned_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id}/{self.round}/{self.position}"


class StepDeputy(models.Model):
    """Who may act in a step on behalf of its own role (代決), with the office in which that role is held."""

    step = models.ForeignKey(ApprovalStep, models.PROTECT, related_name="deputies")
    role = models.CharField(max_length=30, choices=[(role, role) for role in ROLES])
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="step_deputies"
    )

    class Meta:
        ordering = ["step", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="office_deputy_role_known"),
            models.CheckConstraint(
                condition=~Q(role__in=["officer", "section_head", "bureau_head"])
                | Q(department__isnull=False),
                name="office_deputy_head_has_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.role}"


class ApprovalFile(models.Model):
    """A file of the packet of one round; ``content`` is read only to give it out."""

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="files")
    round = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["approval", "round", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "round", "name"], name="office_file_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="office_file_named"),
        ]

    def __str__(self) -> str:
        return self.name


class ApprovalEvent(models.Model):
    """What happened to an approval, in order; appended only. ``office`` is that of who acted, where known."""

    class Kind(models.TextChoices):
        DRAFTED = "drafted", pgettext_lazy("event of an approval", "Put up for approval")
        PASSED = "passed", pgettext_lazy("event of an approval", "Passed")
        PASSED_ON_BEHALF = "passed_on_behalf", pgettext_lazy("event of an approval", "Passed on behalf")
        RETURNED = "returned", pgettext_lazy("event of an approval", "Sent back")
        RESUBMITTED = "resubmitted", pgettext_lazy("event of an approval", "Put up again")
        DECIDED = "decided", pgettext_lazy("event of an approval", "Decided")
        WITHDRAWN = "withdrawn", pgettext_lazy("event of an approval", "Withdrawn")
        PACKET_TAKEN = "packet_taken", _("Packet taken out")
        REGISTERED = "registered", _("Document number entered")

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind)
    by = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    role = models.CharField(max_length=30, blank=True, default="")
    office = models.ForeignKey("city.Department", models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["approval", "at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "drafted",
                        "passed",
                        "passed_on_behalf",
                        "returned",
                        "resubmitted",
                        "decided",
                        "withdrawn",
                        "packet_taken",
                        "registered",
                    ]
                ),
                name="office_event_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.approval_id}: {self.kind}"
