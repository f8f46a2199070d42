"""The files of a packet: what may be in it, and the one file that goes out to the document system."""

from __future__ import annotations

import hashlib
import io
import json
import mimetypes
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.office.models import Approval, ApprovalFile

FILE_LIMIT = 50 * 1024 * 1024
"""Bytes of one file of a packet."""

PACKET_LIMIT = 100 * 1024 * 1024
"""Bytes of all files of a packet together."""

NAME_LIMIT = 120
HEAD = "packet.json"
FORMAT = "jichi-packet/1"
_FORBIDDEN = frozenset('/\\:*?"<>|')
_ALWAYS = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class PacketFile:
    """A file to be put up: its name, its bytes, and its media type (guessed from the name where empty)."""

    name: str
    content: bytes
    media_type: str = ""

    @property
    def tidy_name(self) -> str:
        """The name as it is kept: composed characters, no blanks around it."""
        return unicodedata.normalize("NFC", self.name).strip()

    @property
    def kind(self) -> str:
        """The media type."""
        return self.media_type or mimetypes.guess_type(self.tidy_name)[0] or "application/octet-stream"


def require_sound(files: Sequence[PacketFile]) -> None:
    """Refuse a packet with a file too large, unnamed, named twice, or named so that it cannot be unpacked.

    Raises:
        Invalid: for the field ``files``, naming each file that is wrong and how to mend it.
    """
    found: list[str] = []
    seen: set[str] = set()
    for file in files:
        name = file.tidy_name
        found += [text % {"name": name, "limit": _limit_words()} for text in _problems(file)]
        if name.casefold() in seen:
            found.append(_("“%(name)s” is there twice; give each file a name of its own.") % {"name": name})
        seen.add(name.casefold())
    if sum(len(file.content) for file in files) > PACKET_LIMIT:
        text = _("The files are larger than %(limit)s together; put in fewer.")
        found.append(text % {"limit": filesizeformat(PACKET_LIMIT)})
    if found:
        raise Invalid({"files": found})


def _problems(file: PacketFile) -> Iterable[str]:
    name = file.tidy_name
    if not name or name.startswith(".") or name.casefold() == HEAD:
        yield _("“%(name)s” cannot be the name of a file in a packet; rename it.")
    elif _FORBIDDEN & set(name) or any(unicodedata.category(one) == "Cc" for one in name):
        yield _("The name “%(name)s” has characters that not every computer can keep; rename the file.")
    if len(name) > NAME_LIMIT:
        yield _("The name “%(name)s” is too long; 120 characters at most.")
    if not file.content:
        yield _("“%(name)s” is empty.")
    if len(file.content) > FILE_LIMIT:
        yield _("“%(name)s” is larger than %(limit)s; divide it or make it smaller. Nothing was saved.")


def _limit_words() -> str:
    return filesizeformat(FILE_LIMIT)


def store(approval: Approval, files: Iterable[PacketFile]) -> None:
    """Add the files to the present round of the approval."""
    for file in files:
        ApprovalFile.objects.create(
            approval=approval,
            round=approval.round,
            name=file.tidy_name,
            media_type=file.kind[:100],
            sha256=hashlib.sha256(file.content).hexdigest(),
            size=len(file.content),
            content=file.content,
        )


def kept(approval: Approval, ids: Iterable[int]) -> list[PacketFile]:
    """Files of the round before, to stay in the next one."""
    rows = ApprovalFile.objects.filter(approval=approval, round=approval.round, pk__in=list(ids))
    return [PacketFile(row.name, bytes(row.content), row.media_type) for row in rows.order_by("pk")]


def zipped(head: Mapping[str, Any], files: Iterable[tuple[str, bytes]]) -> bytes:
    """One zip with ``packet.json`` and the files; the same content gives the same bytes.

    Nothing is compressed, for what a compressor makes of it differs from one machine to the next.
    """
    out = io.BytesIO()
    text = json.dumps(head, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in [(HEAD, text.encode()), *((f"files/{one}", data) for one, data in files)]:
            entry = zipfile.ZipInfo(name, _ALWAYS)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()
