"""Addresses of the API. The version stands in the address; within it nothing is taken away."""

from __future__ import annotations

from typing import cast

from django.urls import URLPattern, path, re_path

from .application import api
from .views import View, absent, answered, docs, openapi_json

_operations = [one for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]

plain_urlpatterns = [
    *(
        path(f"api/v1/{one.pattern}", answered(cast("View", one.callback)), name=f"api-{one.name}")
        for one in _operations
    ),
    path("api/v1/openapi.json", openapi_json, name="api-openapi"),
]
last_urlpatterns = [re_path(r"^api/(?!v1/docs).*$", absent, name="api-absent")]

urlpatterns = [path("api/v1/docs", docs, name="api-docs")]
