"""One sheet as a file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from jichi.city.queries import organisation
from jichi.evaluation.openness import public_form
from jichi.sheets.definition import Definition
from jichi.ui.languages import html_lang
from jichi.ui.paper.document import Printed
from jichi.ui.paper.pdf import pdf_of
from jichi.ui.paper.workbook import workbook_of

from .leaves import lacking_note, leaf_of

FORMATS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFile:
    """A file to be given out."""

    name: str
    media_type: str
    content: bytes


def printed_file(
    content: Mapping[str, Any],
    definition: Definition,
    kind: str,
    *,
    language: str,
    is_draft: bool = False,
    is_inside: bool = False,
) -> SheetFile:
    """The sheet of an edition's content as ``pdf`` or ``xlsx``, in the language in force.

    ``is_inside``: with the parts of the form that only some inside may see.

    Raises:
        KeyError: for another kind of file.
    """
    media_type = FORMATS[kind]
    city = organisation.current_city()
    draft = _("Draft, not yet published") if is_draft else ""
    leaf = leaf_of(content, definition if is_inside else public_form(definition))
    title = f"{leaf.title} {content['cycle']['title']}"
    name = city.name if city is not None else ""
    printed = Printed(
        title=title,
        leaves=[leaf],
        language=html_lang(language),
        author=name,
        lacking=lacking_note(),
        footer=" ".join(filter(None, (name, content["cycle"]["title"], draft))),
    )
    made = pdf_of(printed) if kind == "pdf" else workbook_of(printed)
    year, code = content["cycle"]["fiscal_year"], content["node"]["code"]
    return SheetFile(name=f"{code}-{year}.{kind}", media_type=media_type, content=made)
