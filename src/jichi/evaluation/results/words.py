"""Judgements and answers in the words of the city's own form, in the reader's language if it has them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jichi.evaluation.fields import (
    ACCOMPLISHMENT,
    DIRECTION,
    MEASURE_DIRECTION,
    PROGRESS,
    RESULT_STATE,
)
from jichi.sheets.definition import Definition, Field, FieldType, Value
from jichi.sheets.words import value_words
from jichi.ui.content import SOURCE_LANGUAGE, Text, chosen
from jichi.ui.numbers import current_language, format_date
from jichi.ui.states import State, state_mark

MISSING_ANSWER = "-"
"""How an empty answer of a sheet is printed: never 0, never nothing."""

_ROMAN = ("", "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ", "Ⅶ", "Ⅷ", "Ⅸ")
_STATES = {
    ACCOMPLISHMENT: {
        "1": State.MET,
        "2": State.MET,
        "3": State.MET,
        "4": State.BELOW,
        "5": State.FAR_BELOW,
    },
    RESULT_STATE: {
        "more": State.MET,
        "as_planned": State.MET,
        "less": State.BELOW,
        "not_done": State.FAR_BELOW,
    },
    PROGRESS: {"A": State.MET, "B": State.BETWEEN, "C": State.BELOW, "D": State.FAR_BELOW},
}


def written(text: str) -> Text:
    """What the city's people wrote: in the city's language, marked as such on a page in another."""
    return Text(text, SOURCE_LANGUAGE, is_fallback=current_language() != SOURCE_LANGUAGE)


def paragraphs(text: str) -> SafeString:
    """What the city's people wrote, in its paragraphs."""
    found = written(text)
    lines = mark_safe(linebreaks(found.text, autoescape=True))  # noqa: S308 - escaped by linebreaks
    return format_html('<div lang="{}">{}</div>', found.html_lang, lines) if found.html_lang else lines


Asked = Definition | Field | None
"""A form, or one question of it; None: the form is not held."""


def field_of(form: Asked, key: str) -> Field | None:
    """A field of a form; None where the form does not ask it."""
    if not isinstance(form, Definition):
        return form
    try:
        return form.field(key)[1]
    except KeyError:
        return None


def choice_label(form: Asked, key: str, value: str) -> Text:
    """The form's words for a choice, without its sign; empty where it has none."""
    field = field_of(form, key)
    label = next((one.label for one in field.choices if one.key == value), None) if field else None
    return chosen(label)


def sign(key: str, value: str) -> str:
    """How a judgement is written in short: 3, B, Ⅱ; empty where its key is a word that no reader sees."""
    if key in (DIRECTION, MEASURE_DIRECTION) and value.isdecimal() and int(value) < len(_ROMAN):
        return _ROMAN[int(value)]
    return value if len(value) == 1 else ""


def judgement(form: Asked, key: str, value: str) -> SafeString:
    """A judgement in full: its sign and the form's words for it; a dash where there is none."""
    if not value:
        return SafeString(MISSING_ANSWER)
    short, label = sign(key, value), choice_label(form, key, value)
    if not label:
        return format_html("{}", short or value)
    if not short or label.text.startswith(short):
        return label.html
    return format_html("{} {}", short, label.html)


def judgement_mark(form: Asked, key: str, value: str) -> SafeString:
    """A judgement with the shape of its state, where it is one against a promise."""
    state = _STATES.get(key, {}).get(value)
    words = judgement(form, key, value)
    return state_mark(state, word=words) if state is not None else words


def label_of(form: Asked, key: str, otherwise: str) -> SafeString:
    """What the form calls one of its questions; ``otherwise`` where it does not ask it."""
    field = field_of(form, key)
    return chosen(field.label).html if field is not None else format_html("{}", otherwise)


def answer(value: Value, field: Field) -> SafeString:
    """An answer as pages show it: a dash for none, choices in the form's words, texts in paragraphs."""
    if value is None or value in ("", ()):
        return SafeString(MISSING_ANSWER)
    if field.type is FieldType.CHOICE:
        return judgement(field, field.key, str(value))
    if isinstance(value, tuple):
        return format_html_join(_(", "), "{}", ((judgement(field, field.key, key),) for key in value))
    if field.type is FieldType.DATE:
        return format_html("{}", format_date(datetime.date.fromisoformat(str(value))))
    if isinstance(value, bool | Decimal):
        return _measured(value, field)
    return paragraphs(str(value)) if field.type is FieldType.LONG_TEXT else written(str(value)).html


def _measured(value: Value, field: Field) -> SafeString:
    """A number (or yes and no) in words, marked where its unit is in another language than the page."""
    language = chosen(field.unit).html_lang if field.unit is not None else ""
    words = value_words(value, field)
    return format_html('<span lang="{}">{}</span>', language, words) if language else format_html("{}", words)


def plain_answer(value: Value, field: Field) -> str:
    """An answer as plain text in the form's own language, to be compared with another."""
    return value_words(value, field, SOURCE_LANGUAGE) or ""


def number_or_dash(text: Any) -> Decimal | None:
    """A number kept as text; None where there is none."""
    return Decimal(str(text)) if text not in (None, "") else None


__all__ = [
    "MISSING_ANSWER",
    "answer",
    "choice_label",
    "field_of",
    "judgement",
    "judgement_mark",
    "label_of",
    "number_or_dash",
    "paragraphs",
    "plain_answer",
    "sign",
    "written",
]
