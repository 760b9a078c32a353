"""Confirming one's address: a link by mail that a look does not use and a second time does not take.

SECURITY: case 26, T6, T16, T60
"""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learnplat.admission.models import (
    AddressConfirmation,
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
)
from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.people.models import Account, Institution, InstitutionState, Standing
from learnplat.people.passwords import is_right
from learnplat.web.limits import limiter
from tests.admission.cast import ADDRESS, FORM

NEW = "seven lamps over the harbour"


@pytest.fixture(autouse=True)
def _fresh(house):
    limiter.reset()


@pytest.fixture
def link(joining):
    joining.apply()
    return joining.link()


def admission(house):
    with house.app.app_context():
        return reading().scalars(select(Admission)).one()


def move(house, **values):
    with house.app.app_context(), transaction() as session:
        session.execute(update(AddressConfirmation).values(**values))


def contested(joining, house):
    """The link of an application for which two people gave different passwords."""
    joining.apply()
    moment = utc_now() - timedelta(minutes=10)
    move(house, asked_at=moment)
    joining.apply(password="the password of a stranger")
    return joining.link()


def test_the_address_is_confirmed_and_the_application_waits(house, joining, link):
    answer = house.post(link)
    account, kept = joining.account(), admission(house)
    assert (answer.status_code, answer.location) == (303, "/ar/sign-up/waiting")
    assert account.email_confirmed_at is not None
    assert account.standing is Standing.APPLICANT
    assert (kept.state, kept.confirmed_at) == (AdmissionState.WAITING, account.email_confirmed_at)


def test_each_step_is_kept(house, link):
    house.post(link)
    with house.app.app_context():
        kinds = reading().scalars(select(AdmissionEvent.kind).order_by(AdmissionEvent.id)).all()
    assert kinds == [AdmissionEventKind.APPLIED, AdmissionEventKind.ADDRESS_CONFIRMED]


def test_the_applicant_is_told_by_mail_in_their_language(house, joining, link):
    house.post(link)
    (letter,) = joining.letters()
    assert (letter["To"], letter["Content-Language"]) == (ADDRESS, "ar")
    assert FORM["name"] in letter.get_body(("plain",)).get_content()


def test_looking_at_the_link_does_not_use_it(house, link):
    """SECURITY: T6. A mail scanner that follows every link confirms nothing."""
    assert [house.get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert house.client.head(link).status_code == 200
    assert house.post(link).status_code == 303


def test_the_page_shows_whose_application_it_is(house, link):
    page = house.get(link.replace("/ar/", "/en/")).text
    assert FORM["name"] in page
    assert "Tunisia" in page


def test_the_address_of_the_link_goes_nowhere(house, link):
    """SECURITY: T6, T163."""
    assert house.get(link).headers["Referrer-Policy"] == "no-referrer"


def test_it_works_once(house, link):
    assert [house.post(link).status_code for _ in range(2)] == [303, 404]
    assert house.get(link).status_code == 404


def test_it_opens_no_session(house, link):
    """SECURITY: T16."""
    house.post(link)
    assert house.get("/en/profile").status_code == 303
    form = {"email": ADDRESS, "password": FORM["password"]}
    assert house.post("/en/sign-in", form).status_code == 401
    assert house.client.post("/api/v1/tokens", json=form).status_code == 401


def test_used_twice_at_once_it_works_once(house, link):
    tokens = []
    for _ in range(4):
        client = house.app.test_client()
        with client.session_transaction() as session:
            session["csrf_token"] = "0" * 40
        tokens.append(client)
    form, statuses = {"csrf_token": house.token}, []

    def try_it(client):
        statuses.append(client.post(link, data=form).status_code)

    threads = [threading.Thread(target=try_it, args=(client,)) for client in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 404, 404, 404]
    assert admission(house).step == 1


def test_a_link_of_two_days_ago_is_too_old(house, link):
    move(house, expires_at=utc_now() - timedelta(seconds=1))
    assert (house.get(link).status_code, house.post(link).status_code) == (404, 404)


def test_an_old_link_says_how_to_get_another(house):
    page = house.get("/en/confirm-address/made-up")
    assert page.status_code == 404
    assert 'action="/en/confirm-address"' in page.text


def test_a_link_without_its_form_token_does_nothing(house, link):
    assert house.client.post(link).status_code == 400
    assert house.get(link).status_code == 200


def test_where_two_passwords_disagree_the_reader_of_the_mail_chooses(house, joining):
    link = contested(joining, house)
    assert 'name="password"' in house.get(link).text
    assert house.post(link).status_code == 422
    assert house.post(link, {"password": "short"}).status_code == 422
    assert house.post(link, {"password": NEW}).status_code == 303
    kept = joining.account().password_hash
    found = [is_right(word, kept) for word in (NEW, FORM["password"], "the password of a stranger")]
    assert found == [True, False, False]


def test_where_they_agree_no_other_is_taken(house, joining, link):
    assert 'name="password"' not in house.get(link).text
    house.post(link, {"password": NEW})
    assert is_right(FORM["password"], joining.account().password_hash)


def test_an_application_after_it_changes_nothing(house, joining):
    joining.confirmed()
    joining.apply(name="Somebody else", password="the password of a stranger")
    account = joining.account()
    assert account.name == FORM["name"]
    assert is_right(FORM["password"], account.password_hash)


def test_a_new_institution_is_proposed_only_now(house, link):
    """SECURITY: T156. Whoever confirms nothing leaves nothing in the list."""
    with house.app.app_context():
        assert reading().scalars(select(Institution)).all() == []
    house.post(link)
    with house.app.app_context():
        found = reading().scalars(select(Institution)).one()
        account = reading().scalars(select(Account)).one()
    assert (found.name, found.country, found.state) == (
        FORM["institution"],
        "TN",
        InstitutionState.PROPOSED,
    )
    assert account.institution_id == found.id
    assert admission(house).proposed_institution == FORM["institution"]


def test_the_api_does_the_same(house, joining, link):
    body = {"token": link.rsplit("/", 1)[1]}
    answers = [house.client.post("/api/v1/address-confirmations", json=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].json == {"state": "waiting"}
    assert joining.account().email_confirmed_at is not None


def test_the_api_asks_for_the_password_that_is_missing(house, joining):
    body = {"token": contested(joining, house).rsplit("/", 1)[1]}
    first = house.client.post("/api/v1/address-confirmations", json=body)
    then = house.client.post("/api/v1/address-confirmations", json=body | {"password": NEW})
    assert (first.status_code, list(first.json["errors"])) == (422, ["password"])
    assert then.status_code == 200


@pytest.mark.parametrize(
    "extra", [{"standing": "admitted"}, {"password": "x" * 129}, {"token": ""}]
)
def test_the_api_takes_nothing_else(house, extra):
    body = {"token": "made-up"} | extra
    answer = house.client.post("/api/v1/address-confirmations", json=body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, list(extra))
