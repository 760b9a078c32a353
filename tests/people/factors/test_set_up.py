"""Setting factors up and taking them away: with a confirmation, told by mail, and every session over.

SECURITY: T8, T10, T12, P8, case 28
"""

import json
from datetime import timedelta

import pytest
from conftest import PASSWORD
from software_passkey import (
    NEW,
    SoftwarePasskey,
    add_passkey,
    challenge_of,
    codes_on,
    set_up_app,
    with_passkey,
)
from sqlalchemy import func, select, update

from learnplat.audit import AuditEntry
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import reading, transaction
from learnplat.outbox import OutboxMessage
from learnplat.people.factors.models import Authenticator, Passkey, RecoveryCode
from learnplat.people.models import Account
from learnplat.people.passwords import hashed

SECURITY = "/en/profile/security"


def count(house, model):
    with house.app.app_context():
        return reading().scalar(select(func.count()).select_from(model))


def letters(house):
    with house.app.app_context():
        rows = reading().execute(
            select(OutboxMessage.facts, OutboxMessage.language)
            .where(OutboxMessage.template == "factor_changed")
            .order_by(OutboxMessage.id)
        )
        return [(facts["what"], language) for facts, language in rows]


def actions(house):
    with house.app.app_context():
        return list(reading().scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def stale(house, person):
    """This browser, signed in as the person, whose confirmation is six minutes old."""
    key = house.opened(person, confirmed_at=utc_now() - timedelta(minutes=6))
    with house.client.session_transaction() as session:
        session.clear()
        session["_user_id"] = key


def test_the_first_factor_comes_with_ten_codes_and_ends_the_other_sessions(house):
    amal = house.amal()
    other = house.browser(amal)
    house.enter(amal)
    _, answer = add_passkey(house)
    assert len(codes_on(answer.text)) == 10
    assert other.get("/en/profile").status_code == 303
    assert house.get("/en/profile").status_code == 200
    assert letters(house) == [("passkey_added", Language.AR)]
    assert actions(house) == ["factor_added"]


def test_this_browser_goes_on_under_a_new_key(house):
    house.enter(house.amal())
    with house.client.session_transaction() as session:
        before = session["_user_id"]
    add_passkey(house)
    with house.client.session_transaction() as session:
        assert session["_user_id"] != before


def test_codes_are_kept_as_slow_digests_only(house):
    house.enter(house.amal())
    _, answer = add_passkey(house)
    with house.app.app_context():
        kept = list(reading().scalars(select(RecoveryCode.digest)))
    assert len(kept) == 10
    plain = {code.replace("-", "") for code in codes_on(answer.text)}
    assert all(len(digest) == 64 for digest in kept)
    assert not plain & set(kept)


def test_codes_are_shown_once(house):
    house.enter(house.amal())
    _, answer = add_passkey(house)
    page = house.get(SECURITY).text
    assert not any(code in page for code in codes_on(answer.text))
    assert "10 codes are left" in page


def test_new_codes_take_the_place_of_the_old(house):
    house.enter(house.amal())
    _, answer = add_passkey(house)
    fresh = house.post(f"{SECURITY}/recovery-codes")
    assert not set(codes_on(fresh.text)) & set(codes_on(answer.text))
    assert count(house, RecoveryCode) == 10
    assert letters(house)[-1][0] == "codes_made"


def test_without_a_factor_there_are_no_codes(house):
    house.enter(house.amal())
    assert house.post(f"{SECURITY}/recovery-codes").status_code == 409


def test_an_app_counts_once_a_code_has_shown_that_it_works(house):
    house.enter(house.amal())
    house.post(f"{SECURITY}/app")
    wrong = house.post(f"{SECURITY}/app/confirmation", {"code": "000000"})
    assert wrong.status_code == 422
    assert 'id="f-code-error"' in wrong.text
    with house.app.app_context():
        assert reading().scalar(select(Authenticator.confirmed_at)) is None
    _, answer = set_up_app(house)
    assert len(codes_on(answer.text)) == 10
    assert letters(house) == [("app_added", Language.AR)]


def test_the_picture_has_no_style_of_its_own(house):
    house.enter(house.amal())
    house.post(f"{SECURITY}/app")
    page = house.get(f"{SECURITY}/app").text
    picture = page.split('class="qr"')[1].split("</div>")[0]
    assert "<svg" in picture
    assert "style" not in picture
    assert "otpauth" not in page


def test_the_secret_of_the_app_is_sealed(house):
    house.enter(house.amal())
    secret, _ = set_up_app(house)
    with house.app.app_context():
        assert secret not in reading().scalar(select(Authenticator.secret))


def test_a_new_telephone_takes_the_place_of_the_old_only_when_it_works(house):
    house.enter(house.amal())
    old, _ = set_up_app(house)
    house.post(f"{SECURITY}/app")
    with house.app.app_context():
        kept = reading().scalar(select(Authenticator.confirmed_at))
    assert kept is not None
    new, answer = set_up_app(house)
    assert new != old
    assert answer.status_code == 303
    assert count(house, Authenticator) == 1


def test_a_passkey_is_renamed_and_removed(house):
    amal = house.amal()
    house.enter(amal)
    add_passkey(house)
    with house.app.app_context():
        number = reading().scalar(select(Passkey.id))
    house.post(f"{NEW}/{number}/name", {"name": "مفتاح المكتب"})
    assert "مفتاح المكتب" in house.get(SECURITY).text
    assert house.post(f"{NEW}/{number}/removal").status_code == 303
    assert (count(house, Passkey), count(house, RecoveryCode)) == (0, 0)
    assert [what for what, _ in letters(house)] == ["passkey_added", "passkey_removed"]
    assert actions(house) == ["factor_added", "factor_removed"]


@pytest.mark.parametrize("act", ["name", "removal"])
def test_another_persons_passkey_is_as_if_it_were_missing(house, act):
    with_passkey(house, house.amal())
    with house.app.app_context():
        number = reading().scalar(select(Passkey.id))
    house.enter(house.moussa())
    foreign = house.post(f"{NEW}/{number}/{act}", {"name": "x"} if act == "name" else {})
    missing = house.post(f"{NEW}/{number + 1}/{act}", {"name": "x"} if act == "name" else {})
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert count(house, Passkey) == 1


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", f"{NEW}/new"),
        ("POST", f"{NEW}/challenge"),
        ("POST", NEW),
        ("POST", f"{NEW}/1/removal"),
        ("POST", f"{SECURITY}/app"),
        ("GET", f"{SECURITY}/app"),
        ("POST", f"{SECURITY}/app/confirmation"),
        ("POST", f"{SECURITY}/app/removal"),
        ("POST", f"{SECURITY}/recovery-codes"),
    ],
)
def test_no_factor_is_touched_without_a_confirmation(house, method, address):
    stale(house, house.amal())
    answer = house.get(address) if method == "GET" else house.post(address)
    assert answer.status_code == 303
    assert answer.location.startswith("/en/confirm?next=")
    assert actions(house) == []


