"""On which side of a request a viewer stands: with the office that asks, or with the one asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jichi.city.access import Viewer
from jichi.city.errors import NotAllowed
from jichi.figures.models import InquiryRequest

from .actions import ANSWER, CHECK_BUREAU, CHECK_SECTION, HAND_ON, RUN


@dataclass(frozen=True, slots=True)
class _Asked:
    """The department that was asked, for a request that another office of it holds now."""

    department_id: int | None


def is_asker(viewer: Viewer, request: InquiryRequest) -> bool:
    """Whether the viewer looks after the inquiry."""
    return viewer.can(RUN, request.inquiry)


def held_through(viewer: Viewer, key: str, request: InquiryRequest) -> Any | None:
    """The thing through which the viewer may do ``key`` as the one who is asked: the request as her office
    holds it, or the place she operates; None where she may not.
    """
    if viewer.can(key, request):
        return request
    place = request.place
    return place if place is not None and viewer.can(key, place) else None


def asked_through(viewer: Viewer, key: str, request: InquiryRequest) -> Any | None:
    """As :func:`held_through`, or because her office was asked before the request was handed on."""
    thing = held_through(viewer, key, request)
    if thing is None and request.asked_id is not None and viewer.can(key, _Asked(request.asked_id)):
        return _Asked(request.asked_id)
    return thing


def require_held(viewer: Viewer, key: str, request: InquiryRequest) -> Any:
    """The thing of :func:`held_through` (of :func:`asked_through` for handing on). Raises NotAllowed."""
    thing = asked_through(viewer, key, request) if key == HAND_ON else held_through(viewer, key, request)
    if thing is None:
        raise NotAllowed(key)
    return thing


def stands_on_both(viewer: Viewer, request: InquiryRequest) -> bool:
    """Whether the viewer looks after the inquiry and is among those asked; she says for whom she acts."""
    return is_asker(viewer, request) and (is_respondent(viewer, request) or is_checker(viewer, request))


def is_checker(viewer: Viewer, request: InquiryRequest) -> bool:
    """Whether the viewer checks returns of the office that holds the request, as section or bureau."""
    return viewer.can(CHECK_SECTION, request) or viewer.can(CHECK_BUREAU, request)


def is_respondent(viewer: Viewer, request: InquiryRequest) -> bool:
    """Whether the viewer may answer the request."""
    return held_through(viewer, ANSWER, request) is not None
