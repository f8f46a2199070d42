"""The addresses of voices, their zones and acts, and their entries in the navigation."""

from __future__ import annotations

from jichi.manifest import Page, Route

from .routes_public import PAGES_PUBLIC, ROUTES_PUBLIC
from .routes_staff import PAGES_STAFF, ROUTES_STAFF

ROUTES: tuple[Route, ...] = (*ROUTES_PUBLIC, *ROUTES_STAFF)
PAGES: tuple[Page, ...] = (*PAGES_PUBLIC, *PAGES_STAFF)
