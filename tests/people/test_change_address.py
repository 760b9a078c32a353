"""SECURITY: case 26, 52; T6, T8, T155. Another address: asked for twice over, proved, told to the old."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from threading import Thread

import pytest
from conftest import PASSWORD
from sqlalchemy import func, select, update

from learnplat.audit import AuditEntry
from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.people.addresses.actions import change_address
from learnplat.people.addresses.models import AddressChange
from learnplat.people.models import Account, PasswordReset, Standing
from learnplat.web.limits import limiter
from learnplat.web.mail import deliver_due
from tests.people.waiting import somebody_waits

FRESH = "amal.bennani@court.example"
NEW = "seven lamps over the harbour"


def ask(house, address=FRESH, password=PASSWORD):
    limiter.reset()
    return house.post("/en/profile/address", {"email": address, "current_password": password})


def letters(house):
    out = []
    with house.app.app_context():
        deliver_due(lambda letter: out.append(bytes(letter)), "http://learn.test")
    return [message_from_bytes(letter, policy=policy.default) for letter in out]


def text_of(letter):
    return letter.get_body(("plain",)).get_content()


def link_in(letters_):
    for letter in letters_:
        found = re.findall(r"http://learn\.test(/\w\w/new-address/[\w-]+)", text_of(letter))
        if found:
            return found[0]
    return None


def address_of(house, person):
    with house.app.app_context():
        return reading().scalar(select(Account.email).where(Account.id == person.id))


def test_both_addresses_are_written_to_and_nothing_changes_yet(house):
    """SECURITY: T8"""
    amal = house.amal()
    house.enter(amal)
    assert ask(house).status_code == 303
    sent = letters(house)
    assert sorted(letter["To"] for letter in sent) == sorted([amal.email, FRESH])
    notice = next(letter for letter in sent if letter["To"] == amal.email)
    assert "/ar/forgotten-password" in text_of(notice)
    assert FRESH not in text_of(notice)
    assert link_in([notice]) is None
    assert address_of(house, amal) == amal.email
    assert all(letter["Content-Language"] == "ar" for letter in sent)


def test_the_link_makes_it_the_address_once(house):
    """SECURITY: T6"""
    amal = house.amal()
    house.enter(amal)
    ask(house)
    link = link_in(letters(house))
    assert house.get(link).status_code == 200
    assert house.client.head(link).status_code == 200
    assert address_of(house, amal) == amal.email
    statuses = [house.post(link).status_code for _ in range(2)]
    assert statuses == [303, 404]
    assert address_of(house, amal) == FRESH
    (told,) = letters(house)
    assert told["To"] == amal.email
    assert "/ar/about" in text_of(told)
    with house.app.app_context():
        entry = reading().scalars(select(AuditEntry).order_by(AuditEntry.number.desc())).first()
        confirmed_at = reading().scalar(select(Account.email_confirmed_at))
    assert (entry.action, entry.actor_id, entry.facts) == ("address_changed", amal.id, {})
    assert confirmed_at is not None


def test_one_signs_in_with_the_new_address_alone(house):
    amal = house.amal()
    ask(house.enter(amal))
    house.post(link_in(letters(house)))
    statuses = [
        house.app.test_client()
        .post("/api/v1/tokens", json={"email": address, "password": PASSWORD})
        .status_code
        for address in (amal.email, FRESH)
    ]
    assert statuses == [401, 201]


def test_every_other_session_and_token_ends(house):
    amal = house.amal()
    other = house.browser(amal)
    token = house.app.test_client().post(
        "/api/v1/tokens", json={"email": amal.email, "password": PASSWORD}
    )
    headers = {"Authorization": f"Bearer {token.json['token']}"}
    ask(house.enter(amal))
    house.post(link_in(letters(house)))
    assert house.get("/en/profile").status_code == 200
    assert other.get("/en/profile").status_code == 303
    assert house.app.test_client().get("/api/v1/me", headers=headers).status_code == 401


def test_the_link_may_be_opened_where_nobody_is_signed_in(house):
    amal = house.amal()
    ask(house.enter(amal))
    link = link_in(letters(house))
    other = house.app.test_client()
    form = other.get(link).text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = other.post(link, data={"csrf_token": form})
    assert answer.location.endswith("/sign-in")
    assert other.get("/en/profile").status_code == 303
    assert house.get("/en/profile").status_code == 303


def test_every_reset_link_of_before_is_dead(house):
    """SECURITY: T6"""
    amal = house.amal()
    house.post("/en/forgotten-password", {"email": amal.email})
    (reset,) = letters(house)
    old = re.findall(r"learn\.test(/\w\w/new-password/[\w-]+)", text_of(reset))[0]
    ask(house.enter(amal))
    house.post(link_in(letters(house)))
    assert house.get(old).status_code == 404
    assert house.post(old, {"password": NEW}).status_code == 404
    with house.app.app_context():
        assert reading().scalars(select(PasswordReset.used_at)).one() is not None


@pytest.mark.parametrize("password", ["", "not my password", None])
def test_the_current_password_is_needed(house, password):
    """SECURITY: T8"""
    amal = house.amal()
    house.enter(amal)
    form = {"email": FRESH} | ({} if password is None else {"current_password": password})
    answer = house.post("/en/profile/address", form)
    assert answer.status_code == 422
    assert 'id="f-current_password-error"' in answer.text
    assert letters(house) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_confirmation_of_the_last_minutes_is_needed(house, method):
    """SECURITY: T8"""
    amal = house.amal()
    key = house.opened(amal, confirmed_at=utc_now() - timedelta(minutes=6))
    with house.client.session_transaction() as session:
        session["_user_id"] = key
    form = {"email": FRESH, "current_password": PASSWORD}
    answer = house.get("/en/profile/address") if method == "GET" else ask(house)
    assert answer.status_code == 303
    assert "/confirm?next=" in answer.location
    program = house.ask("POST", "/api/v1/me/address-changes", form)
    assert (program.status_code, program.json["code"]) == (403, "confirmation_needed")
    assert letters(house) == []


@pytest.mark.parametrize("standing", list(Standing))
def test_an_address_that_is_taken_answers_like_any_other(house, standing):
    """SECURITY: case 26, 52. In whatever spelling, and wherever its holder stands."""
    amal, holder = house.amal(), house.person("Other", standing=standing)
    house.enter(amal)
    answers = []
    for address in (FRESH, holder.email.upper(), f"  {holder.email}"):
        asked = ask(house, address)
        page = re.sub(r'value="[^"]{40,}"', "", house.get(asked.location).text)
        answers.append((asked.status_code, asked.location, page))
    assert answers[0] == answers[1] == answers[2]
    sent = letters(house)
    taken = [letter for letter in sent if letter["To"] == holder.email]
    assert len(taken) == 2
    assert all(link_in([letter]) is None for letter in taken)
    assert address_of(house, amal) == amal.email


def test_it_costs_the_same_work(house):
    """SECURITY: case 52"""
    said = []
    holder = house.moussa()
    for address in (FRESH, holder.email):
        house.enter(house.amal())
        with house.heard() as heard:
            ask(house, address)
        said.append([re.sub(r"'[^']*'|\d+", "?", statement) for statement in heard])
    assert said[0] == said[1]


def test_an_address_that_is_taken_meanwhile_is_left_to_its_holder(house):
    """SECURITY: case 26"""
    amal = house.amal()
    ask(house.enter(amal))
    link = link_in(letters(house))
    house.person("Other", email=FRESH)
    assert house.post(link).status_code == 404
    assert address_of(house, amal) == amal.email


def test_of_two_who_want_one_address_one_gets_it(house):
    """SECURITY: case 26"""
    links, clients = [], []
    for person in (house.amal(), house.moussa()):
        ask(house.enter(person))
        links.append(link_in(letters(house)))
        clients.append(house.browser(person))
    forms = [
        client.get(link).text.split('name="csrf_token" value="')[1].split('"')[0]
        for client, link in zip(clients, links, strict=True)
    ]
    statuses = []

    def use(client, link, form):
        statuses.append(client.post(link, data={"csrf_token": form}).status_code)

    threads = [Thread(target=use, args=row) for row in zip(clients, links, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses)[0] == 303
    assert sorted(statuses)[1] in (404, 409)


def test_who_comes_second_by_a_moment_is_told_like_who_comes_late(house):
    """SECURITY: case 26. The address is free when it is looked up, and taken when it is written."""
    links = []
    for person in (house.amal(), house.moussa()):
        ask(house.enter(person))
        links.append(link_in(letters(house)))
    late, answers = house.app.test_client(), []
    body = {"token": links[1].rsplit("/", 1)[1]}

    def use():
        answers.append(late.put("/api/v1/address-changes", json=body))

    thread = Thread(target=use)
    with house.app.app_context(), transaction() as session:
        change_address(session, token=links[0].rsplit("/", 1)[1], now=utc_now())
        thread.start()
        somebody_waits(house)
    thread.join()
    assert (answers[0].status_code, answers[0].json["code"]) == (404, "link_spent")


@pytest.mark.parametrize(("age", "status"), [(47, 200), (48, 404), (49, 404)])
def test_the_link_holds_for_two_days(house, age, status):
    house.enter(house.amal())
    ask(house)
    link = link_in(letters(house))
    with house.app.app_context(), transaction() as session:
        change = session.scalars(select(AddressChange)).one()
        assert change.expires_at - change.asked_at == timedelta(hours=48)
        session.execute(
            update(AddressChange).values(expires_at=utc_now() + timedelta(hours=48 - age))
        )
    assert house.get(link).status_code == status


def test_a_later_wish_ends_the_one_before(house):
    """SECURITY: T6"""
    amal = house.amal()
    house.enter(amal)
    ask(house)
    first = link_in(letters(house))
    ask(house, "second@court.example")
    second = link_in(letters(house))
    assert house.post(first).status_code == 404
    assert house.post(second).status_code == 303
    assert address_of(house, amal) == "second@court.example"


def test_a_new_password_makes_it_void(house):
    """SECURITY: T8. What the notice to the old address says is true."""
    amal = house.amal()
    ask(house.enter(amal))
    link = link_in(letters(house))
    house.post("/en/forgotten-password", {"email": amal.email})
    (reset,) = letters(house)
    house.post(
        re.findall(r"learn\.test(/\w\w/new-password/[\w-]+)", text_of(reset))[0], {"password": NEW}
    )
    assert house.get(link).status_code == 404
    assert house.post(link).status_code == 404


def test_a_suspended_person_does_not_change_theirs(house):
    """SECURITY: T16"""
    amal = house.amal()
    ask(house.enter(amal))
    link = link_in(letters(house))
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).values(standing=Standing.SUSPENDED))
    assert house.app.test_client().get(link).status_code == 404


def test_a_person_asks_three_times_an_hour(house):
    """SECURITY: T155"""
    house.enter(house.amal())
    statuses = [ask(house, f"a{number}@court.example").status_code for number in range(4)]
    assert statuses == [303, 303, 303, 429]
    answer = ask(house)
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600


def test_an_address_is_written_to_three_times_an_hour(house):
    """SECURITY: T155"""
    for number in range(5):
        house.enter(house.person(f"Person {number}"))
        assert ask(house).status_code == 303
    assert [letter["To"] for letter in letters(house)].count(FRESH) == 3


@pytest.mark.parametrize("address", ["", "no address", "a@b@c.example", "a@x.example,b@y.example"])
def test_what_is_no_address_is_refused(house, address):
    house.enter(house.amal())
    answer = ask(house, address)
    assert answer.status_code == 422
    assert 'id="f-email-error"' in answer.text


def test_ones_own_address_is_no_change(house):
    amal = house.amal()
    house.enter(amal)
    assert ask(house, amal.email.upper()).status_code == 422


def test_only_a_digest_is_kept(house):
    house.enter(house.amal())
    ask(house)
    token = link_in(letters(house)).rsplit("/", 1)[1]
    with house.app.app_context():
        change = reading().scalars(select(AddressChange)).one()
    assert token not in (change.token_digest, change.email)


def test_the_secret_of_the_link_is_told_to_nobody(house):
    """SECURITY: T6"""
    house.enter(house.amal())
    ask(house)
    assert house.get(link_in(letters(house))).headers["Referrer-Policy"] == "no-referrer"


def test_using_the_link_needs_the_forms_token(house):
    house.enter(house.amal())
    ask(house)
    assert house.client.post(link_in(letters(house))).status_code == 400


def test_the_api_does_the_same(house):
    amal = house.amal()
    house.enter(amal)
    asked = house.ask(
        "POST", "/api/v1/me/address-changes", {"email": FRESH, "current_password": PASSWORD}
    )
    assert (asked.status_code, asked.data) == (204, b"")
    body = {"token": link_in(letters(house)).rsplit("/", 1)[1]}
    client = house.app.test_client()
    statuses = [client.put("/api/v1/address-changes", json=body).status_code for _ in range(2)]
    assert statuses == [204, 404]
    assert address_of(house, amal) == FRESH
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(AddressChange)) == 1
