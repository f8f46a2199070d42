"""What somebody says to a consultation, as the form takes it apart and the desk takes it in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jichi.ui.content import SOURCE_LANGUAGE, Text
from jichi.ui.numbers import current_language

LONGEST = 100_000
"""Characters of one submission by the form."""
CONTACT_KEYS = ("name", "organisation", "postal_code", "address", "email", "phone")
"""Fields that say who somebody is: kept apart from what she said, encrypted."""
ANY_CONTACT = "contact"
"""The field that one of mail address, telephone number and postal address fills."""
BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """One box of the form: its text, and the passage of the draft or the question it speaks to."""

    text: str
    anchor: str = ""
    question: str = ""


def one_text(pieces: Iterable[Piece]) -> tuple[str, list[dict[str, Any]]]:
    """The pieces as one text, and where each begins and ends in it; together they are the whole text.

    Empty pieces are left out; line ends become those of Unix, so that a text sent twice is the same text.
    """
    said = [
        Piece(text, one.anchor, one.question) for one in pieces if (text := plain_lines(one.text).strip())
    ]
    whole, passages = "", []
    for index, one in enumerate(said):
        start = len(whole)
        whole += one.text + (BETWEEN if index + 1 < len(said) else "")
        passages.append({"start": start, "end": len(whole), "anchor": one.anchor, "question": one.question})
    return whole, passages


def plain_lines(text: str) -> str:
    """The text with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def title_of(entry: Mapping[str, Any], field: str = "title") -> str:
    """A field's or question's words in the reader's language, from what the pack says."""
    return str(titled(entry, field))


def titled(entry: Mapping[str, Any], field: str = "title") -> Text:
    """The same with the language it is in, which is another one where nobody translated it."""
    language = current_language()
    found = (entry.get("translations") or {}).get(language)
    if isinstance(found, Mapping):
        found = found.get(field)
    if found:
        return Text(str(found), language)
    said = str(entry.get(field) or entry.get("key") or "")
    return Text(said, SOURCE_LANGUAGE, is_fallback=language != SOURCE_LANGUAGE)


def asked_fields(fields: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fields of a scheme, each once, with those that the form itself provides left out."""
    seen: dict[str, dict[str, Any]] = {}
    for one in fields:
        key = str(one.get("key", ""))
        if key and key not in {"opinion", "text"}:
            seen.setdefault(key, dict(one))
    return list(seen.values())
