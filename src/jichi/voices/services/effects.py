"""What a voice changed: entered once, appended only, honest about what it did not."""

from __future__ import annotations

import datetime
import re
import uuid

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.undertakings.models import Undertaking
from jichi.voices.actions import EFFECT
from jichi.voices.enums import EffectKind, EndKind, EventKind
from jichi.voices.models import Effect, Voice

from .steps import happened, set_of, voice_of, words_required

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def enter_effect(
    *,
    viewer: Viewer,
    voice_id: int | None = None,
    set_id: int | None = None,
    kind: str,
    text: str,
    about: str = "",
    url: str = "",
    undertaking_id: uuid.UUID | None = None,
    visible_from: datetime.datetime | None = None,
) -> Effect:
    """Enter what a voice or a set of opinions changed. Who has the receipt number sees it from
    ``visible_from`` on (None: at once).

    Raises:
        Voice or OpinionSet.DoesNotExist; NotAllowed; Invalid: by field; "undertaken" needs its undertaking.
    """
    voice = voice_of(voice_id) if voice_id is not None else None
    group = set_of(set_id) if voice is None and set_id is not None else None
    if voice is not None and voice.end == EndKind.SEALED:
        raise Voice.DoesNotExist
    owner = voice if voice is not None else group.desk if group is not None else None
    with act(viewer, EFFECT, owner):
        if viewer.actor is None or owner is None:
            raise ValueError("an effect is of a voice or of a set")
        wrong: dict[str, list[str]] = {}
        if kind not in EffectKind.values:
            wrong["kind"] = [_("Choose what it changed.")]
        undertaken = undertaking_id is not None and Undertaking.objects.filter(pk=undertaking_id).exists()
        if not undertaken and (undertaking_id is not None or kind == EffectKind.UNDERTAKEN):
            wrong["undertaking_id"] = [_("Choose what the city undertook.")]
        if url and not url.startswith(("https://", "http://", "/")):
            wrong["url"] = [_("An address on the web begins with https:// or http://.")]
        if len(url) > 300:
            wrong["url"] = [_("This address is too long.")]
        if _UNSTORABLE.search(about + url):
            wrong["about"] = [_("This contains a character that cannot be stored. Type it anew.")]
        if wrong:
            raise Invalid(wrong)
        row = Effect.objects.create(
            voice=voice,
            set=group,
            kind=kind,
            text=words_required(text, "text", _("Say what it changed, or why it did not.")),
            about=about.strip()[:200],
            url=url,
            undertaking_id=undertaking_id,
            visible_from=visible_from,
            by=viewer.actor,
        )
        if voice is not None:
            happened(viewer, voice, EventKind.EFFECT, facts={"effect": row.pk})
        record(viewer, EFFECT, row, fields={"kind": kind, "text": CHANGED})
        return row
