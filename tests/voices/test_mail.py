"""Mail as it comes: every charset, broken headers, HTML alone, files that may not be kept, and twice the same."""

from __future__ import annotations

import base64
import datetime
import time
from email.message import EmailMessage

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.city import attachments
from jichi.city.errors import NotAllowed
from jichi.voices.intake.mailing import read_letter, text_of_html
from jichi.voices.models import Attachment, Voice
from jichi.voices.services import bring_mail, decrypted
from jichi.voices.services.mail import language_of

TEXT = "公園の木陰を増やしてください。ベンチもほしいです。"


def plain(text: str = TEXT, charset: str = "utf-8", **headers: str) -> bytes:
    head = {
        "Message-ID": "<1@example.jp>",
        "From": "hanako@example.jp",
        "Subject": f"=?{charset}?B?{base64.b64encode('木陰'.encode(charset)).decode()}?=",
        "Content-Type": f"text/plain; charset={charset}",
        **headers,
    }
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items() if value)
    return (lines + "\r\n").encode() + text.encode(charset)


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp", "shift_jis", "euc-jp"])
@pytest.mark.parametrize("named", [True, False])
def test_japanese_is_read_in_every_charset_named_or_not(charset, named):
    said = {} if named else {"Content-Type": "text/plain; charset=us-ascii"}
    letter = read_letter(plain(charset=charset, **said))
    assert letter.text == TEXT
    assert letter.subject == "木陰"
    assert not letter.is_repaired


def test_characters_of_vendors_in_iso_2022_jp_are_read():
    raw = plain(charset="utf-8", **{"Content-Type": "text/plain; charset=ISO-2022-JP"})
    head = raw.partition(b"\r\n\r\n")[0]
    assert read_letter(head + b"\r\n\r\n\x1b$B-!-j\x1b(Babc\x1b$B4X\x1b(B").text == "①㈱abc関"


@pytest.mark.django_db
def test_a_message_is_one_voice_with_contact_files_and_itself(desk, people, tmp_path):
    message = EmailMessage()
    message["Message-ID"], message["Subject"] = "<2@example.jp>", "街灯について"
    message["From"] = "見本 花子 <hanako@example.jp>"
    sent = (timezone.now() - datetime.timedelta(days=2)).replace(microsecond=0)
    message["Received"] = f"from a by b; {sent:%a, %d %b %Y %H:%M:%S} +0000"
    message["Date"] = "Mon, 1 Jan 2001 00:00:00 +0000"
    message.set_content(TEXT)
    message.add_attachment("一覧".encode(), maintype="text", subtype="plain", filename="一覧.txt")
    message.add_attachment(b"MZ\x90\x00program", maintype="application", subtype="pdf", filename="請求書.pdf")
    raw = message.as_bytes()
    report = bring_mail(viewer=people.officer, desk_id=desk.pk, messages=[("a.eml", raw), ("copy.eml", raw)])
    assert (list(report.received), report.known, report.problems) == (["a.eml"], ["copy.eml"], {})
    voice = Voice.objects.get()
    assert (voice.channel, voice.received_at, voice.has_contact) == ("email", sent, True)
    assert voice.original.text.strip() == TEXT
    assert voice.original.fields["title"] == "街灯について"
    assert [one["name"] for one in voice.original.fields["refused_files"]] == ["請求書.pdf"]
    assert decrypted(voice.contact) == {"name": "見本 花子", "email": "hanako@example.jp"}
    kept = {one.is_original: one for one in Attachment.objects.all()}
    assert kept[False].name == "一覧.txt"
    assert attachments.read(kept[True].key) == raw


@pytest.mark.django_db
def test_broken_messages_are_taken_in_and_automatic_ones_left(desk, people):
    messages = [
        (
            "headers.eml",
            b"Subject: \xff\xfe\x00\r\nFrom: <<nobody@@\r\nDate: yesterday\r\n: x\r\n\r\n" + TEXT.encode(),
        ),
        ("nul.eml", plain(TEXT + "\x00\ud83d".encode("utf-8", "surrogatepass").decode("utf-8", "replace"))),
        ("html.eml", b"Content-Type: text/html; charset=utf-8\r\n\r\n<style>x</style><p>" + TEXT.encode()),
        ("mojibake.eml", plain(**{"Message-ID": "<3@x>", "Content-Type": "text/plain; charset=no-such"})),
        ("away.eml", plain(**{"Message-ID": "<4@x>", "Auto-Submitted": "auto-replied"})),
        ("empty.eml", b""),
    ]
    report = bring_mail(viewer=people.officer, desk_id=desk.pk, messages=messages)
    assert list(report.received) == ["headers.eml", "nul.eml", "html.eml", "mojibake.eml", "empty.eml"]
    assert (report.automatic, report.problems) == (["away.eml"], {})
    originals = [voice.original for voice in Voice.objects.order_by("pk")]
    assert all(TEXT in one.text for one in originals[:4])
    assert originals[1].fields["repaired"] is True
    assert originals[2].fields["remarks"] == ["html-only"]


@pytest.mark.django_db
def test_one_name_for_two_messages_loses_none_and_refused_files_stop_nothing(desk, people):
    message = EmailMessage()
    message["Message-ID"], message["From"] = "<1@example.jp>", "taro@example.jp"
    message.set_content("別の人の意見です。")
    for _ in range(60):
        message.add_attachment(b"MZ", maintype="application", subtype="pdf", filename="\x01" * 150)
    messages = [("a.eml", plain()), ("b.eml", message.as_bytes()), ("again.eml", plain())]
    report = bring_mail(viewer=people.officer, desk_id=desk.pk, messages=messages)
    assert (list(report.received), report.known, report.problems) == (["a.eml", "b.eml"], ["again.eml"], {})
    assert "more-files-refused" in Voice.objects.latest("pk").original.fields["remarks"]


def test_what_is_made_to_take_for_ever_takes_a_moment():
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n" for i in range(1500))
    for raw in (
        deep.encode(),
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 6000,
        b"From: " + b"(," * 50_000 + b"\r\n\r\nx",
        b"Content-Type: text/plain; " + b";" * 200_000 + b"\r\n\r\nx",
    ):
        read_letter(raw)
    started = time.monotonic()
    assert "声" in text_of_html("声" + "<!" * 200_000)
    assert time.monotonic() - started < 15


@pytest.mark.django_db
def test_a_text_of_a_megabyte_is_taken_in_and_strangers_bring_none(desk, people):
    raw = plain("あ" * 1_000_001, **{"Message-ID": "<big@x>"})
    assert bring_mail(viewer=people.officer, desk_id=desk.pk, messages=[("a.eml", raw)]).received
    assert Voice.objects.get().original.fields["remarks"] == ["text-cut-off"]
    with pytest.raises(NotAllowed):
        bring_mail(viewer=people.stranger, desk_id=desk.pk, messages=[("a.eml", raw)])


@settings(max_examples=40)
@given(st.binary(max_size=200), st.binary(max_size=80))
def test_no_message_breaks_the_reader(head, body):
    read_letter(head + b"\r\n\r\n" + body)
    read_letter(
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + head + b"\r\n\r\n--x\r\n" + body
    )
    text_of_html((head + body).decode("latin-1"))


def test_the_language_is_guessed_from_its_letters():
    assert [language_of(text) for text in (TEXT, "More trees please", "나무를 심어 주세요", "賛成", "👍")] == [
        "ja", "en", "ko", "ja", "ja",
    ]  # fmt: skip
