"""Lines of the budget: what they say now, which projects bear them, and what is not shared out yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from jichi.city.access import Viewer
from jichi.evaluation.actions import READ_FINANCE
from jichi.evaluation.enums import AmountKind
from jichi.evaluation.models import BudgetAmount, BudgetLine, BudgetShare, FinanceImport
from jichi.plan.enums import LevelKind
from jichi.plan.models import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSeen:
    """A line with its newest amounts (None: not taken in yet) and its shares."""

    line: BudgetLine
    estimate: BudgetAmount | None
    settled: BudgetAmount | None
    shares: tuple[BudgetShare, ...]

    @property
    def shared(self) -> Decimal:
        """How much of it projects bear, in per cent."""
        return sum((one.percent for one in self.shares), Decimal(0))


def lines_for(viewer: Viewer, fiscal_year: int, *, text: str = "", only: str = "") -> QuerySet[BudgetLine]:
    """The lines of a year the viewer may see; ``only="unshared"`` those that no project bears wholly.

    ``text`` is looked for in code, name and office.
    """
    rows = BudgetLine.objects.filter(fiscal_year=fiscal_year).order_by("account", "code")
    if not viewer.can(READ_FINANCE):
        return rows.none()
    if text:
        rows = rows.filter(
            Q(code__contains=text) | Q(name__contains=text) | Q(department_name__contains=text)
        )
    if only == "unshared":
        rows = rows.annotate(borne=Sum("shares__percent")).filter(Q(borne__isnull=True) | Q(borne__lt=100))
    return rows


def seen_lines(lines: Sequence[BudgetLine]) -> list[LineSeen]:
    """The lines with amounts and shares, in few queries."""
    ids = [line.pk for line in lines]
    estimates, settled = (newest_amounts(kind, ids) for kind in (AmountKind.ESTIMATE, AmountKind.SETTLED))
    shares: dict[int, list[BudgetShare]] = {}
    for one in BudgetShare.objects.filter(line__in=ids).select_related("node").order_by("node__code"):
        shares.setdefault(one.line_id, []).append(one)
    return [
        LineSeen(
            line=line,
            estimate=estimates.get(line.pk),
            settled=settled.get(line.pk),
            shares=tuple(shares.get(line.pk, ())),
        )
        for line in lines
    ]


def newest_amounts(kind: str, lines: Sequence[int]) -> dict[int, BudgetAmount]:
    """The amount of each line that holds now."""
    rows = BudgetAmount.objects.filter(kind=kind, line__in=lines).order_by("line", "revision")
    return {row.line_id: row for row in rows}


def line_for(viewer: Viewer, pk: int) -> BudgetLine:
    """One line with the history of its amounts. Raises BudgetLine.DoesNotExist."""
    amounts = BudgetAmount.objects.select_related("taken_from").defer("taken_from__content")
    rows = BudgetLine.objects.prefetch_related(
        Prefetch("amounts", queryset=amounts.order_by("kind", "-revision"))
    )
    if not viewer.can(READ_FINANCE):
        raise BudgetLine.DoesNotExist
    return rows.get(pk=pk)


def years_of_lines(viewer: Viewer) -> list[int]:
    """The years of which there are lines, the newest first."""
    if not viewer.can(READ_FINANCE):
        return []
    rows = BudgetLine.objects.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct()
    return list(rows)


def imports_for(viewer: Viewer, fiscal_year: int) -> QuerySet[FinanceImport]:
    """The files that were taken in for a year, without their content."""
    rows = FinanceImport.objects.filter(fiscal_year=fiscal_year).defer("content")
    return rows if viewer.can(READ_FINANCE) else rows.none()


def import_file_for(viewer: Viewer, pk: int) -> FinanceImport:
    """A file that was taken in, with its content. Raises FinanceImport.DoesNotExist."""
    if not viewer.can(READ_FINANCE):
        raise FinanceImport.DoesNotExist
    return FinanceImport.objects.get(pk=pk)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTotals:
    """How many lines a year has, how many no project bears wholly, and how many were settled."""

    lines: int
    unshared: int
    settled: int


def totals_of(viewer: Viewer, fiscal_year: int) -> YearTotals:
    """What is left to do for a year's lines."""
    lines = lines_for(viewer, fiscal_year)
    settled = BudgetAmount.objects.filter(line=OuterRef("pk"), kind=AmountKind.SETTLED)
    counted = lines.aggregate(lines=Count("pk"), settled=Count("pk", filter=Q(Exists(settled))))
    unshared = lines_for(viewer, fiscal_year, only="unshared").count()
    return YearTotals(lines=counted["lines"], unshared=unshared, settled=counted["settled"])


def projects_of_year(fiscal_year: int) -> dict[str, int]:
    """The projects of the plans that run in a year, id by code; where two plans have a code, the newer's."""
    rows = Node.objects.filter(
        level__kind=LevelKind.PROJECT,
        plan__first_year__lte=fiscal_year,
        plan__last_year__gte=fiscal_year,
    )
    return dict(rows.order_by("plan__first_year").values_list("code", "pk"))


def project_choices(fiscal_year: int) -> list[tuple[int, str]]:
    """The projects of a year as choices: id, and code with name."""
    ids = list(projects_of_year(fiscal_year).values())
    rows = Node.objects.filter(pk__in=ids).order_by("code").values_list("pk", "code", "name")
    return [(pk, f"{code} {name}") for pk, code, name in rows]
