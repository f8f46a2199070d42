"""The outbox: written with the act, sent afterwards, nothing lost, at most one copy too many, no address told."""

from __future__ import annotations

import datetime
import smtplib
import uuid

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, transaction
from django.utils import timezone

from jichi.city import keys
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry, SubjectKey
from jichi.city.viewers import system_viewer
from jichi.manifest import Role
from jichi.office.models import Destruction, Message
from jichi.office.outbox import (
    Courier,
    courier_services,
    deliver_due,
    forget_messages,
    post,
    try_again,
    undelivered_for,
)

pytestmark = pytest.mark.django_db
State = Message.State


def entry() -> AuditEntry:
    return AuditEntry.objects.create(act_id=uuid.uuid4(), act="a.b:c", actor=uuid.uuid4())


def posted(to: str = "hanako@example.jp", **more: object) -> Message:
    given = {
        "viewer": system_viewer("worker"),
        "entry": entry(),
        "to": to,
        "subject": "回答がありました",
        "body": "番号 1234\n市より",
        "language": "ja",
        "context": "voices.voice:1",
    }
    return post(**given | more)


class Refusing(BaseEmailBackend):
    """A mail server that raises ``problem`` for those addresses, and sends the rest."""

    problem: Exception | None = None
    for_whom = ""
    away = False

    def open(self) -> bool:
        if Refusing.away:
            raise ConnectionRefusedError(111, "refused")
        return True

    def send_messages(self, messages) -> int:
        for message in messages:
            if Refusing.problem is not None and Refusing.for_whom in message.to[0]:
                raise Refusing.problem
            mail.outbox.append(message)
        return len(messages)


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    for name, value in (("problem", None), ("for_whom", ""), ("away", False)):
        monkeypatch.setattr(Refusing, name, value)
    return Refusing


def late(minutes: float) -> None:
    """Let time pass: what was to be tried later is due now if it was within that time."""
    for row in Message.objects.filter(next_at__isnull=False):
        row.next_at -= datetime.timedelta(minutes=minutes)
        row.save(update_fields=["next_at"])


def test_a_message_is_sent_once_and_its_address_stands_nowhere_in_the_clear(server):
    row = posted()
    assert b"hanako" not in bytes(row.to_encrypted) and row.state == State.QUEUED
    assert deliver_due() == 1 and deliver_due() == 0
    (sent,) = mail.outbox
    assert sent.to == ["hanako@example.jp"] and sent.subject == "回答がありました"
    assert sent.message()["Message-ID"].startswith(f"<{row.pk}@")
    row.refresh_from_db()
    assert row.state == State.SENT and row.sent_at is not None and row.next_at is None
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.filter(pk=row.pk).update(state=State.QUEUED, next_at=timezone.now(), sent_at=None)


def test_the_same_entry_and_address_is_one_message(server):
    one = entry()
    assert posted(entry=one).pk == posted(" Hanako@Example.jp ", entry=one).pk
    posted("taro@example.jp", entry=one)
    assert deliver_due() == 2


def test_a_rolled_back_act_has_posted_nothing(server):
    with pytest.raises(RuntimeError), transaction.atomic():
        posted()
        raise RuntimeError
    assert deliver_due() == 0 and not SubjectKey.objects.exists()


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b", "a@example.jp\nBcc: x@example.jp", "a@example.jp, b@example.jp"]
)
def test_what_is_no_address_is_refused(server, to):
    with pytest.raises(Invalid) as error:
        posted(to)
    assert "to" in error.value.messages


def test_no_header_can_be_added_and_hostile_text_goes_as_text(server):
    posted(
        subject="件名\r\nBcc: x@example.jp\x00" + "長" * 500, body="\x00\x1b本文\r\n.\r\n\ud800 😀\u202e" * 3
    )
    assert deliver_due() == 1
    message = mail.outbox[0].message()
    assert (
        message["Bcc"] is None and len(mail.outbox[0].subject) <= 200 and "\n" not in mail.outbox[0].subject
    )
    assert "\x00" not in mail.outbox[0].body and message.as_bytes()


def test_a_server_that_is_away_costs_nothing_and_is_asked_less_often(server, monkeypatch):
    seconds = [0.0]
    monkeypatch.setattr(courier_services.time, "monotonic", lambda: seconds[0])
    posted(), posted("taro@example.jp")
    server.away, courier = True, Courier()
    assert courier.run_due() == 0
    server.away = False
    assert courier.run_due() == 0  # not asked again within a minute
    assert set(Message.objects.values_list("state", "attempts")) == {(State.QUEUED, 0)}
    seconds[0] = 61
    assert courier.run_due() == 2


