"""What was measured: observations, each with its evidence. Values are never overwritten."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jichi.plan.models import ProjectFigure, Series
from jichi.plan.models.plans import year_check


class SourceKind(models.TextChoices):
    """Where a figure truly comes from."""

    PROBABILITY_SURVEY = "probability_survey", _("Probability sample survey")
    OTHER_SURVEY = "other_survey", _("Other survey")
    DEPARTMENTS = "departments", _("Returns from departments")
    ORGANISER = "organiser", _("Organiser's slip")
    OPERATOR = "operator", _("Operator's report")
    OUTSIDE_STATISTICS = "outside_statistics", _("Statistics of another body")
    REGISTER = "register", _("Register kept by the city")
    DOCUMENT = "document", _("Published document")


class Quantity(models.TextChoices):
    """What kind of quantity a value is: at a date, in a period, or since a start; a rate has none of them."""

    STOCK = "stock", _("Stock: at a date")
    FLOW = "flow", _("Flow: in a period")
    CUMULATIVE = "cumulative", _("Cumulative: since a start")
    RATE = "rate", _("Rate or score")


class Counting(models.TextChoices):
    """Whether one who came twice counts twice (延べ) or once (実)."""

    TIMES = "times", _("Every time counted (total number)")
    DISTINCT = "distinct", _("Each counted once (distinct number)")


class Evidence(models.Model):
    """What values were taken from: a document, the returns of an inquiry, a table, a survey, a computation.

    ``kind`` says which; the merge, import, wave or computation itself points here, so that two steps lead
    from a number to it.
    """

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("Document")
        INQUIRY = "inquiry", _("Returns of an inquiry")
        TABLE = "table", _("Imported table")
        SURVEY = "survey", _("Survey report")
        COMPUTATION = "computation", _("Computation")

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.DOCUMENT)

    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=120, blank=True, default="")
    url = models.URLField(max_length=500, blank=True, default="")
    published_on = models.DateField(null=True, blank=True)
    locator = models.CharField(max_length=120, blank=True, default="")
    filename = models.CharField(max_length=255, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    is_sample = models.BooleanField(default=False)
    translations = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["document", "inquiry", "table", "survey", "computation"]),
                name="figures_evidence_kind_known",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="figures_evidence_titled"),
            models.CheckConstraint(
                condition=Q(sha256="") | Q(sha256__regex=r"^[0-9a-f]{64}$"), name="figures_evidence_checksum"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Observation(models.Model):
    """A measured value of an indicator's series or of a project's yearly number.

    ``value`` null means "not measured", and ``note`` says why. A correction is a new row with the next
    ``revision`` and a reason; a trigger refuses to change what stands. ``coverage_seen``/``coverage_whole``
    say which part of the whole the value saw; an interval is allowed for probability samples only.
    """

    class Status(models.TextChoices):
        PROVISIONAL = "provisional", _("Provisional")
        FINAL = "final", _("Final")
        CORRECTED = "corrected", _("Corrected")

    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="observations")
    project_figure = models.ForeignKey(
        ProjectFigure, models.PROTECT, null=True, blank=True, related_name="observations"
    )
    fiscal_year = models.PositiveSmallIntegerField()
    as_of = models.DateField(null=True, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=30)
    definition = models.CharField(max_length=40, default="1")
    quantity = models.CharField(max_length=12, choices=Quantity, blank=True, default="")
    counting = models.CharField(max_length=12, choices=Counting, blank=True, default="")
    period_first = models.DateField(null=True, blank=True)
    period_last = models.DateField(null=True, blank=True)
    coverage_seen = models.PositiveIntegerField(null=True, blank=True)
    coverage_whole = models.PositiveIntegerField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    interval_low = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    interval_high = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    interval_method = models.CharField(max_length=40, blank=True, default="")
    status = models.CharField(max_length=12, choices=Status, default=Status.FINAL)
    source_kind = models.CharField(max_length=20, choices=SourceKind)
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="observations")
    binding = models.ForeignKey(
        "figures.Binding", models.PROTECT, null=True, blank=True, related_name="observations"
    )
    metric = models.CharField(max_length=80, blank=True, default="")
    rule_version = models.CharField(max_length=80, blank=True, default="")
    computation = models.JSONField(default=dict, blank=True)
    evidence_count = models.PositiveIntegerField(null=True, blank=True)
    evidence_digest = models.CharField(max_length=64, blank=True, default="")
    revision = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=300, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    translations = models.JSONField(default=dict, blank=True)
    entered_at = models.DateTimeField(default=timezone.now)
    entered_by = models.UUIDField()
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="observations"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["fiscal_year", "revision"]
        constraints = [
            models.CheckConstraint(
                condition=Q(series__isnull=False, project_figure__isnull=True)
                | Q(series__isnull=True, project_figure__isnull=False),
                name="figures_observation_one_subject",
            ),
            models.UniqueConstraint(
                fields=["series", "fiscal_year", "definition", "revision"],
                condition=Q(series__isnull=False),
                name="figures_observation_series_revision",
            ),
            models.UniqueConstraint(
                fields=["project_figure", "fiscal_year", "definition", "revision"],
                condition=Q(project_figure__isnull=False),
                name="figures_observation_figure_revision",
            ),
            models.CheckConstraint(
                condition=Q(revision__gte=1), name="figures_observation_revision_from_one"
            ),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(reason=""), name="figures_observation_correction_reasoned"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(note=""), name="figures_observation_missing_has_note"
            ),
            models.CheckConstraint(
                condition=Q(coverage_seen__isnull=True, coverage_whole__isnull=True)
                | Q(
                    coverage_seen__isnull=False, coverage_whole__gte=F("coverage_seen"), coverage_whole__gt=0
                ),
                name="figures_observation_coverage",
            ),
            models.CheckConstraint(
                condition=Q(interval_low__isnull=True, interval_high__isnull=True)
                | Q(
                    source_kind="probability_survey",
                    interval_low__isnull=False,
                    interval_high__gte=F("interval_low"),
                ),
                name="figures_observation_interval_only_samples",
            ),
            models.CheckConstraint(
                condition=Q(source_kind__in=SourceKind.values), name="figures_observation_source_known"
            ),
            models.CheckConstraint(
                condition=Q(quantity__in=["", *Quantity.values]), name="figures_observation_quantity_known"
            ),
            models.CheckConstraint(
                condition=Q(counting__in=["", *Counting.values]), name="figures_observation_counting_known"
            ),
            models.CheckConstraint(
                condition=Q(period_first__isnull=True, period_last__isnull=True)
                | Q(period_first__isnull=False, period_last__gte=F("period_first")),
                name="figures_observation_period_in_order",
            ),
            year_check("fiscal_year", "figures_observation_year"),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}: {self.value}"


class StagedUpload(models.Model):
    """A table of values between upload and confirmation. Nothing of it is entered before it is confirmed.

    ``options`` says what the form said beside the file (evidence, source, status). It is no record: it
    goes when it is confirmed, discarded or too old.
    """

    MAX_BYTES = 5 * 1024 * 1024

    token = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    filename = models.CharField(max_length=255)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    staged_by = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="figures_staged_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return self.filename
