"""The rows of the undertakings room."""

from .events import UndertakingEvent
from .undertakings import Adoption, Kind, State, Undertaking

__all__ = ["Adoption", "Kind", "State", "Undertaking", "UndertakingEvent"]
