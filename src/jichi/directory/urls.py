"""Addresses of the directory's pages (declared in ``routes.py``)."""

from __future__ import annotations

from django.urls import path

from .views import editing, listing, public

urlpatterns = [
    path("places/", public.place_list, name="place-list"),
    path("places/<slug:key>/", public.place_detail, name="place-detail"),
    path("bodies/", public.body_list, name="body-list"),
]

_ONE = {"places": "place", "organisations": "organisation", "bodies": "body"}

staff_urlpatterns = [
    path("staff/directory/", listing.directory, name="staff-directory"),
    path("staff/directory/<slug:kind>/", listing.directory, name="staff-directory-kind"),
    *(
        path(f"staff/directory/{kind}/new/", editing.create, {"kind": kind}, name=f"staff-{one}-new")
        for kind, one in _ONE.items()
    ),
    *(
        path(f"staff/directory/{kind}/<int:pk>/", editing.edit, {"kind": kind}, name=f"staff-{one}-edit")
        for kind, one in _ONE.items()
    ),
    *(
        path(
            f"staff/directory/{kind}/<int:pk>/close/",
            editing.close,
            {"kind": kind},
            name=f"staff-{one}-close",
        )
        for kind, one in _ONE.items()
    ),
]
