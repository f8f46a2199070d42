"""Putting sets of opinions together when they may have dispositions already."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from jichi.city.access import Viewer
from jichi.city.trail import act
from jichi.consultations.actions import DISPOSE
from jichi.voices.models import OpinionSet
from jichi.voices.services import shaping

from .disposing import give_dispositions_on
from .holding import consultation_of


def merge_sets(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    set_ids: Sequence[int],
    into: int,
    version: int | None = None,
) -> OpinionSet:
    """Put sets into another one; of their dispositions that of ``into`` stays, else that of the largest.

    Raises:
        Consultation or OpinionSet.DoesNotExist; NotAllowed; Conflict; Invalid: nothing to put together, or
        the result is published.
    """
    with act(viewer, DISPOSE, consultation_of(consultation_id)):
        give_dispositions_on(viewer=viewer, consultation_id=consultation_id, from_sets=set_ids, to=into)
        return shaping.merge_sets(viewer=viewer, set_ids=set_ids, into=into, version=version)
