"""Forms in the administration, read-only. What was answered is seen on the pages of the room that asked."""

from __future__ import annotations

from django.contrib import admin

from jichi.city.adminbase import ReadOnlyAdmin

from .models import AnswerSet, Form, FormVersion


@admin.register(Form)
class FormAdmin(ReadOnlyAdmin):
    """Rows of Form."""

    list_display = ("key", "title", "room", "created_at")
    search_fields = ("key", "title")


@admin.register(FormVersion)
class FormVersionAdmin(ReadOnlyAdmin):
    """Rows of FormVersion."""

    list_display = ("form", "number", "digest", "note", "created_at")
    list_select_related = ("form",)


@admin.register(AnswerSet)
class AnswerSetAdmin(ReadOnlyAdmin):
    """Sets of answers, without what is in them."""

    list_display = ("context", "form_version", "revision", "draft_at", "created_at")
    list_select_related = ("form_version",)
    exclude = ("draft", "draft_by")
