"""The addresses of imported statistics: public pages, and pages of staff."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import mapping, sources, taking

urlpatterns: list[URLPattern] = []

staff_urlpatterns: list[URLPattern] = [
    path("staff/statistics/", sources.source_list, name="staff-table-list"),
    path("staff/statistics/new/", sources.source_new, name="staff-table-new"),
    path("staff/statistics/<slug:key>/", sources.source_page, name="staff-table-source"),
    path("staff/statistics/<slug:key>/edit/", sources.source_edit, name="staff-table-edit"),
    path("staff/statistics/<slug:key>/upload/", taking.upload, name="staff-table-upload"),
    path("staff/statistics/<slug:key>/layout/", mapping.layout_page, name="staff-table-layout"),
    path("staff/statistics/<slug:key>/figures/new/", mapping.target_new, name="staff-table-target-new"),
    path("staff/statistics/<slug:key>/figures/<int:pk>/", mapping.target_page, name="staff-table-target"),
    path("staff/statistics/<slug:key>/files/<int:pk>/", taking.import_page, name="staff-table-import"),
    path("staff/statistics/<slug:key>/files/<int:pk>/file/", taking.kept_file, name="staff-table-file"),
    path(
        "staff/statistics/<slug:key>/files/<int:pk>/differences.csv",
        taking.differences_csv,
        name="staff-table-differences",
    ),
]
