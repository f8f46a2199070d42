"""One-time links by which a person sets the first password of the account an administrator opened for her."""

from __future__ import annotations

import uuid

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from .models import Account


class _Invitations(PasswordResetTokenGenerator):
    """Void once the password is set, after ``PASSWORD_RESET_TIMEOUT``, or when the account is closed."""

    key_salt = "jichi.city.invitations"


_tokens = _Invitations()


def invitation_parts(account: Account) -> tuple[str, str]:
    """(uid, token) of a link for this account. It is a key: shown once, never stored or logged."""
    return urlsafe_base64_encode(account.pk.bytes), _tokens.make_token(account)


def account_invited(*, uid: str, token: str) -> Account:
    """The account behind a link.

    Raises:
        Account.DoesNotExist: for a wrong, used or outdated link, without telling which.
    """
    try:
        account = Account.objects.get(pk=uuid.UUID(bytes=urlsafe_base64_decode(uid)), is_active=True)
    except (ValueError, TypeError, OverflowError, ValidationError):
        raise Account.DoesNotExist from None
    if account.has_usable_password() or not _tokens.check_token(account, token):
        raise Account.DoesNotExist
    return account
