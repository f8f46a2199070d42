"""Voices that come by mail: each message is one voice, however often its file is brought."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city import attachments
from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.trail import act, digest_of, record
from jichi.voices.actions import IMPORT
from jichi.voices.enums import Channel
from jichi.voices.intake.mailing import MOST_BYTES, Letter, read_letter
from jichi.voices.models import Desk

from .preparing import CONTACT_LIMIT, FIELDS_LIMIT, MAIL_LIMIT
from .receiving import receive

FILE_BYTES = 20 * 1024 * 1024
_MOST_REFUSED = FIELDS_LIMIT // 700
"""Files named among those that may not be kept; all of them lie in the message."""


@dataclass(slots=True)
class MailReport:
    """What became of the messages, by their names: voices taken in (with receipt numbers), known before,
    automatic answers that nobody wrote, and those that could not be taken in, with the reason.
    """

    received: dict[str, str] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    automatic: list[str] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)


def bring_mail(*, viewer: Viewer, desk_id: int, messages: Iterable[tuple[str, bytes]]) -> MailReport:
    """Take in mail messages, given as (name, content of the .eml file), each in a transaction of its own.

    The message's ``Message-ID`` with what was read of it is its intake key (its digest where it has none), so
    that bringing a folder again takes in what is new alone, and nobody's message is lost because a machine
    or a stranger gave another one the same name. Files that may not be kept are named in the voice's fields;
    the message as it came is kept beside it.

    Raises:
        Desk.DoesNotExist; NotAllowed; KeyProblem.
    """
    desk = Desk.objects.get(pk=desk_id)
    viewer.require(IMPORT, desk)
    report = MailReport()
    taken: list[int] = []
    for name, raw in messages:
        try:
            _bring(viewer, desk, name, raw, report, taken)
        except Invalid as problem:
            report.problems[name] = str(problem)
    with act(viewer, IMPORT, desk):
        record(
            viewer,
            IMPORT,
            desk,
            fields={
                "received": len(report.received),
                "known": len(report.known),
                "problems": len(report.problems),
            },
            count=max(len(taken), 1),
            digest=digest_of(taken),
        )
    return report


def _bring(viewer: Viewer, desk: Desk, name: str, raw: bytes, report: MailReport, taken: list[int]) -> None:
    if len(raw) > MOST_BYTES:
        raise Invalid({"file": [_("The message is too large. Save its files apart and enter it by hand.")]})
    letter = read_letter(raw)
    if letter.is_automatic:
        report.automatic.append(name)
        return
    kept, fields = _read(letter)
    receipt = receive(
        viewer=viewer,
        desk_id=desk.pk,
        channel=Channel.EMAIL,
        text=letter.text[:MAIL_LIMIT],
        fields=fields,
        language=language_of(letter.text),
        contact=_contact(letter),
        attachments=kept,
        intake_key=_key(letter, raw),
        received_at=_received(letter),
        repair=True,
        raw=_raw(raw),
        key=IMPORT,
    )
    if receipt.is_new:
        report.received[name] = receipt.number
        taken.append(receipt.voice.pk)
    else:
        report.known.append(name)


def _read(letter: Letter) -> tuple[list[attachments.Attachment], dict[str, object]]:
    """The files that may be kept, and the fields beside the text."""
    kept, refused = [], []
    for name, content in letter.files:
        try:
            kept.append(attachments.checked((name, content), most_bytes=FILE_BYTES))
        except Invalid as problem:
            plain = "".join(one if one.isprintable() else " " for one in name[:120])
            refused.append({"name": plain, "why": str(problem)[:200]})
    fields: dict[str, object] = {}
    if letter.subject:
        fields["title"] = letter.subject
    if refused:
        fields["refused_files"] = refused[:_MOST_REFUSED]
    remarks = list(letter.remarks)
    if len(refused) > _MOST_REFUSED:
        remarks.append("more-files-refused")
    if len(letter.text) > MAIL_LIMIT:
        remarks.append("text-cut-off")
    if remarks:
        fields["remarks"] = remarks
    if letter.is_repaired:
        fields["repaired"] = True
    return kept, fields


def _contact(letter: Letter) -> dict[str, str] | None:
    who = {"name": letter.name[:CONTACT_LIMIT], "email": letter.address[:CONTACT_LIMIT]}
    return {key: text for key, text in who.items() if text} or None


def _key(letter: Letter, raw: bytes) -> str:
    if not letter.message_id:
        return f"mail:{hashlib.sha256(raw).hexdigest()}"
    said = [letter.message_id, letter.address, letter.subject, letter.text]
    said += [hashlib.sha256(content).hexdigest() for _name, content in letter.files]
    whole = "\0".join(said).encode("utf-8", "surrogatepass")
    return f"mail:{hashlib.sha256(whole).hexdigest()}"


def _received(letter: Letter) -> datetime.datetime:
    now = timezone.now()
    return min(letter.sent_at, now) if letter.sent_at is not None else now


def _raw(raw: bytes) -> attachments.Attachment:
    return attachments.Attachment(
        name="message.eml",
        media_type="message/rfc822",
        size=len(raw),
        content=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def language_of(text: str) -> str:
    """The language a mail seems to be in: ``ja`` unless Korean letters, or no Japanese sign, say other."""
    if re.search("[\u3040-\u30ff]", text):
        return "ja"
    if re.search("[\uac00-\ud7a3]", text):
        return "ko"
    return "ja" if re.search("[\u4e00-\u9fff]", text) or not re.search("[A-Za-z]{2}", text) else "en"
