"""A role for one course or one run is a role for nothing else, and what it is for exists.

SECURITY: case 6; T33, T35, T36
"""

import threading

import pytest
from sqlalchemy import func, select, update

from learnplat.core.actors import Role
from learnplat.db import reading, transaction
from learnplat.people.models import Account, RoleGrant, Standing
from tests.house.world import COURSE, OTHER_COURSE, UNIT, a_discussion
from tests.learning.cast import a_run

UNIT_PAGE = f"/en/courses/{COURSE}/units/{UNIT}"
UNIT_API = f"/api/v1/courses/{COURSE}/units/{UNIT}"


def of(house, role, scope):
    """A person with one role for one thing."""
    person = house.person(f"{role} of {scope or 'all'}")
    with house.app.app_context(), transaction() as session:
        session.add(RoleGrant(account_id=person.id, role=role, scope=scope))
    return person


def grant(house, person, role, scope):
    return house.post(f"/en/people/{person.id}/roles", {"role": role, "scope": scope})


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        ("trainer", COURSE, 303),
        ("trainer", "no-such-course", 422),
        ("trainer", "TEST-1", 422),
        ("tutor", COURSE, 303),
        ("tutor", "TEST-1", 303),
        ("tutor", "TEST-2", 422),
        ("tutor", "test-1", 422),
    ],
)
def test_a_role_is_for_what_there_is(house, role, scope, status):
    a_run(house)
    amal = house.amal()
    house.enter(house.admin())
    assert grant(house, amal, role, scope).status_code == status
    body = {"role": role, "scope": scope}
    answer = house.ask("POST", f"/api/v1/people/{amal.id}/roles", body)
    assert answer.status_code == (201 if status == 303 else 422)


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.TRAINER, ""),
        (Role.TRAINER, COURSE),
        (Role.TUTOR, COURSE),
        (Role.TUTOR, "TEST-1"),
        (Role.ADMIN, ""),
    ],
)
def test_who_teaches_a_course_reads_it_without_a_place(house, role, scope):
    a_run(house)
    house.enter(of(house, role, scope))
    assert [house.get(address).status_code for address in (UNIT_PAGE, UNIT_API)] == [200, 200]


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.TRAINER, OTHER_COURSE),
        (Role.TUTOR, OTHER_COURSE),
        (Role.TUTOR, "AC-1"),
        (Role.MODERATOR, ""),
        (Role.VETTER, ""),
        (Role.AUDITOR, ""),
        (Role.EXPERT, ""),
        (Role.FOCAL_POINT, "MA"),
    ],
)
def test_nobody_else_reads_it_without_a_place(house, role, scope):
    a_run(house, code="AC-1", course_key=OTHER_COURSE)
    house.enter(of(house, role, scope))
    assert [house.get(address).status_code for address in (UNIT_PAGE, UNIT_API)] == [403, 403]


@pytest.mark.parametrize(
    ("role", "scope", "shown"),
    [
        (Role.TRAINER, COURSE, {"TEST-1", "TEST-2"}),
        (Role.TRAINER, OTHER_COURSE, {"AC-1"}),
        (Role.TUTOR, "TEST-2", {"TEST-2"}),
        (Role.TUTOR, COURSE, {"TEST-1", "TEST-2"}),
        (Role.TUTOR, "", {"TEST-1", "TEST-2", "AC-1"}),
        (Role.ADMIN, "", {"TEST-1", "TEST-2", "AC-1"}),
    ],
)
def test_staff_see_the_figures_of_the_runs_that_are_theirs(house, role, scope, shown):
    a_run(house, code="TEST-1")
    a_run(house, code="TEST-2")
    a_run(house, code="AC-1", course_key=OTHER_COURSE)
    page = house.enter(of(house, role, scope)).get("/en/runs").text
    assert {code for code in ("TEST-1", "TEST-2", "AC-1") if code in page} == shown


@pytest.mark.parametrize("course", [OTHER_COURSE, None])
def test_a_trainer_of_one_course_changes_no_discussion_of_another_or_of_none(house, course):
    number = a_discussion(house, course)
    house.enter(of(house, Role.TRAINER, COURSE))
    place = f"/en/discussions/{number}"
    assert house.get(f"{place}/edit").status_code == 404
    assert house.post(f"{place}/cancellation").status_code == 404
    body = {"minutes": 45}
    assert house.ask("PATCH", f"/api/v1/discussions/{number}", body).status_code == 404
    assert "Cancel" not in house.get(place).text


def test_a_trainer_of_one_course_moves_no_discussion_into_another(house):
    number = a_discussion(house, COURSE)
    house.enter(of(house, Role.TRAINER, COURSE))
    answer = house.ask("PATCH", f"/api/v1/discussions/{number}", {"course": None})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["course"])
    answer = house.ask("PATCH", f"/api/v1/discussions/{number}", {"minutes": 45})
    assert answer.status_code == 200


def test_an_admin_who_is_demoted_while_the_page_is_open_is_refused_at_submit(house):
    amal, ruth, other = house.amal(), house.admin(), house.admin()
    browser = house.browser(ruth)
    address = f"/en/people/{amal.id}"
    page = browser.get(address).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    with house.app.app_context():
        number = reading().scalar(select(RoleGrant.id).where(RoleGrant.account_id == ruth.id))
    house.enter(other).post(f"/en/people/{ruth.id}/roles/{number}/revocation")
    form = {"csrf_token": token, "role": "admin", "scope": ""}
    answer = browser.post(f"{address}/roles", data=form)
    assert answer.status_code in (400, 401, 403)
    with house.app.app_context():
        held = reading().scalars(select(RoleGrant.role).where(RoleGrant.account_id == amal.id))
        assert held.all() == []


def test_an_admin_who_is_being_demoted_does_not_give_the_role_back_to_themselves(house):
    ruth, other = house.admin(), house.admin()
    with house.app.app_context():
        number = reading().scalar(select(RoleGrant.id).where(RoleGrant.account_id == ruth.id))
    ready, statuses = threading.Barrier(2), {}

    def ask(name, person, method, path, body):
        client = house.browser(person)
        token = client.get("/api/v1/me").json["csrf_token"]
        ready.wait()
        statuses[name] = client.open(
            path, method=method, json=body, headers={"X-CSRFToken": token}
        ).status_code

    roles = f"/api/v1/people/{ruth.id}/roles"
    threads = [
        threading.Thread(target=ask, args=("take", other, "DELETE", f"{roles}/{number}", None)),
        threading.Thread(target=ask, args=("give", ruth, "POST", roles, {"role": "admin"})),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with house.app.app_context():
        held = reading().scalar(
            select(func.count()).where(
                RoleGrant.account_id == ruth.id, RoleGrant.role == Role.ADMIN
            )
        )
    # To give what one has changes nothing; to give it after it is gone is refused.
    assert (statuses["take"], held) == (204, 0)
    assert statuses["give"] in (201, 401, 403)


def test_a_suspended_admin_does_not_count_as_one_who_is_left(house):
    ruth, other = house.admin(), house.admin()
    with house.app.app_context(), transaction() as session:
        session.execute(
            update(Account).where(Account.id == other.id).values(standing=Standing.SUSPENDED)
        )
        number = session.scalar(select(RoleGrant.id).where(RoleGrant.account_id == ruth.id))
    house.enter(ruth)
    answer = house.ask("DELETE", f"/api/v1/people/{ruth.id}/roles/{number}")
    assert (answer.status_code, answer.json["code"]) == (409, "last_admin")
