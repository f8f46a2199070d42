"""Choosing who is asked: departments, places with their operators, or events with their organisers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Department
from jichi.city.trail import CHANGED, act, record
from jichi.directory.models import Place
from jichi.figures.models import Inquiry, InquiryRequest, InquirySeries

from ..actions import CANCEL, CHOOSE
from ..moves import Step
from .asking import put
from .steps import Kind, happened, locked, locked_inquiry, move, request_of, require_version, words_required

WhoKey = tuple[int | None, int | None, str]
SeriesKind = InquirySeries.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """One who is asked: a department, a place (its operator answers), or a department for a named event."""

    department_id: int | None = None
    place_id: int | None = None
    label: str = ""
    due_on: datetime.date | None = None

    @property
    def key(self) -> WhoKey:
        """What makes it the same request."""
        return None if self.place_id else self.department_id, self.place_id, self.label.strip()


def choose_respondents(
    *, viewer: Viewer, inquiry_id: int, version: int | None = None, who: Iterable[Who]
) -> list[InquiryRequest]:
    """Say who is asked. In a draft, the list given takes the place of the one that stood.

    After sending, those of the list who are not asked yet are asked now, and nobody is taken off; one that
    was withdrawn is asked again by :func:`ask_again`. Returns the requests that are new.

    Raises:
        NotAllowed; Inquiry.DoesNotExist; Conflict; Invalid: for one the inquiry cannot ask.
    """
    with act(viewer, CHOOSE, Inquiry.objects.get(pk=inquiry_id)):
        inquiry = locked_inquiry(inquiry_id)
        require_version(inquiry, version)
        if inquiry.state == Inquiry.State.CLOSED:
            raise Invalid({"": [_("The inquiry is closed. Whoever asks can open it again.")]})
        wanted = {one.key: one for one in who}
        _check(inquiry, wanted)
        standing = {(row.asked_id, row.place_id, row.label): row for row in inquiry.requests.all()}
        gone = [row for key, row in standing.items() if key not in wanted]
        fresh = [one for key, one in wanted.items() if key not in standing]
        owners = dict(
            Place.objects.filter(pk__in=[one.place_id for one in fresh if one.place_id]).values_list(
                "pk", "department_id"
            )
        )
        if inquiry.state == Inquiry.State.DRAFT:
            InquiryRequest.objects.filter(pk__in=[row.pk for row in gone]).delete()
        made = [_ask(inquiry, one, owners) for one in fresh]
        if inquiry.state == Inquiry.State.SENT:
            for request in made:
                put(viewer, request)
        inquiry.version += 1
        inquiry.save(update_fields=["version"])
        removed = len(gone) if inquiry.state == Inquiry.State.DRAFT else 0
        record(viewer, CHOOSE, inquiry, fields={"added": [0, len(made)], "removed": [0, removed]})
    return made


def cancel_request(
    *,
    viewer: Viewer,
    request_id: int,
    version: int | None = None,
    text: str,
    at: datetime.datetime | None = None,
) -> InquiryRequest:
    """Withdraw a request, saying why; it then counts no more among those asked.

    Raises:
        NotAllowed; InquiryRequest.DoesNotExist; Conflict; Invalid: without a reason, or where it is accepted.
    """
    request = request_of(request_id)
    with act(viewer, CANCEL, request.inquiry):
        said = words_required(text)
        request = locked(request)
        require_version(request, version)
        before = request.state
        move(request, Step.CANCEL)
        happened(viewer, request, Kind.CANCELLED, by_asker=True, text=said, at=at)
        record(viewer, CANCEL, request, fields={"state": [before, request.state], "text": CHANGED})
    return request


def ask_again(*, viewer: Viewer, request_id: int, version: int | None = None) -> InquiryRequest:
    """Make a withdrawn request again; what was answered before stays among its revisions.

    Raises:
        NotAllowed; InquiryRequest.DoesNotExist; Conflict; Invalid: where it was not withdrawn.
    """
    request = request_of(request_id)
    with act(viewer, CANCEL, request.inquiry):
        request = locked(request)
        require_version(request, version)
        before = request.state
        move(request, Step.ASK_AGAIN, has_nothing=False)
        happened(viewer, request, Kind.SENT, by_asker=True)
        record(viewer, CANCEL, request, fields={"state": [before, request.state]})
    return request


def _ask(inquiry: Inquiry, one: Who, owners: Mapping[int, int | None]) -> InquiryRequest:
    """The request; of a place, the office that owns it helps its operator and checks what she gives."""
    return InquiryRequest.objects.create(
        inquiry=inquiry,
        asked_id=None if one.place_id else one.department_id,
        department_id=owners.get(one.place_id) if one.place_id else one.department_id,
        place_id=one.place_id,
        label=one.label.strip(),
        due_on=one.due_on,
    )


def _check(inquiry: Inquiry, wanted: Mapping[WhoKey, Who]) -> None:
    kind = inquiry.series.kind
    today = timezone.localdate()
    day = min(inquiry.as_of or today, today)
    wrong: list[str] = []
    for one in wanted.values():
        if (one.place_id is not None) != (kind == SeriesKind.OPERATOR):
            wrong.append(
                _("A monthly report is asked of places; choose places.")
                if kind == SeriesKind.OPERATOR
                else _("This inquiry is answered by departments; choose departments.")
            )
        elif bool(one.label.strip()) != (kind == SeriesKind.EVENT):
            wrong.append(
                _("A slip belongs to an event; name it.")
                if kind == SeriesKind.EVENT
                else _("Only slips of events carry the event's name.")
            )
        elif one.place_id is None and one.department_id is None:
            wrong.append(_("Name the office that is to answer."))
    _exist(wanted.values(), day, wrong)
    if wrong:
        raise Invalid({"": sorted(set(wrong))})


def _exist(listed: Iterable[Who], day: datetime.date, wrong: list[str]) -> None:
    """Whoever is named exists on the day or today: one may be asked about a day before it was."""
    today = timezone.localdate()
    on_a_day = (Q(valid_from__isnull=True) | Q(valid_from__lte=today)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )
    departments = {one.department_id for one in listed if one.department_id}
    places = {one.place_id for one in listed if one.place_id}
    found = set(Department.objects.filter(on_a_day, pk__in=departments).values_list("pk", flat=True))
    found_places = set(Place.objects.filter(on_a_day, pk__in=places).values_list("pk", flat=True))
    if departments - found or places - found_places:
        wrong.append(_("One of those chosen does not exist any more on this day."))
