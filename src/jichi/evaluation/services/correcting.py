"""Correcting a sheet after publication: openly, with its reason, beside what was published."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.trail import CHANGED, act, record
from jichi.evaluation.actions import CORRECT
from jichi.evaluation.content import content_of_sheets, digest_of_content
from jichi.evaluation.enums import CycleState, EditionKind, SheetState
from jichi.evaluation.models import Sheet, SheetEdition
from jichi.evaluation.sides import PLANNING
from jichi.sheets import services as sheets
from jichi.sheets.definition import Raw
from jichi.sheets.models import AnswerRevision

from .publishing import editions
from .steps import Kind, happened, locked, sheet_of, words_required

LONGEST = 300


class _Unchanged(Exception):
    """The answers are those that stand."""


def correct_sheet(
    *,
    viewer: Viewer,
    sheet_id: int,
    raw: Raw,
    version: int,
    reason: str,
    at: datetime.datetime | None = None,
) -> SheetEdition:
    """Correct a published sheet: the next revision of its answers and the next edition, with the reason.

    ``version`` is that of the answers. The same answers make a correction only where what stands beside them
    (a grade, a measured value) has changed since.

    Raises:
        NotAllowed; Sheet.DoesNotExist; Conflict; AnswersInvalid: by address; Invalid: without a reason, for a
        sheet that is not published, or where nothing differs.
    """
    sheet = sheet_of(sheet_id)
    with act(viewer, CORRECT, sheet):
        said = words_required(reason, most=LONGEST)
        sheet = locked(sheet)
        if sheet.cycle.state != CycleState.PUBLISHED or sheet.state != SheetState.ACCEPTED:
            raise Invalid({"": [_("Only what is published is corrected; until then, send the sheet back.")]})
        if sheet.answer_set.version != version:
            raise Conflict(sheet)
        moment = at or timezone.now()
        before = sheet.accepted_revision
        number = _answers(viewer, sheet, raw, version, said, moment)
        Sheet.objects.filter(pk=sheet.pk).update(
            accepted_revision=number, version=sheet.version + 1, moved_at=moment
        )
        sheet = sheet_of(sheet.pk)
        content = content_of_sheets(sheet.cycle, [sheet], moment)[sheet.pk]
        newest = SheetEdition.objects.filter(sheet=sheet).exclude(kind=EditionKind.DRAFT).order_by("number")
        last = newest.last()
        if last is not None and last.digest == digest_of_content(content):
            raise Invalid({"": [_("Nothing differs from what is published.")]})
        (edition,) = editions(viewer, [sheet], {sheet.pk: content}, EditionKind.CORRECTED, moment, said)
        edition.save(force_insert=True)
        fields = {"revision": [before, number], "edition": [None, edition.number], "text": CHANGED}
        record(viewer, CORRECT, sheet, fields=fields)
    return edition


def _answers(
    viewer: Viewer, sheet: Sheet, raw: Raw, version: int, said: str, moment: datetime.datetime
) -> int:
    """Hand the corrected answers in; returns the revision that stands then.

    What happened is written before the answers: the database takes answers of a published sheet only with it.
    """
    standing = sheet.answer_set.revision
    try:
        with transaction.atomic():
            _tell(viewer, sheet, standing + 1, said, moment)
            revision = sheets.hand_in(
                viewer=viewer,
                answer_set=sheet.answer_set,
                raw=raw,
                version=version,
                channel=AnswerRevision.Channel.PAGE,
                note=said,
                at=moment,
            )
            if revision.number == standing:
                raise _Unchanged
    except _Unchanged:
        _tell(viewer, sheet, standing, said, moment)
        return standing
    return revision.number


def _tell(viewer: Viewer, sheet: Sheet, number: int, said: str, moment: datetime.datetime) -> None:
    happened(viewer, sheet, Kind.CORRECTED, side=PLANNING, at=moment, text=said, revision=number)
