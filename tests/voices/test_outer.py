"""The outer zone seals at once and keeps nothing that opens; the inner one takes each file in once."""

from __future__ import annotations

import base64
import dataclasses
import json

import pytest
from django.conf import settings

from jichi.city import attachments, keys
from jichi.city.errors import Invalid, NotAllowed
from jichi.methods import receipts
from jichi.voices.models import Attachment, Voice
from jichi.voices.queries import status_of
from jichi.voices.services import NoIntakeKey, carry_in, decrypted, outer, put_sealed

SECRET = "家のことで相談があります"


@pytest.fixture
def zones(tmp_path, monkeypatch, db):
    """A home for the outer zone's files and the pair of keys; the private one lies inside alone."""
    monkeypatch.setattr(settings, "JICHI", dataclasses.replace(settings.JICHI, home=tmp_path / "outer"))
    keys.write_pair("intake", keys.folder()) if keys.folder().is_dir() else (
        keys.folder().mkdir(parents=True),
        keys.write_pair("intake", keys.folder()),
    )
    return tmp_path


def files():
    ready = outer.folder() / "ready"
    return [
        (path.name, path.read_bytes())
        for path in sorted(ready.iterdir(), key=lambda one: one.name != outer.LIST)
    ]


def test_what_is_said_outside_comes_in_once_with_its_number(zones, desk, people):
    file = attachments.checked(("図.txt", "見取り図".encode()))
    sent = {"desk_key": desk.key, "text": SECRET, "contact": {"name": "見本 花子"}, "attachments": [file]}
    number = put_sealed(**sent, intake_key="form-1")
    assert put_sealed(**sent, intake_key="form-1") == number
    other = put_sealed(**sent, intake_key="form-2")
    assert number != other
    assert receipts.is_outside(number)
    outer.write_list()
    whole = b"".join(path.read_bytes() for path in outer.folder().rglob("*") if path.is_file())
    assert SECRET.encode() not in whole
    assert all(content.isascii() for _name, content in files())
    first = carry_in(viewer=people.officer, files=files())
    assert (sorted(first.received.values()), first.problems) == (sorted([number, other]), {})
    again = carry_in(viewer=people.officer, files=files())
    assert (again.received, len(again.known), Voice.objects.count()) == ({}, 2, 2)
    voice = Voice.objects.get(outside_number=number)
    assert (voice.original.text, decrypted(voice.contact)) == (SECRET, {"name": "見本 花子"})
    assert attachments.read(Attachment.objects.filter(voice=voice).get().key) == "見取り図".encode()
    assert status_of(number).number == number
    assert outer.throw_carried(again.known) == 2
    assert put_sealed(**sent, intake_key="form-1") == number


def test_damaged_missing_and_foreign_files_are_told_and_stop_no_other(zones, desk, people):
    for number in range(4):
        put_sealed(desk_key=desk.key, text=f"意見 {number}", intake_key=str(number))
    outer.write_list()
    listed, *sealed = files()
    _private, public = keys.new_pair()
    cut = (sealed[0][0], sealed[0][1][:-80])
    foreign = (sealed[1][0], outer._armoured(keys.seal_for(public, b"{}")))
    nonsense = (
        sealed[2][0].replace("1-", "1-0", 1)[:-5] + ".txt",
        outer._armoured(
            keys.seal_for(keys.public_key("intake"), b'{"format": "jichi-intake-1", "number": 1}')
        ),
    )
    report = carry_in(
        viewer=people.officer, files=[listed, cut, foreign, nonsense, sealed[3], ("../x.txt", b"")]
    )
    assert list(report.received) == [sealed[3][0]]
    assert set(report.problems) >= {cut[0], foreign[0], sealed[2][0]}
    assert Voice.objects.count() == 1
    assert not carry_in(viewer=people.officer, files=[foreign]).received


def test_nothing_is_taken_in_without_a_key_or_by_strangers(zones, desk, people):
    with pytest.raises(Invalid) as caught:
        put_sealed(desk_key=desk.key, text=" ", intake_key="x")
    assert "text" in caught.value.messages
    put_sealed(desk_key=desk.key, text="意見", intake_key="x")
    assert carry_in(viewer=people.stranger, files=files()).problems
    with pytest.raises(NotAllowed):
        carry_in(viewer=people.auditor, files=files())
    for path in keys.folder().glob("intake.*"):
        path.unlink()
    with pytest.raises(NoIntakeKey):
        put_sealed(desk_key=desk.key, text="意見", intake_key="y")
    with pytest.raises(Invalid):
        carry_in(viewer=people.officer, files=files())


def test_what_hostile_hands_put_into_a_file_stops_no_other(zones, desk, people):
    put_sealed(desk_key=desk.key, text="意見", intake_key="good")
    ((name, good),) = files()
    whole = json.loads(
        keys.open_sealed(keys.private_key("intake"), base64.b64decode("".join(good.decode().split()[1:])))
    )

    def made(at: int, content: bytes) -> tuple[str, bytes]:
        sealed = outer._armoured(keys.seal_for(keys.public_key("intake"), content))
        return f"{outer.FORMAT}-{at:040x}.txt", sealed

    changed = [
        {
            "passages": [{"start": 0, "end": 1, "anchor": "\ud800"}],
            "number": receipts.outside_number(lambda _: 1),
        },
        {
            "passages": [{"start": 0, "end": 1, "anchor": "\0"}],
            "number": receipts.outside_number(lambda _: 2),
        },
        {"fields": {"a": float("nan")}, "number": receipts.outside_number(lambda _: 3)},
        {"received_at": "0001-01-01T00:00:00+23:59", "number": receipts.outside_number(lambda _: 4)},
        {},  # the same under another name
    ]
    bad = [made(at, json.dumps(whole | one).encode()) for at, one in enumerate(changed)]
    bad.append(made(9, b"[" * 100_000))
    report = carry_in(viewer=people.officer, files=[(name, good), *bad])
    assert list(report.received) == [name] and len(report.problems) == len(bad)
    assert Voice.objects.count() == 1
