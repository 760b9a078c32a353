"""A real server and a real browser for the journeys."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from serving import command, environment, free_port, serving

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "lawful and learning"
PEOPLE = {
    "practitioner": "amal@learnplat.example",
    "moussa": "moussa@learnplat.example",
    "leaver": "lucia@learnplat.example",
    "trainer": "ines@learnplat.example",
    "vetter": "elodie@learnplat.example",
    "admin": "ruth@learnplat.example",
}


def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass
class Served:
    """The running platform: its address, and where its mail is kept."""

    address: str
    data: Path


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("served")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = environment(data=data, base_url=address)
    for arguments in (
        ["db", "upgrade"],
        ["courses", "sync"],
        ["seed", "demo"],
        ["import", "programme", str(ROOT / "tests/data/programme-2012")],
    ):
        command(settings, *arguments)
    with serving(settings, data, port=port):
        yield Served(address, data)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, served: Served) -> Any:
    """The cookies of one of `PEOPLE`, who signs in once: more often than people do is refused."""
    states: dict[str, Any] = {}

    def state_of(person: str) -> Any:
        if person not in states:
            context = chromium.new_context(base_url=served.address)
            page = context.new_page()
            page.goto("/en/sign-in")
            page.locator("#f-email").fill(PEOPLE[person])
            page.locator("#f-password").fill(PASSWORD)
            with page.expect_navigation():
                page.locator("main form button").first.click()
            assert "sign-in" not in page.url
            states[person] = context.storage_state()
            context.close()
        return states[person]

    return state_of


@pytest.fixture
def visit(chromium: Browser, served: Served, signed_in: Any) -> Iterator[Any]:
    """Opens a browser window of a size, in a language, signed in as one of `PEOPLE` or nobody."""
    contexts = []

    def opened(
        person: str | None = None, *, language: str = "en", width: int = 1280, **options: Any
    ) -> Page:
        if person:
            options["storage_state"] = signed_in(person)
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale=language,
            base_url=served.address,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        return page

    yield opened
    for context in contexts:
        context.close()
