"""Inviting one address, and joining by the link: single use, fourteen days, no questions of others.

SECURITY: case 26, case 52, T6, T12, T60, T155
"""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from learnplat.admission.models import (
    Admission,
    AdmissionEvent,
    AdmissionEventKind,
    AdmissionState,
    Invitation,
)
from learnplat.audit import AuditEntry
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.people.models import Account, AccountKind, RoleGrant, Standing
from learnplat.web.limits import limiter
from tests.admission.cast import FORM

GUEST = "guest@justice.example"
WISH = {"email": GUEST, "country": "TN", "language": "fr"}
JOIN = {name: value for name, value in FORM.items() if name not in ("email", "country")}


@pytest.fixture(autouse=True)
def _fresh(house):
    limiter.reset()


def focal_point(house, country="TN"):
    person = house.person("Fatou Ndiaye", roles=(Role.FOCAL_POINT,), country=country)
    with house.app.app_context(), transaction() as session:
        session.execute(
            update(RoleGrant).where(RoleGrant.account_id == person.id).values(scope=country)
        )
    return person


def invite(house, person=None, **changed):
    limiter.reset()
    house.enter(person or house.vetter())
    return house.post("/en/invitations", WISH | changed)


@pytest.fixture
def link(house, joining):
    assert invite(house).status_code == 303
    house.leave()
    return joining.link("invitation")


def kept(house):
    with house.app.app_context():
        return reading().scalars(select(Invitation).order_by(Invitation.id)).all()


def count(house, model):
    with house.app.app_context():
        return reading().scalar(select(func.count()).select_from(model))


def earlier(house, **ago):
    with house.app.app_context(), transaction() as session:
        for invitation in session.scalars(select(Invitation)):
            invitation.invited_at -= timedelta(**ago)


# Inviting


def test_the_letter_goes_out_in_the_language_of_choice(house, joining):
    assert invite(house).location == "/en/invitations"
    (letter,) = joining.letters()
    assert (letter["To"], letter["Content-Language"]) == (GUEST, "fr")
    assert "/fr/invitation/" in letter.get_body(("plain",)).get_content()


def test_it_stands_in_the_list_and_in_the_audit_log(house):
    invite(house)
    assert GUEST in house.get("/en/invitations").text
    with house.app.app_context():
        entry = reading().scalars(select(AuditEntry)).one()
    assert (entry.action, entry.facts) == ("person_invited", {"country": "TN"})


def test_only_a_digest_of_the_link_is_kept(house, link):
    (invitation,) = kept(house)
    assert link.rsplit("/", 1)[1] != invitation.token_digest
    assert len(invitation.token_digest) == 64
    assert invitation.expires_at - invitation.invited_at == timedelta(days=14)


@pytest.mark.parametrize("country", ["FR", "NE"])
def test_a_focal_point_invites_for_their_own_country_only(house, country):
    person = focal_point(house)
    refused = invite(house, person, country=country)
    taken = invite(house, person)
    assert (refused.status_code, taken.status_code) == (422, 303)
    assert len(kept(house)) == 1


def test_a_focal_point_sees_and_revokes_those_of_their_own_country(house):
    invite(house, country="NE", email="far@justice.example")
    invite(house)
    house.enter(focal_point(house))
    page = house.get("/en/invitations").text
    far, near = kept(house)
    assert (GUEST in page, "far@justice.example" in page) == (True, False)
    answers = [
        house.post(f"/en/invitations/{number}/revocation").status_code
        for number in (far.id, 999999, near.id)
    ]
    assert answers == [404, 404, 303]


def test_one_of_another_country_answers_as_one_that_is_missing(house):
    """SECURITY: case 52."""
    invite(house, country="NE")
    house.enter(focal_point(house))
    (far,) = kept(house)
    answers = [
        house.ask("POST", f"/api/v1/invitations/{number}/revocation") for number in (far.id, 999999)
    ]
    assert answers[0].status_code == answers[1].status_code == 404
    assert answers[0].data == answers[1].data


