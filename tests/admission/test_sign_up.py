"""Applying for an account: one answer for every address, and kind refusals on the field that is wrong.

SECURITY: case 12, case 26, case 52, T16, T53, T60, T155, T156, T163
"""

import re
import threading
import unicodedata
from datetime import timedelta

import pytest
from conftest import PASSWORD
from sqlalchemy import func, select, update

from learnplat.admission.actions import forget_unconfirmed
from learnplat.admission.models import (
    AddressConfirmation,
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
)
from learnplat.admission.queries import stale_applications
from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.outbox import OutboxMessage
from learnplat.people.models import Account, AccountKind, RoleGrant, Standing
from learnplat.web.limits import limiter
from tests.admission.cast import ADDRESS, FORM


def count(house, model):
    with house.app.app_context():
        return reading().scalar(select(func.count()).select_from(model))


def only_account(house):
    with house.app.app_context():
        return reading().scalars(select(Account)).one()


def long_ago(house, minutes=10):
    """As if the letters so far had gone out some minutes earlier."""
    back = timedelta(minutes=minutes)
    with house.app.app_context(), transaction() as session:
        for link in session.scalars(select(AddressConfirmation)):
            link.asked_at, link.expires_at = link.asked_at - back, link.expires_at - back


# What an application makes


def test_the_account_holds_what_was_said_and_opens_nothing_yet(joining, house):
    answer = joining.apply()
    account = only_account(house)
    assert (answer.status_code, answer.location) == (303, "/en/sign-up/sent")
    assert (account.name, account.name_latin, account.country) == ("نور الدين", "Nour Eddine", "TN")
    assert (account.kind, account.zone) == (AccountKind.OFFICIAL, "Africa/Tunis")
    assert (account.standing, account.email_confirmed_at) == (Standing.APPLICANT, None)
    assert "three quiet rivers" not in account.password_hash


def test_the_application_keeps_why_the_person_asks(joining, house):
    joining.apply(purpose="  I sit in the chamber\r\nfor terrorist offences. ")
    with house.app.app_context():
        admission = reading().scalars(select(Admission)).one()
        event = reading().scalars(select(AdmissionEvent)).one()
    assert admission.purpose == "I sit in the chamber\nfor terrorist offences."
    assert (admission.state, event.kind) == (
        AdmissionState.UNCONFIRMED,
        AdmissionEventKind.APPLIED,
    )


def test_nobody_is_signed_in_by_it(joining, house):
    joining.apply()
    assert house.get("/ar/profile").status_code == 303
    answer = house.post("/en/sign-in", {"email": ADDRESS, "password": FORM["password"]})
    assert answer.status_code == 401


def test_the_letter_is_in_the_persons_language_and_says_nothing_of_theirs(joining, house):
    joining.apply(name="Buy at evil.example")
    (letter,) = joining.letters()
    assert (letter["To"], letter["Content-Language"]) == (ADDRESS, "ar")
    assert "evil.example" not in letter.as_string()
    text = letter.get_body(("plain",)).get_content()
    assert "http://learn.test/ar/confirm-address/" in text


def test_only_a_digest_of_the_link_is_kept(joining, house):
    joining.apply()
    token = joining.link().rsplit("/", 1)[1]
    with house.app.app_context():
        link = reading().scalars(select(AddressConfirmation)).one()
        facts = reading().scalars(select(OutboxMessage.facts)).all()
    assert token not in (link.token_digest, *map(str, facts))


def test_no_address_of_a_page_holds_the_persons(joining, house):
    """SECURITY: T163."""
    answer = joining.apply()
    assert "nour" not in answer.location
    assert "nour" not in house.get(answer.location).text
    assert 'value="x@y.example"' not in house.get("/en/sign-up?email=x@y.example").text


# One answer for every address


def an_address(house, joining, kind):
    """An address of which the platform knows as much as `kind` says."""
    if kind == "new":
        return "nobody@justice.example"
    if kind == "unconfirmed":
        joining.apply(email="before@justice.example")
        long_ago(house)
        return "before@justice.example"
    if kind == "waiting":
        joining.confirmed(email="waits@justice.example")
        long_ago(house)
        return "waits@justice.example"
    standing = {"declined": Standing.DECLINED, "suspended": Standing.SUSPENDED}.get(
        kind, Standing.ADMITTED
    )
    return house.person("Someone", standing=standing).email


KINDS = ("new", "unconfirmed", "waiting", "admitted", "declined", "suspended")


