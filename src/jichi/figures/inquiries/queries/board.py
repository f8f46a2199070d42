"""The board of an inquiry: who has answered, who is late, what happened last; and one request's whole way."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.city.queries import departments_for
from jichi.directory.models import Place
from jichi.directory.queries import places_for
from jichi.figures.models import Inquiry, InquiryRequest, Merge, RequestEvent
from jichi.sheets.models import AnswerRevision

from ..moves import OPEN, READY, RETURNED
from ..offices import bureau_of
from .lists import inquiry_for, requests_for, with_open_question
from .returns import givers_of, read_all

State = InquiryRequest.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of those asked, as the board shows it."""

    request: InquiryRequest
    due: datetime.date
    is_late: bool
    is_answered: bool
    is_ready: bool
    has_question: bool
    last_kind: str
    last_at: datetime.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A bureau with those of its offices that are asked; no bureau: places of no known office."""

    bureau: Department | None
    lines: tuple[Line, ...]
    answered: int

    @property
    def whole(self) -> int:
        """How many of the group are asked, withdrawn ones left out."""
        return sum(line.request.state != State.CANCELLED for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everybody who is asked, by bureau, with the counts of the whole inquiry."""

    inquiry: Inquiry
    groups: tuple[Group, ...]
    lines: tuple[Line, ...]
    whole: int
    answered: int
    accepted: int
    ready: int
    late: int
    open: int
    states: dict[str, int]


FILTERS = ("open", "late", "ready", "question", "sent_back", "accepted", "cancelled")


def board_of(viewer: Viewer, pk: int, today: datetime.date, *, only: str = "", text: str = "") -> Board:
    """The board of an inquiry; ``only`` (of :data:`FILTERS`) and ``text`` narrow the lines, not the counts.

    Raises:
        Inquiry.DoesNotExist: also where the viewer neither asks nor audits.
    """
    inquiry = inquiry_for(viewer, pk)
    rows = requests_for(viewer).filter(inquiry=inquiry)
    asked = set(with_open_question(rows).values_list("pk", flat=True))
    last = RequestEvent.objects.filter(request=OuterRef("pk")).order_by("-at", "-pk")
    rows = rows.annotate(last_kind=Subquery(last.values("kind")[:1]), last_at=Subquery(last.values("at")[:1]))
    lines = [
        _line(row, inquiry, today, row.pk in asked)
        for row in rows.order_by("asked__key", "place__key", "label", "pk")
    ]
    counts = Counter(line.request.state for line in lines)
    shown = [line for line in lines if _is_shown(line, only, text)]
    return Board(
        inquiry=inquiry,
        groups=tuple(_grouped(viewer, shown)),
        lines=tuple(shown),
        whole=len(lines) - counts[State.CANCELLED],
        answered=sum(counts[state] for state in RETURNED),
        accepted=counts[State.ACCEPTED],
        ready=sum(line.is_ready for line in lines),
        late=sum(line.is_late for line in lines),
        open=sum(counts[state] for state in OPEN),
        states=dict(counts),
    )


def _line(row: InquiryRequest, inquiry: Inquiry, today: datetime.date, has_question: bool) -> Line:
    is_out = inquiry.state == Inquiry.State.SENT
    due = row.due_on or inquiry.due_on
    order = [State.ANSWERED, State.SECTION_CHECKED, State.BUREAU_CHECKED]
    is_ready = row.state in order and order.index(State(row.state)) >= order.index(
        READY[inquiry.check_levels]
    )
    return Line(
        request=row,
        due=due,
        is_late=is_out and row.state in OPEN and due < today,
        is_answered=row.state in RETURNED,
        is_ready=is_out and is_ready,
        has_question=has_question,
        last_kind=row.last_kind or "",  # type: ignore[attr-defined]
        last_at=row.last_at,  # type: ignore[attr-defined]
    )