def test_the_last_factor_of_staff_stays_where_they_must_have_one(strict_house):
    house = strict_house
    house.enter(house.trainer())
    add_passkey(house)
    with house.app.app_context():
        number = reading().scalar(select(Passkey.id))
    answer = house.post(f"{NEW}/{number}/removal")
    assert answer.status_code == 409
    assert "Staff keep one second factor" in answer.text
    assert count(house, Passkey) == 1


def test_the_last_factor_stays_beside_a_short_password(house):
    """SECURITY: T1. The longer password comes first; then it goes."""
    amal = house.amal()
    house.enter(amal)
    add_passkey(house)
    form = {"current_password": PASSWORD, "password": "kwizbump"}
    assert house.post("/en/profile/password", form).status_code == 303
    with house.app.app_context():
        number = reading().scalar(select(Passkey.id))
    refused = house.post(f"{NEW}/{number}/removal")
    assert refused.status_code == 409
    form = {"current_password": "kwizbump", "password": "another quiet long sentence"}
    assert house.post("/en/profile/password", form).status_code == 303
    assert house.post(f"{NEW}/{number}/removal").status_code == 303


@pytest.mark.parametrize(("length", "status"), [(7, 422), (8, 303), (14, 303), (15, 303)])
def test_eight_characters_suffice_beside_a_factor(house, length, status):
    """SECURITY: T1."""
    house.enter(house.amal())
    add_passkey(house)
    form = {"current_password": PASSWORD, "password": "kwizbumpfrothjx"[:length]}
    assert house.post("/en/profile/password", form).status_code == status


@pytest.mark.parametrize(("length", "status"), [(14, 422), (15, 303)])
def test_fifteen_are_needed_without_one(house, length, status):
    """SECURITY: T1."""
    house.enter(house.amal())
    form = {"current_password": PASSWORD, "password": "kwizbumpfrothjx"[:length]}
    assert house.post("/en/profile/password", form).status_code == status


