"""Which undertakings a viewer sees: the published ones, those she asked herself, those of her office."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Count, DateField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from jichi.city.access import Viewer
from jichi.city.models import Department
from jichi.undertakings.actions import ASSIGN, CONFIRM, DRAFT, FOLLOW, PROGRESS, READ
from jichi.undertakings.models import Kind, State, Undertaking, UndertakingEvent

BODY = "directory.body"
_NONE, _ANY = Q(pk__isnull=True), Q(pk__isnull=False)
_NEVER = datetime.date(9999, 12, 31)

BY_WHEN = Case(
    When(state=State.OPEN, then=F("due_on")),
    When(state__in=[State.ANSWERED, State.IN_PROGRESS], then=F("carry_out_by")),
    default=None,
    output_field=DateField(null=True),
)
"""The day by which the next step is due, as :attr:`Undertaking.by_when`."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which undertakings are wanted; what is empty asks for nothing. ``department`` is an office's key.

    ``late``: those whose next step was due before today. ``unassigned``: those no office has.
    """

    state: str = ""
    kind: str = ""
    department: str = ""
    year: int | None = None
    late: bool = False
    unassigned: bool = False
    text: str = ""

    @classmethod
    def given(cls, data: Mapping[str, str]) -> Filters:
        """What an address asks for; what it cannot mean is left out."""
        year = data.get("year", "")
        state, kind = data.get("state", ""), data.get("kind", "")
        return cls(
            state=state if state in State.values else "",
            kind=kind if kind in Kind.values else "",
            department=data.get("department", "").replace("\0", "")[:60],
            year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None,
            late=data.get("late") == "1",
            unassigned=data.get("unassigned") == "1",
            text=data.get("q", "").replace("\0", "").strip()[:100],
        )

    def but(self, **others: Any) -> Filters:
        """The same with other values for some."""
        return replace(self, **others)

    def address(self) -> dict[str, str]:
        """What stands in the address for it."""
        found = {
            "state": self.state,
            "kind": self.kind,
            "department": self.department,
            "year": str(self.year or ""),
            "late": "1" if self.late else "",
            "unassigned": "1" if self.unassigned else "",
            "q": self.text,
        }
        return {name: value for name, value in found.items() if value}

    def applied(self, rows: QuerySet[Undertaking]) -> QuerySet[Undertaking]:
        """The rows among ``rows`` that are wanted."""
        given = {
            "state": self.state,
            "kind": self.kind,
            "department__key": self.department,
            "fiscal_year": self.year,
        }
        rows = rows.filter(**{name: value for name, value in given.items() if value})
        if self.late:
            rows = rows.filter(late_on(timezone.localdate()))
        if self.unassigned:
            rows = rows.filter(department__isnull=True)
        if self.text:
            rows = rows.filter(_said(self.text))
        return rows


def _said(text: str) -> Q:
    found = Q(text__icontains=text) | Q(summary__icontains=text) | Q(answer__icontains=text)
    year, _dash, number = text.partition("-")
    if all(part.isascii() and part.isdecimal() and len(part) <= 5 for part in (year, number)):
        found |= Q(fiscal_year=int(year), number=int(number))
    return found


def late_on(day: datetime.date) -> Q:
    """Those whose next step was due before the day: the answer, or carrying out what was answered."""
    return Q(state=State.OPEN, due_on__lt=day) | Q(
        state__in=[State.ANSWERED, State.IN_PROGRESS], carry_out_by__lt=day
    )


def _public(now: datetime.datetime | None = None) -> Q:
    now = now or timezone.now()
    return Q(published_at__lte=now) & (Q(visible_from__isnull=True) | Q(visible_from__lte=now))


def _seen_by(viewer: Viewer) -> Q:
    """What the viewer sees on the staff pages."""
    reached = viewer.departments_for(READ)
    if reached is None:
        return _ANY
    seen = Q(department__in=reached) if reached else _NONE
    if viewer.can(FOLLOW):
        bodies = [int(pk) for pk in viewer.objects_for(FOLLOW, BODY) if pk.isdecimal()]
        seen |= Q(asked_by=viewer.actor) | Q(source_body__in=bodies) | _public()
    return seen


def _rows() -> QuerySet[Undertaking]:
    return Undertaking.objects.select_related("department", "source_body")


# --- the public's -------------------------------------------------------------------------------------
def public_for(viewer: Viewer, filters: Filters | None = None) -> QuerySet[Undertaking]:
    """What everybody may see, whoever looks: published and past its embargo, the newest first."""
    rows = (filters or Filters()).applied(_rows().filter(_public()))
    return rows.order_by("-asked_on", "-fiscal_year", "-number")


def public_undertaking(viewer: Viewer, fiscal_year: int, number: int) -> Undertaking:
    """One that everybody may see. Raises Undertaking.DoesNotExist."""
    return public_for(viewer).get(fiscal_year=fiscal_year, number=number)


# --- the city's own people's ----------------------------------------------------------------------------
def undertakings_for(viewer: Viewer, filters: Filters | None = None) -> QuerySet[Undertaking]:
    """Those the viewer works with or follows: what is late first, then by the day that is due.

    Offices see their own, the planning section and auditors all; who asks from outside sees what she asked
    herself, what the committee she belongs to asked, and what is public.
    """
    late = Case(When(late_on(timezone.localdate()), then=Value(0)), default=Value(1))
    over = Case(
        When(state__in=[State.DONE, State.CLOSED_WITHOUT], then=Value(1)),
        default=Value(0),
    )
    rows = (filters or Filters()).applied(_rows().filter(_seen_by(viewer)))
    return rows.order_by(over, late, Coalesce(BY_WHEN, Value(_NEVER)), "-fiscal_year", "-number")


def undertaking_for(viewer: Viewer, pk: uuid.UUID) -> Undertaking:
    """One of them. Raises Undertaking.DoesNotExist, also where the viewer may not see it."""
    return _rows().filter(_seen_by(viewer)).get(pk=pk)


def events_of(viewer: Viewer, row: Undertaking, *, public: bool = False) -> list[UndertakingEvent]:
    """What happened to it, the earliest first; inner steps only for those who read all of it.

    ``public``: as everybody sees it, whoever looks.
    """
    rows = row.events.select_related("office", "department")
    if public or not viewer.can(READ, row):
        rows = rows.filter(is_public=True)
    return list(rows.order_by("at", "pk"))


def counted_by_state(rows: QuerySet[Undertaking]) -> dict[str, int]:
    """How many of ``rows`` stand where, every state named."""
    found = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: found.get(state, 0) for state in State.values}


def years_among(rows: QuerySet[Undertaking]) -> list[int]:
    """The fiscal years of ``rows``, the newest first."""
    return list(rows.order_by("-fiscal_year").values_list("fiscal_year", flat=True).distinct())


def offices_among(rows: QuerySet[Undertaking]) -> list[Department]:
    """The offices that answer for any of ``rows``, by their keys."""
    owners = rows.order_by().exclude(department=None).values("department")
    return list(Department.objects.filter(pk__in=owners).order_by("key"))


# --- what waits -------------------------------------------------------------------------------------------
def _of_own_offices(viewer: Viewer, key: str) -> QuerySet[Undertaking]:
    """Those of the offices for which the viewer may do ``key``; none for who may for the whole city."""
    reached = viewer.departments_for(key)
    return _rows().filter(department__in=reached or ())


def to_answer_for(viewer: Viewer) -> QuerySet[Undertaking]:
    """Those the viewer's own offices are to answer and nobody has drafted one for, the first due first."""
    rows = _of_own_offices(viewer, DRAFT).filter(state=State.OPEN, answer_draft="")
    return rows.order_by(Coalesce(F("due_on"), Value(_NEVER)), "fiscal_year", "number")


