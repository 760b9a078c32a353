"""After a password is chosen by a letter, or lost factors are removed, nothing opens but what is new.

SECURITY: case 27, T6, T12, T19.
"""

import re

import pytest
from conftest import PASSWORD
from sqlalchemy import func, select

from learnplat.audit import AuditEntry
from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.outbox import OutboxMessage
from learnplat.people.actions import issue_token
from learnplat.people.factors.models import Passkey
from learnplat.people.institutional.models import InstitutionalLink
from learnplat.people.models import Account, ApiToken, SignIn
from learnplat.web.limits import limiter
from learnplat.web.mail import deliver_due

NEW = "seven lamps over the harbour"


def link(house, person, subject="somebody", issuer="https://one.example"):
    with house.app.app_context(), transaction() as session:
        session.add(
            InstitutionalLink(
                account_id=person.id, issuer=issuer, subject=subject, linked_at=utc_now()
            )
        )


def links(house, person):
    with house.app.app_context():
        mine = InstitutionalLink.account_id == person.id
        return reading().scalar(select(func.count()).where(mine))


def a_token(house, person, with_factor=False):
    with house.app.app_context(), transaction() as session:
        epoch = session.get_one(Account, person.id).session_epoch
        token, _ = issue_token(
            session, account_id=person.id, session_epoch=epoch, with_factor=with_factor,
            now=utc_now(),
        )  # fmt: skip
    return {"Authorization": f"Bearer {token}"}


def reset(house, person):
    """Choose a new password by the link of a letter, in a browser of one's own."""
    limiter.reset()
    client, sent = house.app.test_client(), []
    house.leave().post("/en/forgotten-password", {"email": person.email})
    with house.app.app_context():
        deliver_due(lambda letter: sent.append(letter.get_body(("plain",)).get_content()), "")
    token = re.findall(r"/new-password/([\w-]+)", sent[-1])[0]
    answer = client.put("/api/v1/password-resets", json={"token": token, "password": NEW})
    assert answer.status_code == 204


def remove_factors(house, person):
    house.enter(house.admin())
    form = {"reason": "She called from her office; I know her voice."}
    assert house.post(f"/en/people/{person.id}/lost-factors", form).status_code == 303


def with_passkey(house, person):
    with house.app.app_context(), transaction() as session:
        session.add(
            Passkey(
                account_id=person.id, credential_id=f"credential-{person.id}", public_key=b"key",
                sign_count=0, transports="", name="Phone", added_at=utc_now(),
            )
        )  # fmt: skip


@pytest.fixture(params=["reset", "lost_factors"])
def renewed(house, request):
    """Renews how a person signs in, in one way or the other."""

    def renew(person):
        (reset if request.param == "reset" else remove_factors)(house, person)

    renew.has_factor = request.param == "lost_factors"
    return renew


def test_every_session_and_every_token_ends(house, renewed):
    amal = house.amal()
    browser, bearer = house.browser(amal), a_token(house, amal)
    if renewed.has_factor:
        with_passkey(house, amal)
        bearer = a_token(house, amal, with_factor=True)
    client = house.app.test_client()
    assert browser.get("/en/profile").status_code == 200
    assert client.get("/api/v1/me", headers=bearer).status_code == 200
    renewed(amal)
    assert browser.get("/en/profile").status_code == 303
    assert client.get("/api/v1/me", headers=bearer).status_code == 401
    with house.app.app_context():
        of_hers = SignIn.account_id == amal.id, SignIn.session_epoch == Account.session_epoch
        assert reading().scalar(select(func.count()).select_from(SignIn).where(*of_hers)) == 0
        live = select(func.count()).select_from(ApiToken).join(Account)
        live = live.where(ApiToken.session_epoch == Account.session_epoch)
        assert reading().scalar(live.where(ApiToken.account_id == amal.id)) == 0


def test_no_institution_stays_linked(house, renewed):
    amal, moussa = house.amal(), house.moussa()
    with_passkey(house, amal)
    for issuer in ("https://one.example", "https://two.example"):
        link(house, amal, issuer=issuer)
    link(house, moussa, "another")
    renewed(amal)
    assert (links(house, amal), links(house, moussa)) == (0, 1)
    with house.app.app_context():
        acts = reading().scalars(
            select(AuditEntry.subject_id).where(AuditEntry.action == "institution_unlinked")
        )
        assert acts.all() == [amal.id, amal.id]


def test_the_person_is_told_once_and_can_link_again(house, renewed):
    amal = house.amal()
    with_passkey(house, amal)
    link(house, amal, issuer="https://one.example")
    link(house, amal, issuer="https://two.example")
    renewed(amal)
    with house.app.app_context():
        query = select(OutboxMessage).where(OutboxMessage.template == "institution_unlinked")
        [told] = reading().scalars(query).all()
    assert (told.recipient, told.language.value) == (amal.email, "ar")
    assert told.facts["is_to_be_safe"] is True
    link(house, amal, issuer="https://one.example")
    assert links(house, amal) == 1


def test_the_letter_says_why(house):
    moussa = house.person("Moussa", language="en")
    with_passkey(house, moussa)
    link(house, moussa)
    remove_factors(house, moussa)
    sent = []
    with house.app.app_context():
        deliver_due(lambda letter: sent.append(letter), "http://learn.test")
    [letter] = [one for one in sent if "linked" in one["Subject"]]
    for kind in ("plain", "html"):
        assert "This was done to be safe" in letter.get_body((kind,)).get_content()


def test_who_has_linked_nothing_gets_no_such_letter(house, renewed):
    amal = house.amal()
    with_passkey(house, amal)
    renewed(amal)
    with house.app.app_context():
        sent = reading().scalars(select(OutboxMessage.template)).all()
    assert "institution_unlinked" not in sent


def test_the_owner_is_not_locked_out(house):
    amal = house.amal()
    link(house, amal)
    reset(house, amal)
    answer = house.leave().post("/en/sign-in", {"email": amal.email, "password": NEW})
    assert answer.status_code == 303
    wrong = house.leave().post("/en/sign-in", {"email": amal.email, "password": PASSWORD})
    assert wrong.status_code == 401
