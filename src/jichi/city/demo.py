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
from .queries.accounts import demonstration_accounts, first_department_id
from .services import create_person, give_grant, open_account
from .services.accounts import renew_demonstration_password
from .words import role_title

DOMAIN = "demo.invalid"

ROLES: tuple[tuple[Role, str], ...] = (
    (Role.PLANNING_OFFICER, "planning"),
    (Role.OFFICER, "officer"),
    (Role.AUDITOR, "auditor"),
    (Role.ADMINISTRATOR, "administrator"),
    (Role.EXTERNAL_REVIEWER, "reviewer"),
)


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


def create_demo_accounts(viewer: Viewer) -> list[DemoSignIn]:
    """Make (or renew) the demonstration's sign-ins; returns (role, mail address, password) of each.

    The passwords are random and shown once, here; a second call sets new ones.

    Raises:
        Invalid: unless JICHI_DEMO is on and the site's address is of this machine alone.
    """
    if not settings.JICHI.demo:
        raise Invalid({"": [_("Demonstration sign-ins need JICHI_DEMO=true.")]})
    if not _is_loopback(settings.BASE_URL):
        raise Invalid(
            {"": [_("Demonstration sign-ins exist only where JICHI_BASE_URL is this machine itself.")]}
        )
    with transaction.atomic():
        return [_sign_in(viewer, role, name) for role, name in ROLES]


def _sign_in(viewer: Viewer, role: Role, name: str) -> DemoSignIn:
    email, password = f"{name}@{DOMAIN}", secrets.token_urlsafe(12)
    known = demonstration_accounts().get(email)
    if known is not None:
        renew_demonstration_password(viewer=viewer, account_id=known, password=password)
        return DemoSignIn(role_title(role), email, password)
    department = first_department_id() if role is Role.OFFICER else None
    if role is Role.OFFICER and department is None:
        raise Invalid({"": [_("Load a pack with departments first.")]})
    person = create_person(viewer=viewer, name=f"{role_title(role)} (demo)")
    open_account(viewer=viewer, person_id=person.pk, email=email, password=password, is_demonstration=True)
    give_grant(
        viewer=viewer,
        person_id=person.pk,
        role=role,
        department_id=department,
        valid_from=timezone.localdate(),
        reason="demonstration",
    )
    return DemoSignIn(role_title(role), email, password)
