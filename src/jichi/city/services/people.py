"""Acts on the people who work for the city."""

from __future__ import annotations

import uuid

from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Invalid
from jichi.city.models import Account, AuditActor, Grant, Person
from jichi.city.trail import CHANGED, act, record
from jichi.city.viewers import actor_of_person


def create_person(*, viewer: Viewer, name: str) -> Person:
    """Enter somebody who will act for the city or for a group; an account and roles are acts of their own.

    Raises:
        NotAllowed; Invalid: without a name.
    """
    with act(viewer, "city.person:create"):
        name = name.strip()
        if not name:
            raise Invalid({"name": [_("Enter a name.")]})
        if len(name) > 100:
            raise Invalid({"name": [_("The name is longer than 100 characters.")]})
        person = Person.objects.create(name=name)
        actor_of_person(person)
        record(viewer, "city.person:create", person, fields={"name": CHANGED})
    return person


def sever_actor(*, viewer: Viewer, person_id: uuid.UUID) -> None:
    """Cut the tie between a person and her pseudonym in the trail. Nothing can restore it.

    Only for somebody who has left: as long as she may sign in or holds a role, her next act would make a new
    tie. The entry names the pseudonym alone, so that it does not itself keep what it severs.

    Raises:
        NotAllowed; Person.DoesNotExist; Invalid: while an account is open or a role is in force.
    """
    person = Person.objects.get(pk=person_id)
    with act(viewer, "city.actor:sever", person):
        if Account.objects.filter(person=person, is_active=True).exists():
            raise Invalid({"": [_("Close the account first.")]})
        if Grant.objects.in_force(timezone.localdate()).filter(person=person).exists():
            raise Invalid({"": [_("End the roles that are in force first.")]})
        actor = AuditActor.objects.select_for_update().filter(person=person).first()
        if actor is None:
            raise Invalid({"": [_("This person has no pseudonym any more.")]})
        actor.person = None
        actor.account = None
        actor.save(update_fields=["person", "account"])
        record(viewer, "city.actor:sever", actor)
