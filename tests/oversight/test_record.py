"""What is kept of the acts of the house, and what is not. SECURITY: T166, T168."""

import json
from pathlib import Path

import pytest
from conftest import PASSWORD
from sqlalchemy import select

from learnplat import audit
from learnplat.audit import AuditEntry
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Conflict
from learnplat.db import reading, transaction
from learnplat.exchange.programme import import_programme
from learnplat.outbox import OutboxMessage
from learnplat.people.actions import add_person
from learnplat.people.addresses.resets import answer_wishes
from learnplat.people.models import RoleGrant

PROGRAMME = Path(__file__).parent.parent / "data" / "programme-2012"
PERIOD = "since=2012-01-01&until=2012-12-31"
DAYS = {"since": "2012-01-01", "until": "2012-12-31"}
REASON = "The ministry asked for the rows of 2012."
NEW = "seven lamps over the harbour"
DISCUSSION = {
    "date": "2031-03-18",
    "time": "14:30",
    "zone": "Europe/Madrid",
    "minutes": 90,
    "seats": 5,
    "languages": ["fr"],
    "texts": {"fr": {"topic": "Geler sans délai", "description": "Comment le juge contrôle."}},
    "experts": [{"name": "Inés Carvajal", "biographies": {"fr": "Juge d’appel depuis 2011."}}],
}
RUN = {
    "pace": "self_paced",
    "zone": "Europe/Madrid",
    "languages": ["fr", "es"],
    "partners": ["École nationale de la magistrature"],
    "seats": 20,
}


def kept(house):
    """What the log holds, the oldest first."""
    with house.app.app_context():
        found = reading().scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
        assert audit.verify(reading()) is None
    return [
        (entry.action, entry.actor_id, entry.subject_kind, entry.subject_id, entry.facts)
        for entry in found
    ]


def grant_id(house, person):
    with house.app.app_context():
        return reading().scalar(select(RoleGrant.id).where(RoleGrant.account_id == person.id))


def test_a_role_granted_and_taken_back_through_the_api(house):
    amal, admin = house.amal(), house.admin()
    house.enter(admin)
    roles = f"/api/v1/people/{amal.id}/roles"
    assert house.ask("POST", roles, {"role": "focal_point", "scope": "MA"}).status_code == 201
    house.ask("POST", roles, {"role": "focal_point", "scope": "MA"})
    assert house.ask("DELETE", f"{roles}/{grant_id(house, amal)}").status_code == 204
    facts = {"role": "focal_point", "scope": "MA"}
    assert kept(house) == [
        ("role_granted", admin.id, "account", amal.id, facts),
        ("role_revoked", admin.id, "account", amal.id, facts),
    ]


def test_a_role_granted_and_taken_back_on_the_page(house):
    amal, admin = house.amal(), house.admin()
    house.enter(admin).post(f"/en/people/{amal.id}/roles", {"role": "trainer", "scope": ""})
    house.post(f"/en/people/{amal.id}/roles/{grant_id(house, amal)}/revocation")
    assert [entry[0] for entry in kept(house)] == ["role_granted", "role_revoked"]


def test_a_refused_grant_leaves_nothing(house):
    amal = house.amal()
    house.enter(house.admin())
    answer = house.ask("POST", f"/api/v1/people/{amal.id}/roles", {"role": "practitioner"})
    assert answer.status_code == 422
    assert kept(house) == []


def test_an_account_added_from_the_command_line(house):
    with house.app.app_context(), transaction() as session:
        number = add_person(
            session, email="head@example.org", role="admin", country="AT", now=utc_now()
        )
    assert kept(house) == [("account_added", None, "account", number, {"role": "admin"})]


def test_an_account_that_was_not_added_leaves_nothing(house):
    def act():
        with transaction() as session:
            add_person(session, email="a@example.org", role="admin", country="AT", now=utc_now())
            session.add(RoleGrant(account_id=999_999, role=Role.TRAINER))

    with house.app.app_context(), pytest.raises(Conflict):
        act()
    assert kept(house) == []


def test_a_password_changed(house):
    amal = house.amal()
    house.enter(amal)
    form = {"current_password": PASSWORD, "password": NEW}
    assert house.post("/en/profile/password", form).status_code == 303
    assert kept(house) == [("password_changed", amal.id, "account", amal.id, {})]


def test_a_password_chosen_by_the_link_of_a_mail(house):
    amal = house.amal()
    house.post("/en/forgotten-password", {"email": amal.email})
    with house.app.app_context(), transaction() as session:
        answer_wishes(session, now=utc_now())
        token = session.scalar(select(OutboxMessage)).facts["token"]
    assert house.post(f"/en/new-password/{token}", {"password": NEW}).status_code == 303
    assert kept(house) == [("password_reset", amal.id, "account", amal.id, {})]


