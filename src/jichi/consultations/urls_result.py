"""The result addresses of consultations."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import result, result_files

patterns: list[URLPattern] = [
    path("consultations/<slug:key>/result/", result.consultation_result, name="consultation-result"),
    path(
        "consultations/<slug:key>/result/changes/",
        result.consultation_result_changes,
        name="consultation-result-changes",
    ),
    path(
        "consultations/<slug:key>/result.<slug:form>",
        result_files.consultation_result_file,
        name="consultation-result-file",
    ),
]
