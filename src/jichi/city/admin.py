"""This room's rows in the administration, read-only."""

from __future__ import annotations

from importlib import import_module

from django.contrib import admin

from .adminbase import ReadOnlyAdmin
from .models import (
    Account,
    AuditEntry,
    AuditEpoch,
    AuditSeal,
    City,
    DatedRule,
    Department,
    DepartmentSuccession,
    Grant,
    GrantWithdrawal,
    Person,
    ReaderCursor,
    Ward,
)

admin.site.site_header = "Jichi"
admin.site.site_title = "Jichi"


@admin.register(City)
class CityAdmin(ReadOnlyAdmin):
    """Rows of City."""

    list_display = ("name", "code", "pack", "is_sample", "version")


@admin.register(Ward)
class WardAdmin(ReadOnlyAdmin):
    """Rows of Ward."""

    list_display = ("name", "key", "code", "order")


@admin.register(Department)
class DepartmentAdmin(ReadOnlyAdmin):
    """Rows of Department."""

    list_display = ("name", "key", "kind", "parent", "ward", "valid_from", "valid_to")
    list_select_related = ("parent", "ward")
    search_fields = ("name", "key")


@admin.register(DepartmentSuccession)
class DepartmentSuccessionAdmin(ReadOnlyAdmin):
    """Rows of DepartmentSuccession."""

    list_display = ("predecessor", "successor", "on")
    list_select_related = ("predecessor", "successor")


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    """Rows of Person."""

    list_display = ("name", "created_at")
    search_fields = ("name",)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Rows of Account."""

    list_display = ("email", "person", "is_active", "is_demonstration", "last_login")
    list_select_related = ("person",)
    search_fields = ("email",)
    fields = ("email", "person", "is_active", "is_demonstration", "created_at", "last_login")


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    """Rows of Grant."""

    list_display = ("person", "role", "department", "object_type", "object_id", "valid_from", "valid_to")
    list_select_related = ("person", "department")
    list_filter = ("role",)


@admin.register(GrantWithdrawal)
class GrantWithdrawalAdmin(ReadOnlyAdmin):
    """Rows of GrantWithdrawal."""

    list_display = ("grant", "at", "reason")
    list_select_related = ("grant",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Rows of AuditEntry."""

    list_display = ("id", "at", "act", "object_type", "object_id", "actor", "count")
    search_fields = ("act", "object_type", "object_id")


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin):
    """Rows of AuditSeal."""

    list_display = ("sequence", "entry", "epoch", "hash", "sealed_at")
    list_select_related = ("entry", "epoch")


@admin.register(AuditEpoch)
class AuditEpochAdmin(ReadOnlyAdmin):
    """Rows of AuditEpoch."""

    list_display = ("number", "started_at", "reason", "previous_head")


@admin.register(ReaderCursor)
class ReaderCursorAdmin(ReadOnlyAdmin):
    """Rows of ReaderCursor."""

    list_display = ("reader", "sequence", "hash", "moved_at")


@admin.register(DatedRule)
class DatedRuleAdmin(ReadOnlyAdmin):
    """Rows of DatedRule."""

    list_display = ("key", "value", "unit", "boundary", "in_force_from", "known_from", "confirmed")


# Libraries register forms that write past the services, and rows that hold secrets (codes, tokens). They are
# loaded first, so that what they register can be taken back. AuditActor (who is behind which pseudonym) is
# deliberately shown nowhere.
for name in ("django.contrib.auth", "allauth.account", "allauth.mfa", "allauth.socialaccount"):
    import_module(f"{name}.admin")
for model in [model for model in admin.site._registry if not model.__module__.startswith("jichi.")]:
    admin.site.unregister(model)
