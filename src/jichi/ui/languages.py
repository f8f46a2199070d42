"""The languages a page may be in: Django code, tag for ``lang`` attributes, name in the language itself.

``ja-simple`` (やさしい日本語) is a language of its own to Django and to translators, but Japanese to a
browser and to a screen reader: its ``lang`` is ``ja``.
"""

from __future__ import annotations

from typing import TypedDict

from django.conf.locale import LANG_INFO


class LanguageInfo(TypedDict):
    """What a page needs to know of a language."""

    name: str
    name_local: str
    html_lang: str
    bidi: bool


def _language(name: str, name_local: str, html_lang: str, *, bidi: bool = False) -> LanguageInfo:
    return {"name": name, "name_local": name_local, "html_lang": html_lang, "bidi": bidi}


LANGUAGE_INFO: dict[str, LanguageInfo] = {
    "ja": _language("Japanese", "日本語", "ja"),
    "ja-simple": _language("Easy Japanese", "やさしい日本語", "ja"),
    "en": _language("English", "English", "en"),
    "zh-hans": _language("Chinese (Simplified)", "简体中文", "zh-Hans"),
    "zh-hant": _language("Chinese (Traditional)", "繁體中文", "zh-Hant"),
    "ko": _language("Korean", "한국어", "ko"),
    "pt": _language("Portuguese", "Português", "pt"),
    "es": _language("Spanish", "Español", "es"),
    "fil": _language("Filipino", "Filipino", "fil"),
    "vi": _language("Vietnamese", "Tiếng Việt", "vi"),
    "ne": _language("Nepali", "नेपाली", "ne"),
    "th": _language("Thai", "ไทย", "th"),
    "id": _language("Indonesian", "Bahasa Indonesia", "id"),
}


def register_languages() -> None:
    """Make the languages Django does not know of known to it. Safe to call twice."""
    for code, info in LANGUAGE_INFO.items():
        LANG_INFO.setdefault(
            code,
            {"bidi": info["bidi"], "code": code, "name": info["name"], "name_local": info["name_local"]},
        )


def html_lang(code: str) -> str:
    """The value of a ``lang`` attribute for a Django language code; an unknown code is returned as it is."""
    info = LANGUAGE_INFO.get(code)
    return info["html_lang"] if info else code


def is_japanese(code: str) -> bool:
    """Whether text in this language is set as Japanese (both 日本語 and やさしい日本語)."""
    return html_lang(code) == "ja"
