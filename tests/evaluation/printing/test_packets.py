"""Packets: asked for, made in portions, stopped, taken up again, and shown to whom they may be."""

from __future__ import annotations

import datetime
import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.models import AuditEntry
from jichi.evaluation.enums import PacketState
from jichi.evaluation.models import Packet, PacketPart
from jichi.evaluation.openness import public_content, public_fields, public_form
from jichi.evaluation.printing.leaves import leaf_of
from jichi.evaluation.queries.packets import material_of, packet_cycle_for, packets_for
from jichi.evaluation.services import packets
from jichi.manifest import Role
from jichi.sheets.models import FormVersion
from jichi.sheets.parsing import parse_definition
from jichi.ui.paper.document import leaf_json
from jichi.ui.paper.pdf import pages_of
from tests.conftest import ClientMaker, ViewerMaker

from . import sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(city: Any, viewer_as: ViewerMaker) -> Any:
    return viewer_as(Role.PLANNING_OFFICER)


def made(packet: Packet, most: int = 50) -> Packet:
    """Let the worker go on until the packet is made or cannot be."""
    for _turn in range(most):
        row = packets.advance(packet.pk)
        assert row is not None
        if row.state in (PacketState.DONE, PacketState.FAILED):
            return row
    raise AssertionError("never ready")


@pytest.mark.parametrize("template", ["council", "settlement", "sheets"])
def test_a_packet_is_made(planner: Any, template: str) -> None:
    row = sample.cycle()
    packet = packets.ask_packet(viewer=planner, cycle_id=row.pk, template=template)
    assert (packet.state, packet.total) == (PacketState.WAITING, 3)
    done = made(packet)
    assert done.state == PacketState.DONE, done.trouble
    assert done.filename == f"small-2025-{template}.pdf"
    assert done.pages == pages_of(bytes(done.content)) > 1
    assert not done.parts.exists()


def test_a_packet_tells_nothing_that_only_some_inside_may_see(planner: Any) -> None:
    row = sample.cycle()
    packet = packets.ask_packet(viewer=planner, cycle_id=row.pk, template="council")
    told = material_of(planner, packet)
    assert all("purpose" in one["values"] for one in told.contents)
    for version in FormVersion.objects.filter(digest__in=told.definitions):
        hidden = [
            {**part, "fill": ["asker"], "see": ["checker", "asker"]}
            for part in version.definition["parts"][:1]
        ]
        definition = {**version.definition, "parts": [*hidden, *version.definition["parts"][1:]]}
        changed = replace(parse_definition(definition), digest=version.digest)
        assert public_fields(changed) < public_fields(told.definitions[version.digest])
        for one in told.contents:
            kept = public_content(one, changed)["values"]
            assert kept
            assert not {"purpose", "accomplishment", "accomplishment_reason"} & set(kept)
        leaf = str(leaf_json(leaf_of(told.contents[0], public_form(changed))))
        assert str(told.contents[0]["values"]["purpose"]) not in leaf


def test_the_same_asked_twice_is_made_once(planner: Any) -> None:
    row = sample.cycle()
    first = packets.ask_packet(viewer=planner, cycle_id=row.pk, template="sheets")
    assert packets.ask_packet(viewer=planner, cycle_id=row.pk, template="sheets") == first


def test_the_trail_brings_the_worker_back_for_every_portion(
    planner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packets, "PORTION", 1)
    packet = packets.ask_packet(viewer=planner, cycle_id=sample.cycle().pk, template="sheets")
    seen, turns = 0, 0
    while turns < 20:
        entries = list(AuditEntry.objects.order_by("pk")[seen:])
        if not entries:
            break
        seen, turns = seen + len(entries), turns + 1
        packets.read_entries(entries)
    packet.refresh_from_db()
    assert packet.state == PacketState.DONE
    assert turns > 4


