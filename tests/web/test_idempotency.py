"""A repeated POST with its key is answered, not carried out again. SECURITY: T119."""

import pytest


@pytest.fixture
def discussion():
    return {
        "date": "2030-03-04",
        "time": "15:30",
        "zone": "Africa/Dakar",
        "minutes": 60,
        "languages": ["en"],
        "texts": {"en": {"topic": "Evidence", "description": "What a judge may admit."}},
        "experts": [{"name": "Awa Diop", "biographies": {"en": "Judge."}}],
    }


def count(house):
    return len(house.get("/api/v1/discussions?limit=100").json["items"])


def test_the_same_key_and_body_acts_once(house, discussion):
    house.enter(house.trainer())
    headers = {"Idempotency-Key": "one-plan"}
    first = house.ask("POST", "/api/v1/discussions", discussion, headers=headers)
    again = house.ask("POST", "/api/v1/discussions", discussion, headers=headers)
    assert first.status_code == again.status_code == 201, first.json
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count(house) == 1


def test_the_same_key_with_another_body_is_refused(house, discussion):
    house.enter(house.trainer())
    headers = {"Idempotency-Key": "one-plan"}
    house.ask("POST", "/api/v1/discussions", discussion, headers=headers)
    answer = house.ask(
        "POST", "/api/v1/discussions", {**discussion, "minutes": 90}, headers=headers
    )
    assert (answer.status_code, answer.json["code"]) == (422, "key_reused")
    assert count(house) == 1


def test_another_persons_key_is_another_key(house, discussion):
    for person in (house.trainer(), house.admin()):
        house.enter(person)
        answer = house.ask(
            "POST", "/api/v1/discussions", discussion, headers={"Idempotency-Key": "shared"}
        )
        assert answer.status_code == 201
    assert count(house) == 2


def test_a_refusal_is_not_kept(house, discussion):
    house.enter(house.trainer())
    headers = {"Idempotency-Key": "try"}
    wrong = house.ask("POST", "/api/v1/discussions", {**discussion, "minutes": -1}, headers=headers)
    right = house.ask("POST", "/api/v1/discussions", discussion, headers=headers)
    assert (wrong.status_code, right.status_code) == (422, 201)


def test_a_hostile_key_is_refused(house, discussion):
    house.enter(house.trainer())
    answer = house.ask(
        "POST", "/api/v1/discussions", discussion, headers={"Idempotency-Key": "x" * 201}
    )
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["Idempotency-Key"])


@pytest.fixture
def stranger():
    return {
        "name": "Awa Diop",
        "email": "awa@justice.example",
        "password": "a sentence to remember",
        "country": "SN",
        "institution_kind": "court",
        "profession": "judge",
        "gender": "female",
        "language": "fr",
        "zone": "Africa/Dakar",
    }


def test_a_stranger_who_asks_twice_for_an_account_gets_one_and_the_same_answer(house, stranger):
    headers = {"Idempotency-Key": "a-lost-answer"}
    first = house.client.post("/api/v1/accounts", json=stranger, headers=headers)
    again = house.client.post("/api/v1/accounts", json=stranger, headers=headers)
    assert (first.status_code, again.status_code) == (202, 202), first.json
    assert first.json == again.json


def test_another_stranger_learns_nothing_by_a_strangers_key(house, stranger):
    headers = {"Idempotency-Key": "a-lost-answer"}
    house.client.post("/api/v1/accounts", json=stranger, headers=headers)
    answer = house.client.post(
        "/api/v1/accounts", json={**stranger, "password": "a guess at it"}, headers=headers
    )
    assert (answer.status_code, answer.json["code"]) == (422, "key_reused")
