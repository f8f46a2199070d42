"""Names of kinds and of facts, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jichi.ui.content import translated
from jichi.ui.numbers import format_date

from .enums import BodyKind, OrganisationKind, PlaceKind
from .models import Body, Organisation, Place

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words

ORGANISATION_KINDS: dict[str, Words] = {
    OrganisationKind.COMPANY: gettext_lazy("Company"),
    OrganisationKind.NPO: gettext_lazy("Non-profit corporation (NPO)"),
    OrganisationKind.FOUNDATION: gettext_lazy("Foundation or incorporated association"),
    OrganisationKind.UNIVERSITY: gettext_lazy("University or school"),
    OrganisationKind.NEIGHBOURHOOD_ASSOCIATION: gettext_lazy("Neighbourhood association"),
    OrganisationKind.GROUP: gettext_lazy("Group without legal person"),
    OrganisationKind.PUBLIC_BODY: gettext_lazy("Public body"),
    OrganisationKind.OTHER: pgettext_lazy("kind of organisation", "Other"),
}
PLACE_KINDS: dict[str, Words] = {
    PlaceKind.CIVIC_CENTRE: gettext_lazy("Civic centre"),
    PlaceKind.MUSEUM: gettext_lazy("Museum or exhibition"),
    PlaceKind.HALL: gettext_lazy("Hall"),
    PlaceKind.LIBRARY: gettext_lazy("Library"),
    PlaceKind.FAMILY: gettext_lazy("For children and families"),
    PlaceKind.CONSULTATION: gettext_lazy("Advice and consultation"),
    PlaceKind.OFFICE: gettext_lazy("City or ward office"),
    PlaceKind.PARK: gettext_lazy("Park"),
    PlaceKind.OTHER: pgettext_lazy("kind of place", "Other"),
}
BODY_KINDS: dict[str, Words] = {
    BodyKind.ATTACHED: gettext_lazy("Council set up by law or ordinance"),
    BodyKind.COMMISSION: gettext_lazy("Administrative commission"),
    BodyKind.MEETING: gettext_lazy("Advisory meeting under guidelines"),
    BodyKind.OTHER: pgettext_lazy("kind of body", "Other"),
}
KINDS: dict[type[models.Model], dict[str, Words]] = {
    Organisation: ORGANISATION_KINDS,
    Place: PLACE_KINDS,
    Body: BODY_KINDS,
}

ACCESS: dict[str, Words] = {
    "step_free": gettext_lazy("Step-free access"),
    "toilet": gettext_lazy("Toilet for wheelchairs"),
    "hearing_loop": gettext_lazy("Hearing loop"),
    "interpreter": gettext_lazy("Sign language interpreter"),
}
"""The four access facts of a place, in the order in which pages tell them."""

FIELDS: dict[str, Words] = {
    "key": gettext_lazy("Key"),
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "corporate_number": gettext_lazy("Corporate number"),
    "address": pgettext_lazy("of a place", "Address"),
    "ward": gettext_lazy("Ward"),
    "operator": gettext_lazy("Operator"),
    "department": gettext_lazy("Office that answers for it"),
    "hours": gettext_lazy("Opening hours"),
    "legal_basis": gettext_lazy("Legal basis"),
    "seats": gettext_lazy("Number of seats"),
    "term": gettext_lazy("Term of office"),
    "url": gettext_lazy("Address on the web"),
    "valid_from": gettext_lazy("First day"),
    "valid_to": gettext_lazy("Last day"),
    "source_note": gettext_lazy("Where the facts are from"),
    **ACCESS,
}


def kind_word(row: Organisation | Place | Body) -> str:
    """The kind of a row in words."""
    return str(KINDS[type(row)][row.kind])


def access_word(value: bool | None) -> str:
    """Whether a place has something: yes, no, or not known."""
    return _("not known") if value is None else _("available") if value else _("not available")


def shown(row: models.Model, name: str) -> str:
    """A fact of a row as it stands in a comparison; empty where nothing is said."""
    value = getattr(row, name, None)
    if name in ACCESS:
        return access_word(value)
    if value is None or value == "":
        return ""
    if name == "kind":
        return str(KINDS[type(row)].get(value, value))
    if isinstance(value, models.Model):
        return str(translated(value, "name"))
    return format_date(value, weekday=False) if name in {"valid_from", "valid_to"} else str(value)
