"""SECURITY: case 23, 26, 27, 52; T6, T16, T155, T156. Asking for a new password tells nobody anything."""

import logging
import re
from datetime import timedelta
from email import message_from_bytes, policy
from threading import Thread

import pytest
from conftest import PASSWORD
from sqlalchemy import func, select, update

from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.outbox import OutboxMessage
from learnplat.people.addresses.models import ResetWish
from learnplat.people.addresses.resets import answer_wishes, ask_for_reset
from learnplat.people.models import Account, PasswordReset, Standing
from learnplat.web.limits import limiter
from learnplat.web.mail import deliver_due

NEW = "seven lamps over the harbour"


def ask(house, address, **options):
    limiter.reset()
    return house.post("/en/forgotten-password", {"email": address}, **options)


def letters(house):
    out = []
    with house.app.app_context():
        deliver_due(lambda letter: out.append(bytes(letter)), "http://learn.test")
    return [message_from_bytes(letter, policy=policy.default) for letter in out]


def links(house):
    bodies = [letter.get_body(("plain",)).get_content() for letter in letters(house)]
    return [
        re.findall(r"http://learn\.test(/\w\w/new-password/[\w-]+)", body)[0] for body in bodies
    ]


def a_link(house, person):
    ask(house, person.email)
    return links(house)[-1]


def people_of_every_standing(house):
    """An address of each kind; only the first leads to a letter."""
    return {
        "admitted": house.amal().email,
        "applicant": house.person("A", standing=Standing.APPLICANT).email,
        "declined": house.person("D", standing=Standing.DECLINED).email,
        "suspended": house.person("S", standing=Standing.SUSPENDED).email,
        "unknown": "nobody@justice.example",
    }


def test_every_address_gets_one_answer_by_the_same_work(house):
    """SECURITY: case 52, T16. Status, headers, body and what the database is asked are alike."""
    pages, answers, programs, said = set(), set(), set(), set()
    for address in people_of_every_standing(house).values():
        house.leave()
        with house.heard() as heard:
            asked = ask(house, address)
        said.add(tuple(statement.split("VALUES")[0] for statement in heard))
        answers.add((asked.status, asked.location, str(sorted(dict(asked.headers)))))
        pages.add(re.sub(r'value="[^"]{40,}"', "", house.get(asked.location).text))
        program = house.app.test_client().post("/api/v1/password-resets", json={"email": address})
        programs.add((program.status, program.data, str(sorted(program.headers))))
    assert len(answers) == len(pages) == len(programs) == len(said) == 1


def test_the_statements_are_one_insert(house):
    with house.heard() as heard:
        ask(house, "nobody@justice.example")
    assert [statement.split()[:3] for statement in heard] == [["INSERT", "INTO", "reset_wish"]]


def test_only_who_may_sign_in_gets_a_letter(house):
    """SECURITY: T16"""
    found = people_of_every_standing(house)
    for address in found.values():
        ask(house, address)
    assert [letter["To"] for letter in letters(house)] == [found["admitted"]]


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DECLINED, Standing.ERASED])
def test_a_link_of_before_opens_nothing_for_who_may_no_longer_sign_in(house, standing):
    """SECURITY: T16"""
    amal = house.amal()
    link = a_link(house, amal)
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).values(standing=standing))
    assert house.get(link).status_code == 404
    assert house.post(link, {"password": NEW}).status_code == 404


def test_the_address_that_was_typed_is_not_kept(house):
    for address in ("nobody@justice.example", house.amal().email):
        ask(house, address)
    letters(house)
    with house.app.app_context():
        kept = reading().execute(select(ResetWish.address, ResetWish.settled_at)).all()
    assert [address for address, _ in kept] == [None, None]
    assert all(settled_at for _, settled_at in kept)


def test_wishes_are_gone_after_an_hour(house):
    """SECURITY: T156"""
    ask(house, "nobody@justice.example")
    letters(house)
    with house.app.app_context(), transaction() as session:
        session.execute(update(ResetWish).values(asked_at=utc_now() - timedelta(minutes=61)))
    letters(house)
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(ResetWish)) == 0


def wish(session, address, mark, now):
    ask_for_reset(session, email=address, peer_mark=mark, now=now)


def test_a_thousand_wishes_are_three_letters_an_hour(house):
    """SECURITY: T155. From wherever they come."""
    amal, now = house.amal(), utc_now()
    with house.app.app_context(), transaction() as session:
        for number in range(1000):
            wish(session, amal.email, f"peer {number}", now)
    for _ in range(25):
        with house.app.app_context(), transaction() as session:
            answer_wishes(session, now=now)
    assert len(letters(house)) == 3
    later = now + timedelta(minutes=61)
    with house.app.app_context(), transaction() as session:
        wish(session, amal.email, "peer", later)
        assert answer_wishes(session, now=later) == 1


