"""The officer's pages of voices over HTTP: inbox, one voice, entry, replies, paper, and who sees none of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jichi.city.models import AuditEntry, Department
from jichi.city.viewers import system_viewer
from jichi.manifest import Role
from jichi.methods.receipts import grouped
from jichi.voices import queries, services
from jichi.voices.models import Desk, Reply, Voice
from jichi.voices.numbers import number_of
from jichi.voices.paging import Long

from .conftest import CONTACT, TEXT, DeskMaker, Speaker

# The services that these pages call are tested on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

HOSTILE = "<script>alert(1)</script>\u202e逆さ\u0000👨‍👩‍👧" + "あ" * 9_000 + "終わり"


@pytest.fixture
def browser(client_as: Any, department: Department) -> Client:
    """An officer of the office that owns the desk."""
    return client_as(Role.OFFICER, department)


def page(client: Client, name: str, *args: Any, **asked: str) -> str:
    """The text of a page that must be there."""
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_inbox_lists_what_is_open_and_finds_by_words_and_number(browser: Client, say: Speaker) -> None:
    lamp, bench = say(contact=CONTACT), say("ベンチを増やしてください。")
    services.end_voice(viewer=system_viewer("demo"), voice_id=bench.pk, version=None, kind="noted")
    shown = page(browser, "staff-voices")
    assert grouped(number_of(lamp)) in shown
    assert grouped(number_of(bench)) not in shown
    assert "街灯" not in shown
    assert grouped(number_of(bench)) in page(browser, "staff-voices", state="ended")
    assert grouped(number_of(bench)) in page(browser, "staff-voices", q="ベンチ")
    assert grouped(number_of(lamp)) in page(browser, "staff-voices", q=number_of(lamp))
    assert page(browser, "staff-voices", page="99999", channel="\u0000", q="\u0000%_'")


def test_hostile_text_is_shown_as_text_and_folded(browser: Client, say: Speaker) -> None:
    voice = say(HOSTILE.replace("\u0000", ""), fields={"title": "<b>題</b>"})
    shown = page(browser, "staff-voice", voice.pk)
    assert "<script>alert" not in shown
    assert "<b>題" not in shown
    assert "終わり" in shown
    assert shown.index("終わり") > shown.index("<details")


def test_a_contact_opens_by_a_post_that_is_recorded(browser: Client, client_as: Any, voice: Voice) -> None:
    assert CONTACT["email"] not in page(browser, "staff-voice", voice.pk)
    address = reverse("staff-voice-contact", args=[voice.pk])
    assert browser.get(address).status_code == 405
    before = AuditEntry.objects.filter(act="voices.contact:read").count()
    assert CONTACT["email"] in browser.post(address).content.decode()
    assert AuditEntry.objects.filter(act="voices.contact:read").count() == before + 1


def test_other_offices_and_the_planning_section_read_nothing(
    client_as: Any, other_department: Department, voice: Voice
) -> None:
    stranger = client_as(Role.OFFICER, other_department)
    assert stranger.get(reverse("staff-voice", args=[voice.pk])).status_code == 404
    planner = client_as(Role.PLANNING_OFFICER)
    assert "街灯" not in page(planner, "staff-voice", voice.pk)
    for name in ("contact", "reply", "slip", "script", "note"):
        assert planner.get(reverse(f"staff-voice-{name}", args=[voice.pk])).status_code == 404


def test_one_entry_after_another_keeps_desk_way_and_day(browser: Client, desk: Desk) -> None:
    first = page(browser, "staff-voice-enter")
    key = first.split('name="intake_key" value="')[1].split('"')[0]
    typed = {
        "desk": str(desk.pk),
        "channel": "post",
        "received_on": "2026-01-05",
        "text": TEXT,
        "language": "ja",
        "name": "見本 花子",
        "may_publish": "on",
        "intake_key": key,
        "next": "1",
    }
    bad = browser.post(reverse("staff-voice-enter"), typed | {"received_on": "2999-01-05"})
    assert bad.status_code == 422
    assert TEXT in bad.content.decode()
    scan = SimpleUploadedFile("手紙.txt", "手紙の写し".encode())
    late = typed | {"late_reason": "郵便の遅れ"}
    disguised = SimpleUploadedFile("手紙.pdf", b"MZ\x90\x00" * 40)
    assert browser.post(reverse("staff-voice-enter"), late | {"scans": disguised}).status_code == 422
    answer = browser.post(reverse("staff-voice-enter"), late | {"scans": scan})
    assert answer.status_code == 302
    assert f"desk={desk.pk}" in answer["Location"]
    assert "channel=post" in answer["Location"]
    assert browser.post(reverse("staff-voice-enter"), late).status_code == 302
    row = Voice.objects.get()
    assert (row.channel, row.has_contact, row.attachments.count()) == ("post", True, 1)
    file = reverse("staff-voice-file", args=[row.pk, row.attachments.get().pk])
    assert browser.get(file)["Content-Disposition"].startswith("attachment")
    assert "autofocus" in browser.get(answer["Location"]).content.decode().split('name="text"')[1][:400]


def test_a_reply_goes_from_a_template_over_approval_to_a_letter(
    browser: Client, say: Speaker, approve: Any, people: Any, department: Department
) -> None:
    voice = say(contact={key: CONTACT[key] for key in ("name", "phone")} | {"address": "見本市1-2"})
    kept = services.save_template(
        viewer=people.officer, title="お礼", text="ありがとうございます。", department_id=department.pk
    )
    draft = reverse("staff-voice-reply", args=[voice.pk])
    assert "ありがとうございます。" in browser.get(draft, {"template": str(kept.pk)}).content.decode()
    assert browser.get(draft, {"template": "9" * 40}).status_code == 200
    answer = browser.post(draft, {"text": "明るくします。", "language": "ja"})
    reply = Reply.objects.get()
    assert answer["Location"] == reverse("staff-reply", args=[reply.pk])
    send = reverse("staff-reply-send", args=[reply.pk])
    assert browser.post(send, {"version": reply.version}).status_code == 422
    approve(reply)
    assert browser.post(send, {"version": reply.version}).status_code == 302
    letter = reverse("staff-voice-letter", args=[voice.pk, reply.pk])
    assert letter in page(browser, "staff-reply", reply.pk)
    assert browser.post(letter).content[:5] == b"%PDF-"
    assert "明るくします。" in page(browser, "staff-voice-script", voice.pk)


def test_one_reply_to_a_group_is_drafted_once(browser: Client, say: Speaker, put_together: Any) -> None:
    group = put_together(say(), say(), say())
    address = reverse("staff-set-reply", args=[group.pk])
    assert "3" in browser.get(address).content.decode()
    first = browser.post(address, {"text": "明るくします。", "language": "ja"})
    assert browser.get(address)["Location"] == first["Location"]
    assert Reply.objects.get().set_id == group.pk


def test_the_pages_of_acts_and_lists_stand(browser: Client, voice: Voice, desk: Desk) -> None:
    for name in ("pass-on", "note", "due", "end", "seal", "effect", "script"):
        assert page(browser, f"staff-voice-{name}", voice.pk)
    for name in ("staff-voices-look-up", "staff-voices-import", "staff-desks", "staff-templates"):
        assert page(browser, name)
    assert "1" in page(browser, "staff-desk", desk.key)
    found = browser.post(reverse("staff-voices-look-up"), {"contact": CONTACT["phone"]}).content.decode()
    assert grouped(number_of(voice)) in found


def test_a_second_person_checks_where_the_desk_asks(
    browser: Client, make: DeskMaker, people: Any, say: Speaker
) -> None:
    checked, free = make(checks=["post"]), make()
    for one in (checked, free):
        say(desk_id=one.pk, channel="post", viewer=people.colleague, key="voices.voice:enter")
    mine, other = Voice.objects.filter(desk=checked).get(), Voice.objects.filter(desk=free).get()
    shown = page(browser, "staff-voices", state="unchecked")
    assert grouped(number_of(mine)) in shown
    assert grouped(number_of(other)) not in shown
    answer = browser.post(reverse("staff-voice-check", args=[mine.pk]), {"version": mine.version})
    assert answer.status_code == 302
    assert Voice.objects.get(pk=mine.pk).checked_at is not None


def test_a_long_list_is_paged_over_its_parts_and_never_counted_whole(
    people: Any, say: Speaker, rule: Any, make: DeskMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule("voices.reply_working_days", 10)
    due = make(reply_rule="voices.reply_working_days")
    late = [say(desk_id=due.pk, contact=CONTACT).pk for _ in range(2)]
    rest = [say().pk for _ in range(3)]
    parts = queries.first_due_first(queries.voices_for(people.officer))
    rows = Long(*parts)
    assert [row.pk for row in rows[0:5]] == late + rest
    assert [row.pk for row in rows[1:3]] == [late[1], rest[0]]
    assert (len(rows), rows.is_cut) == (5, False)
    monkeypatch.setattr("jichi.voices.paging.MOST", 3)
    cut = Long(*parts)
    assert (len(cut), cut.is_cut) == (3, True)
