"""Two institutions, each a real provider in its own process, and the platform that knows them."""

import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import House

from learnplat.core.languages import Language
from learnplat.core.providers import Provider
from learnplat.people.institutional import talk


@dataclass
class Institution:
    key: str
    address: str

    def behave(self, **state: Any) -> Any:
        request = urllib.request.Request(
            f"{self.address}/control",
            json.dumps(state).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    @property
    def return_address(self) -> str:
        return f"http://learn.test/institution/{self.key}/return"

    def provider(self, **more: Any) -> Provider:
        facts = {
            "key": self.key, "issuer": self.address, "client_id": "learnplat",
            "label": {code: f"Ministry {self.key} ({code.value})" for code in Language},
            "secret": "a secret between the two of us",
        }  # fmt: skip
        return Provider(**(facts | more))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def visited(address: str) -> str:
    """What a browser is told at the provider: the address to go back to."""
    try:
        urllib.request.build_opener(NoRedirect).open(address, timeout=10)
    except urllib.error.HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("the provider led nowhere")


def path_of(address: str) -> str:
    parts = urlsplit(address)
    assert parts.netloc == "learn.test"
    return f"{parts.path}?{parts.query}"


@pytest.fixture(scope="session")
def processes() -> Iterator[list[Institution]]:
    program = Path(__file__).with_name("provider.py")
    running = [
        subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        yield [
            Institution(key, process.stdout.readline().strip())
            for key, process in zip(("one", "two"), running, strict=True)
        ]
    finally:
        for process in running:
            process.terminate()
            process.wait(10)
            process.stdout.close()


@pytest.fixture
def institutions(house: House, processes: list[Institution]) -> Iterator[list[Institution]]:
    """Both, well behaved, and known to the platform."""
    for one in processes:
        one.behave(afresh=True)
        one.behave(redirect_uris=[one.return_address])
    before = house.app.config["LEARNPLAT"]
    known(house, *(one.provider() for one in processes))
    yield processes
    house.app.config["LEARNPLAT"] = before


@pytest.fixture
def institution(institutions: list[Institution]) -> Institution:
    return institutions[0]


def known(house: House, *providers: Provider) -> None:
    talk._kept.clear()
    settings = house.app.config["LEARNPLAT"]
    house.app.config["LEARNPLAT"] = replace(settings, providers=providers)


@pytest.fixture
def trap() -> Iterator[Any]:
    """A server of somebody else's that counts who calls."""
    calls: list[str] = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Trap)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", calls
    server.shutdown()
    server.server_close()
    thread.join()


def begun(house: House, institution: Institution, **options: Any) -> str:
    """Leave for the institution from the sign-in page; gives where the browser is sent."""
    answer = house.get(f"/en/sign-in/institution/{institution.key}", **options)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def linked(house: House, institution: Institution, **state: Any) -> Any:
    """Link the signed-in person's account to whom the institution names."""
    if state:
        institution.behave(**state)
    page = house.post(f"/en/profile/security/institutions/{institution.key}/link")
    assert page.status_code == 200, page.text
    address = page.text.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    return house.get(path_of(visited(address)))


def signed_in(house: House, institution: Institution, **state: Any) -> Any:
    """The whole way from the sign-in page and back."""
    if state:
        institution.behave(**state)
    return house.get(path_of(visited(begun(house, institution))))