def said(house, ask):
    """All that a stranger sees: status, headers and body, with what differs by chance left out."""
    limiter.reset()
    house.client = house.app.test_client()
    token = house.token
    answer = ask(token)
    names = {"Date", "Set-Cookie"}
    headers = [pair for pair in answer.headers if pair[0] not in names]
    return answer.status_code, headers, answer.data


@pytest.mark.parametrize("door", ["page", "api"])
def test_every_address_gets_the_same_answer_for_the_same_work(house, joining, door):
    """SECURITY: case 52. Byte for byte, and statement for statement."""
    answers, statements = [], []
    for kind in KINDS:
        form = FORM | {"email": an_address(house, joining, kind)}

        def ask(token, form=form):
            if door == "api":
                return house.client.post("/api/v1/accounts", json=form)
            return house.client.post("/en/sign-up", data={**form, "csrf_token": token})

        with house.heard() as heard:
            answers.append(said(house, ask))
        statements.append([re.sub(r"\(.*", "", " ".join(one.split())[:18]) for one in heard])
    assert answers == [answers[0]] * len(KINDS)
    assert statements == [statements[0]] * len(KINDS)
    assert answers[0][0] == (202 if door == "api" else 303)


def test_the_page_after_it_is_the_same_too(house, joining):
    pages = []
    for kind in KINDS:
        address = an_address(house, joining, kind)
        answer = joining.apply(email=address)
        pages.append(re.sub(r'value="[^"]{40,}"', "", house.get(answer.location).text))
    assert len(set(pages)) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_each_application_costs_one_letter(house, joining, kind):
    address = an_address(house, joining, kind)
    joining.letters()
    before = count(house, OutboxMessage)
    joining.apply(email=address)
    assert count(house, OutboxMessage) == before + 1
    assert [letter["To"] for letter in joining.letters()] == [address]


def test_a_wrong_value_is_refused_alike_for_every_address(house, joining):
    pages = []
    for kind in KINDS:
        address = an_address(house, joining, kind)
        page = joining.apply(email=address, country="XX").text
        pages.append(re.sub(r'value="[^"]{40,}"', "", page.replace(address, "")))
    assert len(set(pages)) == 1


def test_the_owner_of_a_taken_address_is_told_and_nothing_changes(house, joining):
    amal = house.amal()
    joining.apply(email=amal.email, name="An impostor")
    (letter,) = joining.letters()
    text = letter.get_body(("plain",)).get_content()
    assert (letter["To"], letter["Content-Language"]) == (amal.email, "ar")
    assert "/ar/forgotten-password" in text
    assert "An impostor" not in letter.as_string()
    assert only_account(house).name == amal.name
    entered = house.post("/en/sign-in", {"email": amal.email, "password": PASSWORD})
    assert entered.status_code == 303


@pytest.mark.parametrize(
    "again",
    [
        "NOUR@justice.example",
        "Nour@Justice.Example",
        "ｎｏｕｒ@justice.example",
        " nour@justice.example ",
    ],
)
def test_another_spelling_of_an_address_is_the_same_address(house, joining, again):
    """SECURITY: case 26."""
    joining.apply()
    long_ago(house)
    joining.apply(email=again)
    assert count(house, Account) == 1
    person = house.person("Holder", email="holder@justice.example")
    joining.letters()
    joining.apply(
        email=again.replace("nour", "holder")
        .replace("NOUR", "HOLDER")
        .replace("ｎｏｕｒ", "ｈｏｌｄｅｒ")
    )
    assert person.email in {letter["To"] for letter in joining.letters()} or again.startswith(
        "Nour"
    )
    assert count(house, Account) <= 3


def test_an_accented_address_is_one_in_both_unicode_forms(house, joining):
    address = "josé@justice.example"
    joining.apply(email=unicodedata.normalize("NFC", address))
    joining.apply(email=unicodedata.normalize("NFD", address))
    assert count(house, Account) == 1


def test_letters_go_to_the_address_that_is_kept_not_to_one_that_looks_like_it(house, joining):
    amal = house.amal()
    joining.apply(email=amal.email.replace("person", "ｐｅｒｓｏｎ"))
    assert [letter["To"] for letter in joining.letters()] == [amal.email]


def test_an_address_that_grows_beyond_its_column_is_refused(house, joining):
    answer = joining.apply(email="ﷺ" * 20 + "@justice.example")
    assert (answer.status_code, count(house, Account)) == (422, 0)


# Again for the same address


