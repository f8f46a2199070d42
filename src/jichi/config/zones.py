"""Which routes the outer zone serves: those a room declares public, and nothing else."""

from __future__ import annotations

from jichi.city import registry
from jichi.manifest import Zone


def is_served_outside(view_name: str | None) -> bool:
    """Whether the outer zone answers this route. A name nobody declared is not served."""
    route = registry.route_named(view_name)
    return route is not None and route.zone is Zone.PUBLIC
