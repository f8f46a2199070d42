"""What a workbook says of itself: which form, for whom, for what; sealed so that a change is noticed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from jichi.sheets.definition import Filler

from .problems import WorkbookError

FORMAT = "jichi-workbook/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Which form this is, for whom and for what.

    ``context`` and ``respondent`` are keys of the room that asks; ``title`` and ``respondent_name`` are what
    a person knows them by. ``issued_at`` is ISO text. The writer sets ``language`` (of the labels) and
    ``fill`` (who is to fill it in). ``given`` is the digest of the answers that stood in it when it went out
    (see :func:`.given.answers_digest`); empty: not noted.
    """

    form_key: str
    form_version: int
    form_digest: str
    context: str
    respondent: str
    issued_at: str
    title: str = ""
    respondent_name: str = ""
    language: str = "ja"
    fill: Filler = Filler.RESPONDENT
    given: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The first sheet, in words: what is asked and why, as of when, by when, of whom, how to return it."""

    title: str
    purpose: str = ""
    as_of: str = ""
    due: str = ""
    respondent: str = ""
    asker: str = ""
    how_to_return: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """Which return is awaited. ``older`` names known earlier versions of the form by their digest."""

    form_key: str
    context: str
    respondent: str
    respondent_name: str = ""
    title: str = ""
    older: Mapping[str, str] = field(default_factory=dict)


def seal(envelope: Envelope, key: bytes) -> str:
    """The envelope as one line of text with its check value behind a dot."""
    payload = json.dumps(asdict(envelope), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    text = base64.urlsafe_b64encode(payload.encode()).decode("ascii")
    return f"{text}.{_check_value(text, key)}"


def unseal(sealed: str, keys: Sequence[bytes]) -> Envelope:
    """The envelope of a sealed text.

    Raises:
        WorkbookError: ``envelope_changed`` when no key gives its check value, or it is no envelope.
    """
    text, _dot, mac = sealed.strip().partition(".")
    if not any(hmac.compare_digest(_check_value(text, key).encode(), mac.encode()) for key in keys):
        raise WorkbookError("envelope_changed")
    try:
        data = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
        return Envelope(**{**data, "fill": Filler(data["fill"])})
    except (binascii.Error, ValueError, TypeError, KeyError) as error:
        # Sealed by us, but with other fields: written by another version of this program.
        raise WorkbookError("envelope_other_format") from error


def _check_value(text: str, key: bytes) -> str:
    # A key of its own for this purpose: a value made elsewhere with the same secret is none of ours.
    purpose = hashlib.sha256(FORMAT.encode() + b"\0" + key).digest()
    return hmac.new(purpose, text.encode(), hashlib.sha256).hexdigest()
