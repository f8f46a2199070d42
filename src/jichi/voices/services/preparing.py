"""What is looked at, repaired and computed of a voice before any lock is taken: all of it but the writing."""

from __future__ import annotations

import hashlib
import json
import math
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jichi.city import keys
from jichi.city.errors import Invalid
from jichi.ui.numbers import format_number
from jichi.voices.enums import Channel

FORM_LIMIT, MAIL_LIMIT = 100_000, 1_000_000
"""Characters of one voice, by form and by mail."""
FIELDS_LIMIT = 20_000
"""Characters of all other fields together, as JSON."""
CONTACT_FIELDS = ("name", "address", "postal_code", "email", "phone", "organisation")
CONTACT_LIMIT = 300
CONTACT_PLACE = b"voices.contact:sealed"
"""Where an encrypted contact belongs; it opens nowhere else."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})?")
_KEY_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Prepared:
    """What will be written of a voice: the original with its checksum, the contact ready to be encrypted."""

    channel: str
    language: str
    text: str
    fields: dict[str, Any]
    passages: list[dict[str, Any]]
    salt: bytes
    checksum: str
    intake_key: str
    contact: dict[str, str] = field(default_factory=dict)
    mail_hash: str = ""
    phone_hash: str = ""

    @property
    def contact_as_json(self) -> bytes:
        """The contact in the form that is encrypted."""
        return json.dumps(self.contact, ensure_ascii=False, sort_keys=True).encode()


def canonical(text: str, fields: Mapping[str, Any], passages: Sequence[Mapping[str, Any]]) -> bytes:
    """What the checksum of an original is taken over: JSON with sorted keys and no blanks, in UTF-8."""
    whole = {"text": text, "fields": fields, "passages": list(passages)}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def checksum_of(
    salt: bytes, text: str, fields: Mapping[str, Any], passages: Sequence[Mapping[str, Any]]
) -> str:
    """The keyed checksum (64 hexadecimal digits) of an original under its own salt."""
    return keys.keyed_digest(salt, canonical(text, fields, passages))


def prepared(
    *,
    channel: str,
    text: str,
    fields: Mapping[str, Any] | None = None,
    passages: Sequence[Mapping[str, Any]] = (),
    language: str = "ja",
    contact: Mapping[str, str] | None = None,
    intake_key: str = "",
    has_files: bool = False,
    repair: bool = False,
) -> Prepared:
    """Check what somebody said and compute what is stored of it.

    ``repair``: what no database can store (NUL, halves of surrogate pairs) becomes U+FFFD and
    ``fields["repaired"]`` says so, an unreadable mail address or number stays as it was written; otherwise
    each is refused. A form's text has at most 100,000 characters, a mail's 1,000,000.

    Raises:
        Invalid: by field (``text``, ``channel``, ``language``, ``fields``, ``passages``, a contact's field).
        KeyProblem: where the key folder does not belong to this database.
    """
    wrong: dict[str, list[str]] = {}
    said, others, who = text, dict(fields or {}), _contact(contact)
    if _has_unstorable([said, others, who]):
        if repair:
            said, others, who = _mended(said), _mended(others), _mended(who)
            others["repaired"] = True
        else:
            wrong |= _unstorable(said, who)
    if channel not in Channel.values:
        wrong["channel"] = [_("Choose how this reached the city.")]
    if not _LANGUAGE.fullmatch(language) or len(language) > 12:
        wrong["language"] = [_("Choose a language from the list.")]
    wrong |= _too_much(said, others, who, most=MAIL_LIMIT if repair else FORM_LIMIT)
    if not said.strip() and not has_files:
        wrong["text"] = [_("Write what you want to say.")]
    places = _passages(passages, len(said), wrong)
    hashes = _hashes(who, wrong, lenient=repair)
    if wrong:
        raise Invalid(wrong)
    salt = secrets.token_bytes(16)
    return Prepared(
        channel=channel,
        language=language,
        text=said,
        fields=others,
        passages=places,
        salt=salt,
        checksum=checksum_of(salt, said, others, places),
        intake_key=short_key(intake_key),
        contact=who,
        mail_hash=hashes[0],
        phone_hash=hashes[1],
    )


def short_key(intake_key: str) -> str:
    """The key of an intake as it is stored: one of its own where none is given, a hash of a long one."""
    if not intake_key:
        return secrets.token_hex(16)
    if len(intake_key) > _KEY_LENGTH or _UNSTORABLE.search(intake_key):
        return hashlib.sha256(intake_key.encode("utf-8", "surrogatepass")).hexdigest()
    return intake_key


def _contact(given: Mapping[str, str] | None) -> dict[str, str]:
    if unknown := set(given or {}) - set(CONTACT_FIELDS):
        raise ValueError(f"a contact has no field {sorted(unknown)}")
    stripped = {name: str((given or {}).get(name) or "").strip() for name in CONTACT_FIELDS}
    return {name: text for name, text in stripped.items() if text}


def _has_unstorable(value: Any) -> bool:
    if isinstance(value, str):
        return _UNSTORABLE.search(value) is not None
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, Mapping):
        return any(_has_unstorable(one) for pair in value.items() for one in pair)
    return isinstance(value, list | tuple) and any(_has_unstorable(one) for one in value)


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {_mended(name): _mended(one) for name, one in value.items()}
    return [_mended(one) for one in value] if isinstance(value, list | tuple) else value


def _unstorable(said: str, who: Mapping[str, str]) -> dict[str, list[str]]:
    sentence = _(
        "This contains a character that cannot be stored (a control character or half a character)."
        " Delete what you cannot see at the beginning and end, or type it anew."
    )
    found = [name for name, text in {**who, "text": said}.items() if _UNSTORABLE.search(text)]
    return {name: [sentence] for name in found or ["fields"]}


def _too_much(said: str, others: Any, who: Mapping[str, str], *, most: int) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    sentence = _(
        "At most %(most)s characters can be sent; this has %(count)s. Shorten it, or attach it as a file."
    )
    if len(said) > most:
        wrong["text"] = [sentence % {"most": format_number(most), "count": format_number(len(said))}]
    if len(json.dumps(others, ensure_ascii=False)) > FIELDS_LIMIT:
        wrong["fields"] = [_("The other fields are too long. Move what you want to say into the text.")]
    for name, text in who.items():
        if len(text) > CONTACT_LIMIT:
            short = _("At most %(most)s characters.")
            wrong[name] = [short % {"most": format_number(CONTACT_LIMIT)}]
    return wrong


def _passages(
    given: Sequence[Mapping[str, Any]], length: int, wrong: dict[str, list[str]]
) -> list[dict[str, Any]]:
    sentence = _("The passages do not fit the text. Reload the form and try again.")
    try:
        found: list[dict[str, Any]] = [
            {
                "start": int(one["start"]),
                "end": int(one["end"]),
                "anchor": str(one.get("anchor", "")),
                "question": str(one.get("question", "")),
            }
            for one in given
        ]
    except (KeyError, TypeError, ValueError):
        wrong["passages"] = [sentence]
        return []
    at = 0
    for one in found:
        if (
            not at <= one["start"] <= one["end"] <= length
            or len(one["anchor"]) > 40
            or len(one["question"]) > 40
            or _has_unstorable(one)
        ):
            wrong["passages"] = [sentence]
        at = one["end"]
    return found


def _hashes(who: Mapping[str, str], wrong: dict[str, list[str]], *, lenient: bool) -> tuple[str, str]:
    kinds = (
        ("email", keys.MAIL, keys.normal_mail, _("This is no mail address, such as name@example.jp.")),
        ("phone", keys.PHONE, keys.normal_phone, _("This is no telephone number, such as 044-200-0000.")),
    )
    found = []
    for name, kind, normal, sentence in kinds:
        hashed = ""
        if who.get(name):
            try:
                hashed = keys.lookup_hash(kind, normal(who[name]))
            except ValueError:
                if not lenient and name not in wrong:
                    wrong[name] = [sentence]
        found.append(hashed)
    return found[0], found[1]
