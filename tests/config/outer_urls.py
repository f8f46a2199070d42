"""The outer zone's routes, with one that nobody declared."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import path

from jichi.config.urls import build, handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("undeclared/", lambda request: HttpResponse("secret"), name="undeclared"),
    *build("outer"),
]
