"""The content of a row in the reader's language, or in the language of its source, marked as such.

Rows carry the text of their source in ordinary fields and ``translations`` = ``{"en": {"name": …}}``. A page
in a language the pack does not hold falls back to the source; what fell back is wrapped in ``lang="ja"``, so
that a screen reader does not read Japanese with an English voice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from .languages import html_lang
from .numbers import current_language

SOURCE_LANGUAGE = "ja"


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of content: its words, the language they are in, and whether that is not the one asked for."""

    text: str
    language: str
    is_fallback: bool = False

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def html(self) -> SafeString:
        """The words, escaped; in a ``lang`` span where the page's own language is another one."""
        if self.is_fallback and self.text and html_lang(self.language) != html_lang(current_language()):
            return format_html('<span lang="{}">{}</span>', html_lang(self.language), self.text)
        return conditional_escape(self.text)

    def __html__(self) -> SafeString:
        return self.html

    @property
    def html_lang(self) -> str:
        """The ``lang`` an element needs for these words; empty when the page's own will do."""
        own = html_lang(current_language())
        return "" if html_lang(self.language) == own else html_lang(self.language)


def translated(row: Any, field: str, language: str | None = None) -> Text:
    """``row.field`` in ``language`` (the page's own when None).

    The source's language is ``row.language`` where the row has one, otherwise Japanese. Easy Japanese falls
    back to Japanese like any other language: ``is_fallback`` then says that the words are not the easy ones.
    """
    wanted = current_language(language)
    source = str(getattr(row, "language", "") or SOURCE_LANGUAGE)
    printed = str(getattr(row, field, "") or "")
    if wanted == source:
        return Text(printed, source)
    found = (getattr(row, "translations", None) or {}).get(wanted, {}).get(field)
    if found:
        return Text(str(found), wanted)
    return Text(printed, source, is_fallback=bool(printed))


def chosen(texts: Mapping[str, Any] | str | None, language: str | None = None) -> Text:
    """One text out of ``{"ja": …, "en": …}`` as packs write it; a bare string is in the source's language."""
    wanted = current_language(language)
    if not texts:
        return Text("", wanted)
    if isinstance(texts, str):
        return Text(texts, SOURCE_LANGUAGE, is_fallback=wanted != SOURCE_LANGUAGE)
    if texts.get(wanted):
        return Text(str(texts[wanted]), wanted)
    if texts.get(SOURCE_LANGUAGE):
        return Text(str(texts[SOURCE_LANGUAGE]), SOURCE_LANGUAGE, is_fallback=True)
    return Text("", wanted)
