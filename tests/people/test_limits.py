"""SECURITY: case 29, 50, T151, T158. How often a door is tried, and who is never kept out by others."""

import json
import re
import threading
import time
from datetime import timedelta
from email import message_from_bytes, policy
from threading import Thread

import pytest
from conftest import PASSWORD
from limits import parse
from sqlalchemy import select, update

from learnplat.core.clock import utc_now
from learnplat.core.text import email_key
from learnplat.db import reading, transaction
from learnplat.people import passwords
from learnplat.people.factors.models import HalfSignIn
from learnplat.people.known import LONGEST
from learnplat.people.models import Account, ApiToken
from learnplat.people.rules import digest_of
from learnplat.web.limits import MOST_OF_PASSWORD, limiter
from learnplat.web.mail import deliver_due

WRONG = "not the password of anybody"
NEW = "seven lamps over the harbour"
KNOWN = "learnplat-known"


def peer(number):
    return {"environ_base": {"REMOTE_ADDR": f"192.0.2.{number}"}}


def sign_in(house, address, password=PASSWORD, client=None, **options):
    """By the page, from this browser or another."""
    client = client or house.client
    form = client.get("/en/sign-in").text.split('name="csrf_token" value="')[1].split('"')[0]
    return client.post(
        "/en/sign-in",
        data={"email": address, "password": password, "csrf_token": form},
        **options,
    )


def token(house, address, password=PASSWORD, **options):
    body = {"email": address, "password": password}
    return house.app.test_client().post("/api/v1/tokens", json=body, **options)


def besieged(house, address):
    """Strangers from everywhere have used up the count that strangers share."""
    account = f"account:{digest_of(email_key(address))[:32]}"
    with house.app.app_context():
        for _ in range(10_000):
            limiter.limiter.hit(parse("20 per minute"), account, "password")
            limiter.limiter.hit(parse("200 per hour"), account, "password")


def spelt(address):
    yield from (
        address.upper(),
        f"  {address}",
        " " * 300 + address,
        " " * 245 + address,
        f"{address}\t",
        f"\u3000{address}\u00a0",
        address.replace("p", "ｐ", 1),
    )


def test_every_spelling_of_an_address_is_one_account(house):
    """SECURITY: case 26, 29"""
    amal = house.amal()
    statuses = [
        token(house, spelling, WRONG, **peer(number)).status_code
        for number, spelling in enumerate(list(spelt(amal.email)) * 4)
    ]
    assert set(statuses[:20]) <= {401, 422}
    assert set(statuses[20:]) == {429}


@pytest.mark.parametrize("door", ["page", "api"])
def test_the_wait_that_is_told_is_the_true_one(house, door):
    """SECURITY: case 29"""
    amal = house.amal()
    for _ in range(20):
        token(house, amal.email, WRONG)
    with house.app.app_context():
        account = f"account:{digest_of(email_key(amal.email))[:32]}"
        ends = limiter.limiter.get_window_stats(parse("20 per minute"), account, "password")[0]
        left = ends - time.time()
    refused = token(house, amal.email) if door == "api" else sign_in(house, amal.email)
    assert refused.status_code == 429
    assert 0 <= int(refused.headers["Retry-After"]) - left + 2 <= 3


def test_an_hour_that_is_used_up_is_told_as_such(house):
    amal = house.amal()
    besieged(house, amal.email)
    refused = token(house, amal.email, **peer(9))
    assert refused.status_code == 429
    assert 3500 < int(refused.headers["Retry-After"]) <= 3600
    assert "60 minutes" in refused.json["title"]


def test_a_peer_that_is_refused_uses_up_nothing_of_the_account(house):
    """SECURITY: T158"""
    amal = house.amal()
    for _ in range(200):
        token(house, amal.email, WRONG, **peer(1))
    with house.app.app_context():
        account = f"account:{digest_of(email_key(amal.email))[:32]}"
        hour = limiter.limiter.get_window_stats(parse("200 per hour"), account, "password")
    assert hour.remaining == 180


def test_ten_thousand_strange_guesses_do_not_stop_the_owners_browser(house):
    """SECURITY: T158"""
    amal = house.amal()
    assert sign_in(house, amal.email).status_code == 303
    house.post("/en/sign-out")
    besieged(house, amal.email)
    assert sign_in(house, amal.email, WRONG, house.app.test_client()).status_code == 429
    assert sign_in(house, amal.email).status_code == 303


