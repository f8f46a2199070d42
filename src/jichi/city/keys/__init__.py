"""Keys by purpose, a key for each subject, exact look-up by keyed hash, and sealing for somebody elsewhere.

The keys themselves lie in a folder outside the database and outside its backups (docs/operations.md).
"""

from .errors import Damaged, KeyDestroyed, KeyMissing, KeyProblem, KeyWrong, NotForThisKey
from .lookup import (
    MAIL,
    PHONE,
    digester,
    keyed_digest,
    lookup_hash,
    lookup_hasher,
    normal_mail,
    normal_phone,
)
from .ring import PURPOSES, fingerprint, folder, forget, key, newest, versions
from .rotation_services import rotate_keys, subjects_by_version
from .sealing import new_pair, open_sealed, private_key, public_key, seal_for, write_pair
from .subject_services import (
    decrypt,
    destroy_subject,
    destroy_subjects,
    encrypt,
    made_subjects,
    new_subject,
    new_subjects,
)

__all__ = [
    "MAIL",
    "PHONE",
    "PURPOSES",
    "Damaged",
    "KeyDestroyed",
    "KeyMissing",
    "KeyProblem",
    "KeyWrong",
    "NotForThisKey",
    "decrypt",
    "destroy_subject",
    "destroy_subjects",
    "digester",
    "encrypt",
    "fingerprint",
    "folder",
    "forget",
    "key",
    "keyed_digest",
    "lookup_hash",
    "lookup_hasher",
    "made_subjects",
    "new_pair",
    "new_subject",
    "new_subjects",
    "newest",
    "normal_mail",
    "normal_phone",
    "open_sealed",
    "private_key",
    "public_key",
    "rotate_keys",
    "seal_for",
    "subjects_by_version",
    "versions",
    "write_pair",
]
