"""Confirming that it is oneself: with everything one has, for five minutes, on the way to what is asked.

SECURITY: P8, T8, T12, case 25
"""

from datetime import timedelta

import pyotp
import pytest
from conftest import PASSWORD
from software_passkey import (
    SoftwarePasskey,
    add_passkey,
    challenge_of,
    codes_on,
    set_up_app,
    with_passkey,
)
from sqlalchemy import select, update

from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.people.factors.models import Authenticator
from learnplat.people.models import ApiToken, RoleGrant, SignIn

CONFIRM = "/en/confirm"


def age(house, minutes=6):
    """Let the confirmation of every session and token grow old."""
    then = utc_now() - timedelta(minutes=minutes)
    with house.app.app_context(), transaction() as session:
        session.execute(update(SignIn).values(confirmed_at=then))
        session.execute(update(ApiToken).values(confirmed_at=then))


def grants(house, person):
    with house.app.app_context():
        query = select(RoleGrant.role).where(RoleGrant.account_id == person.id)
        return list(reading().scalars(query))


def key(house):
    with house.client.session_transaction() as session:
        return session["_user_id"]


def test_the_password_confirms_where_there_is_no_factor(house):
    house.enter(house.amal())
    age(house)
    before = key(house)
    answer = house.post(f"{CONFIRM}?next=/fr/profile/edit", {"current_password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/fr/profile/edit")
    assert key(house) != before
    assert house.get("/en/profile/security/passkeys/new").status_code == 200


def test_a_wrong_password_does_not(house):
    house.enter(house.amal())
    age(house)
    assert house.post(CONFIRM, {"current_password": "wrong"}).status_code == 422
    assert house.get("/en/profile/security/passkeys/new").status_code == 303


def test_a_password_is_not_enough_where_there_is_a_factor(house):
    house.enter(house.amal())
    add_passkey(house)
    age(house)
    assert house.post(CONFIRM, {"current_password": PASSWORD}).status_code == 422
    assert 'name="current_password"' not in house.get(CONFIRM).text
    assert house.get("/en/profile/security/passkeys/new").status_code == 303


def test_a_code_confirms(house):
    house.enter(house.amal())
    secret, _ = set_up_app(house)
    with house.app.app_context(), transaction() as session:
        session.execute(update(Authenticator).values(last_step=0))
    age(house)
    assert house.post(CONFIRM, {"code": "000000"}).status_code == 401
    assert house.post(CONFIRM, {"code": pyotp.TOTP(secret).now()}).status_code == 303


def test_a_recovery_code_confirms(house):
    house.enter(house.amal())
    _, answer = add_passkey(house)
    age(house)
    assert house.post(CONFIRM, {"code": codes_on(answer.text)[0]}).status_code == 303


def by_passkey(house, passkey, **wrong):
    options = challenge_of(house, f"{CONFIRM}/passkey/challenge")
    form = {"credential": passkey.signed(options, **wrong)}
    return house.post(f"{CONFIRM}/passkey?next=/fr/profile/edit", form)


def test_a_passkey_confirms(house):
    house.enter(house.amal())
    passkey, _ = add_passkey(house)
    age(house)
    before = key(house)
    assert by_passkey(house, passkey).location == "/fr/profile/edit"
    assert key(house) != before


@pytest.mark.parametrize(
    "wrong", [{"flags": 0x01}, {"origin": "https://evil.example"}, {"party": "x"}]
)
def test_a_wrong_passkey_does_not(house, wrong):
    """SECURITY: T11."""
    house.enter(house.amal())
    passkey, _ = add_passkey(house)
    age(house)
    assert by_passkey(house, passkey, **wrong).status_code == 401
    assert house.get("/en/profile/security/passkeys/new").status_code == 303


def test_the_passkey_of_somebody_else_does_not(house):
    """SECURITY: T11."""
    other = with_passkey(house, house.moussa())
    house.enter(house.amal())
    add_passkey(house)
    age(house)
    assert by_passkey(house, other).status_code == 401
    stranger = SoftwarePasskey()
    assert by_passkey(house, stranger).status_code == 401


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/api/v1/me", "javascript:1"]
)  # fmt: skip
def test_nobody_is_led_away(house, target):
    """SECURITY: case 25."""
    house.enter(house.amal())
    answer = house.post(CONFIRM, {"current_password": PASSWORD}, query_string={"next": target})
    assert answer.location == "/en/profile/security"


def test_who_has_just_confirmed_is_not_asked_again(house):
    house.enter(house.amal())
    assert house.get(f"{CONFIRM}?next=/fr/profile").location == "/fr/profile"


def test_a_role_is_granted_only_after_a_confirmation(house):
    """SECURITY: P8."""
    amal = house.amal()
    house.enter(house.admin())
    age(house)
    form = {"role": "expert", "scope": ""}
    answer = house.post(f"/en/people/{amal.id}/roles", form)
    assert answer.location == f"/en/confirm?next=/en/people/{amal.id}"
    assert grants(house, amal) == []
    house.post(answer.location, {"current_password": PASSWORD})
    assert house.post(f"/en/people/{amal.id}/roles", form).status_code == 303
    assert grants(house, amal) == [Role.EXPERT]


def test_a_role_is_taken_back_only_after_a_confirmation(house):
    amal = house.person(roles=(Role.EXPERT,))
    house.enter(house.admin())
    age(house)
    with house.app.app_context():
        number = reading().scalar(select(RoleGrant.id).where(RoleGrant.account_id == amal.id))
    house.post(f"/en/people/{amal.id}/roles/{number}/revocation")
    assert grants(house, amal) == [Role.EXPERT]
    answer = house.ask("DELETE", f"/api/v1/people/{amal.id}/roles/{number}")
    assert (answer.status_code, answer.json["code"]) == (403, "confirmation_needed")
    assert grants(house, amal) == [Role.EXPERT]


def test_a_program_asks_for_a_new_token(house):
    amal, ruth = house.amal(), house.admin()
    tokens = []
    for _ in range(2):
        body = {"email": ruth.email, "password": PASSWORD}
        tokens.append(house.client.post("/api/v1/tokens", json=body).json["token"])
        if len(tokens) == 1:
            age(house)
    found = []
    for token in tokens:
        answer = house.client.post(
            f"/api/v1/people/{amal.id}/roles", json={"role": "expert"},
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        found.append((answer.status_code, answer.json.get("code")))
    assert found == [(403, "confirmation_needed"), (201, None)]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_enrolments_leave_only_after_a_confirmation(house, method):
    """SECURITY: P8."""
    house.enter(house.admin())
    age(house)
    address = "/en/statistics/enrolments?since=2026-01-01&until=2026-12-31"
    answer = house.get(address) if method == "GET" else house.post(address)
    assert answer.status_code == 303
    assert answer.location.startswith("/en/confirm?next=/en/statistics/enrolments")


def test_five_minutes_are_the_limit(house):
    house.enter(house.amal())
    age(house, minutes=4)
    assert house.get("/en/profile/security/passkeys/new").status_code == 200
    age(house, minutes=6)
    assert house.get("/en/profile/security/passkeys/new").status_code == 303
