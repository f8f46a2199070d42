"""This room's rows in the administration, read-only."""

from __future__ import annotations

from django.contrib import admin

from jichi.city.adminbase import ReadOnlyAdmin

from .models import Body, Organisation, Place


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    """Rows of Organisation."""

    list_display = ("name", "key", "kind", "corporate_number", "valid_from", "valid_to")
    search_fields = ("name", "key", "corporate_number")


@admin.register(Place)
class PlaceAdmin(ReadOnlyAdmin):
    """Rows of Place."""

    list_display = ("name", "key", "kind", "ward", "operator", "department", "valid_from", "valid_to")
    list_select_related = ("ward", "operator", "department")
    search_fields = ("name", "key")


@admin.register(Body)
class BodyAdmin(ReadOnlyAdmin):
    """Rows of Body."""

    list_display = ("name", "key", "kind", "department", "seats", "valid_from", "valid_to")
    list_select_related = ("department",)
    search_fields = ("name", "key")
