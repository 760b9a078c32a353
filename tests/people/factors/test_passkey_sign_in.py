"""Signing in with a passkey alone, and every answer of one that proves nothing.

SECURITY: T11, T14, case 28, P8
"""

import json
from datetime import timedelta

import pytest
from conftest import PASSWORD
from software_passkey import SoftwarePasskey, challenge_of, decoded, encoded, with_passkey
from sqlalchemy import delete, func, select, update

from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.people.factors.models import Challenge, Passkey
from learnplat.people.models import Account, SignIn, Standing

ASK = "/en/sign-in/passkey/challenge"
ANSWER = "/en/sign-in/passkey"
OPEN = "/en/profile"


def answer_with(house, credential, **options):
    return house.post(ANSWER, {"credential": credential}, **options)


def refused(house, answer):
    assert answer.status_code == 401
    assert "This passkey could not be verified" in answer.text
    assert house.get(OPEN).status_code == 303
    return True


def test_a_passkey_alone_opens_the_door(house):
    amal = house.amal()
    passkey = with_passkey(house, amal)
    answer = answer_with(house, passkey.signed(challenge_of(house, ASK)))
    assert (answer.status_code, answer.location) == (303, "/ar/my-learning")
    assert house.get(OPEN).status_code == 200
    with house.app.app_context():
        assert reading().scalar(select(Passkey.sign_count)) == 1
        assert reading().scalar(select(Passkey.used_at)) is not None


def test_it_takes_the_person_to_where_they_were_going(house):
    passkey = with_passkey(house, house.amal())
    credential = passkey.signed(challenge_of(house, ASK))
    answer = answer_with(house, credential, query_string={"next": "/fr/profile/edit"})
    assert answer.location == "/fr/profile/edit"


def test_the_session_has_a_new_key_and_nothing_of_before(house):
    """SECURITY: case 28."""
    passkey = with_passkey(house, house.amal())
    credential = passkey.signed(challenge_of(house, ASK))
    with house.client.session_transaction() as session:
        session["_user_id"], session["planted"] = "planted", "by somebody else"
    answer_with(house, credential)
    with house.client.session_transaction() as session:
        assert session["_user_id"] != "planted"
        assert "planted" not in session


def test_it_serves_as_the_second_step(house):
    amal = house.amal()
    passkey = with_passkey(house, amal)
    step = house.post("/en/sign-in", {"email": amal.email, "password": PASSWORD}).location
    assert step == "/en/sign-in/second-factor"
    answer = answer_with(house, passkey.signed(challenge_of(house, ASK)))
    assert answer.status_code == 303
    assert house.get(OPEN).status_code == 200


def test_another_persons_passkey_is_no_second_step(house):
    amal, moussa = house.amal(), house.moussa()
    with_passkey(house, amal)
    other = with_passkey(house, moussa)
    house.post("/en/sign-in", {"email": amal.email, "password": PASSWORD})
    assert refused(house, answer_with(house, other.signed(challenge_of(house, ASK))))


def test_an_answer_counts_once(house):
    passkey = with_passkey(house, house.amal())
    credential = passkey.signed(challenge_of(house, ASK))
    assert answer_with(house, credential).status_code == 303
    house.leave()
    assert refused(house, answer_with(house, credential))


def test_an_answer_to_an_earlier_challenge_is_refused(house):
    """A new challenge, in the same browser, ends the one before."""
    passkey = with_passkey(house, house.amal())
    earlier = passkey.signed(challenge_of(house, ASK))
    challenge_of(house, ASK)
    assert refused(house, answer_with(house, earlier))


def test_a_challenge_serves_only_the_browser_that_asked(house):
    passkey = with_passkey(house, house.amal())
    credential = passkey.signed(challenge_of(house, ASK))
    house.leave()
    challenge_of(house, ASK)
    assert refused(house, answer_with(house, credential))


def test_a_wrong_answer_uses_the_challenge_up(house):
    passkey = with_passkey(house, house.amal())
    options = challenge_of(house, ASK)
    answer_with(house, passkey.signed(options, origin="https://evil.example"))
    assert refused(house, answer_with(house, passkey.signed(options)))


def test_a_challenge_of_another_purpose_is_refused(house):
    amal = house.amal()
    passkey = with_passkey(house, amal)
    credential = passkey.signed(challenge_of(house, ASK))
    with house.app.app_context(), transaction() as session:
        session.execute(update(Challenge).values(purpose="register"))
    assert refused(house, answer_with(house, credential))


def test_a_challenge_of_another_account_is_refused(house):
    amal, moussa = house.amal(), house.moussa()
    passkey = with_passkey(house, amal)
    credential = passkey.signed(challenge_of(house, ASK))
    with house.app.app_context(), transaction() as session:
        session.execute(update(Challenge).values(account_id=moussa.id))
    assert refused(house, answer_with(house, credential))


