"""What can go wrong in an act, in words a page can translate and show."""

from __future__ import annotations

from typing import Any


class JichiError(Exception):
    """Base of the errors that a reader may be shown."""


class NotAllowed(JichiError):
    """The viewer may not do this. Pages answer as if the thing were absent (404)."""

    def __init__(self, action: str) -> None:
        self.action = action
        super().__init__(f"not allowed: {action}")


class Conflict(JichiError):
    """Somebody else changed the row first; ``current`` is the row as it stands, shown beside one's own."""

    def __init__(self, current: Any) -> None:
        self.current = current
        super().__init__("changed by somebody else in the meantime")


class Invalid(JichiError):
    """Input that breaks a rule. ``messages`` maps a field (or "") to translated sentences."""

    def __init__(self, messages: dict[str, list[str]]) -> None:
        self.messages = messages
        super().__init__("; ".join(text for texts in messages.values() for text in texts))
