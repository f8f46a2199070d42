"""Workbooks that came back: each file is taken in whole or not at all, and told of by itself."""

from __future__ import annotations

import datetime
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.figures.models import Inquiry, InquiryRequest
from jichi.sheets.definition import Severity
from jichi.sheets.models import AnswerRevision, FormVersion
from jichi.sheets.parsing import definition_of
from jichi.sheets.reading import read, tidy, to_json
from jichi.sheets.services import AnswersInvalid
from jichi.sheets.workbook import (
    Awaited,
    Envelope,
    WorkbookError,
    WorkbookReading,
    bind,
    placed_problem_text,
    read_workbook,
    workbook_problem_text,
)
from jichi.sheets.workbook.problems import WorkbookProblem

from ..actions import ANSWER, TAKE_IN
from ..queries.returns import newest_revisions
from ..sides import require_held
from ..words import respondent_key, respondent_name, title_in_workbook
from . import answering
from .steps import request_of, require_out
from .workbooks import CONTEXT, File, secret

MOST_FILES = 300
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ENTRIES = 20_000
"""Entries of an archive, those of unpacked workbooks in it among them: each has some twenty."""
_ENTRY = b"PK\x01\x02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one returned file.

    ``outcome``: ``taken`` (a new revision), ``same`` (it says what stands already), ``refused`` (nothing of
    it was taken, ``sentences`` say why) or ``newer`` (another answer came after it was given out).
    """

    name: str
    outcome: str
    sentences: Sequence[str] = ()
    warnings: Sequence[str] = ()
    request: InquiryRequest | None = None
    revision: int | None = None


def take_in_workbooks(
    *,
    viewer: Viewer,
    files: Iterable[File],
    request_id: int | None = None,
    inquiry_id: int | None = None,
    replaces: bool = False,
    note: str = "",
) -> list[Taken]:
    """Take returned workbooks in, each whole or not at all: of one request, or of any of an inquiry.

    Zip files are opened. A workbook that was given out before another answer came is not taken unless
    ``replaces`` says that it counts. ``note`` says why, where an accepted answer is corrected.

    Raises:
        NotAllowed; DoesNotExist; Invalid: where the inquiry takes nothing.
    """
    if request_id is not None:
        request = request_of(request_id)
        require_held(viewer, ANSWER, request)
        requests = {request.pk: request}
        inquiry = request.inquiry
    else:
        inquiry = Inquiry.objects.select_related("series", "form_version__form").get(pk=inquiry_id or 0)
        viewer.require(TAKE_IN, inquiry)
        rows = inquiry.requests.select_related("inquiry__series", "place", "asked", "answer_set")
        requests = {row.pk: row for row in rows}
    require_out(inquiry)
    taker = _Taker(viewer, inquiry, requests, request_id is not None, replaces, note)
    return [taker.take(one) for one in unpacked(files)]


def unpacked(files: Iterable[File]) -> list[File]:
    """The files with zip archives opened, within bounds; what cannot be opened stays as it is, to be told."""
    found: list[File] = []
    left = MOST_UNPACKED
    for one in files:
        members = _members(one, left) if one.content.startswith(b"PK\x03\x04") else None
        left -= sum(len(member.content) for member in members or ())
        found += [one] if members is None else members
        if len(found) > MOST_FILES:
            text = _("These are more than %(most)d files. Upload them in several parts.")
            raise Invalid({"files": [text % {"most": MOST_FILES}]})
    return found


def _members(one: File, left: int) -> list[File] | None:
    """What an archive holds, ``left`` bytes at most; None where it is a workbook or cannot be read."""
    # Counted before the list of entries is read, which takes seconds for some 100,000 of them.
    if one.content.count(_ENTRY) > MOST_ENTRIES:
        raise _too_much(one)
    try:
        with zipfile.ZipFile(io.BytesIO(one.content)) as archive:
            entries = archive.infolist()
            if any(entry.filename == "[Content_Types].xml" for entry in entries):
                return None
            listed = [entry for entry in entries if not entry.is_dir() and not _is_clutter(entry)]
            if len(listed) > MOST_FILES or sum(entry.file_size for entry in listed) > left:
                raise _too_much(one)
            return [
                File(name=f"{one.name}: {_name_in(entry)}", content=archive.read(entry)) for entry in listed
            ]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        # Damaged, encrypted, or packed in a way we do not know: told as a file that is no workbook.
        return None


def _too_much(one: File) -> Invalid:
    text = _("The archive %(name)s holds more than is ever sent back. Upload the workbooks in parts.")
    return Invalid({"files": [text % {"name": one.name}]})


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    last = entry.filename.rpartition("/")[2]
    return entry.filename.startswith("__MACOSX/") or last.startswith((".", "~$"))


def _name_in(entry: zipfile.ZipInfo) -> str:
    """The member's name; Windows packs Japanese names as cp932 and does not say so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("cp932")
    except UnicodeError:
        return entry.filename


