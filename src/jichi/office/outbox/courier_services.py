"""The courier: sends what is due, one by one, and writes down what came of each.

*At least once.* A message is marked as being sent, and that is committed, before the server is spoken to.
If the process dies after the server has taken it and before that is written down, nobody can know whether it
went: it is sent once more, with the same Message-ID, so that a good mail server shows it once. If the process
dies there a second time the message is given up as "unsure" and a person decides. So a mail may come twice
after a crash, never more often, and never gets lost in silence.
"""

from __future__ import annotations

import datetime
import smtplib
import time
import uuid
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import timezone

from jichi.city import keys
from jichi.office.models import Message

from .services import address_context

State, Trouble = Message.State, Message.Trouble

BACK_OFF_MINUTES = (1, 5, 30, 120, 720, 1440, 1440)
"""After the first failure a minute, then longer; after the last of them the message is given up."""

TAKEN_MINUTES = 15
"""A message marked as being sent for longer than this is one whose process died."""

TIMEOUT_SECONDS = 15
_REFUSED_FROM = 500

_log = structlog.get_logger("jichi.outbox")


class ServerAway(Exception):
    """The mail server cannot be reached at all; no message is charged with that."""


class Courier:
    """Delivers in the worker's rounds. While the mail server is away it is asked at longer and longer
    intervals, and the worker's other work goes on.
    """

    def __init__(self) -> None:
        self._not_before = 0.0
        self._failures = 0

    def run_due(self) -> int:
        """Send what is due, unless the server was away a short time ago; returns how many were sent."""
        if time.monotonic() < self._not_before or not is_due():
            return 0
        try:
            sent = deliver_due()
        except ServerAway as problem:
            minutes = BACK_OFF_MINUTES[min(self._failures, 2)]
            self._failures += 1
            self._not_before = time.monotonic() + minutes * 60
            _log.error("the mail server does not answer", problem=str(problem), again_in_minutes=minutes)
            return 0
        self._failures, self._not_before = 0, 0.0
        return sent


def is_due() -> bool:
    """Whether anything waits to be sent now."""
    return Message.objects.filter(next_at__lte=timezone.now()).exists()


def deliver_due(limit: int = 50) -> int:
    """Send up to ``limit`` messages that are due, the longest waiting first; returns how many were sent.

    Runs outside any transaction. Several processes may run it at once: each message is one's alone.

    Raises:
        ServerAway: where the mail server cannot be reached; what was not sent is as it was.
    """
    due = Message.objects.filter(next_at__lte=timezone.now()).order_by("next_at", "pk")
    waiting = list(due.values_list("pk", flat=True)[:limit])
    if not waiting:
        return 0
    connection = _opened()
    sent = 0
    try:
        for pk in waiting:
            message = _taken(pk)
            if message is not None and _sent(message, connection):
                sent += 1
    finally:
        _close(connection)
    return sent


def _opened() -> BaseEmailBackend:
    connection = get_connection(timeout=TIMEOUT_SECONDS)
    try:
        connection.open()
    except OSError as problem:
        raise ServerAway(type(problem).__name__) from problem
    return connection


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError:
        _log.info("the mail server did not say goodbye")


def _taken(pk: uuid.UUID) -> Message | None:
    """The message, marked as being sent by us; None where another process has it or it is not to be sent."""
    now = timezone.now()
    until = now + datetime.timedelta(minutes=TAKEN_MINUTES)
    free = Message.objects.filter(pk=pk, next_at__lte=now)
    fresh = free.filter(state__in=[State.QUEUED, State.FAILED])
    if fresh.update(state=State.SENDING, next_at=until, attempts=F("attempts") + 1):
        return Message.objects.select_related("subject").get(pk=pk)
    broken_off = free.filter(state=State.SENDING)
    again = broken_off.filter(interrupted=0)
    if again.update(next_at=until, attempts=F("attempts") + 1, interrupted=1):
        return Message.objects.select_related("subject").get(pk=pk)
    broken_off.update(state=State.GIVEN_UP, next_at=None, trouble=Trouble.UNSURE)
    return None


def _sent(message: Message, connection: BaseEmailBackend) -> bool:
    try:
        mail = _mail(message, connection)
    except keys.KeyDestroyed:
        _end(message, State.GIVEN_UP, Trouble.NO_ADDRESS)
        return False
    except keys.KeyProblem as problem:
        # Nothing went to the server: it waits like after any failure, and those after it are sent.
        _failed(message, Trouble.SERVER, for_good=False)
        _log.error("a message cannot be opened", message=str(message.pk), problem=str(problem))
        return False
    try:
        if not connection.send_messages([mail]):
            raise OSError("nothing was sent")
    except smtplib.SMTPRecipientsRefused as problem:
        codes = [code for code, _text in problem.recipients.values()]
        _failed(message, Trouble.REFUSED, for_good=bool(codes) and min(codes) >= _REFUSED_FROM)
        return False
    except (
        smtplib.SMTPDataError,
        smtplib.SMTPSenderRefused,
        smtplib.SMTPNotSupportedError,
        ValueError,
    ) as problem:
        _failed(message, Trouble.REFUSED, for_good=False)
        _log.warning("a message was refused", message=str(message.pk), problem=type(problem).__name__)
        return False
    except OSError as problem:
        # It is charged with one failure, since nobody knows how far it came; the others wait untouched.
        _failed(message, Trouble.SERVER, for_good=False)
        raise ServerAway(type(problem).__name__) from problem
    _end(message, State.SENT, Trouble.NONE)
    return True


def _mail(message: Message, connection: BaseEmailBackend) -> EmailMessage:
    to = keys.decrypt(message.subject, bytes(message.to_encrypted), address_context(message.pk)).decode()
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return EmailMessage(
        subject=message.subject_line,
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        connection=connection,
        headers={
            "Message-ID": f"<{message.pk}@{host}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": message.language,
        },
    )


def _failed(message: Message, trouble: str, *, for_good: bool) -> None:
    if for_good or message.attempts > len(BACK_OFF_MINUTES):
        _end(message, State.GIVEN_UP, trouble)
        return
    pause = datetime.timedelta(minutes=BACK_OFF_MINUTES[message.attempts - 1])
    Message.objects.filter(pk=message.pk, state=State.SENDING).update(
        state=State.FAILED, trouble=trouble, next_at=timezone.now() + pause
    )


def _end(message: Message, state: str, trouble: str) -> None:
    Message.objects.filter(pk=message.pk, state=State.SENDING).update(
        state=state,
        trouble=trouble,
        next_at=None,
        sent_at=timezone.now() if state == State.SENT else None,
    )
