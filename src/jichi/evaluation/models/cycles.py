"""The evaluation of one fiscal year or of one plan: its rules, its deadlines and how far it is shown."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jichi.evaluation.enums import CycleKind, CycleState, SheetKind
from jichi.plan.models import Plan
from jichi.plan.models.plans import year_check

from .rules import RuleSetVersion


class Cycle(models.Model):
    """One evaluation. ``fiscal_year`` is the year whose results are judged.

    ``check_levels``: 1 the section, 2 section and bureau must pass a sheet before it reaches the planning
    section. ``committee_from``, ``council_from`` and ``public_from`` are the stages' switches: null is off, a
    moment to come is an embargo. ``proposals`` null: Jichi proposes nothing. ``route_key`` names the office's
    route that must have decided before publication; empty: none is needed.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="cycles")
    fiscal_year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=CycleKind, default=CycleKind.YEARLY)
    title = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=CycleState, default=CycleState.PREPARING)
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="cycles"
    )
    rule = models.ForeignKey(RuleSetVersion, models.PROTECT, null=True, blank=True, related_name="cycles")
    proposals = models.ForeignKey(
        RuleSetVersion, models.PROTECT, null=True, blank=True, related_name="proposing_cycles"
    )
    check_levels = models.PositiveSmallIntegerField(default=2)
    route_key = models.SlugField(max_length=60, blank=True, default="")
    instructions = models.TextField(blank=True, default="")
    due_department = models.DateField()
    due_section = models.DateField()
    due_bureau = models.DateField()
    due_planning = models.DateField()
    committee_from = models.DateTimeField(null=True, blank=True)
    council_from = models.DateTimeField(null=True, blank=True)
    public_from = models.DateTimeField(null=True, blank=True)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="following")
    opened_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    is_imported = models.BooleanField(default=False)
    is_sample = models.BooleanField(default=False)
    created_by = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-fiscal_year", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "fiscal_year", "kind"], name="evaluation_cycle_once"),
            models.CheckConstraint(condition=~Q(title=""), name="evaluation_cycle_titled"),
            models.CheckConstraint(condition=Q(kind__in=CycleKind.values), name="evaluation_cycle_kind"),
            models.CheckConstraint(
                condition=Q(state="preparing", opened_at__isnull=True, published_at__isnull=True)
                | Q(state="open", opened_at__isnull=False, published_at__isnull=True)
                | Q(state="published", opened_at__isnull=False, published_at__isnull=False),
                name="evaluation_cycle_state_dated",
            ),
            models.CheckConstraint(
                condition=Q(check_levels__gte=1, check_levels__lte=2), name="evaluation_cycle_check_levels"
            ),
            models.CheckConstraint(
                condition=Q(due_section__gte=F("due_department"))
                & Q(due_bureau__gte=F("due_section"))
                & Q(due_planning__gte=F("due_bureau")),
                name="evaluation_cycle_dues_in_order",
            ),
            models.CheckConstraint(
                condition=Q(public_from__isnull=True) | Q(state="published"),
                name="evaluation_cycle_public_when_published",
            ),
            year_check("fiscal_year", "evaluation_cycle_year"),
        ]

    def __str__(self) -> str:
        return self.title


class CycleForm(models.Model):
    """The version of the form that one kind of sheet follows in a cycle."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="forms")
    sheet_kind = models.CharField(max_length=12, choices=SheetKind)
    form_version = models.ForeignKey("sheets.FormVersion", models.PROTECT, related_name="evaluation_cycles")

    class Meta:
        ordering = ["cycle", "sheet_kind"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "sheet_kind"], name="evaluation_cycleform_once"),
            models.CheckConstraint(
                condition=Q(sheet_kind__in=SheetKind.values), name="evaluation_cycleform_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id}:{self.sheet_kind}"
