"""Which places of a plan an evaluation judges."""

from __future__ import annotations

from jichi.evaluation.enums import CycleKind
from jichi.evaluation.models import Cycle
from jichi.plan.enums import LevelKind
from jichi.plan.models import Level, Node


def judged_nodes(cycle: Cycle) -> list[Node]:
    """Projects for a yearly evaluation; for the others the level above them (the measures), by code.

    A plan without projects is judged at its deepest level.
    """
    levels = list(Level.objects.filter(plan=cycle.plan_id).order_by("depth"))
    projects = [level for level in levels if level.kind == LevelKind.PROJECT]
    if cycle.kind == CycleKind.YEARLY:
        judged = projects
    elif projects:
        above = [level for level in levels if level.depth < projects[0].depth]
        judged = above[-1:]
    else:
        judged = levels[-1:]
    rows = Node.objects.filter(level__in=judged).select_related("level", "department").order_by("code")
    return list(rows)
