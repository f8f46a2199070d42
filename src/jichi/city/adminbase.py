"""The Django administration as this project uses it: for looking, never for changing.

Every room registers its models with :class:`ReadOnlyAdmin`; never contacts, originals and cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin  # generic for type checkers only


class ReadOnlyAdmin(_ModelAdmin):
    """Shows rows to administrators. Writing is refused here and has no form; acts are on the staff pages."""

    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
