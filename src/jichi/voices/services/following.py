"""Mail to those who follow a voice or a thing: confirmed twice, ended by one link, silent on what is sealed.

The address lies encrypted under a key of its own, with the secret of the links; both go when the following
ends. What is sent says that something happened and where to look, never what anybody wrote.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import secrets
from collections.abc import Sequence

from django.conf import settings
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jichi.city import keys
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.city.viewers import system_viewer
from jichi.office.outbox import post
from jichi.voices.actions import FOLLOW
from jichi.voices.models import Follow
from jichi.voices.queries.news import VOICE, PublicEvent, can_be_followed, is_sealed, public_events

FORGET_AFTER = datetime.timedelta(days=3)
"""Who does not confirm within this time is forgotten."""
AGAIN_AFTER = datetime.timedelta(minutes=10)
"""A mail to confirm is not sent again sooner, so that nobody fills a stranger's mailbox."""
MOST_ASKED = 10
"""Mails to confirm that one mailbox gets in a day, whatever they are about."""

_PLACE = b"voices.follow:sealed"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def follow(*, context: str, email: str, language: str, is_digest: bool = False) -> None:
    """Ask an address by mail whether it wants to follow; nothing else is sent before it says so.

    Whether it follows already is told to nobody but the mailbox itself. With ``is_digest`` at most one mail
    comes a day.

    Raises:
        Invalid: ``email`` that is none; "" for a thing that cannot be followed.
    """
    try:
        mail_hash = keys.lookup_hash(keys.MAIL, keys.normal_mail(email))
    except ValueError:
        raise Invalid({"email": [_("This is no mail address, such as name@example.jp.")]}) from None
    if not can_be_followed(context):
        raise Invalid({"": [_("This cannot be followed.")]})
    if not _may_be_asked(context, mail_hash):
        return
    known = Follow.objects.filter(context=context, mail_hash=mail_hash, ended_at__isnull=True).first()
    if known is not None and (
        known.confirmed_at is not None or known.created_at > timezone.now() - AGAIN_AFTER
    ):
        return
    if known is not None:
        _end(system_viewer("worker"), known)
    token = secrets.token_urlsafe(32)
    try:
        _begin(context, email.strip(), mail_hash, language, is_digest, token)
    except IntegrityError:
        return  # the same form, sent twice at the same moment


def _may_be_asked(context: str, mail_hash: str) -> bool:
    """Whether a mail is sent: to none about a sealed voice, of which nothing else is told apart from any
    other, and to no mailbox that was asked about many things today and said yes to none of them.
    """
    if is_sealed(context):
        return False
    since = timezone.now() - datetime.timedelta(days=1)
    asked = Follow.objects.filter(mail_hash=mail_hash, confirmed_at__isnull=True, created_at__gt=since)
    return asked.count() < MOST_ASKED


def confirm_follow(token: str) -> Follow | None:
    """Begin to follow, from the mail; a second time changes nothing. None for a link that is over."""
    row = _row(token)
    if row is None or (row.confirmed_at is None and row.created_at < timezone.now() - FORGET_AFTER):
        return None
    if row.confirmed_at is None:
        viewer = system_viewer("intake")
        with act(viewer, FOLLOW):
            now = timezone.now()
            if Follow.objects.filter(pk=row.pk, confirmed_at__isnull=True).update(
                confirmed_at=now, told_until=now
            ):
                record(viewer, FOLLOW, row, fields={"confirmed_at": [None, now.isoformat()]})
        row.refresh_from_db()
    return row


def end_follow(token: str) -> bool:
    """End to follow, by the link in each mail, and forget the address; whether somebody followed."""
    row = _row(token)
    if row is None:
        return False
    _end(system_viewer("worker"), row)
    return True


def tell_followers(*, now: datetime.datetime | None = None) -> int:
    """Send what is new to those who follow; returns the number of mails. Called by the worker as often as it
    likes: nothing is told twice, and who asked for a digest has at most one a day.
    """
    viewer, moment, sent = system_viewer("worker"), now or timezone.now(), 0
    _forget_unconfirmed(viewer, moment)
    rows = Follow.objects.filter(confirmed_at__isnull=False, ended_at__isnull=True).select_related("subject")
    for row in rows.order_by("pk").iterator(chunk_size=200):
        since = row.told_until or row.confirmed_at
        assert since is not None
        if row.is_digest and timezone.localdate(since) >= timezone.localdate(moment):
            continue
        with translation.override(row.language):
            events = public_events(row.context, since=since, until=moment)
            if events:
                sent += _tell(viewer, row, events, moment)
    return sent


