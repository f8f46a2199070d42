"""What was promised: plans of any depth with their indicators, projects and policy documents."""

from .documents import DocumentRevision, NotHeld, PolicyDocument, Scheme
from .edits import Edit
from .imports import ImportLine, ImportRun
from .indicators import Indicator, Placement, Point, Series
from .nodes import Node, Statement
from .plans import Level, Period, Plan
from .projects import FigurePoint, Initiative, Milestone, ProjectFigure

__all__ = [
    "DocumentRevision",
    "Edit",
    "FigurePoint",
    "ImportLine",
    "ImportRun",
    "Indicator",
    "Initiative",
    "Level",
    "Milestone",
    "Node",
    "NotHeld",
    "Period",
    "Placement",
    "Plan",
    "Point",
    "PolicyDocument",
    "ProjectFigure",
    "Scheme",
    "Series",
    "Statement",
]
