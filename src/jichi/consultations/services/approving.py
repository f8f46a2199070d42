"""Putting up a notice or a result for approval, as a packet with exactly what will be published."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import record
from jichi.consultations.actions import PUT_UP
from jichi.consultations.models import Consultation
from jichi.office.models import Approval
from jichi.office.queries import files_of, standing_of
from jichi.office.services import PacketFile, draft_approval, resubmit

from .holding import consultation_of, held, require_running

NOTICE, RESULT = "notice", "result"
_FILE = {NOTICE: "notice.json", RESULT: "result.json"}
_TITLES = {
    NOTICE: gettext_lazy("Notice of public comment: %(title)s"),
    RESULT: gettext_lazy("Result of public comment: %(title)s"),
}
_JSON = "application/json"


def context_of(row: Consultation, what: str) -> str:
    """How an approval knows the notice or the result of a consultation."""
    return f"consultations.{what}:{row.pk}"


def as_bytes(content: Mapping[str, Any]) -> bytes:
    """A document in the one form of which its digest is taken: sorted keys, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a document in that form."""
    return hashlib.sha256(as_bytes(content)).hexdigest()


def notice_content(row: Consultation) -> dict[str, Any]:
    """What the notice of a consultation says, as it goes into the packet."""
    return {
        "format": "jichi-consultation-notice/1",
        "key": row.key,
        "title": row.title,
        "summary": row.summary,
        "notice": row.notice,
        "translations": row.translations,
        "legal_basis": row.legal_basis,
        "first_day": row.first_day.isoformat() if row.first_day else None,
        "last_day": row.last_day.isoformat() if row.last_day else None,
        "short_reason": row.short_reason,
        "questions": row.questions,
        "texts": [
            {"audience": one.audience, "language": one.language, "title": one.title, "digest": one.digest}
            for one in row.texts.order_by("audience", "language", "number")
        ],
        "files": [{"title": one.title, "name": one.name, "size": one.size} for one in row.files.all()],
    }


def put_up(
    *,
    viewer: Viewer,
    consultation_id: uuid.UUID,
    route_key: str,
    what: str = NOTICE,
    files: Sequence[PacketFile] | None = None,
    summary: str = "",
    at: datetime.datetime | None = None,
) -> Approval:
    """Put the notice or the result up for approval, again where it was sent back.

    The packet holds ``files`` (None: the room's own print and tables) and the exact content (notice.json,
    result.json): what was decided is what :func:`publish_result` publishes.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Conflict: it changed while it was printed; Invalid: unknown
            ``what``, something missing in the result, under way already, no such route.
    """
    seen = consultation_of(consultation_id)
    viewer.require(PUT_UP, seen)
    before = _content(seen, what, at)
    # Printing takes seconds: nobody else's write waits for it.
    printed = _printed(seen, what) if files is None else files
    with held(viewer, PUT_UP, consultation_id, None) as row:
        content = _content(row, what, at)
        if content != before:
            raise Conflict(row)
        title = _TITLES[what] % {"title": row.title}
        whole = [*printed, PacketFile(_FILE[what], as_bytes(content), _JSON)]
        context = context_of(row, what)
        standing = standing_of(context)
        if standing is not None and standing.state == Approval.State.RETURNED:
            found = resubmit(
                viewer=viewer,
                approval_id=standing.pk,
                version=standing.version,
                files=whole,
                summary=summary or None,
                at=at,
            )
        else:
            found = draft_approval(
                viewer=viewer,
                route_key=route_key,
                context=context,
                title=str(title)[:200],
                department_id=row.department_id,
                summary=summary,
                files=whole,
                at=at,
            )
        record(viewer, PUT_UP, row, fields={"what": [None, what], "digest": [None, digest(content)]})
        return found


def _content(row: Consultation, what: str, at: datetime.datetime | None) -> dict[str, Any]:
    from .results import content_to_publish  # deferred: cycle

    if what == NOTICE:
        require_running(row)
        return notice_content(row)
    if what == RESULT:
        return content_to_publish(row, at=at)
    raise Invalid({"what": [_("This is not one of the choices.")]})


def _printed(row: Consultation, what: str) -> Sequence[PacketFile]:
    """Print and tables of what is put up."""
    from jichi.consultations.printing import packet_files  # deferred: cycle

    own = {name.casefold() for name in _FILE.values()}
    return [one for one in packet_files(row, what) if one.tidy_name.casefold() not in own]


def as_plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same as JSON gives it back."""
    found: dict[str, Any] = json.loads(as_bytes(content))
    return found


_MOVES = frozenset({"late_submissions", "late_opinions", "late_rows", "pending"})


def _lasting(content: dict[str, Any]) -> dict[str, Any]:
    """What was decided on: what comes late meanwhile, outside the rule, does not undo a decision."""
    apart = {name: value for name, value in content.get("apart", {}).items() if name not in _MOVES}
    return {**content, "apart": apart}


def decided_result(viewer: Viewer, row: Consultation, content: Mapping[str, Any]) -> Approval | None:
    """The approval by which this very content was decided; None for a part of the system without one.

    Raises:
        Invalid: nothing was decided, or something else than what would be published.
    """
    found = standing_of(context_of(row, RESULT))
    if found is None and viewer.system:
        return None
    if found is None or found.state != Approval.State.DECIDED:
        raise Invalid({"": [_("The result is not decided yet. Put it up for approval first.")]})
    decided = next((file for file in files_of(viewer, found) if file.name == _FILE[RESULT]), None)
    if decided is None or _lasting(json.loads(bytes(decided.content))) != _lasting(as_plain(content)):
        text = _("The result has changed since it was decided. Put it up for approval again.")
        raise Invalid({"": [text]})
    return found
