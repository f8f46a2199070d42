"""Which kinds of file a person may attach, by what they are and never by what they are called."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jichi.city.errors import Invalid

IMAGES = frozenset({"jpeg", "png", "gif", "webp"})
DOCUMENTS = frozenset({"pdf", "docx", "xlsx", "pptx", "odt", "text"})
KINDS = IMAGES | DOCUMENTS

_OPEN = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "docx": f"{_OPEN}wordprocessingml.document",
    "xlsx": f"{_OPEN}spreadsheetml.sheet",
    "pptx": f"{_OPEN}presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "text": "text/plain; charset=utf-8",
}
ENDINGS = {kind: (kind,) for kind in KINDS} | {"jpeg": ("jpg", "jpeg"), "text": ("txt", "md", "csv")}

_LONGEST_NAME = 120
# Control and format characters: among them those that turn the direction of writing and hide an ending.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file as it may be kept: its name made harmless, its true kind, its content as it will be handed out.

    ``size`` in bytes and ``sha256`` are of ``content``, which for an image is not what was sent but the
    picture drawn anew.
    """

    name: str
    media_type: str
    size: int
    content: bytes
    sha256: str


def attachment(name: str, kind: str, content: bytes) -> Attachment:
    """A checked file of ``kind``."""
    return Attachment(
        name=safe_name(name, kind),
        media_type=MEDIA_TYPES[kind],
        size=len(content),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def safe_name(name: str, kind: str) -> str:
    """The file's name without folders and unseen characters, with the ending that says what it truly is."""
    plain = unicodedata.normalize("NFC", name[-1000:].replace("\\", "/").rpartition("/")[2])
    plain = "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in plain)
    plain = re.sub(r'[\s<>:"|?*%&;]+', " ", plain).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem = plain
    if not dot or ending.lower() not in ENDINGS[kind]:
        stem, ending = (plain if len(ending) > 8 else stem), ENDINGS[kind][0]
    return f"{stem[:_LONGEST_NAME].strip(' .') or 'file'}.{ending.lower()}"


def refused(sentence: str | Promise) -> Invalid:
    """What is said of a file that is not taken."""
    return Invalid({"file": [str(sentence)]})


EMPTY = _("The file is empty. Choose it again, or send it another way.")
DAMAGED = _("The file is damaged or was cut off on the way. Open it, save it anew and choose it again.")
ENCRYPTED = _("The file is locked with a password, so it cannot be checked. Save it without one.")
MACROS = _("The file holds macros or other programs. Save it without them, or as PDF.")
UNPACKS = _("The file unpacks to far more than such a file can hold. Save it anew, or as PDF.")
SCRIPTS = _("The PDF holds a script, a program or another file. Print it as PDF once more and choose that.")
HEIC = _(
    "Photos in HEIC format cannot be taken. Send the photo as JPEG (telephones offer “most compatible”)."
)
MARKUP = _("Web pages and drawings with code (HTML, SVG) cannot be taken. Save it as PDF, or send a picture.")
PROGRAM = _("Programs and scripts cannot be taken. If it is a document, save it as PDF.")
ARCHIVE = _("Archives (zip, 7z, rar) cannot be taken. Attach the files in it one by one.")
OLD_OFFICE = _(
    "Old Office files, and files locked with a password, cannot be taken. "
    "Save it as docx, xlsx or pptx without a password, or as PDF."
)
PICTURE_TOO_LARGE = _("The picture has too many points or frames. Make it smaller and choose it again.")
UNKNOWN = _("This kind of file cannot be taken. Send PDF, a picture (JPEG, PNG), an Office document or text.")
NOT_HERE = _("This kind of file is not expected here. Send one of: %(kinds)s.")
TOO_LARGE = _("The file is larger than %(limit)s. Make it smaller, or send it by post.")
