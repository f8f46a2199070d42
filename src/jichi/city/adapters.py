"""How sign-in behaves here (django-allauth's hooks): closed to strangers, silent about who has an account."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .queries.accounts import account_with_address


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by an administrator; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "The address or the password is not correct. Both are checked together."
        ),
        "too_many_login_attempts": _(
            "Too many attempts. Wait a few minutes and try again, or set a new password by mail."
        ),
        "incorrect_code": _("The code is not correct or has expired. Enter the newest one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: see :func:`jichi.city.services.open_account`."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail as the library does, but none to strangers: anyone could make us write to any address."""
        if template_prefix != "account/email/unknown_account":
            super().send_mail(template_prefix, email, context)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect signs in to accounts that exist already, matched by an address the provider verified."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: the provider tells who somebody is, the city decides who works here."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[AbstractBaseUser, str] | None:
        """The open account with one of the verified addresses. An address merely claimed opens nothing."""
        for address in sociallogin.email_addresses:
            account = account_with_address(address.email) if address.verified else None
            if account is not None:
                return account, address.email
        return None
