"""Lists of voices: what was asked for, the board of offices, and what waits for whom."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from jichi.city import rules
from jichi.city.access import Viewer
from jichi.city.queries import departments_for
from jichi.methods import deadlines, receipts
from jichi.office.queries import State as ApprovalState
from jichi.office.queries import approvals_for
from jichi.ui.content import translated
from jichi.voices.actions import CHECK, DECIDE, LIST, PASS_ON, READ, SEND
from jichi.voices.enums import Channel, Decision, EndKind, PartKind
from jichi.voices.models import Desk, Opinion, Reply, Voice, Wording
from jichi.voices.numbers import id_of
from jichi.voices.reply_days import closed_on

from .voices import OPEN, reached

ESCALATE_RULE = "voices.escalate_working_days_before"
OPEN_STATE, ENDED_STATE, LATE_STATE, UNCHECKED_STATE = "open", "ended", "overdue", "unchecked"
SOON_STATE = "soon"
STATES = (OPEN_STATE, ENDED_STATE, LATE_STATE, UNCHECKED_STATE, SOON_STATE)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which voices are wanted; what is empty asks for nothing. ``desk`` and ``department`` are keys.

    ``state``: open, ended, overdue (open after its day), soon (open, its day is near) or unchecked (entered
    where a second person checks, and not seen by one).
    ``late``: arrived outside the desk's time. ``text``: in what was said, or a receipt number.
    """

    state: str = ""
    desk: str = ""
    channel: str = ""
    department: str = ""
    end: str = ""
    late: bool = False
    text: str = ""

    @classmethod
    def given(cls, data: Mapping[str, str]) -> Filters:
        """What an address asks for; what it cannot mean is left out."""
        state, channel, end = data.get("state", ""), data.get("channel", ""), data.get("end", "")
        return cls(
            state=state if state in STATES else "",
            desk=data.get("desk", "").replace("\0", "")[:80],
            channel=channel if channel in Channel.values else "",
            department=data.get("department", "").replace("\0", "")[:60],
            end=end if end in EndKind.values else "",
            late=data.get("late") == "1",
            text=data.get("q", "").replace("\0", "").strip()[:100],
        )

    def but(self, **others: Any) -> Filters:
        """The same with other values for some."""
        return replace(self, **others)

    def address(self) -> dict[str, str]:
        """What stands in the address for it."""
        found = {
            "state": self.state,
            "desk": self.desk,
            "channel": self.channel,
            "department": self.department,
            "end": self.end,
            "late": "1" if self.late else "",
            "q": self.text,
        }
        return {name: value for name, value in found.items() if value}

    def applied(self, rows: QuerySet[Voice], viewer: Viewer) -> QuerySet[Voice]:
        """The rows among ``rows`` that are wanted; text is searched where the viewer may read."""
        given = {
            "desk__key": self.desk,
            "channel": self.channel,
            "department__key": self.department,
            "end": self.end,
        }
        rows = rows.filter(**{name: value for name, value in given.items() if value})
        if self.late:
            rows = rows.filter(is_late=True)
        if self.state:
            rows = rows.filter(_STATES[self.state]())
        return rows.filter(_said(self.text, viewer)) if self.text else rows


_STATES: Mapping[str, Any] = {
    OPEN_STATE: lambda: OPEN,
    ENDED_STATE: lambda: ~OPEN,
    LATE_STATE: lambda: OPEN & Q(due_on__lt=timezone.localdate()),
    UNCHECKED_STATE: lambda: OPEN & _unchecked(),
    SOON_STATE: lambda: (
        OPEN & Q(due_on__gte=timezone.localdate(), due_on__lte=warning_day(timezone.localdate()))
    ),
}


def _said(text: str, viewer: Viewer) -> Q:
    try:
        number = receipts.read(text)
    except receipts.ReceiptError:
        offices = viewer.departments_for(READ) if viewer.can(READ) else frozenset()
        found = Q(original__text__icontains=text)
        return found if offices is None else found & Q(department_id__in=offices)
    pk = id_of(number)
    return Q(outside_number=number) if pk is None else Q(pk=pk, outside_number__isnull=True)


def voices_for(viewer: Viewer, *, filters: Filters | None = None) -> QuerySet[Voice]:
    """The voices the viewer may see as a list, the newest first, without what was sealed."""
    rows = reached(viewer).order_by("-pk")
    return rows if filters is None else filters.applied(rows, viewer)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """What one office has on its hands: open voices, those overdue, those due within the days of warning."""

    department_id: int
    department: str
    open: int
    overdue: int
    soon: int


def board_for(viewer: Viewer, on: datetime.date | None = None) -> list[BoardRow]:
    """What is open in each office the viewer sees, the most overdue first."""
    today = on or timezone.localdate()
    if not viewer.can(LIST):
        return []
    # No join and no word about sealed ones, which are ended: over 200,000 open voices that is half the time.
    answered = list(Desk.objects.filter(answered_at__isnull=False).values_list("pk", flat=True))
    rows = Voice.objects.filter(end="")
    if answered:
        rows = rows.filter(~Q(desk_id__in=answered) | Q(is_late=True))
    offices = viewer.departments_for(LIST)
    if offices is not None:
        rows = rows.filter(department_id__in=offices)
    counts = (
        rows.order_by()
        .values_list("department_id")
        .annotate(
            open=Count("pk"),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            soon=Count("pk", filter=Q(due_on__gte=today, due_on__lte=warning_day(today))),
        )
    )
    kept = list(counts)
    names = {one.pk: one for one in departments_for(viewer).filter(pk__in=[row[0] for row in kept])}
    found = [
        BoardRow(pk, str(translated(names[pk], "name")), waiting, overdue, soon)
        for pk, waiting, overdue, soon in kept
    ]
    return sorted(found, key=lambda row: (-row.overdue, -row.soon, -row.open, row.department))