def test_a_new_password_says_nothing_about_the_second_factor(house):
    """SECURITY: T8. A stolen cookie and a password are no confirmation where there is a factor."""
    amal = house.amal()
    house.enter(amal)
    add_passkey(house)
    with house.app.app_context(), transaction() as session:
        session.execute(update_of_confirmation())
    form = {"current_password": PASSWORD, "password": "another quiet long sentence"}
    house.post("/en/profile/password", form)
    assert house.get(f"{NEW}/new").location.startswith("/en/confirm")


def update_of_confirmation():
    from learnplat.people.models import SignIn

    return update(SignIn).values(confirmed_at=utc_now() - timedelta(minutes=6))


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"party": "evil.example"},
        {"flags": 0x01},
        {"flags": 0x04},
        {"crossOrigin": True},
    ],
)
def test_a_passkey_made_elsewhere_or_without_verification_is_refused(house, wrong):
    """SECURITY: T11."""
    house.enter(house.amal())
    _, answer = add_passkey(house, **wrong)
    assert answer.status_code in (401, 422)
    assert count(house, Passkey) == 0


def test_a_passkey_is_made_only_for_the_challenge_that_was_asked(house):
    """SECURITY: T11."""
    house.enter(house.amal())
    options = challenge_of(house, f"{NEW}/challenge")
    options["challenge"] = "A" * 43
    form = {"name": "x", "credential": SoftwarePasskey().made(options)}
    assert house.post(NEW, form).status_code == 401
    assert count(house, Passkey) == 0


def test_the_same_credential_serves_one_account(house):
    """SECURITY: T11."""
    passkey = with_passkey(house, house.amal())
    house.enter(house.moussa())
    _, answer = add_passkey(house, passkey)
    assert answer.status_code == 409
    assert count(house, Passkey) == 1


def test_own_passkeys_are_left_out_when_another_is_made(house):
    house.enter(house.amal())
    passkey, _ = add_passkey(house)
    options = challenge_of(house, f"{NEW}/challenge")
    assert [one["type"] for one in options["excludeCredentials"]] == ["public-key"]
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["rp"]["id"] == "learn.test"
    assert passkey.count == 0


@pytest.mark.parametrize("sent", ["", "{", "[]", "null", "[" * 5000, json.dumps({"response": 1})])
def test_nonsense_in_the_place_of_a_passkey_is_refused(house, sent):
    house.enter(house.amal())
    answer = house.post(NEW, {"name": "x", "credential": sent})
    assert answer.status_code in (401, 422)


def lost(house, account_id, reason="She called from her office; I know her voice."):
    return house.post(f"/en/people/{account_id}/lost-factors", {"reason": reason})


def test_an_admin_removes_the_factors_of_somebody_who_has_lost_them(house):
    amal = house.amal()
    with_passkey(house, amal)
    house.enter(house.admin())
    assert lost(house, amal.id).status_code == 303
    assert (count(house, Passkey), count(house, RecoveryCode)) == (0, 0)
    assert letters(house)[-1] == ("all_removed", Language.AR)
    with house.app.app_context():
        entry = reading().scalar(select(AuditEntry).where(AuditEntry.action == "factors_removed"))
    assert entry.reason.startswith("She called")
    assert (entry.subject_id, entry.facts) == (amal.id, {"passkeys": 1, "apps": 0})


def test_a_short_password_goes_with_the_factors(house):
    amal = house.amal()
    with_passkey(house, amal)
    with house.app.app_context(), transaction() as session:
        session.execute(
            update(Account)
            .where(Account.id == amal.id)
            .values(password_hash=hashed("kwizbump"), password_is_long=False)
        )
    house.enter(house.admin())
    lost(house, amal.id)
    with house.app.app_context():
        assert reading().scalar(select(Account.password_hash).where(Account.id == amal.id)) is None
    assert letters(house)[-1][0] == "password_gone"


@pytest.mark.parametrize("reason", ["", "short"])
def test_a_reason_must_be_typed(house, reason):
    amal = house.amal()
    with_passkey(house, amal)
    house.enter(house.admin())
    assert lost(house, amal.id, reason).status_code == 422
    assert count(house, Passkey) == 1


def test_nobody_removes_their_own_factors_as_an_admin(house):
    ruth = house.admin()
    house.enter(ruth)
    add_passkey(house)
    assert lost(house, ruth.id).status_code == 409
    assert count(house, Passkey) == 1


def test_removing_lost_factors_needs_a_confirmation(house):
    amal = house.amal()
    with_passkey(house, amal)
    stale(house, house.admin())
    assert lost(house, amal.id).location.startswith("/en/confirm")
    assert count(house, Passkey) == 1
