"""This room's rows in the administration, read-only. What is in the files stays out of it."""

from __future__ import annotations

from django.contrib import admin

from jichi.city.adminbase import ReadOnlyAdmin

from .models import Approval, Route, RouteVersion


@admin.register(Route)
class RouteAdmin(ReadOnlyAdmin):
    """Rows of Route."""

    list_display = ("key", "title", "department")
    list_select_related = ("department",)
    search_fields = ("key", "title")


@admin.register(RouteVersion)
class RouteVersionAdmin(ReadOnlyAdmin):
    """Rows of RouteVersion."""

    list_display = ("route", "number", "in_force_from", "in_force_to", "known_from", "confirmed")
    list_select_related = ("route",)


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    """Rows of Approval."""

    list_display = ("title", "context", "department", "state", "drafted_at", "document_number")
    list_select_related = ("department",)
    search_fields = ("title", "context", "document_number")
