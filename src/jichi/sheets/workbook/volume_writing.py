"""A volume: the forms of many things in one workbook, so that an office gets one file.

Behind the cover, which lists them, come the sheets of each, their names beginning with its code. Each section
has a sealed envelope of its own and is read back by itself; see :mod:`.volume_reading`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jichi.sheets.definition import Filler

from .cover import begin, finish, how_to, still_empty
from .envelope import Cover, seal
from .layout import SheetNames
from .page import Page
from .returned import PROPERTY
from .section import Section, SectionWriter
from .writing import Made

VOLUME = "jichi-volume/1"
SECTION_LINE = "section"
MOST_SECTIONS = 60
"""A program opens a workbook of some hundred sheets; what is more is given out in several."""
_TAB_COLOURS = ("#0017C1", "#B8B8B8")


def write_volume(
    sections: Sequence[Section],
    *,
    cover: Cover,
    key: bytes,
    fill: Filler = Filler.RESPONDENT,
    language: str = "ja",
) -> bytes:
    """The workbook that holds all sections, in their order. The same arguments give the same bytes.

    Raises:
        WorkbookError: as :func:`.writing.write_workbook`.
        ValueError: for no section or more than :data:`MOST_SECTIONS`, or the envelope of another form.
    """
    if not 0 < len(sections) <= MOST_SECTIONS:
        raise ValueError(f"a volume has 1 to {MOST_SECTIONS} sections, not {len(sections)}")
    names = SheetNames()
    with translation.override(language):
        bodies = [SectionWriter(one, language=language, fill=fill, names=names) for one in sections]
        made = Made(cover, bodies[0].envelope.issued_at, language, names)
        for number, body in enumerate(bodies, start=1):
            made.say(f"{PROPERTY}-{number}", seal(body.envelope, key))
            body.add_pages(made.book, made.styles)
            for page in body.pages:
                page.sheet.set_tab_color(_TAB_COLOURS[number % 2])
        validator = made.hide()
        lines: list[tuple[str, ...]] = [(VOLUME,)]
        for body in bodies:
            mark = section_mark(seal(body.envelope, key))
            body.write(validator, mark=mark)
            for page, plan in zip(body.pages, body.plans, strict=True):
                _way_back(page, plan.last_column, made.cover.name)
            lines += [(SECTION_LINE, mark), *body.lines(key)]
        _write_cover(made.cover, cover, bodies)
        return made.finish(lines)


def section_mark(sealed: str) -> str:
    """What marks the sheets of a section: so that those of another workbook are not taken for them."""
    return hashlib.sha256(sealed.encode()).hexdigest()[:12]


def _way_back(page: Page, column: int, cover: str) -> None:
    words = _("Back to the list")
    style = page.styles(font_color="#0017C1", underline=1, font_size=9, align="right")
    page.sheet.write_url(1, column, f"internal:'{cover}'!A1", style, words)
    page.own[words] = None


def _write_cover(page: Page, cover: Cover, bodies: Sequence[SectionWriter]) -> None:
    row = begin(page, cover)
    row = _listed(page, row + 1, bodies)
    row = how_to(page, row + 1, cover)
    first = bodies[0].envelope
    words = _("Issued %(day)s, for %(respondent)s.") % {
        "day": first.issued_at[:10],
        "respondent": first.respondent_name or first.respondent,
    }
    finish(page, cover, row, words)


def _listed(page: Page, row: int, bodies: Sequence[SectionWriter]) -> int:
    styles = page.styles
    head = styles.label(bold=True, bg_color="#E3E8EF", align="center")
    for column, words in enumerate(
        (pgettext("workbook", "Code"), pgettext("workbook", "What is filled in"), _("Required, still empty")),
        start=1,
    ):
        page.text(row, column, words, head)
    page.sheet.set_row(row, 34)
    link = styles.label(font_color="#0017C1", underline=1)
    for number, body in enumerate(bodies, start=1):
        section, at = body.section, row + number
        page.text(at, 1, section.code, styles.label())
        words = " ".join(filter(None, [section.name, section.note]))
        quoted = body.plans[0].name.replace("'", "''")
        page.sheet.write_url(at, 2, f"internal:'{quoted}'!A1", link, words)
        page.own[words.strip()] = None
        page.sheet.set_row(at, 22)
        still_empty(page, at, body.plans)
    return row + len(bodies) + 1
