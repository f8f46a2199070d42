"""Signing in, over HTTP: password, second step, invitation, silence about accounts, limits, the city's provider."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from jichi.city import services
from jichi.city.access import Viewer
from jichi.city.invitations import invitation_parts
from jichi.city.models import Account
from jichi.manifest import Role
from tests.conftest import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def confirm(client: Client) -> None:
    """Give the password once more, as whoever changes the way of signing in must."""
    response = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/"})
    assert response.status_code == 302


def test_the_sign_in_page_offers_each_way_and_no_sign_up() -> None:
    page = Client().get(reverse("account_login")).content.decode()
    assert 'autocomplete="current-password"' in page
    assert "passkey_login" in page
    assert reverse("account_signup") not in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert "style=" not in page


@pytest.mark.parametrize(("prefix", "lang"), [("", "ja"), ("/en", "en"), ("/ja-simple", "ja")])
def test_the_sign_in_page_speaks_the_readers_language(prefix: str, lang: str) -> None:
    page = Client().get(f"{prefix}/accounts/login/").content.decode()
    assert f'<html lang="{lang}"' in page


def test_a_password_signs_in_whatever_the_case_of_the_address() -> None:
    account = make_account(Role.AUDITOR, email="auditor@example.jp")
    client = Client()
    response = sign_in(client, "Auditor@Example.JP", next="/staff/trail/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/staff/trail/"
    assert client.get("/staff/trail/").status_code == 200
    assert account.is_active


def test_a_page_asked_for_before_comes_after_the_sign_in() -> None:
    make_account(Role.AUDITOR, email="auditor@example.jp")
    client = Client()
    led = client.get("/staff/trail/?act=")
    assert led.headers["Location"].startswith("/accounts/login/?next=/staff/trail/")
    page = client.get(led.headers["Location"]).content.decode()
    assert 'name="next" value="/staff/trail/?act="' in page


def test_nobody_is_sent_to_another_site() -> None:
    make_account(Role.AUDITOR, email="auditor@example.jp")
    response = sign_in(Client(), "auditor@example.jp", next="https://elsewhere.example/")
    assert "elsewhere" not in response.headers["Location"]


def test_wrong_password_and_absent_account_get_the_same_answer() -> None:
    make_account(None, email="one@example.jp")
    make_account(None, email="closed@example.jp")
    Account.objects.filter(email="closed@example.jp").update(is_active=False)
    pages = []
    for email, password in (
        ("one@example.jp", "wrong wrong wrong"),
        ("nobody@example.jp", PASSWORD),
        ("closed@example.jp", "wrong wrong wrong"),
    ):
        response = sign_in(Client(), email, password)
        assert response.status_code == 200
        page = response.content.decode().replace(email, "")
        pages.append(
            re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|<svg.*?</svg>', "", page, flags=re.DOTALL)
        )
    assert pages[0] == pages[1] == pages[2]


def test_setting_a_new_password_tells_nobody_who_has_an_account() -> None:
    account = make_account(None, email="one@example.jp")
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    answers = []
    for email in ("one@example.jp", "nobody@example.jp"):
        response = Client().post(reverse("account_reset_password"), {"email": email})
        answers.append((response.status_code, response.headers.get("Location")))
    assert answers[0] == answers[1] == (302, reverse("account_reset_password_done"))
    assert [message.to for message in mail.outbox] == [["one@example.jp"]]
    link = re.search(r"http://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    assert link is not None
    client = Client()
    form = client.get(link[1], follow=True)
    new = "another long sentence"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    account.refresh_from_db()
    assert account.check_password(new)


def test_signing_up_is_closed_to_everybody() -> None:
    client = Client()
    page = client.get(reverse("account_signup"))
    assert page.status_code == 200
    assert 'method="post"' not in page.content.decode()
    client.post(
        reverse("account_signup"), {"email": "new@example.jp", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not Account.objects.filter(email="new@example.jp").exists()


def test_too_many_attempts_wait() -> None:
    make_account(None, email="one@example.jp")
    client = Client()
    statuses = [sign_in(client, "one@example.jp", "wrong wrong wrong").status_code for _ in range(8)]
    last = sign_in(client, "one@example.jp")
    assert not is_signed_in(client), statuses
    assert "attempts" in last.content.decode() or "試" in last.content.decode()


def test_a_flood_from_one_place_gets_429_in_our_words() -> None:
    client = Client()
    statuses = {sign_in(client, f"{number}@example.jp").status_code for number in range(40)}
    assert 429 in statuses
    page = sign_in(client, "x@example.jp")
    assert page.status_code == 429
    assert 'class="page-head__title"' in page.content.decode()


# --- the second step -----------------------------------------------------------------------------------------
def code_for(secret: str) -> str:
    counter = next(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counter)))


def with_totp(client: Client) -> str:
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert client.get(asked.headers["Location"]).status_code == 200
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.content.decode()
    secret = client.session["mfa.totp.secret"]
    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert response.status_code == 302
    return str(secret)


def test_an_authenticator_app_is_set_up_and_then_asked_for() -> None:
    account = make_account(Role.AUDITOR, email="auditor@example.jp")
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    client = Client()
    sign_in(client, "auditor@example.jp")
    secret = with_totp(client)
    assert set(Authenticator.objects.filter(user=account).values_list("type", flat=True)) == {
        "totp",
        "recovery_codes",
    }

    cache.clear()
    second = Client()
    response = sign_in(second, "auditor@example.jp")
    assert response.headers["Location"] == reverse("mfa_authenticate")
    assert second.get("/staff/trail/").status_code == 302
    wrong = second.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert second.get("/staff/trail/").status_code == 302
    done = second.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert done.status_code == 302
    assert second.get("/staff/trail/").status_code == 200


def test_a_recovery_code_replaces_the_app_once() -> None:
    account = make_account(Role.AUDITOR, email="auditor@example.jp")
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    client = Client()
    sign_in(client, "auditor@example.jp")
    with_totp(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"\b[0-9a-f]{8}\b", page)
    assert len(codes) >= 10
    for expected in (302, 200):
        cache.clear()
        second = Client()
        sign_in(second, "auditor@example.jp")
        assert second.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == expected


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_list_webauthn", "account_change_password", "account_logout", "mfa_activate_totp"],
)
@pytest.mark.parametrize("prefix", ["", "/en", "/ja-simple"])
def test_the_pages_of_ones_own_account_work_without_inline_script(name: str, prefix: str) -> None:
    account = make_account(None, email="one@example.jp")
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    client = Client()
    sign_in(client, "one@example.jp")
    confirm(client)
    response = client.get(prefix + reverse(name))
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<h1") == 1
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.search(r"\sstyle=|\son\w+=", page)


def test_adding_a_passkey_needs_a_fresh_sign_in_and_offers_its_options() -> None:
    account = make_account(None, email="one@example.jp")
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    client = Client()
    sign_in(client, "one@example.jp")
    confirm(client)
    page = client.get(reverse("mfa_add_webauthn"))
    assert page.status_code == 200
    assert '"challenge"' in page.content.decode()
    with time_machine.travel(time.time() + 3600, tick=False):
        late = client.get(reverse("mfa_add_webauthn"))
    assert late.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_passkey_options_are_given_before_anybody_is_known() -> None:
    answer = Client().get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    assert answer.status_code == 200
    assert "challenge" in answer.json()["request_options"]["publicKey"]


# --- invitation --------------------------------------------------------------------------------------------------
def test_an_invitation_sets_the_password_and_leads_to_the_sign_in(administrator: Viewer) -> None:
    person = services.create_person(viewer=administrator, name="山田")
    account = services.open_account(viewer=administrator, person_id=person.pk, email="y@example.jp")
    uid, token = invitation_parts(account)
    url = reverse("account-invitation", args=[uid, token])
    client = Client()
    assert client.get(url).status_code == 200
    differ = client.post(url, {"password": "a sentence that is long", "again": "another one"})
    assert differ.status_code == 422
    short = client.post(url, {"password": "short", "again": "short"})
    assert short.status_code == 422
    done = client.post(url, {"password": "a sentence that is long", "again": "a sentence that is long"})
    assert done.headers["Location"] == reverse("account_login")
    assert client.get(url).status_code == 404
    assert sign_in(client, "y@example.jp", "a sentence that is long").status_code == 302
    assert is_signed_in(client)


# --- the city's own provider ---------------------------------------------------------------------------------------
def come_from_provider(email: str, *, verified: bool) -> tuple[Any, Any]:
    """What happens after the provider's answer was checked."""
    from allauth.core import context
    from allauth.socialaccount.internal.flows.login import complete_login

    request = RequestFactory().get("/accounts/oidc/city/login/callback/")
    for middleware in (SessionMiddleware, AuthenticationMiddleware, MessageMiddleware):
        middleware(lambda request: None).process_request(request)
    login = SocialLogin(
        user=Account(email=email),
        account=SocialAccount(provider="city", uid="42", extra_data={}),
        email_addresses=[EmailAddress(email=email, verified=verified, primary=True)],
    )
    with context.request_context(request):
        response = complete_login(request, login)
    return request, response


def test_the_provider_signs_in_whoever_has_an_account_with_a_verified_address() -> None:
    account = make_account(Role.AUDITOR, email="auditor@example.jp")
    EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
    request, response = come_from_provider("Auditor@example.jp", verified=True)
    assert response.status_code == 302
    assert request.user == account
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("email", "verified", "active"),
    [
        ("auditor@example.jp", False, True),
        ("somebody@example.jp", True, True),
        ("auditor@example.jp", True, False),
    ],
)
def test_an_address_merely_claimed_unknown_or_closed_opens_nothing(
    email: str, verified: bool, active: bool
) -> None:
    make_account(Role.AUDITOR, email="auditor@example.jp")
    Account.objects.update(is_active=active)
    before = Account.objects.count()
    request, response = come_from_provider(email, verified=verified)
    assert not request.user.is_authenticated
    assert response.status_code == 200
    assert Account.objects.count() == before
