"""The addresses of consultations, their zones and acts, and their entries in the navigation."""

from __future__ import annotations

from jichi.manifest import Page, Route

from .routes_public import PAGES_PUBLIC, ROUTES_PUBLIC
from .routes_result import PAGES_RESULT, ROUTES_RESULT
from .routes_staff import PAGES_STAFF, ROUTES_STAFF

ROUTES: tuple[Route, ...] = (*ROUTES_PUBLIC, *ROUTES_RESULT, *ROUTES_STAFF)
PAGES: tuple[Page, ...] = (*PAGES_PUBLIC, *PAGES_RESULT, *PAGES_STAFF)
