"""Signing in in two steps: nothing opens in between, and no way leads round the second one.

SECURITY: T9, T10, T12, T14, T16, case 28, P8
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pyotp
import pytest
from conftest import PASSWORD
from software_passkey import add_passkey, codes_on, set_up_app, with_passkey
from sqlalchemy import func, select, update

from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.people.factors import proofs
from learnplat.people.factors.actions import renew_seals
from learnplat.people.factors.models import Authenticator, HalfSignIn, RecoveryCode, SecondFactor
from learnplat.people.factors.proofs import Tried
from learnplat.people.factors.sealing import Sealer
from learnplat.people.models import Account, ApiToken, RoleGrant, SignIn
from learnplat.web.limits import limiter
from learnplat.web.mail import deliver_due

STEP = "/en/sign-in/second-factor"
OPEN = "/en/profile"


def with_app(house, person):
    """The person, with an app and signed out; gives its secret and the recovery codes."""
    house.enter(person)
    secret, answer = set_up_app(house)
    forget_last_step(house)
    house.leave()
    return secret, codes_on(answer.text)


def forget_last_step(house):
    """As if half a minute had passed since the code that set the app up."""
    with house.app.app_context(), transaction() as session:
        session.execute(update(Authenticator).values(last_step=0))


def by_password(house, person, **options):
    return house.post("/en/sign-in", {"email": person.email, "password": PASSWORD}, **options)


def by_token(house, person, **more):
    return house.client.post(
        "/api/v1/tokens", json={"email": person.email, "password": PASSWORD, **more}
    )


def code(secret):
    return pyotp.TOTP(secret).now()


def test_a_right_password_alone_opens_nothing(house):
    amal = house.amal()
    with_app(house, amal)
    answer = by_password(house, amal)
    assert (answer.status_code, answer.location) == (303, STEP)
    page = house.get(STEP).text
    assert amal.name not in page
    assert amal.email not in page
    assert house.get(OPEN).status_code == 303
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(HalfSignIn)) == 1


def test_a_right_code_opens_under_a_new_key(house):
    """SECURITY: case 28. Nothing of the cookie before is the key of the session after."""
    amal = house.amal()
    secret, _ = with_app(house, amal)
    by_password(house, amal)
    with house.client.session_transaction() as session:
        half = session["half"]
        session["_user_id"] = "planted"
    answer = house.post(STEP, {"code": code(secret)})
    assert (answer.status_code, answer.location) == (303, "/ar/my-learning")
    assert house.get(OPEN).status_code == 200
    with house.client.session_transaction() as session:
        assert session["_user_id"] not in (half, "planted")
        assert "half" not in session
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(HalfSignIn)) == 0
        opened = select(SignIn.with_factor).order_by(SignIn.id.desc())
        assert reading().scalars(opened).first() is True


def test_the_person_goes_on_to_where_they_were_going(house):
    amal = house.amal()
    secret, _ = with_app(house, amal)
    answer = by_password(house, amal, query_string={"next": "/fr/profile/edit"})
    assert answer.location == f"{STEP}?next=/fr/profile/edit"
    answer = house.post(answer.location, {"code": code(secret)})
    assert answer.location == "/fr/profile/edit"


def test_a_code_counts_once(house):
    """SECURITY: T9."""
    amal = house.amal()
    secret, _ = with_app(house, amal)
    now = code(secret)
    by_password(house, amal)
    assert house.post(STEP, {"code": now}).status_code == 303
    house.leave()
    by_password(house, amal)
    assert house.post(STEP, {"code": now}).status_code == 401


def test_the_half_sign_in_ends_after_ten_minutes(house):
    amal = house.amal()
    secret, _ = with_app(house, amal)
    by_password(house, amal)
    with house.app.app_context(), transaction() as session:
        session.execute(update(HalfSignIn).values(expires_at=utc_now()))
    answer = house.post(STEP, {"code": code(secret)})
    assert answer.location == "/en/sign-in"
    assert house.get(OPEN).status_code == 303


def test_a_new_password_ends_the_half_sign_in(house):
    amal = house.amal()
    secret, _ = with_app(house, amal)
    by_password(house, amal)
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).values(session_epoch=Account.session_epoch + 1))
    assert house.post(STEP, {"code": code(secret)}).location == "/en/sign-in"


def test_the_second_step_needs_the_forms_token(house):
    """SECURITY: T14."""
    amal = house.amal()
    secret, _ = with_app(house, amal)
    by_password(house, amal)
    assert house.client.post(STEP, data={"code": code(secret)}).status_code == 400


def test_the_code_of_somebody_else_is_wrong(house):
    amal, moussa = house.amal(), house.moussa()
    with_app(house, amal)
    secret, _ = with_app(house, moussa)
    by_password(house, amal)
    assert house.post(STEP, {"code": code(secret)}).status_code == 401


def test_a_recovery_code_opens_once(house):
    """SECURITY: T10."""
    amal = house.amal()
    _, codes = with_app(house, amal)
    by_password(house, amal)
    assert house.post(STEP, {"code": codes[3].upper()}).status_code == 303
    assert "9 codes are left" in house.get("/en/profile/security").text
    house.leave()
    by_password(house, amal)
    assert house.post(STEP, {"code": codes[3]}).status_code == 401


def test_a_sweep_of_codes_stops_after_ten(house):
    """SECURITY: T9. The next one waits, in the database and whichever door it comes by."""
    amal = house.amal()
    secret, codes = with_app(house, amal)
    statuses = []
    for number in range(12):
        limiter.reset()
        statuses.append(by_token(house, amal, code=f"{number:06}").status_code)
    assert statuses == [401] * 10 + [429] * 2
    by_password(house, amal)
    assert house.post(STEP, {"code": code(secret)}).status_code == 429
    assert house.post(STEP, {"code": codes[0]}).status_code == 303


def tries(house, amal, now, code, sealer):
    with house.app.app_context(), transaction() as session:
        return proofs.try_code(
            session, account_id=amal.id, code=code, recovery_digest=None, sealer=sealer, now=now
        )


def test_the_pause_grows_and_ends(house):
    """SECURITY: T9, T158."""
    amal = house.amal()
    secret, _ = with_app(house, amal)
    sealer, now = Sealer(house.app.secret_key), utc_now()
    for _ in range(10):
        assert tries(house, amal, now, "000000", sealer) is Tried.WRONG
    right = pyotp.TOTP(secret).at(now)
    assert tries(house, amal, now, right, sealer) is Tried.PAUSED
    later = now + timedelta(minutes=1)
    assert tries(house, amal, later, "000000", sealer) is Tried.WRONG
    assert tries(house, amal, later + timedelta(seconds=119), "000000", sealer) is Tried.PAUSED
    after = later + timedelta(minutes=2)
    assert tries(house, amal, after, pyotp.TOTP(secret).at(after), sealer) is Tried.RIGHT
    with house.app.app_context():
        assert reading().scalar(select(SecondFactor.wrong_codes)) == 0


def test_one_code_tried_at_once_from_many_sides_opens_one(house):
    amal = house.amal()
    secret, _ = with_app(house, amal)
    sealer, now = Sealer(house.app.secret_key), utc_now()
    barrier = Barrier(6)

    def one(_):
        barrier.wait()
        return tries(house, amal, now, pyotp.TOTP(secret).at(now), sealer)

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(one, range(6)))
    assert found.count(Tried.RIGHT) == 1


def test_many_wrong_codes_at_once_are_no_more_than_ten(house):
    amal = house.amal()
    with_app(house, amal)
    sealer, now = Sealer(house.app.secret_key), utc_now()
    barrier = Barrier(16)

    def one(_):
        barrier.wait()
        return tries(house, amal, now, "000000", sealer)

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(one, range(16)))
    assert found.count(Tried.WRONG) == 10
    assert found.count(Tried.PAUSED) == 6


def test_the_code_on_the_key_before_still_counts_and_is_sealed_anew(house):
    amal = house.amal()
    secret, _ = with_app(house, amal)
    now, fresh = utc_now(), "another key of today, long enough"
    both = Sealer(fresh, house.app.secret_key)
    assert tries(house, amal, now, pyotp.TOTP(secret).at(now), both) is Tried.RIGHT
    with house.app.app_context():
        assert Sealer(fresh).opened(reading().scalar(select(Authenticator.secret))) == secret


def test_after_a_change_of_the_key_every_secret_is_sealed_again(house):
    amal = house.amal()
    secret, _ = with_app(house, amal)
    fresh = "another key of today, long enough"
    with house.app.app_context(), transaction() as session:
        assert renew_seals(session, sealer=Sealer(fresh, house.app.secret_key)) == 1
    with house.app.app_context():
        assert Sealer(fresh).opened(reading().scalar(select(Authenticator.secret))) == secret


def test_a_token_asks_for_the_code(house):
    """SECURITY: T12, T16."""
    amal = house.amal()
    secret, _ = with_app(house, amal)
    bare = by_token(house, amal)
    assert (bare.status_code, bare.json["code"]) == (401, "second_factor_needed")
    wrong = by_token(house, amal, code="000000")
    assert (wrong.status_code, wrong.json["code"]) == (401, "wrong_code")
    assert by_token(house, amal, code=code(secret)).status_code == 201
    with house.app.app_context():
        assert reading().scalars(select(ApiToken.with_factor)).all() == [True]


def test_a_token_needs_no_code_where_there_is_no_factor(house):
    assert by_token(house, house.amal()).status_code == 201


def test_a_wrong_password_says_nothing_of_a_factor(house):
    amal = house.amal()
    with_app(house, amal)
    answer = house.client.post(
        "/api/v1/tokens", json={"email": amal.email, "password": "wrong", "code": "000000"}
    )
    assert answer.json["code"] == "wrong_sign_in"


def test_a_password_reset_does_not_skip_the_factor(house):
    """SECURITY: T12. Nor does it open a session by itself."""
    amal = house.amal()
    with_app(house, amal)
    house.post("/en/forgotten-password", {"email": amal.email})
    token = link_of(house)
    new = "seven lamps over the harbour"
    assert house.post(f"/en/new-password/{token}", {"password": new}).status_code == 303
    assert house.get(OPEN).status_code == 303
    answer = house.post("/en/sign-in", {"email": amal.email, "password": new})
    assert answer.location == STEP


def link_of(house):
    sent = []
    with house.app.app_context():
        deliver_due(sent.append, "http://learn.test")
    texts = [letter.get_body(("plain",)).get_content() for letter in sent]
    return next(found[1] for text in texts if (found := re.search(r"new-password/([\w-]+)", text)))


def test_no_door_opens_a_session_without_the_factor(house):
    """SECURITY: T12. The action itself refuses, whoever calls it."""
    from learnplat.core.refusals import NotSignedIn

    amal = house.amal()
    with_passkey(house, amal)
    with pytest.raises(NotSignedIn, match="second_factor_needed"):
        house.opened(amal)


def test_sessions_and_tokens_of_before_end_with_the_factor(house):
    """SECURITY: T12."""
    amal = house.amal()
    token = by_token(house, amal).json["token"]
    with_app(house, amal)
    headers = {"Authorization": f"Bearer {token}"}
    assert house.get("/api/v1/me", headers=headers).status_code == 401


# Staff who must


def test_staff_without_a_factor_reach_only_the_page_that_sets_one_up(strict_house):
    house = strict_house
    answer = by_password(house, house.trainer())
    assert answer.location.startswith("/es/profile/security?next=")
    for address in ("/en/", "/en/runs", "/en/profile", "/en/courses", "/en/discussions"):
        assert house.get(address).location == "/en/profile/security", address
    assert house.post("/en/profile/edit").location == "/en/profile/security"
    assert house.get("/en/profile/security").status_code == 200
    assert house.get("/fr/profile/security/passkeys/new").status_code == 200
    house.get("/static/learnplat.css").close()
    refused = house.get("/api/v1/me")
    assert (refused.status_code, refused.json["code"]) == (403, "second_factor_missing")
    assert house.post("/en/sign-out").location == "/en/"


def test_setting_one_up_opens_the_rest(strict_house):
    house = strict_house
    house.enter(house.trainer())
    assert house.get("/en/runs").location == "/en/profile/security"
    set_up_app(house)
    assert house.get("/en/runs").status_code == 200


def test_a_token_of_staff_needs_a_factor(strict_house):
    house = strict_house
    answer = by_token(house, house.admin())
    assert (answer.status_code, answer.json["code"]) == (403, "second_factor_missing")


def test_who_becomes_staff_falls_under_the_rule_at_once(strict_house):
    house = strict_house
    amal = house.amal()
    token = by_token(house, amal).json["token"]
    browser = house.browser(amal)
    with house.app.app_context(), transaction() as session:
        session.add(RoleGrant(account_id=amal.id, role=Role.TRAINER, scope=""))
    assert browser.get("/en/my-learning").location == "/en/profile/security"
    answer = house.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.json["code"] == "second_factor_missing"


def test_practitioners_are_left_in_peace(strict_house):
    house = strict_house
    answer = by_password(house, house.amal())
    assert answer.location == "/ar/my-learning"
    assert house.get("/ar/my-learning").status_code == 200


def test_where_it_is_offered_staff_are_led_there_once(house):
    ines = house.trainer()
    first = by_password(house, ines).location
    assert first == "/es/profile/security?next=/es/"
    assert "/es/" in house.get(first).text
    assert house.get("/en/runs").status_code == 200
    house.leave()
    assert by_password(house, ines).location == "/es/"
    house.leave()
    assert by_token(house, ines).status_code == 201


def test_who_is_asking_still_costs_one_select(strict_house):
    house = strict_house
    house.enter(house.trainer())
    add_passkey(house)
    with house.heard() as seen:
        house.get("/en/profile/password")
    assert len(seen) == 1, seen


def test_what_has_expired_is_swept(house):
    """SECURITY: T156."""
    amal = house.amal()
    with_app(house, amal)
    for _ in range(3):
        house.leave()
        by_password(house, amal)
    with house.app.app_context(), transaction() as session:
        session.execute(update(HalfSignIn).values(expires_at=utc_now()))
    house.leave()
    by_password(house, amal)
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(HalfSignIn)) == 1
        assert reading().scalar(select(func.count()).select_from(RecoveryCode)) == 10
