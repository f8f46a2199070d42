"""When readers see what others said: by the city's rule, and once the result is there."""

from __future__ import annotations

import datetime

from .enums import OpinionsShown, Stage
from .models import Consultation

_AFTER = frozenset({Stage.CONSIDERED, Stage.PUBLISHED, Stage.WITHDRAWN})


def shows_opinions(consultation: Consultation, today: datetime.date) -> bool:
    """Whether texts of others stand on public pages on that day, as far as they were decided on."""
    stage = consultation.stage(today)
    if consultation.opinions_shown == OpinionsShown.WHILE_OPEN:
        return stage == Stage.OPEN or stage in _AFTER
    return consultation.opinions_shown == OpinionsShown.AFTER_CLOSING and stage in _AFTER


def shows_arguments(consultation: Consultation, today: datetime.date) -> bool:
    """Whether the tree of arguments may be seen: with the texts, or once the result is out."""
    return shows_opinions(consultation, today) or consultation.stage(today) == Stage.PUBLISHED


def takes_voices(consultation: Consultation, today: datetime.date) -> bool:
    """Whether the form is offered: while it is open. What comes by other ways later is kept as late."""
    return consultation.desk_id is not None and consultation.stage(today) == Stage.OPEN
