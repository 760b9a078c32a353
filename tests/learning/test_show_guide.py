"""The trainer's guide of a course: for who leads it, and nobody else. SECURITY: T33, T40, 6, 9."""

import pytest

from learnplat.catalogue.actions import sync_courses
from learnplat.core.actors import Role
from learnplat.core.clock import utc_now
from learnplat.db import transaction
from learnplat.people.models import RoleGrant
from tests.catalogue.conftest import SmallCurriculum

GUIDE = "/en/courses/financing/guide"


def of(house, role, scope):
    person = house.person()
    with house.app.app_context(), transaction() as session:
        session.add(RoleGrant(account_id=person.id, role=role, scope=scope))
    house.enter(person)


@pytest.mark.parametrize("role", [Role.TRAINER, Role.TUTOR])
@pytest.mark.parametrize("scope", ["", "financing"])
def test_who_leads_the_course_reads_it(house, role, scope):
    of(house, role, scope)
    page = house.get(GUIDE)
    assert page.status_code == 200
    assert 'class="prose"' in page.text
    assert f'href="{GUIDE}"' in house.get("/en/courses/financing").text


def test_who_leads_another_course_finds_nothing(house):
    of(house, Role.TRAINER, "human-rights")
    foreign, missing = house.get(GUIDE), house.get("/en/courses/no-such-course/guide")
    assert (foreign.status_code, missing.status_code) == (404, 404)


def test_a_practitioner_is_told_that_it_is_for_another_role(house):
    house.enter(house.amal())
    assert house.get(GUIDE).status_code == 403
    assert GUIDE not in house.get("/en/courses/financing").text


def test_a_course_without_a_guide_has_no_such_page(blank_house, tmp_path):
    folder = SmallCurriculum(tmp_path).folder
    with blank_house.app.app_context(), transaction() as session:
        sync_courses(session, folder, now=utc_now())
    blank_house.enter(blank_house.admin())
    assert blank_house.get("/en/courses/small").status_code == 200
    assert blank_house.get("/en/courses/small/guide").status_code == 404
