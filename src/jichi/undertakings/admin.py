"""This room's rows in the administration, read-only."""

from __future__ import annotations

from django.contrib import admin

from jichi.city.adminbase import ReadOnlyAdmin

from .models import Undertaking, UndertakingEvent


@admin.register(Undertaking)
class UndertakingAdmin(ReadOnlyAdmin):
    """Rows of Undertaking."""

    list_display = ("reference", "kind", "summary", "department", "state", "due_on", "published_at")
    list_select_related = ("department",)
    search_fields = ("summary", "context")


@admin.register(UndertakingEvent)
class UndertakingEventAdmin(ReadOnlyAdmin):
    """Rows of UndertakingEvent."""

    list_display = ("undertaking", "kind", "at", "office")
    list_select_related = ("undertaking", "office")