def test_a_stranger_at_the_same_peer_does_not_stop_it_either(house):
    """SECURITY: T158"""
    amal = house.amal()
    sign_in(house, amal.email)
    house.post("/en/sign-out")
    for number in range(30):
        token(house, f"someone{number}@justice.example", WRONG)
    assert token(house, "someone@justice.example", WRONG).status_code == 429
    assert sign_in(house, amal.email).status_code == 303


def test_the_owners_browser_may_not_guess_without_end(house):
    amal = house.amal()
    sign_in(house, amal.email)
    house.post("/en/sign-out")
    statuses = [sign_in(house, amal.email, WRONG).status_code for _ in range(22)]
    assert statuses == [401] * 20 + [429] * 2


def test_signing_in_gives_no_new_guesses(house):
    """SECURITY: case 29. The number stays, and its time begins anew."""
    amal = house.amal()
    sign_in(house, amal.email)
    number = known_of(house).split(".")[1]
    statuses = []
    for _ in range(3):
        house.post("/en/sign-out")
        statuses += [sign_in(house, amal.email, WRONG).status_code for _ in range(8)]
        statuses.append(sign_in(house, amal.email).status_code)
    assert known_of(house).split(".")[1] == number
    assert statuses.count(401) <= 20
    assert statuses[-1] == 429


def kept_cookies(house, person, count):
    """What so many browsers keep in which the person has signed in once."""
    found = []
    for number in range(count):
        limiter.reset()
        client = house.app.test_client()
        assert sign_in(house, person.email, client=client, **peer(number)).status_code == 303
        found.append(client.get_cookie(KNOWN).value)
    limiter.reset()
    return found


def with_kept(house, address, cookie, password=WRONG, **options):
    client = house.app.test_client()
    client.set_cookie(KNOWN, cookie)
    return sign_in(house, address, password, client, **options).status_code


def test_many_kept_cookies_share_one_count_at_a_peer(house):
    """SECURITY: case 29"""
    amal = house.amal()
    cookies = kept_cookies(house, amal, 3)
    statuses = [with_kept(house, amal.email, cookies[n % 3]) for n in range(22)]
    assert statuses == [401] * 20 + [429] * 2


def test_many_kept_cookies_at_many_peers_are_bounded_too(house):
    """SECURITY: case 29. Beside the strangers' count, which they do not use up."""
    amal = house.amal()
    cookies = kept_cookies(house, amal, 4)
    statuses = [with_kept(house, amal.email, cookies[n % 4], **peer(n % 4)) for n in range(64)]
    assert statuses.count(401) == 60
    assert statuses[-1] == 429
    assert sign_in(house, amal.email, client=house.app.test_client(), **peer(77)).status_code == 303


def test_a_browser_is_known_for_its_own_accounts_only(house):
    """SECURITY: T158"""
    amal, moussa = house.amal(), house.moussa()
    for person in (amal, moussa):
        assert sign_in(house, person.email).status_code == 303
        house.post("/en/sign-out")
    besieged(house, house.trainer().email)
    for person in (amal, moussa):
        besieged(house, person.email)
        assert sign_in(house, person.email).status_code == 303
        house.post("/en/sign-out")
    stranger = house.person("Elena Ruiz")
    besieged(house, stranger.email)
    assert sign_in(house, stranger.email).status_code == 429


def known_of(house):
    return house.client.get_cookie(KNOWN).value


def test_what_the_browser_keeps_says_nothing(house):
    amal = house.amal()
    sign_in(house, amal.email)
    first = known_of(house)
    house.post("/en/sign-out")
    assert known_of(house) == first
    assert len(known_of(house)) < LONGEST
    for secret in (amal.email, digest_of(amal.email), digest_of(amal.email)[:32]):
        assert secret not in first


