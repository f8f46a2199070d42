"""The notice of a consultation on A4: what is proposed, until when and how one answers, and the draft."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from jichi.consultations.enums import Audience, VersionKind
from jichi.consultations.models import Consultation, DraftVersion
from jichi.consultations.queries.passages import text_of
from jichi.consultations.queries.readers import files_of, places_of
from jichi.consultations.results.words import ways_of
from jichi.consultations.saying import title_of
from jichi.methods import drafts
from jichi.methods.deadlines import days_in_period
from jichi.ui.content import translated
from jichi.ui.languages import html_lang
from jichi.ui.numbers import current_language, format_date
from jichi.ui.paper.document import Block, Column, Facts, Heading, Leaf, Printed, Table, Text


def printed_notice(row: Consultation, *, footer: str = "") -> Printed:
    """The notice, and the newest draft as its second part, in the reader's language."""
    title = _("Public comment on “%(title)s”") % {"title": translated(row, "title")}
    leaves = [Leaf(title=title, blocks=list(_blocks(row)))]
    text = text_of(row, Audience.FULL, kind=VersionKind.DRAFT)
    if text is not None:
        leaves.append(leaf_of_text(text))
    return Printed(
        title=title,
        leaves=leaves,
        language=html_lang(current_language()),
        author=str(translated(row.department, "name")),
        footer=footer or str(translated(row, "title")),
        lacking=_("〓 stands for a character that the typeface lacks; the web page shows it."),
    )


def leaf_of_text(text: DraftVersion) -> Leaf:
    """A text paragraph by paragraph, each with the anchor by which opinions speak of it."""
    return Leaf(
        title=text.title or str(text.get_kind_display()),
        blocks=list(_paragraphs(drafts.from_plain(text.content))) or [Text(label="", text="-")],
    )


def _paragraphs(draft: drafts.Draft) -> Iterator[Block]:
    # A print may not skip a level, and a draft may begin with any.
    top = next((one.level for one in draft.paragraphs if one.kind == drafts.ParagraphKind.heading), 1)
    rows: list[list[str]] = []
    for one in draft.paragraphs:
        if one.kind == drafts.ParagraphKind.heading:
            yield from _table(rows)
            rows = []
            yield Heading(text=drafts.printed(one), level=2 if one.level <= top else 3)
        else:
            rows.append([one.anchor, drafts.printed(one).replace("\t", "　")])
    yield from _table(rows)


def _table(rows: list[list[str]]) -> Iterator[Block]:
    if rows:
        yield Table(
            columns=[Column(head=_("Passage"), share=1), Column(head=_("Text"), share=9)], rows=rows, heads=1
        )


def _blocks(row: Consultation) -> Iterator[Block]:
    if notice := str(translated(row, "notice")):
        yield Text(label="", text=notice)
    yield Facts(rows=[(label, value) for label, value in _facts(row) if value])
    if row.questions:
        yield Heading(text=_("What the city asks"))
        yield Facts(
            rows=[(str(number), title_of(one, "text")) for number, one in enumerate(row.questions, start=1)]
        )


def _facts(row: Consultation) -> Iterator[tuple[str, str]]:
    yield _("Title"), str(translated(row, "title"))
    yield _("What the proposal is about"), str(translated(row, "summary"))
    yield _("Legal basis"), row.legal_basis
    yield _("Period"), _period(row)
    yield _("Why the period is shorter"), row.short_reason
    yield _("Why no public comment is held"), row.exempt_reason
    yield _("Ground"), row.exempt_ground
    yield _("How opinions can be sent"), ways_of(row) if not row.exempt_reason else ""
    yield _("Mail"), row.email
    yield _("Fax"), row.fax
    yield _("Post and counter"), row.address
    yield _("When a letter is in time"), str(row.get_post_rule_display()) if row.address else ""
    yield (
        _("Where the documents can be read"),
        "\n".join(str(translated(one.place, "name")) for one in places_of(row)),
    )
    yield _("Documents"), "\n".join(str(translated(one, "title")) for one in files_of(row))
    yield _("When the result is planned"), row.result_planned
    yield _("Office"), str(translated(row.department, "name"))
    yield _("Questions to"), " ".join(filter(None, [row.contact_line, row.telephone]))


def _period(row: Consultation) -> str:
    if row.first_day is None or row.last_day is None:
        return ""
    return _("%(first)s to %(last)s (%(days)s days)") % {
        "first": format_date(row.first_day),
        "last": format_date(row.last_day),
        "days": days_in_period(row.first_day, row.last_day),
    }
