"""The fingerprints of keys in the database: which key belongs to it, without the key."""

from __future__ import annotations

from django.db import transaction

from jichi.city.models import KeyFingerprint


def expected(purpose: str, version: int) -> str | None:
    """The fingerprint the database knows; None where it never met that key."""
    rows = KeyFingerprint.objects.filter(purpose=purpose, version=version)
    return rows.values_list("fingerprint", flat=True).first()


def keep(purpose: str, version: int, fingerprint: str) -> str:
    """Note the fingerprint at the first use of a key; returns the one that stands.

    Two processes may come at once: the first one's stands, and the second compares with it. No act of
    anybody: it follows from the first thing that is sealed.
    """
    with transaction.atomic():
        KeyFingerprint.objects.bulk_create(
            [KeyFingerprint(purpose=purpose, version=version, fingerprint=fingerprint)],
            ignore_conflicts=True,
        )
    return expected(purpose, version) or fingerprint


def all_expected() -> list[tuple[str, int, str]]:
    """(purpose, version, fingerprint) of every key this database was written with."""
    return list(KeyFingerprint.objects.values_list("purpose", "version", "fingerprint"))
