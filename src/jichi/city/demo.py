"""Sign-ins for a demonstration: one for each role, on this machine only, with new passwords each time."""

from __future__ import annotations

import ipaddress
import secrets
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jichi.manifest import Role

from .access import Viewer
from .errors import Invalid
from .queries.accounts import demonstration_accounts, department_id, first_department_id
from .services import create_person, give_grant, open_account
from .services.accounts import renew_demonstration_password
from .words import role_title

DOMAIN = "demo.invalid"

OF_A_DEPARTMENT = frozenset({Role.OFFICER, Role.SECTION_HEAD, Role.BUREAU_HEAD})

ROLES: tuple[tuple[Role, str], ...] = (
    (Role.PLANNING_OFFICER, "planning"),
    (Role.OFFICER, "officer"),
    (Role.SECTION_HEAD, "section-head"),
    (Role.BUREAU_HEAD, "bureau-head"),
    (Role.AUDITOR, "auditor"),
    (Role.ADMINISTRATOR, "administrator"),
    (Role.EXTERNAL_REVIEWER, "reviewer"),
    (Role.APPROVER, "approver"),
    (Role.COUNCIL_SECRETARIAT, "council"),
)

OF_THE_PLANNING_OFFICE: tuple[tuple[Role, str], ...] = (
    (Role.SECTION_HEAD, "planning-section-head"),
    (Role.BUREAU_HEAD, "planning-bureau-head"),
)
"""Heads of the office that runs evaluations, through whom its approvals go."""


class DemoSignIn(NamedTuple):
    """One sign-in of the demonstration, as it is printed once."""

    role: str
    email: str
    password: str


def _is_loopback(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def create_demo_accounts(
    viewer: Viewer,
    *,
    department: str = "",
    planning: str = "",
    operated: tuple[str, str] | None = None,
) -> list[DemoSignIn]:
    """Make (or renew) the demonstration's sign-ins; returns (role, mail address, password) of each.

    The passwords are random and shown once, here; a second call sets new ones. ``department`` is the key of
    the one whose officer and heads sign in; empty: some bureau. ``planning`` is that of the planning office,
    whose heads sign in too; empty: they do not. ``operated`` is (object type, id) of the
    place whose operator signs in; None: there is none.

    Raises:
        Invalid: unless JICHI_DEMO is on and the site's address is of this machine alone.
    """
    if not settings.JICHI.demo:
        raise Invalid({"": [_("Demonstration sign-ins need JICHI_DEMO=true.")]})
    if not _is_loopback(settings.BASE_URL):
        raise Invalid(
            {"": [_("Demonstration sign-ins exist only where JICHI_BASE_URL is this machine itself.")]}
        )
    office = department_id(department) if department else first_department_id()
    planners = department_id(planning) if planning else None
    roles = [*ROLES, *([(Role.PLACE_OPERATOR, "operator")] if operated else [])]
    heads = OF_THE_PLANNING_OFFICE if planners is not None else ()
    with transaction.atomic():
        return [
            *(_sign_in(viewer, role, name, office, operated) for role, name in roles),
            *(_sign_in(viewer, role, name, planners, None) for role, name in heads),
        ]


def _sign_in(
    viewer: Viewer, role: Role, name: str, office: int | None, operated: tuple[str, str] | None
) -> DemoSignIn:
    email, password = f"{name}@{DOMAIN}", secrets.token_urlsafe(12)
    known = demonstration_accounts().get(email)
    if known is not None:
        renew_demonstration_password(viewer=viewer, account_id=known, password=password)
        return DemoSignIn(role_title(role), email, password)
    if role in OF_A_DEPARTMENT and office is None:
        raise Invalid({"": [_("Load a pack with departments first.")]})
    person = create_person(viewer=viewer, name=f"{role_title(role)} (demo)")
    open_account(viewer=viewer, person_id=person.pk, email=email, password=password, is_demonstration=True)
    give_grant(
        viewer=viewer,
        person_id=person.pk,
        role=role,
        department_id=office if role in OF_A_DEPARTMENT else None,
        object_type=operated[0] if operated and role is Role.PLACE_OPERATOR else "",
        object_id=operated[1] if operated and role is Role.PLACE_OPERATOR else "",
        valid_from=timezone.localdate(),
        reason="demonstration",
    )
    return DemoSignIn(role_title(role), email, password)
