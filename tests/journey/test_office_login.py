"""Logging in, in a real browser, under the server's own content policy: codes and passkeys."""

import base64
import hashlib
import hmac
import os
import re
import shutil
import struct
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, sync_playwright

from server.world import PASSWORD, make_account

CHROMIUM = os.environ.get("P8_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
pytestmark = [
    pytest.mark.skipif(
        not CHROMIUM, reason="NOT RUN: needs Chromium (P8_CHROMIUM, or chromium on PATH)"
    ),
    pytest.mark.django_db(transaction=True),
]


def totp(secret: str, at: float) -> str:
    """RFC 6238 with SHA-1, 30 seconds, six digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_the_code_is_that_of_the_standard():
    # RFC 6238, appendix B, shortened to six digits.
    assert totp(base64.b32encode(b"12345678901234567890").decode(), 59) == "287082"


@pytest.fixture
def accounts(transactional_db) -> None:
    """Two accounts of people who have just been given their password, one with an app."""
    from allauth.mfa.totp.internal.auth import TOTP
    from django.core.cache import cache

    cache.clear()
    make_account("ana")
    TOTP.activate(make_account("bo"), SECRET)


@pytest.fixture
def office(accounts, live_server) -> Iterator[Page]:
    """A browser at the log-in page. Whatever the content policy stops fails the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(base_url=live_server.url.replace("127.0.0.1", "localhost"))
        page.set_default_timeout(15_000)
        faults: list[str] = []

        def hear(said: ConsoleMessage) -> None:
            if said.type == "error" and not said.location["url"].endswith("/favicon.ico"):
                faults.append(said.text)

        page.on("console", hear)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto("/accounts/login/")
        yield page
        assert faults == []
        browser.close()


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def confirm(page: Page) -> None:
    """Changing how the account opens asks for the password again."""
    page.get_by_role("heading", name="Is it you?").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    page.goto("/accounts/login/")


def virtual_key(page: Page) -> None:
    """A key that lives in this browser and is opened without a finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_password_and_code(office):
    log_in(office, "bo")
    office.get_by_role("heading", name="Second factor").wait_for()
    office.goto("/")  # half logged in is not logged in
    office.get_by_role("heading", name="Second factor").wait_for()
    office.get_by_label("Code").fill("000000")
    office.get_by_role("button", name="Log in").click()
    office.get_by_text("Incorrect code").wait_for()
    office.get_by_label("Code").fill(totp(SECRET, time.time()))
    office.get_by_role("button", name="Log in").click()
    office.get_by_role("heading", name="Missions").wait_for()


def test_a_new_account_sets_up_an_app_and_comes_back_with_a_recovery_code(office):
    log_in(office, "ana")
    office.get_by_text("needs a second factor before anything else opens").wait_for()
    office.goto("/")
    assert office.url.endswith("/accounts/2fa/")
    office.get_by_role("link", name="Set up an app").click()
    confirm(office)
    picture = office.locator("img.qr")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    secret = office.get_by_label("Authenticator secret").input_value()
    office.get_by_label("Code").fill(totp(secret, time.time()))
    office.get_by_role("button", name="Activate").click()
    codes = office.locator("pre").inner_text().split()
    assert len(codes) == 10
    log_out(office)
    log_in(office, "ana")
    office.get_by_label("Code").fill(codes[0])
    office.get_by_role("button", name="Log in").click()
    office.get_by_role("heading", name="Missions").wait_for()


def test_a_passkey_is_set_up_and_opens_the_account_without_a_password(office):
    virtual_key(office)
    log_in(office, "ana")
    office.get_by_role("link", name="Set up a passkey").click()
    confirm(office)
    office.get_by_label("What you call this key").fill("My laptop")
    office.get_by_role("button", name="Set up this key").click()
    office.get_by_role("heading", name="Recovery codes").wait_for()
    office.goto("/accounts/2fa/webauthn/")
    assert re.search(r"My laptop\s+the account, alone", office.locator("tbody").inner_text())
    log_out(office)
    office.get_by_role("button", name="Log in with a passkey").click()
    office.get_by_role("heading", name="Missions").wait_for()
    log_out(office)
    log_in(office, "ana")  # and as second factor after the password
    office.get_by_role("button", name="Use a passkey or security key").click()
    office.get_by_role("heading", name="Missions").wait_for()


def test_a_passkey_that_is_not_there_is_said_on_the_page(office):
    devtools = office.context.new_cdp_session(office)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})  # it holds no passkey
    office.get_by_role("button", name="Log in with a passkey").click()
    office.get_by_text("The passkey could not be used").wait_for()
