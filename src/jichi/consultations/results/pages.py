"""What the pages of a result show: rows and passages as a template needs them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from jichi.consultations.result import OpinionRow, Passage, Piece, Result
from jichi.ui.content import SOURCE_LANGUAGE, chosen
from jichi.ui.languages import html_lang
from jichi.ui.numbers import current_language

from .finding import passages_by_row
from .words import code_words, kind_words, number_words, opinions, passage_words, submissions, topic_words

MOST_TOLD = 12
_SHORT = 70


def shown_rows(
    result: Result, rows: Iterable[OpinionRow], *, changes_url: str, is_late: bool = False
) -> list[dict[str, Any]]:
    """Rows for a page, each with links to the passages that it stands behind or against."""
    anchors = {} if is_late else passages_by_row(result)
    names = {one.anchor: passage_words(one) for one in result.passages}
    return [
        {
            "number": row.number,
            "called": number_words(row),
            "topic": topic_words(result, row.topic),
            "summary": chosen(row.summary) or _("No summary yet"),
            "view": chosen(row.view) or _("Not answered yet"),
            "change": chosen(row.change),
            "code": code_words(result, row.code),
            "changes": any(one.code == row.code and one.changes_draft for one in result.codes),
            "sizes": (opinions(row.opinions), submissions(row.submissions)),
            "passages": [
                {"title": names[anchor], "url": f"{changes_url}#p-{anchor}"}
                for anchor in anchors.get(row.number, ())
            ],
            "undertaking": row.undertaking,
            "undertaking_url": undertaking_url(row.undertaking),
        }
        for row in rows
    ]


def shown_passages(result: Result, passages: Sequence[Passage], *, result_url: str) -> list[dict[str, Any]]:
    """Passages for a page: both sides with what differs marked, the reason, the rows behind and against."""
    by_number = {row.number: row for row in result.rows}
    language = html_lang(SOURCE_LANGUAGE)
    own = html_lang(current_language())
    return [
        {
            "anchor": one.anchor,
            "kind": kind_words(one),
            "name": passage_words(one),
            "old": _sided(one.old, "del"),
            "new": _sided(one.new, "ins"),
            "lang": "" if language == own else language,
            "reason": one.reason,
            "not_from_opinions": one.not_from_opinions,
            "behind": _pointed(one.behind, by_number, result_url),
            "against": _pointed(one.against, by_number, result_url),
            "all_url": f"{result_url}&passage={one.anchor}#rows"
            if "?" in result_url
            else f"{result_url}?passage={one.anchor}#rows",
            "more": max(0, len(one.behind) - MOST_TOLD) + max(0, len(one.against) - MOST_TOLD),
        }
        for one in passages
    ]


def undertaking_url(reference: str) -> str:
    """The page of what was promised; empty where there is none, or its number is not one."""
    year, _dash, number = reference.partition("-")
    if not (year.isdigit() and number.isdigit()):
        return ""
    try:
        return reverse("undertaking-detail", args=[int(year), int(number)])
    except NoReverseMatch:
        return ""


def _pointed(
    numbers: Sequence[int], by_number: dict[int, OpinionRow], result_url: str
) -> list[dict[str, Any]]:
    rows = [by_number[one] for one in numbers[:MOST_TOLD] if one in by_number]
    joint = "&" if "?" in result_url else "?"
    return [
        {
            "called": number_words(row),
            "summary": Truncator(str(chosen(row.summary))).chars(_SHORT),
            "size": opinions(row.opinions),
            "url": f"{result_url}{joint}no={row.number}#rows",
        }
        for row in rows
    ]


def _sided(pieces: Sequence[Piece], tag: str) -> SafeString:
    """A side of a passage; what differs stands in ``del`` or ``ins``."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<{0}>{1}</{0}>", SafeString(tag), one.text) if one.changed else one.text,)
            for one in pieces
        ),
    )
