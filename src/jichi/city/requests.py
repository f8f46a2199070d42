"""The request as views see it: with the viewer on whose behalf it is answered."""

from __future__ import annotations

from django.http import HttpRequest

from .access import Viewer


class ViewedRequest(HttpRequest):
    """A request that passed :class:`jichi.city.middleware.ViewerMiddleware`; a name for type checkers."""

    viewer: Viewer
