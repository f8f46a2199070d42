"""Arguments of this room's staff routes for the permission matrix, gathered from its parts."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import tests.evaluation
from tests.evaluation.pages.addresses import ADDRESSES as PAGES
from tests.permission_matrix import Address

ADDRESSES: dict[str, Address] = dict(PAGES)
for _part in pkgutil.iter_modules(tests.evaluation.__path__):
    if _part.name.startswith("addresses_"):
        ADDRESSES |= import_module(f"tests.evaluation.{_part.name}").ADDRESSES
