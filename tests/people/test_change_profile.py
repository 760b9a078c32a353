"""Seeing and changing what one says of oneself, as pages and over the API.

SECURITY: case 4, case 13.
"""

import pytest
from sqlalchemy import select

from learnplat.audit import AuditEntry
from learnplat.core.languages import Language
from learnplat.db import reading
from learnplat.people.models import Account, AccountKind

FORM = {
    "name": "Moussa Issoufou",
    "country": "NE",
    "institution_kind": "prosecution_service",
    "profession": "prosecutor",
    "gender": "male",
    "language": "fr",
    "zone": "Africa/Niamey",
}


def kept(house, person):
    with house.app.app_context():
        return reading().scalars(select(Account).where(Account.id == person.id)).one()


def test_the_profile_shows_what_is_kept(house):
    page = house.enter(house.amal()).get("/ar/profile").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "<bdi>أمل بناني</bdi>" in page


def test_a_stranger_is_sent_to_sign_in(house):
    assert house.get("/en/profile").location == "/en/sign-in?next=%2Fen%2Fprofile"


def test_it_is_changed(house):
    moussa = house.moussa()
    answer = house.enter(moussa).post(
        "/fr/profile/edit", FORM | {"institution": "Parquet de Niamey"}
    )
    assert (answer.status_code, answer.location) == (303, "/fr/profile")
    assert kept(house, moussa).institution == "Parquet de Niamey"


def test_an_emptied_field_is_emptied(house):
    moussa = house.person("Moussa", institution="Parquet")
    house.enter(moussa).post("/fr/profile/edit", FORM)
    assert kept(house, moussa).institution is None


def test_a_new_language_is_seen_at_once(house):
    answer = house.enter(house.moussa()).post("/fr/profile/edit", FORM | {"language": "es"})
    assert answer.location == "/es/profile"


def test_the_same_name_twice_is_kept_once(house):
    moussa = house.moussa()
    house.enter(moussa).post("/fr/profile/edit", FORM | {"name_latin": FORM["name"]})
    assert kept(house, moussa).name_latin is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("country", "XX"), ("zone", "Nowhere/Else"), ("language", "xx"), ("name", "M\u202eoussa"),
     ("kind", "test"), ("email", "new@justice.example"), ("session_epoch", "9")],
)  # fmt: skip
def test_a_wrong_value_changes_nothing(house, field, value):
    moussa = house.moussa()
    answer = house.enter(moussa).post("/fr/profile/edit", FORM | {"name": "Another", field: value})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text or f">{field}</code>" in answer.text
    assert kept(house, moussa).name == moussa.name


def test_me_tells_a_browser_its_token(house):
    amal = house.amal()
    answer = house.enter(amal).get("/api/v1/me")
    assert answer.json["email"] == amal.email
    changed = house.client.patch(
        "/api/v1/me", json={"zone": "UTC"}, headers={"X-CSRFToken": answer.json["csrf_token"]}
    )
    assert (changed.status_code, changed.json["zone"]) == (200, "UTC")


def test_a_browser_without_the_token_changes_nothing(house):
    house.enter(house.amal())
    assert house.client.patch("/api/v1/me", json={"zone": "UTC"}).status_code == 400


def test_only_what_is_sent_changes(house):
    amal = house.amal()
    answer = house.enter(amal).ask("PATCH", "/api/v1/me", {"language": "fr"})
    assert answer.status_code == 200
    account = kept(house, amal)
    assert (account.language, account.name_latin) == (Language.FR, "Amal Bennani")


@pytest.mark.parametrize(
    "extra", ["roles", "kind", "email", "id", "password_hash", "calendar_token"]
)
def test_a_field_that_is_not_ones_own_is_refused(house, extra):
    amal = house.amal()
    answer = house.enter(amal).ask("PATCH", "/api/v1/me", {"zone": "UTC", extra: "staff"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [extra])
    account = kept(house, amal)
    assert (account.zone, account.kind) == (amal.zone, AccountKind.OFFICIAL)


def test_another_country_is_recorded_and_nothing_else_is(house):
    amal = house.amal()
    house.enter(amal)
    house.ask("PATCH", "/api/v1/me", {"zone": "UTC"})
    house.ask("PATCH", "/api/v1/me", {"country": "TN"})
    house.ask("PATCH", "/api/v1/me", {"country": "TN"})
    with house.app.app_context():
        told = reading().execute(select(AuditEntry.action, AuditEntry.facts)).all()
    assert told == [("country_changed", {"country": "TN", "left": "MA"})]