def to_confirm_for(viewer: Viewer) -> QuerySet[Undertaking]:
    """Drafted answers that the viewer may confirm: of her own offices, or any for the planning section."""
    reached = viewer.departments_for(CONFIRM)
    rows = _rows() if reached is None else _rows().filter(department__in=reached)
    rows = rows.exclude(answer_draft="").exclude(state__in=[State.DONE, State.CLOSED_WITHOUT])
    return rows.exclude(drafted_by=viewer.actor).order_by(Coalesce(F("due_on"), Value(_NEVER)), "drafted_at")


def to_assign_for(viewer: Viewer) -> QuerySet[Undertaking]:
    """Those that no office has yet, for who assigns."""
    if not viewer.can(ASSIGN):
        return Undertaking.objects.none()
    rows = _rows().filter(department__isnull=True).exclude(state__in=[State.DONE, State.CLOSED_WITHOUT])
    return rows.order_by("asked_on", "fiscal_year", "number")


def late_for(viewer: Viewer) -> QuerySet[Undertaking]:
    """Late ones: all of them for who assigns; for an office those it is to carry out."""
    late = late_on(timezone.localdate())
    if viewer.can(ASSIGN):
        rows = _rows().filter(late)
    else:
        rows = _of_own_offices(viewer, PROGRESS).filter(late).exclude(state=State.OPEN)
    return rows.order_by(BY_WHEN, "fiscal_year", "number")


# --- of one thing -------------------------------------------------------------------------------------------
def of_context(viewer: Viewer, context: str) -> list[Undertaking]:
    """What was asked about one thing ("evaluation.sheet:12"): what the viewer sees, and what is public."""
    rows = _rows().filter(_seen_by(viewer) | _public(), context=context)
    return list(rows.order_by("fiscal_year", "number"))


def counts_of(viewer: Viewer, contexts: list[str]) -> dict[str, dict[str, int]]:
    """For each thing how many undertakings stand in which state, in one query; {} where there is none."""
    rows = Undertaking.objects.filter(_seen_by(viewer) | _public(), context__in=contexts)
    found: dict[str, dict[str, int]] = {context: {} for context in contexts}
    counted = rows.order_by().values_list("context", "state").annotate(count=Count("pk"))
    for context, state, count in counted:
        found[context][state] = count
    return found
