"""The public addresses of voices."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import receipt, receipt_follow

patterns: list[URLPattern] = [
    path("receipt/", receipt.look_up, name="receipt"),
    path("receipt/given/<str:token>/", receipt.given, name="receipt-given"),
    path("receipt/<str:number>/", receipt.status, name="receipt-status"),
    path("receipt/<str:number>/slip.pdf", receipt.slip, name="receipt-slip"),
    path("follow/", receipt_follow.begin, name="follow-begin"),
    path("follow/<str:token>/confirm/", receipt_follow.confirm, name="follow-confirm"),
    path("follow/<str:token>/end/", receipt_follow.end, name="follow-end"),
]