def test_a_token_issued_and_revoked(house):
    amal = house.amal()
    body = {"email": amal.email, "password": PASSWORD}
    token = house.client.post("/api/v1/tokens", json=body).json["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert house.client.delete("/api/v1/tokens/current", headers=bearer).status_code == 204
    found = kept(house)
    assert [entry[:4] for entry in found] == [
        ("token_issued", amal.id, "account", amal.id),
        ("token_revoked", amal.id, "account", amal.id),
    ]
    assert found[0][4] == found[1][4]


@pytest.mark.parametrize("address", ["/en/people/{}", "/api/v1/people/{}"])
def test_a_person_opened(house, address):
    amal, admin = house.amal(), house.admin()
    assert house.enter(admin).get(address.format(amal.id)).status_code == 200
    assert kept(house) == [("person_opened", admin.id, "account", amal.id, {"role": "admin"})]


@pytest.mark.parametrize("address", ["/en/people/999999", "/api/v1/people/999999"])
def test_a_missing_person_was_not_opened(house, address):
    assert house.enter(house.admin()).get(address).status_code == 404
    assert kept(house) == []


@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "html"])
def test_the_report_exported(house, form):
    admin = house.admin()
    house.enter(admin).get(f"/fr/statistics/participation.{form}?{PERIOD}")
    facts = {"form": form, **DAYS}
    assert kept(house) == [("participation_exported", admin.id, "report", None, facts)]


def test_the_report_given_to_a_program(house):
    house.enter(house.admin()).get(f"/api/v1/statistics/participation?{PERIOD}")
    assert kept(house)[0][4] == {"form": "api", **DAYS}


def test_a_report_that_is_looked_at_is_not_exported(house):
    house.enter(house.admin()).get(f"/fr/statistics/participation?{PERIOD}")
    assert kept(house) == []


def test_enrolments_exported_with_their_reason(house):
    admin = house.admin()
    answer = house.enter(admin).post("/fr/statistics/enrolments", {**DAYS, "reason": REASON})
    assert answer.data.startswith(b"\xef\xbb\xbfrun,")
    facts = DAYS | {"rows": 0, "wish": None}
    assert kept(house) == [("enrolments_exported", admin.id, "report", None, facts)]
    with house.app.app_context():
        assert reading().scalar(select(AuditEntry.reason)) == REASON


def test_a_programme_imported_once(house):
    for dry_run in (True, False, False):
        with house.app.app_context(), transaction() as session:
            import_programme(session, PROGRAMME, now=utc_now(), dry_run=dry_run)
    ((action, actor, kind, number, facts),) = kept(house)
    assert (action, actor, kind, number) == ("programme_imported", None, "programme", None)
    assert (facts["enrolments"], facts["completions"]) == (203, 180)


def test_a_run_planned_and_changed(house):
    trainer = house.trainer()
    house.enter(trainer)
    body = {"course_key": "universal-legal-framework", **RUN}
    run = house.ask("POST", "/api/v1/runs", body).json["id"]
    for seats in (20, 30):
        answer = house.ask("PUT", f"/api/v1/runs/{run}", {**RUN, "seats": seats})
        assert answer.status_code == 200
    assert kept(house) == [
        ("run_planned", trainer.id, "course_run", run, {}),
        ("run_changed", trainer.id, "course_run", run, {"changed": ["seats"]}),
    ]


def test_a_discussion_planned_changed_and_cancelled(house):
    trainer = house.trainer()
    house.enter(trainer)
    number = house.ask("POST", "/api/v1/discussions", DISCUSSION).json["id"]
    address = f"/api/v1/discussions/{number}"
    for minutes in (90, 45):
        assert house.ask("PATCH", address, {"minutes": minutes}).status_code == 200
    for _ in range(2):
        assert house.ask("POST", f"{address}/cancellation", {}).status_code == 200
    assert kept(house) == [
        ("discussion_planned", trainer.id, "discussion", number, {}),
        ("discussion_changed", trainer.id, "discussion", number, {"changed": ["minutes"]}),
        ("discussion_cancelled", trainer.id, "discussion", number, {}),
    ]


def test_no_name_address_token_or_text_is_kept(house):
    amal, admin = house.amal(), house.admin()
    body = {"email": amal.email, "password": PASSWORD}
    token = house.client.post("/api/v1/tokens", json=body).json["token"]
    house.enter(admin).get(f"/en/people/{amal.id}")
    house.post(f"/en/people/{amal.id}/roles", {"role": "focal_point", "scope": "MA"})
    house.enter(house.person("Trainer Testing", roles=(Role.TRAINER,)))
    number = house.ask("POST", "/api/v1/discussions", DISCUSSION).json["id"]
    texts = {"fr": {"topic": "Un autre sujet", "description": "Autre chose."}}
    house.ask("PATCH", f"/api/v1/discussions/{number}", {"texts": texts})
    with house.app.app_context(), transaction() as session:
        import_programme(session, PROGRAMME, now=utc_now(), dry_run=False)
    told = json.dumps(kept(house), ensure_ascii=False)
    for secret in (amal.name, amal.name_latin, amal.email, admin.name, token, "Carvajal", "sujet",
                   "Testing", "P000", "programme-2012"):  # fmt: skip
        assert secret not in told
