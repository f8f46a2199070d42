"""Addresses of the figures room: its public pages, and those of staff."""

from __future__ import annotations

from django.urls import path

from .inquiries import urls as inquiries
from .staff.urls import urlpatterns as own_staff
from .statistics import urls as statistics
from .surveys import urls as surveys
from .views.corrections import correction_list
from .views.evidence import evidence_detail
from .views.listing import figure_list
from .views.metrics import metric_detail, metric_list
from .views.value import value_detail

urlpatterns = [
    path("figures/", figure_list, name="figures-list"),
    path("figures/corrections/", correction_list, name="figures-corrections"),
    path("figures/metrics/", metric_list, name="figures-metrics"),
    path("figures/metrics/<str:key>/", metric_detail, name="figures-metric"),
    path("figures/evidence/<int:pk>/", evidence_detail, name="figures-evidence"),
    path("figures/value/<int:pk>/", value_detail, name="figures-value"),
    *inquiries.urlpatterns,
    *statistics.urlpatterns,
    *surveys.urlpatterns,
]

# What a part adds stands before the room's own, whose addresses end in a kind and a number.
staff_urlpatterns = [
    *inquiries.staff_urlpatterns,
    *statistics.staff_urlpatterns,
    *surveys.staff_urlpatterns,
    *own_staff,
]
