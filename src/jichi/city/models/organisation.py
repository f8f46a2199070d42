"""The city, its wards and its departments, which reorganise and are therefore dated."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class City(models.Model):
    """The one city of this installation.

    ``code`` is the six-digit national code of local governments (全国地方公共団体コード). The database holds
    one row, with id 1: one installation is one city.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=100)
    translations = models.JSONField(default=dict, blank=True)
    fiscal_year_start_month = models.PositiveSmallIntegerField(default=4)
    is_sample = models.BooleanField(default=False)
    pack = models.CharField(max_length=50)
    licence = models.JSONField(default=dict, blank=True)
    readings = models.JSONField(default=dict, blank=True)
    default_plan_key = models.CharField(max_length=60, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="city_single_row"),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{6}$"), name="city_code_six_digits"),
            models.CheckConstraint(
                condition=Q(fiscal_year_start_month__gte=1, fiscal_year_start_month__lte=12),
                name="city_fiscal_month",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Ward(models.Model):
    """A ward (区): a part of the city that also owns work, through the departments that belong to it."""

    key = models.SlugField(max_length=40, unique=True)
    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=60)
    reading = models.CharField(max_length=80, blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    order = models.PositiveSmallIntegerField(unique=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{6}$"), name="city_ward_code_six_digits"),
        ]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """An office of the city at some time: bureau, division, section or ward office.

    ``valid_from``/``valid_to`` are the first and last day it exists; ``None`` means unknown or still open.
    """

    class Kind(models.TextChoices):
        BUREAU = "bureau"
        DIVISION = "division"
        SECTION = "section"
        WARD_OFFICE = "ward_office"
        OTHER = "other"

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    translations = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, blank=True, related_name="departments")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source_note = models.CharField(max_length=300, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="city_department_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(kind="ward_office") | Q(ward__isnull=False), name="city_ward_office_has_ward"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="city_department_not_its_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DepartmentSuccession(models.Model):
    """Which office took over from which, and from what day: work follows it."""

    predecessor = models.ForeignKey(Department, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Department, models.PROTECT, related_name="inheritances")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="city_succession_once"),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="city_succession_between_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
