"""Sealing for somebody who is not here: X25519, HKDF-SHA256 and AES-256-GCM under a versioned head.

Used for disclosures (the casework installation's key) and for what comes in outside (the inner zone's key).
Whoever seals can never open again; there is no signature, so a sealed file says nothing about its sender.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import ring
from .errors import Damaged, NotForThisKey

MAGIC = b"JICHI-SEALED\x00\x01"
_RAW, _NONCE, _ID = 32, 12, 8
_HEAD = len(MAGIC) + _ID + _RAW + _NONCE
_PUBLIC, _PRIVATE = "jichi-x25519-public/1", "jichi-x25519-private/1"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def new_pair() -> tuple[bytes, bytes]:
    """A new pair of keys as (private, public), 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal_for(public_key: bytes, data: bytes) -> bytes:
    """``data`` sealed for the holder of the private key; each call gives other bytes.

    The head: a magic word with the version, 8 bytes that name the key, the sender's one-time public key, the
    nonce. All of it is authenticated.

    Raises:
        ValueError: where ``public_key`` is none.
    """
    once = X25519PrivateKey.generate()
    mine = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public_key))
    head = MAGIC + key_id(public_key) + mine + os.urandom(_NONCE)
    return head + _cipher(shared, mine, public_key).encrypt(head[-_NONCE:], data, head)


def open_sealed(private_key: bytes, data: bytes) -> bytes:
    """What was sealed.

    Raises:
        NotForThisKey: where it was sealed for another; Damaged: where it was changed or cut off.
    """
    if len(data) < _HEAD or not data.startswith(MAGIC):
        raise Damaged
    private = X25519PrivateKey.from_private_bytes(private_key)
    public = private.public_key().public_bytes_raw()
    head, rest = data[:_HEAD], data[_HEAD:]
    if head[len(MAGIC) : len(MAGIC) + _ID] != key_id(public):
        raise NotForThisKey
    theirs = head[-_NONCE - _RAW : -_NONCE]
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
        return _cipher(shared, theirs, public).decrypt(head[-_NONCE:], rest, head)
    except (InvalidTag, ValueError) as error:
        raise Damaged from error


def key_id(public_key: bytes) -> bytes:
    """The eight bytes by which a sealed file names its key."""
    return hashlib.sha256(b"jichi: id of a public key" + public_key).digest()[:_ID]


def _cipher(shared: bytes, once: bytes, public: bytes) -> AESGCM:
    derived = HKDF(hashes.SHA256(), 32, salt=once + public, info=b"jichi: sealed file 1").derive(shared)
    return AESGCM(derived)


def public_key(name: str) -> bytes | None:
    """The public key ``keys/NAME.pub`` (``casework``, ``intake``); None where none lies there."""
    return _read(ring.folder() / f"{_named(name)}.pub", _PUBLIC)


def private_key(name: str) -> bytes | None:
    """The private key ``keys/NAME.key``; None where it is not kept here."""
    return _read(ring.folder() / f"{_named(name)}.key", _PRIVATE)


def write_pair(name: str, folder: Path) -> tuple[Path, Path]:
    """Make a pair and write it as ``NAME.key`` and ``NAME.pub``; returns both paths.

    Raises:
        FileExistsError: where there is one already: it may be all that opens what was sealed.
    """
    private, public = new_pair()
    paths = folder / f"{_named(name)}.key", folder / f"{_named(name)}.pub"
    for path, head, value in ((paths[0], _PRIVATE, private), (paths[1], _PUBLIC, public)):
        text = f"{head} {base64.urlsafe_b64encode(value).decode()}\n"
        if not ring.write_once(path, text):
            raise FileExistsError(17, "there is a key of that name already", str(path))
    return paths


def _named(name: str) -> str:
    if not _NAME.fullmatch(name) or name.partition("-")[0] in ring.PURPOSES:
        raise ValueError(f"a pair of keys cannot be called {name!r}")
    return name


def _read(path: Path, head: str) -> bytes | None:
    if not path.exists():
        return None
    try:
        found, text = path.read_text(encoding="ascii").split()
        value = base64.urlsafe_b64decode(text)
    except (OSError, ValueError) as error:
        raise Damaged from error
    if found != head or len(value) != _RAW:
        raise Damaged
    return value
