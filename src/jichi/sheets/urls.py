"""Addresses of the staff pages of forms."""

from __future__ import annotations

from django.urls import path

from .views import form_list, form_on_paper, form_preview

staff_urlpatterns = [
    path("staff/forms/", form_list, name="staff-forms"),
    path("staff/forms/<slug:key>/<int:number>/", form_preview, name="staff-form"),
    path("staff/forms/<slug:key>/<int:number>/paper/", form_on_paper, name="staff-form-paper"),
]
