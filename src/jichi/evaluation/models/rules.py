"""Rule sets: how a city grades, as data with two dates and a source."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jichi.evaluation.enums import RuleSetKind


class RuleSet(models.Model):
    """A named rule. What it says is in its versions."""

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=RuleSetKind, default=RuleSetKind.GRADING)
    title = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="evaluation_ruleset_titled"),
            models.CheckConstraint(condition=Q(kind__in=RuleSetKind.values), name="evaluation_ruleset_kind"),
        ]

    def __str__(self) -> str:
        return self.title


class RuleSetVersion(models.Model):
    """What a rule set says from ``in_force_from`` on, as the city has known it since ``known_from``.

    ``is_confirmed`` false: the city has not confirmed the wording, and pages say so. Never changed.
    """

    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True)
    known_from = models.DateField()
    is_confirmed = models.BooleanField(default=False)
    source = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["rule_set", "number"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "number"], name="evaluation_version_number_once"),
            models.UniqueConstraint(fields=["rule_set", "digest"], name="evaluation_version_digest_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="evaluation_version_from_one"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="evaluation_version_digest_form"
            ),
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                name="evaluation_version_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set_id}#{self.number}"
