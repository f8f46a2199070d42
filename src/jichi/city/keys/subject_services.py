"""A key for each subject: what is known of a person can be made unreadable by destroying one row."""

from __future__ import annotations

import os
import secrets
import uuid
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.models import SubjectKey
from jichi.city.models.keys import in_order_of_making
from jichi.city.trail import CHANGED, act, digest_of, record

from . import ring
from .errors import Damaged, KeyDestroyed

DESTROY = "city.subject:destroy"
BATCH = 500
_NONCE = 12


def new_subject() -> SubjectKey:
    """A key for one more subject, stored. Inside the act of the caller, whose entry in the trail covers it.

    Raises:
        KeyMissing, KeyWrong.
    """
    return new_subjects(1)[0]


def new_subjects(count: int) -> list[SubjectKey]:
    """Keys for ``count`` subjects, stored 500 at a time. As :func:`new_subject`."""
    return SubjectKey.objects.bulk_create(made_subjects(count), batch_size=BATCH)


def made_subjects(count: int) -> list[SubjectKey]:
    """Keys for ``count`` subjects, not stored: a bulk act encrypts with them before it takes any lock, and
    stores their rows with what they encrypt. As :func:`new_subject`.
    """
    version = ring.newest("contact")
    wrapping = AESGCM(ring.key("contact", version))
    now = timezone.now()
    rows = []
    for _ in range(count):
        pk = in_order_of_making()
        wrapped = wrap(wrapping, version, pk, secrets.token_bytes(32))
        rows.append(SubjectKey(id=pk, wrapped=wrapped, key_version=version, created_at=now))
    return rows


def encrypt(subject: SubjectKey, text: bytes, context: bytes) -> bytes:
    """``text`` under the subject's key (AES-256-GCM, nonce in front). It opens only in the same ``context``
    (which field of which kind of row it is), so that nobody can move it to another place.

    Raises:
        KeyDestroyed, KeyMissing, KeyWrong, Damaged.
    """
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(unwrapped(subject)).encrypt(nonce, text, _bound(subject, context))


def decrypt(subject: SubjectKey, sealed: bytes, context: bytes) -> bytes:
    """What was encrypted for the subject in this context. Raises as :func:`encrypt`."""
    raw = bytes(sealed)
    try:
        return AESGCM(unwrapped(subject)).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(subject, context))
    except (InvalidTag, ValueError) as error:
        raise Damaged from error


def destroy_subject(*, viewer: Viewer, subject: SubjectKey, reason: str) -> None:
    """Destroy a subject's key; a second time changes nothing. What it sealed opens never again.

    Raises:
        NotAllowed.
    """
    destroy_subjects(viewer=viewer, subjects=[subject.pk], reason=reason)
    subject.refresh_from_db()


def destroy_subjects(*, viewer: Viewer, subjects: Iterable[uuid.UUID], reason: str) -> int:
    """Destroy many subjects' keys as one act with one entry; returns how many were not destroyed before.

    Raises:
        NotAllowed.
    """
    ids, now, done = list(subjects), timezone.now(), []
    with act(viewer, DESTROY):
        for start in range(0, len(ids), BATCH):
            here = SubjectKey.objects.filter(pk__in=ids[start : start + BATCH], destroyed_at__isnull=True)
            found = list(here.values_list("pk", flat=True))
            here.update(wrapped=b"", destroyed_at=now)
            done += found
        if done:
            record(
                viewer,
                DESTROY,
                None,
                object_type="city.subjectkey",
                object_id=str(done[0]) if len(done) == 1 else "",
                fields={"wrapped": CHANGED, "reason": CHANGED if reason else ""},
                count=len(done),
                digest=digest_of(done),
            )
    return len(done)


def _bound(subject: SubjectKey, context: bytes) -> bytes:
    return b"jichi: of a subject 1\0" + subject.pk.bytes + context


def _wrapping_place(version: int, pk: uuid.UUID) -> bytes:
    return b"jichi: key of a subject 1\0" + version.to_bytes(2, "big") + pk.bytes


def wrap(wrapping: AESGCM, version: int, pk: uuid.UUID, value: bytes) -> bytes:
    """A subject's key under the version ``version`` of the key ``contact``, bound to its row."""
    nonce = os.urandom(_NONCE)
    return nonce + wrapping.encrypt(nonce, value, _wrapping_place(version, pk))


def unwrapped(subject: SubjectKey) -> bytes:
    """A subject's own key. Raises KeyDestroyed, KeyMissing, KeyWrong, Damaged."""
    raw = bytes(subject.wrapped)
    if subject.destroyed_at is not None or not raw:
        raise KeyDestroyed(subject.pk)
    wrapping = AESGCM(ring.key("contact", subject.key_version))
    try:
        place = _wrapping_place(subject.key_version, subject.pk)
        return wrapping.decrypt(raw[:_NONCE], raw[_NONCE:], place)
    except (InvalidTag, ValueError) as error:
        raise Damaged from error