class _Taker:
    """Takes files in for one request, or for any request of an inquiry."""

    def __init__(
        self,
        viewer: Viewer,
        inquiry: Inquiry,
        requests: Mapping[int, InquiryRequest],
        is_respondent: bool,
        replaces: bool,
        note: str,
    ) -> None:
        self.viewer, self.inquiry, self.requests = viewer, inquiry, requests
        self.is_respondent, self.replaces, self.note = is_respondent, replaces, note
        self.version: FormVersion = inquiry.form_version
        self.definition = definition_of(self.version)
        older = FormVersion.objects.filter(form_id=self.version.form_id).exclude(pk=self.version.pk)
        self.older = {row.digest: str(row.number) for row in older.defer("definition")}

    def take(self, one: File) -> Taken:
        """One file, whole or not at all."""
        try:
            returned = read_workbook(one.content, key=secret(), older_keys=_older_keys())
        except WorkbookError as error:
            return _refused(one, [workbook_problem_text(error.problem)])
        request = self._meant(returned.envelope)
        reading = bind(self.definition, returned, awaited=self._awaited(request, returned.envelope))
        problems = [problem for problem in reading.problems if problem.severity is Severity.ERROR]
        if problems or request is None:
            return _refused(one, [workbook_problem_text(problem) for problem in problems], request)
        if not self.replaces and self._is_overtaken(request, returned.envelope, reading):
            text = _(
                "Another answer came in after this workbook was given out. Look at it first; to let this one"
                " count all the same, upload it again and tick “replace”."
            )
            return Taken(name=one.name, outcome="newer", sentences=[text], request=request)
        return self._hand_in(one, request, reading)

    def _meant(self, envelope: Envelope) -> InquiryRequest | None:
        """The request a workbook was made for; for a respondent, always her own."""
        if self.is_respondent:
            return next(iter(self.requests.values()))
        number = envelope.context.removeprefix(CONTEXT)
        return self.requests.get(int(number)) if number.isdecimal() else None

    def _awaited(self, request: InquiryRequest | None, envelope: Envelope) -> Awaited:
        return Awaited(
            form_key=self.version.form.key,
            context=f"{CONTEXT}{request.pk}" if request is not None else "",
            respondent=respondent_key(request) if request is not None else envelope.respondent,
            respondent_name=respondent_name(request) if request is not None else "",
            title=title_in_workbook(self.inquiry),
            older=self.older,
        )

    def _is_overtaken(self, request: InquiryRequest, envelope: Envelope, reading: WorkbookReading) -> bool:
        """Whether a colleague answered otherwise after the workbook was given out."""
        newest = newest_revisions([request]).get(request.pk)
        if newest is None or (self.is_respondent and newest.entered_by == self.viewer.actor):
            return False
        try:
            issued = datetime.datetime.fromisoformat(envelope.issued_at)
        except ValueError:
            issued = request.inquiry.created_at
        if newest.entered_at <= issued:
            return False
        said = read(self.definition, tidy(self.definition, reading.raw)).values
        return bool(to_json(said) != newest.values)

    def _hand_in(self, one: File, request: InquiryRequest, reading: WorkbookReading) -> Taken:
        act_of = answering.hand_in if self.is_respondent else answering.take_in
        answers = request_of(request.pk).answer_set
        try:
            done = act_of(
                viewer=self.viewer,
                request_id=request.pk,
                raw=reading.raw,
                version=answers.version if answers is not None else 0,
                channel=AnswerRevision.Channel.WORKBOOK,
                filename=one.name,
                content=one.content,
                note=self.note,
            )
        except AnswersInvalid as error:
            texts = [
                placed_problem_text(problem, self.definition, reading)
                for problem in error.problems
                if problem.severity is Severity.ERROR
            ]
            return _refused(one, texts, request)
        except Invalid as error:
            return _refused(one, [text for texts in error.messages.values() for text in texts], request)
        except Conflict:
            return _refused(one, [_("Somebody else answered at this very moment. Upload it again.")], request)
        return Taken(
            name=one.name,
            outcome="taken" if done.is_new else "same",
            warnings=[workbook_problem_text(problem) for problem in reading.problems],
            request=done.request,
            revision=done.revision.number,
        )


def _refused(one: File, sentences: Sequence[str], request: InquiryRequest | None = None) -> Taken:
    known = list(sentences) or [workbook_problem_text(WorkbookProblem("not_xlsx"))]
    return Taken(name=one.name, outcome="refused", sentences=known, request=request)


def _older_keys() -> list[bytes]:
    return [str(key).encode() for key in settings.SECRET_KEY_FALLBACKS]
