"""A value by ward or group: every cell is kept, and only cells that tell nobody's secret are shown."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .observations import Observation


class Breakdown(models.Model):
    """One cut of one observation, by one or several dimensions (``ward``; ``ward`` and ``age``).

    ``links`` names the cuts that were protected together; ``method`` the version of the suppression and
    ``least_cell`` the threshold it ran with. A new cut of the same value is a new row; the last one counts.
    """

    observation = models.ForeignKey(Observation, models.PROTECT, related_name="breakdowns")
    dimensions = models.JSONField()
    number = models.PositiveSmallIntegerField(default=1)
    method = models.CharField(max_length=60)
    least_cell = models.PositiveSmallIntegerField()
    links = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["observation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["observation", "number"], name="figures_breakdown_number_once"),
            models.CheckConstraint(condition=~Q(method=""), name="figures_breakdown_protected"),
        ]

    def __str__(self) -> str:
        return f"{self.observation_id}:{self.number}"


class Cell(models.Model):
    """One cell of a cut: the member of each dimension (empty: the total over it), its value and its state."""

    class State(models.TextChoices):
        SHOWN = "shown"
        PRIMARY = "primary"
        COMPLEMENTARY = "complementary"

    breakdown = models.ForeignKey(Breakdown, models.PROTECT, related_name="cells")
    key = models.JSONField()
    order = models.PositiveIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=14, choices=State)

    class Meta:
        ordering = ["breakdown", "order"]
        constraints = [
            models.UniqueConstraint(fields=["breakdown", "order"], name="figures_cell_order_once"),
            models.CheckConstraint(
                condition=Q(state__in=["shown", "primary", "complementary"]), name="figures_cell_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.breakdown_id}:{self.order}"


class Computation(models.Model):
    """One counting of a metric: what was asked, of how many rows, and the digest of what it saw.

    The evidence of the values it gave. It is kept even when the values it gave were those that stood.
    """

    evidence = models.OneToOneField("figures.Evidence", models.PROTECT, related_name="computation")
    metric = models.CharField(max_length=80)
    definition = models.TextField()
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    rows_seen = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    computed_at = models.DateTimeField(default=timezone.now)
    computed_by = models.UUIDField()

    class Meta:
        ordering = ["-computed_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="figures_computation_reasoned"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="figures_computation_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.computed_at:%Y-%m-%d}"
