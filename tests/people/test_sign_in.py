"""Signing in: alike for whoever is wrong, welcoming in the person's language.

SECURITY: case 25, case 52, T3.
"""

import unicodedata
from time import thread_time

import pytest
from conftest import PASSWORD
from sqlalchemy import select, update

from learnplat.core.actors import Role
from learnplat.db import reading, transaction
from learnplat.people import passwords
from learnplat.people.models import Account

ACCENTED = "café à Nouâdhibou"


def sign_in(house, person, password=PASSWORD, address="/en/sign-in"):
    return house.post(address, {"email": person.email, "password": password})


def test_the_bare_page_leads_on_in_the_persons_language(house):
    answer = sign_in(house, house.amal())
    assert (answer.status_code, answer.location) == (303, "/ar/my-learning")
    assert house.get("/ar/profile").status_code == 200


def test_staff_are_led_to_the_front_page(house):
    ruth = house.admin()
    sign_in(house, ruth, address="/fr/sign-in")  # leads to the second factor, the first time
    house.leave()
    assert sign_in(house, ruth, address="/fr/sign-in").location == "/en/"


def test_the_person_goes_on_to_where_they_were_going(house):
    amal = house.amal()
    asked = house.get("/fr/profile/edit?x=1")
    assert asked.status_code == 303
    assert sign_in(house, amal, address=asked.location).location == "/fr/profile/edit?x=1"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/api/v1/me", "javascript:1"],
)
def test_nobody_is_led_away(house, target):
    amal = house.amal()
    answer = house.post(
        "/en/sign-in", {"email": amal.email, "password": PASSWORD}, query_string={"next": target}
    )
    assert answer.location == "/ar/my-learning"


def test_a_wrong_password_and_an_unknown_address_get_one_answer(house):
    amal = house.amal()
    pages = []
    for email in (amal.email, "nobody@justice.example"):
        answer = house.post("/en/sign-in", {"email": email, "password": "not the password"})
        assert answer.status_code == 401
        pages.append(answer.text.replace(email, "…"))
    assert pages[0].split("csrf_token")[0] == pages[1].split("csrf_token")[0]
    assert "do not open an account" in pages[0]


def test_an_unknown_address_costs_as_much_work(house):
    """Counted in this thread's own processor time, which a busy machine does not lengthen."""
    amal = house.amal()

    def cost(email):
        times = []
        for _ in range(3):
            start = thread_time()
            house.client.post(
                "/api/v1/tokens", json={"email": email, "password": "not the password"}
            )
            times.append(thread_time() - start)
        return min(times)

    known, unknown = cost(amal.email), cost("nobody@justice.example")
    assert unknown > known / 2


def test_a_person_carried_over_cannot_sign_in(house):
    person = house.amal()
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).values(password_hash=None))
    assert sign_in(house, person, "None").status_code == 401


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_both_spellings_of_a_password_open_the_door(house, form):
    amal = house.amal()
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).values(password_hash=passwords.hashed(ACCENTED)))
    assert sign_in(house, amal, unicodedata.normalize(form, ACCENTED)).status_code == 303


def test_the_address_opens_in_any_case(house):
    amal = house.amal()
    answer = house.post("/en/sign-in", {"email": amal.email.upper(), "password": PASSWORD})
    assert answer.status_code == 303


def test_an_old_hash_is_renewed(house):
    amal = house.amal()
    older = passwords.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(
        PASSWORD
    )
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).values(password_hash=older))
    sign_in(house, amal)
    with house.app.app_context():
        kept = reading().scalar(select(Account.password_hash).where(Account.id == amal.id))
    assert not passwords.is_old(kept)
    assert passwords.is_right(PASSWORD, kept)


def test_nothing_of_the_session_before_is_kept(house):
    amal = house.amal()
    with house.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    sign_in(house, amal)
    with house.client.session_transaction() as session:
        assert "planted" not in session


def test_an_overlong_password_is_an_error_on_its_field(house):
    answer = sign_in(house, house.amal(), "x" * 129)
    assert answer.status_code == 422
    assert 'id="f-password-error"' in answer.text


def test_who_is_asking_costs_one_select(house):
    house.enter(house.person(roles=(Role.TRAINER, Role.TUTOR)))
    with house.heard() as seen:
        house.get("/en/profile/password")
    assert len(seen) == 1, seen


def test_the_session_ends_on_sign_out(house):
    house.enter(house.amal())
    assert house.post("/ar/sign-out").location == "/ar/"
    assert house.get("/ar/profile").status_code == 303


def test_signing_out_needs_the_forms_token(house):
    house.enter(house.amal())
    assert house.client.post("/ar/sign-out").status_code == 400
    assert house.get("/ar/profile").status_code == 200


def test_one_account_is_tried_only_so_often_whichever_door_is_taken(house):
    amal = house.amal()
    statuses = []
    for serial in range(24):
        peer = {"REMOTE_ADDR": f"192.0.2.{serial}"}
        if serial % 2:
            answer = house.client.post(
                "/api/v1/tokens", json={"email": amal.email, "password": "wrong"}, environ_base=peer
            )
        else:
            answer = house.post(
                "/en/sign-in", {"email": amal.email.upper(), "password": "wrong"}, environ_base=peer
            )
        statuses.append(answer.status_code)
    assert statuses[:20] == [401] * 20
    assert statuses[20:] == [429] * 4


def test_one_peer_tries_only_so_many_accounts(house):
    statuses = [
        house.client.post(
            "/api/v1/tokens",
            json={"email": f"someone{serial}@justice.example", "password": "wrong"},
        ).status_code
        for serial in range(22)
    ]
    assert statuses[19:] == [401, 429, 429]
