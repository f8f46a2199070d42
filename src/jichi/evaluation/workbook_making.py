"""The workbooks of sheets in words: what each says of itself, its cover, the names of files."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.page_words import name_of, office_of, runner_of
from jichi.evaluation.queries.workbooks import Known
from jichi.figures.inquiries.services import File
from jichi.sheets.definition import Definition, Filler
from jichi.sheets.parsing import definition_of
from jichi.sheets.workbook import MOST_SECTIONS, Cover, Envelope, Section, write_volume, write_workbook
from jichi.ui import numbers

from .deadlines import due_of

MOST_PAGES = 500
"""Worksheets in one workbook; an office with more gets several."""
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


@dataclass(frozen=True, slots=True)
class Ready:
    """A sheet with what stands in its workbook."""

    sheet: Sheet
    known: Known

    @property
    def definition(self) -> Definition:
        """Its form."""
        return definition_of(self.sheet.answer_set.form_version)


def respondent_of(sheet: Sheet) -> str:
    """The lasting key of the office of a sheet, for workbooks."""
    return f"department:{sheet.department.key}" if sheet.department is not None else "department:"


def workbook_of(ready: Ready, moment: datetime.datetime) -> File:
    """The workbook of one sheet."""
    sheet = ready.sheet
    content = write_workbook(
        ready.definition,
        envelope=envelope_of(ready, moment),
        cover=_cover(sheet.cycle, name_of(sheet), office_of(sheet), [sheet]),
        key=secret(),
        raw=ready.known.raw,
        previous=ready.known.previous,
    )
    return File(name=f"{file_name(f'{sheet.cycle.title}_{name_of(sheet)}')}.xlsx", content=content)


def workbooks_of(listed: Sequence[Ready], moment: datetime.datetime) -> list[File]:
    """The workbooks of one office's sheets: one, or several where one would be too large for a program."""
    cycle, office = listed[0].sheet.cycle, office_of(listed[0].sheet)
    volumes = list(_volumes(listed))
    made = []
    for number, volume in enumerate(volumes, start=1):
        ending = f" ({number}/{len(volumes)})" if len(volumes) > 1 else ""
        cover = _cover(cycle, f"{cycle.title}{ending}", office, [one.sheet for one in volume])
        content = write_volume([_section(one, moment) for one in volume], cover=cover, key=secret())
        made.append(File(name=f"{file_name(f'{cycle.title}_{office}{ending}')}.xlsx", content=content))
    return made


def envelope_of(ready: Ready, moment: datetime.datetime) -> Envelope:
    """What the workbook of a sheet says of itself."""
    sheet = ready.sheet
    version = sheet.answer_set.form_version
    return Envelope(
        form_key=version.form.key,
        form_version=version.number,
        form_digest=version.digest,
        context=sheet.answer_set.context,
        respondent=respondent_of(sheet),
        issued_at=timezone.localtime(moment).isoformat(timespec="microseconds"),
        title=title_in_workbook(sheet),
        respondent_name=office_of(sheet),
        given=ready.known.digest,
    )


def title_in_workbook(sheet: Sheet) -> str:
    """By what a person knows a workbook: the evaluation and the project."""
    return f"{sheet.cycle.title}：{name_of(sheet)}"


def _section(ready: Ready, moment: datetime.datetime) -> Section:
    node = ready.sheet.node
    return Section(
        definition=ready.definition,
        envelope=envelope_of(ready, moment),
        code=node.code,
        name=node.name,
        raw=ready.known.raw,
        previous=ready.known.previous,
    )


def _volumes(listed: Sequence[Ready]) -> Iterator[list[Ready]]:
    volume: list[Ready] = []
    pages = 0
    for one in listed:
        more = sum(Filler.RESPONDENT in part.fill | part.see for part in one.definition.parts)
        if volume and (len(volume) == MOST_SECTIONS or pages + more > MOST_PAGES):
            yield volume
            volume, pages = [], 0
        volume.append(one)
        pages += more
    yield volume


def _cover(cycle: Cycle, title: str, office: str, sheets: Sequence[Sheet]) -> Cover:
    days = sorted({day for sheet in sheets if (day := due_of(sheet)) is not None})
    due = numbers.format_date(days[0]) if days else ""
    if len(days) > 1:
        due = _("%(first)s to %(last)s, see each sheet's page") % {
            "first": due,
            "last": numbers.format_date(days[-1]),
        }
    return Cover(
        title=title,
        purpose=cycle.title if not title.startswith(cycle.title) else "",
        due=due,
        respondent=office,
        asker=runner_of(cycle),
        how_to_return=_(
            "Upload it on the page of the evaluation, or send it to the planning section."
            " Each sheet is taken in by itself; what you leave as it is stays as it is."
        ),
        notes=[line for line in cycle.instructions.splitlines() if line.strip()],
    )


def file_name(text: str) -> str:
    """A name that every file system takes."""
    return _NOT_IN_NAMES.sub("_", text).strip(" .")[:120] or "jichi"


def secret() -> bytes:
    """The installation's secret, which seals the workbooks."""
    return settings.SECRET_KEY.encode()


def older_secrets() -> list[bytes]:
    """Those it had before, for workbooks that are still out."""
    return [str(key).encode() for key in settings.SECRET_KEY_FALLBACKS]
