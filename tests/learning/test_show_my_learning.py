"""My learning: what to do next."""

from datetime import date

from sqlalchemy import update

from learnplat.db import transaction
from learnplat.learning.models import CourseRun
from tests.learning.cast import COURSE, FIRST, SECOND, UNITS, a_run, completed, enrolled


def test_a_stranger_is_led_to_sign_in(house):
    assert house.get("/ar/my-learning").status_code == 303


def test_who_is_in_no_course_is_led_to_the_courses(house):
    page = house.enter(house.amal()).get("/en/my-learning").text
    assert "You are not in a course yet" in page
    assert 'class="button button-quiet" href="/en/courses"' in page


def test_the_next_unit_comes_first(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    completed(house, enrolment_id, FIRST)
    page = house.get("/en/my-learning").text
    assert f'href="/en/courses/{COURSE}/units/{SECOND}">Continue' in page
    assert "1 of 12" in page


def test_a_completed_course_has_its_day(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    completed(house, enrolment_id, *UNITS)
    page = house.get("/en/my-learning").text
    assert "Completed on" in page
    assert "Nothing is waiting for you" in page


def test_courses_left_and_ended_stay_in_sight(house):
    run_id = a_run(house)
    enrolment_id = enrolled(house, house.amal(), run_id)
    house.ask("POST", f"/api/v1/enrolments/{enrolment_id}/withdrawal", {})
    assert "Courses you left" in house.get("/en/my-learning").text
    enrolled_again = house.ask("POST", f"/api/v1/runs/{run_id}/enrolments", {}).status_code
    assert enrolled_again == 201
    with house.app.app_context(), transaction() as session:
        session.execute(update(CourseRun).values(ends_on=date(2020, 1, 1)))
    assert "Ended before you finished" in house.get("/en/my-learning").text


def test_nobody_sees_the_learning_of_another(house):
    enrolled(house, house.amal(), a_run(house))
    assert "You are not in a course yet" in house.enter(house.moussa()).get("/en/my-learning").text