def test_an_expired_challenge_is_refused(house):
    passkey = with_passkey(house, house.amal())
    credential = passkey.signed(challenge_of(house, ASK))
    with house.app.app_context(), transaction() as session:
        session.execute(update(Challenge).values(expires_at=utc_now()))
    assert refused(house, answer_with(house, credential))


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://learn.test:8000"},
        {"origin": "https://learn.test"},
        {"party": "evil.example"},
        {"flags": 0x01},
        {"flags": 0x04},
        {"crossOrigin": True},
        {"type": "webauthn.create"},
        {"handle": None},
        {"handle": encoded(b"somebody else")},
    ],
    ids=[
        "origin", "port", "scheme", "party", "unverified", "absent", "framed", "kind", "no-handle",
        "handle",
    ],
)  # fmt: skip
def test_an_answer_from_elsewhere_or_unverified_is_refused(house, wrong):
    passkey = with_passkey(house, house.amal())
    assert refused(house, answer_with(house, passkey.signed(challenge_of(house, ASK), **wrong)))


def test_a_counter_that_goes_back_is_refused(house):
    passkey = with_passkey(house, house.amal())
    answer_with(house, passkey.signed(challenge_of(house, ASK), count=7))
    for count in (7, 6, 0):
        house.leave()
        credential = passkey.signed(challenge_of(house, ASK), count=count)
        assert refused(house, answer_with(house, credential))
    with house.app.app_context():
        assert reading().scalar(select(Passkey.sign_count)) == 7


def test_a_passkey_without_a_counter_goes_on_working(house):
    passkey = with_passkey(house, house.amal())
    for _ in range(2):
        credential = passkey.signed(challenge_of(house, ASK), count=0)
        assert answer_with(house, credential).status_code == 303
        house.leave()


def test_the_signature_of_another_key_is_refused(house):
    passkey = with_passkey(house, house.amal())
    forger = SoftwarePasskey(passkey.id)
    forger.handle = passkey.handle
    assert refused(house, answer_with(house, forger.signed(challenge_of(house, ASK))))


def test_a_changed_answer_is_refused(house):
    passkey = with_passkey(house, house.amal())
    credential = json.loads(passkey.signed(challenge_of(house, ASK)))
    data = bytearray(decoded(credential["response"]["authenticatorData"]))
    data[36] += 1
    credential["response"]["authenticatorData"] = encoded(bytes(data))
    assert refused(house, answer_with(house, json.dumps(credential)))


def test_an_unknown_passkey_is_refused_alike(house):
    stranger = SoftwarePasskey()
    stranger.handle = encoded(b"nobody")
    assert refused(house, answer_with(house, stranger.signed(challenge_of(house, ASK))))


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.DECLINED, Standing.ERASED])
def test_the_passkey_of_somebody_who_is_out_opens_nothing(house, standing):
    amal = house.amal()
    passkey = with_passkey(house, amal)
    with house.app.app_context(), transaction() as session:
        session.execute(update(Account).values(standing=standing))
    assert refused(house, answer_with(house, passkey.signed(challenge_of(house, ASK))))


def test_the_passkey_of_a_deleted_account_opens_nothing(house):
    amal = house.amal()
    passkey = with_passkey(house, amal)
    with house.app.app_context(), transaction() as session:
        session.execute(delete(Account).where(Account.id == amal.id))
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(Passkey)) == 0
    assert refused(house, answer_with(house, passkey.signed(challenge_of(house, ASK))))


def test_a_removed_passkey_opens_nothing(house):
    passkey = with_passkey(house, house.amal())
    with house.app.app_context(), transaction() as session:
        session.execute(delete(Passkey))
    assert refused(house, answer_with(house, passkey.signed(challenge_of(house, ASK))))


def test_the_form_needs_its_token(house):
    """SECURITY: T14. Nobody is signed in to another's account by a page of theirs."""
    passkey = with_passkey(house, house.amal())
    credential = passkey.signed(challenge_of(house, ASK))
    assert house.client.post(ANSWER, data={"credential": credential}).status_code == 400
    assert house.client.post(ASK).status_code == 400


@pytest.mark.parametrize(
    ("sent", "status"), [("", 422), ("x" * 20_001, 422), ("{}", 401), ("[" * 9000, 401), ("null", 401)]
)  # fmt: skip
def test_nonsense_is_refused(house, sent, status):
    challenge_of(house, ASK)
    assert answer_with(house, sent).status_code == status


def test_the_challenge_names_nobody(house):
    with_passkey(house, house.amal())
    options = challenge_of(house, ASK)
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    assert options["rpId"] == "learn.test"


def test_expired_challenges_are_swept(house):
    """SECURITY: T156."""
    for _ in range(3):
        challenge_of(house, ASK)
    with house.app.app_context(), transaction() as session:
        session.execute(update(Challenge).values(expires_at=utc_now() - timedelta(minutes=1)))
    challenge_of(house, ASK)
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(Challenge)) == 1


def test_signing_in_counts_as_a_confirmation(house):
    passkey = with_passkey(house, house.amal())
    answer_with(house, passkey.signed(challenge_of(house, ASK)))
    assert house.get("/en/profile/security/passkeys/new").status_code == 200
    with house.app.app_context():
        newest = select(SignIn.with_factor).order_by(SignIn.id.desc())
        assert reading().scalars(newest).first() is True