@pytest.mark.parametrize(
    "spoil",
    [
        lambda value: value[:-1] + ("0" if value[-1] != "0" else "1"),
        lambda value: "2" + value[1:],
        lambda value: value.replace(".", "..", 1),
        lambda value: f"{value}; {KNOWN}={value}",
        lambda value: value + "~" * 600,
        lambda value: "é".encode().decode("latin-1"),
        lambda value: "1700000000." + value.split(".", 1)[1],
    ],
)
def test_a_known_browser_cannot_be_made_up(house, spoil):
    """SECURITY: T20, T158"""
    amal = house.amal()
    sign_in(house, amal.email)
    value = known_of(house)
    besieged(house, amal.email)
    bare = house.app.test_client(use_cookies=False)
    page = bare.get("/en/sign-in")
    session = page.headers["Set-Cookie"].split(";")[0]
    form = page.text.split('name="csrf_token" value="')[1].split('"')[0]

    def tried(known):
        return bare.post(
            "/en/sign-in",
            data={"email": amal.email, "password": PASSWORD, "csrf_token": form},
            headers={"Cookie": f"{session}; {KNOWN}={known}"},
        ).status_code

    assert tried(spoil(value)) == 429
    assert tried(value) == 303


def test_the_mark_of_a_browser_ends_after_half_a_year(house, monkeypatch):
    amal = house.amal()
    long_ago = utc_now() - timedelta(days=181)
    with monkeypatch.context() as then:
        then.setattr("learnplat.people.known.time.time", long_ago.timestamp)
        sign_in(house, amal.email)
    house.post("/en/sign-out")
    besieged(house, amal.email)
    assert sign_in(house, amal.email).status_code == 429


def test_a_program_goes_on_where_it_got_its_token(house):
    """SECURITY: T158"""
    amal = house.amal()
    assert token(house, amal.email, **peer(7)).status_code == 201
    besieged(house, amal.email)
    assert token(house, amal.email, **peer(8)).status_code == 429
    assert token(house, amal.email, **peer(7)).status_code == 201


def letters(house):
    out = []
    with house.app.app_context():
        deliver_due(lambda letter: out.append(bytes(letter)), "http://learn.test")
    return [message_from_bytes(letter, policy=policy.default) for letter in out]


def test_with_the_link_of_a_letter_the_owner_gets_in_from_anywhere(house):
    """SECURITY: T158"""
    amal = house.amal()
    besieged(house, amal.email)
    elsewhere = house.app.test_client()
    house.post("/en/forgotten-password", {"email": amal.email})
    body = letters(house)[-1].get_body(("plain",)).get_content()
    link = re.findall(r"http://learn\.test(/\w\w/new-password/[\w-]+)", body)[0]
    form = elsewhere.get(link).text.split('name="csrf_token" value="')[1].split('"')[0]
    chosen = elsewhere.post(link, data={"password": NEW, "csrf_token": form}, **peer(77))
    assert chosen.status_code == 303
    assert sign_in(house, amal.email, NEW, elsewhere, **peer(77)).status_code == 303
    assert sign_in(house, amal.email, NEW).status_code == 429


def test_by_the_api_too(house):
    """SECURITY: T158"""
    amal = house.amal()
    besieged(house, amal.email)
    house.client.post("/api/v1/password-resets", json={"email": amal.email})
    body = letters(house)[-1].get_body(("plain",)).get_content()
    secret = re.findall(r"new-password/([\w-]+)", body)[0]
    sent = {"token": secret, "password": NEW}
    client = house.app.test_client()
    assert client.put("/api/v1/password-resets", json=sent, **peer(5)).status_code == 204
    assert token(house, amal.email, NEW, **peer(5)).status_code == 201
    assert token(house, amal.email, NEW, **peer(6)).status_code == 429


OWN = {
    "password": ("/en/profile/password", {"current_password": WRONG, "password": NEW}),
    "address": ("/en/profile/address", {"current_password": WRONG, "email": "new@court.example"}),
    "confirmation": ("/en/confirm", {"current_password": WRONG}),
}


@pytest.mark.parametrize("path", OWN)
def test_a_stolen_session_guesses_no_more_than_a_stranger(house, path):
    """SECURITY: case 29. Whatever address is sent along, the account that counts is one's own."""
    house.enter(house.amal())
    address, form = OWN[path]
    statuses = []
    for number in range(23):
        sent = {**form, "email": f"{number}{form.get('email', '@x.example')}"}
        statuses.append(house.post(address, sent, **peer(number)).status_code)
        if statuses[-1] == 429:
            break
    assert 429 in statuses
    assert set(statuses[:-1]) <= {401, 422}


def test_all_the_paths_share_one_count(house):
    """SECURITY: case 29"""
    house.enter(house.amal())
    statuses = []
    for number in range(22):
        address, form = list(OWN.values())[(0, 2)[number % 2]]
        statuses.append(house.post(address, form, **peer(number)).status_code)
    assert statuses[20:] == [429, 429]


