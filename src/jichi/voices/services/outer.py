"""Intake in the outer zone: what is said there is sealed at once for the inner one and carried in as files.

A file ``jichi-intake-1-….txt`` holds one voice: plain letters (base64 of what
:func:`jichi.city.keys.seal_for` gives under the public key ``intake``), so that it passes a content filter,
and nothing out there can open it.
``jichi-intake-1-list.txt`` names the files with their digests, so that a file cut off or left behind on the
way is noticed. Carrying the same files in again changes nothing. The list is no signature: who can put files
into the folder could as well send the public form.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DataError, IntegrityError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from jichi.city import attachments, keys
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.methods import receipts
from jichi.voices.actions import IMPORT
from jichi.voices.models import Desk

from .preparing import prepared
from .receiving import receive

FORMAT = "jichi-intake-1"
LIST = f"{FORMAT}-list.txt"
KEY = "intake"
"""The pair of keys: ``intake.pub`` lies outside, ``intake.key`` inside alone."""

_NAME = re.compile(rf"{FORMAT}-[0-9a-f]{{40}}\.txt")
_LINE = re.compile(rf"([0-9a-f]{{64}})  ({FORMAT}-[0-9a-f]{{40}}\.txt)")
_WIDTH = 76


class NoIntakeKey(Invalid):
    """The outer zone has no public key to seal for: nothing can be taken in."""

    def __init__(self) -> None:
        super().__init__({"": [_("Nothing can be received here at the moment. Send it by post or by fax.")]})


@dataclass(slots=True)
class CarryReport:
    """What became of the files: taken in (file: receipt number), known before, and what is wrong."""

    received: dict[str, str] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def folder() -> Path:
    """Where sealed voices wait to be carried in (``JICHI_HOME/sealed-intake``)."""
    return Path(settings.JICHI.home) / "sealed-intake"


def put_sealed(
    *,
    desk_key: str,
    text: str,
    intake_key: str,
    channel: str = "web",
    fields: Mapping[str, Any] | None = None,
    passages: Sequence[Mapping[str, Any]] = (),
    language: str = "ja",
    contact: Mapping[str, str] | None = None,
    attachments: Sequence[attachments.Attachment] = (),
    may_publish: bool = True,
    wants_reply: bool | None = None,
) -> str:
    """Seal what somebody said for the inner zone and give its receipt number. On disk when this returns.

    The same ``intake_key`` at the same desk is the same voice and gets the same number.

    Raises:
        Invalid: by field, as :func:`~.receiving.receive`; NoIntakeKey; OSError: where the disk is full.
    """
    public = keys.public_key(KEY)
    if public is None:
        raise NoIntakeKey
    _check(channel, text, fields, passages, language, contact, bool(attachments))
    digest = hashlib.sha256(b"\0".join([desk_key.encode(), intake_key.encode()])).hexdigest()
    name = f"{FORMAT}-{digest[:40]}.txt"
    number = _number_for(name)
    content = {
        "format": FORMAT,
        "desk": desk_key,
        "number": number,
        "intake_key": intake_key,
        "channel": channel,
        "text": text,
        "fields": dict(fields or {}),
        "passages": [dict(one) for one in passages],
        "language": language,
        "contact": dict(contact or {}),
        "may_publish": may_publish,
        "wants_reply": wants_reply,
        "received_at": timezone.now().isoformat(),
        "files": [
            {"name": one.name, "content": base64.b64encode(one.content).decode()} for one in attachments
        ],
    }
    sealed = keys.seal_for(public, json.dumps(content, ensure_ascii=False).encode())
    _write_once(folder() / "ready" / name, _armoured(sealed))
    return number


def write_list() -> Path:
    """Write the list of all files that wait now, to be carried in with them; returns its path."""
    ready = folder() / "ready"
    ready.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}"
        for path in sorted(ready.iterdir())
        if _NAME.fullmatch(path.name)
    ]
    path = ready / LIST
    with suppress(FileNotFoundError):
        path.unlink()
    _write_once(path, "\n".join([FORMAT, *lines, ""]).encode())
    return path


def throw_carried(names: Iterable[str]) -> int:
    """Throw away outside what was carried in; the number stays, so that a form sent again gets it again."""
    thrown = 0
    for name in names:
        if _NAME.fullmatch(name):
            with suppress(FileNotFoundError):
                (folder() / "ready" / name).unlink()
                thrown += 1
    return thrown


def carry_in(*, viewer: Viewer, files: Iterable[tuple[str, bytes]]) -> CarryReport:
    """Take in sealed files from the outer zone, given as (name, content), the list first; again as often as
    one likes.

    What is damaged, sealed for another or named in the list but missing is reported; it stops no other.

    Raises:
        NotAllowed: to import anywhere; Invalid: where the private key is not kept here.
    """
    viewer.require(IMPORT)
    private = keys.private_key(KEY)
    if private is None:
        raise Invalid({"": [_("The private key “intake” does not lie in this installation's key folder.")]})
    report, seen, listed = CarryReport(), set(), {}
    taken: list[int] = []
    for name, content in files:
        if name == LIST:
            listed = _listed(content)
            continue
        if not _NAME.fullmatch(name):
            continue
        seen.add(name)
        digest = hashlib.sha256(content).hexdigest()
        try:
            if listed.get(name, digest) != digest:
                raise _damaged()
            _carry(viewer, private, name, content, report, taken)
        except Invalid as problem:
            report.problems[name] = str(problem)
    for name in sorted(set(listed) - seen):
        report.problems[name] = _("The list names this file, but it is not here.")
    if taken:
        with act(viewer, IMPORT):
            record(
                viewer,
                IMPORT,
                None,
                object_type="voices.voice",
                fields={"received": len(taken), "known": len(report.known)},
                count=len(taken),
                digest=digest_of(taken),
            )
    return report


def _carry(
    viewer: Viewer, private: bytes, name: str, content: bytes, report: CarryReport, taken: list[int]
) -> None:
    found = _opened(private, content)
    desk = Desk.objects.filter(key=str(found.get("desk"))).first()
    if desk is None or not viewer.can(IMPORT, desk):
        raise Invalid({"desk": [_("It was sent to a desk that is not here.")]})
    try:
        kept, refused = _files(found["files"])
        given = {
            "channel": str(found["channel"]),
            "text": str(found["text"]),
            "fields": {**found["fields"], **({"refused_files": refused} if refused else {})},
            "passages": list(found["passages"]),
            "language": str(found["language"]),
            "contact": dict(found["contact"]) or None,
            "attachments": kept,
            "may_publish": bool(found["may_publish"]),
            "wants_reply": None if found["wants_reply"] is None else bool(found["wants_reply"]),
            "received_at": min(parse_datetime(found["received_at"]) or timezone.now(), timezone.now()),
            "outside_number": found["number"],
        }
        key = f"outer:{name[len(FORMAT) + 1 : -4]}"
        receipt = receive(viewer=viewer, desk_id=desk.pk, intake_key=key, key=IMPORT, **given)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, DataError) as error:
        raise _damaged() from error
    except IntegrityError as error:
        # The same file under another name, or a number that stands for something else already.
        sentence = _("Its receipt number stands for another voice already; nothing of it was taken in.")
        raise Invalid({"number": [sentence]}) from error
    if receipt.is_new:
        report.received[name] = receipt.number
        taken.append(receipt.voice.pk)
    else:
        report.known.append(name)


def _files(given: Sequence[Mapping[str, str]]) -> tuple[list[attachments.Attachment], list[dict[str, str]]]:
    """The files, looked at once more, as the outer zone may be in other hands; and those that are refused."""
    kept, refused = [], []
    for one in given:
        name = str(one["name"])
        try:
            kept.append(attachments.checked((name, base64.b64decode(one["content"]))))
        except Invalid as problem:
            refused.append({"name": name[:120], "why": str(problem)[:200]})
    return kept, refused


def _damaged() -> Invalid:
    return Invalid({"file": [_("The file is damaged or was cut off on the way. Carry it in once more.")]})


def _opened(private: bytes, content: bytes) -> dict[str, Any]:
    damaged = _damaged()
    try:
        first, _newline, rest = content.decode("ascii").partition("\n")
        if first.strip() != FORMAT:
            raise damaged
        found = json.loads(keys.open_sealed(private, base64.b64decode("".join(rest.split()), validate=True)))
        found["number"] = receipts.read(str(found["number"]))
        if not receipts.is_outside(found["number"]):
            raise damaged
    except keys.NotForThisKey as error:
        raise Invalid({"file": [_("The file was sealed for the key of another installation.")]}) from error
    except (keys.Damaged, binascii.Error, ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged from error
    if found.get("format") != FORMAT:
        raise damaged
    whole: dict[str, Any] = found
    return whole


def _listed(content: bytes) -> dict[str, str]:
    matches = (_LINE.fullmatch(line) for line in content.decode("ascii", "replace").splitlines())
    return {match[2]: match[1] for match in matches if match}


def _check(
    channel: str,
    text: str,
    fields: Mapping[str, Any] | None,
    passages: Sequence[Mapping[str, Any]],
    language: str,
    contact: Mapping[str, str] | None,
    has_files: bool,
) -> None:
    """Refuse outside what would be refused inside, where nobody could tell the sender any more."""
    prepared(
        channel=channel,
        text=text,
        fields=fields,
        passages=passages,
        language=language,
        contact=contact,
        has_files=has_files,
    )


def _number_for(name: str) -> str:
    """The receipt number of that file: the one it has, or a new one that no other has out here."""
    place = folder() / "numbers" / name
    with suppress(FileNotFoundError):
        return place.read_text(encoding="ascii")
    while True:
        number = receipts.outside_number(secrets.randbelow)
        if _write_once(folder() / "given" / number[:4] / number, b""):
            break
    if _write_once(place, number.encode()):
        return number
    return place.read_text(encoding="ascii")


def _armoured(sealed: bytes) -> bytes:
    letters = base64.b64encode(sealed).decode()
    lines = [letters[at : at + _WIDTH] for at in range(0, len(letters), _WIDTH)]
    return "\n".join([FORMAT, *lines, ""]).encode()


def _write_once(path: Path, content: bytes) -> bool:
    """Write a file whole and only where there is none of that name; whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        return False
    finally:
        os.unlink(name)
    place = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
    return True
