"""Forms that are not sent yet, kept under a secret that only the writer has: the city cannot read them."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.errors import Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.city.viewers import system_viewer
from jichi.voices.actions import DRAFT as KEEP
from jichi.voices.models import Desk, Draft

LIFE = datetime.timedelta(days=14)
"""A draft goes this long after it was last saved."""
MOST_BYTES = 1_500_000
MOST_DRAFTS = 3000
"""Drafts of one desk that are kept at the same time, so that nobody can fill the disk with them."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NONCE = 12


def save_draft(*, desk_id: int, data: Mapping[str, Any], token: str = "") -> str:
    """Keep what was typed and give the token that opens it; with the token of a draft that is still there,
    that draft is replaced. Only the first saving is an entry in the trail: it says nothing of whose it is.

    Raises:
        Desk.DoesNotExist; Invalid: under "text", for what is too long to be kept.
    """
    content = json.dumps(dict(data), ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(content) > MOST_BYTES:
        raise Invalid({"text": [_("This is too long to be kept. Save it on your own device for now.")]})
    desk = Desk.objects.get(pk=desk_id)
    now = timezone.now()
    if _TOKEN.fullmatch(token):
        kept = Draft.objects.filter(token_hash=_hash(token), desk=desk, expires_at__gt=now)
        sealed = _sealed(token, content, desk)
        if kept.update(sealed=sealed, saved_at=now, expires_at=now + LIFE):
            return token
    if Draft.objects.filter(desk=desk, expires_at__gt=now).count() >= MOST_DRAFTS:
        raise Invalid(
            {"text": [_("Too many drafts are kept at the moment. Save it on your own device for now.")]}
        )
    return _new(desk, content, now)


def draft_of(token: str) -> tuple[int, dict[str, Any]] | None:
    """The desk and what was typed; None for a token that opens nothing (any more)."""
    if not _TOKEN.fullmatch(token):
        return None
    row = Draft.objects.filter(token_hash=_hash(token), expires_at__gt=timezone.now()).first()
    if row is None:
        return None
    raw = bytes(row.sealed)
    try:
        content = AESGCM(_key(token)).decrypt(raw[:_NONCE], raw[_NONCE:], _place(row.desk_id))
    except (InvalidTag, ValueError):
        return None
    found: dict[str, Any] = json.loads(content.decode("utf-8", "surrogatepass"))
    return row.desk_id, found


def throw_draft(token: str) -> bool:
    """Throw a draft away, as its writer wishes or as it was sent; whether it was there."""
    if not _TOKEN.fullmatch(token):
        return False
    viewer = system_viewer("intake")
    with act(viewer, KEEP):
        deleted, _by_model = Draft.objects.filter(token_hash=_hash(token)).delete()
        if deleted:
            record(viewer, KEEP, None, object_type="voices.draft", fields={"thrown_away": deleted})
    return bool(deleted)


def throw_old_drafts() -> int:
    """Throw away the drafts whose time is over; the worker's daily task."""
    worker, now = system_viewer("worker"), timezone.now()
    with act(worker, KEEP):
        deleted, _by_model = Draft.objects.filter(expires_at__lte=now).delete()
        if deleted:
            record(worker, KEEP, None, object_type="voices.draft", fields={"expired": deleted}, count=deleted)
    return deleted


def _new(desk: Desk, content: bytes, now: datetime.datetime) -> str:
    viewer, token = system_viewer("intake"), secrets.token_urlsafe(32)
    try:
        with act(viewer, KEEP, desk):
            row = Draft.objects.create(
                token_hash=_hash(token),
                desk=desk,
                sealed=_sealed(token, content, desk),
                saved_at=now,
                expires_at=now + LIFE,
            )
            record(viewer, KEEP, row, fields={"desk": desk.pk, "text": CHANGED})
    except IntegrityError:
        # The same 256 random bits twice: somebody else has them now.
        return _new(desk, content, now)
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(b"jichi: hash of a draft's token 1\0" + token.encode()).hexdigest()


def _key(token: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"jichi: key of a draft 1").derive(token.encode())


def _sealed(token: str, content: bytes, desk: Desk) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(token)).encrypt(nonce, content, _place(desk.pk))


def _place(desk_id: int) -> bytes:
    return f"voices.draft:{desk_id}".encode()
