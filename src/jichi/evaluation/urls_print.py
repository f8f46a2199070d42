"""Addresses of packets and of single sheets as files."""

from __future__ import annotations

from django.urls import path, re_path

from .views import packets, sheet_files

urlpatterns = [
    path(
        "results/<int:year>/<str:code>/sheet.<str:kind>",
        sheet_files.published,
        name="results-sheet-file",
    ),
    re_path(
        r"^results/(?P<plan_key>[-a-zA-Z0-9_]+)/(?P<period>interim|final)/(?P<code>[^/]+)/sheet\.(?P<kind>[a-z]+)$",
        sheet_files.published_period,
        name="results-period-sheet-file",
    ),
]

_CYCLE = "staff/evaluation/cycles/<int:pk>/packets/"
_ONE = "staff/evaluation/packets/<int:pk>/"

staff_urlpatterns = [
    path(
        "staff/evaluation/sheets/<int:pk>/sheet.<str:kind>",
        sheet_files.working,
        name="staff-evaluation-sheet-file",
    ),
    path(_CYCLE, packets.packet_list, name="staff-evaluation-packets"),
    path(f"{_CYCLE}new/", packets.packet_ask, name="staff-evaluation-packet-ask"),
    path(_ONE, packets.packet_detail, name="staff-evaluation-packet"),
    path(f"{_ONE}file/", packets.packet_file, name="staff-evaluation-packet-file"),
    path(f"{_ONE}stop/", packets.packet_stop, name="staff-evaluation-packet-stop"),
    path(f"{_ONE}resume/", packets.packet_resume, name="staff-evaluation-packet-resume"),
]
