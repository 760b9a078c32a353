"""Leaving a run."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from learnplat.core.refusals import Conflict, NotFound
from learnplat.db import db, transaction
from learnplat.learning.actions import withdraw
from learnplat.learning.models import CourseRun, EnrolmentStatus
from tests.learning.cast import (
    COURSE,
    FIRST,
    NOON,
    UNITS,
    a_dated_run,
    a_run,
    actor_of,
    completed,
    enrolled,
)


def taken(house, run_id: int) -> int:
    with house.app.app_context():
        return db.session.scalar(select(CourseRun.seats_taken).where(CourseRun.id == run_id))


def test_it_gives_the_seat_back_once(house):
    amal, run_id = house.amal(), a_run(house, seats=2)
    enrolment_id = enrolled(house, amal, run_id)
    for _ in range(2):
        answer = house.ask("POST", f"/api/v1/enrolments/{enrolment_id}/withdrawal", {})
        assert (answer.status_code, answer.json["status"]) == (200, "withdrawn")
    assert taken(house, run_id) == 0


def test_the_seat_goes_to_somebody_else(house):
    run_id = a_run(house, seats=1)
    amal_id = enrolled(house, house.amal(), run_id)
    house.ask("POST", f"/api/v1/enrolments/{amal_id}/withdrawal", {})
    enrolled(house, house.moussa(), run_id)
    assert taken(house, run_id) == 1


def test_the_enrolment_of_another_person_looks_like_a_missing_one(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    house.enter(house.moussa())
    foreign = house.ask("POST", f"/api/v1/enrolments/{enrolment_id}/withdrawal", {})
    missing = house.ask("POST", "/api/v1/enrolments/999999/withdrawal", {})
    assert (foreign.status_code, foreign.json) == (missing.status_code, missing.json)
    assert foreign.status_code == 404


def test_a_completed_course_is_not_left(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    completed(house, enrolment_id, *UNITS)
    answer = house.ask("POST", f"/api/v1/enrolments/{enrolment_id}/withdrawal", {})
    assert (answer.status_code, answer.json["code"]) == (409, "course_completed")


def test_a_run_that_has_ended_is_not_left(house):
    amal = house.amal()
    enrolment_id = enrolled(house, amal, a_dated_run(house))
    with (
        house.app.app_context(),
        pytest.raises(Conflict, match="run_ended"),
        transaction() as session,
    ):
        withdraw(session, actor=actor_of(amal), enrolment_id=enrolment_id, now=NOON.replace(day=20))


def test_what_was_studied_is_kept_for_a_return(house):
    amal, run_id = house.amal(), a_run(house)
    enrolment_id = enrolled(house, amal, run_id)
    completed(house, enrolment_id, FIRST)
    house.ask("POST", f"/api/v1/enrolments/{enrolment_id}/withdrawal", {})
    assert enrolled(house, amal, run_id) == enrolment_id
    answer = house.ask("GET", f"/api/v1/enrolments/{enrolment_id}")
    assert answer.json["units_done"] == [FIRST]


def test_the_page_asks_first_and_then_leaves(house):
    enrolment_id = enrolled(house, house.moussa(), a_run(house))
    address = f"/fr/enrolments/{enrolment_id}/withdrawal"
    assert house.get(address).status_code == 200
    answer = house.post(address)
    assert (answer.status_code, answer.location) == (303, "/fr/my-learning")
    unit = house.get(f"/fr/courses/{COURSE}/units/{FIRST}")
    assert unit.status_code == 403


def test_a_stranger_to_the_enrolment_finds_no_page(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    house.enter(house.moussa())
    assert house.get(f"/fr/enrolments/{enrolment_id}/withdrawal").status_code == 404
    assert house.post(f"/fr/enrolments/{enrolment_id}/withdrawal").status_code == 404


def test_an_unknown_enrolment_is_not_found(house):
    amal = house.amal()
    with house.app.app_context(), pytest.raises(NotFound), transaction() as session:
        withdraw(session, actor=actor_of(amal), enrolment_id=12345, now=NOON)


def test_the_status_is_withdrawn_with_its_moment(house):
    amal = house.amal()
    enrolment_id = enrolled(house, amal, a_run(house))
    with house.app.app_context(), transaction() as session:
        left = withdraw(session, actor=actor_of(amal), enrolment_id=enrolment_id, now=NOON)
        assert (left.status, left.withdrawn_at) == (EnrolmentStatus.WITHDRAWN, NOON)


def test_eight_threads_leave_and_each_is_told_the_same(house):
    amal, run_id = house.amal(), a_run(house, seats=2)
    enrolment_id = enrolled(house, amal, run_id)

    def leave(_number: int) -> int:
        browser = type(house)(house.app, house.app.test_client(), house.kind).enter(amal)
        address = f"/api/v1/enrolments/{enrolment_id}/withdrawal"
        return browser.ask("POST", address, {}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(leave, range(8))) == {200}
    assert taken(house, run_id) == 0
