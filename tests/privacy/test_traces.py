"""SECURITY: T163, T164, T167. Addresses and logs name nobody; what a browser kept goes with the session."""

import dataclasses
import json
import re
from pathlib import Path

import pytest
import structlog
from flask import Flask

from learnplat.settings import ROOT
from learnplat.web.logs import init_logs

PERSONAL = ("email", "name", "password", "address", "token", "code", "typed", "handle")


def test_no_form_sends_a_person_in_an_address():
    """SECURITY: T163. A form that gets a page carries no field of a person."""
    wrong = []
    for path in (ROOT / "learnplat" / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for form in re.findall(r'<form[^>]*method="get".*?</form>', text, re.S):
            names = set(re.findall(r'name="(\w+)"', form)) | set(
                re.findall(r"field\('(\w+)'", form)
            )
            wrong += [(path.name, name) for name in names & set(PERSONAL)]
    assert wrong == []


def test_no_link_carries_a_person_in_its_query():
    """SECURITY: T163."""
    wrong = []
    for path in (ROOT / "learnplat").rglob("*.*"):
        if path.suffix not in (".py", ".html", ".txt"):
            continue
        for link in re.findall(r"url_for\([^()]*\)", path.read_text(encoding="utf-8")):
            wrong += [(path.name, link) for name in ("email", "name") if f"{name}=" in link]
    assert wrong == []


@pytest.fixture
def _logs_as_before():
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("_logs_as_before")
def test_the_log_names_the_route_and_nobody(house, capfd):
    """SECURITY: T163. With somebody signed in, a secret in the address and a name in the query."""
    app = Flask("logged")
    app.config["LEARNPLAT"] = dataclasses.replace(
        house.app.config["LEARNPLAT"], environment="production"
    )
    app.add_url_rule("/<who>/<token>", "seen", lambda who, token: "ok")
    init_logs(app)
    app.test_client().get(
        "/qyzzvorn/secret?q=Qyzzvorn&email=q@x.example",
        headers={"User-Agent": "Qyzzvorn", "Referer": "http://x/Qyzzvorn", "Cookie": "a=Qyzzvorn"},
    )
    [line] = [one for one in capfd.readouterr().err.splitlines() if '"request"' in one]
    assert json.loads(line)["route"] == "/<who>/<token>"
    assert "qyzzvorn" not in line.lower()
    assert "secret" not in line


@pytest.mark.parametrize(
    "address", ["/en/profile", "/en/profile/data", "/en/people", "/en/my-learning", "/en/consent"]
)
def test_no_engine_keeps_a_page_of_people(house, address):
    """SECURITY: T167."""
    answer = house.enter(house.admin()).get(address)
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_no_page_is_prepared_for_being_passed_on():
    """SECURITY: T167. No OpenGraph, no cards."""
    for path in Path(ROOT / "learnplat" / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert 'property="og:' not in text, path.name
        assert "twitter:" not in text, path.name


def test_signing_out_clears_what_the_browser_kept(house):
    """SECURITY: T164, T24. There is no service worker, and nothing is written to the storage."""
    answer = house.enter(house.amal()).post("/en/sign-out")
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    script = (ROOT / "learnplat" / "static" / "learnplat.js").read_text(encoding="utf-8")
    for kept in ("localStorage", "sessionStorage", "indexedDB", "serviceWorker", "document.cookie"):
        assert kept not in script
