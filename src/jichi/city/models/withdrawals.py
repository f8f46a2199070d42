"""Grants taken back at once: a row beside the grant, because a grant itself is never deleted."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from .people import Grant


class GrantWithdrawal(models.Model):
    """Ends a grant from this moment, whatever its last day says: a wrong grant, or a person who must stop
    now.

    ``valid_to`` alone works by whole days, so a grant given today could not be stopped before midnight.
    """

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="withdrawal")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="city_withdrawal_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} withdrawn"
