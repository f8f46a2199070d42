"""The tables of a result (heads, rows, sums) for page and paper: by channel, by code, by topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jichi.consultations.result import Result
from jichi.ui.content import chosen
from jichi.ui.numbers import format_number
from jichi.ui.tables import Cell, Column, Table

from .words import topic_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A table of counts as printed; ``numeric`` says which columns hold numbers."""

    key: str
    caption: str
    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    links: tuple[str, ...] = ()


def channel_counts(result: Result) -> Counts:
    """The city's own table: its columns, submissions (通) and opinions (件), with the sum."""
    total = (
        pgettext("sum of a table", "All"),
        format_number(result.submissions),
        format_number(result.opinions),
    )
    return Counts(
        key="channels",
        caption=_("How it came in"),
        heads=(_("Way"), _("Submissions"), _("Opinions")),
        numeric=(False, True, True),
        rows=(
            *(
                (str(chosen(one.title)), format_number(one.submissions), format_number(one.opinions))
                for one in result.channels
            ),
            total,
        ),
    )


def code_counts(result: Result) -> Counts:
    """Each code with its meaning and the opinions that have it (対応区分の凡例と件数)."""
    return Counts(
        key="codes",
        caption=_("What became of the opinions"),
        heads=(
            pgettext("disposition", "Code"),
            _("Disposition"),
            _("Meaning"),
            _("Opinions"),
            _("Different ones"),
        ),
        numeric=(False, False, False, True, True),
        rows=tuple(
            (
                one.code,
                str(chosen(one.title)),
                str(chosen(one.meaning)),
                format_number(one.opinions),
                format_number(one.rows),
            )
            for one in result.codes
        ),
        links=tuple(one.code if one.rows else "" for one in result.codes),
    )


def topic_counts(result: Result) -> Counts:
    """The opinions by topic and code. A topic above others counts what was put into it itself."""
    codes = [one.code for one in result.codes]
    shown = [one for one in result.topics if one.rows]
    return Counts(
        key="topics",
        caption=_("What the opinions are about"),
        heads=(_("Topic"), *codes, _("Opinions")),
        numeric=(False, *(True for _code in codes), True),
        rows=tuple(
            (
                topic_words(result, one.key),
                *(format_number(one.by_code.get(code, 0)) for code in codes),
                format_number(one.opinions),
            )
            for one in shown
        ),
        links=tuple(one.key or "-" for one in shown),
    )


def page_table(counts: Counts, *, address: str = "", phone: str = "scroll") -> Table:
    """The table for a page; with ``address`` (ending in ``=``) the first cell of a row links to its rows."""
    links: Sequence[str] = counts.links if address else ()
    return Table(
        caption=counts.caption,
        ident=counts.key,
        phone=phone,
        columns=[
            Column(head, numeric=number, head=not place)
            for place, (head, number) in enumerate(zip(counts.heads, counts.numeric, strict=True))
        ],
        rows=[
            [
                Cell(row[0], url=f"{address}{links[at]}#rows" if at < len(links) and links[at] else ""),
                *row[1:],
            ]
            for at, row in enumerate(counts.rows)
        ],
    )
