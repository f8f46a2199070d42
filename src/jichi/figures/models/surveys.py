"""Finished survey reports: waves, how people were asked, what exactly, and the published tables."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jichi.plan.models import ProjectFigure, Series

from .bindings import one_subject


class Survey(models.Model):
    """A survey that the city or another body carries out, once or again and again."""

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=120)
    department = models.ForeignKey(
        "city.Department", models.PROTECT, null=True, blank=True, related_name="surveys"
    )
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(publisher=""), name="figures_survey_said"),
        ]

    def __str__(self) -> str:
        return self.title


class SurveyWave(models.Model):
    """One finished wave: when, how, of whom, how many answered, and the report it is known from.

    Only a ``probability`` sample allows an interval. ``design_effect`` null: the report tells none.
    A wave that was not run is a wave too, with ``not_run_reason``. ``evidence`` is the report last taken in;
    :class:`SurveyReport` keeps them all. ``published_at`` is the switch by which the wave is shown before any
    of its values is public.
    """

    class Sampling(models.TextChoices):
        PROBABILITY = "probability", _("Probability sample")
        CENSUS = "census", _("Everybody was asked")
        PANEL = "panel", _("Panel of volunteers (opt-in)")
        EXIT = "exit", _("Questionnaire at the exit or counter")
        OTHER = "other", _("Other, or not said")

    class Mode(models.TextChoices):
        MAIL = "mail", _("By post")
        WEB = "web", _("On the web")
        MIXED = "mixed", _("By post and on the web")
        INTERVIEW = "interview", _("Interview")
        PAPER = "paper", _("Paper handed out")
        PHONE = "phone", _("By telephone")
        OTHER = "other", _("Other, or not said")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="waves")
    key = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    fiscal_year = models.PositiveSmallIntegerField()
    sampling = models.CharField(max_length=12, choices=Sampling)
    mode = models.CharField(max_length=12, choices=Mode)
    design = models.TextField(blank=True, default="")
    population = models.CharField(max_length=200, blank=True, default="")
    asked = models.PositiveIntegerField(null=True, blank=True)
    answered = models.PositiveIntegerField(null=True, blank=True)
    field_first = models.DateField(null=True, blank=True)
    field_last = models.DateField(null=True, blank=True)
    weighting = models.TextField(blank=True, default="")
    design_effect = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    not_run_reason = models.CharField(max_length=300, blank=True, default="")
    evidence = models.OneToOneField(
        "figures.Evidence", models.PROTECT, null=True, blank=True, related_name="survey_wave"
    )
    is_sample = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True, blank=True)
    translations = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["survey", "fiscal_year", "key"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "key"], name="figures_wave_key_once"),
            models.CheckConstraint(
                condition=Q(asked__isnull=True) | Q(answered__isnull=True) | Q(answered__lte=F("asked")),
                name="figures_wave_answered_of_asked",
            ),
            models.CheckConstraint(
                condition=Q(field_first__isnull=True)
                | Q(field_last__isnull=True)
                | Q(field_last__gte=F("field_first")),
                name="figures_wave_field_in_order",
            ),
            models.CheckConstraint(
                condition=Q(design_effect__isnull=True) | Q(sampling="probability", design_effect__gt=0),
                name="figures_wave_effect_only_samples",
            ),
            models.CheckConstraint(
                condition=Q(not_run_reason="") | Q(answered__isnull=True), name="figures_wave_not_run"
            ),
            models.CheckConstraint(
                condition=Q(sampling__in=["probability", "census", "panel", "exit", "other"]),
                name="figures_wave_sampling_known",
            ),
            models.CheckConstraint(
                condition=Q(mode__in=["mail", "web", "mixed", "interview", "paper", "phone", "other"]),
                name="figures_wave_mode_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SurveyQuestion(models.Model):
    """A question of a wave, worded as it was asked. ``definition`` is the code of its wording.

    ``code`` names the same question in every wave, whatever number the report prints for it. Where somebody
    decided that another wording asks the same, or asks something else, ``decision_reason`` says why.
    """

    wave = models.ForeignKey(SurveyWave, models.PROTECT, related_name="questions")
    code = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField()
    wording = models.TextField()
    definition = models.CharField(max_length=40)
    decision_reason = models.CharField(max_length=300, blank=True, default="")
    several = models.BooleanField(default=False)
    translations = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["wave", "order"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "code"], name="figures_question_code_once"),
            models.CheckConstraint(condition=~Q(wording=""), name="figures_question_worded"),
        ]

    def __str__(self) -> str:
        return self.code


class SurveyCell(models.Model):
    """A published number of a question: an option, in all or in one group, as percentage or count of n.

    A ``subtotal`` adds other options up (感じる・計) and is no answer of its own; a ``score`` is a mean of
    points, printed where there is no percentage. ``decimals`` is the printed precision of either.
    """

    question = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="cells")
    dimension = models.CharField(max_length=40, blank=True, default="")
    group = models.CharField(max_length=80, blank=True, default="")
    option = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField()
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(default=1)
    count = models.PositiveIntegerField(null=True, blank=True)
    score = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    subtotal = models.BooleanField(default=False)

    class Meta:
        ordering = ["question", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "dimension", "group", "option"], name="figures_survey_cell_once"
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100),
                name="figures_survey_cell_percent",
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=True) | Q(n__isnull=True) | Q(count__lte=F("n")),
                name="figures_survey_cell_count",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=False) | Q(count__isnull=False) | Q(score__isnull=False),
                name="figures_survey_cell_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.option}"


class SurveyTarget(models.Model):
    """Which answers of a survey's question measure which figure: the options whose shares are added."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="targets")
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="survey_targets")
    project_figure = models.ForeignKey(
        ProjectFigure, models.PROTECT, null=True, blank=True, related_name="survey_targets"
    )
    question = models.CharField(max_length=40)
    options = models.JSONField()
    dimension = models.CharField(max_length=40, blank=True, default="")
    group = models.CharField(max_length=80, blank=True, default="")
    decimals = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["survey", "question"]
        constraints = [
            one_subject("figures_survey_target_one_subject"),
            models.UniqueConstraint(
                fields=["survey", "series"],
                condition=Q(series__isnull=False),
                name="figures_survey_target_series_once",
            ),
            models.UniqueConstraint(
                fields=["survey", "project_figure"],
                condition=Q(project_figure__isnull=False),
                name="figures_survey_target_figure_once",
            ),
        ]

    def __str__(self) -> str:
        return self.question


class SurveyReport(models.Model):
    """One taking-in of a wave's report: the file as it came and all that was read from it; never changed.

    A report taken in again is the next ``number``, with the ``reason`` and what differs from the one before.
    """

    wave = models.ForeignKey(SurveyWave, models.PROTECT, related_name="reports")
    number = models.PositiveSmallIntegerField()
    evidence = models.OneToOneField("figures.Evidence", models.PROTECT, related_name="survey_report")
    content = models.BinaryField(null=True, blank=True)
    data = models.JSONField()
    changes = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.UUIDField()

    class Meta:
        ordering = ["wave", "number"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="figures_survey_report_number_once"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="figures_survey_report_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}#{self.number}"


class SurveyDraft(models.Model):
    """A report between its first page of a form, or its upload, and its confirmation. It is no record.

    ``data`` is the report as far as it is known, ``decisions`` what was decided on changed wordings.
    """

    MAX_BYTES = 5 * 1024 * 1024

    token = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="drafts")
    filename = models.CharField(max_length=255, blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    content = models.BinaryField(null=True, blank=True)
    data = models.JSONField()
    decisions = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.UUIDField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="figures_survey_draft_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return str(self.token)