def _is_shown(line: Line, only: str, text: str) -> bool:
    request = line.request
    if text:
        names = (request.label, getattr(request.asked, "name", ""), getattr(request.place, "name", ""))
        if not any(text in name for name in names):
            return False
    match only:
        case "open":
            return request.state in OPEN
        case "late":
            return line.is_late
        case "ready":
            return line.is_ready
        case "question":
            return line.has_question
        case "sent_back" | "accepted" | "cancelled":
            return request.state == only
    return True


def _grouped(viewer: Viewer, lines: Iterable[Line]) -> list[Group]:
    offices = {one.pk: one for one in departments_for(viewer)}
    found: dict[int | None, list[Line]] = {}
    for line in lines:
        office = line.request.asked_id or line.request.department_id
        found.setdefault(bureau_of(offices, office) if office in offices else None, []).append(line)
    return [
        Group(
            bureau=offices.get(bureau) if bureau is not None else None,
            lines=tuple(members),
            answered=sum(line.is_answered for line in members),
        )
        for bureau, members in found.items()
    ]


def clean_versions(viewer: Viewer, inquiry: Inquiry) -> dict[int, int | None]:
    """The returns that wait to be accepted and of which no check of the form says anything, by version.

    The viewer's own are left out; somebody else accepts them.
    """
    order = [State.ANSWERED, State.SECTION_CHECKED, State.BUREAU_CHECKED]
    ready = order[order.index(READY[inquiry.check_levels]) :]
    rows = list(requests_for(viewer).filter(inquiry=inquiry, state__in=ready))
    givers = givers_of(rows) if not viewer.system else {}
    read = read_all([row for row in rows if givers.get(row.pk) != viewer.actor], inquiry.form_version)
    return {one.request.pk: one.request.version for one in read if not one.problems}


# --- one request ----------------------------------------------------------------------------------
def events_of(viewer: Viewer, request: InquiryRequest) -> list[RequestEvent]:
    """A request's whole way, the newest first; offices, never names."""
    return list(request.events.select_related("office").order_by("-at", "-pk"))


def revisions_of(viewer: Viewer, request: InquiryRequest) -> list[AnswerRevision]:
    """What was handed in for a request, the newest first, without the files."""
    if request.answer_set_id is None:
        return []
    rows = AnswerRevision.objects.filter(answer_set_id=request.answer_set_id)
    return list(rows.select_related("form_version").defer("content").order_by("-number"))


def revision_of(viewer: Viewer, request: InquiryRequest, number: int) -> AnswerRevision | None:
    """One revision of a request with the file it came in; None where there is none."""
    if request.answer_set_id is None:
        return None
    rows = AnswerRevision.objects.filter(answer_set_id=request.answer_set_id, number=number)
    return rows.select_related("form_version").first()


# --- whom one can ask -----------------------------------------------------------------------------
def choosable_departments(viewer: Viewer, inquiry: Inquiry, today: datetime.date) -> Sequence[Department]:
    """The offices that exist today or existed on the day asked about, by key."""
    day = inquiry.as_of or today
    rows = {one.pk: one for one in departments_for(viewer, on=today)}
    if day < today:
        rows |= {one.pk: one for one in departments_for(viewer, on=day)}
    asked = set(inquiry.requests.values_list("asked_id", flat=True)) - set(rows)
    rows |= {one.pk: one for one in departments_for(viewer).filter(pk__in=[pk for pk in asked if pk])}
    return sorted(rows.values(), key=lambda one: one.key)


def choosable_places(viewer: Viewer, inquiry: Inquiry, today: datetime.date) -> Sequence[Place]:
    """The places that exist today, and those the inquiry asks already."""
    rows = {one.pk: one for one in places_for(viewer, on=today)}
    asked = [pk for pk in inquiry.requests.values_list("place_id", flat=True) if pk and pk not in rows]
    return [*rows.values(), *places_for(viewer).filter(pk__in=asked)]


def merges_of(viewer: Viewer, inquiry: Inquiry) -> list[Merge]:
    """The merges of an inquiry, the newest first, with their evidence."""
    return list(inquiry.merges.select_related("evidence").order_by("-number"))
