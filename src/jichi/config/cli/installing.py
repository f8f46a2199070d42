"""``jichi init``."""

from __future__ import annotations

import sys

import click
from click.exceptions import UsageError

from jichi.manifest import Role

from .console import Failure, say
from .migrate import apply_migrations
from .packs import load, rebuild_projections
from .serve import prepare_static_files
from .start import start_django


def _first_administrator(email: str, name: str) -> str:
    """Open the first administrator's account; returns the link with which a password is chosen.

    After an interruption the account may be there already; then only a new link is made.
    """
    from django.conf import settings  # deferred: start-up
    from django.db import transaction  # deferred: start-up
    from django.urls import reverse  # deferred: start-up
    from django.utils import timezone  # deferred: start-up

    from jichi.city.invitations import invitation_parts  # deferred: start-up
    from jichi.city.queries.accounts import account_with_address  # deferred: start-up
    from jichi.city.services import create_person, give_grant, open_account  # deferred: start-up
    from jichi.city.viewers import system_viewer  # deferred: start-up

    viewer = system_viewer("setup")
    account = account_with_address(email)
    if account is not None and account.has_usable_password():
        raise Failure(f"{email} has an account and a password already. Leave --email out, or give another.")
    if account is None:
        with transaction.atomic():
            person = create_person(viewer=viewer, name=name)
            account = open_account(viewer=viewer, person_id=person.pk, email=email)
            give_grant(
                viewer=viewer,
                person_id=person.pk,
                role=Role.ADMINISTRATOR,
                valid_from=timezone.localdate(),
                reason="first administrator",
            )
    uid, token = invitation_parts(account)
    return f"{settings.BASE_URL}{reverse('account-invitation', args=[uid, token])}"


def _ask_for_administrator(email: str | None, name: str | None) -> tuple[str, str]:
    if email is None:
        if not sys.stdin.isatty():
            raise UsageError("Give the first administrator with --email, or --no-administrator.")
        email = click.prompt("Mail address of the first administrator", err=True)
    return str(email), name or email.partition("@")[0]


@click.command("init")
@click.option("--pack", "pack", help="The city's pack: a name that comes with Jichi, or a folder.")
@click.option("--email", help="Mail address of the first administrator; asked for if left out.")
@click.option("--name", help="Name of the first administrator.")
@click.option("--no-administrator", is_flag=True, help="Open no account now.")
def command(pack: str | None, email: str | None, name: str | None, no_administrator: bool) -> None:
    """Create an installation in JICHI_HOME: folder, database, the city's pack, first administrator.

    There is no default password: a link is printed with which the administrator chooses one. Safe to repeat
    after an interruption.
    """
    environment = start_django()
    if environment.demo:
        raise Failure("JICHI_DEMO is on. A real installation has no demonstration sign-ins: set it to false.")
    environment.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    apply_migrations()
    if pack:
        load(pack)
        rebuild_projections()
    prepare_static_files()
    if not no_administrator:
        address, called = _ask_for_administrator(email, name)
        link = _first_administrator(address, called)
        say(f"First administrator: {address}. Choose a password within three days at:")
        click.echo(link)
    say(f"Ready in {environment.home}. Next: jichi serve" + ("" if pack else ", after jichi load-pack NAME"))
