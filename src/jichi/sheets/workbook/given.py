"""Whether anything was typed into a workbook since it went out."""

from __future__ import annotations

import hashlib
import json

from jichi.sheets.definition import Definition, FieldType, Filler, Raw
from jichi.sheets.reading import tidy
from jichi.sheets.typed import plain_text, read_one, text_of


def answers_digest(definition: Definition, raw: Raw, *, fill: Filler = Filler.RESPONDENT) -> str:
    """A digest (SHA-256) of what ``raw`` answers in the parts that ``fill`` fills in.

    However an answer is written (``1,200`` or ``1200``, a choice's key or its label), it is the same; what
    cannot be read counts as it was typed.
    """
    said: dict[str, str] = {}
    for address, text in tidy(definition, raw).items():
        part, field = definition.field(address.field)
        if fill not in part.fill or field.type is FieldType.COMPUTED:
            continue
        value, misread = read_one(field, text)
        plain = text_of(value, field) if misread is None else plain_text(text).strip()
        if plain:
            said[str(address)] = plain
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
