"""The addresses of the staff pages of measured values."""

from __future__ import annotations

from django.urls import path

from .views import entering, known, late, publicity, recomputing, sources

urlpatterns = [
    path("staff/figures/", known.known_list, name="staff-figures"),
    path("staff/figures/publish/", known.publish, name="staff-values-publish"),
    path("staff/figures/publicity/", publicity.publicity, name="staff-publicity"),
    path("staff/figures/late/", late.late_list, name="staff-late"),
    path(
        "staff/figures/metrics/<str:key>/recompute/",
        recomputing.metric_recompute,
        name="staff-metric-recompute",
    ),
    path("staff/figures/import/", entering.table_new, name="staff-values-import"),
    path("staff/figures/import/template.csv", entering.template_as_csv, name="staff-values-csv"),
    path("staff/figures/import/template.xlsx", entering.template_as_xlsx, name="staff-values-xlsx"),
    path("staff/figures/import/preview/", entering.table_preview, name="staff-values-preview"),
    path("staff/figures/<slug:kind>/<int:pk>/", known.subject, name="staff-subject"),
    path("staff/figures/<slug:kind>/<int:pk>/enter/", entering.value_new, name="staff-value-new"),
    path("staff/figures/<slug:kind>/<int:pk>/source/", sources.source, name="staff-source"),
    path("staff/figures/<slug:kind>/<int:pk>/source/decide/", sources.decide, name="staff-source-decide"),
    path(
        "staff/figures/<slug:kind>/<int:pk>/definition/", sources.definition_new, name="staff-definition-new"
    ),
    path(
        "staff/figures/<slug:kind>/<int:pk>/definition/<int:definition>/",
        sources.definition_amend,
        name="staff-definition-amend",
    ),
]
