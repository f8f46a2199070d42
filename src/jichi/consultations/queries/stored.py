"""The documents of a consultation with their bytes, for those who put them into a packet."""

from __future__ import annotations

from jichi.consultations.models import Consultation


def contents_of_files(consultation: Consultation) -> list[tuple[str, str, bytes]]:
    """(name, media type, bytes) of each document, in their order."""
    rows = consultation.files.values_list("name", "media_type", "content")
    return [(name, media_type, bytes(content)) for name, media_type, content in rows]
