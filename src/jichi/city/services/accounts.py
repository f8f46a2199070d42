"""Acts on the accounts people sign in with. Accounts are opened by an administrator, never by oneself."""

from __future__ import annotations

import uuid

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jichi.city.access import Viewer
from jichi.city.errors import Conflict, Invalid
from jichi.city.invitations import account_invited
from jichi.city.models import Account, AuditActor, Person
from jichi.city.trail import CHANGED, act, record
from jichi.city.viewers import actor_of, viewer_for


def _clean_email(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid({"email": list(error.messages)}) from None
    return email


def _check_password(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid({"password": list(error.messages)}) from None


def open_account(
    *,
    viewer: Viewer,
    person_id: uuid.UUID,
    email: str,
    password: str | None = None,
    is_demonstration: bool = False,
) -> Account:
    """Open the account of a person, with a password or, without one, by an invitation to come.

    The address counts as verified, because the administrator vouches for it; a person has one account.

    Raises:
        NotAllowed; Person.DoesNotExist; Invalid: for a bad or taken address, a weak password, a second
        account.
    """
    person = Person.objects.get(pk=person_id)
    with act(viewer, "city.account:create", person):
        email = _clean_email(email)
        account = Account(email=email, person=person, is_demonstration=is_demonstration)
        if password is not None:
            _check_password(password, account)
        if Account.objects.filter(person=person).exists():
            raise Invalid({"": [_("This person has an account already.")]})
        account.set_password(password)
        try:
            with transaction.atomic():
                account.save()
        except IntegrityError:
            if Account.objects.filter(person=person).exists():
                raise Invalid({"": [_("This person has an account already.")]}) from None
            raise Invalid({"email": [_("Another account uses this address.")]}) from None
        EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
        record(viewer, "city.account:create", account, fields={"email": CHANGED})
    return account


def invite_again(*, viewer: Viewer, account_id: uuid.UUID) -> Account:
    """Make a new invitation possible: the password is unset and every earlier invitation becomes void.

    Raises:
        NotAllowed; Account.DoesNotExist; Invalid: for a closed account.
    """
    account = Account.objects.get(pk=account_id)
    with act(viewer, "city.account:invite", account):
        if not account.is_active:
            raise Invalid({"": [_("The account is closed.")]})
        account.set_unusable_password()
        account.save(update_fields=["password"])
        record(viewer, "city.account:invite", account, fields={"password": CHANGED})
    return account


def accept_invitation(*, uid: str, token: str, password: str) -> Account:
    """Set the first password by an invitation, which is void from then on.

    Whoever holds the link acts as the account itself. The entry names the pseudonym and not the account, so
    that severing stays possible.

    Raises:
        Account.DoesNotExist: for a wrong, used or outdated link; Invalid: for a weak password.
    """
    account = account_invited(uid=uid, token=token)
    _check_password(password, account)
    viewer = viewer_for(account)
    with act(viewer, "city.account:accept", account):
        locked = Account.objects.select_for_update().get(pk=account.pk)
        if locked.password != account.password:
            raise Account.DoesNotExist
        locked.set_password(password)
        locked.save(update_fields=["password"])
        actor = AuditActor.objects.get(pk=actor_of(account))
        record(viewer, "city.account:accept", actor, fields={"password": CHANGED})
    return locked


def close_account(*, viewer: Viewer, account_id: uuid.UUID) -> Account:
    """Close an account: it signs in no more and its open sessions are anonymous from the next page on.

    Raises:
        NotAllowed; Account.DoesNotExist; Conflict: if it is closed already; Invalid: for one's own.
    """
    account = Account.objects.get(pk=account_id)
    with act(viewer, "city.account:close", account):
        if account.pk == viewer.account_id:
            raise Invalid({"": [_("You cannot close the account you are signed in with.")]})
        account.set_unusable_password()
        changed = Account.objects.filter(pk=account.pk, is_active=True).update(
            is_active=False, password=account.password
        )
        account.refresh_from_db()
        if not changed:
            raise Conflict(account)
        record(viewer, "city.account:close", account, fields={"is_active": [True, False]})
    return account


def renew_demonstration_password(*, viewer: Viewer, account_id: uuid.UUID, password: str) -> Account:
    """Give a demonstration account a new password, drop its second steps and open it again if it was closed.

    Raises:
        NotAllowed; Account.DoesNotExist: for any account that is not a demonstration's.
    """
    account = Account.objects.get(pk=account_id, is_demonstration=True)
    with act(viewer, "city.account:invite", account):
        account.set_password(password)
        account.is_active = True
        account.save(update_fields=["password", "is_active"])
        Authenticator.objects.filter(user=account).delete()
        record(viewer, "city.account:invite", account, fields={"password": CHANGED})
    return account
