"""What a proxy says counts only by setting. SECURITY: case 23, case 24, case 29."""

from dataclasses import replace

import pytest
from conftest import an_app
from flask import jsonify, request

from learnplat.upgrades import upgrade

SAID = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Prefix": "//evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Forwarded-Scheme": "https",
    "X-Forwarded-Ssl": "on",
    "X-Forwarded": "for=203.0.113.9;host=evil.example",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
    "X-Real-IP": "203.0.113.9",
    "X-Client-IP": "203.0.113.9",
    "True-Client-IP": "203.0.113.9",
    "CF-Connecting-IP": "203.0.113.9",
    "X-Original-URL": "/en/people",
    "X-Rewrite-URL": "/en/people",
    "X-Original-Host": "evil.example",
    "X-Host": "evil.example",
    "X-HTTP-Method-Override": "DELETE",
    "X-Script-Name": "//evil.example",
}


@pytest.fixture(scope="module")
def settings(new_database):
    found = replace(new_database("sqlite"), base_url="https://learn.test")
    upgrade(found.database_url)
    return found


@pytest.fixture(scope="module")
def plain(settings):
    """What it takes a request for that says nothing, with no proxy before it."""
    return heard(settings, 0, {})


def heard(settings, hops, headers):
    """What the application takes a request for."""
    app = an_app(replace(settings, trusted_proxies=hops))

    @app.before_request
    def tell():
        return jsonify(
            peer=request.remote_addr,
            url=request.url,
            root=request.root_path,
            method=request.method,
            is_secure=request.is_secure,
        )

    return app.test_client().get("/en/courses", headers={"Host": "learn.test", **headers}).json


@pytest.mark.parametrize("name", SAID)
def test_without_the_setting_no_such_header_changes_anything(settings, plain, name):
    assert heard(settings, 0, {name: SAID[name]}) == plain


def test_without_the_setting_all_of_them_together_change_nothing(house):
    page = house.get("/en/courses")
    answer = house.get("/en/courses", headers=SAID)
    assert answer.status_code == 200
    assert answer.text == page.text
    assert answer.headers == page.headers
    assert house.get("/en", headers=SAID).location == "/en/"


def test_one_trusted_proxy_names_the_peer_and_the_scheme_and_nothing_more(settings):
    plain = heard(settings, 1, {})
    found = heard(settings, 1, SAID)
    assert found == plain | {"peer": "203.0.113.9", "is_secure": True, "url": found["url"]}
    assert found["url"] == "https://learn.test/en/courses"


def test_of_several_the_one_nearest_to_us_is_believed(settings):
    chain = {"X-Forwarded-For": "1.1.1.1, 2.2.2.2, 203.0.113.9"}
    assert heard(settings, 1, chain)["peer"] == "203.0.113.9"
    assert heard(settings, 2, chain)["peer"] == "2.2.2.2"


def test_another_name_in_every_request_is_still_one_peer(house):
    form = {"email": "nobody@ministry.example", "password": "not the right sentence"}
    statuses = {
        house.post("/en/sign-in", form, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in range(30)
    }
    assert 429 in statuses


def test_a_letter_leads_to_our_own_name_only(house):
    from sqlalchemy import select

    from learnplat.db import reading
    from learnplat.outbox import OutboxMessage
    from learnplat.web.mail import written

    amal = house.amal()
    answer = house.post("/en/forgotten-password", {"email": amal.email}, headers=SAID)
    assert answer.status_code in (200, 303)
    with house.app.app_context():
        for message in reading().scalars(select(OutboxMessage)):
            letter = written(message, "http://learn.test").as_string()
            assert "evil" not in letter