def test_three_letters_an_hour_reach_an_address_at_most(house, joining):
    """SECURITY: T155."""
    amal = house.amal()
    for _ in range(6):
        assert joining.apply(email=amal.email).status_code == 303
        long_ago(house, 5)
    assert len(joining.letters()) == 3
    long_ago(house, 60)
    joining.apply(email=amal.email)
    assert len(joining.letters()) == 1


def test_the_same_form_sent_twice_is_one_application_and_one_letter(house, joining):
    """SECURITY: T60."""
    joining.apply()
    joining.apply()
    assert (count(house, Account), count(house, Admission)) == (1, 1)
    assert len(joining.letters()) == 1


def test_who_knows_the_password_changes_the_application_that_waits(house, joining):
    joining.apply()
    long_ago(house)
    joining.apply(name="Nour", country="MA", purpose="Better said.")
    account = only_account(house)
    with house.app.app_context():
        admission = reading().scalars(select(Admission)).one()
    assert (account.name, account.country, admission.purpose) == ("Nour", "MA", "Better said.")
    assert account.password_hash is not None


def test_the_older_link_dies(house, joining):
    joining.apply()
    older = joining.link()
    long_ago(house)
    joining.apply()
    assert house.get(older).status_code == 404
    assert house.get(joining.link()).status_code == 200


def test_a_stranger_cannot_plant_a_password_on_an_application_that_waits(house, joining):
    """SECURITY: case 26. Of two who do not agree, neither has the password: the reader chooses."""
    joining.apply()
    long_ago(house)
    joining.apply(password="the password of a stranger")
    assert only_account(house).password_hash is None


def test_no_letter_means_no_change(house, joining):
    for _ in range(3):
        joining.apply()
        long_ago(house, 5)
    kept = only_account(house)
    joining.apply(name="Too late", password="the password of a stranger")
    account = only_account(house)
    assert (account.name, account.password_hash) == (kept.name, kept.password_hash)
    assert house.get(joining.link()).status_code == 200


