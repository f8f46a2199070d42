"""Addresses of consultations: public pages, results, and the staff's."""

from __future__ import annotations

from . import urls_public, urls_result, urls_staff

urlpatterns = [*urls_public.patterns, *urls_result.patterns]
staff_urlpatterns = urls_staff.patterns
