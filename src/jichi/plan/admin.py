"""The plan's rows in the administration, read-only: they are changed on the workbench, with history."""

from __future__ import annotations

from django.contrib import admin

from jichi.city.adminbase import ReadOnlyAdmin

from .models import (
    DocumentRevision,
    Edit,
    FigurePoint,
    ImportLine,
    ImportRun,
    Indicator,
    Initiative,
    Level,
    Milestone,
    Node,
    NotHeld,
    Period,
    Placement,
    Plan,
    Point,
    PolicyDocument,
    ProjectFigure,
    Scheme,
    Series,
    Statement,
)


@admin.register(Plan)
class PlanAdmin(ReadOnlyAdmin):
    """Rows of Plan."""

    list_display = ("name", "key", "first_year", "last_year", "adopted_on", "published_at", "version")


@admin.register(Level)
class LevelAdmin(ReadOnlyAdmin):
    """Rows of Level."""

    list_display = ("name", "plan", "depth", "kind")
    list_select_related = ("plan",)


@admin.register(Period)
class PeriodAdmin(ReadOnlyAdmin):
    """Rows of Period."""

    list_display = ("name", "plan", "number", "first_year", "last_year")
    list_select_related = ("plan",)


@admin.register(Node)
class NodeAdmin(ReadOnlyAdmin):
    """Rows of Node."""

    list_display = ("code", "name", "level", "plan", "department", "version")
    list_select_related = ("plan", "level", "department")
    search_fields = ("code", "name")
    list_filter = ("plan",)


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    """Rows of Statement."""

    list_display = ("node", "kind", "order", "version")
    list_select_related = ("node",)


@admin.register(Indicator)
class IndicatorAdmin(ReadOnlyAdmin):
    """Rows of Indicator."""

    list_display = ("name", "key", "kind", "unit", "source", "department", "version")
    list_select_related = ("department",)
    search_fields = ("name", "key")


@admin.register(Placement)
class PlacementAdmin(ReadOnlyAdmin):
    """Rows of Placement."""

    list_display = ("indicator", "node", "order", "comparator")
    list_select_related = ("indicator", "node")


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    """Rows of Series."""

    list_display = ("indicator", "key", "name", "order")
    list_select_related = ("indicator",)


@admin.register(Point)
class PointAdmin(ReadOnlyAdmin):
    """Rows of Point."""

    list_display = ("series", "plan", "role", "fiscal_year", "value", "printed", "version")
    list_select_related = ("series", "plan")
    list_filter = ("plan", "role")


@admin.register(Initiative)
class InitiativeAdmin(ReadOnlyAdmin):
    """Rows of Initiative."""

    list_display = ("name", "project", "order", "version")
    list_select_related = ("project",)


@admin.register(Milestone)
class MilestoneAdmin(ReadOnlyAdmin):
    """Rows of Milestone."""

    list_display = ("text", "initiative", "first_year", "last_year", "certain", "version")
    list_select_related = ("initiative",)
    list_filter = ("certain",)


@admin.register(ProjectFigure)
class ProjectFigureAdmin(ReadOnlyAdmin):
    """Rows of ProjectFigure."""

    list_display = ("name", "project", "order", "unit", "comparator", "version")
    list_select_related = ("project",)


@admin.register(FigurePoint)
class FigurePointAdmin(ReadOnlyAdmin):
    """Rows of FigurePoint."""

    list_display = ("figure", "role", "fiscal_year", "value", "printed", "version")
    list_select_related = ("figure",)


@admin.register(PolicyDocument)
class PolicyDocumentAdmin(ReadOnlyAdmin):
    """Rows of PolicyDocument."""

    list_display = ("name", "key", "kind", "version")
    list_filter = ("kind",)


@admin.register(DocumentRevision)
class DocumentRevisionAdmin(ReadOnlyAdmin):
    """Rows of DocumentRevision."""

    list_display = ("document", "order", "event", "fiscal_year", "label")
    list_select_related = ("document",)


@admin.register(Scheme)
class SchemeAdmin(ReadOnlyAdmin):
    """Rows of Scheme."""

    list_display = ("name", "key", "version")


@admin.register(NotHeld)
class NotHeldAdmin(ReadOnlyAdmin):
    """Rows of NotHeld."""

    list_display = ("title", "plan", "node", "reason")
    list_select_related = ("plan", "node")


@admin.register(Edit)
class EditAdmin(ReadOnlyAdmin):
    """Rows of Edit."""

    list_display = ("at", "model", "label", "plan", "act_id", "reason")
    list_select_related = ("plan",)
    list_filter = ("model",)


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Rows of ImportRun."""

    list_display = ("filename", "plan_key", "format", "state", "created_at")
    list_filter = ("state",)


@admin.register(ImportLine)
class ImportLineAdmin(ReadOnlyAdmin):
    """Rows of ImportLine."""

    list_display = ("run", "number", "state", "path")
    list_filter = ("state",)
