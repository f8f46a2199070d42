"""What waits for a person among voices. A title has receipt number and desk, and never what was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.city.access import Viewer
from jichi.manifest import DutyItem
from jichi.methods.receipts import grouped
from jichi.ui.numbers import format_number

from . import queries
from .actions import CHECK, DECIDE, HAND_OVER, PASS_ON, READ, SEND, TRANSLATE
from .enums import Channel
from .models import Voice
from .numbers import number_of

MOST = 30
"""Duties named one by one; who has more sees them in the list."""


def to_answer(viewer: Viewer) -> Iterator[DutyItem]:
    """Voices that wait for a reply of the viewer's office."""
    if viewer.can(SEND):
        due, rest = queries.first_due_first(queries.to_answer_for(viewer))
        found = list(due[:MOST])
        yield from _items([*found, *rest[: MOST - len(found)]])


def due_soon(viewer: Viewer) -> Iterator[DutyItem]:
    """Voices of the viewer's office whose day is near or over."""
    if viewer.can(READ):
        yield from _items(queries.due_soon_for(viewer)[:MOST])


def to_check(viewer: Viewer) -> Iterator[DutyItem]:
    """Entries of colleagues that wait for a second person."""
    if viewer.can(CHECK):
        yield from _items(queries.to_check_for(viewer)[:MOST])


def to_pass_on(viewer: Viewer) -> Iterator[DutyItem]:
    """Voices of an office that does not exist any more."""
    if viewer.can(PASS_ON):
        yield from _items(queries.to_pass_on_for(viewer)[:MOST])


def to_send(viewer: Viewer) -> Iterator[DutyItem]:
    """Approved replies that are not sent yet."""
    if not viewer.can(SEND):
        return
    for row in queries.to_send_for(viewer)[:MOST]:
        if row.voice is not None:
            yield DutyItem(title=title_of(row.voice), url=voice_url(row.voice), detail=_("reply approved"))
        elif row.set is not None:
            yield DutyItem(
                title=row.set.desk.title,
                url=reverse("staff-reply", args=[row.pk]),
                detail=_("one reply to %(count)s submissions, approved")
                % {"count": format_number(row.set.submissions)},
            )


def to_translate(viewer: Viewer) -> Iterator[DutyItem]:
    """Translations that wait for the viewer."""
    if not viewer.can(TRANSLATE):
        return
    for row in queries.translations_waiting_for(viewer)[:MOST]:
        voice = row.voice or (row.reply.voice if row.reply is not None else None)
        yield DutyItem(
            title=title_of(voice) if voice is not None else _("A reply"),
            url=reverse("staff-translation", args=[row.pk]),
            detail=_("from %(one)s into %(other)s") % {"one": row.from_language, "other": row.to_language},
        )


def to_decide(viewer: Viewer) -> Iterator[DutyItem]:
    """How many texts of a desk wait for a decision about publishing them."""
    if not viewer.can(DECIDE):
        return
    for desk, count in queries.undecided_texts_for(viewer)[:MOST]:
        text = ngettext("%(count)s text to decide on", "%(count)s texts to decide on", count)
        yield DutyItem(
            title=desk.title,
            url=reverse("staff-desk", args=[desk.key]),
            detail=text % {"count": format_number(count)},
        )


def to_hand_over(viewer: Viewer) -> Iterator[DutyItem]:
    """That something waits to be carried to the casework installation; which voices, nobody is told here."""
    if not viewer.can(HAND_OVER):
        return
    rows = queries.disclosures_for(viewer)
    if count := rows.count():
        urgent = rows.filter(is_urgent=True).count()
        text = ngettext("%(count)d file, %(urgent)d urgent", "%(count)d files, %(urgent)d urgent", count)
        yield DutyItem(
            title=_("Files to carry to the casework installation"),
            url=reverse("staff-disclosures"),
            detail=text % {"count": count, "urgent": urgent},
        )


def title_of(voice: Voice) -> str:
    """The receipt number and the desk."""
    facts = {"number": grouped(number_of(voice)), "desk": voice.desk.title}
    return _("%(number)s · %(desk)s") % facts


def voice_url(voice: Voice) -> str:
    """Its page for the city's own people."""
    return reverse("staff-voice", args=[voice.pk])


def _items(rows: Iterable[Voice]) -> Iterator[DutyItem]:
    today = timezone.localdate()
    for row in rows:
        notes = [str(Channel(row.channel).label)]
        if row.due_on is not None and row.due_on < today:
            days = (today - row.due_on).days
            notes.append(ngettext("%(count)d day late", "%(count)d days late", days) % {"count": days})
        yield DutyItem(
            title=title_of(row),
            url=voice_url(row),
            due=row.due_on.isoformat() if row.due_on is not None else "",
            detail=" · ".join(notes),
        )
