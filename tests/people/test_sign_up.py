"""Signing up: an account, a welcome, and kind refusals on the field that is wrong."""

import threading
import unicodedata

import pytest
from sqlalchemy import func, select

from learnplat.db import reading
from learnplat.outbox import OutboxMessage
from learnplat.people.models import Account, AccountKind, RoleGrant

FORM = {
    "name": "نور الدين",
    "name_latin": "Nour Eddine",
    "email": "nour@justice.example",
    "password": "three quiet rivers meet",
    "country": "TN",
    "institution_kind": "court",
    "institution": "محكمة تونس",
    "profession": "judge",
    "gender": "not_stated",
    "language": "ar",
    "zone": "Africa/Tunis",
}


def count(house, model):
    with house.app.app_context():
        return reading().scalar(select(func.count()).select_from(model))


def only_account(house):
    with house.app.app_context():
        return reading().scalars(select(Account)).one()


def test_the_account_holds_what_was_said(house):
    answer = house.post("/fr/sign-up", FORM)
    account = only_account(house)
    assert (answer.status_code, answer.location) == (303, "/ar/my-learning")
    assert (account.name, account.name_latin, account.country) == ("نور الدين", "Nour Eddine", "TN")
    assert (account.kind, account.zone) == (AccountKind.OFFICIAL, "Africa/Tunis")
    assert "three quiet rivers" not in account.password_hash


def test_the_new_person_is_signed_in(house):
    house.post("/ar/sign-up", FORM)
    assert "نور الدين" in house.get("/ar/profile").text


def test_a_welcome_waits_in_the_persons_language(house):
    house.post("/en/sign-up", FORM)
    with house.app.app_context():
        letter = reading().scalars(select(OutboxMessage)).one()
    assert (letter.template, letter.recipient, letter.language) == ("welcome", FORM["email"], "ar")


def test_the_person_goes_on_to_where_they_were_going(house):
    answer = house.post("/en/sign-up?next=/en/courses", FORM)
    assert answer.location == "/en/courses"


@pytest.mark.parametrize(
    "again",
    [
        "NOUR@justice.example",
        "Nour@Justice.Example",
        "ｎｏｕｒ@justice.example",
        " nour@justice.example ",
    ],
)
def test_the_same_address_in_another_spelling_is_refused_on_its_field(house, again):
    house.post("/en/sign-up", FORM)
    house.leave()
    answer = house.post("/en/sign-up", FORM | {"email": again})
    assert answer.status_code == 422
    assert 'id="f-email-error"' in answer.text
    assert "There is an account with this address." in answer.text
    assert count(house, Account) == 1


def test_an_accented_address_is_one_in_both_unicode_forms(house):
    address = "josé@justice.example"
    house.post("/en/sign-up", FORM | {"email": unicodedata.normalize("NFC", address)})
    house.leave()
    answer = house.post("/en/sign-up", FORM | {"email": unicodedata.normalize("NFD", address)})
    assert answer.status_code == 422
    assert count(house, Account) == 1


def test_an_address_that_grows_beyond_its_column_is_refused(house):
    answer = house.post("/en/sign-up", FORM | {"email": "ﷺ" * 20 + "@justice.example"})
    assert (answer.status_code, count(house, Account)) == (422, 0)


def test_of_two_at_once_one_has_the_account(house):
    statuses = []

    def try_it():
        client = house.app.test_client()
        statuses.append(client.post("/api/v1/accounts", json=FORM).status_code)

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201, 422, 422, 422]
    assert (count(house, Account), count(house, OutboxMessage)) == (1, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "XX"), ("country", "ma"), ("language", "de"), ("zone", "Mars/Olympus"),
        ("profession", "wizard"), ("institution_kind", ""), ("gender", "x"), ("email", "no address"),
        ("email", "a@b@c.example"), ("name", ""), ("name", "..."), ("name", "A" * 201),
        ("name", "Ama\u202el"), ("name", "Am\u200bal"), ("name_latin", "أمل"), ("name", "a" + "\u0301" * 9),
        ("password", "short"), ("password", "x" * 20), ("password", "long enough word " * 9),
        ("password", "nour@justice.example"), ("role", "admin"), ("kind", "staff"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_and_nothing_is_written(house, field, value):
    answer = house.post("/en/sign-up", FORM | {field: value})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text or f">{field}</code>" in answer.text
    assert (count(house, Account), count(house, OutboxMessage), count(house, RoleGrant)) == (
        0,
        0,
        0,
    )


@pytest.mark.parametrize(
    "name", ["Þórdís O’Neill-Núñez", "عبد الرحمٰن", "Nguyễn Thị", "می‌خواهم رضا"]
)
def test_names_of_every_script_are_welcome(house, name):
    house.post("/en/sign-up", FORM | {"name": name})
    assert only_account(house).name == unicodedata.normalize("NFC", name)


def test_what_was_typed_is_kept_but_not_the_password(house):
    page = house.post("/en/sign-up", FORM | {"country": "XX"}).text
    assert 'value="Nour Eddine"' in page
    assert "three quiet rivers" not in page


def test_every_field_says_why_it_is_asked(house):
    page = house.get("/en/sign-up").text
    for field in FORM:
        assert f'id="f-{field}-hint"' in page


def test_the_api_makes_the_same_account(house):
    answer = house.client.post("/api/v1/accounts", json=FORM)
    assert answer.status_code == 201
    assert answer.json["email"] == FORM["email"]
    assert not answer.json.keys() & {"password", "password_hash", "calendar_token"}


@pytest.mark.parametrize(
    "extra", [{"role": "admin"}, {"kind": "staff"}, {"id": 1}, {"status": "x"}]
)
def test_the_api_refuses_a_field_that_is_not_its_own(house, extra):
    answer = house.client.post("/api/v1/accounts", json=FORM | extra)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert list(answer.json["errors"]) == list(extra)
    assert count(house, Account) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 422), (b'{"name": 3, "password": ["x"]}', 422), (b"null", 422)],
)
def test_the_api_answers_malformed_json_kindly(house, body, status):
    answer = house.client.post("/api/v1/accounts", data=body, content_type="application/json")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_half_a_character_is_no_password(house):
    answer = house.client.post(
        "/api/v1/accounts",
        data=b'{"password": "\\ud800 and eleven more"}',
        content_type="application/json",
    )
    assert (answer.status_code, "password" in answer.json["errors"]) == (422, True)


def test_what_is_missing_is_named_from_top_to_bottom(house):
    form = {"name": "Nour", "email": "", "password": "", "country": "", "zone": ""}
    page = house.post("/en/sign-up", form).text
    summary = page.split('id="errors"')[1].split("</ul>")[0]
    named = [part.split('"')[0] for part in summary.split('href="#f-')[1:]]
    assert named == [
        "email",
        "password",
        "country",
        "institution_kind",
        "profession",
        "gender",
        "language",
        "zone",
    ]
    assert "This is not a country that we know." not in summary
