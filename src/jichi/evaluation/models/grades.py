"""Grades of indicators, and judgements that Jichi proposed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jichi.figures.models import Observation
from jichi.plan.models import Placement, Series
from jichi.plan.models.plans import year_check

from .cycles import Cycle
from .rules import RuleSetVersion
from .sheets import Sheet


class Grade(models.Model):
    """The grade of one series in one cycle, with everything it was made from. Never changed.

    ``grade`` empty: it cannot be judged, and ``cause`` says why (a :class:`jichi.methods.rating.Reason`).
    ``case`` holds the numbers it was made from, ``steps`` every clause that was tried, ``beside`` what stands
    beside it (progress, expectation, interval, flags). Another one is the next revision, with its reason.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="grades")
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="grades")
    series = models.ForeignKey(Series, models.PROTECT, related_name="grades")
    rule = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="grades")
    revision = models.PositiveSmallIntegerField(default=1)
    grade = models.CharField(max_length=20, blank=True, default="")
    cause = models.CharField(max_length=40, blank=True, default="")
    observation = models.ForeignKey(Observation, models.PROTECT, null=True, blank=True, related_name="grades")
    case = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    beside = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True, default="")
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["cycle", "placement", "series", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "placement", "series", "revision"], name="evaluation_grade_revision_once"
            ),
            models.CheckConstraint(
                condition=(~Q(grade="") & Q(cause="")) | (Q(grade="") & ~Q(cause="")),
                name="evaluation_grade_or_cause",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="evaluation_grade_from_one"),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(reason=""), name="evaluation_grade_change_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return self.grade or self.cause


class StartValue(models.Model):
    """A value set for the purpose (個別設定値) in place of a plan's current value. Never changed.

    The newest revision counts, from the day it was set; ``value`` null takes it back. ``reason`` says why it
    stands in place of what the plan prints, and where it comes from.
    """

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="start_values")
    series = models.ForeignKey(Series, models.PROTECT, related_name="start_values")
    revision = models.PositiveSmallIntegerField(default=1)
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    fiscal_year = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    set_by = models.UUIDField()
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["placement", "series", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["placement", "series", "revision"], name="evaluation_start_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="evaluation_start_reasoned"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="evaluation_start_from_one"),
            year_check("fiscal_year", "evaluation_start_year"),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id}: {self.value}"


class Proposal(models.Model):
    """A judgement that Jichi proposed for one answer of a sheet, with why. An official record: never changed.

    It is made only where the city turned it on, is never published as the city's judgement, and a person
    decides; see :class:`ProposalDecision`.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="proposals")
    field = models.CharField(max_length=80)
    number = models.PositiveSmallIntegerField(default=1)
    value = models.CharField(max_length=40)
    reasons = models.JSONField(default=list)
    rule = models.ForeignKey(RuleSetVersion, models.PROTECT, related_name="proposals_made")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["sheet", "field", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "field", "number"], name="evaluation_proposal_number_once"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="evaluation_proposal_says"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"


class ProposalDecision(models.Model):
    """What a person decided where Jichi had proposed: the same, or another value with a written reason."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="decisions")
    value = models.CharField(max_length=40)
    agrees = models.BooleanField()
    reason = models.TextField(blank=True, default="")
    revision = models.PositiveIntegerField()
    by = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["proposal", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(reason=""), name="evaluation_decision_other_reasoned"
            ),
            models.UniqueConstraint(
                fields=["proposal", "revision"], name="evaluation_decision_once_a_revision"
            ),
        ]

    def __str__(self) -> str:
        return self.value
