"""The keys of subjects, wrapped, and the fingerprints of the keys outside (mechanics.md, "Keys")."""

from __future__ import annotations

import secrets
import time
import uuid

from django.db import models
from django.utils import timezone


def in_order_of_making() -> uuid.UUID:
    """A random id that begins with the time (RFC 9562, version 7): many rows in a row go to one page of the
    index.
    """
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | 0x7 << 76
    return uuid.UUID(int=(value & ~(0x3 << 62)) | 0x2 << 62)


class SubjectKey(models.Model):
    """The key under which what is known of one subject (a person who wrote) is encrypted.

    ``wrapped`` is that key under the version ``key_version`` of the key ``contact``, which lies outside the
    database. A destroyed key has an empty ``wrapped``: what was encrypted with it opens never again, here and
    in each copy of the rows.
    """

    id = models.UUIDField(primary_key=True, default=in_order_of_making, editable=False)
    wrapped = models.BinaryField(max_length=80)
    key_version = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["key_version"], name="city_subjectkey_version")]

    def __str__(self) -> str:
        return str(self.pk)


class KeyFingerprint(models.Model):
    """What a key outside the database must answer to, so that a wrong one is noticed before it is used."""

    purpose = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["purpose", "version"]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="city_keyfingerprint_once"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}-{self.version}"
