"""Workbooks of sheets that came back: each sheet is taken in whole or not at all, and told of by itself."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid, NotAllowed
from jichi.evaluation.actions import FILL, TAKE_ALL, TAKE_IN
from jichi.evaluation.models import Cycle, Sheet
from jichi.evaluation.moves import Step, can, refusal
from jichi.evaluation.page_words import name_of, office_of
from jichi.evaluation.queries.workbooks import Known, known_of, older_versions, sheets_reached
from jichi.evaluation.workbook_making import older_secrets, respondent_of, secret, title_in_workbook
from jichi.figures.inquiries.services import File
from jichi.figures.inquiries.services.returning import unpacked
from jichi.sheets.definition import Definition, Raw, Severity
from jichi.sheets.models import AnswerRevision
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import read, tidy, to_json
from jichi.sheets.services import AnswersInvalid
from jichi.sheets.words import say
from jichi.sheets.workbook import (
    Awaited,
    Returned,
    WorkbookError,
    WorkbookProblem,
    WorkbookReading,
    answers_digest,
    bind,
    placed_problem_text,
    read_volume,
    workbook_problem_text,
)

from .filling import hand_in, save_draft
from .opening import CONTEXT
from .steps import cycle_of, require_open, sheet_of, sheets_of

TAKEN, SAME, REFUSED, NEWER, UNTOUCHED, DRAFTED, ELSEWHERE = (
    "taken",
    "same",
    "refused",
    "newer",
    "untouched",
    "drafted",
    "elsewhere",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTaken:
    """What became of one sheet of a returned workbook.

    ``outcome``: ``taken`` (handed in), ``same`` (it says what stands already), ``refused`` (nothing of it was
    taken, ``sentences`` say why and how to mend it), ``drafted`` (it has faults and was kept as the draft),
    ``newer`` (another answer came after it was given out), ``untouched`` (nothing was typed into it) or
    ``elsewhere`` (it belongs to another sheet than the one whose page it was uploaded on).
    """

    name: str
    outcome: str
    sentences: Sequence[str] = ()
    warnings: Sequence[str] = ()
    sheet: Sheet | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTaken:
    """One returned file: its sheets, or in ``sentences`` why it could not be read at all."""

    name: str
    sheets: Sequence[SheetTaken] = ()
    sentences: Sequence[str] = ()
    warnings: Sequence[str] = ()

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is left to be mended."""
        return not self.sentences and all(one.outcome in {TAKEN, SAME, UNTOUCHED} for one in self.sheets)


