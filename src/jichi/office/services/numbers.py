"""Number and date that the city's document system gave to an approval, by hand or from a file."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid, NotAllowed
from jichi.city.trail import act, digest_of, record
from jichi.office.actions import REGISTER, TAKE_IN
from jichi.office.models import Approval, ApprovalEvent
from jichi.office.numbers_file import NumberRead, NumberRow, checked_number, read_numbers, understood
from jichi.office.queries import approval_for

from .rows import State, happened, locked


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not entered: its line in the file, the id as written, and why in sentences."""

    line: int
    id: str
    sentences: tuple[str, ...]


@dataclass(slots=True)
class NumbersReport:
    """What a file of numbers did: approvals that got theirs, how many had it already, rows not entered."""

    entered: list[Approval] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadRow] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows the file has."""
        return len(self.entered) + self.unchanged + len(self.bad)


def register_document(
    *, viewer: Viewer, approval_id: uuid.UUID, number: str, date: datetime.date
) -> Approval:
    """Enter number and date of the document system. The same once more changes nothing.

    They may come before the decision (a system that numbers what is put up) or after it (one that numbers
    what was decided), but only for what was taken out: nobody else can have numbered it.

    Raises:
        NotAllowed, Approval.DoesNotExist; Invalid: for ``number`` where another one stands (both are said) or
        it belongs to another approval, for ``date`` outside draft and today, for "" where no packet of this
        round was taken or it was withdrawn.
    """
    given = checked_number(number)
    with act(viewer, REGISTER, approval_for(viewer, approval_id)):
        approval = locked(approval_id)
        if approval.document_number:
            _require_same(approval, given, date)
            return approval
        _require_numberable(approval, date)
        approval.document_number, approval.document_date = given, date
        approval.registered_at = timezone.now()
        approval.version += 1
        try:
            with transaction.atomic():
                approval.save(update_fields=["document_number", "document_date", "registered_at", "version"])
        except IntegrityError:
            text = _("The document %(number)s of %(date)s belongs to another approval already.")
            raise Invalid({"number": [text % {"number": given, "date": date.isoformat()}]}) from None
        happened(
            viewer,
            approval,
            ApprovalEvent.Kind.REGISTERED,
            at=approval.registered_at,
            text=f"{given} ({date.isoformat()})",
        )
        fields = {"document_number": [None, given], "document_date": [None, date.isoformat()]}
        record(viewer, REGISTER, approval, fields=fields)
    return approval


def take_in_numbers(*, viewer: Viewer, content: bytes, filename: str) -> NumbersReport:
    """Take in a file of ids, numbers and dates. Good rows are entered, each bad one is told with its line.

    The same file once more changes nothing.

    Raises:
        NotAllowed; Invalid: for ``file``, where the file as a whole cannot be read; nothing is entered then.
    """
    viewer.require(TAKE_IN)
    rows = read_numbers(content)
    report = NumbersReport()
    with act(viewer, TAKE_IN):
        for row in rows:
            _take_in(viewer, row, report)
        if report.entered:
            record(
                viewer,
                TAKE_IN,
                None,
                object_type="office.approval",
                object_id=str(report.entered[0].pk),
                fields={"file": [None, filename[:200]]},
                count=len(report.entered),
                digest=digest_of(one.pk for one in report.entered),
            )
    return report


def _take_in(viewer: Viewer, row: NumberRow, report: NumbersReport) -> None:
    try:
        read = understood(row)
        with transaction.atomic():
            before = _version_of(viewer, read)
            approval = register_document(
                viewer=viewer, approval_id=read.approval_id, number=read.number, date=read.date
            )
    except (Approval.DoesNotExist, NotAllowed):
        text = _("No approval with this id is among those you look after.")
        report.bad.append(BadRow(row.line, row.id, (text,)))
    except Invalid as error:
        sentences = tuple(text for texts in error.messages.values() for text in texts)
        report.bad.append(BadRow(row.line, row.id, sentences))
    else:
        if approval.version == before:
            report.unchanged += 1
        else:
            report.entered.append(approval)


def _version_of(viewer: Viewer, read: NumberRead) -> int:
    return approval_for(viewer, read.approval_id).version


def _require_same(approval: Approval, number: str, date: datetime.date) -> None:
    if (approval.document_number, approval.document_date) == (number, date):
        return
    assert approval.document_date is not None
    text = _(
        "This approval has the number %(standing)s of %(since)s. The number %(given)s of %(date)s was not"
        " entered; correct it in the document system."
    )
    names = {
        "standing": approval.document_number,
        "since": approval.document_date.isoformat(),
        "given": number,
        "date": date.isoformat(),
    }
    raise Invalid({"number": [text % names]})


def _require_numberable(approval: Approval, date: datetime.date) -> None:
    if approval.state == State.WITHDRAWN:
        raise Invalid({"": [_("It was withdrawn, so no number belongs to it.")]})
    if approval.packet_round != approval.round:
        text = _("Its packet has not been taken out, so nobody can have numbered it. Take the packet first.")
        raise Invalid({"": [text]})
    if date > timezone.localdate():
        text = _("The date %(date)s lies in the future.") % {"date": date.isoformat()}
        raise Invalid({"date": [text]})
    drafted = timezone.localdate(approval.drafted_at)
    if date < drafted:
        text = _("The date %(date)s lies before the day it was put up (%(drafted)s).")
        raise Invalid({"date": [text % {"date": date.isoformat(), "drafted": drafted.isoformat()}]})
