"""A whole packet: cover, chapters, sheets and index, from what an evaluation published or drafted."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jichi.sheets.definition import Definition
from jichi.sheets.words import say
from jichi.ui import numbers
from jichi.ui.paper.document import Block, Column, Facts, Leaf, Note, Printed, Table, Text, as_json, leaf_json

from .chapters import changes_blocks, summary_blocks
from .graded import grade_blocks
from .leaves import lacking_note
from .measures import measure_leaves, totals_blocks
from .templates import Chapter, Template

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment of the committee and what became of it, in words."""

    about: str
    text: str
    adoption: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction after publication."""

    code: str
    name: str
    on: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a packet is made of: editions of this cycle and of the last, and their forms by digest.

    ``grades`` are those of the cycle's indicators, below the name of the measure that carries them.
    """

    city: str
    office: str
    title: str
    day: datetime.date
    contents: Sequence[Content]
    before: Sequence[Content] = ()
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    grades: Sequence[tuple[str, Sequence[Content]]] = ()
    remarks: Sequence[Remark] = ()
    corrections: Sequence[Correction] = ()
    is_draft: bool = False


def packet_json(
    template: Template,
    material: Material,
    leaves: Sequence[dict[str, Any]],
    *,
    language: str,
    volume: int = 1,
    volumes: Sequence[str] = (),
) -> dict[str, Any]:
    """One volume of a packet as data for :func:`jichi.ui.paper.pdf.pdf_of_json`.

    ``leaves`` are the sheets' leaves as data, made before, in their order: those of this volume. The chapters
    that sum up stand in the first. ``volumes`` says what each volume holds; empty where there is one.
    """
    made: list[dict[str, Any]] = []
    index = ""
    for chapter in template.chapters:
        if chapter.kind == "sheets":
            made += _sheets(chapter, leaves)
        elif chapter.kind == "index":
            index = say(chapter.title)
        elif volume == 1:
            made += [leaf_json(leaf) for leaf in _chapter(chapter, material)]
    if volume == 1 and volumes:
        listed = Leaf(title=_("Volumes"), blocks=[Facts(rows=list(_volumes(volumes)))])
        made.insert(0, leaf_json(listed))
    data = as_json(_frame(template, material, index, language, volume if volumes else 0))
    data["leaves"] = made
    return data


def _sheets(chapter: Chapter, leaves: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The sheets below a leaf of their own; the index lists them, so that the contents need not."""
    if chapter.title and leaves:
        first, last = leaves[0]["code"], leaves[-1]["code"]
        rows = [(_("Sheets"), str(len(leaves))), (_("From – to"), f"{first} – {last}")]
        yield leaf_json(Leaf(title=say(chapter.title), blocks=[Facts(rows=rows)]))
    for leaf in leaves:
        yield {**leaf, "listed": not chapter.title}


def _volumes(volumes: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, held in enumerate(volumes, start=1):
        yield volume_title(number), held


def volume_title(number: int) -> str:
    """What a volume is called."""
    return _("Volume %(number)d") % {"number": number}


def _frame(template: Template, material: Material, index: str, language: str, volume: int) -> Printed:
    draft = _("Draft, not yet published") if material.is_draft else ""
    day = numbers.format_date(material.day, weekday=False)
    part = volume_title(volume) if volume else ""
    lines = [material.title, say(template.title), say(template.basis) if template.basis else "", part, draft]
    return Printed(
        title=" ".join(filter(None, (material.title, say(template.title), part))),
        leaves=(),
        language=language,
        author=material.city,
        cover=[line for line in (*lines, f"{material.city} {material.office}".strip(), day) if line],
        contents=_("Contents") if template.contents else "",
        index=index,
        index_heads=(_("Code"), _("Name"), _("Judgement"), _("Page")),
        lacking=lacking_note(),
        footer=" ".join(filter(None, (material.city, material.title, part, draft))),
    )


def _chapter(chapter: Chapter, material: Material) -> Iterator[Leaf]:
    if chapter.kind == "measures":
        yield from measure_leaves(material.contents, material.definitions)
        return
    blocks = list(_BLOCKS[chapter.kind](material))
    if blocks:
        yield Leaf(title=say(chapter.title), blocks=blocks)


def _comments(material: Material) -> Iterator[Block]:
    for one in material.remarks:
        yield Text(label=one.about, text=one.text)
        yield Text(label=one.adoption, text=one.answer or "-")
    if not material.remarks:
        yield Note(text=_("The committee has made no comment."))


def _corrections(material: Material) -> Iterator[Block]:
    if not material.corrections:
        yield Note(text=_("Nothing has been corrected since publication."))
        return
    yield Table(
        columns=[
            Column(head=_("Date"), share=2),
            Column(head=_("Code"), share=2),
            Column(head=_("Name"), share=4),
            Column(head=_("Reason"), share=5),
        ],
        rows=[[one.on, one.code, one.name, one.reason] for one in material.corrections],
    )


def _grades(material: Material) -> Iterator[Block]:
    for heading, grades in material.grades:
        yield from grade_blocks(grades, heading=heading)


def _summary(material: Material) -> Iterator[Block]:
    return summary_blocks(material.contents, material.before, material.definitions)


def _changes(material: Material) -> Iterator[Block]:
    return changes_blocks(material.contents, material.before)


def _totals(material: Material) -> Iterator[Block]:
    return totals_blocks(material.contents)


_BLOCKS: Mapping[str, Callable[[Material], Iterator[Block]]] = {
    "summary": _summary,
    "changes": _changes,
    "grades": _grades,
    "comments": _comments,
    "corrections": _corrections,
    "totals": _totals,
}
