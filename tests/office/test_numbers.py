"""The packet that goes out, and the number that comes back."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import zipfile

import jsonschema
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jichi.city.errors import Invalid, NotAllowed
from jichi.city.pack import PACKAGE
from jichi.manifest import Role
from jichi.office import services
from jichi.office.models import Approval
from jichi.office.numbers_file import read_numbers
from jichi.office.queries import without_number

from .putting import FILES, fresh, put_up

pytestmark = pytest.mark.django_db


def today() -> datetime.date:
    return timezone.localdate()


def register(viewer, approval, number="7川総第12号", date=None):
    return services.register_document(
        viewer=viewer, approval_id=approval.pk, number=number, date=date or today()
    )


def csv_of(*rows: tuple[object, ...], head: str = "id,number,date") -> str:
    return "\r\n".join([head, *(",".join(str(cell) for cell in row) for row in rows)]) + "\r\n"


def take_in(viewer, content: str | bytes, name: str = "numbers.csv"):
    raw = content.encode() if isinstance(content, str) else content
    return services.take_in_numbers(viewer=viewer, content=raw, filename=name)


@pytest.fixture
def out(approval, holders) -> Approval:
    """An approval whose packet was taken out."""
    services.take_packet(viewer=holders.drafter, approval_id=approval.pk)
    return fresh(approval)


# --- out --------------------------------------------------------------------------------------------
def test_the_packet_holds_the_files_and_says_who_by_office(approval, holders):
    holders.passed(approval, holders.section_head)
    name, content = services.take_packet(viewer=holders.drafter, approval_id=approval.pk)
    assert name == f"packet-{approval.pk}-1.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        head = json.loads(archive.read("packet.json"))
        assert [archive.read(one["name"]) for one in head["files"]] == [file.content for file in FILES]
    schema = json.loads((PACKAGE / "office/schema/jichi-packet-1.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(head, schema)
    assert head["id"] == str(approval.pk)
    assert head["office"] == "協働推進課"
    assert [one["state"] for one in head["steps"]] == ["passed", "open", "waiting"]
    assert head["files"][0]["sha256"] == hashlib.sha256(FILES[0].content).hexdigest()
    assert "さん" not in json.dumps(head, ensure_ascii=False)


def test_the_same_state_gives_the_same_bytes_and_is_noted_once(approval, holders):
    first = services.take_packet(viewer=holders.drafter, approval_id=approval.pk)
    assert services.take_packet(viewer=holders.drafter, approval_id=approval.pk) == first
    assert approval.events.filter(kind="packet_taken").count() == 1
    holders.passed(approval, holders.section_head)
    assert services.take_packet(viewer=holders.drafter, approval_id=approval.pk) != first


def test_what_was_sent_back_does_not_go_out(approval, holders, auditor):
    with pytest.raises(NotAllowed):
        services.take_packet(viewer=auditor, approval_id=approval.pk)
    services.send_back(viewer=holders.section_head, approval_id=approval.pk, version=1, reason="直す")
    with pytest.raises(Invalid):
        services.take_packet(viewer=holders.drafter, approval_id=approval.pk)


# --- back, by hand ------------------------------------------------------------------------------------
def test_a_number_comes_only_after_the_packet_was_taken_before_or_after_the_decision(
    approval, holders, department
):
    with pytest.raises(Invalid):
        register(holders.drafter, approval)
    services.take_packet(viewer=holders.drafter, approval_id=approval.pk)
    register(holders.drafter, approval)
    assert fresh(approval).document_number == "7川総第12号"
    holders.decided(approval)

    after = put_up(holders.drafter, department)
    holders.decided(after)
    services.take_packet(viewer=holders.drafter, approval_id=after.pk)
    register(holders.drafter, after, "7川総第13号")
    assert fresh(after).document_date == today()


def test_a_packet_of_the_round_before_does_not_count(out, holders):
    services.send_back(viewer=holders.section_head, approval_id=out.pk, version=1, reason="直す")
    services.resubmit(viewer=holders.drafter, approval_id=out.pk, version=fresh(out).version)
    with pytest.raises(Invalid):
        register(holders.drafter, out)


def test_the_same_number_changes_nothing_and_another_is_refused_with_both(out, holders):
    version = register(holders.drafter, out).version
    assert register(holders.drafter, out).version == version
    with pytest.raises(Invalid) as caught:
        register(holders.drafter, out, "7川総第99号")
    [text] = caught.value.messages["number"]
    assert "7川総第12号" in text
    assert "7川総第99号" in text
    assert fresh(out).document_number == "7川総第12号"


def test_a_number_is_of_one_approval(out, holders, department):
    register(holders.drafter, out)
    another = put_up(holders.drafter, department)
    services.take_packet(viewer=holders.drafter, approval_id=another.pk)
    with pytest.raises(Invalid) as caught:
        register(holders.drafter, another)
    assert list(caught.value.messages) == ["number"]


@pytest.mark.parametrize("days", [1, -1])
def test_a_date_in_the_future_or_before_the_draft_is_refused(out, holders, days):
    with pytest.raises(Invalid) as caught:
        register(holders.drafter, out, date=today() + datetime.timedelta(days=days))
    assert list(caught.value.messages) == ["date"]


# --- back, from a file --------------------------------------------------------------------------------
def test_good_rows_are_entered_and_bad_ones_told_by_line(
    out, holders, department, viewer_as, other_department
):
    second = put_up(holders.drafter, department)
    services.take_packet(viewer=holders.drafter, approval_id=second.pk)
    untaken = put_up(holders.drafter, department)
    foreign = put_up(viewer_as(Role.OFFICER, other_department), other_department)
    text = csv_of(
        (out.pk, "7川総第1号", today()),
        ("no-id", "7川総第2号", today()),
        (untaken.pk, "7川総第3号", today()),
        (foreign.pk, "7川総第4号", today()),
        (second.pk, "", today()),
        (second.pk, "7川総第6号", "いつか"),
        (second.pk, "7川総第1号", today()),
        (),
        (second.pk, "7川総第8号", today()),
    )
    report = take_in(holders.drafter, text)

    assert [one.pk for one in report.entered] == [out.pk, second.pk]
    assert [one.line for one in report.bad] == [3, 4, 5, 6, 7, 8]
    assert all(one.sentences for one in report.bad)
    assert report.rows == 8
    assert fresh(second).document_number == "7川総第8号"
    assert not without_number(holders.drafter).exists()


def test_the_same_file_twice_changes_nothing_and_another_number_is_told(out, holders):
    text = csv_of((out.pk, "7川総第1号", today()))
    assert len(take_in(holders.drafter, text).entered) == 1
    version = fresh(out).version
    again = take_in(holders.drafter, text)
    assert (again.entered, again.unchanged, again.bad) == ([], 1, [])
    other = take_in(holders.drafter, csv_of((out.pk, "7川総第2号", today())))
    [bad] = other.bad
    assert "7川総第1号" in bad.sentences[0]
    assert "7川総第2号" in bad.sentences[0]
    assert fresh(out).version == version


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_japanese_headings_in_each_encoding(out, holders, encoding):
    day = today()
    text = csv_of(
        ("題", out.pk, "７川総第１号", f"令和{day.year - 2018}年{day.month}月{day.day}日"),
        head="件名,起案ID,文書番号,文書年月日",
    )
    [entered] = take_in(holders.drafter, text.encode(encoding)).entered
    assert (entered.document_number, entered.document_date) == ("７川総第１号", day)


@pytest.mark.parametrize("wrapped", [True, False])
def test_json(out, holders, wrapped):
    rows = [{"id": str(out.pk), "number": "7川総第1号", "date": today().isoformat()}]
    data = json.dumps({"documents": rows} if wrapped else rows, ensure_ascii=False)
    assert len(take_in(holders.drafter, data, "numbers.json").entered) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"a,b,c\r\n1,2,3\r\n", b"id,number,date\r\n", b"[1, 2]", b'{"id": 1}', b"[]"],
    ids=["empty", "binary", "no headings", "no rows", "json of numbers", "json of one", "json empty"],
)
def test_a_file_that_is_none_is_refused_whole(holders, content):
    with pytest.raises(Invalid) as caught:
        take_in(holders.drafter, content)
    assert list(caught.value.messages) == ["file"]


def test_a_long_file_is_refused_before_anything_is_entered(out, holders, monkeypatch):
    monkeypatch.setattr("jichi.office.numbers_file.ROW_LIMIT", 1)
    row = (out.pk, "7川総第1号", today())
    with pytest.raises(Invalid):
        take_in(holders.drafter, csv_of(row, row))
    assert fresh(out).document_number == ""


def test_who_looks_only_takes_nothing_in(out, auditor, holders):
    for viewer in (auditor, holders.bureau_head, holders.approver):
        with pytest.raises(NotAllowed):
            take_in(viewer, csv_of((out.pk, "7川総第1号", today())))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(*[st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)] * 3),
        max_size=5,
    )
)
def test_whatever_stands_in_the_file_each_row_is_read_or_the_file_refused(rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["id", "number", "date"])
    writer.writerows(rows)
    wanted = [tuple(cell.strip() for cell in row) for row in rows if any(cell.strip() for cell in row)]
    try:
        found = read_numbers(out.getvalue().encode())
    except Invalid:
        assert not wanted or any("\t" in cell for row in rows for cell in row)
    else:
        assert [(one.id, one.number, one.date) for one in found] == wanted