def test_a_server_that_breaks_off_is_tried_again_later_and_the_rest_waits_untouched(server):
    server.problem = smtplib.SMTPServerDisconnected("gone")
    first = posted()
    second = posted("taro@example.jp")
    Message.objects.filter(pk=first.pk).update(next_at=timezone.now() - datetime.timedelta(minutes=1))
    with pytest.raises(courier_services.ServerAway):
        deliver_due()
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {first.pk: State.FAILED, second.pk: State.QUEUED}
    server.problem = None
    assert deliver_due() == 1
    late(2)
    assert deliver_due() == 1 and len(mail.outbox) == 2


def test_one_refused_address_stops_no_other_and_is_given_up_at_last(server):
    server.problem = smtplib.SMTPRecipientsRefused({"x": (451, b"later")})
    server.for_whom = "hanako"
    row = posted()
    posted("taro@example.jp")
    assert deliver_due() == 1
    for minutes in courier_services.BACK_OFF_MINUTES:
        late(minutes - 0.9)
        deliver_due()
        late(1)
        deliver_due()
    row.refresh_from_db()
    assert (row.state, row.trouble, row.attempts) == (State.GIVEN_UP, "refused", 8)
    server.problem = smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")})
    other = posted()
    deliver_due()
    other.refresh_from_db()
    assert (other.state, other.attempts) == (State.GIVEN_UP, 1)


def test_a_crash_while_sending_sends_at_most_once_more(server, monkeypatch):
    row = posted()

    def die(*args: object) -> None:
        raise SystemExit

    monkeypatch.setattr(courier_services, "_end", die)
    for copies in (1, 2):
        with pytest.raises(SystemExit):
            deliver_due()
        assert len(mail.outbox) == copies
        assert deliver_due() == 0  # it is another's for a quarter of an hour
        late(16)
    monkeypatch.undo()
    assert deliver_due() == 0 and len(mail.outbox) == 2
    row.refresh_from_db()
    assert (row.state, row.trouble) == (State.GIVEN_UP, "unsure")
    assert mail.outbox[0].extra_headers["Message-ID"] == mail.outbox[1].extra_headers["Message-ID"]


def test_who_destroyed_her_details_gets_no_mail(server):
    subject = keys.new_subject()
    row = posted(subject_key=subject)
    keys.destroy_subject(viewer=system_viewer("worker"), subject=subject, reason="asked")
    assert deliver_due() == 0 and mail.outbox == []
    row.refresh_from_db()
    assert (row.state, row.trouble) == (State.GIVEN_UP, "no_address")


def test_old_messages_are_forgotten_with_their_keys(server):
    kept = keys.new_subject()
    row, other, young = posted(), posted(subject_key=kept), posted("young@example.jp")
    assert deliver_due() == 3
    on = timezone.localdate() + datetime.timedelta(days=91)
    with pytest.raises(NotAllowed):
        forget_messages(viewer=system_viewer("backup"), on=on)
    assert forget_messages(viewer=system_viewer("worker"), on=timezone.localdate()) == 0
    assert forget_messages(viewer=system_viewer("worker"), on=on) == 3
    row.refresh_from_db()
    assert (row.body, row.subject_line, bytes(row.to_encrypted), row.state) == ("", "", b"", State.SENT)
    assert SubjectKey.objects.get(pk=row.subject_id).destroyed_at is not None
    assert SubjectKey.objects.get(pk=other.subject_id).destroyed_at is None and young.pk
    assert Destruction.objects.get().count == 3
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.filter(pk=row.pk).update(body="again")
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.all().delete()


def test_the_page_tells_what_did_not_go_and_never_to_whom(server, client_as, viewer_as, city):
    server.problem = smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")})
    row = posted(subject="秘密の件名", kind="voices.receipt")
    deliver_due()
    client = client_as(Role.PLANNING_OFFICER)
    page = client.get("/en/staff/outbox/").content.decode()
    assert "1 message did not arrive" in page.replace("&nbsp;", " ") and "voices.receipt" in page
    for secret in ("hanako", "秘密", "番号", row.to_hash):
        assert secret not in page
    assert client_as(Role.AUDITOR).get("/staff/outbox/").status_code == 404
    server.problem = None
    assert client.post(f"/en/staff/outbox/{row.pk}/again/").status_code == 302
    assert deliver_due() == 1
    assert "Every message was delivered" in client.get("/en/staff/outbox/").content.decode()
    assert not undelivered_for(viewer_as()).exists()
    with pytest.raises(Invalid):
        try_again(viewer=viewer_as(Role.ADMINISTRATOR), message=row)
