"""A plan's tree held in memory: path, neighbours and counts of any node, with one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from jichi.city.access import Viewer
from jichi.plan.models import Level, Node, Plan

from .plans import visible


@dataclass(frozen=True, slots=True)
class Count:
    """How many nodes of a level lie below a node."""

    level: Level
    number: int


@dataclass(slots=True)
class Outline:
    """The nodes of one plan in printed order. Built by :func:`outline_for`."""

    plan: Plan
    nodes: dict[int, Node]
    levels: dict[int, Level]
    _children: dict[int | None, list[Node]] = field(default_factory=dict)

    @property
    def roots(self) -> list[Node]:
        return self.children(None)

    def children(self, node: Node | None) -> list[Node]:
        """The nodes directly below ``node`` in printed order; of None, the roots."""
        return self._children.get(node.pk if node else None, [])

    def walk(self, node: Node | None = None) -> Iterator[Node]:
        """Everything below ``node`` (or the whole tree), parents before children."""
        for child in self.children(node):
            yield child
            yield from self.walk(child)

    def path(self, node: Node) -> list[Node]:
        """The nodes above ``node``, root first."""
        found: list[Node] = []
        above = node.parent_id
        while above is not None:
            found.append(self.nodes[above])
            above = self.nodes[above].parent_id
        return found[::-1]

    def neighbours(self, node: Node) -> tuple[Node | None, Node | None]:
        """The nodes before and after ``node`` among all of its level, over the borders of their parents."""
        same = [row for row in self.walk() if row.level_id == node.level_id]
        place = next((index for index, row in enumerate(same) if row.pk == node.pk), None)
        if place is None:
            return None, None
        return (
            same[place - 1] if place else None,
            same[place + 1] if place + 1 < len(same) else None,
        )

    def counts(self, node: Node | None = None) -> list[Count]:
        """How many nodes of each level lie below, in the order of the levels."""
        numbers: dict[int, int] = defaultdict(int)
        for row in self.walk(node):
            numbers[row.level_id] += 1
        ordered = sorted(self.levels.values(), key=lambda level: level.depth)
        return [Count(level, numbers[level.pk]) for level in ordered if numbers[level.pk]]


def outline_for(viewer: Viewer, plan: Plan) -> Outline:
    """The tree of a plan the viewer may read; empty for any other."""
    rows = (
        Node.objects.filter(visible(viewer, "plan__"), plan=plan)
        .only(
            "id", "plan_id", "level_id", "parent_id", "code", "order", "name", "translations", "department_id"
        )
        .order_by("order", "code")
    )
    levels = {level.pk: level for level in plan.levels.all()}
    nodes: dict[int, Node] = {}
    children: dict[int | None, list[Node]] = defaultdict(list)
    for row in rows:
        # Known already: two foreign keys that would otherwise be fetched one by one.
        row.plan, row.level = plan, levels[row.level_id]
        nodes[row.pk] = row
        children[row.parent_id].append(row)
    return Outline(plan, nodes, levels, dict(children))
