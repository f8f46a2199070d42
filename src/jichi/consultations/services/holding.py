"""What all acts on a consultation share: holding the row, cleaning what was typed, saving."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.city.trail import CHANGED, act
from jichi.consultations.models import Consultation

PROSE = frozenset(
    {
        "title",
        "summary",
        "notice",
        "short_reason",
        "exempt_reason",
        "withdrawn_reason",
        "questions",
        "translations",
        "address",
        "contact_line",
    }
)
LONG = 50_000
"""Characters of one text of a consultation."""
_YEARS = (1900, 2199)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def consultation_of(consultation_id: uuid.UUID) -> Consultation:
    """The consultation with what belongs to it. Raises Consultation.DoesNotExist."""
    rows = Consultation.objects.select_related("department", "desk", "scheme", "document")
    return rows.get(pk=consultation_id)


@contextmanager
def held(viewer: Viewer, key: str, consultation_id: uuid.UUID, version: int | None) -> Iterator[Consultation]:
    """One act on one consultation: the row as it stands, held until the end of the act.

    ``version`` is the one its editor saw; None: whatever it is.

    Raises:
        Consultation.DoesNotExist; NotAllowed; Conflict: somebody else was faster.
    """
    with act(viewer, key, consultation_of(consultation_id)):
        Consultation.objects.select_for_update().get(pk=consultation_id)
        row = consultation_of(consultation_id)
        viewer.require(key, row)
        if version is not None and row.version != version:
            raise Conflict(row)
        yield row


def moment(viewer: Viewer, key: str, at: datetime.datetime | None) -> datetime.datetime:
    """Now; or the moment given, which only a part of the system may give (a sample lies back).

    Raises:
        NotAllowed: for a person who gives one.
    """
    if at is not None and not viewer.system:
        raise NotAllowed(key)
    return at or timezone.now()


def put(row: Consultation, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Save the changes of a held row; gives what the trail says of them."""
    fields = {
        name: CHANGED if name in PROSE else [_told(getattr(row, name)), _told(value)]
        for name, value in changes.items()
        if getattr(row, name) != value
    }
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=sorted({*changes, "version"}))
    return fields


def _told(value: Any) -> Any:
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def clean(text: object, field: str, *, most: int = LONG, required: str = "") -> str:
    """What was typed, without what no page can show and without blanks around it.

    Raises:
        Invalid: for ``field``, with the sentence ``required`` where nothing is said, or where it is too long.
    """
    said = _CONTROL.sub("", str(text or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
    if required and not said:
        raise Invalid({field: [required]})
    if len(said) > most:
        text_ = _("At most %(most)d characters; these are %(count)d.")
        raise Invalid({field: [text_ % {"most": most, "count": len(said)}]})
    return said


def clean_day(day: datetime.date | None, field: str) -> datetime.date | None:
    """A day as it was given. Raises Invalid where it is none that a consultation can have."""
    if day is not None and not _YEARS[0] <= day.year <= _YEARS[1]:
        raise Invalid({field: [_("Look at the year again.")]})
    return day


def clean_translations(given: Mapping[str, Any] | None) -> dict[str, dict[str, str]]:
    """Translations by language and field, cleaned; what is empty is left out."""
    found: dict[str, dict[str, str]] = {}
    for language, texts in (given or {}).items():
        if isinstance(texts, Mapping):
            said = {str(name): clean(text, "translations") for name, text in texts.items()}
            found[str(language)[:12]] = {name: text for name, text in said.items() if text}
    return {language: texts for language, texts in found.items() if texts}


def require_running(row: Consultation) -> None:
    """Raise Invalid where the proposal was withdrawn."""
    if row.withdrawn_at is not None:
        raise Invalid({"": [_("This proposal was withdrawn; nothing about it changes any more.")]})
