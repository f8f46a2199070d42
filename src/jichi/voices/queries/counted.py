"""Which voices count: those of the desk's time that were neither withdrawn, refused nor sealed.

The trigger that keeps a result from being published while an opinion waits counts the same ones.
"""

from __future__ import annotations

from django.db.models import Q

from jichi.voices.enums import EndKind

LEFT_OUT = (EndKind.WITHDRAWN, EndKind.SEALED, EndKind.REFUSED)

COUNTED = Q(voice__is_late=False) & ~Q(voice__end__in=LEFT_OUT)
"""For opinions."""

COUNTED_VOICES = Q(is_late=False) & ~Q(end__in=LEFT_OUT)
"""For voices."""
