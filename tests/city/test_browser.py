"""In a real browser, under the real content policy: passkeys, and the pages' accessibility."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache

from jichi.manifest import Role
from tests.conftest import make_account

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("city"),
]
EMAIL, PASSWORD = "administrator@example.jp", "correct horse battery"


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Any:
    cache.clear()
    account = make_account(Role.ADMINISTRATOR, email=EMAIL)
    EmailAddress.objects.create(user=account, email=EMAIL, verified=True, primary=True)
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def sign_in(page: Any) -> None:
    page.goto("/accounts/login/?next=/staff/people/")
    page.fill("#id_login", EMAIL)
    page.fill("#id_password", PASSWORD)
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_url("**/staff/people/")


def test_a_passkey_is_added_and_signs_in_under_the_strict_content_policy(page: Any) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.fill("#id_password", PASSWORD)
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_url("**/accounts/2fa/webauthn/add/")
    page.check("#id_passwordless")
    page.fill("#id_name", "わたしの鍵")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.goto("/accounts/logout/")
    page.click("main form[method=post] button[type=submit]")
    page.wait_for_url(lambda url: "/logout/" not in url)
    page.goto("/accounts/login/?next=/staff/trail/")
    page.click("#passkey_login")
    page.wait_for_url("**/staff/trail/")
    assert page.complaints == []


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_pages_have_no_barrier_that_axe_finds(page: Any, prefix: str) -> None:
    found = {}
    for path in ("/accounts/login/", "/accounts/password/reset/"):
        found[path] = _violations(page, prefix + path)
    sign_in(page)
    for path in (
        "/staff/people/",
        "/staff/people/new/",
        "/staff/departments/",
        "/staff/trail/",
        "/staff/trail/verify/",
        "/accounts/2fa/",
        "/accounts/password/change/",
    ):
        found[path] = _violations(page, prefix + path)
    assert {path: names for path, names in found.items() if names} == {}


def _violations(page: Any, path: str) -> list[str]:
    page.goto(path)
    return [violation["id"] for violation in Axe().run(page).response["violations"]]
