"""Addresses of the plan's public pages. They are quoted in papers: they never change."""

from __future__ import annotations

from django.urls import path

from .staff.urls import urlpatterns as staff_urlpatterns
from .views import documents, indicators, nodes, plans

__all__ = ["staff_urlpatterns", "urlpatterns"]

urlpatterns = [
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/<slug:plan_key>/", plans.plan_detail, name="plan-detail"),
    path("plans/<slug:plan_key>/<str:code>/", nodes.node_detail, name="node-detail"),
    path("indicators/", indicators.indicator_list, name="indicator-list"),
    path("indicators/<slug:key>/", indicators.indicator_detail, name="indicator-detail"),
    path("documents/", documents.document_list, name="document-list"),
    path("documents/<slug:key>/", documents.document_detail, name="document-detail"),
    path("schemes/", documents.scheme_list, name="scheme-list"),
    path("not-held/", documents.not_held, name="not-held"),
]
