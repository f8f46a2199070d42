"""The addresses of inquiries. All are pages of staff."""

from __future__ import annotations

from django.urls import URLPattern, path

from .views import acts, asking, board, lists, merges, requests, returning, series

urlpatterns: list[URLPattern] = []

_SERIES = "staff/inquiries/series/"
_ONE = "staff/inquiries/<int:pk>/"
_REQUEST = "staff/inquiries/requests/<int:pk>/"

staff_urlpatterns: list[URLPattern] = [
    path("staff/inquiries/", lists.inquiry_list, name="staff-inquiries"),
    path(_SERIES, series.series_list, name="staff-inquiry-series-list"),
    path(f"{_SERIES}new/", series.series_new, name="staff-inquiry-series-new"),
    path(f"{_SERIES}<int:pk>/", series.series_detail, name="staff-inquiry-series"),
    path(f"{_SERIES}<int:pk>/targets/", series.series_targets, name="staff-inquiry-targets"),
    path(f"{_SERIES}<int:pk>/ask/", asking.inquiry_new, name="staff-inquiry-new"),
    path(_ONE, board.inquiry_board, name="staff-inquiry"),
    path(f"{_ONE}edit/", asking.inquiry_edit, name="staff-inquiry-edit"),
    path(f"{_ONE}asked/", asking.inquiry_choose, name="staff-inquiry-choose"),
    path(f"{_ONE}send/", asking.inquiry_send, name="staff-inquiry-send"),
    path(f"{_ONE}extend/", asking.inquiry_extend, name="staff-inquiry-extend"),
    path(f"{_ONE}close/", asking.inquiry_close, name="staff-inquiry-close"),
    path(f"{_ONE}do/", board.inquiry_bulk, name="staff-inquiry-bulk"),
    path(f"{_ONE}remind/", board.inquiry_remind, name="staff-inquiry-remind"),
    path(f"{_ONE}returned/", returning.inquiry_returned, name="staff-inquiry-returned"),
    path(f"{_ONE}merge/", merges.inquiry_merge, name="staff-inquiry-merge"),
    path(f"{_ONE}enter/", merges.inquiry_enter, name="staff-inquiry-enter"),
    path(_REQUEST, requests.request_detail, name="staff-inquiry-request"),
    path(f"{_REQUEST}workbook/", acts.request_workbook, name="staff-inquiry-request-workbook"),
    path(f"{_REQUEST}paper/", acts.request_paper, name="staff-inquiry-request-paper"),
    path(f"{_REQUEST}upload/", returning.request_upload, name="staff-inquiry-request-upload"),
    path(f"{_REQUEST}nothing/", acts.request_nothing, name="staff-inquiry-request-nothing"),
    path(f"{_REQUEST}hand-on/", acts.request_hand_on, name="staff-inquiry-request-hand-on"),
    path(f"{_REQUEST}check-section/", acts.request_check_section, name="staff-inquiry-request-check-section"),
    path(f"{_REQUEST}check-bureau/", acts.request_check_bureau, name="staff-inquiry-request-check-bureau"),
    path(f"{_REQUEST}send-back/", acts.request_send_back, name="staff-inquiry-request-send-back"),
    path(f"{_REQUEST}talk/", acts.request_talk, name="staff-inquiry-request-talk"),
    path(f"{_REQUEST}cancel/", acts.request_cancel, name="staff-inquiry-request-cancel"),
    path(f"{_REQUEST}returns/<int:number>/", acts.request_return, name="staff-inquiry-request-return"),
    path(f"{_REQUEST}returns/<int:number>/file/", acts.request_file, name="staff-inquiry-request-file"),
]
