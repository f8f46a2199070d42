"""What exactly a figure counts, and where it truly comes from: decided, dated, never rewritten."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jichi.plan.models import ProjectFigure, Series

from .observations import Counting, Quantity, SourceKind


def one_subject(name: str) -> models.CheckConstraint:
    """A constraint that exactly one of ``series`` and ``project_figure`` is given."""
    return models.CheckConstraint(
        condition=Q(series__isnull=False, project_figure__isnull=True)
        | Q(series__isnull=True, project_figure__isnull=False),
        name=name,
    )


class Definition(models.Model):
    """What exactly the values under one code count. Another code is another line: nothing is computed across.

    ``code`` is that of :attr:`Observation.definition`. ``wording`` is the question as asked, for a survey.
    ``break_reason`` says why it differs from the definition before; the first has none.
    """

    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="definitions")
    project_figure = models.ForeignKey(
        ProjectFigure, models.PROTECT, null=True, blank=True, related_name="definitions"
    )
    code = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField(default=1)
    counts = models.TextField()
    counts_not = models.TextField(blank=True, default="")
    wording = models.TextField(blank=True, default="")
    quantity = models.CharField(max_length=12, choices=Quantity, blank=True, default="")
    counting = models.CharField(max_length=12, choices=Counting, blank=True, default="")
    first_year = models.PositiveSmallIntegerField(null=True, blank=True)
    break_reason = models.CharField(max_length=300, blank=True, default="")
    confirmed = models.BooleanField(default=False)
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["order"]
        constraints = [
            one_subject("figures_definition_one_subject"),
            models.UniqueConstraint(
                fields=["series", "code"],
                condition=Q(series__isnull=False),
                name="figures_definition_series_code",
            ),
            models.UniqueConstraint(
                fields=["project_figure", "code"],
                condition=Q(project_figure__isnull=False),
                name="figures_definition_figure_code",
            ),
            models.UniqueConstraint(
                fields=["series", "order"],
                condition=Q(series__isnull=False),
                name="figures_definition_series_order",
            ),
            models.UniqueConstraint(
                fields=["project_figure", "order"],
                condition=Q(project_figure__isnull=False),
                name="figures_definition_figure_order",
            ),
            models.CheckConstraint(condition=~Q(code="") & ~Q(counts=""), name="figures_definition_said"),
            models.CheckConstraint(
                condition=Q(order=1) | ~Q(break_reason=""), name="figures_definition_break_reasoned"
            ),
            models.CheckConstraint(
                condition=Q(quantity__in=["", *Quantity.values]), name="figures_definition_quantity_known"
            ),
            models.CheckConstraint(
                condition=Q(counting__in=["", *Counting.values]), name="figures_definition_counting_known"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Binding(models.Model):
    """Where a figure truly comes from, from a day on: its source, its owner and when it is due.

    Changed only by a dated decision: a change is a new row with the next ``number``; a trigger refuses to
    rewrite or delete one. In force on a day is the last whose ``valid_from`` is not after it.

    ``via`` says by which way of the house values arrive, ``source_key`` by which of them: a metric's key, an
    inquiry's series, a table source, ``survey/question``. ``due_month``/``due_day`` is the day by which a
    year's value is to be there, ``due_years`` years after the calendar year in which the fiscal year began;
    all null: not known. ``every_years`` above 1: not measured each year, beginning with ``first_year``.
    """

    class Via(models.TextChoices):
        METRIC = "metric", _("Counted from what runs here")
        INQUIRY = "inquiry", _("Inquiry to departments and operators")
        TABLE = "table", _("Imported table of statistics")
        SURVEY = "survey", _("Imported survey report")
        ENTRY = "entry", _("Entered with its document")

    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="bindings")
    project_figure = models.ForeignKey(
        ProjectFigure, models.PROTECT, null=True, blank=True, related_name="bindings"
    )
    number = models.PositiveSmallIntegerField()
    source_kind = models.CharField(max_length=20, choices=SourceKind)
    via = models.CharField(max_length=10, choices=Via, default=Via.ENTRY)
    source_key = models.CharField(max_length=120, blank=True, default="")
    definition = models.CharField(max_length=40, default="1")
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="figure_bindings"
    )
    due_month = models.PositiveSmallIntegerField(null=True, blank=True)
    due_day = models.PositiveSmallIntegerField(null=True, blank=True)
    due_years = models.PositiveSmallIntegerField(default=1)
    every_years = models.PositiveSmallIntegerField(default=1)
    first_year = models.PositiveSmallIntegerField(null=True, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    confirmed = models.BooleanField(default=False)
    valid_from = models.DateField()
    decided_on = models.DateField()
    decision = models.CharField(max_length=300)
    decided_by = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["valid_from", "number"]
        constraints = [
            one_subject("figures_binding_one_subject"),
            models.UniqueConstraint(
                fields=["series", "number"],
                condition=Q(series__isnull=False),
                name="figures_binding_series_number",
            ),
            models.UniqueConstraint(
                fields=["project_figure", "number"],
                condition=Q(project_figure__isnull=False),
                name="figures_binding_figure_number",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="figures_binding_number_from_one"),
            models.CheckConstraint(
                condition=Q(source_kind__in=SourceKind.values), name="figures_binding_source_known"
            ),
            models.CheckConstraint(
                condition=Q(via__in=["metric", "inquiry", "table", "survey", "entry"]),
                name="figures_binding_via_known",
            ),
            models.CheckConstraint(
                condition=Q(via="entry") | ~Q(source_key=""), name="figures_binding_way_is_named"
            ),
            models.CheckConstraint(condition=~Q(decision=""), name="figures_binding_decided"),
            models.CheckConstraint(
                condition=Q(due_month__isnull=True, due_day__isnull=True)
                | Q(due_month__gte=1, due_month__lte=12, due_day__gte=1, due_day__lte=31),
                name="figures_binding_due_whole",
            ),
            models.CheckConstraint(condition=Q(every_years__gte=1), name="figures_binding_every_year"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.source_kind}"


class Publicity(models.Model):
    """What of the figures' state the city shows to everyone. One row, with id 1.

    ``least_cell``: a cell of a breakdown that counts fewer than this many (and not none) is hidden.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    shows_late = models.BooleanField(default=False)
    least_cell = models.PositiveSmallIntegerField(default=10)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "publicity"
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="figures_publicity_single_row"),
            models.CheckConstraint(condition=Q(least_cell__gte=1), name="figures_publicity_least_cell"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
