"""Exact look-up of a mail address or telephone number without storing it: a keyed hash of one normal form."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable

from . import ring

MAIL, PHONE = "mail", "phone"
_LONGEST = 254
_DASHES = re.compile(r"[\s().\-‐-―−ー－]")


def normal_mail(text: str) -> str:
    """A mail address in the one form in which it is looked up: full-width letters narrowed, lower case, the
    domain in its ASCII form.

    Raises:
        ValueError: where it is no mail address.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    name, at, domain = plain.rpartition("@")
    if not at or not name or len(plain) > _LONGEST or re.search(r"[\s\x00-\x1f\x7f,;<>\"]", plain):
        raise ValueError("not a mail address")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError("not a mail address") from error
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain):
        raise ValueError("not a mail address")
    return f"{name}@{domain}"


def normal_phone(text: str) -> str:
    """A telephone number as digits alone, in Japan's own form (0442001234); one abroad begins with "+".

    Raises:
        ValueError: where it is no telephone number of 6 to 15 digits.
    """
    plain = _DASHES.sub("", unicodedata.normalize("NFKC", text))
    abroad = plain.startswith("+")
    digits = plain.removeprefix("+")
    if not re.fullmatch(r"[0-9]{6,15}", digits):
        raise ValueError("not a telephone number")
    if abroad and digits.startswith("81"):
        return "0" + digits[2:].removeprefix("0")
    return f"+{digits}" if abroad else digits


def lookup_hash(kind: str, normalised: str) -> str:
    """The keyed hash (HMAC-SHA256, 64 hexadecimal digits) by which an exact contact is found.

    Without the key nobody can try out addresses against it. ``kind`` keeps a number and an address apart.
    """
    return lookup_hasher()(kind, normalised)


def lookup_hasher() -> Callable[[str, str], str]:
    """:func:`lookup_hash` for many at once: the key is fetched from its folder once."""
    key = ring.key("lookup")

    def hashed(kind: str, normalised: str) -> str:
        return hmac.digest(key, f"{kind}\0{normalised}".encode(), "sha256").hex()

    return hashed


def keyed_digest(salt: bytes, content: bytes) -> str:
    """The checksum of an original under the key ``digest`` and its own ``salt``: proof that it is unchanged.

    A short text cannot be guessed from it, and once the salt is gone not even by us.
    """
    return digester()(salt, content)


def digester() -> Callable[[bytes, bytes], str]:
    """:func:`keyed_digest` for many at once: the key is fetched from its folder once."""
    key = ring.key("digest")

    def digest(salt: bytes, content: bytes) -> str:
        return hmac.digest(key, len(salt).to_bytes(2, "big") + salt + content, "sha256").hex()

    return digest
