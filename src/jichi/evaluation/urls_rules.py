"""Addresses of rules and grades."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import grades, rules

urlpatterns: list[URLPattern] = [
    path("results/rules/<slug:key>/<int:number>/", rules.rule_public, name="results-rule"),
]

staff_urlpatterns: list[URLPattern] = [
    path("staff/evaluation/rules/", rules.rule_list, name="staff-evaluation-rules"),
    path("staff/evaluation/rules/<slug:key>/<int:number>/", rules.rule_detail, name="staff-evaluation-rule"),
    path("staff/evaluation/cycles/<int:pk>/grades/", grades.cycle_grades, name="staff-evaluation-grades"),
    path("staff/evaluation/cycles/<int:pk>/grades/make/", grades.make_grades, name="staff-evaluation-grade"),
    path(
        "staff/evaluation/cycles/<int:pk>/grades/<int:placement>/<int:series>/",
        grades.start_value,
        name="staff-evaluation-start-value",
    ),
]