def test_one_peer_causes_only_so_many_letters(house):
    """SECURITY: T155"""
    now = utc_now()
    people = [house.person(f"Person {number}").email for number in range(25)]
    with house.app.app_context(), transaction() as session:
        for address in ["nobody@justice.example"] * 5 + people:
            wish(session, address, "one peer", now)
        assert answer_wishes(session, now=now) == 20
        wish(session, people[-1], "another peer", now)
        assert answer_wishes(session, now=now) == 1


def test_two_postmen_write_one_letter(house):
    ask(house, house.amal().email)
    letters_written = []

    def round_of_one():
        with house.app.app_context(), transaction() as session:
            letters_written.append(answer_wishes(session, now=utc_now()))

    threads = [Thread(target=round_of_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(letters_written) == 1
    assert len(letters(house)) == 1


def test_a_letter_goes_to_the_address_that_is_kept(house):
    """SECURITY: case 26"""
    amal = house.amal()
    ask(house, amal.email.replace("person", "ｐｅｒｓｏｎ").upper())
    assert [letter["To"] for letter in letters(house)] == [amal.email]


def test_the_link_is_at_our_own_address_whatever_host_was_asked(house):
    """SECURITY: case 23"""
    amal = house.amal()
    answer = house.client.post(
        "/api/v1/password-resets", json={"email": amal.email}, headers={"Host": "evil.example"}
    )
    assert answer.status_code == 400
    house.client.post(
        "/api/v1/password-resets",
        json={"email": amal.email},
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "//evil.example"},
    )
    (letter,) = letters(house)
    body = letter.get_body(("plain",)).get_content()
    assert "evil" not in str(letter)
    assert "http://learn.test/ar/new-password/" in body


def test_a_later_link_ends_the_one_before(house):
    """SECURITY: T6"""
    amal = house.amal()
    earlier = a_link(house, amal)
    later = a_link(house, amal)
    assert house.get(earlier).status_code == 404
    assert house.post(earlier, {"password": "another good long one"}).status_code == 404
    assert house.post(later, {"password": NEW}).status_code == 303
    assert house.post(later, {"password": "another good long one"}).status_code == 404


def test_it_works_in_another_browser_and_nothing_uses_it_before(house):
    """SECURITY: T6"""
    link = a_link(house, house.amal())
    other = house.app.test_client()
    for method in ("HEAD", "GET", "OPTIONS", "HEAD"):
        assert other.open(link, method=method).status_code in (200, 204)
    form = other.get(link).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert other.post(link, data={"password": NEW, "csrf_token": form}).status_code == 303
    assert house.get(link).status_code == 404


@pytest.mark.parametrize(("age", "status"), [(29, 303), (30, 404), (31, 404)])
def test_it_holds_for_half_an_hour(house, age, status):
    """SECURITY: T6"""
    amal = house.amal()
    asked_at = utc_now() - timedelta(minutes=age)
    with house.app.app_context(), transaction() as session:
        wish(session, amal.email, "peer", asked_at)
        answer_wishes(session, now=asked_at)
    (link,) = links(house)
    assert house.post(link, {"password": NEW}).status_code == status


def test_of_many_at_once_one_uses_it(house):
    """SECURITY: case 27, T6"""
    amal = house.amal()
    link = a_link(house, amal)
    clients = [house.app.test_client() for _ in range(8)]
    forms = [
        client.get(link).text.split('name="csrf_token" value="')[1].split('"')[0]
        for client in clients
    ]
    statuses = []

    def use(client, form, number):
        sent = {"password": f"{NEW} {number}", "csrf_token": form}
        answer = client.post(link, data=sent)
        statuses.append(answer.status_code)

    threads = [
        Thread(target=use, args=(client, form, number))
        for number, (client, form) in enumerate(zip(clients, forms, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303] + [404] * 7


def test_the_secret_is_told_to_no_page_and_no_log(house, caplog, capsys):
    """SECURITY: T6"""
    caplog.set_level(logging.DEBUG)
    link = a_link(house, house.amal())
    secret = link.rsplit("/", 1)[1]
    answers = [house.get(link), house.post(link, {"password": "short"})]
    for answer in answers:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
        assert not re.search(r'(?:href|src)="https?://(?!learn\.test)', answer.text)
    house.post(link, {"password": NEW})
    house.get("/en/new-password/" + secret)
    heard = caplog.text + capsys.readouterr().err
    assert secret not in heard
    with house.app.app_context():
        kept = reading().scalars(select(OutboxMessage.facts)).all()
    assert secret not in str(kept)


def test_a_new_password_alone_does_not_stand_for_a_second_factor(house):
    """SECURITY: T12, case 27"""
    amal = house.amal()
    other = house.browser(amal)
    link = a_link(house, amal)
    answer = house.post(link, {"password": NEW})
    assert answer.location.endswith("/sign-in")
    assert other.get("/en/profile").status_code == 303
    assert house.get("/en/profile").status_code == 303


def test_the_old_password_holds_until_then(house):
    amal = house.amal()
    a_link(house, amal)
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(PasswordReset)) == 1
    answer = house.client.post("/api/v1/tokens", json={"email": amal.email, "password": PASSWORD})
    assert answer.status_code == 201
