"""Every read of the plan room, scoped by the viewer: published plans for all, drafts for those who may."""

from .documents import documents_for, not_held_for, schemes_for
from .indicators import indicators_for, placements_for, points_for
from .nodes import NodePage, node_page_for, nodes_for, project_of, projects_for
from .outline import Outline, outline_for
from .plans import current_plan_for, plan_for, plans_for

__all__ = [
    "NodePage",
    "Outline",
    "current_plan_for",
    "documents_for",
    "indicators_for",
    "node_page_for",
    "nodes_for",
    "not_held_for",
    "outline_for",
    "placements_for",
    "plan_for",
    "plans_for",
    "points_for",
    "project_of",
    "projects_for",
    "schemes_for",
]
