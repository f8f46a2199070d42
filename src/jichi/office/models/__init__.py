"""How work moves: routes of approval in dated versions, and what goes along them."""

from .approvals import ROLES, Approval, ApprovalEvent, ApprovalFile, ApprovalStep, StepDeputy
from .destructions import Destruction
from .messages import Message
from .routes import Route, RouteVersion

__all__ = [
    "ROLES",
    "Approval",
    "ApprovalEvent",
    "ApprovalFile",
    "ApprovalStep",
    "Destruction",
    "Message",
    "Route",
    "RouteVersion",
    "StepDeputy",
]
