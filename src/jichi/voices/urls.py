"""Addresses of voices: public pages, and the staff's."""

from __future__ import annotations

from . import urls_public, urls_staff

urlpatterns = urls_public.patterns
staff_urlpatterns = urls_staff.patterns
