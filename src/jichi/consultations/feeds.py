"""What happened to consultations, newest first, as an Atom feed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from jichi.ui.content import translated
from jichi.ui.languages import html_lang
from jichi.ui.numbers import current_language, format_date

from .models import Consultation

MOST = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, a title and a sentence, and where one can see it."""

    at: datetime.datetime
    what: str
    row: Consultation
    title: str
    text: str


def entries_of(rows: Iterable[Consultation]) -> list[Entry]:
    """What happened to these consultations that everybody may know, newest first."""
    found = [entry for row in rows for entry in _entries(row)]
    return sorted(found, key=lambda one: (one.at, one.row.key), reverse=True)[:MOST]


def _entries(row: Consultation) -> list[Entry]:
    title = {"title": str(translated(row, "title"))}
    found = []
    if row.published_at is not None:
        if row.exempt_reason:
            words = _("No public comment is held: %(title)s") % title
            text = str(translated(row, "exempt_reason"))
        else:
            words = _("Public comment: %(title)s") % title
            text = _("From %(first)s to %(last)s.") % {
                "first": format_date(row.first_day),
                "last": format_date(row.last_day),
            }
        found.append(Entry(row.published_at, "published", row, words, text))
    if row.withdrawn_at is not None:
        words = _("Proposal withdrawn: %(title)s") % title
        found.append(
            Entry(row.withdrawn_at, "withdrawn", row, words, str(translated(row, "withdrawn_reason")))
        )
    if row.result_published_at is not None:
        words = _("Result of the public comment: %(title)s") % title
        text = _("Every opinion with the city's view.")
        if row.withdrawn_at is not None:
            text = _("What was said until then is kept and counted.")
        found.append(Entry(row.result_published_at, "result", row, words, text))
    return found


def feed_of(rows: Iterable[Consultation], *, title: str) -> bytes:
    """The feed in the reader's language, in UTF-8."""
    base = settings.BASE_URL.rstrip("/")
    feed = Atom1Feed(
        title=title,
        link=base + reverse("consultation-list"),
        description=title,
        language=html_lang(current_language()),
        feed_url=base + reverse("consultation-feed"),
    )
    for one in entries_of(rows):
        feed.add_item(
            title=one.title,
            link=base + reverse("consultation-detail", args=[one.row.key]),
            description=one.text,
            unique_id=f"urn:jichi:consultation:{one.row.pk}:{one.what}",
            pubdate=one.at,
            updateddate=one.at,
        )
    return feed.writeString("utf-8").encode()
