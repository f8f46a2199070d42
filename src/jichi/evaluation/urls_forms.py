"""Addresses of workbooks of sheets."""

from __future__ import annotations

from django.urls import path

from .views import workbooks

_SHEET = "staff/evaluation/sheets/<int:pk>/workbook/"
_CYCLE = "staff/evaluation/cycles/<int:pk>/workbooks/"
_OFFICE = f"{_CYCLE}<int:department>/"

staff_urlpatterns = [
    path(_SHEET, workbooks.sheet_workbook, name="staff-evaluation-workbook"),
    path(f"{_SHEET}return/", workbooks.sheet_return, name="staff-evaluation-workbook-return"),
    path(_CYCLE, workbooks.cycle_workbooks, name="staff-evaluation-workbooks"),
    path(f"{_CYCLE}return/", workbooks.cycle_return, name="staff-evaluation-workbooks-return"),
    path(_OFFICE, workbooks.office_workbook, name="staff-evaluation-workbooks-office"),
    path(f"{_OFFICE}return/", workbooks.office_return, name="staff-evaluation-workbooks-office-return"),
]
