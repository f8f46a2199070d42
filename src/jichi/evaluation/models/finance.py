"""Budget and settlement lines of the finance system, many to many with projects."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jichi.evaluation.enums import AmountKind
from jichi.plan.models import Node
from jichi.plan.models.plans import year_check


class FinanceImport(models.Model):
    """One file of the finance system that was taken in, kept as evidence. Never changed."""

    kind = models.CharField(max_length=10, choices=AmountKind)
    fiscal_year = models.PositiveSmallIntegerField()
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    row_count = models.PositiveIntegerField()
    report = models.JSONField(default=dict)
    taken_by = models.UUIDField()
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-taken_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "fiscal_year", "sha256"], name="evaluation_finance_file_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=AmountKind.values), name="evaluation_finance_kind"),
            year_check("fiscal_year", "evaluation_finance_year"),
        ]

    def __str__(self) -> str:
        return self.filename


class BudgetLine(models.Model):
    """A line of one year's budget: account (会計), code (款項目…) and name as the finance system has them."""

    fiscal_year = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=60, blank=True, default="")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    department_name = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ["fiscal_year", "account", "code"]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "account", "code"], name="evaluation_line_once"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="evaluation_line_named"),
            year_check("fiscal_year", "evaluation_line_year"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class BudgetAmount(models.Model):
    """What a line says, in yen: its amount and the sources it is paid from. A changed one is a new revision.

    A source that the file leaves empty is null, never zero.
    """

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="amounts")
    kind = models.CharField(max_length=10, choices=AmountKind)
    revision = models.PositiveSmallIntegerField(default=1)
    amount = models.BigIntegerField()
    national = models.BigIntegerField(null=True, blank=True)
    bonds = models.BigIntegerField(null=True, blank=True)
    other = models.BigIntegerField(null=True, blank=True)
    general = models.BigIntegerField(null=True, blank=True)
    taken_from = models.ForeignKey(FinanceImport, models.PROTECT, related_name="amounts")
    row_number = models.PositiveIntegerField()

    class Meta:
        ordering = ["line", "kind", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["line", "kind", "revision"], name="evaluation_amount_once"),
            models.CheckConstraint(
                condition=Q(national__isnull=True)
                | Q(bonds__isnull=True)
                | Q(other__isnull=True)
                | Q(general__isnull=True)
                | Q(
                    amount=models.F("national") + models.F("bonds") + models.F("other") + models.F("general")
                ),
                name="evaluation_amount_sources_add_up",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="evaluation_amount_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.kind}: {self.amount}"


class BudgetShare(models.Model):
    """Which part of a line a project bears, in per cent. Over one line they never exceed 100 (a trigger)."""

    line = models.ForeignKey(BudgetLine, models.CASCADE, related_name="shares")
    node = models.ForeignKey(Node, models.PROTECT, related_name="budget_shares")
    percent = models.DecimalField(max_digits=6, decimal_places=3, default=100)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["line", "node"]
        constraints = [
            models.UniqueConstraint(fields=["line", "node"], name="evaluation_share_once"),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100), name="evaluation_share_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} → {self.node_id}: {self.percent}%"
