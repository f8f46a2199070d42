"""The result in the form in which cities publish it, on A4.

Title, period, how opinions could be sent, how it was made known, how the result is made known, what came in
by channel, the codes with their meanings, each opinion in short with the city's view, and what changed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jichi.consultations.models import Consultation
from jichi.consultations.queries.readers import places_of
from jichi.consultations.result import OpinionRow, Passage, Piece, Result
from jichi.consultations.results.tables import Counts, channel_counts, code_counts, topic_counts
from jichi.consultations.results.words import (
    apart_lines,
    as_of,
    heading_of,
    kind_words,
    number_words,
    period_of,
    topic_words,
    ways_of,
)
from jichi.ui.content import chosen, translated
from jichi.ui.languages import html_lang
from jichi.ui.numbers import current_language, format_number
from jichi.ui.paper.document import Block, Column, Facts, Heading, Leaf, Note, Printed, Table, Text

DASH = "-"
_SHARES = {"channels": (3, 1, 1), "codes": (1, 3, 5, 2, 2)}
Correction = tuple[int, datetime.date, str]


def printed_result(
    row: Consultation,
    result: Result,
    *,
    published_on: datetime.date | None,
    address: str = "",
    digest: str = "",
    corrections: Sequence[Correction] = (),
) -> Printed:
    """The whole result in the reader's language. ``corrections``: (edition, day, reason) after the first."""
    title = str(chosen(result.title))
    leaves = [
        Leaf(
            title=_("Result of the public comment on “%(title)s”") % {"title": title},
            blocks=list(_first(row, result, address, corrections)),
        )
    ]
    if result.rows:
        leaves.append(
            Leaf(title=_("What was said, in short, and what the city thinks"), blocks=list(_rows(result)))
        )
    if result.draft is not None and result.final is not None:
        leaves.append(Leaf(title=_("What changed from the draft"), blocks=list(_changes(result))))
    if digest:
        note = Note(text=_("SHA-256 of the published result (JSON): %(digest)s") % {"digest": digest})
        leaves[-1] = Leaf(title=leaves[-1].title, blocks=[*leaves[-1].blocks, note])
    return Printed(
        title=leaves[0].title,
        leaves=leaves,
        language=html_lang(current_language()),
        author=str(chosen(result.department)),
        footer=f"{title} {as_of(published_on)}",
        lacking=_("〓 stands for a character that the typeface lacks; the web page shows it."),
    )


# --- the first page -----------------------------------------------------------------------------------
def _first(
    row: Consultation, result: Result, address: str, corrections: Sequence[Correction]
) -> Iterator[Block]:
    yield Text(label=heading_of(result), text="")
    if result.is_sample:
        yield Note(text=_("This is a sample, not a procedure of a real city."))
    yield Facts(rows=[(label, value) for label, value in _facts(row, result, address) if value])
    if corrections:
        yield Heading(text=_("Corrections"))
        yield Facts(
            rows=[
                (_("Edition %(number)s") % {"number": number}, f"{as_of(day)}\n{reason}")
                for number, day, reason in corrections
            ]
        )
    yield Heading(text=_("What came in"))
    if result.nothing_received:
        yield Text(label="", text=_("Nothing came in."))
    else:
        yield _table(channel_counts(result))
    if lines := apart_lines(result):
        yield Note(text="\n".join(lines))
    if result.codes and not result.nothing_received:
        yield Heading(text=_("How the city answered"))
        yield _table(code_counts(result))
        if len(result.topics) > 1:
            yield _table(topic_counts(result))


