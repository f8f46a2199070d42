"""The staff addresses of consultations: their acts, and their entry in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from jichi.manifest import Page, Route, Zone
from jichi.voices.actions import DECIDE, GROUP, READ, TOPIC

from . import actions

_STAFF = {
    "staff-consultations": actions.LOOK,
    "staff-consultation-new": actions.MAKE,
    "staff-consultation": actions.LOOK,
    "staff-consultation-edit": actions.EDIT,
    "staff-consultation-facts": actions.LOOK,
    "staff-consultation-add-text": actions.TEXT,
    "staff-consultation-add-file": actions.EDIT,
    "staff-consultation-remove-file": actions.EDIT,
    "staff-consultation-keep-draft": actions.TEXT,
    "staff-consultation-places": actions.EDIT,
    "staff-consultation-text": actions.LOOK,
    "staff-consultation-notice": actions.LOOK,
    "staff-consultation-put-up": actions.PUT_UP,
    "staff-consultation-put-up-result": actions.PUT_UP,
    "staff-consultation-publish": actions.PUBLISH,
    "staff-consultation-exempt": actions.PUBLISH,
    "staff-consultation-extend": actions.EXTEND,
    "staff-consultation-withdraw": actions.WITHDRAW,
    "staff-consultation-publish-result": actions.PUBLISH_RESULT,
    "staff-consultation-correct": actions.CORRECT,
    # what was said is read by who reads the voices of the office
    "staff-consultation-texts": DECIDE,
    "staff-consultation-plain": DECIDE,
    "staff-consultation-texts-at-once": DECIDE,
    "staff-consultation-harsh": DECIDE,
    "staff-consultation-sets": READ,
    "staff-consultation-set": READ,
    "staff-consultation-said": READ,
    "staff-consultation-shape-sets": GROUP,
    "staff-consultation-shape-set": GROUP,
    "staff-consultation-topics": READ,
    "staff-consultation-shape-topics": TOPIC,
    "staff-consultation-dispositions": READ,
    "staff-consultation-dispose": actions.DISPOSE,
    "staff-consultation-dispose-one": actions.DISPOSE,
    "staff-consultation-dispose-many": actions.DISPOSE,
    "staff-consultation-undispose": actions.DISPOSE,
    "staff-consultation-changes": actions.LOOK,
    "staff-consultation-change": actions.CHANGE,
    "staff-consultation-result": READ,
}

ROUTES_STAFF: tuple[Route, ...] = tuple(
    Route(name=name, zone=Zone.INNER, action=action) for name, action in _STAFF.items()
)

PAGES_STAFF: tuple[Page, ...] = (
    Page(
        title=gettext_noop("Public comment"),
        route="staff-consultations",
        order=310,
        zone=Zone.INNER,
        action=actions.LOOK,
    ),
)
