"""Bearer tokens: told once, kept as a digest, ended by their owner or by time.

SECURITY: case 27, T19.
"""

from datetime import timedelta

import pytest
from conftest import PASSWORD
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from learnplat.core.clock import utc_now
from learnplat.core.countries import countries
from learnplat.core.lists import professions
from learnplat.db import reading, transaction
from learnplat.people import sign_in
from learnplat.people.consents import CURRENT
from learnplat.people.models import ApiToken


def a_token(house, person):
    answer = house.client.post("/api/v1/tokens", json={"email": person.email, "password": PASSWORD})
    assert answer.status_code == 201
    return {"Authorization": f"Bearer {answer.json['token']}"}


def test_it_says_who_one_is(house):
    amal = house.amal()
    answer = house.get("/api/v1/me", headers=a_token(house, amal))
    assert (answer.json["id"], answer.json["csrf_token"]) == (amal.id, None)


def test_it_opens_no_page(house):
    headers = a_token(house, house.amal())
    assert house.get("/en/profile", headers=headers).status_code == 303


def test_only_its_digest_is_kept(house):
    headers = a_token(house, house.amal())
    with house.app.app_context():
        kept = reading().scalars(select(ApiToken.token_digest)).one()
    assert len(kept) == 64
    assert kept not in headers["Authorization"]


def test_its_owner_ends_it(house):
    headers = a_token(house, house.amal())
    statuses = [
        house.client.delete("/api/v1/tokens/current", headers=headers).status_code for _ in range(2)
    ]
    assert statuses == [204, 401]


def test_it_ends_with_its_time(house):
    headers = a_token(house, house.amal())
    with house.app.app_context(), transaction() as session:
        session.execute(update(ApiToken).values(expires_at=utc_now() - timedelta(seconds=1)))
    assert house.get("/api/v1/me", headers=headers).status_code == 401


def test_a_browser_has_no_token_to_end(house):
    house.enter(house.amal())
    assert house.ask("DELETE", "/api/v1/tokens/current").status_code == 404


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Bearer made-up", "Bearer " + "x" * 9000, "bearer é"]
)
def test_a_made_up_token_is_refused_as_a_problem(house, value):
    answer = house.get("/api/v1/me", headers={"Authorization": value})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_token_counts_and_not_the_cookie_beside_it(house):
    amal, moussa = house.amal(), house.moussa()
    headers = a_token(house, moussa)
    house.enter(amal)
    assert house.get("/api/v1/me", headers=headers).json["id"] == moussa.id


@pytest.mark.parametrize("body", [{}, {"email": "a@b.example"}, {"email": 3, "password": None}])
def test_what_is_missing_is_named(house, body):
    answer = house.client.post("/api/v1/tokens", json=body)
    assert answer.status_code == 422
    assert "password" in answer.json["errors"]


def test_countries_come_page_by_page_in_four_languages(house):
    first = house.get("/api/v1/countries?limit=300").json
    assert len(first["items"]) == len(countries())
    assert first["items"][0]["names"].keys() == {"ar", "en", "fr", "es"}
    short = house.get("/api/v1/countries?limit=1").json
    rest = house.get("/api/v1/countries", query_string={"limit": 1, "cursor": short["next"]}).json
    assert rest["items"] == first["items"][1:2]


def test_the_lists_are_those_of_the_forms(house):
    answer = house.get("/api/v1/lists/professions").json
    assert [item["key"] for item in answer["items"]] == list(professions())
    assert house.get("/api/v1/lists/secrets").status_code == 404


@pytest.mark.parametrize(("method", "address", "status"), [
    ("GET", "/api/v1/nothing-here", 404),
    ("PUT", "/api/v1/courses", 405),
])  # fmt: skip
def test_a_wrong_token_does_not_hide_why_else_a_request_is_refused(house, method, address, status):
    house.leave()
    answer = house.client.open(address, method=method, headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == status


def test_who_took_their_consent_back_gets_none(house):
    """SECURITY: T165. Until they agree again: a token would be a way round the page that asks."""
    amal = house.amal()
    house.enter(amal).post("/en/profile/consent/withdrawal")
    words = {"email": amal.email, "password": PASSWORD}
    stranger = house.app.test_client().post("/api/v1/tokens", json=words)
    assert (stranger.status_code, stranger.json["code"]) == (403, "consent_needed")
    house.post("/en/consent", {"consent": CURRENT})
    assert house.app.test_client().post("/api/v1/tokens", json=words).status_code == 201


def test_a_database_that_is_away_is_said_to_be(house, monkeypatch):
    """SECURITY: P11. The answer that says so does not ask it again who is asking."""

    class Away:
        def rows(self, *_args, **_values):
            raise OperationalError("select", {}, Exception("database is locked"))

    headers = a_token(house, house.amal())
    monkeypatch.setattr(sign_in, "_BY_TOKEN", Away())
    answer = house.get("/api/v1/me", headers=headers)
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
