"""The platform answers to its own name only, and no answer repeats another one.

SECURITY: case 23, case 24.
"""

from dataclasses import replace

import pytest
from conftest import an_app

from learnplat.upgrades import upgrade
from learnplat.web.hosts import names_of

STRANGERS = [
    "evil.example",
    "learn.test.evil.example",
    "evil.example:80",
    "learn.test@evil.example",
    "learn.test:8080",
    "learn.test.",
    "xlearn.test",
    "learn.test,evil.example",
    "evil.example/learn.test",
    "é.example",
    " ",
    "",
]


@pytest.fixture(scope="module")
def live(new_database):
    """A browser without a screen before the platform as it stands in production."""
    settings = replace(
        new_database("sqlite"), environment="production", base_url="https://learn.test"
    )
    upgrade(settings.database_url)
    return an_app(settings).test_client()


def ask(client, host, address="/en/courses", **options):
    headers = {"Host": host, **options.pop("headers", {})}
    return client.get(address, headers=headers, **options)


@pytest.mark.parametrize("host", [*STRANGERS, "localhost", "127.0.0.1:8000", "[::1]"])
def test_in_production_another_name_is_a_bad_request(live, host):
    answer = ask(live, host)
    assert answer.status_code == 400
    assert "does not answer to this name" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["learn.test", "LEARN.test", "learn.test:443"])
def test_in_production_its_own_name_is_answered_however_it_is_written(live, host):
    assert ask(live, host).status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_machines_that_watch_may_use_any_name(live, address):
    assert ask(live, "10.0.0.7:8000", address).status_code == 200


@pytest.mark.parametrize("address", ["/static/learnplat.css", "/no-such-page", "/en"])
def test_no_address_is_left_out(live, address):
    assert ask(live, "evil.example", address).status_code == 400


def test_the_api_says_it_as_a_problem(live):
    answer = ask(live, "evil.example", "/api/v1/courses")
    assert (answer.status_code, answer.json["code"]) == (400, "wrong_host")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Prefix": "//evil.example"},
        {"Forwarded": "host=evil.example"},
        {"X-Original-URL": "//evil.example/"},
    ],
)
def test_no_header_of_a_proxy_names_us(live, headers):
    answer = ask(live, "learn.test", "/en", headers=headers)
    assert "evil" not in answer.location
    assert "evil" not in ask(live, "learn.test", headers=headers).text


@pytest.mark.parametrize("host", STRANGERS)
def test_a_letter_is_not_asked_for_under_another_name(house, host):
    amal = house.amal()
    answer = house.post("/en/forgotten-password", {"email": amal.email}, headers={"Host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "host", ["learn.test", "localhost", "localhost:5000", "127.0.0.1:1", "[::1]:8"]
)
def test_in_development_the_machines_own_names_are_answered_too(house, host):
    assert ask(house, host).status_code == 200


@pytest.mark.parametrize("host", ["learn.test", "localhost:9", "evil.example"])
def test_a_redirect_never_leads_to_the_name_of_the_request(house, host):
    location = ask(house, host, "/en").location
    assert location in (None, "/en/")


def test_another_name_does_not_show_who_is_signed_in(house):
    amal = house.amal()
    assert amal.name not in ask(house.enter(amal), "evil.example").text


def test_a_port_of_the_scheme_may_be_named_or_not():
    assert names_of("https://a.example") == {"a.example", "a.example:443"}
    assert names_of("https://a.example:443") == {"a.example", "a.example:443"}
    assert "a.example" not in names_of("https://a.example:8443")


def test_in_development_a_phone_may_ask_by_the_bare_address(house):
    assert house.get("/en/courses", headers={"Host": "192.168.1.20:8000"}).status_code == 200
    assert house.get("/en/courses", headers={"Host": "evil.example"}).status_code == 400
