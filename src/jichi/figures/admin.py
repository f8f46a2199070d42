"""Measured values in the administration, read-only. Staged tables are no record and are not shown."""

from __future__ import annotations

from django.contrib import admin

from jichi.city.adminbase import ReadOnlyAdmin

from .models import Evidence, Observation


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    """Rows of Evidence."""

    list_display = ("title", "publisher", "published_on", "locator", "created_at")
    search_fields = ("title", "publisher")


@admin.register(Observation)
class ObservationAdmin(ReadOnlyAdmin):
    """Rows of Observation."""

    list_display = ("series", "project_figure", "fiscal_year", "value", "unit", "revision", "published_at")
    list_select_related = ("series", "project_figure")
    list_filter = ("status", "source_kind")
