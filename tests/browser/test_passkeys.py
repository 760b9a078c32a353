"""Passkeys in a real browser with a virtual authenticator: added, signed in with, confirmed with.

SECURITY: T11, P8
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect
from serving import command, environment, free_port, serving

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
RUN = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}});
  return found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(' | '));
}"""
PASSWORD = "kettle drum over the valley"


@dataclass
class Named:
    """The running platform: its address, and the database that it keeps."""

    address: str
    database: Path

    def age_confirmations(self) -> None:
        """As if an hour had passed since anybody confirmed that it is they."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            connection.execute("update sign_in set confirmed_at = datetime('now', '-1 hour')")


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Named]:
    """The platform at a name, since a number can have no passkeys; staff must have a factor."""
    data = tmp_path_factory.mktemp("named")
    port = free_port()
    address = f"http://localhost:{port}"
    settings = environment(data=data, base_url=address, staff_second_factor="always")
    command(settings, "db", "upgrade")
    for role, email in (("practitioner", "amal@justice.example"), ("admin", "ruth@un.example")):
        add = ("people", "add", "--email", email, "--role", role, "--country", "MA")
        command(settings, *add, "--password-stdin", said=PASSWORD)
    with serving(settings, data, port=port):
        yield Named(address, data / "learnplat.db")


@pytest.fixture
def window(chromium: Browser, named: Named) -> Iterator[Any]:
    """A browser window with an authenticator of its own, which verifies its user."""
    contexts = []
    faults: list[str] = []

    def opened(language: str = "en", width: int = 1280, **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale=language,
            base_url=named.address,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        cdp = context.new_cdp_session(page)
        cdp.send("WebAuthn.enable")
        cdp.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not [text for text in faults if "Content Security" in text or "TrustedType" in text]


def sign_in(page: Page, language: str, email: str) -> None:
    page.goto(f"/{language}/sign-in")
    page.locator("#f-email").fill(email)
    page.locator("#f-password").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("form:has(#f-password) button").click()


def sign_out(page: Page) -> None:
    with page.expect_navigation():
        page.evaluate("document.querySelector('form[action$=\"/sign-out\"]').submit()")


def act(page: Page) -> None:
    """Press the button that turns to the passkey, and wait for the page after."""
    with page.expect_navigation():
        page.locator("form[data-passkey] button").click()


def add_passkey(page: Page, language: str, name: str) -> None:
    page.goto(f"/{language}/profile/security/passkeys/new")
    page.locator("#f-name").fill(name)
    act(page)


def fits(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("fr", 1280)])
def test_a_passkey_is_added_and_opens_the_door_alone(
    window: Any, language: str, width: int
) -> None:
    page = window(language, width)
    sign_in(page, language, "amal@justice.example")
    if "second-factor" in page.url:
        pytest.fail("the person of this journey has a passkey already")
    add_passkey(page, language, "هاتفي")
    expect(page.locator("ol.codes li")).to_have_count(10)
    assert fits(page)
    sign_out(page)
    page.goto(f"/{language}/sign-in")
    assert fits(page)
    act(page)
    page.goto(f"/{language}/profile/security")
    expect(page.locator("h3 bdi").first).to_have_text("هاتفي")
    assert fits(page)
    # The last one goes again, so that the next journey begins as this one did.
    with page.expect_navigation():
        page.locator("form[action$='/removal'] button").click()


def test_it_is_the_second_step_of_a_password(window: Any) -> None:
    page = window("ar", 360)
    sign_in(page, "ar", "amal@justice.example")
    add_passkey(page, "ar", "هاتفي")
    sign_out(page)
    sign_in(page, "ar", "amal@justice.example")
    assert page.url.endswith("/ar/sign-in/second-factor")
    assert fits(page)
    act(page)
    page.goto("/ar/profile/security")
    assert page.url.endswith("/ar/profile/security")
    with page.expect_navigation():
        page.locator("form[action$='/removal'] button").click()


def test_staff_set_one_up_first(window: Any) -> None:
    page = window("en")
    sign_in(page, "en", "ruth@un.example")
    assert "/profile/security" in page.url
    page.goto("/en/people")
    assert page.url.endswith("/en/profile/security")
    add_passkey(page, "en", "Security key")
    page.goto("/en/people")
    assert page.url.endswith("/en/people")


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("es", 1280)])
def test_it_confirms_that_it_is_the_person(
    window: Any, named: Named, language: str, width: int
) -> None:
    page = window(language, width)
    sign_in(page, language, "amal@justice.example")
    add_passkey(page, language, "هاتفي")
    named.age_confirmations()
    page.goto(f"/{language}/profile/security/passkeys/new")
    assert "/confirm?next=" in page.url
    assert fits(page)
    act(page)
    assert page.url.endswith(f"/{language}/profile/security/passkeys/new")
    page.goto(f"/{language}/profile/security")
    with page.expect_navigation():
        page.locator("form[action$='/removal'] button").click()


def test_the_pages_between_have_no_barrier(window: Any, named: Named) -> None:
    page = window("ar", 360, bypass_csp=True, reduced_motion="reduce")
    found: list[str] = []

    def look() -> None:
        page.evaluate("() => document.querySelectorAll('main details').forEach(d => d.open = true)")
        page.evaluate(AXE)
        found.extend(f"{page.url}: {text}" for text in page.evaluate(RUN, None))
        assert fits(page)

    sign_in(page, "ar", "amal@justice.example")
    page.goto("/ar/profile/security/passkeys/new")
    look()
    add_passkey(page, "ar", "هاتفي")
    look()
    page.goto("/ar/profile/security")
    look()
    with page.expect_navigation():
        page.locator("form[action$='/app'] button").click()
    look()
    named.age_confirmations()
    page.goto("/ar/confirm")
    look()
    sign_out(page)
    sign_in(page, "ar", "amal@justice.example")
    look()
    act(page)
    page.goto("/ar/profile/security")
    with page.expect_navigation():
        page.locator("form[action$='/removal'] button").click()
    assert found == []


def test_without_javascript_the_page_offers_the_app(chromium: Browser, named: Named) -> None:
    context = chromium.new_context(base_url=named.address, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "en", "amal@justice.example")
    page.goto("/en/profile/security/passkeys/new")
    expect(page.locator("[data-when=unable]")).to_be_visible()
    expect(page.get_by_role("link", name="Choose an app instead")).to_be_visible()
    page.goto("/en/profile/security")
    with page.expect_navigation():
        page.get_by_role("button", name="Set up an app").click()
    expect(page.locator(".qr svg")).to_be_visible()
    context.close()
