"""Subjects' keys as something that is destroyed: recorded here, because `city` knows no retention."""

from __future__ import annotations

import datetime
import uuid

from jichi.city import keys
from jichi.city.access import Viewer


def nothing_due(*, viewer: Viewer, on: datetime.date) -> int:
    """A subject's key ends with what it belongs to; its room destroys it. Nothing is due by itself."""
    return 0


def destroy_again(*, viewer: Viewer, object_type: str, object_ids: list[str]) -> int:
    """Destroy the keys again that a restored backup has brought back."""
    ids = [uuid.UUID(one) for one in object_ids]
    return keys.destroy_subjects(viewer=viewer, subjects=ids, reason="destroyed before a restore")
