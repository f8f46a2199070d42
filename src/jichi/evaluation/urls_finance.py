"""Addresses of budget lines and of past years' sheets. All are pages of staff."""

from __future__ import annotations

from django.urls import path

from .views import finance, past

urlpatterns: list[object] = []

staff_urlpatterns = [
    path("staff/finance/", finance.line_list, name="staff-finance"),
    path("staff/finance/upload/", finance.upload, name="staff-finance-upload"),
    path("staff/finance/lines/<int:pk>/", finance.line_detail, name="staff-finance-line"),
    path("staff/finance/lines/<int:pk>/shares/", finance.line_shares, name="staff-finance-shares"),
    path("staff/finance/files/<int:pk>/", finance.import_file, name="staff-finance-file"),
    path("staff/evaluation/past/", past.upload, name="staff-evaluation-past"),
]
