"""Addresses of approvals (declared in ``routes.py``)."""

from __future__ import annotations

from django.urls import path

from .views import acts, listing, numbers, outbox, showing

_ONE = "staff/approvals/<uuid:pk>/"

staff_urlpatterns = [
    path("staff/outbox/", outbox.undelivered, name="staff-outbox"),
    path("staff/outbox/<uuid:pk>/again/", outbox.again, name="staff-outbox-again"),
    path("staff/approvals/", listing.approval_list, name="staff-approvals"),
    path("staff/approvals/numbers/", numbers.take_in, name="staff-approval-numbers"),
    path("staff/approvals/numbers/list/", numbers.to_fill_in, name="staff-approval-numbers-list"),
    path(_ONE, showing.approval_detail, name="staff-approval"),
    path(f"{_ONE}files/<int:file_pk>/", showing.approval_file, name="staff-approval-file"),
    path(f"{_ONE}pass/", acts.approval_pass, name="staff-approval-pass"),
    path(f"{_ONE}send-back/", acts.approval_send_back, name="staff-approval-send-back"),
    path(f"{_ONE}resubmit/", acts.approval_resubmit, name="staff-approval-resubmit"),
    path(f"{_ONE}withdraw/", acts.approval_withdraw, name="staff-approval-withdraw"),
    path(f"{_ONE}packet/", acts.approval_packet, name="staff-approval-packet"),
    path(f"{_ONE}register/", acts.approval_register, name="staff-approval-register"),
]
