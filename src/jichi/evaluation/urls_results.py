"""Addresses of the public results. A year is told from a plan's key by its four digits."""

from __future__ import annotations

from django.urls import path, re_path

from .views import results, results_sheet

_YEAR = r"^results/(?P<fiscal_year>[12][0-9]{3})/"
_PERIOD = r"^results/(?P<plan_key>[-a-zA-Z0-9_]+)/(?P<kind>interim|final)/"
_CODE = r"(?P<code>[0-9A-Za-z]+(?:[-.][0-9A-Za-z]+)*)/$"
_DATA = r"data\.(?P<fmt>[a-z]+)$"

urlpatterns = [
    path("results/", results.result_list, name="results-list"),
    re_path(_YEAR + "$", results.year, name="results-year"),
    re_path(_YEAR + _DATA, results.year_data, name="results-year-data"),
    re_path(_YEAR + "corrections/$", results_sheet.year_corrections, name="results-year-corrections"),
    re_path(_YEAR + _CODE, results_sheet.year_sheet, name="results-year-sheet"),
    re_path(_PERIOD + "$", results.period, name="results-period"),
    re_path(_PERIOD + _DATA, results.period_data, name="results-period-data"),
    re_path(_PERIOD + "corrections/$", results_sheet.period_corrections, name="results-period-corrections"),
    re_path(_PERIOD + _CODE, results_sheet.period_sheet, name="results-period-sheet"),
]
