"""Periods, thresholds and lists that law or city set: dated twice and only ever added (house, law 5)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class DatedRule(models.Model):
    """One value of a rule as it holds from a day on.

    ``in_force_from`` (to ``in_force_to``, its last day) says for what it holds, ``known_from`` since when the
    city has known it. Of two that both hold and were both known the one known later counts. ``value`` is any
    JSON value, ``unit`` what a number counts (``day``, ``working_day``, ``year``…); ``confirmed`` is false
    while nobody has checked the source. ``translations`` is {language: {"title": …, "source": …, "note": …}}.
    """

    class Boundary(models.TextChoices):
        AT_LEAST = "at_least"
        OVER = "over"
        AT_MOST = "at_most"
        UNDER = "under"
        EXACTLY = "exactly"

    key = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    value = models.JSONField()
    unit = models.CharField(max_length=30, blank=True, default="")
    boundary = models.CharField(max_length=10, choices=Boundary.choices, default=Boundary.EXACTLY)
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True)
    known_from = models.DateField()
    source = models.CharField(max_length=300)
    source_url = models.CharField(max_length=400, blank=True, default="")
    confirmed = models.BooleanField(default=False)
    note = models.CharField(max_length=400, blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key", "in_force_from", "known_from", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key", "digest"], name="city_datedrule_content_once"),
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                name="city_datedrule_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(boundary__in=["at_least", "over", "at_most", "under", "exactly"]),
                name="city_datedrule_boundary_known",
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(title="") & ~Q(key=""), name="city_datedrule_said"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.in_force_from}"