def _facts(row: Consultation, result: Result, address: str) -> Iterator[tuple[str, str]]:
    yield _("Title"), str(chosen(result.title))
    yield _("What the proposal is about"), str(translated(row, "summary"))
    yield _("Legal basis"), result.legal_basis
    yield _("Period"), period_of(result)
    yield _("Why the period was shorter"), result.short_reason
    yield _("Why the proposal was withdrawn"), result.withdrawn_reason
    yield _("How opinions could be sent"), ways_of(row)
    places = "\n".join(str(translated(one.place, "name")) for one in places_of(row))
    site = _("This site")
    yield _("How it was made known"), f"{site}\n{places}" if places else site
    yield _("How the result is made known"), f"{site}\n{address}" if address else site
    yield _("Office"), str(chosen(result.department))
    yield _("Questions to"), " ".join(filter(None, [row.contact_line, row.telephone]))


def _table(counts: Counts) -> Table:
    shares = _SHARES.get(counts.key, (4, *(1 for _head in counts.heads[1:])))
    return Table(
        caption=counts.caption,
        columns=[
            Column(head=head, number=number, share=share)
            for head, number, share in zip(counts.heads, counts.numeric, shares, strict=True)
        ],
        rows=counts.rows,
        heads=1,
    )


# --- opinions -----------------------------------------------------------------------------------------
def _rows(result: Result) -> Iterator[Block]:
    """A table for each topic; the rows stand in the order of topics already."""
    begun: list[OpinionRow] = []
    for row in result.rows:
        if begun and begun[-1].topic != row.topic:
            yield from _opinions(topic_words(result, begun[-1].topic), begun)
            begun = []
        begun.append(row)
    yield from _opinions(topic_words(result, begun[-1].topic), begun)
    if result.apart.late_rows:
        yield from _opinions(_("Late ones, answered as well"), result.apart.late_rows)


def _opinions(title: str, rows: Sequence[OpinionRow]) -> Iterator[Block]:
    yield Heading(text=title)
    yield Table(
        columns=[
            Column(head=_("No."), number=True, share=0),
            Column(head=_("What was said, in short"), share=5),
            Column(head=_("Opinions"), number=True, share=0),
            Column(head=_("View of the city"), share=6),
            Column(head=pgettext("disposition", "Code"), share=0),
        ],
        rows=[_opinion(row) for row in rows],
    )


def _opinion(row: OpinionRow) -> list[str]:
    view = str(chosen(row.view)) or DASH
    if change := str(chosen(row.change)):
        view += "\n" + _("Changed in the draft: %(change)s") % {"change": change}
    if row.undertaking:
        view += "\n" + _("Promised: reference %(number)s") % {"number": row.undertaking}
    return [
        str(row.number),
        str(chosen(row.summary)) or DASH,
        format_number(row.opinions),
        view,
        row.code or DASH,
    ]


# --- draft against final ------------------------------------------------------------------------------
def _changes(result: Result) -> Iterator[Block]:
    if not result.passages:
        yield Text(label=_("The final text is the draft, unchanged."), text="")
        return
    yield Note(
        text=_("【 】 stands around what was left out of the draft and what is new in the final text.")
    )
    yield Table(
        columns=[
            Column(head=pgettext("text of a consultation", "Draft"), share=5),
            Column(head=pgettext("text of a consultation", "Final text"), share=5),
            Column(head=_("Why, and the opinions behind and against"), share=5),
        ],
        rows=[
            [marked(one.old) or DASH, marked(one.new) or DASH, _why(result, one)] for one in result.passages
        ],
    )


def marked(pieces: Sequence[Piece]) -> str:
    """A passage as plain text in which brackets stand around what differs."""
    text = "".join(f"【{one.text}】" if one.changed and one.text.strip() else one.text for one in pieces)
    return text.replace("\t", "　")


def _why(result: Result, passage: Passage) -> str:
    by_number = {row.number: row for row in result.rows}
    said = [kind_words(passage), passage.reason or _("Not explained yet")]
    for head, numbers in ((_("Behind it:"), passage.behind), (_("Against it:"), passage.against)):
        if numbers:
            said.append(
                head + " " + " ".join(number_words(by_number[one]) for one in numbers if one in by_number)
            )
    if passage.not_from_opinions:
        said.append(_("Not because of opinions"))
    return "\n".join(said)
