"""Putting a reviewer's decision into a plan document: by the path of an uncertain place, or by JSON
pointer.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.errors import Invalid


def place_value(document: dict[str, Any], path: str, value: Mapping[str, Any], printed: str = "") -> None:
    """Set (or, with value None, take out) one point of the line of numbers that ``path`` begins with.

    ``printed`` is what the source prints there. Paths read ``<project>/figures/<order>/…`` and
    ``<node>/indicators/<key or order>/<series key>/…``.
    """
    points = points_at(document, path)
    if points is None:
        if value["value"] is None:
            return
        raise Invalid(
            {"path": [_("A number cannot be placed at “%(path)s”; leave it out.") % {"path": path}]}
        )
    same = [p for p in points if (p["role"], p["fiscal_year"]) == (value["role"], value["fiscal_year"])]
    for point in same:
        points.remove(point)
    if value["value"] is not None:
        template = same[0] if same else _template(path, value, printed)
        fixed = {key: value[key] for key in ("role", "fiscal_year", "value")}
        points.append({**template, **fixed})
        points.sort(key=lambda p: (p["fiscal_year"] or 0, p["role"]))


def _template(path: str, value: Mapping[str, Any], printed: str) -> dict[str, Any]:
    """A new point, whole: those of indicators say more than those of a project's number."""
    point: dict[str, Any] = {"as_of": None, "printed": printed[:120], "note": ""}
    if path.split("/")[1] == "indicators":
        digits = max(0, -int(Decimal(str(value["value"])).as_tuple().exponent))
        point |= {"decimals": digits, "comparator": "none", "period": None}
    return point


def points_at(document: dict[str, Any], path: str) -> list[dict[str, Any]] | None:
    """The points of the line of numbers that ``path`` begins with; None where no such line is in the
    document.
    """
    parts = path.split("/")
    if len(parts) >= 3 and parts[1] == "figures":
        for project in document["projects"]:
            for figure in project["figures"]:
                if project["code"] == parts[0] and str(figure["order"]) == parts[2]:
                    found: list[dict[str, Any]] = figure["points"]
                    return found
    if len(parts) >= 3 and parts[1] == "indicators":
        placed = [item for item in document["indicators"] if item["node"] == parts[0]]
        chosen = [item for item in placed if item["key"] == parts[2]]
        if not chosen and parts[2].isdigit() and 1 <= int(parts[2]) <= len(placed):
            chosen = [placed[int(parts[2]) - 1]]
        if chosen:
            series = chosen[0]["series"]
            named = [line for line in series if len(parts) > 3 and line["key"] == parts[3]]
            points: list[dict[str, Any]] = (named or series)[0]["points"]
            return points
    return None


def _steps(pointer: str) -> list[str]:
    if not pointer.startswith("/"):
        raise LookupError(pointer)
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def _child(container: Any, step: str) -> Any:
    if isinstance(container, list):
        if not step.isdigit() or int(step) >= len(container):
            raise LookupError(step)
        return container[int(step)]
    if isinstance(container, dict) and step in container:
        return container[step]
    raise LookupError(step)


def pointer_get(document: Any, pointer: str) -> Any:
    """What stands at a JSON pointer (RFC 6901). Raises LookupError if nothing does."""
    found = document
    for step in _steps(pointer):
        found = _child(found, step)
    return found


def pointer_set(document: Any, pointer: str, value: Any) -> None:
    """Replace what stands at a JSON pointer. Raises LookupError if nothing does."""
    *above, last = _steps(pointer)
    container = document
    for step in above:
        container = _child(container, step)
    _child(container, last)
    container[int(last) if isinstance(container, list) else last] = value
