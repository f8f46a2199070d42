"""The routes of this room (declared in ``routes.py``); ``config`` decides which lists a zone gets."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import URLPattern, URLResolver, include, path, re_path

from .views import departments, invitation, people, rules, trail

Patterns = list[URLPattern | URLResolver]

_sign_in: Patterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("invitation/<str:uid>/<str:token>/", invitation.accept, name="account-invitation"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("2fa/webauthn/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("2fa/webauthn/reauthenticate/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("3rdparty/login/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("3rdparty/login/error/", social.login_error, name="socialaccount_login_error"),
]

_staff: Patterns = [
    path("people/", people.people, name="people-list"),
    path("people/new/", people.create, name="people-create"),
    path("people/<uuid:pk>/", people.detail, name="people-detail"),
    path("people/<uuid:pk>/account/", people.open_, name="people-open-account"),
    path("people/<uuid:pk>/account/invite/", people.invite, name="people-invite"),
    path("people/<uuid:pk>/account/close/", people.close, name="people-close-account"),
    path("people/<uuid:pk>/grants/give/", people.give, name="people-give-grant"),
    path("people/<uuid:pk>/grants/<int:grant>/end/", people.end, name="people-end-grant"),
    path("people/<uuid:pk>/grants/<int:grant>/withdraw/", people.withdraw, name="people-withdraw-grant"),
    path("people/<uuid:pk>/sever/", people.sever, name="people-sever"),
    path("departments/", departments.departments, name="departments-list"),
    path("departments/<int:pk>/", departments.detail, name="departments-detail"),
    path("departments/<int:pk>/reorganise/", departments.reorganise, name="departments-reorganise"),
    path("trail/", trail.entries, name="trail-list"),
    path("trail/verify/", trail.verify, name="trail-verify"),
]

urlpatterns: Patterns = [path("rules/", rules.rules, name="rules")]

staff_urlpatterns: Patterns = [path("accounts/", include(_sign_in)), path("staff/", include(_staff))]

# The provider knows one callback address, so it must not depend on the reader's language.
plain_urlpatterns: Patterns = [
    path("accounts/oidc/<str:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("accounts/oidc/<str:provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
]
