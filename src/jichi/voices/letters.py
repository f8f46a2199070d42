"""The reply as a letter for a window envelope (長形3号), one sheet for each who gets it; as PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from jichi.ui.languages import html_lang
from jichi.ui.paper.document import Block, Facts, Leaf, Printed, Text
from jichi.ui.paper.pdf import pdf_of

LETTER = 1.2
"""A letter is read at arm's length: nearly 11 pt."""


def letter_pdf(
    *,
    contact: Mapping[str, str],
    number: str,
    day: str,
    sender: Sequence[str],
    about: str,
    text: str,
    document: str = "",
    language: str = "ja",
    large: bool = False,
) -> bytes:
    """One letter. ``sender`` are the lines of the office, ``document`` number and date of the document
    system, ``text`` the reply with its line breaks; ``large``: in large print.
    """
    facts = [(_("Receipt number"), number), (_("Day"), day), (_("About"), about)]
    facts.append((_("Office"), "\n".join(sender)))
    if document:
        facts.append((_("Document number"), document))
    blocks: list[Block] = [
        Facts(rows=facts),
        Text(label=_("Text of the reply"), text=text),
    ]
    title = _("Reply of the city")
    leaf = Leaf(title=title, blocks=blocks, address=address_lines(contact, language))
    return pdf_of(
        Printed(
            title=title,
            leaves=[leaf],
            language=html_lang(language),
            footer=number,
            large=large,
            scale=LETTER,
        )
    )


def address_lines(contact: Mapping[str, str], language: str) -> list[str]:
    """The address as it stands in the window: postal code, address, organisation, name."""
    code = contact.get("postal_code", "").strip()
    name = contact.get("name", "").strip()
    if name and language.startswith("ja"):
        name = f"{name} 様"
    lines = [f"〒{code}" if code and not code.startswith("〒") else code, contact.get("address", "").strip()]
    return [one for one in (*lines, contact.get("organisation", "").strip(), name) if one]
