"""The ring of keys: files in a folder of their own, outside the database and outside its backups.

One file for each purpose and version (``contact-1.key``), 32 random bytes as text. It is made when first
asked for, unless the database already knows a key of that name: then it is missing, and a new one would open
nothing and find nobody.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import stat
import tempfile
from pathlib import Path

from django.conf import settings

from . import fingerprint_services as fingerprints
from .errors import KeyMissing, KeyWrong

PURPOSES = ("receipt", "lookup", "contact", "digest")
ROTATABLE = ("contact",)
"""What only wraps other keys can be followed by a new version. Receipts, look-ups and digests are computed
anew from a key each time, so theirs stays for as long as the data.
"""

_LENGTH = 32
_NAME = re.compile(r"([a-z]+)-([1-9][0-9]{0,4})\.key")
_HEAD = "jichi-key/1"

_known: dict[tuple[str, int], bytes] = {}


def folder() -> Path:
    """Where the keys lie (``JICHI_KEYS``; otherwise ``keys`` in ``JICHI_HOME``)."""
    found: Path = settings.JICHI.keys
    return found


def forget() -> None:
    """Read every key anew from the folder: after it was changed under a running process."""
    _known.clear()


def versions(purpose: str) -> tuple[int, ...]:
    """The versions of a key that the folder holds, oldest first."""
    _check(purpose)
    if not folder().is_dir():
        return ()
    found = (_NAME.fullmatch(path.name) for path in folder().iterdir())
    return tuple(sorted(int(match[2]) for match in found if match and match[1] == purpose))


def newest(purpose: str) -> int:
    """The version that seals what is new; 1 where there is none yet."""
    _check(purpose)
    # Asked for each look-up: only where there can be another is the folder looked into.
    return max(versions(purpose), default=1) if purpose in ROTATABLE else 1


def key(purpose: str, version: int | None = None) -> bytes:
    """The 32 bytes of a key, by default of its newest version; made if nobody ever had one.

    Raises:
        KeyMissing, KeyWrong: where the folder does not fit the database; nothing was written then.
        ValueError: for a purpose that does not exist.
    """
    _check(purpose)
    number = newest(purpose) if version is None else version
    known = _known.get((purpose, number))
    if known is None:
        known = _checked(purpose, number)
        _known[purpose, number] = known
    return known


def make_next(purpose: str) -> int:
    """Make the next version of a key that can be followed by another; returns its number."""
    if purpose not in ROTATABLE:
        raise ValueError(f"{purpose} is not a key that can be followed by another")
    key(purpose)
    number = newest(purpose) + 1
    _make(_path(purpose, number))
    key(purpose, number)
    return number


def fingerprint(value: bytes) -> str:
    """What can be told of a key without telling anything of it: 64 hexadecimal digits."""
    return hmac.new(value, b"jichi: fingerprint of a key", hashlib.sha256).hexdigest()


def read(purpose: str, version: int) -> bytes | None:
    """The key in the folder, unchecked; None where there is no readable one."""
    try:
        head, text = _path(purpose, version).read_text(encoding="ascii").split()
        value = base64.urlsafe_b64decode(text)
    except (OSError, ValueError):
        return None
    return value if head == _HEAD and len(value) == _LENGTH else None


def _check(purpose: str) -> None:
    if purpose not in PURPOSES:
        raise ValueError(f"no key has the purpose {purpose!r}; there are {', '.join(PURPOSES)}")


def _path(purpose: str, version: int) -> Path:
    return folder() / f"{purpose}-{version}.key"


def _checked(purpose: str, version: int) -> bytes:
    expected = fingerprints.expected(purpose, version)
    value = read(purpose, version)
    if value is None:
        if expected is not None or version != newest(purpose) or _path(purpose, version).exists():
            raise KeyMissing(purpose, version, folder())
        _make(_path(purpose, version))
        value = read(purpose, version)
        if value is None:
            raise KeyMissing(purpose, version, folder())
    mark = fingerprint(value)
    if expected is None:
        expected = fingerprints.keep(purpose, version, mark)
    if not hmac.compare_digest(expected, mark):
        raise KeyWrong(purpose, version, folder())
    return value


def _make(path: Path) -> None:
    write_once(path, f"{_HEAD} {base64.urlsafe_b64encode(secrets.token_bytes(_LENGTH)).decode()}\n")


def write_once(path: Path, text: str) -> bool:
    """Write a file of the folder whole and only if there is none of that name; whether it was written.

    Linked into place from a name of its own, so that a second process never reads half a key and never
    replaces one.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")  # 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        return False
    finally:
        os.unlink(name)
    _sync(path.parent)
    return True


def _sync(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
