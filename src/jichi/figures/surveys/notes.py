"""Notes and definitions written beside values, in the source's language and the others of the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from jichi.ui.content import SOURCE_LANGUAGE

from .report import Question

OTHERS = ("en", "ja-simple")
Words = tuple[str, dict[str, dict[str, str]]]


def in_languages(message: str, params: Mapping[str, Any], field: str = "note", most: int = 300) -> Words:
    """A sentence in the language of the source, and its translations as rows keep them."""

    def said(language: str) -> str:
        with translation.override(language):
            return (gettext(message) % params)[:most]

    return said(SOURCE_LANGUAGE), {language: {field: said(language)} for language in OTHERS}


def not_run_note(reason: str) -> Words:
    """Why there is no value: the survey was not run."""
    return in_languages(_("The survey was not run this year: %(reason)s"), {"reason": reason})


def taken_back_note() -> Words:
    """Why a value no longer holds: its wave follows another definition now, or is of another year."""
    return in_languages(_("Taken back by a correction of the survey report."), {})


def counted(question: Question, options: Sequence[str], group: str) -> Words:
    """What a figure counts that a question measures."""
    params = {
        "wording": question.wording,
        "options": "」「".join(options),
        "group": group,
    }
    table = question.whole
    lines = [table.answer(one) for one in options] if table else []
    if any(line is not None and line.score is not None for line in lines):
        message = _("Mean of the points given to the question “%(wording)s”")
    elif group:
        message = _("Share of those in the group “%(group)s” who answered 「%(options)s」 to “%(wording)s”")
    else:
        message = _("Share of those who answered 「%(options)s」 to “%(wording)s”")
    return in_languages(message, params, field="counts", most=2000)
