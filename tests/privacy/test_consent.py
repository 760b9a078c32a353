"""SECURITY: T165. Terms have versions; what was agreed to is kept; without it nothing opens."""

import hashlib
from pathlib import Path

import pytest
from conftest import PASSWORD
from sqlalchemy import select

from learnplat.core.actors import Role
from learnplat.core.languages import Language
from learnplat.db import reading, transaction
from learnplat.people.consent_gate import ASKS_EVERYBODY
from learnplat.people.consents import CURRENT, WITHDRAWN, Consent
from learnplat.people.models import Account
from learnplat.privacy import texts

# What people agreed to: the first 16 hexadecimal digits of each text's SHA-256. A line is never
# changed; other words are another version, in a folder of its own.
SEALED = {
    "2026-11-21": {
        "ar": "a41e58df7879f7bf",
        "en": "cd658b1d1a54e412",
        "es": "90809f6154e49b4c",
        "fr": "c43d3727b1d0f9c2",
    },
}


@pytest.fixture
def asking(house):
    """As in production: who has not been asked yet is asked."""
    house.app.config[ASKS_EVERYBODY] = True
    yield house
    house.app.config[ASKS_EVERYBODY] = False


@pytest.mark.parametrize("language", list(Language))
def test_every_version_is_there_in_four_languages(language):
    shapes = [texts.terms(version, language) for version in texts.versions()]
    assert None not in shapes
    assert CURRENT in texts.versions()


def test_a_version_is_never_changed():
    folder = Path(texts.__file__).parent / "consents"
    found = {
        version.name: {
            text.stem: hashlib.sha256(text.read_bytes()).hexdigest()[:16]
            for text in sorted(version.glob("*.md"))
        }
        for version in folder.iterdir()
    }
    assert found == SEALED


def test_the_languages_say_the_same_number_of_things():
    counts = {
        (text.count("<h2>"), text.count("<li>"), text.count("<strong>"))
        for text in (texts.terms(CURRENT, language) for language in Language)
    }
    assert len(counts) == 1


def test_an_old_version_that_never_was_is_missing(house):
    assert house.get("/en/terms/1999-01-01").status_code == 404
    assert house.get("/en/terms/..%2f..%2fen").status_code == 404
    assert house.get(f"/en/terms/{CURRENT}").status_code == 200


@pytest.mark.parametrize("version", [None, "2020-01-01", WITHDRAWN])
def test_only_the_terms_open_until_they_are_agreed_to(asking, version):
    asking.enter(asking.person(consent_version=version))
    for address in ("/en/my-learning", "/en/profile", "/en/courses"):
        answer = asking.get(address)
        assert (answer.status_code, "/en/consent?next=" in answer.location) == (303, True)
    for address in ("/en/consent", "/en/profile/data", "/en/profile/erasure", "/en/privacy"):
        assert asking.get(address).status_code == 200


def test_the_session_of_a_browser_opens_no_api_either(asking):
    asking.enter(asking.person(consent_version=None))
    assert asking.ask("GET", "/api/v1/me").json["code"] == "consent_needed"
    assert asking.ask("GET", "/api/v1/me/data").status_code == 200


def test_a_form_is_not_taken_before(asking):
    asking.enter(asking.person(consent_version=None))
    answer = asking.post("/en/profile/edit", {"name": "X"})
    assert (answer.status_code, "/en/consent" in answer.location) == (303, True)


def test_agreeing_is_kept_with_version_and_language(asking):
    person = asking.person(consent_version=None)
    answer = asking.enter(person).post("/fr/consent?next=/fr/profile", {"consent": CURRENT})
    assert (answer.status_code, answer.location) == (303, "/fr/profile")
    assert asking.get("/fr/profile").status_code == 200
    with asking.app.app_context():
        [kept] = reading().scalars(select(Consent).where(Consent.account_id == person.id))
        assert (kept.version, kept.language, kept.withdrawn_at) == (CURRENT, Language.FR, None)


def test_agreeing_twice_changes_nothing(asking):
    person = asking.person(consent_version=None)
    for _ in range(2):
        asking.enter(person).post("/fr/consent", {"consent": CURRENT})
    with asking.app.app_context():
        assert len(reading().scalars(select(Consent)).all()) == 1


@pytest.mark.parametrize("said", [{}, {"consent": ""}, {"consent": "2020-01-01"}])
def test_nothing_less_than_the_version_in_force_counts(asking, said):
    asking.enter(asking.person(consent_version=None))
    assert asking.post("/en/consent", said).status_code == 422
    assert asking.get("/en/profile").status_code == 303


