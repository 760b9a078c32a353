"""Roles: an admin grants and takes back, a staff role takes its holder out of the figures.

SECURITY: case 6, T35, T36.
"""

import threading

import pytest
from sqlalchemy import func, select

from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Invalid
from learnplat.db import reading
from learnplat.people import actions, queries
from learnplat.people.models import Account, AccountKind, RoleGrant


def grants(house, person):
    with house.app.app_context():
        rows = reading().execute(
            select(RoleGrant.role, RoleGrant.scope).where(RoleGrant.account_id == person.id)
        )
        return {(role.value, scope) for role, scope in rows}


def grant_id(house, person):
    with house.app.app_context():
        return reading().scalar(select(RoleGrant.id).where(RoleGrant.account_id == person.id))


def kind(house, person):
    with house.app.app_context():
        return reading().scalar(select(Account.kind).where(Account.id == person.id))


def grant(house, person, role, scope=""):
    return house.post(f"/en/people/{person.id}/roles", {"role": role, "scope": scope})


def revoke(house, person):
    return house.post(f"/en/people/{person.id}/roles/{grant_id(house, person)}/revocation")


def test_a_staff_role_makes_staff(house):
    amal = house.amal()
    house.enter(house.admin())
    assert grant(house, amal, "trainer").status_code == 303
    assert (grants(house, amal), kind(house, amal)) == ({("trainer", "")}, AccountKind.STAFF)


def test_a_focal_point_stays_an_official(house):
    amal = house.amal()
    house.enter(house.admin())
    grant(house, amal, "focal_point", "MA")
    assert (grants(house, amal), kind(house, amal)) == (
        {("focal_point", "MA")},
        AccountKind.OFFICIAL,
    )


def test_a_test_account_stays_one(house):
    person = house.person(kind=AccountKind.TEST)
    house.enter(house.admin())
    grant(house, person, "tutor")
    assert kind(house, person) is AccountKind.TEST


def test_the_same_role_twice_is_one(house):
    amal = house.amal()
    house.enter(house.admin())
    assert [grant(house, amal, "tutor").status_code for _ in range(2)] == [303, 303]
    assert grants(house, amal) == {("tutor", "")}


@pytest.mark.parametrize(
    ("role", "scope", "field"),
    [("practitioner", "", "role"), ("emperor", "", "role"), ("", "", "role"),
     ("focal_point", "", "scope"), ("focal_point", "Morocco", "scope"), ("admin", "MA", "scope")],
)  # fmt: skip
def test_a_role_that_cannot_be_is_refused_on_its_field(house, role, scope, field):
    amal = house.amal()
    house.enter(house.admin())
    answer = grant(house, amal, role, scope)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert grants(house, amal) == set()


@pytest.mark.parametrize("who", ["amal", "trainer"])
def test_only_an_admin_grants(house, who):
    person = getattr(house, who)()
    house.enter(person)
    assert grant(house, person, "admin").status_code == 403
    assert (
        house.ask("POST", f"/api/v1/people/{person.id}/roles", {"role": "admin"}).status_code == 403
    )
    assert ("admin", "") not in grants(house, person)


def test_a_role_is_taken_back_and_the_official_counts_again(house):
    trainer = house.trainer()
    house.enter(house.admin())
    assert revoke(house, trainer).status_code == 303
    assert (grants(house, trainer), kind(house, trainer)) == (set(), AccountKind.OFFICIAL)


def test_the_last_admin_stays(house):
    admin = house.admin()
    answer = revoke(house.enter(admin), admin)
    assert answer.status_code == 409
    assert "the last administrator" in answer.text
    assert grants(house, admin) == {("admin", "")}


def test_one_of_two_admins_may_go(house):
    house.admin()
    admin = house.admin()
    answer = revoke(house.enter(admin), admin)
    assert (answer.status_code, answer.location) == (303, "/en/profile")


def test_two_admins_who_remove_each_other_leave_one(house):
    pair = [house.admin(), house.admin()]
    ids = [grant_id(house, person) for person in pair]
    statuses = []
    ready = threading.Barrier(2)

    def try_it(actor, other, other_grant):
        client = house.browser(actor)
        token = client.get("/api/v1/me").json["csrf_token"]
        ready.wait()
        statuses.append(
            client.delete(
                f"/api/v1/people/{other.id}/roles/{other_grant}", headers={"X-CSRFToken": token}
            ).status_code
        )

    threads = [
        threading.Thread(target=try_it, args=(pair[i], pair[1 - i], ids[1 - i])) for i in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with house.app.app_context():
        left = reading().scalar(select(func.count()).where(RoleGrant.role == Role.ADMIN))
    # Whoever comes second has lost the role, and with it the session.
    assert (min(statuses), max(statuses) in (401, 403), left) == (204, True, 1)


def test_anothers_grant_is_like_a_missing_one(house):
    trainer, amal = house.trainer(), house.amal()
    house.enter(house.admin())
    number = grant_id(house, trainer)
    texts = [
        house.ask("DELETE", f"/api/v1/people/{amal.id}/roles/{serial}").data
        for serial in (number, number + 999)
    ]
    assert texts[0] == texts[1]
    assert grants(house, trainer) == {("trainer", "")}


def test_a_repeated_key_repeats_the_answer(house):
    amal = house.amal()
    house.enter(house.admin())
    answers = [
        house.ask(
            "POST",
            f"/api/v1/people/{amal.id}/roles",
            {"role": "focal_point", "scope": "MA"},
            headers={"Idempotency-Key": "once"},
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (
        answers[0].json
        == answers[1].json
        == {"id": grant_id(house, amal), "role": "focal_point", "scope": "MA"}
    )


def test_an_operator_adds_the_first_admin(session):
    number = actions.add_person(
        session,
        email="First@un.example",
        role="admin",
        country="AT",
        now=utc_now(),
        password="seven lamps over the harbour",
    )
    account = queries.account_with_roles(session, number)
    assert (account.email_key, account.kind) == ("first@un.example", AccountKind.STAFF)
    assert [(grant.role, grant.scope) for grant in account.grants] == [(Role.ADMIN, "")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("role", "emperor"),
        ("country", "XX"),
        ("password", "short"),
        ("name", "\u202e"),
    ],
)
def test_an_operators_slip_is_named(session, field, value):
    values = {"email": "a@un.example", "role": "admin", "country": "AT", "password": None} | {
        field: value
    }
    with pytest.raises(Invalid) as refusal:
        actions.add_person(session, now=utc_now(), **values)
    assert list(refusal.value.errors) == [field]
