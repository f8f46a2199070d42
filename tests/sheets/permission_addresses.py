"""Arguments of this room's staff routes for the permission matrix."""

from __future__ import annotations

from typing import Any

from jichi.city.models import Department
from jichi.city.viewers import system_viewer
from jichi.sheets.models import Form
from jichi.sheets.services import create_form

from .samples import COUNCILS


def version(owner: Department | None) -> dict[str, Any]:
    """A form belongs to the whole city, whoever is asked by it."""
    if not Form.objects.filter(key="councils").exists():
        create_form(viewer=system_viewer("demo"), key="councils", room="figures", definition=COUNCILS)
    return {"key": "councils", "number": 1}


ADDRESSES = {"staff-form": version, "staff-form-paper": version}