def test_of_many_at_once_one_has_the_account(house):
    statuses = []

    def try_it():
        client = house.app.test_client()
        statuses.append(client.post("/api/v1/accounts", json=FORM).status_code)

    threads = [threading.Thread(target=try_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [202] * 4
    assert (count(house, Account), count(house, Admission)) == (1, 1)


def test_an_application_that_nobody_confirms_is_forgotten(house, joining):
    """SECURITY: T156."""
    joining.apply()
    joining.confirmed(email="waits@justice.example")
    house.amal()
    week = utc_now() + timedelta(days=8)
    with house.app.app_context(), transaction() as session:
        assert stale_applications(session, utc_now() - timedelta(days=7)) == []
        assert len(stale_applications(session, week)) == 1
        assert forget_unconfirmed(session, week) == 1
    assert joining.account() is None
    assert (count(house, Account), count(house, Admission)) == (2, 1)
    assert count(house, AdmissionEvent) == 2


def test_the_link_can_be_asked_for_once_more(house, joining):
    joining.apply()
    joining.letters()
    long_ago(house)
    limiter.reset()
    answer = house.post("/en/confirm-address", {"email": ADDRESS})
    assert answer.location == "/en/sign-up/sent"
    assert house.get(joining.link()).status_code == 200


def test_asking_for_the_link_says_nothing_of_the_address(house, joining):
    """SECURITY: case 52."""
    answers, statements = [], []
    for kind in KINDS:
        form = {"email": an_address(house, joining, kind)}

        def ask(token, form=form):
            return house.client.post("/en/confirm-address", data={**form, "csrf_token": token})

        with house.heard() as heard:
            answers.append(said(house, ask))
        statements.append([" ".join(one.split())[:20] for one in heard])
    assert answers == [answers[0]] * len(KINDS)
    assert statements == [statements[0]] * len(KINDS)


def test_nobody_gets_a_letter_for_asking_about_an_unknown_address(house, joining):
    house.post("/en/confirm-address", {"email": "nobody@justice.example"})
    assert joining.letters() == []


def test_a_forgotten_password_opens_no_application(house, joining):
    """SECURITY: T16."""
    joining.confirmed()
    joining.letters()
    limiter.reset()
    house.post("/en/forgotten-password", {"email": ADDRESS})
    assert [letter for letter in joining.letters() if "new-password" in letter.as_string()] == []


@pytest.mark.parametrize("standing", [Standing.APPLICANT, Standing.DECLINED, Standing.SUSPENDED])
def test_who_is_not_admitted_signs_in_nowhere_and_is_told_what_a_wrong_password_is(house, standing):
    """SECURITY: T16."""
    person = house.person("Nobody yet", standing=standing)
    amal = house.amal()
    right, wrong = {"email": person.email, "password": PASSWORD}, "not the password at all"
    pages = {
        re.sub(r'value="[^"]*"', "", house.post("/en/sign-in", form).text)
        for form in (right, right | {"password": wrong}, {"email": amal.email, "password": wrong})
    }
    tokens = {
        house.app.test_client().post("/api/v1/tokens", json=form).data
        for form in (right, {"email": amal.email, "password": wrong})
    }
    assert (len(pages), len(tokens)) == (1, 1)


# The form


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "XX"), ("country", "ma"), ("language", "de"), ("zone", "Mars/Olympus"),
        ("profession", "wizard"), ("institution_kind", ""), ("gender", "x"), ("email", "no address"),
        ("name", ""), ("name", "..."), ("name", "A" * 201),
        ("name", "Ama\u202el"), ("name", "Am\u200bal"), ("name_latin", "أمل"), ("name", "a" + "\u0301" * 9),
        ("password", "short"), ("password", "x" * 20), ("password", "long enough word " * 9),
        ("password", "nour@justice.example"), ("role", "admin"), ("kind", "staff"),
        ("purpose", "x" * 1001), ("purpose", "a\u202eb"), ("standing", "admitted"),
        ("institution_id", "1"), ("email_confirmed_at", "2026-01-01"),
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
    "address",
    [
        "a@b@c.example", "nour(comment)@justice.example", "victim@x.org,attacker@y.org",
        "victim@x.org;attacker@y.org", "nour@justice.example.", "nour@" + "j" * 320 + ".example",
        "<nour@justice.example>", "nour @justice.example", "nour@justice.example\r\nBcc: x@y.org",
        "nour@[127.0.0.1]", "nour@localhost",
    ],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(house, joining, address):
    """SECURITY: T53."""
    answer = joining.apply(email=address)
    assert (answer.status_code, count(house, OutboxMessage)) == (422, 0)
    assert 'href="#f-email"' in answer.text


@pytest.mark.parametrize("address", ["nour+court@justice.example", "nour@عدل.example"])
def test_one_unusual_address_is_one_recipient(joining, address):
    """SECURITY: T53."""
    joining.apply(email=address)
    (letter,) = joining.letters()
    assert len(letter["To"].addresses) == 1


@pytest.mark.parametrize(
    "name", ["Þórdís O’Neill-Núñez", "عبد الرحمٰن", "Nguyễn Thị", "می‌خواهم رضا"]
)
def test_names_of_every_script_are_welcome(house, name):
    house.post("/en/sign-up", FORM | {"name": name})
    assert only_account(house).name == unicodedata.normalize("NFC", name)


def test_what_was_typed_is_kept_but_not_the_password(house):
    page = house.post("/en/sign-up", FORM | {"country": "XX", "purpose": "To learn"}).text
    assert 'value="Nour Eddine"' in page
    assert "To learn</textarea>" in page
    assert "three quiet rivers" not in page


def test_every_field_says_why_it_is_asked(house):
    page = house.get("/en/sign-up").text
    for field in (*FORM, "purpose"):
        assert f'id="f-{field}-hint"' in page


def test_who_is_signed_in_is_led_to_their_own_pages(house):
    assert house.enter(house.amal()).get("/en/sign-up").location == "/en/my-learning"


def test_the_api_answers_with_nothing_of_the_account(house):
    """SECURITY: case 13."""
    answer = house.client.post("/api/v1/accounts", json=FORM)
    assert (answer.status_code, answer.json) == (202, {"state": "letter_sent"})


@pytest.mark.parametrize(
    "extra", [{"role": "admin"}, {"kind": "staff"}, {"id": 1}, {"standing": "admitted"}]
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


def test_no_list_of_people_answers_to_numbers(house):
    """SECURITY: case 12. The one way to a person by number is an administrator's."""
    house.amal()
    for address in ("/api/v1/accounts", "/api/v1/accounts/1", "/api/v1/users/1"):
        assert house.client.get(address).status_code in (404, 405)


def test_applications_count_in_no_figure(house, joining):
    joining.apply()
    joining.confirmed(email="waits@justice.example")
    house.enter(house.admin())
    year = utc_now().year
    period = f"since={year}-01-01&until={year}-12-31"
    assert house.get(f"/api/v1/statistics/participation?{period}").json["users"] == 0


@pytest.fixture(autouse=True)
def _fresh(house):
    limiter.reset()
    yield
    with house.app.app_context(), transaction() as session:
        session.execute(update(OutboxMessage).values(facts={}))