def test_the_inviter_is_told_nothing_of_the_address(house):
    """SECURITY: case 52. Answer, list and API say the same for a free and for a taken address."""
    standings = (None, *(one for one in Standing if one is not Standing.ERASED))
    vetter, found = house.vetter(), []
    for number, standing in enumerate(standings):
        address = f"guest{number}@justice.example"
        if standing is not None:
            house.person("Holder", email=address, standing=standing)
        limiter.reset()
        house.enter(vetter)
        with house.heard() as heard:
            answer = house.post("/en/invitations", WISH | {"email": address})
        row = house.get("/en/invitations").text.split('id="sent"')[1].split("</form>")[0]
        first = re.sub(r'value="[^"]{40,}"|invitation(s/|-)\d+', "", row)
        limiter.reset()
        wish = WISH | {"email": address.upper()}
        made = house.ask("POST", "/api/v1/invitations", wish).json
        listed = house.get("/api/v1/invitations?limit=2").json["items"]
        found.append(
            (
                answer.status_code,
                answer.location,
                first.replace(address, ""),
                {name: made[name] for name in ("country", "language", "state", "is_mine")},
                [item["state"] for item in listed],
                [re.sub(r"\(.*", "", " ".join(one.split())[:18]) for one in heard],
            )
        )
    assert found == [found[0]] * len(found)


def test_the_holder_of_a_taken_address_is_told(house, joining):
    amal = house.amal()
    invite(house, email=amal.email)
    (letter,) = joining.letters()
    text = letter.get_body(("plain",)).get_content()
    assert (letter["To"], letter["Content-Language"]) == (amal.email, "ar")
    assert "/ar/sign-in" in text
    assert "/invitation/" not in text


def test_inviting_again_ends_the_older_link(house, joining, link):
    invite(house, house.admin(), email=GUEST.upper())
    newer = joining.link("invitation")
    house.leave()
    assert (house.get(link).status_code, house.get(newer).status_code) == (404, 200)


def test_three_letters_an_hour_reach_an_address_at_most(house):
    """SECURITY: T155."""
    statuses = [invite(house).status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]
    earlier(house, hours=1)
    assert invite(house).status_code == 303


def test_one_person_sends_twenty_an_hour_at_most(house):
    """SECURITY: T155."""
    vetter = house.vetter()
    statuses = [
        invite(house, vetter, email=f"guest{number}@justice.example").status_code
        for number in range(21)
    ]
    assert statuses == [303] * 20 + [429]
    assert invite(house, email="another@justice.example").status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "a@b@c.example"), ("email", ""), ("country", "XX"), ("language", "de"), ("role", "admin")],
)  # fmt: skip
def test_a_wrong_value_is_named(house, field, value):
    answer = invite(house, **{field: value})
    assert (answer.status_code, count(house, Invitation)) == (422, 0)
    assert f'href="#f-{field}"' in answer.text or f">{field}</code>" in answer.text


def test_a_practitioner_invites_nobody(house):
    assert invite(house, house.amal()).status_code == 403


def test_the_api_lists_in_pages(house):
    vetter = house.vetter()
    for number in range(3):
        invite(house, vetter, email=f"guest{number}@justice.example")
    first = house.get("/api/v1/invitations?limit=2").json
    then = house.get(f"/api/v1/invitations?limit=2&cursor={first['next']}").json
    emails = [item["email"] for item in first["items"] + then["items"]]
    assert emails == [f"guest{number}@justice.example" for number in (2, 1, 0)]
    assert then["next"] is None
    assert not first["items"][0].keys() & {"token", "token_digest", "account_id", "invited_by_id"}


# Revoking


def test_a_revoked_link_opens_nothing(house, link):
    house.enter(house.admin())
    (invitation,) = kept(house)
    address = f"/api/v1/invitations/{invitation.id}/revocation"
    answers = [house.ask("POST", address) for _ in range(2)]
    assert [(answer.status_code, answer.json["state"]) for answer in answers] == [
        (200, "revoked"),
        (200, "revoked"),
    ]
    house.leave()
    assert (house.get(link).status_code, house.post(link, JOIN).status_code) == (404, 404)
    assert count(house, AuditEntry) == 2


