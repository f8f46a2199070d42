"""How voices are called on the staff's pages: state as a mark, channel, office, day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from jichi.methods.receipts import grouped
from jichi.ui.content import translated
from jichi.ui.languages import LANGUAGE_INFO, html_lang
from jichi.ui.numbers import format_date

from .duties import title_of, voice_url
from .enums import LATE_REASONS, Channel, EndKind
from .models import Desk, Voice
from .numbers import number_of
from .queries import end_of


@dataclass(frozen=True, slots=True)
class Mark:
    """A state mark: its shape and its word."""

    state: str
    word: str


def mark_of(voice: Voice, today: datetime.date) -> Mark:
    """Where a voice stands, shape and word."""
    if end := end_of(voice):
        return Mark("met", str(EndKind(end).label))
    if voice.due_on is not None and voice.due_on < today:
        days = (today - voice.due_on).days
        return Mark(
            "far_below", ngettext("%(count)d day late", "%(count)d days late", days) % {"count": days}
        )
    unseen = voice.entered_by is not None and voice.checked_at is None and voice.batch_id is None
    if unseen and voice.channel in voice.desk.checks:
        return Mark("not_loaded", _("to be checked"))
    return Mark("between", _("Open"))


def late_words(voice: Voice) -> str:
    """Why a voice is counted apart, in words; "" where it is not."""
    if not voice.is_late:
        return ""
    return str(LATE_REASONS.get(voice.late_reason, voice.late_reason))


def moment(at: datetime.datetime | None) -> str:
    """A moment as it is written: day and minute of the city."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{format_date(local.date())} {local:%H:%M}"


def language_word(code: str) -> str:
    """A language by its own name; in the reader's language where the site is not in it."""
    if (info := LANGUAGE_INFO.get(code)) is not None:
        return str(info["name_local"])
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def field_word(key: str) -> str:
    """The name of a field of a form beside the text itself; the key where only the form knows it."""
    known = {
        "title": _("Title"),
        "name": _("Name"),
        "organisation": _("Organisation"),
        "address": _("Postal address"),
        "postal_code": _("Postal code"),
        "phone": _("Telephone"),
        "email": _("Mail address"),
        "received": _("Day of receipt"),
        "channel": _("How it came"),
        "text": _("What was said"),
        "language": _("Language of the voice"),
        "age": _("Age"),
        "ward": _("Ward"),
        "subject": _("Subject of the mail"),
        "lives_or_works": _("Lives, works or studies in the city"),
    }
    return known.get(key, key.replace("_", " "))


def desk_title(desk: Desk) -> str:
    """What the desk is for, in the reader's language."""
    return str(translated(desk, "title"))


def card_of(voice: Voice, today: datetime.date) -> dict[str, Any]:
    """A voice as a line of a list; never what was said."""
    return {
        "row": voice,
        "number": grouped(number_of(voice)),
        "title": title_of(voice),
        "url": voice_url(voice),
        "desk": desk_title(voice.desk),
        "channel": str(Channel(voice.channel).label),
        "received": moment(voice.received_at),
        "office": str(translated(voice.department, "name")),
        "mark": mark_of(voice, today),
        "due": format_date(voice.due_on) if voice.due_on and not end_of(voice) else "",
        "late": late_words(voice),
        "language": "" if voice.language == "ja" else language_word(voice.language),
        "lang": html_lang(voice.language),
    }