def test_the_way_on_leads_nowhere_else(asking):
    """SECURITY: case 25."""
    asking.enter(asking.person(consent_version=None))
    answer = asking.post("/en/consent?next=//evil.example", {"consent": CURRENT})
    assert answer.location == "/en/my-learning"


def test_in_development_who_was_never_asked_goes_on(house):
    house.enter(house.person(consent_version=None))
    assert house.get("/en/profile").status_code == 200


def test_a_withdrawn_consent_stops_what_goes_on(house):
    """SECURITY: T165. Sessions and tokens end; pages close, in development too."""
    person = house.person()
    house.enter(person)
    house.post("/en/consent", {"consent": CURRENT})
    other = house.browser(person)
    assert house.post("/en/profile/consent/withdrawal").status_code == 303
    assert other.get("/en/profile").status_code == 303
    assert "/en/consent" in house.get("/en/profile").location
    with house.app.app_context():
        account = reading().get(Account, person.id)
        assert (account.consent_version, account.session_epoch) == (WITHDRAWN, 1)


def test_it_can_be_given_again(house):
    house.enter(house.person())
    house.post("/en/profile/consent/withdrawal")
    house.post("/en/consent", {"consent": CURRENT})
    assert house.get("/en/profile").status_code == 200


def token_of(house, person):
    words = {"email": person.email, "password": PASSWORD}
    return house.app.test_client().post("/api/v1/tokens", json=words)


def says(house, person, version):
    with house.app.app_context(), transaction() as session:
        session.get_one(Account, person.id).consent_version = version


@pytest.mark.parametrize("version", [None, "2020-01-01", WITHDRAWN])
def test_no_token_is_issued_before_the_terms_are_agreed_to(asking, version):
    """SECURITY: T12, T165."""
    person = asking.person(consent_version=version)
    refused = token_of(asking, person)
    assert (refused.status_code, refused.json["code"]) == (403, "consent_needed")
    asking.enter(person).post("/en/consent", {"consent": CURRENT})
    assert token_of(asking, person).status_code == 201


@pytest.mark.parametrize("version", [None, "2020-01-01"])
def test_a_token_waits_for_the_terms_in_force(asking, version):
    """SECURITY: T12, T165. What a browser's session is refused, a token is refused too."""
    person = asking.person()
    bearer = {"Authorization": f"Bearer {token_of(asking, person).json['token']}"}
    client = asking.app.test_client()
    assert client.get("/api/v1/me", headers=bearer).status_code == 200
    says(asking, person, version)
    for address in ("/api/v1/me", "/api/v1/enrolments"):
        refused = client.get(address, headers=bearer)
        assert (refused.status_code, refused.json["code"]) == (403, "consent_needed")
    assert client.get("/api/v1/me/data", headers=bearer).status_code == 200
    assert client.get("/api/v1/nothing-here", headers=bearer).status_code == 404
    says(asking, person, CURRENT)
    assert client.get("/api/v1/me", headers=bearer).status_code == 200


def test_a_token_can_be_ended_before_they_are_agreed_to(asking):
    person = asking.person()
    bearer = {"Authorization": f"Bearer {token_of(asking, person).json['token']}"}
    says(asking, person, "2020-01-01")
    ended = asking.app.test_client().delete("/api/v1/tokens/current", headers=bearer)
    assert ended.status_code == 204


def test_in_development_who_was_never_asked_has_a_token(house):
    person = house.person(consent_version=None)
    bearer = {"Authorization": f"Bearer {token_of(house, person).json['token']}"}
    assert house.app.test_client().get("/api/v1/me", headers=bearer).status_code == 200


def test_the_description_of_the_api_says_so(house):
    said = house.get("/api/v1/openapi.json").json["paths"]["/api/v1/tokens"]["post"]
    assert "consent_needed" in said["description"]


@pytest.mark.parametrize("language", ["ar", "en", "fr", "es"])
def test_the_pages_for_everybody_are_there(house, language):
    for page in ("privacy", "terms"):
        answer = house.get(f"/{language}/{page}")
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize("act", ["lost-factors", "erasure"])
def test_nobody_acts_upon_others_without_it(house, act):
    """SECURITY: T165. What is open is what one does for oneself."""
    person = house.person()
    house.enter(house.person(roles=(Role.ADMIN,), consent_version=WITHDRAWN))
    answer = house.get(f"/en/people/{person.id}/{act}")
    assert answer.status_code == 303
    assert "/en/consent" in answer.location
