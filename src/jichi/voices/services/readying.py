"""Rows of a file made ready to be written: everything that takes time and no lock.

What most rows are (text of usual length, nothing unstorable) is prepared here by the shortest way; any other
row goes through :func:`~.preparing.prepared`, which repairs it or says what is wrong. A test holds the two to
the same result.
"""

from __future__ import annotations

import datetime
import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city import attachments, keys
from jichi.city.errors import Invalid
from jichi.voices.intake.importing import Given, RowProblem, given
from jichi.voices.intake.tables import Row
from jichi.voices.models import Attachment, IntakeBatch
from jichi.voices.reply_days import due_day

from . import bulk
from .preparing import CONTACT_LIMIT, FORM_LIMIT, Prepared, prepared
from .receiving import FOLDER, lateness

FindFile = Callable[[str], bytes | None]

_SCAN_BYTES = 20 * 1024 * 1024
_UNUSUAL = re.compile("[\0\ud800-\udfff]")
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_PHONE_OR_MAIL = (("email", keys.MAIL, keys.normal_mail), ("phone", keys.PHONE, keys.normal_phone))


@dataclass(slots=True)
class Chunk:
    """Rows prepared for one transaction: how many they were, the good ones, and what is wrong with others."""

    count: int = 0
    ready: list[bulk.Ready] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)


class Reader:
    """Prepares the rows of one batch."""

    def __init__(self, batch: IntakeBatch, find_file: FindFile | None) -> None:
        self.batch, self.desk, self.find_file = batch, batch.desk, find_file
        self.due: dict[datetime.date, datetime.date | None] = {}
        self.digest, self.hashed = keys.digester(), keys.lookup_hasher()

    def read(self, rows: Sequence[Row]) -> Chunk:
        """The rows, ready to be written."""
        chunk, now = Chunk(len(rows)), timezone.now()
        for row in rows:
            try:
                chunk.ready.append(self._ready(row, now))
            except RowProblem as problem:
                chunk.problems.append(problem_at(row.line, problem.column, problem.message))
            except Invalid as problem:
                column, sentences = next(iter(problem.messages.items()))
                chunk.problems.append(problem_at(row.line, column, sentences[0]))
        bulk.encrypt_contacts(chunk.ready)
        return chunk

    def same(self, entered_by: Any) -> dict[str, Any]:
        """What the rows of all voices of the batch have in common."""
        return {
            "desk_id": self.desk.pk,
            "department_id": self.desk.department_id,
            "batch_id": self.batch.pk,
            "entered_by": entered_by,
            "entered_at": timezone.now(),
            "retention_class": self.desk.retention_class,
            "is_sample": self.desk.is_sample,
        }

    def _ready(self, row: Row, now: datetime.datetime) -> bulk.Ready:
        found = given(
            row,
            prefix=self.batch.digest[:24],
            channel=self.batch.channel,
            now=now,
            takes_files=self.find_file is not None,
        )
        ready = self._prepared(found)
        values = self._values(found, ready, now)
        return bulk.Ready(found.line, values, ready, self._files(found) if found.files else ())

    def _prepared(self, found: Given) -> Prepared:
        whole = _canonical({"text": found.text, "fields": found.fields, "passages": []})
        usual = (
            len(whole) < FORM_LIMIT // 10
            and found.text
            and not _UNUSUAL.search(whole)
            and "\\u0000" not in whole
            and all(len(one) <= CONTACT_LIMIT and "\0" not in one for one in found.contact.values())
        )
        if not usual:
            return prepared(
                channel=found.channel,
                text=found.text,
                fields=found.fields,
                language=found.language,
                contact=found.contact,
                intake_key=found.intake_key,
                has_files=bool(found.files),
                repair=True,
            )
        salt = secrets.token_bytes(16)
        return Prepared(
            channel=found.channel,
            language=found.language,
            text=found.text,
            fields=found.fields,
            passages=[],
            salt=salt,
            checksum=self.digest(salt, whole.encode()),
            intake_key=found.intake_key,
            contact=found.contact,
            **self._hashes(found.contact),
        )

    def _hashes(self, contact: dict[str, str]) -> dict[str, str]:
        hashes = {}
        for name, kind, normal in _PHONE_OR_MAIL:
            if name in contact:
                try:
                    hashes["mail_hash" if name == "email" else "phone_hash"] = self.hashed(
                        kind, normal(contact[name])
                    )
                except ValueError:
                    continue
        return hashes

    def _values(self, found: Given, ready: Prepared, now: datetime.datetime) -> dict[str, Any]:
        received_at = found.received_at or now
        late = lateness(self.desk, received_at, now)
        wants = found.wants_reply
        wants = bool(found.contact and self.desk.reply_rule) if wants is None else wants
        return {
            "intake_key": ready.intake_key,
            "channel": ready.channel,
            "language": ready.language,
            "received_at": received_at,
            "is_late": bool(late),
            "late_reason": (found.late_reason or late) if late else "",
            "may_publish": found.may_publish,
            "wants_reply": wants,
            "due_on": self._due(received_at) if wants else None,
            "has_contact": bool(found.contact),
        }

    def _due(self, received_at: datetime.datetime) -> datetime.date | None:
        day = timezone.localdate(received_at)
        if day not in self.due:
            self.due[day] = due_day(self.desk.reply_rule, day)
        return self.due[day]

    def _files(self, found: Given) -> list[Attachment]:
        kept = []
        for name in found.files:
            content = self.find_file(name) if self.find_file is not None else None
            if content is None:
                raise RowProblem("file", _("The file %(name)s is not in the folder.") % {"name": name[:80]})
            try:
                kept.append(attachments.checked((name, content), most_bytes=_SCAN_BYTES))
            except Invalid as problem:
                raise RowProblem("file", f"{name[:80]}: {problem}") from problem
        return [
            Attachment(
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                key=attachments.store(one.content, folder=FOLDER),
                checksum=one.sha256,
            )
            for one in kept
        ]


def problem_at(line: int, column: str, message: str) -> dict[str, Any]:
    """A row that was not taken in, as the batch keeps it."""
    return {"line": line, "column": column, "message": message.replace("\0", "")[:300]}
