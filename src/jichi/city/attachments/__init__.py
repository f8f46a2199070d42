"""What a person may attach: looked at by its content, made harmless, kept apart from rows that name it."""

from .checking import checked, kind_of
from .kinds import DOCUMENTS, IMAGES, KINDS, MEDIA_TYPES, Attachment, safe_name
from .storage import destroy, destroy_now, exists, read, store, sweep

__all__ = [
    "DOCUMENTS",
    "IMAGES",
    "KINDS",
    "MEDIA_TYPES",
    "Attachment",
    "checked",
    "destroy",
    "destroy_now",
    "exists",
    "kind_of",
    "read",
    "safe_name",
    "store",
    "sweep",
]
