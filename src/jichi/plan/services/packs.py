"""Plans that a pack brings: the reviewed facts of a city as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.city.pack import Pack

from .apply import ApplyReport, apply_document


def load_plan(*, viewer: Viewer, pack: Pack, data: Mapping[str, Any]) -> ApplyReport:
    """Apply and publish a pack's plan; a second load changes nothing.

    Raises:
        Invalid: if the document contradicts itself.
    """
    departments = dict(Department.objects.values_list("key", "pk"))
    return apply_document(
        viewer=viewer,
        document=data,
        memory=pack.memory,
        departments=departments,
        publish=True,
        reason=f"pack {pack.key}",
    )
