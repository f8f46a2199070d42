"""Voices from a file: read in whatever form, taken in once, resumed exactly, bad rows told with their line."""

from __future__ import annotations

import datetime
import io

import pytest
import xlsxwriter
from django.conf import settings
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from jichi.city import attachments, keys
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.voices.intake.cells import moment_of
from jichi.voices.intake.tables import open_table
from jichi.voices.models import Attachment, Contact, IntakeBatch, Original, Tally, Voice
from jichi.voices.services import batches, bring_file, continue_batch, receive
from jichi.voices.services.preparing import CONTACT_PLACE, checksum_of

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00"
    b"\x0cIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\r\xefF\xb8\x00\x00\x00\x00IEND\xaeB`\x82"
)


def table(*rows: str, head: str = "受付ID,受付日,方法,氏名,連絡先,題名,意見,公表可否") -> str:
    return "\r\n".join([head, *rows]) + "\r\n"


def taken_in(viewer, desk, text: str | bytes, **facts) -> IntakeBatch:
    content = text if isinstance(text, bytes) else text.encode()
    batch = bring_file(
        viewer=viewer, desk_id=desk.pk, channel=facts.pop("channel", "post"), name="意見.csv", content=content
    )
    return continue_batch(viewer=viewer, batch_id=batch.pk, **facts)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """No pauses: nobody else writes here."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_row_becomes_a_voice_with_contact_checksum_and_count(desk, people, code):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    text = table(
        f'A-1,{yesterday:%Y/%m/%d},ファクス,見本 花子,044-999-0000,街灯,"暗いです。\n明るくして",否',
        ",,,,,,明るい方がよい①,",
    )
    batch = taken_in(people.officer, desk, text.encode(code))
    assert (batch.rows, batch.received, batch.problem_count) == (2, 2, 0)
    assert batch.finished_at
    first, second = Voice.objects.order_by("pk")
    assert (first.channel, first.may_publish, first.has_contact, first.intake_key) == (
        "fax",
        False,
        True,
        "id:A-1",
    )
    assert timezone.localdate(first.received_at) == yesterday
    assert (second.channel, second.may_publish, second.has_contact) == ("post", True, False)
    assert first.original.text == "暗いです。\n明るくして"
    assert first.original.fields == {"title": "街灯"}
    for row in Original.objects.all():
        assert row.checksum == checksum_of(bytes(row.salt), row.text, row.fields, row.passages)
    contact = Contact.objects.select_related("subject").get()
    assert "見本 花子" in keys.decrypt(contact.subject, bytes(contact.sealed), CONTACT_PLACE).decode()
    assert contact.phone_hash == keys.lookup_hash(keys.PHONE, "0449990000")
    assert sum(Tally.objects.values_list("received", flat=True)) == 2
    entries = AuditEntry.objects.filter(act="voices.voice:import", object_id=str(batch.pk))
    assert [entry.count for entry in entries.order_by("pk")] == [1, 2]
    assert "花子" not in str(list(entries.values_list("fields", flat=True)))


def test_the_file_waits_encrypted_and_goes_with_its_last_row(desk, people):
    content = table("A,,,見本 花子,,,公園に木を,").encode()
    batch = bring_file(viewer=people.officer, desk_id=desk.pk, channel="post", name="x.csv", content=content)
    assert "見本".encode() not in attachments.read(batch.key)
    done = continue_batch(viewer=people.officer, batch_id=batch.pk)
    assert done.key == ""
    assert done.subject.destroyed_at is not None
    again = bring_file(viewer=people.officer, desk_id=desk.pk, channel="post", name="y.csv", content=content)
    assert (again.pk, continue_batch(viewer=people.officer, batch_id=again.pk).received) == (batch.pk, 1)


def test_three_bad_rows_are_told_with_their_lines_and_stop_no_other(desk, people):
    rows = [f"N{number},,,,,,意見 {number},可" for number in range(60)]
    rows[10] = 'N10,,,,,,"閉じない引用符,可'
    rows[20] = "N20,2026-13-45,,,,,いつか,可"
    rows[30] = "N30,,伝書鳩,,,,鳩で,可"
    batch = taken_in(people.officer, desk, table(*rows))
    assert (batch.rows, batch.received, batch.problem_count) == (60, 57, 3)
    assert [(one["line"], one["column"]) for one in batch.problems] == [
        (12, ""),
        (22, "received"),
        (32, "channel"),
    ]
    assert Voice.objects.count() == 57


def test_killed_between_two_chunks_it_goes_on_with_the_next_row(desk, people, monkeypatch):
    monkeypatch.setattr(batches, "FIRST", 10)
    monkeypatch.setattr(batches, "MOST", 10)
    text = table(*[f",,,,,,意見 {number}," for number in range(35)]).encode()
    batch = bring_file(viewer=people.officer, desk_id=desk.pk, channel="web", name="x.csv", content=text)
    inner, calls = batches.record, []

    def dies(*given, **facts):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return inner(*given, **facts)

    monkeypatch.setattr(batches, "record", dies)
    with pytest.raises(KeyboardInterrupt):
        continue_batch(viewer=people.officer, batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.done == batch.received == Voice.objects.count() == 20
    told = []
    done = continue_batch(viewer=people.officer, batch_id=batch.pk, progress=lambda *way: told.append(way))
    assert told[-1] == (35, 35)
    assert done.received == 35
    assert sorted(Original.objects.values_list("text", flat=True)) == sorted(f"意見 {n}" for n in range(35))


def test_two_who_take_in_the_same_batch_double_nothing(desk, people, monkeypatch):
    """The worker is a chunk ahead; the command notices, waits for it, and goes on when it stops."""
    monkeypatch.setattr(batches, "FIRST", 10)
    text = table(*[f",,,,,,意見 {number}," for number in range(40)]).encode()
    batch = bring_file(viewer=people.officer, desk_id=desk.pk, channel="web", name="x.csv", content=text)
    assert batches.batches_wait()
    inner, calls = batches.Reader.read, []

    def read(reader, rows):
        calls.append(1)
        if len(calls) == 2:
            batches.continue_batches(seconds=0.0001)
            batches.continue_batch(viewer=people.worker, batch_id=batch.pk, seconds=0.0)
        return inner(reader, rows)

    monkeypatch.setattr(batches.Reader, "read", read)
    done = continue_batch(viewer=people.officer, batch_id=batch.pk)
    assert (done.done, done.received, Voice.objects.count()) == (40, 40, 40)
    assert not batches.batches_wait()


def test_a_number_is_one_voice_in_every_file_and_never_two_texts(desk, people):
    taken_in(people.officer, desk, table("7,,,,,,同じ意見,"))
    batch = taken_in(
        people.officer,
        desk,
        table("7,,,,,,同じ意見,", "8,,,,,,別の意見,", "7,,,,,,違う意見,", "8,,,,,,別の意見,"),
    )
    assert (batch.received, batch.known, batch.problem_count) == (1, 2, 1)
    assert batch.problems[0]["line"] == 4
    assert Voice.objects.count() == 2


def test_what_comes_late_is_late_and_what_cannot_be_stored_is_repaired(make, people):
    desk = make(closes_at=timezone.now() - datetime.timedelta(days=2))
    day = timezone.localdate()
    text = table(
        f"1,{day},,,,,おそい,", f"2,{day - datetime.timedelta(days=3)},,,,,間に\x00あう \U0001f600 \u202eabc,"
    )
    taken_in(people.officer, desk, text)
    late, early = Voice.objects.order_by("pk")
    assert late.is_late
    assert late.late_reason
    assert not early.is_late
    assert early.original.text.startswith("間に\N{REPLACEMENT CHARACTER}あう")
    assert early.original.fields == {"repaired": True}


def test_scans_become_attachments_and_a_missing_one_is_a_problem(desk, people):
    text = table("1,a.png,", "2,b\0.png,", "3,,手書きでない", head="id,ファイル,意見")
    batch = taken_in(people.officer, desk, text, find_file={"a.png": PNG}.get)
    assert (batch.received, batch.problem_count, batch.problems[0]["column"]) == (2, 1, "file")
    assert batch.names_files
    kept = Attachment.objects.get()
    assert (kept.voice.intake_key, kept.media_type) == ("id:1", "image/png")
    assert attachments.read(kept.key).startswith(b"\x89PNG")


def test_a_workbook_is_read_like_text(desk, people):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["見本市 意見一覧"])
        sheet.write_row(1, 0, ["No.", "受付日", "ご意見（全文）", "年代"])
        sheet.write_row(2, 0, [1, None, "木陰を増やして", "30代"])
        sheet.write_datetime(
            2, 1, datetime.datetime(2026, 6, 1), book.add_format({"num_format": "yyyy/mm/dd"})
        )
    batch = taken_in(people.officer, desk, file.getvalue())
    assert (batch.received, batch.problems) == (1, [])
    voice = Voice.objects.get()
    assert voice.intake_key == "id:1"
    assert voice.original.fields == {"other": {"年代": "30代"}}


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "file"),
        (b"\x00\x01\x02\x03" * 50, "file"),
        ("氏名,住所\n見本,見本市\n".encode(), "file"),
        ("意見\n\n".encode(), "file"),
        (b"PK\x03\x04 no workbook", "file"),
    ],
)
def test_a_file_that_holds_no_voices_is_refused_with_a_sentence(desk, people, content, field):
    with pytest.raises(Invalid) as caught:
        taken_in(people.officer, desk, content)
    assert caught.value.messages[field][0]
    assert not IntakeBatch.objects.exists()


def test_only_the_office_of_the_desk_brings_files(desk, people):
    for viewer in (people.stranger, people.planner, people.auditor):
        with pytest.raises(NotAllowed):
            taken_in(viewer, desk, table("1,,,,,,意見,"))


def test_the_short_way_stores_what_receive_stores(desk, people, intake):
    """Both ways in end in the same rows, but for salt, times and ids."""
    one = receive(
        viewer=intake, desk_id=desk.pk, channel="post", text="同じ ①", fields={"title": "件"},
        contact={"name": "見本", "email": "A@Example.jp"}, may_publish=False,
    ).voice  # fmt: skip
    taken_in(people.officer, desk, table("1,,,見本,A@Example.jp,件,同じ ①,否"))
    other = Voice.objects.get(intake_key="id:1")
    own = {"id", "intake_key", "received_at", "entered_at", "entered_by", "batch_id"}
    facts = [
        {name: value for name, value in row.__dict__.items() if name not in own and not name.startswith("_")}
        for row in (Voice.objects.get(pk=one.pk), other)
    ]
    assert facts[0] == facts[1]
    assert (one.original.text, one.original.fields) == (other.original.text, other.original.fields)
    assert one.contact.mail_hash == other.contact.mail_hash


@tuned(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=4), max_size=6), st.binary(max_size=60))
def test_no_file_breaks_the_reader(rows, tail):
    content = (
        "意見,id\n".encode() + "\n".join(",".join(row) for row in rows).encode("utf-8", "replace") + tail
    )
    try:
        lines = [row.line for row in open_table(content)]
    except Invalid:
        return
    assert lines == sorted(lines)


@pytest.mark.parametrize("text", ["2026/6/1", "2026-06-01", "R8.6.1", "令和8年6月1日", "2026年6月1日（月）"])
def test_days_are_read_as_people_write_them(text):
    assert moment_of(text).isoformat() == "2026-06-01T12:00:00+09:00"
    assert settings.TIME_ZONE == "Asia/Tokyo"