BODIES = {
    "a long password": {"email": "a@b.example", "password": "x" * 10_000_000},
    "a long address": {"email": "x" * 1_000_000 + "@b.example", "password": "x"},
    "deep": "[" * 200_000,
    "wide": [{"email": "a@b.example"}] * 50_000,
    "many": {f"field{number}": "x" for number in range(50_000)},
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_of_any_shape_is_not_read_to_its_end(house, body):
    """SECURITY: case 49, 50"""
    text = body if isinstance(body, str) else json.dumps(body)
    answer = house.client.post("/api/v1/tokens", data=text, content_type="application/json")
    assert answer.status_code == 413
    assert answer.json["code"] == "too_large"
    form = {"csrf_token": house.token, "email": "a@b.example", "password": text}
    assert house.client.post("/en/sign-in", data=form).status_code == 413


def test_many_small_fields_are_refused_too(house):
    """SECURITY: case 49, 50"""
    many = {f"f{number}": "x" for number in range(900)} | {"csrf_token": house.token}
    assert house.client.post("/en/sign-in", data=many).status_code in (413, 422)
    answer = house.client.post("/en/sign-in", data=many, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_what_fits_is_read(house):
    amal = house.amal()
    near = MOST_OF_PASSWORD - 500
    sent = {"email": amal.email, "password": "x" * near}
    assert house.client.post("/api/v1/tokens", json=sent).status_code == 422


def test_no_hash_is_made_of_what_is_too_long(house, monkeypatch):
    """SECURITY: case 50. The real comparison is counted, not replaced."""
    amal, made = house.amal(), []
    real = passwords.is_right
    monkeypatch.setattr(
        "learnplat.people.sign_in.passwords.is_right",
        lambda *values: made.append(1) or real(*values),
    )
    for email, password in ((amal.email, "x" * 129), ("x" * 300 + "@b.example", PASSWORD)):
        assert token(house, email, password).status_code == 422
    assert not made
    assert token(house, amal.email, WRONG).status_code == 401
    assert len(made) == 1


def test_a_page_answers_while_twenty_sign_ins_wait(house):
    """SECURITY: T151. Every hash is held back; what needs none is not."""
    amal = house.amal()
    done = []
    for _ in range(2):
        passwords._AT_ONCE.acquire()
    try:
        waiting = [
            Thread(
                target=lambda number: done.append(
                    token(house, amal.email, WRONG, **peer(number)).status_code
                ),
                args=(number,),
            )
            for number in range(20)
        ]
        for thread in waiting:
            thread.start()
        pages = [house.get(f"/{language}/courses").status_code for language in ("ar", "fr")]
        signed_in = house.enter(house.moussa()).get("/fr/profile").status_code
        assert (pages, signed_in, done) == ([200, 200], 200, [])
        assert sum(thread.is_alive() for thread in waiting) == 20
    finally:
        for _ in range(2):
            passwords._AT_ONCE.release()
    for thread in waiting:
        thread.join()
    assert done == [401] * 20
    assert threading.active_count() < 60


def test_at_most_two_hashes_are_made_at_once(house, monkeypatch):
    """SECURITY: T151"""
    now, most, lock = [0], [0], threading.Lock()
    real = passwords.PasswordHasher.verify

    def counted(self, kept, password):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        try:
            return real(self, kept, password)
        finally:
            with lock:
                now[0] -= 1

    monkeypatch.setattr(passwords.PasswordHasher, "verify", counted)
    amal = house.amal()
    threads = [
        Thread(target=token, args=(house, amal.email, "y" * 128), kwargs=peer(number))
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= most[0] <= 2


def test_the_counts_name_nobody(house):
    amal = house.amal()
    sign_in(house, amal.email)
    token(house, amal.email)
    with house.app.app_context():
        keys = " ".join(limiter.limiter.storage.storage)
        tokens = reading().scalars(select(ApiToken.id)).all()
        halves = reading().scalars(select(HalfSignIn.id)).all()
    assert amal.email not in keys
    assert (len(tokens), len(halves)) == (1, 0)


def test_a_suspended_owner_is_not_let_in_by_a_known_browser(house):
    amal = house.amal()
    sign_in(house, amal.email)
    house.post("/en/sign-out")
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).values(standing="suspended"))
    assert sign_in(house, amal.email).status_code == 401
