"""Tables of a ministry, a prefecture or the city: mapped once, taken in again each year with a diff."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jichi.plan.models import ProjectFigure, Series

from .bindings import one_subject
from .observations import Counting, Quantity


class TableSource(models.Model):
    """A table that somebody publishes again and again, and who of the city takes it in."""

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=120)
    url = models.URLField(max_length=500, blank=True, default="")
    licence = models.CharField(max_length=120, blank=True, default="")
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="table_sources"
    )
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(publisher=""), name="figures_source_said"),
        ]

    def __str__(self) -> str:
        return self.title


class TableMapping(models.Model):
    """How the table is laid out: sheet, head rows, key columns, wide or long. A change is a new number."""

    source = models.ForeignKey(TableSource, models.PROTECT, related_name="mappings")
    number = models.PositiveSmallIntegerField()
    layout = models.JSONField()
    reason = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.UUIDField()

    class Meta:
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="figures_mapping_number_once"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="figures_mapping_change_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}#{self.number}"


class TableTarget(models.Model):
    """Which place of the table measures which figure: ``select`` maps a key column to the member wanted."""

    source = models.ForeignKey(TableSource, models.CASCADE, related_name="targets")
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="table_targets")
    project_figure = models.ForeignKey(
        ProjectFigure, models.PROTECT, null=True, blank=True, related_name="table_targets"
    )
    order = models.PositiveSmallIntegerField(default=1)
    select = models.JSONField()
    column = models.CharField(max_length=200)
    factor = models.DecimalField(max_digits=12, decimal_places=6, default=1)
    decimals = models.PositiveSmallIntegerField(default=0)
    definition = models.CharField(max_length=40, default="1")
    quantity = models.CharField(max_length=12, choices=Quantity, blank=True, default="")
    counting = models.CharField(max_length=12, choices=Counting, blank=True, default="")

    class Meta:
        ordering = ["source", "order"]
        constraints = [
            one_subject("figures_table_target_one_subject"),
            models.UniqueConstraint(fields=["source", "order"], name="figures_table_target_order_once"),
            models.UniqueConstraint(
                fields=["source", "series", "definition"],
                condition=Q(series__isnull=False),
                name="figures_table_target_series_once",
            ),
            models.UniqueConstraint(
                fields=["source", "project_figure", "definition"],
                condition=Q(project_figure__isnull=False),
                name="figures_table_target_figure_once",
            ),
            models.CheckConstraint(condition=~Q(column=""), name="figures_table_target_column"),
        ]

    def __str__(self) -> str:
        return self.column


class TableImport(models.Model):
    """One file of a table source: as it came, as it was read, and what differs from the one before.

    Staged until somebody confirms it; a table taken in is never changed or deleted (trigger), one that was
    discarded keeps its checksum but not its content. ``mapping`` null: the layout is yet to be said.

    ``rows`` is what was read (``columns`` and ``rows``, see :mod:`jichi.figures.statistics.stored`),
    ``problems`` what could not be, ``diff`` what differs from ``previous``.
    """

    class State(models.TextChoices):
        STAGED = "staged"
        TAKEN = "taken"
        DISCARDED = "discarded"

    source = models.ForeignKey(TableSource, models.PROTECT, related_name="imports")
    mapping = models.ForeignKey(TableMapping, models.PROTECT, null=True, blank=True, related_name="imports")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="following")
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    as_of = models.DateField(null=True, blank=True)
    fiscal_year = models.PositiveSmallIntegerField()
    published_on = models.DateField(null=True, blank=True)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    diff = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.STAGED)
    evidence = models.OneToOneField(
        "figures.Evidence", models.PROTECT, null=True, blank=True, related_name="table_import"
    )
    staged_by = models.UUIDField()
    staged_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["source", "-staged_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "sha256", "fiscal_year"],
                condition=Q(state="taken"),
                name="figures_import_taken_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="taken", taken_at__isnull=False, evidence__isnull=False, mapping__isnull=False
                )
                | Q(state__in=["staged", "discarded"], taken_at__isnull=True, evidence__isnull=True),
                name="figures_import_state_dated",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="figures_import_checksum"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.fiscal_year}"
