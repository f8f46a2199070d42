"""The three kinds of rows as the staff pages treat them: one page each for entering, changing and closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jichi.city.access import Viewer
from jichi.directory import forms, queries, services
from jichi.directory.models import Entry, Place

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind: ``key`` as in addresses, ``name`` as in routes and acts, what its pages say and call."""

    key: str
    name: str
    title: Words
    enter: Words
    entered: Words
    action: str
    form: type[forms.EntryForm]
    rows: Callable[..., QuerySet[Any]]
    one: Callable[[Viewer, int], Entry]
    save: Callable[..., Entry]
    close: Callable[..., Entry]

    def url(self, step: str, pk: int | None = None) -> str:
        """The address of a step: ``new``, ``edit`` or ``close``."""
        return reverse(f"staff-{self.name}-{step}", kwargs={} if pk is None else {"pk": pk})

    @property
    def list_url(self) -> str:
        """The address of the list."""
        return reverse("staff-directory-kind", args=[self.key])


def public_url(row: Entry) -> str:
    """The address of a row's public page; empty where it has none today."""
    today = timezone.localdate()
    begun = row.valid_from is None or row.valid_from <= today
    if isinstance(row, Place) and begun and (row.valid_to is None or row.valid_to >= today):
        return reverse("place-detail", args=[row.key])
    return ""


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            key="places",
            name="place",
            title=_("Places"),
            enter=_("Enter a place"),
            entered=_("The place was entered."),
            action=services.PLACE_EDIT,
            form=forms.PlaceForm,
            rows=queries.places_for,
            one=queries.place_for,
            save=services.save_place,
            close=services.close_place,
        ),
        Kind(
            key="organisations",
            name="organisation",
            title=_("Organisations"),
            enter=_("Enter an organisation"),
            entered=_("The organisation was entered."),
            action=services.ORGANISATION_EDIT,
            form=forms.OrganisationForm,
            rows=queries.organisations_for,
            one=queries.organisation_for,
            save=services.save_organisation,
            close=services.close_organisation,
        ),
        Kind(
            key="bodies",
            name="body",
            title=_("Councils and committees"),
            enter=_("Enter a council or committee"),
            entered=_("The council or committee was entered."),
            action=services.BODY_EDIT,
            form=forms.BodyForm,
            rows=queries.bodies_for,
            one=queries.body_for,
            save=services.save_body,
            close=services.close_body,
        ),
    )
}