def test_a_stopped_packet_keeps_its_parts_and_is_taken_up_again(
    planner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packets, "PORTION", 2)
    packet = packets.ask_packet(viewer=planner, cycle_id=sample.cycle().pk, template="sheets")
    packets.advance(packet.pk)
    packet.refresh_from_db()
    stopped = packets.stop_packet(viewer=planner, packet_id=packet.pk, version=packet.version)
    assert packets.advance(packet.pk).state == PacketState.STOPPED  # type: ignore[union-attr]
    kept = list(PacketPart.objects.values_list("pk", flat=True))
    assert len(kept) == 2
    packets.resume_packet(viewer=planner, packet_id=packet.pk, version=stopped.version)
    packets.advance(packet.pk)
    assert set(kept) <= set(PacketPart.objects.values_list("pk", flat=True))
    assert made(packet).state == PacketState.DONE


def test_a_packet_stopped_while_a_portion_is_made_stays_stopped(
    planner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = packets.ask_packet(viewer=planner, cycle_id=sample.cycle().pk, template="sheets")
    leaf_of = packets.leaf_of

    def slow(*args: Any) -> Any:
        found = Packet.objects.get(pk=packet.pk)
        if found.state != PacketState.STOPPED:
            packets.stop_packet(viewer=planner, packet_id=packet.pk, version=found.version)
        return leaf_of(*args)

    monkeypatch.setattr(packets, "leaf_of", slow)
    packets.advance(packet.pk)
    row = Packet.objects.get(pk=packet.pk)
    assert row.state == PacketState.STOPPED
    monkeypatch.undo()
    packets.resume_packet(viewer=planner, packet_id=packet.pk, version=row.version)
    assert made(row).state == PacketState.DONE


def test_two_who_stop_it_at_once(planner: Any) -> None:
    packet = packets.ask_packet(viewer=planner, cycle_id=sample.cycle().pk, template="sheets")
    packets.stop_packet(viewer=planner, packet_id=packet.pk, version=packet.version)
    with pytest.raises(Conflict):
        packets.stop_packet(viewer=planner, packet_id=packet.pk, version=packet.version)


def test_a_correction_while_it_is_made_starts_it_anew(planner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packets, "PORTION", 3)
    row = sample.cycle()
    packet = packets.ask_packet(viewer=planner, cycle_id=row.pk, template="sheets")
    packets.advance(packet.pk)
    sample.add_edition(row, 1, kind="corrected", reason="数字の誤り", accomplishment="4")
    again = packets.advance(packet.pk)
    assert again is not None and (again.state, again.done) == (PacketState.WAITING, 0)
    assert made(packet).state == PacketState.DONE


def test_what_goes_wrong_is_kept_and_can_be_tried_again(
    planner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> bytes:
        raise RuntimeError("no room left")

    packet = packets.ask_packet(viewer=planner, cycle_id=sample.cycle().pk, template="sheets")
    with monkeypatch.context() as patch:
        patch.setattr(packets, "pdf_of_json", fail)
        failed = made(packet)
    assert (failed.state, failed.trouble) == (PacketState.FAILED, "RuntimeError: no room left")
    packets.resume_packet(viewer=planner, packet_id=packet.pk, version=failed.version)
    assert made(packet).state == PacketState.DONE


def test_many_sheets_make_volumes(planner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packets, "VOLUME", 2)
    packet = made(packets.ask_packet(viewer=planner, cycle_id=sample.cycle().pk, template="council"))
    assert packet.filename == "small-2025-council.zip"
    with zipfile.ZipFile(io.BytesIO(bytes(packet.content))) as archive:
        assert archive.namelist() == ["small-2025-council-1.pdf", "small-2025-council-2.pdf"]
        assert sum(pages_of(archive.read(name)) for name in archive.namelist()) == packet.pages


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"template": "x"}, "template"),
        ({"edition": "x"}, "edition"),
        ({"language": "xx"}, "language"),
        ({"edition": "draft"}, "edition"),
    ],
)
def test_what_cannot_be_made_is_said_where(planner: Any, changes: dict[str, str], place: str) -> None:
    row = sample.cycle()
    with pytest.raises(Invalid) as refused:
        packets.ask_packet(viewer=planner, cycle_id=row.pk, **{"template": "council", **changes})
    assert list(refused.value.messages) == [place]
    assert not Packet.objects.exists()


