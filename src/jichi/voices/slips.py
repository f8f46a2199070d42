"""The slip (受付票): the receipt number large, a code to look it up, and what happens now; as PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.methods.receipts import grouped
from jichi.ui.languages import html_lang
from jichi.ui.numbers import current_language
from jichi.ui.paper.document import Big, Block, Code, Facts, Leaf, Note, Printed, Text
from jichi.ui.paper.pdf import pdf_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What stands on a slip. ``facts`` are (label, value) pairs: the desk, when, by which way."""

    number: str
    facts: Sequence[tuple[str, str]]
    steps: Sequence[str]
    contact: str = ""


def status_address(number: str) -> str:
    """The whole address at which anybody who has the number sees what became of it."""
    return settings.BASE_URL.rstrip("/") + reverse("receipt-status", args=[number])


def qr_svg(address: str) -> str:
    """The address as a code for a camera, drawn as SVG (with its own name space, so that paper takes it)."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=4, border=2, xmldecl=False, svgclass="qr", lineclass=None
    )
    return out.getvalue().decode()


def slip_pdf(slip: Slip, *, large: bool = False) -> bytes:
    """The slip as one tagged A4 page in the reader's language; ``large``: in large print."""
    address = status_address(slip.number)
    blocks: list[Block] = [
        Big(label=_("Receipt number"), text=grouped(slip.number)),
        Code(svg=qr_svg(address), said=_("See what became of it:\n%(address)s") % {"address": address}),
        Facts(rows=list(slip.facts)),
        Text(
            label=_("What happens now"),
            text="\n".join(f"{at}. {one}" for at, one in enumerate(slip.steps, 1)),
        ),
        Note(
            text=_(
                "Keep this number. It shows where your voice stands and the reply, never what you wrote or "
                "who you are. By telephone, read it out group by group."
            )
        ),
    ]
    if slip.contact:
        blocks.append(Note(text=slip.contact))
    title = _("Receipt")
    return pdf_of(
        Printed(
            title=title,
            leaves=[Leaf(title=title, blocks=blocks)],
            language=html_lang(current_language()),
            footer=title,
            large=large,
        )
    )