def take_in_workbooks(
    *,
    viewer: Viewer,
    files: Iterable[File],
    sheet_id: int | None = None,
    cycle_id: int | None = None,
    department_id: int | None = None,
    replaces: bool = False,
    keep_draft: bool = False,
    note: str = "",
    at: datetime.datetime | None = None,
) -> list[FileTaken]:
    """Take returned workbooks in: of one sheet, or of an evaluation (of one office's sheets in it).

    Zip files are opened. A sheet that was given out before another answer came is not taken unless
    ``replaces`` says that it counts. ``keep_draft``: what has faults is kept as the draft, so that nothing
    typed is lost; that is for the department only.

    Raises:
        NotAllowed; DoesNotExist; Invalid: where the evaluation takes nothing, or for too many files.
    """
    if sheet_id is not None:
        sheet = sheet_of(sheet_id)
        viewer.require(TAKE_IN, sheet)
        cycle, sheets = sheet.cycle, [sheet]
    else:
        cycle = cycle_of(cycle_id or 0)
        sheets = sheets_reached(viewer, TAKE_IN, cycle_id=cycle.pk, department_id=department_id)
        if not sheets and not viewer.can(TAKE_ALL, cycle):
            raise NotAllowed(TAKE_IN)
    require_open(cycle)
    way = _Way(replaces=replaces, keep_draft=keep_draft, note=note, at=at)
    taker = _Taker(viewer, cycle, sheets, way, is_one=sheet_id is not None)
    return [taker.take(one) for one in unpacked(files)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    replaces: bool
    keep_draft: bool
    note: str
    at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class _Found:
    """A section of a file with the sheet it is for, as that stands now."""

    file: File
    returned: Returned
    sheet: Sheet
    known: Known
    reading: WorkbookReading = field(default_factory=WorkbookReading)

    @property
    def definition(self) -> Definition:
        return definition_of(self.sheet.answer_set.form_version)

    def told(self, outcome: str, sentences: Iterable[str] = (), revision: int | None = None) -> SheetTaken:
        """What became of it, with what was doubtful in the workbook."""
        doubts = [one for one in self.reading.problems if one.severity is not Severity.ERROR]
        return SheetTaken(
            name=name_of(self.sheet),
            outcome=outcome,
            sentences=list(dict.fromkeys(sentences)),
            warnings=[workbook_problem_text(one) for one in doubts],
            sheet=self.sheet,
            revision=revision,
        )


class _Taker:
    def __init__(
        self, viewer: Viewer, cycle: Cycle, sheets: Sequence[Sheet], way: _Way, *, is_one: bool
    ) -> None:
        self.viewer, self.cycle, self.way, self.is_one = viewer, cycle, way, is_one
        self.ids = {sheet.answer_set.context: sheet.pk for sheet in sheets}
        self.older = older_versions([sheet.answer_set.form_version for sheet in sheets])
        self.offices = "、".join(dict.fromkeys(office_of(sheet) for sheet in sheets))

    def take(self, one: File) -> FileTaken:
        """One file, section by section."""
        try:
            volume = read_volume(one.content, key=secret(), older_keys=older_secrets())
        except WorkbookError as error:
            return FileTaken(name=one.name, sentences=[workbook_problem_text(error.problem)])
        contexts = [part.envelope.context for part in volume.sections if isinstance(part, Returned)]
        # As they stand now: another file may have just changed them.
        fresh = sheets_of([self.ids[context] for context in contexts if context in self.ids])
        sheets = {sheet.answer_set.context: sheet for sheet in fresh}
        known = known_of(self.viewer, fresh)
        return FileTaken(
            name=one.name,
            sheets=[self._section(one, section, sheets, known) for section in volume.sections],
            warnings=[workbook_problem_text(problem) for problem in volume.problems],
        )

    def _section(
        self,
        one: File,
        section: Returned | WorkbookProblem,
        sheets: Mapping[str, Sheet],
        known: Mapping[int, Known],
    ) -> SheetTaken:
        if isinstance(section, WorkbookProblem):
            return SheetTaken(
                name=section.sheet or one.name, outcome=REFUSED, sentences=[workbook_problem_text(section)]
            )
        sheet = sheets.get(section.envelope.context)
        if sheet is None:
            return self._astray(section)
        found = _Found(one, section, sheet, known[sheet.pk])
        reading = bind(found.definition, section, awaited=self._awaited(sheet))
        return self._read(replace(found, reading=reading))

    def _read(self, found: _Found) -> SheetTaken:
        errors = [one for one in found.reading.problems if one.severity is Severity.ERROR]
        if errors:
            return found.told(REFUSED, [workbook_problem_text(one) for one in errors])
        said = answers_digest(found.definition, found.reading.raw)
        if said == found.returned.envelope.given:
            return found.told(UNTOUCHED, [_untouched()])
        if not can(Step.HAND_IN, found.sheet.state):
            if _says_what_stands(found):
                return found.told(SAME)
            return found.told(REFUSED, [refusal(Step.HAND_IN, found.sheet.state)])
        if not self.way.replaces and self._is_overtaken(found, said):
            return found.told(NEWER, [_newer()])
        return self._hand_in(found)

    def _awaited(self, sheet: Sheet) -> Awaited:
        version = sheet.answer_set.form_version
        return Awaited(
            form_key=version.form.key,
            context=sheet.answer_set.context,
            respondent=respondent_of(sheet),
            respondent_name=office_of(sheet),
            title=title_in_workbook(sheet),
            older=self.older.get(version.form_id, {}),
        )

    def _astray(self, section: Returned) -> SheetTaken:
        """A workbook of another year, office or sheet: said so, with what to do."""
        envelope = section.envelope
        title = envelope.title or envelope.context
        if not envelope.context.startswith(f"{CONTEXT}{self.cycle.pk}/"):
            text = _(
                "This is of “%(theirs)s”, given out on %(day)s, not of “%(ours)s”. Nothing was taken in."
                " Download the workbook of “%(ours)s” and copy your answers into it."
            )
            params = {"theirs": title, "ours": self.cycle.title, "day": envelope.issued_at[:10]}
            return SheetTaken(name=title, outcome=REFUSED, sentences=[text % params])
        if self.is_one:
            text = _(
                "It belongs to another sheet. Upload it on that sheet's page, or on the page of your office"
                " where all sheets of a workbook are taken in."
            )
            return SheetTaken(name=title, outcome=ELSEWHERE, sentences=[text])
        text = _(
            "It was given out to %(theirs)s, not to %(ours)s. Nothing was taken in."
            " Give it back to that office."
        )
        params = {"theirs": envelope.respondent_name or envelope.respondent, "ours": self.offices or "－"}
        return SheetTaken(name=title, outcome=REFUSED, sentences=[text % params])

    def _is_overtaken(self, found: _Found, said: str) -> bool:
        """Whether somebody else answered otherwise after the workbook was given out."""
        if found.known.digest in {found.returned.envelope.given, said}:
            return False
        answers, revision = found.sheet.answer_set, found.known.revision
        by = answers.draft_by if answers.draft or revision is None else revision.entered_by
        return by != self.viewer.actor

    def _hand_in(self, found: _Found) -> SheetTaken:
        sheet = found.sheet
        try:
            revision = hand_in(
                viewer=self.viewer,
                sheet_id=sheet.pk,
                raw=found.reading.raw,
                version=sheet.answer_set.version,
                channel=AnswerRevision.Channel.WORKBOOK,
                filename=found.file.name,
                content=found.file.content,
                note=self.way.note,
                at=self.way.at,
            )
        except AnswersInvalid as error:
            texts = [
                placed_problem_text(one, found.definition, found.reading)
                for one in error.problems
                if one.severity is Severity.ERROR
            ]
            return self._faulty(found, texts)
        except Conflict:
            return found.told(REFUSED, [_("Somebody else answered at this very moment. Upload it again.")])
        except Invalid as error:
            texts = _of_fields(error, found.definition)
            return self._faulty(found, [*texts, _why_on_page()] if set(error.messages) != {""} else texts)
        before = found.known.revision
        is_same = before is not None and before.number == revision.number
        return found.told(SAME if is_same else TAKEN, revision=revision.number)

    def _faulty(self, found: _Found, texts: Sequence[str]) -> SheetTaken:
        """Refused; or kept as the draft, where that is wanted and possible."""
        if not self.way.keep_draft:
            return found.told(REFUSED, texts)
        if not self.viewer.can(FILL, found.sheet):
            only = _("It was not kept as a draft either: only the department can do that.")
            return found.told(REFUSED, [*texts, only])
        try:
            save_draft(
                viewer=self.viewer,
                sheet_id=found.sheet.pk,
                raw=found.reading.raw,
                version=found.sheet.answer_set.version,
            )
        except (Conflict, Invalid):
            again = _("Somebody else answered at this very moment. Upload it again.")
            return found.told(REFUSED, [*texts, again])
        return found.told(DRAFTED, texts)


def _says_what_stands(found: _Found) -> bool:
    revision: AnswerRevision | None = found.known.revision
    if revision is None or revision.form_version_id != found.sheet.answer_set.form_version_id:
        return False
    return bool(_values(found.definition, found.reading.raw) == revision.values)


def _values(definition: Definition, raw: Raw) -> dict[str, object]:
    return dict(to_json(read(definition, tidy(definition, raw)).values))


def _of_fields(error: Invalid, definition: Definition) -> list[str]:
    """A service's objections, each with the question it is about."""
    labels = {one.key: say(one.label) for _part, one in definition.fields()}
    found = []
    for key, texts in error.messages.items():
        for text in texts:
            label = labels.get(key)
            found.append(_("%(place)s: %(sentence)s") % {"place": label, "sentence": text} if label else text)
    return found


def _why_on_page() -> str:
    # A workbook has no place for the reasons of decisions that differ from Jichi's proposals.
    return _("Keep it as the draft, and hand it in on the sheet's page, where you can say why.")


def _untouched() -> str:
    return _(
        "Nothing was typed into it since it was given out, so it was left alone."
        " If it is complete, hand it in on its page."
    )


def _newer() -> str:
    return _(
        "Another answer came in after this workbook was given out. Look at it first; to let this one count"
        " all the same, upload it again and tick “replace”."
    )
