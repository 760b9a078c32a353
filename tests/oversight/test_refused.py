"""What people were refused stands in the audit log: the verb and a number, never a name.

SECURITY: T32, T31, T166
"""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnplat import audit
from learnplat.audit import REFUSED_AN_HOUR, AuditEntry
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.db import reading, transaction
from learnplat.people.models import Account, AccountKind, ApiToken, RoleGrant
from learnplat.people.rules import digest_of


def refused(house):
    """The refused tries that the log holds, the oldest first."""
    with house.app.app_context():
        query = select(AuditEntry).where(AuditEntry.action == "try_refused")
        found = reading().scalars(query.order_by(AuditEntry.number)).all()
        assert audit.verify(reading()) is None
    return [(entry.actor_id, entry.facts) for entry in found]


def of_country(house, role, country):
    """Somebody who holds a role for one country."""
    person = house.person("Nadia Holder", country=country, kind=AccountKind.OFFICIAL)
    with house.app.app_context(), transaction() as session:
        session.add(RoleGrant(account_id=person.id, role=role, scope=country))
    return person


@pytest.mark.parametrize(
    ("method", "address"),
    [("GET", "/en/people"), ("POST", "/en/people"), ("GET", "/api/v1/people")],
)
def test_a_door_of_another_role(house, method, address):
    amal = house.amal()
    house.enter(amal)
    send = house.post if method == "POST" else house.get
    assert send(address).status_code == 403
    assert refused(house) == [(amal.id, {"verb": "list_people", "status": 403, "number": None})]


def test_a_focal_point_who_reaches_for_another_country(house):
    """Its application answers as if it were missing; that somebody reached for it is kept."""
    person = of_country(house, Role.FOCAL_POINT, "MA")
    house.enter(person)
    assert house.post("/en/confirmations/4711", {"answer": "confirm"}).status_code == 404
    facts = {"verb": "answer_application", "status": 404, "number": 4711}
    assert refused(house) == [(person.id, facts)]


@pytest.mark.parametrize("door", ["page", "api"])
def test_a_focal_point_who_invites_for_another_country(house, door):
    person = of_country(house, Role.FOCAL_POINT, "MA")
    house.enter(person)
    sent = {"email": "somebody@court.example", "country": "NE", "language": "fr"}
    if door == "page":
        assert house.post("/en/invitations", sent).status_code == 422
    else:
        assert house.ask("POST", "/api/v1/invitations", sent).status_code == 422
    facts = {"verb": "invite_person", "status": 422, "number": None}
    assert refused(house) == [(person.id, facts)]


def test_a_vetter_of_another_country(house):
    amal = house.amal()
    vetter = of_country(house, Role.VETTER, "NE")
    house.enter(vetter)
    address = f"/api/v1/people/{amal.id}/suspension"
    sent = {"reason": "request", "words": "A few words that say why."}
    assert house.ask("POST", address, sent).status_code == 404
    facts = {"verb": "change_standing", "status": 404, "number": amal.id}
    assert refused(house) == [(vetter.id, facts)]


def test_what_is_no_try_is_not_kept(house):
    """A wrong link, a field that is wrong, a confirmation that is due, a person who is missing."""
    amal, admin = house.amal(), house.admin()
    house.enter(amal)
    house.get("/en/courses/no-such-course")
    house.get("/en/no-such-page")
    house.post("/en/profile/edit", {"name": ""})
    house.enter(admin)
    house.get("/en/people/999999")
    key = house.opened(admin, confirmed_at=utc_now() - timedelta(minutes=6))
    with house.client.session_transaction() as session:
        session["_user_id"] = key
    answer = house.ask("POST", f"/api/v1/people/{amal.id}/roles", {"role": "trainer"})
    assert answer.json["code"] == "confirmation_needed"
    house.leave().get("/en/people")
    assert refused(house) == []


@pytest.mark.parametrize("by", ["cookie", "token"])
def test_who_has_to_agree_to_new_terms_first_tries_nothing(house, by):
    amal = house.person(consent_version="2020-01-01")
    address, headers = "/api/v1/enrolments/1/withdrawal", {}
    if by == "cookie":
        house.enter(amal)
    else:
        with house.app.app_context(), transaction() as session:
            session.add(
                ApiToken(
                    account_id=amal.id, token_digest=digest_of("lp_a"), session_epoch=0,
                    issued_at=utc_now(), confirmed_at=utc_now(),
                    expires_at=utc_now() + timedelta(hours=1),
                )
            )  # fmt: skip
        headers["Authorization"] = "Bearer lp_a"
    answer = house.ask("POST", address, {"reason": "no_time"}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "consent_needed")
    assert refused(house) == []


def test_once_a_minute_for_each_verb(house):
    amal = house.amal()
    house.enter(amal)
    for address in ("/en/people", "/en/audit", "/api/v1/people", "/en/people", "/en/audit"):
        assert house.get(address).status_code == 403
    assert [facts["verb"] for _, facts in refused(house)] == ["list_people", "read_audit_log"]


def test_a_minute_later_again_and_so_often_an_hour(house):
    amal, begins_at = house.amal(), utc_now()
    with house.app.app_context(), transaction() as session:
        for minute in range(59):
            audit.record_refused(
                session, actor_id=amal.id, verb="list_people", status=403, number=None,
                now=begins_at + timedelta(minutes=minute, seconds=minute),
            )  # fmt: skip
    assert len(refused(house)) == REFUSED_AN_HOUR


def test_the_tries_of_one_person_do_not_hide_those_of_another(house):
    amal, moussa = house.amal(), house.moussa()
    for person in (amal, moussa):
        house.enter(person).get("/en/people")
    assert [actor for actor, _ in refused(house)] == [amal.id, moussa.id]


def test_many_at_the_same_moment_leave_one_entry(house):
    amal = house.amal()
    clients = [house.browser(amal) for _ in range(6)]
    barrier = threading.Barrier(len(clients))

    def knock(client):
        barrier.wait()
        client.get("/en/people")

    threads = [threading.Thread(target=knock, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused(house)) == 1


def test_an_auditor_reads_it_in_words(house):
    amal = house.amal()
    house.enter(amal).get(f"/en/people/{amal.id}")
    page = house.enter(house.auditor()).get("/en/audit?action=try_refused").text
    assert "Attempt refused" in page
    assert "verb: open_person" in page


def test_no_word_of_what_was_sent_is_kept(house):
    amal = house.amal()
    house.enter(amal).post("/en/people?q=Carvajal", {"q": "Inés Carvajal"})
    with house.app.app_context():
        entry = reading().scalars(select(AuditEntry)).one()
        assert entry.reason is None
        assert entry.subject_id is None
        assert "Carvajal" not in str(entry.facts)
        assert reading().get(Account, entry.actor_id) is not None
