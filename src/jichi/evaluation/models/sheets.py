"""Sheets of a cycle: with whom each lies, what happened to it, what was remarked, what was published."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jichi.evaluation.enums import EditionKind, SheetEventKind, SheetKind, SheetState
from jichi.plan.models import Node

from .cycles import Cycle


class Sheet(models.Model):
    """The evaluation of one project or measure in one cycle.

    The answers are those of ``sheets`` (draft, revisions); ``accepted_revision`` is the one the planning
    section accepted. ``assigned_to`` is the person of the department who fills it in; null: anybody there.
    ``due_on`` replaces the cycle's deadline for the department. A ``reason`` stands where it is withdrawn.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="sheets")
    node = models.ForeignKey(Node, models.PROTECT, related_name="evaluation_sheets")
    kind = models.CharField(max_length=12, choices=SheetKind)
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="evaluation_sheets"
    )
    assigned_to = models.ForeignKey(
        "city.Person", models.PROTECT, null=True, blank=True, related_name="evaluation_sheets"
    )
    answer_set = models.OneToOneField("sheets.AnswerSet", models.PROTECT, related_name="evaluation_sheet")
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.FILLING)
    due_on = models.DateField(null=True, blank=True)
    times_returned = models.PositiveSmallIntegerField(default=0)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    handed_in_by = models.UUIDField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_revision = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    moved_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["cycle", "node__code"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "node"], name="evaluation_sheet_once"),
            models.CheckConstraint(condition=Q(kind__in=SheetKind.values), name="evaluation_sheet_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["filling", "withdrawn"], accepted_at__isnull=True)
                | Q(
                    state__in=["section", "bureau", "planning"],
                    accepted_at__isnull=True,
                    handed_in_at__isnull=False,
                )
                | Q(
                    state="accepted",
                    accepted_at__isnull=False,
                    accepted_revision__isnull=False,
                    handed_in_at__isnull=False,
                ),
                name="evaluation_sheet_state_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(reason=""), name="evaluation_sheet_withdrawn_reasoned"
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True, handed_in_by__isnull=True)
                | Q(handed_in_at__isnull=False, handed_in_by__isnull=False),
                name="evaluation_sheet_handed_in_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id}:{self.node_id}"


class SheetEvent(models.Model):
    """What happened to a sheet, never changed. ``department`` is the office of the one who did it."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=14, choices=SheetEventKind)
    from_state = models.CharField(max_length=10, blank=True, default="")
    to_state = models.CharField(max_length=10, blank=True, default="")
    revision = models.PositiveIntegerField(null=True, blank=True)
    by = models.UUIDField()
    department = models.ForeignKey("city.Department", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        ordering = ["sheet", "at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SheetEventKind.values), name="evaluation_event_kind"),
            models.CheckConstraint(
                condition=~Q(kind__in=["sent_back", "withdrawn", "corrected"]) | ~Q(text=""),
                name="evaluation_event_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.kind}"


class SheetComment(models.Model):
    """A remark on a sheet or on one of its answers (``place``: an address of the form, or empty).

    Of a remark only its being settled changes.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="comments")
    place = models.CharField(max_length=80, blank=True, default="")
    text = models.TextField()
    by = models.UUIDField()
    department = models.ForeignKey("city.Department", models.PROTECT, null=True, blank=True, related_name="+")
    side = models.CharField(max_length=12, default="department")
    at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["sheet", "at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="evaluation_comment_said"),
            models.CheckConstraint(
                condition=Q(side__in=["department", "section", "bureau", "planning", "committee"]),
                name="evaluation_comment_side",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="evaluation_comment_settled_by_one",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class SheetEdition(models.Model):
    """A sheet as it stood at one moment, whole and for good: what the committee got, what was published.

    ``content`` is described in :mod:`jichi.evaluation.content`. A correction is the next number, with its
    reason.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=EditionKind)
    revision = models.ForeignKey("sheets.AnswerRevision", models.PROTECT, related_name="evaluation_editions")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=300, blank=True, default="")
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["sheet", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="evaluation_edition_number_once"),
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(kind="published"), name="evaluation_edition_published_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=EditionKind.values), name="evaluation_edition_kind"),
            models.CheckConstraint(
                condition=~Q(kind="corrected") | ~Q(reason=""), name="evaluation_edition_correction_reasoned"
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="evaluation_edition_digest_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}#{self.number}"
