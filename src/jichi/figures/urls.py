"""Addresses of the figures room's public pages."""

from __future__ import annotations

from django.urls import path

from .staff.urls import urlpatterns as staff_urlpatterns
from .views import evidence_detail

__all__ = ["staff_urlpatterns", "urlpatterns"]

urlpatterns = [path("figures/evidence/<int:pk>/", evidence_detail, name="figures-evidence")]