def warning_day(today: datetime.date) -> datetime.date:
    """The last day that counts as near: as many working days ahead as the rule of escalation says."""
    rule = rules.find(ESCALATE_RULE, on=today)
    if rule is None:
        return today
    return deadlines.add_working_days(today, int(rule.value), closed=closed_on(today))


# --- what waits for a person ----------------------------------------------------------------------------
def to_answer_for(viewer: Viewer) -> QuerySet[Voice]:
    """Open voices of the viewer's office that wait for a reply, the first due first; without overdue ones."""
    rows = reached(viewer, SEND).filter(OPEN, wants_reply=True)
    today = timezone.localdate()
    return rows.exclude(due_on__lte=warning_day(today)).order_by(F("due_on").asc(nulls_last=True), "pk")


def due_soon_for(viewer: Viewer) -> QuerySet[Voice]:
    """Open voices whose day is near or over, for those who can end them, the longest overdue first."""
    return (
        reached(viewer, READ)
        .filter(OPEN, due_on__lte=warning_day(timezone.localdate()))
        .order_by("due_on", "pk")
    )


def to_check_for(viewer: Viewer) -> QuerySet[Voice]:
    """Entries that wait for a second person where the desk asks for one; nothing the viewer entered."""
    rows = reached(viewer, CHECK).filter(OPEN, _unchecked())
    return rows.exclude(entered_by=viewer.actor).order_by("pk")


def _unchecked() -> Q:
    """Entries by hand on the channels whose entries their desk wants checked, and that were not."""
    wanted = Q(pk__in=[])
    for desk_id, checks in Desk.objects.exclude(checks=[]).values_list("pk", "checks"):
        wanted |= Q(desk_id=desk_id, channel__in=checks)
    return wanted & Q(entered_by__isnull=False, checked_at__isnull=True, batch=None)


def to_pass_on_for(viewer: Viewer) -> QuerySet[Voice]:
    """Open voices whose office has ended without a successor, for who gives them to another."""
    if viewer.departments_for(PASS_ON) is not None:
        return Voice.objects.none()
    today = timezone.localdate()
    gone = Q(department__valid_to__lt=today, department__successions__isnull=True)
    return reached(viewer, PASS_ON).filter(OPEN, gone).order_by("pk")


def to_send_for(viewer: Viewer) -> list[Reply]:
    """Replies of the viewer's office whose approval is decided and that are not sent yet."""
    offices = viewer.departments_for(SEND)
    rows = Reply.objects.filter(sent_at__isnull=True, withdrawn_at__isnull=True)
    rows = rows.exclude(voice__end=EndKind.SEALED).select_related("voice__desk", "set__desk")
    waiting = list(rows if offices is None else rows.filter(department_id__in=offices))
    contexts = {row.context: row for row in waiting}
    decided = approvals_for(viewer).filter(context__in=contexts, state=ApprovalState.DECIDED)
    return [contexts[one] for one in decided.order_by("decided_at").values_list("context", flat=True)]


def undecided_texts_for(viewer: Viewer) -> list[tuple[Desk, int]]:
    """How many texts of each desk wait for a decision about publishing them; their words are not told."""
    offices = viewer.departments_for(DECIDE)
    rows = Wording.objects.filter(decision=Decision.PENDING, size__gt=0)
    if offices is not None:
        rows = rows.filter(desk__department_id__in=offices)
    counts = dict(rows.order_by().values_list("desk_id").annotate(count=Count("pk")))
    return [(desk, counts[desk.pk]) for desk in Desk.objects.filter(pk__in=counts).order_by("pk")]


def unanswered_members(reply: Reply, *, after: int = 0) -> QuerySet[Voice]:
    """Open voices of the reply's set all of whose opinions have their reply by now, from an id on."""
    replied = Reply.objects.filter(set__isnull=False, sent_at__isnull=False, withdrawn_at__isnull=True)
    others = Exists(
        _opinions().filter(voice=OuterRef("pk")).exclude(wording__set__in=replied.values("set_id"))
    )
    mine = Exists(_opinions().filter(voice=OuterRef("pk"), wording__set_id=reply.set_id))
    return Voice.objects.filter(OPEN, pk__gt=after).filter(mine).exclude(others).order_by("pk")


def _opinions() -> QuerySet[Opinion]:
    return Opinion.objects.filter(kind=PartKind.OPINION)


def first_due_first(rows: QuerySet[Voice]) -> tuple[QuerySet[Voice], QuerySet[Voice]]:
    """The same rows as two lists: what has a day, the first due first, and what has none."""
    return (
        rows.filter(due_on__isnull=False).order_by("due_on", "pk"),
        rows.filter(due_on__isnull=True).order_by("pk"),
    )
