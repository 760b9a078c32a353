"""A forgotten password: one answer for all, one link by mail, used once. SECURITY: case 27, T6."""

import email
import re
from datetime import timedelta
from email import policy

import pytest
from conftest import PASSWORD
from sqlalchemy import func, select, update

from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.outbox import OutboxMessage
from learnplat.people.models import Account, PasswordReset
from learnplat.web.limits import limiter
from learnplat.web.mail import deliver_due

NEW = "seven lamps over the harbour"


def ask(house, address):
    limiter.reset()
    return house.post("/en/forgotten-password", {"email": address})


def letters(house):
    """What the postman hands over, read back as a mail reader would."""
    out = []
    with house.app.app_context():
        deliver_due(lambda letter: out.append(bytes(letter)), "http://learn.test")
    return [email.message_from_bytes(letter, policy=policy.default) for letter in out]


def text_of(letter, kind="plain"):
    return letter.get_body((kind,)).get_content()


def a_link(house, person):
    ask(house, person.email)
    found = re.findall(
        r"http://learn\.test(/\w\w/new-password/[\w-]+)", text_of(letters(house)[-1])
    )
    return found[0]


def test_the_letter_is_in_the_readers_language_as_text_and_html(house):
    amal = house.amal()
    ask(house, amal.email)
    (letter,) = letters(house)
    assert letter["To"] == amal.email
    assert letter["Content-Language"] == "ar"
    assert "http://learn.test/ar/new-password/" in text_of(letter)
    assert '<html lang="ar" dir="rtl">' in text_of(letter, "html")
    assert amal.name in text_of(letter, "html")


def test_the_link_opens_a_new_password_once(house):
    amal = house.amal()
    link = a_link(house, amal)
    first = house.post(link, {"password": NEW})
    again = house.post(link, {"password": "another good long one"})
    assert (first.status_code, again.status_code) == (303, 404)
    assert house.post("/en/sign-in", {"email": amal.email, "password": NEW}).status_code == 303


def test_looking_at_the_link_does_not_use_it(house):
    link = a_link(house, house.amal())
    assert [house.get(link).status_code for _ in range(3)] == [200, 200, 200]
    assert house.client.head(link).status_code == 200
    assert house.post(link, {"password": NEW}).status_code == 303


def test_a_refused_password_does_not_use_it(house):
    link = a_link(house, house.amal())
    assert house.post(link, {"password": "short"}).status_code == 422
    assert house.post(link, {"password": NEW}).status_code == 303


def test_every_open_session_ends(house):
    amal = house.amal()
    link = a_link(house, amal)
    other = house.browser(amal)
    house.post(link, {"password": NEW})
    assert other.get("/en/profile").status_code == 303


def test_the_other_links_of_the_person_end_with_it(house):
    amal = house.amal()
    earlier, later = a_link(house, amal), a_link(house, amal)
    house.post(later, {"password": NEW})
    assert house.get(earlier).status_code == 404


def test_a_link_of_half_an_hour_ago_is_too_old(house):
    link = a_link(house, house.amal())
    with house.app.app_context(), transaction() as session:
        session.execute(update(PasswordReset).values(expires_at=utc_now() - timedelta(seconds=1)))
    assert house.get(link).status_code == 404
    assert house.post(link, {"password": NEW}).status_code == 404


def test_only_a_digest_is_kept(house):
    token = a_link(house, house.amal()).rsplit("/", 1)[1]
    with house.app.app_context():
        reset = reading().scalars(select(PasswordReset)).one()
        facts = reading().scalars(select(OutboxMessage.facts)).all()
    assert token not in (reset.token_digest, *map(str, facts))


def test_known_and_unknown_addresses_get_one_answer(house):
    amal = house.amal()
    answers = []
    for address in (amal.email, "nobody@justice.example"):
        asked = ask(house, address)
        answers.append((asked.status_code, asked.location, house.get(asked.location).text))
    page = [re.sub(r'value="[^"]{40,}"', "", text) for *_, text in answers]
    assert answers[0][:2] == answers[1][:2]
    assert page[0] == page[1]
    assert len(letters(house)) == 1


def test_the_letter_goes_to_the_kept_address_not_to_the_one_typed(house):
    amal = house.amal()
    ask(house, amal.email.replace("person", "ｐｅｒｓｏｎ"))
    assert [letter["To"] for letter in letters(house)] == [amal.email]


def test_a_person_gets_three_letters_an_hour_at_most(house):
    """SECURITY: T155, T156"""
    amal = house.amal()
    for _ in range(7):
        assert ask(house, amal.email).status_code == 303
    assert len(letters(house)) == 3
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(PasswordReset)) == 3


def test_a_made_up_link_says_what_to_do(house):
    answer = house.get("/en/new-password/made-up")
    assert answer.status_code == 404
    assert 'href="/en/forgotten-password"' in answer.text


def test_an_account_without_a_password_gets_its_first(house):
    amal = house.amal()
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).values(password_hash=None))
    house.post(a_link(house, amal), {"password": NEW})
    assert house.post("/en/sign-in", {"email": amal.email, "password": NEW}).status_code == 303


def test_the_api_does_the_same(house):
    amal = house.amal()
    for address in (amal.email, "nobody@justice.example"):
        asked = house.client.post("/api/v1/password-resets", json={"email": address})
        assert (asked.status_code, asked.data) == (204, b"")
    token = re.findall(r"new-password/([\w-]+)", text_of(letters(house)[0]))[0]
    body = {"token": token, "password": NEW}
    statuses = [
        house.client.put("/api/v1/password-resets", json=body).status_code for _ in range(2)
    ]
    assert statuses == [204, 404]


@pytest.mark.parametrize("address", ["", "no address", "a@b\u200b.example"])
def test_what_is_no_address_is_refused(house, address):
    assert ask(house, address).status_code == 422


def test_the_old_password_holds_until_then(house):
    amal = house.amal()
    a_link(house, amal)
    assert house.post("/en/sign-in", {"email": amal.email, "password": PASSWORD}).status_code == 303
