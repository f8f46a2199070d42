"""What somebody without an account hands in by a form: taken in here, or sealed for the inner zone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from jichi.city.attachments import Attachment
from jichi.city.viewers import system_viewer

from .enums import Channel
from .models import Desk
from .services import receive
from .services.outer import put_sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One filled form. ``secret`` is the random part that its page carried."""

    text: str
    passages: tuple[dict[str, Any], ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    may_publish: bool = True
    wants_reply: bool | None = None
    language: str = "ja"
    secret: str = ""
    is_suspect: bool = False

    @property
    def intake_key(self) -> str:
        """The key under which it is taken in: the same form with the same content is the same voice.

        A form changed and sent again is another voice, so that nothing of what was changed is lost. Without
        the secret nobody could guess the content from the key.
        """
        content = {
            "text": self.text,
            "passages": self.passages,
            "fields": dict(self.fields),
            "contact": dict(self.contact),
            "files": [one.sha256 for one in self.attachments],
            "publish": self.may_publish,
            "reply": self.wants_reply,
        }
        plain = json.dumps(content, ensure_ascii=False, sort_keys=True)
        whole = f"{self.secret}\n{plain}".encode("utf-8", "surrogatepass")
        return "web-" + hashlib.sha256(whole).hexdigest()[:48]


def hand_in(desk: Desk, submission: Submission) -> str:
    """Take it in, and give its receipt number (14 digits).

    Raises:
        Invalid: as :func:`jichi.voices.services.receive`; django.db.Error: nothing was received then.
    """
    facts: dict[str, Any] = {
        "text": submission.text,
        "fields": dict(submission.fields),
        "passages": submission.passages,
        "language": submission.language,
        "contact": dict(submission.contact) or None,
        "attachments": submission.attachments,
        "intake_key": submission.intake_key,
        "may_publish": submission.may_publish,
        "wants_reply": submission.wants_reply,
    }
    if settings.JICHI.zone == "outer":
        return put_sealed(desk_key=desk.key, channel=Channel.WEB, **facts)
    receipt = receive(
        viewer=system_viewer("intake"),
        desk_id=desk.pk,
        desk=desk,
        channel=Channel.WEB,
        is_suspect=submission.is_suspect,
        **facts,
    )
    return receipt.number