def test_a_used_one_is_not_revoked(house, link):
    house.post(link, JOIN)
    house.enter(house.admin())
    (invitation,) = kept(house)
    answer = house.ask("POST", f"/api/v1/invitations/{invitation.id}/revocation")
    assert (answer.status_code, answer.json["code"]) == (409, "invitation_over")


# Joining


def test_the_account_is_admitted_at_once(house, joining, link):
    answer = house.post(link, JOIN)
    account = joining.account(GUEST)
    assert (answer.status_code, answer.location) == (303, "/fr/sign-in")
    assert (account.standing, account.email, account.country) == (Standing.ADMITTED, GUEST, "TN")
    assert account.kind is AccountKind.OFFICIAL
    assert account.email_confirmed_at is not None
    entered = house.post("/en/sign-in", {"email": GUEST, "password": FORM["password"]})
    assert entered.status_code == 303


def test_what_happened_is_kept(house, joining, link):
    house.post(link, JOIN)
    account, (invitation,) = joining.account(GUEST), kept(house)
    with house.app.app_context():
        admission = reading().scalars(select(Admission)).one()
        event = reading().scalars(select(AdmissionEvent)).one()
        actions = reading().scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert (admission.state, event.kind) == (AdmissionState.ADMITTED, AdmissionEventKind.ADMITTED)
    assert (event.actor_id, invitation.account_id) == (invitation.invited_by_id, account.id)
    assert actions == ["person_invited", "invitation_used"]


def test_joining_opens_no_session_and_gives_no_role(house, link):
    """SECURITY: T12. Whoever joins still signs in, by every step that their account asks for."""
    house.post(link, JOIN)
    assert house.get("/en/profile").status_code == 303
    assert count(house, RoleGrant) == 1  # the inviter's own


@pytest.mark.parametrize(
    "extra", [{"email": "attacker@justice.example"}, {"country": "FR"}, {"role": "admin"}]
)
def test_the_form_decides_neither_address_nor_country_nor_role(house, link, extra):
    answer = house.post(link, JOIN | extra)
    assert answer.status_code == 422
    name = next(iter(extra))
    assert f">{name}</code>" in answer.text or f'href="#f-{name}"' in answer.text
    assert house.post(link, JOIN).status_code == 303


def test_looking_at_the_link_does_not_use_it(house, link):
    page = house.get(link)
    assert (page.status_code, GUEST in page.text) == (200, True)
    assert 'name="email"' not in page.text
    assert house.client.head(link).status_code == 200
    assert house.post(link, JOIN | {"password": "short"}).status_code == 422
    assert house.post(link, JOIN).status_code == 303


def test_it_works_once(house, link):
    assert [house.post(link, JOIN).status_code for _ in range(2)] == [303, 404]


