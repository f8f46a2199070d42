"""What a receipt number opens, and that it opens nothing else."""

from __future__ import annotations

import dataclasses
import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from jichi.city import keys, limiting
from jichi.methods.receipts import grouped
from jichi.office.models import Message
from jichi.voices.handing_in import Submission, hand_in
from jichi.voices.models import Desk, Follow, Voice
from jichi.voices.numbers import number_of
from jichi.voices.views.receipt import receipt_address

from .conftest import CONTACT, TEXT, Speaker

# The services that these pages call are tested on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def own_counts() -> None:
    """Each test counts its own callers."""
    limiting.windows.clear()


@pytest.fixture
def voice(say: Speaker) -> Voice:
    """One that somebody sent with a contact."""
    return say(contact=CONTACT)


def test_a_number_opens_the_state_and_never_what_was_said(voice: Voice, client: Client) -> None:
    number = number_of(voice)
    wide = grouped(number).translate(str.maketrans("0123456789-", "０１２３４５６７８９ー"))
    for page in (
        client.post("/receipt/", {"number": f" {wide} "}),
        client.get(f"/receipt/{number}/"),
        client.get(receipt_address(number)),
    ):
        text = page.content.decode()
        assert page.status_code == 200 and grouped(number) in text
        assert "no-store" in page["Cache-Control"]
        assert TEXT[:10] not in text and CONTACT["name"] not in text and CONTACT["email"] not in text
    slip = client.get(f"/receipt/{number}/slip.pdf?large=1")
    assert slip.content.startswith(b"%PDF-")


def test_a_wrong_number_looks_like_a_missing_one(voice: Voice, client: Client) -> None:
    number = number_of(voice)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    pages = [client.post("/receipt/", {"number": one}) for one in (wrong, "nonsense", "1" * 5000, "")]
    assert {page.status_code for page in pages} == {404}
    said = {re.sub(r'value="[^"]*"', "", page.content.decode()) for page in pages}
    assert len({re.sub(r"[0-9a-zA-Z]{64}", "", one) for one in said}) == 1
    assert client.get("/receipt/given/nonsense/").status_code == 302
    assert client.get(f"/receipt/{wrong}/slip.pdf").status_code == 404


def test_guessing_is_slow(voice: Voice, client: Client) -> None:
    codes = [client.post("/receipt/", {"number": str(at)}).status_code for at in range(25)]
    assert codes.count(429) >= 4 and codes[0] == 404


def test_following_begins_and_ends_by_a_button(voice: Voice, client: Client) -> None:
    number = number_of(voice)
    assert client.post("/follow/", {"number": number, "email": "nobody"}).status_code == 422
    assert client.post("/follow/", {"what": "forged", "email": "a@example.jp"}).status_code == 422
    assert client.post("/follow/", {"number": number, "email": "a@example.jp"}).status_code == 200
    row = Follow.objects.get()
    assert row.confirmed_at is None and not mail.outbox
    link = _link(Message.objects.get(), "confirm")
    client.get(link)
    row.refresh_from_db()
    assert row.confirmed_at is None
    client.post(link)
    row.refresh_from_db()
    assert row.confirmed_at is not None
    client.post(link.replace("/confirm/", "/end/"))
    row.refresh_from_db()
    assert row.ended_at is not None
    for path in ("confirm", "end"):
        assert client.post(f"/follow/{'x' * 43}/{path}/").status_code == 200


def _link(message: Message, which: str) -> str:
    found = re.search(rf"/follow/[^\s]+/{which}/", message.body)
    assert found is not None
    return found[0]


def test_in_the_outer_zone_a_voice_is_sealed_and_its_state_is_not_there(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.JICHI.keys.mkdir(parents=True, exist_ok=True)
    keys.write_pair("intake", settings.JICHI.keys)
    monkeypatch.setattr(settings, "JICHI", dataclasses.replace(settings.JICHI, zone="outer"))
    submission = Submission(text=TEXT, secret="a")
    number = hand_in(desk, submission)
    assert number.startswith("9") and hand_in(desk, submission) == number
    assert hand_in(desk, dataclasses.replace(submission, text="別の声")) != number
    assert not Voice.objects.exists()
    page = client.post("/receipt/", {"number": number})
    assert page.status_code == 200 and TEXT[:10] not in page.content.decode()
    assert client.get(f"/receipt/{number}/slip.pdf").content.startswith(b"%PDF-")
