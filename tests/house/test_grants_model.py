"""Roles and places given and taken at random: the application never differs from a plain model.

SECURITY: T29, T36
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from learnplat.core.actors import Role
from learnplat.db import reading, transaction
from learnplat.learning.models import CourseRun, Enrolment
from learnplat.people.models import Account, AccountKind, RoleGrant
from tests.house.world import COURSE, OTHER_COURSE, UNIT, a_discussion
from tests.learning.cast import a_run

# What an admin tries to give: the last of each cannot be given.
SCOPES = {
    "trainer": ["", COURSE, "no-such-course"],
    "tutor": ["", COURSE, "TEST-1", "TEST-2", "NO-SUCH-1"],
    "focal_point": ["MA", "NE", ""],
    "moderator": ["", "MA"],
    "auditor": ["", COURSE],
    "admin": ["", COURSE],
}
NEVER = {
    ("trainer", "no-such-course"),
    ("tutor", "NO-SUCH-1"),
    ("focal_point", ""),
    ("moderator", "MA"),
    ("auditor", COURSE),
    ("admin", COURSE),
}
GRANTS = [(role, scope) for role, scopes in SCOPES.items() for scope in scopes]
PEOPLE = range(2)


def machine(house, people, root, run_ids, discussions):
    """The model: of each person the grants and whether they have a place in the course."""

    class Grants(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            with house.app.app_context(), transaction() as session:
                numbers = [person.id for person in people]
                session.execute(delete(RoleGrant).where(RoleGrant.account_id.in_(numbers)))
                session.execute(delete(Enrolment))
                for run in session.scalars(select(CourseRun)):
                    run.seats_taken = 0
                for number in numbers:
                    session.get_one(Account, number).kind = AccountKind.OFFICIAL
            self.held = [set() for _ in people]
            self.enrolled = [False for _ in people]
            self.asked = None

        def number(self, who, grant):
            with house.app.app_context():
                return reading().scalar(
                    select(RoleGrant.id).where(
                        RoleGrant.account_id == people[who].id,
                        RoleGrant.role == Role(grant[0]),
                        RoleGrant.scope == grant[1],
                    )
                )

        @rule(who=st.sampled_from(PEOPLE), grant=st.sampled_from(GRANTS))
        def give(self, who, grant):
            before = house.browser(people[who])
            body = {"role": grant[0], "scope": grant[1]}
            answer = house.enter(root).ask("POST", f"/api/v1/people/{people[who].id}/roles", body)
            assert answer.status_code == (422 if grant in NEVER else 201), answer.text
            is_new = grant not in NEVER and grant not in self.held[who]
            # A session of before the grant is over; one of before nothing goes on.
            assert before.get("/api/v1/me").status_code == (401 if is_new else 200)
            if grant not in NEVER:
                self.held[who].add(grant)

        @rule(who=st.sampled_from(PEOPLE), grant=st.sampled_from(GRANTS))
        def take(self, who, grant):
            number = self.number(who, grant) or 987_654
            before = house.browser(people[who])
            answer = house.enter(root).ask(
                "DELETE", f"/api/v1/people/{people[who].id}/roles/{number}"
            )
            had = grant in self.held[who]
            assert answer.status_code == (204 if had else 404), answer.text
            assert before.get("/api/v1/me").status_code == (401 if had else 200)
            self.held[who].discard(grant)

        @rule(who=st.sampled_from(PEOPLE))
        def assign(self, who):
            answer = house.enter(people[who]).ask(
                "POST", f"/api/v1/runs/{run_ids[0]}/enrolments", {}
            )
            assert answer.status_code == 201, answer.text
            self.enrolled[who] = True

        @rule(who=st.sampled_from(PEOPLE))
        def unassign(self, who):
            with house.app.app_context():
                number = reading().scalar(
                    select(Enrolment.id).where(Enrolment.account_id == people[who].id)
                )
            answer = house.enter(people[who]).ask(
                "POST", f"/api/v1/enrolments/{number or 987_654}/withdrawal", {}
            )
            assert answer.status_code == (200 if number else 404), answer.text
            self.enrolled[who] = False

        def roles(self, who):
            return {role for role, _ in self.held[who]}

        def scopes(self, who, role):
            return {scope for held, scope in self.held[who] if held == role}

        def expected(self, who):
            """By address, the status that the model expects."""
            roles = self.roles(who)
            is_admin = "admin" in roles
            planner = is_admin or bool(self.scopes(who, "trainer"))
            everywhere = is_admin or "moderator" in roles or "" in self.scopes(who, "trainer")
            talks = is_admin or bool(roles & {"moderator", "trainer"})
            reads = self.enrolled[who] or planner or bool(self.scopes(who, "tutor"))

            def status(may, can):
                return 200 if may else 404 if can else 403

            edit = "/en/discussions/{}/edit"
            return {
                f"/en/runs/{run_ids[0]}/edit": status(planner, planner),
                "/en/runs": status(talks or "tutor" in roles, False),
                f"/api/v1/courses/{COURSE}/units/{UNIT}": status(reads, False),
                edit.format(discussions[0]): status(talks, talks),
                edit.format(discussions[1]): status(everywhere, talks),
                f"/api/v1/people/{people[1 - who].id}": status(is_admin, False),
                "/api/v1/audit": status(is_admin or "auditor" in roles, False),
            }

        def expected_runs(self, who):
            if self.roles(who) & {"admin", "moderator"}:
                return {"TEST-1", "TEST-2"}
            scopes = self.scopes(who, "trainer") | self.scopes(who, "tutor")
            return {"TEST-1", "TEST-2"} if scopes & {"", COURSE} else scopes

        @invariant()
        def the_house_agrees(self):
            for who in PEOPLE:
                state = (frozenset(self.held[who]), self.enrolled[who])
                if state == (self.asked or {}).get(who):
                    continue
                self.asked = {**(self.asked or {}), who: state}
                client = house.browser(people[who])
                expected = self.expected(who)
                found = {address: client.get(address).status_code for address in expected}
                assert found == expected
                page = client.get("/en/runs").text
                if expected["/en/runs"] == 200:
                    shown = {code for code in ("TEST-1", "TEST-2") if code in page}
                    assert shown == self.expected_runs(who)

    return Grants


@pytest.mark.timeout(120)
def test_the_house_never_differs_from_the_model(house):
    root = house.admin()
    people = [house.amal(), house.moussa()]
    run_ids = [a_run(house), a_run(house)]
    discussions = [a_discussion(house, COURSE), a_discussion(house, OTHER_COURSE)]
    run_state_machine_as_test(
        machine(house, people, root, run_ids, discussions),
        settings=settings(
            max_examples=6,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
