"""This room's rows in the administration, read-only; nothing of what was said, and no contact."""

from __future__ import annotations

from django.contrib import admin

from jichi.city.adminbase import ReadOnlyAdmin

from .models import Desk, IntakeBatch, ReplyTemplate, Tally


@admin.register(Desk)
class DeskAdmin(ReadOnlyAdmin):
    """Rows of Desk."""

    list_display = ("key", "mechanism", "purpose", "title", "department", "opens_at", "closes_at")
    list_select_related = ("department",)
    search_fields = ("key", "title")


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    """Rows of Tally."""

    list_display = ("desk", "channel", "is_late", "shard", "received", "ended")
    list_select_related = ("desk",)


@admin.register(IntakeBatch)
class IntakeBatchAdmin(ReadOnlyAdmin):
    """Rows of IntakeBatch."""

    list_display = ("name", "desk", "started_at", "rows", "done", "received", "known", "problem_count")
    fields = list_display
    list_select_related = ("desk",)


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(ReadOnlyAdmin):
    """Rows of ReplyTemplate."""

    list_display = ("title", "department", "language", "is_gone")
    list_select_related = ("department",)