def _tell(viewer: Viewer, row: Follow, events: Sequence[PublicEvent], moment: datetime.datetime) -> int:
    try:
        address, token = _opened(row)
    except (keys.KeyDestroyed, keys.Damaged):
        return 0  # the others are told all the same
    with act(viewer, FOLLOW):
        still = Follow.objects.filter(pk=row.pk, ended_at__isnull=True, told_until=row.told_until)
        if not still.update(told_until=moment):
            return 0
        entry = record(viewer, FOLLOW, row, fields={"told": len(events)})
        post(
            viewer=viewer,
            entry=entry,
            to=address,
            subject=_("News of what you follow"),
            body=_body(row, events, token),
            language=row.language,
            context=f"voices.follow:{row.pk}",
            kind="voices.news",
            subject_key=row.subject,
        )
    return 1


def _begin(context: str, email: str, mail_hash: str, language: str, is_digest: bool, token: str) -> None:
    viewer = system_viewer("intake")
    with translation.override(language), act(viewer, FOLLOW):
        subject = keys.new_subject()
        said = json.dumps({"email": email, "token": token}).encode()
        row = Follow.objects.create(
            context=context,
            subject=subject,
            sealed=keys.encrypt(subject, said, _PLACE),
            mail_hash=mail_hash,
            token_hash=_hash(token),
            language=language,
            is_digest=is_digest,
        )
        entry = record(viewer, FOLLOW, row, fields={"email": CHANGED})
        body = _(
            "Somebody, probably you, asked for mail about news on our pages. To have it sent, open this page"
            " and press the button:\n\n%(confirm)s\n\n"
            "If it was not you, do nothing: no other mail will come, and this address is forgotten."
        )
        post(
            viewer=viewer,
            entry=entry,
            to=email,
            subject=_("Please confirm that you want this mail"),
            body=body % {"confirm": address_of("follow-confirm", token)},
            language=language,
            context=f"voices.follow:{row.pk}",
            kind="voices.confirm",
            subject_key=subject,
        )


def _body(row: Follow, events: Sequence[PublicEvent], token: str) -> str:
    lines = [f"- {timezone.localdate(one.at).isoformat()}  {sentence_of(one)}" for one in reversed(events)]
    where = (
        _("Type your receipt number here to see it:") if row.context.startswith(VOICE) else _("See it here:")
    )
    place = address_of("receipt") if row.context.startswith(VOICE) else settings.BASE_URL + "/"
    end = _("You need not answer. To get no more of these mails, open this page and press the button:")
    return "\n".join([*lines, "", where, place, "", end, address_of("follow-end", token), ""])


def sentence_of(event: PublicEvent) -> str:
    """What happened, in a sentence that says nothing of what anybody wrote."""
    sentences = {
        "opened": _("Opinions on “%(title)s” can be sent."),
        "closed": _("The time for opinions on “%(title)s” is over."),
        "answered": _("The result on “%(title)s” is out."),
        "replied": _("There is a reply to what you sent."),
        "ended": _("The city has finished with what you sent."),
        "effect": _("It is told what came of what you sent."),
    }
    return sentences[event.kind] % {"title": event.title}


def address_of(name: str, *values: str) -> str:
    """The whole address of a page, for a mail."""
    base: str = settings.BASE_URL
    return base.rstrip("/") + reverse(name, args=values)


def _forget_unconfirmed(viewer: Viewer, moment: datetime.datetime) -> None:
    old = Follow.objects.filter(
        confirmed_at__isnull=True, ended_at__isnull=True, created_at__lt=moment - FORGET_AFTER
    )
    for row in old:
        _end(viewer, row)


def _end(viewer: Viewer, row: Follow) -> None:
    with act(viewer, FOLLOW):
        if Follow.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=timezone.now()):
            keys.destroy_subjects(viewer=viewer, subjects=[row.subject_id], reason="no longer follows")
            record(viewer, FOLLOW, row, fields={"ended_at": CHANGED})


def _row(token: str) -> Follow | None:
    if not _TOKEN.fullmatch(token):
        return None
    rows = Follow.objects.select_related("subject")
    return rows.filter(token_hash=_hash(token), ended_at__isnull=True).first()


def _opened(row: Follow) -> tuple[str, str]:
    said = json.loads(keys.decrypt(row.subject, bytes(row.sealed), _PLACE))
    return str(said["email"]), str(said["token"])


def _hash(token: str) -> str:
    return hashlib.sha256(b"jichi: hash of a follower's token 1\0" + token.encode()).hexdigest()
