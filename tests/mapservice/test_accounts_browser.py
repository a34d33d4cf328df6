"""The sign-in pages in a real browser: no defect for axe, no script that the content policy refuses, keys that work."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group, User
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "une phrase assez longue"


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    context.clear_cookies()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    assert complaints == []


@pytest.fixture
def moderator() -> User:
    user = User.objects.create_user("claire", "claire@example.org", PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="moderator"))
    return user


def sign_in(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/comptes/login/")
    page.fill("[name=login]", "claire@example.org")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/comptes/login/" not in url)


def violations(page: Page) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [(page.url, f"{rule['id']}: {rule['nodes'][0]['html']}") for rule in found]


def test_pages_for_strangers(page: Page, live_server: LiveServer) -> None:
    found = []
    for path in ("login/", "login/code/", "password/reset/", "signup/", "inactive/"):
        page.goto(f"{live_server.url}/comptes/{path}")
        found += violations(page)
    assert found == []


def test_setting_up_the_second_factor(page: Page, live_server: LiveServer, moderator: User) -> None:
    with override_settings(STAFF_MFA_REQUIRED=True):
        sign_in(page, live_server)
        assert page.url == f"{live_server.url}/comptes/2fa/totp/activate/"
        assert violations(page) == []
        seed = page.input_value("#authenticator_secret")
        page.fill("[name=code]", format_hotp_value(hotp_value(seed, int(time.time()) // 30)))
        page.keyboard.press("Enter")
        page.wait_for_url("**/comptes/2fa/recovery-codes/")
        assert len(page.input_value("#recovery_codes").split()) == 10
        found = violations(page)
        for path in (
            "2fa/",
            "password/change/",
            "email/",
            "logout/",
            "2fa/webauthn/",
            "2fa/recovery-codes/generate/",
        ):
            page.goto(f"{live_server.url}/comptes/{path}")
            found += violations(page)
        assert found == []
        page.goto(f"{live_server.url}/admin/")
        assert page.url == f"{live_server.url}/admin/"


def test_security_key(context: BrowserContext, page: Page, live_server: LiveServer, moderator: User) -> None:
    """A key of the browser's own makes: added under the strict policy, then asked for at the next sign-in."""
    address = live_server.url.replace("127.0.0.1", "localhost")
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**key, "automaticPresenceSimulation": True}}
    )
    with override_settings(STAFF_MFA_REQUIRED=True, MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN=True):
        page.goto(f"{address}/comptes/login/")
        page.fill("[name=login]", "claire@example.org")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/activate/")
        page.goto(f"{address}/comptes/2fa/webauthn/add/")
        assert violations(page) == []
        page.fill("[name=name]", "Ma clé")
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/recovery-codes/**")
        assert Authenticator.objects.filter(user=moderator, type=Authenticator.Type.WEBAUTHN).count() == 1
        page.goto(f"{address}/admin/")
        assert page.url == f"{address}/admin/"

        context.clear_cookies()
        page.goto(f"{address}/comptes/login/")
        page.fill("[name=login]", "claire@example.org")
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/2fa/authenticate/**")
        assert violations(page) == []
        page.click("#mfa_webauthn_authenticate")
        page.wait_for_url("**/moderation/")