def test_used_twice_at_once_it_makes_one_account(house, link):
    form, statuses, clients = JOIN | {"csrf_token": house.token}, [], []
    for _ in range(4):
        client = house.app.test_client()
        with client.session_transaction() as session:
            session["csrf_token"] = "0" * 40
        clients.append(client)

    def try_it(client):
        statuses.append(client.post(link, data=form).status_code)

    before = count(house, Account)
    threads = [threading.Thread(target=try_it, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 404, 404, 404]
    assert count(house, Account) == before + 1


def test_after_fourteen_days_it_is_too_old(house, link):
    with house.app.app_context(), transaction() as session:
        session.execute(update(Invitation).values(expires_at=utc_now() - timedelta(seconds=1)))
    answer = house.get(link)
    assert (answer.status_code, house.post(link, JOIN).status_code) == (404, 404)
    house.enter(house.admin())
    assert house.get("/api/v1/invitations").json["items"][0]["state"] == "expired"


def test_an_application_that_waits_is_admitted_by_it(house, joining):
    joining.confirmed(email=GUEST)
    invite(house)
    house.leave()
    house.post(joining.link("invitation"), JOIN)
    account = joining.account(GUEST)
    with house.app.app_context():
        admission = reading().scalars(select(Admission)).one()
    assert (account.standing, admission.state) == (Standing.ADMITTED, AdmissionState.ADMITTED)


def test_the_link_of_an_application_dies_with_it(house, joining):
    joining.apply(email=GUEST)
    older = joining.link()
    invite(house)
    house.leave()
    house.post(joining.link("invitation"), JOIN)
    assert (house.get(older).status_code, house.post(older).status_code) == (404, 404)


@pytest.mark.parametrize("standing", [Standing.DECLINED, Standing.SUSPENDED, Standing.ADMITTED])
def test_it_reopens_no_account(house, joining, link, standing):
    """SECURITY: case 26. The address was taken between the letter and its use."""
    house.person("Holder", email=GUEST, standing=standing)
    assert house.post(link, JOIN).status_code == 404
    account = joining.account(GUEST)
    assert (account.name, account.standing) == ("Holder", standing)
    assert kept(house)[0].used_at is None


def revoked(house, inviter, role=Role.FOCAL_POINT):
    """An admin takes the role back, on the page of the person."""
    with house.app.app_context():
        kept = select(RoleGrant.id).where(
            RoleGrant.account_id == inviter.id, RoleGrant.role == role
        )
        number = reading().scalar(kept)
    house.enter(house.admin())
    return house.post(f"/en/people/{inviter.id}/roles/{number}/revocation")


def test_with_the_role_of_the_inviter_the_invitation_ends(house, joining):
    """SECURITY: T35. In the same transaction, and the log says so."""
    inviter = focal_point(house)
    invite(house, inviter)
    link = joining.link("invitation")
    assert revoked(house, inviter).status_code == 303
    assert kept(house)[0].revoked_at is not None
    house.leave()
    assert (house.get(link).status_code, house.post(link, JOIN).status_code) == (404, 404)
    with house.app.app_context():
        actions = reading().scalars(select(AuditEntry.action)).all()
    assert {"invitation_revoked", "role_revoked"} <= set(actions)


def test_the_api_ends_it_too(house, joining):
    """SECURITY: T35."""
    inviter = focal_point(house)
    invite(house, inviter)
    with house.app.app_context():
        kept_grant = select(RoleGrant.id).where(RoleGrant.account_id == inviter.id)
        number = reading().scalar(kept_grant)
    house.enter(house.admin())
    assert house.ask("DELETE", f"/api/v1/people/{inviter.id}/roles/{number}").status_code == 204
    assert kept(house)[0].revoked_at is not None


def test_what_another_role_of_the_inviter_allows_stays(house, joining):
    inviter = focal_point(house)
    with house.app.app_context(), transaction() as session:
        session.add(RoleGrant(account_id=inviter.id, role=Role.VETTER, scope="TN"))
    invite(house, inviter)
    revoked(house, inviter)
    assert kept(house)[0].revoked_at is None
    house.leave()
    assert house.post(joining.link("invitation"), JOIN).status_code == 303


def test_an_inviter_who_may_no_longer_invite_lets_nobody_in(house, joining, link):
    """SECURITY: T35. However the role was lost: by a restored copy, or by hand."""
    with house.app.app_context(), transaction() as session:
        session.execute(update(RoleGrant).values(role=Role.TRAINER))
    assert house.post(link, JOIN).status_code == 404
    assert joining.account(GUEST) is None
    assert kept(house)[0].used_at is None


def test_the_word_of_a_suspended_inviter_lets_nobody_in(house, joining):
    """SECURITY: T35."""
    inviter = focal_point(house)
    invite(house, inviter)
    house.enter(house.admin())
    address = f"/en/people/{inviter.id}/standing/suspension"
    assert house.post(address, {"reason": "invited strangers"}).status_code == 303
    house.leave()
    assert house.post(joining.link("invitation"), JOIN).status_code == 404
    with house.app.app_context():
        actions = reading().scalars(select(AuditEntry.action)).all()
    assert "invitation_revoked" in actions