def test_who_may_ask_and_see(planner: Any, viewer_as: ViewerMaker, department: Any) -> None:
    row = sample.cycle()
    packet = packets.ask_packet(viewer=planner, cycle_id=row.pk, template="council")
    for role in (Role.OFFICER, Role.BUREAU_HEAD, Role.EXTERNAL_REVIEWER, Role.COUNCIL_SECRETARIAT):
        viewer = (
            viewer_as(role, department=department)
            if role in (Role.OFFICER, Role.BUREAU_HEAD)
            else viewer_as(role)
        )
        with pytest.raises(NotAllowed):
            packets.ask_packet(viewer=viewer, cycle_id=row.pk, template="council")
        assert not packets_for(viewer).filter(pk=packet.pk).exists()
    assert packets_for(viewer_as(Role.AUDITOR)).filter(pk=packet.pk).exists()


def test_the_council_sees_what_was_published_from_its_moment_on(planner: Any, viewer_as: ViewerMaker) -> None:
    now = timezone.now()
    council = viewer_as(Role.COUNCIL_SECRETARIAT)
    row = sample.cycle(council_from=now + datetime.timedelta(hours=1))
    packet = packets.ask_packet(viewer=planner, cycle_id=row.pk, template="council")
    assert not packets_for(council).exists()
    with pytest.raises(type(row).DoesNotExist):
        packet_cycle_for(council, row.pk)
    type(row).objects.update(council_from=now - datetime.timedelta(hours=1))
    assert packets_for(council).get() == packet
    Packet.objects.update(edition="draft")
    assert not packets_for(council).exists()


def test_the_pages(city: Any, client_as: ClientMaker) -> None:
    row = sample.cycle()
    client = client_as(Role.PLANNING_OFFICER)
    empty = client.get(reverse("staff-evaluation-packets", args=[row.pk]))
    assert "まだ" in empty.content.decode()
    asked = client.post(
        reverse("staff-evaluation-packet-ask", args=[row.pk]),
        {"template": "council", "edition": "draft", "language": "ja"},
    )
    assert asked.status_code == 422
    asked = client.post(
        reverse("staff-evaluation-packet-ask", args=[row.pk]),
        {"template": "council", "edition": "published", "language": "ja"},
    )
    packet = Packet.objects.get()
    page = reverse("staff-evaluation-packet", args=[packet.pk])
    assert asked["Location"] == page
    assert "<progress" in client.get(page).content.decode()
    assert client.get(reverse("staff-evaluation-packet-file", args=[packet.pk])).status_code == 404
    stop = reverse("staff-evaluation-packet-stop", args=[packet.pk])
    assert client.get(stop).status_code == 405
    client.post(stop, {"version": packet.version})
    client.post(stop, {"version": "x"})
    packet.refresh_from_db()
    assert packet.state == PacketState.STOPPED
    client.post(reverse("staff-evaluation-packet-resume", args=[packet.pk]), {"version": packet.version})
    made(packet)
    given = client.get(reverse("staff-evaluation-packet-file", args=[packet.pk]))
    assert given["Content-Type"] == "application/pdf" and given.content.startswith(b"%PDF")
    assert "attachment" in given["Content-Disposition"]


def test_a_sheet_as_a_file_for_everybody_from_the_day_it_is_public(city: Any, client_as: ClientMaker) -> None:
    now = timezone.now()
    row = sample.cycle(public_from=now + datetime.timedelta(hours=1))
    client = client_as()
    address = reverse("results-sheet-file", args=[2025, "M-1-01", "pdf"])
    assert client.get(address).status_code == 404
    type(row).objects.update(public_from=now - datetime.timedelta(hours=1))
    given = client.get(address)
    assert given.status_code == 200 and given.content.startswith(b"%PDF")
    book = client.get(reverse("results-sheet-file", args=[2025, "M-1-01", "xlsx"]))
    assert book.content.startswith(b"PK")
    page = client.get(reverse("results-year-sheet", args=[2025, "M-1-01"])).content.decode()
    assert address in page and address.replace(".pdf", ".xlsx") in page
    for wrong in (("pdf", "M-9-99"), ("docx", "M-1-01")):
        assert client.get(reverse("results-sheet-file", args=[2025, wrong[1], wrong[0]])).status_code == 404
