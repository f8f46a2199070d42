"""The form of a consultation to be filled in by hand: one sheet that counts the same as the page."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.methods.drafts import Draft
from jichi.ui.content import translated
from jichi.ui.languages import html_lang
from jichi.ui.numbers import current_language, format_date
from jichi.ui.paper.document import Block, Code, Facts, Heading, Leaf, Note, Printed, Space
from jichi.ui.paper.pdf import pdf_of
from jichi.voices.slips import qr_svg

from .models import Consultation
from .saying import asked_fields, title_of

_OPINION_ROWS, _LARGE_ROWS, _QUESTION_ROWS = 12, 9, 3
_FEWEST_ROWS = 6


def form_pdf(row: Consultation, draft: Draft | None, *, large: bool, today: datetime.date) -> bytes:
    """The form as a tagged PDF in the reader's language; ``large``: in large print."""
    title = _("Your opinion on “%(title)s”") % {"title": translated(row, "title")}
    blocks: list[Block] = [Facts(rows=_where(row))]
    blocks += [Space(label=_label(one)) for one in asked_fields(row.scheme.fields)]
    hint = _("Write the number of the passage it is about, or “the whole”.") if draft else ""
    blocks.append(
        Space(label=_("Opinion"), rows=_LARGE_ROWS if large else _rows(len(row.questions)), hint=hint)
    )
    for one in row.questions:
        blocks.append(Space(label=title_of(one, "text"), rows=_QUESTION_ROWS))
    blocks.append(Heading(text=_("May the city publish your text?"), level=2))
    blocks.append(Space(label=_("Yes, without my name and with such parts masked"), rows=0))
    blocks.append(Space(label=_("No. It is counted and summarised, but its words are not shown"), rows=0))
    address = settings.BASE_URL.rstrip("/") + reverse("consultation-detail", args=[row.key])
    blocks.append(
        Code(svg=qr_svg(address), said=_("The draft and the form:\n%(address)s") % {"address": address})
    )
    blocks.append(
        Note(
            text=_(
                "You may use any other sheet. What comes on paper, by fax or at the counter counts the same "
                "as what comes by the page, and gets a receipt number when you ask for one."
            )
        )
    )
    return pdf_of(
        Printed(
            title=title,
            leaves=[Leaf(title=title, blocks=blocks)],
            language=html_lang(current_language()),
            author=str(translated(row.department, "name")),
            footer=_("As of %(day)s") % {"day": format_date(today)},
            large=large,
        )
    )


def _where(row: Consultation) -> list[tuple[str, str]]:
    until = _("%(last)s (%(rule)s)") % {
        "last": format_date(row.last_day),
        "rule": row.get_post_rule_display(),
    }
    found = [
        (_("By when"), until if row.last_day else ""),
        (_("By post or at the counter"), row.address),
        (_("By fax"), row.fax),
        (_("Questions to"), " ".join(filter(None, [row.contact_line, row.telephone]))),
    ]
    return [(label, value) for label, value in found if value]


def _label(entry: dict[str, object]) -> str:
    label = title_of(entry)
    return label if entry.get("required") else _("%(label)s (optional)") % {"label": label}


def _rows(questions: int) -> int:
    """Lines for the opinion, so that the whole form fits one sheet where it can."""
    return max(_FEWEST_ROWS, _OPINION_ROWS - (_QUESTION_ROWS + 1) * questions)
