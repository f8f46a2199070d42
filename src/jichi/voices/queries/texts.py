"""The exact words of texts and opinions, read out of the originals that they lie in."""

from __future__ import annotations

from django.db.models import F
from django.db.models.functions import Substr

TEXT = Substr("sample__voice__original__text", F("sample__start") + 1, F("sample__end") - F("sample__start"))
"""For wordings; empty once the original was destroyed, null where no opinion has the text any more."""

OPINION_TEXT = Substr("voice__original__text", F("start") + 1, F("end") - F("start"))
"""For opinions."""
