"""The routes of this room and what each needs.

Sign-in is a library's, but not a dark corner: of its many routes only those named here are in ``urls.py``,
one by
one, so that the permission matrix covers them like our own. Django's administration names its routes after
the models; it is declared whole, as the namespace ``admin:*``.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from jichi.manifest import Page, Route, Zone


def _inner(*names: str, action: str | None = None) -> tuple[Route, ...]:
    return tuple(Route(name=name, zone=Zone.INNER, action=action) for name in names)


# Open to anyone in the inner zone: each page asks itself for what it needs (a password, a code, a session).
SIGN_IN = _inner(
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account-invitation",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "openid_connect_login",
    "openid_connect_callback",
)

# For whoever is signed in.
OWN_ACCOUNT = _inner(
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    action="city.account:own",
)

STAFF = (
    *_inner("people-list", "people-detail", action="city.person:read"),
    *_inner("people-create", action="city.person:create"),
    *_inner("people-open-account", action="city.account:create"),
    *_inner("people-invite", action="city.account:invite"),
    *_inner("people-close-account", action="city.account:close"),
    *_inner("people-give-grant", action="city.grant:give"),
    *_inner("people-end-grant", action="city.grant:end"),
    *_inner("people-withdraw-grant", action="city.grant:withdraw"),
    *_inner("people-sever", action="city.actor:sever"),
    *_inner("departments-list", "departments-detail", action="city.person:read"),
    *_inner("departments-reorganise", action="city.department:edit"),
    *_inner("trail-list", action="city.trail:read"),
    *_inner("trail-verify", action="city.trail:verify"),
    *_inner("admin:*", action="city.admin:read"),
)

PUBLIC = (Route(name="rules", zone=Zone.PUBLIC),)

ROUTES = (*PUBLIC, *SIGN_IN, *OWN_ACCOUNT, *STAFF)

PAGES = (
    Page(title=_("Periods and rules"), route="rules", order=160),
    Page(
        title=_("People and roles"),
        route="people-list",
        order=910,
        zone=Zone.INNER,
        action="city.person:read",
    ),
    Page(
        title=_("Departments"),
        route="departments-list",
        order=920,
        zone=Zone.INNER,
        action="city.person:read",
    ),
    Page(title=_("Audit trail"), route="trail-list", order=930, zone=Zone.INNER, action="city.trail:read"),
)
