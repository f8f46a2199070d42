"""Arguments of this room's routes for the permission matrix."""

from __future__ import annotations

from typing import Any

from jichi.city.models import Account, Department, Grant, Person


def _person(owner: Department | None) -> Person:
    person = Person.objects.create(name="誰か")
    Account.objects.create_user(f"{person.pk}@example.jp", None, person=person)
    return person


def person(owner: Department | None) -> dict[str, Any]:
    return {"pk": _person(owner).pk}


def grant(owner: Department | None) -> dict[str, Any]:
    one = _person(owner)
    row = Grant.objects.create(person=one, role="auditor", valid_from="2020-04-01")
    return {"pk": one.pk, "grant": row.pk}


def person_without_account(owner: Department | None) -> dict[str, Any]:
    return {"pk": Person.objects.create(name="誰か").pk}


def department(owner: Department | None) -> dict[str, Any]:
    assert owner is not None
    return {"pk": owner.pk}


def nothing_of_mine(owner: Department | None) -> dict[str, Any]:
    return {"pk": 0}


ADDRESSES = {
    "people-detail": person,
    "people-open-account": person_without_account,
    "people-invite": person,
    "people-close-account": person,
    "people-give-grant": person,
    "people-end-grant": grant,
    "people-withdraw-grant": grant,
    "people-sever": person,
    "departments-detail": department,
    "departments-reorganise": department,
    "account-invitation": lambda owner: {"uid": "AAAA", "token": "x"},
    "account_reset_password_from_key": lambda owner: {"uidb36": "0", "key": "set-password"},
    "mfa_remove_webauthn": nothing_of_mine,
    "mfa_edit_webauthn": nothing_of_mine,
    "openid_connect_login": lambda owner: {"provider_id": "city"},
    "openid_connect_callback": lambda owner: {"provider_id": "city"},
}

# Pages whose thing must be one's own: whoever may, still finds nothing there.
EMPTY_HANDED = frozenset(
    {
        "mfa_remove_webauthn",
        "mfa_edit_webauthn",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
    }
)
