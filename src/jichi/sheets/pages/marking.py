"""Words of a form on a page in another language: marked as what they are, so that they are read out right."""

from __future__ import annotations

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from jichi.sheets.conditions import condition_words
from jichi.sheets.definition import Definition, Field, FieldType, Part, Text, Value
from jichi.sheets.words import row_label, said, value_words
from jichi.ui.languages import html_lang
from jichi.ui.numbers import current_language


def foreign(text: Text | None) -> str:
    """The ``lang`` that the words need on this page; "" where they are in its language."""
    if text is None:
        return ""
    lang = html_lang(said(text)[1])
    return "" if lang == html_lang(current_language()) else lang


def marked(text: Text | None) -> SafeString | str:
    """The words in the reader's language, else in Japanese and marked so; "" for none."""
    if text is None:
        return ""
    words, lang = said(text)[0], foreign(text)
    return format_html('<span lang="{}">{}</span>', lang, words) if lang else words


def marked_row(part: Part, row: str) -> SafeString | str:
    """What a row is called: the form's own words for it, marked, or its number."""
    fixed = part.rows.fixed if part.rows is not None else ()
    label = next((one.label for one in fixed if one.key == row), None)
    return marked(label) if label is not None else row_label(part, row)


def marked_value(value: Value, asked: Field) -> SafeString | str:
    """A value in words; marked where its unit or the chosen label is in another language than the page."""
    words = value_words(value, asked)
    if asked.type in {FieldType.CHOICE, FieldType.CHOICES}:
        keys = value if isinstance(value, tuple) else (value,)
        langs = {foreign(one.label) for one in asked.choices if one.key in keys}
    else:
        langs = {foreign(asked.unit)} if asked.is_number else set()
    lang = next(iter(langs - {""}), "")
    return format_html('<span lang="{}">{}</span>', lang, words) if lang and words else words


def marked_condition(definition: Definition, condition: str) -> SafeString:
    """A condition in words; labels of the form that are in another language than the page are marked."""
    words = condition_words(
        definition,
        condition,
        words=lambda text: conditional_escape(marked(text)),
        plain=lambda text: conditional_escape(text),
    )
    return mark_safe(words)  # noqa: S308 - every label was escaped, the sentences are the catalogue's
