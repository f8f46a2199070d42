"""Routes of approval as data: who is asked in which order, in versions that are dated twice."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Route(models.Model):
    """A way on which something is approved (決裁の経路), named by a key that never moves to another.

    ``department`` is the office whose things go this way, with those below it; none: the whole city.
    ``translations`` is {language: {"title": text}}.
    """

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    translations = models.JSONField(default=dict, blank=True)
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="approval_routes"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="office_route_said")]

    def __str__(self) -> str:
        return self.title


class RouteVersion(models.Model):
    """The steps of a route as they hold from a day on; appended, never changed.

    ``in_force_from`` (to ``in_force_to``, its last day, where it was given up) says for what it holds,
    ``known_from`` since when the city has known it. ``steps`` is the list of the pack's schema; ``digest``
    is the SHA-256 over all of it that counts. ``confirmed`` is false while nobody has checked the source.
    """

    route = models.ForeignKey(Route, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    steps = models.JSONField()
    digest = models.CharField(max_length=64)
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True, blank=True)
    known_from = models.DateField()
    source = models.CharField(max_length=300)
    confirmed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["route", "number"]
        constraints = [
            models.UniqueConstraint(fields=["route", "number"], name="office_routeversion_number_once"),
            models.UniqueConstraint(fields=["route", "digest"], name="office_routeversion_content_once"),
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                name="office_routeversion_dates_in_order",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="office_routeversion_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.route_id}/{self.number}"
