"""A text cut into pieces, some of them marked: what is masked in it, or what it shares with another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jichi.methods.drafts import Paragraph, Piece, printed


def pieces_of(text: str, spans: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The text in order as {"text", "marked", "kind"}; joined they are the text again.

    ``spans`` ({"start", "end"} and maybe "kind") lie within the text and do not overlap; what does is left
    out.
    """
    found: list[dict[str, Any]] = []
    at = 0
    for one in sorted(spans, key=lambda span: span["start"]):
        start, end = max(one["start"], at), min(one["end"], len(text))
        if end <= start:
            continue
        if start > at:
            found.append({"text": text[at:start], "marked": False, "kind": ""})
        found.append({"text": text[start:end], "marked": True, "kind": str(one.get("kind", ""))})
        at = end
    if at < len(text):
        found.append({"text": text[at:], "marked": False, "kind": ""})
    return found


def pieces_of_change(paragraph: Paragraph | None, spans: Iterable[Piece]) -> list[dict[str, Any]]:
    """A passage of a draft in pieces, the changed ones marked; nothing where it is not there."""
    if paragraph is None:
        return []
    text, known = printed(paragraph), list(spans)
    if not known:
        return [{"text": text, "marked": True}]
    return [{"text": text[one.start : one.end], "marked": one.changed} for one in known]
