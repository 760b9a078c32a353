"""SECURITY: T20, T21. What a browser brings may be spoilt, and what the server kept may be gone."""

import pytest
from conftest import PASSWORD
from sqlalchemy import delete, select

from learnplat.db import reading, transaction
from learnplat.people.models import SignIn

NAMES = ("learnplat", "learnplat-known")
SPOILT = {
    "nothing": "",
    "garbage": "%00%ff;;==",
    "letters": "é".encode().decode("latin-1"),
    "long": "a" * 60_000,
    "dots": "." * 5000,
    "separators": "~.~.~." * 50,
    "numbers": "9999999999." * 30,
}


def form_of(page):
    return page.text.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.mark.parametrize("value", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("name", NAMES)
def test_a_spoilt_cookie_leads_to_the_sign_in_page(house, name, value):
    bare = house.app.test_client(use_cookies=False)
    for header in (f"{name}={value}", f"{name}={value}; {name}={value}"):
        page = bare.get("/fr/profile", headers={"Cookie": header})
        assert (page.status_code, page.location) == (303, "/fr/sign-in?next=%2Ffr%2Fprofile")
        shown = bare.get("/fr/sign-in", headers={"Cookie": header})
        assert shown.status_code == 200
        assert 'lang="fr"' in shown.text


def test_every_session_lost_is_a_clean_new_sign_in(house):
    people = [house.amal(), house.moussa(), house.trainer()]
    browsers = [house.browser(person) for person in people]
    with house.app.app_context(), transaction() as session:
        session.execute(delete(SignIn))
    for person, browser in zip(people, browsers, strict=True):
        lost = browser.get("/en/profile")
        assert (lost.status_code, lost.location) == (303, "/en/sign-in?next=%2Fen%2Fprofile")
        page = browser.get(lost.location)
        answer = browser.post(
            lost.location,
            data={"email": person.email, "password": PASSWORD, "csrf_token": form_of(page)},
        )
        assert answer.status_code == 303
        own = browser.get("/en/profile").text
        assert person.name in own
        assert not any(other.name in own for other in people if other is not person)


def test_a_new_session_never_has_the_place_of_a_lost_one(house):
    """A number that the database gives out again opens nothing to the cookie of before."""
    amal, moussa = house.amal(), house.moussa()
    old = house.browser(amal)
    with house.app.app_context(), transaction() as session:
        session.execute(delete(SignIn))
    fresh = house.browser(moussa)
    assert old.get("/en/profile").status_code == 303
    assert moussa.name in fresh.get("/en/profile").text
    with house.app.app_context():
        owners = reading().scalars(select(SignIn.account_id)).all()
    assert owners == [moussa.id]


def test_a_form_that_was_open_meanwhile_is_refused_kindly(house):
    amal = house.amal()
    browser = house.browser(amal)
    form = form_of(browser.get("/en/profile/edit"))
    with house.app.app_context(), transaction() as session:
        session.execute(delete(SignIn))
    answer = browser.post("/en/profile/edit", data={"name": "X", "csrf_token": form})
    assert answer.status_code == 401
    assert 'href="/en/sign-in' in answer.text
