"""Addresses of the undertakings' pages (declared in ``routes.py``)."""

from __future__ import annotations

from django.urls import path

from .views import acts, lists, public

urlpatterns = [
    path("undertakings/", public.undertaking_list, name="undertaking-list"),
    path("undertakings/<int:year>-<int:number>/", public.undertaking_detail, name="undertaking-detail"),
]

_ACTS = {
    "assign": acts.assign,
    "summary": acts.summary,
    "decide": acts.decide,
    "draft": acts.draft,
    "confirm": acts.confirm,
    "progress": acts.progress,
    "finish": acts.finish,
    "close": acts.close,
    "reopen": acts.reopen,
    "publish": acts.publish,
    "withdraw": acts.withdraw,
}

staff_urlpatterns = [
    path("staff/undertakings/", lists.undertakings, name="staff-undertakings"),
    path("staff/undertakings/assign/", lists.assign, name="staff-undertakings-assign"),
    path("staff/undertakings/new/", acts.new, name="staff-undertaking-new"),
    path("staff/undertakings/<uuid:pk>/", acts.detail, name="staff-undertaking"),
    *(
        path(f"staff/undertakings/<uuid:pk>/{name}/", view, name=f"staff-undertaking-{name}")
        for name, view in _ACTS.items()
    ),
]
