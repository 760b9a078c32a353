"""The course page, for everyone."""

from datetime import date

from sqlalchemy import update

from learnplat.db import transaction
from learnplat.learning.models import CourseRun
from tests.learning.cast import (
    COURSE,
    FIRST,
    SECOND,
    UNITS,
    a_dated_run,
    a_run,
    completed,
    enrolled,
)

ADDRESS = f"/en/courses/{COURSE}"


def test_everyone_reads_what_the_course_is(house):
    page = house.get(ADDRESS).text
    for part in (
        "The universal legal framework against terrorism",
        "How the framework is built",
        "For prosecutors, judges",
        "30 minutes",
        "7 hours and 35 minutes",
        "Français",
    ):
        assert part in page


def test_units_are_links_only_for_those_who_may_read_them(house):
    assert f"/units/{FIRST}" not in house.get(ADDRESS).text
    enrolled(house, house.amal(), a_run(house))
    assert house.get(ADDRESS).text.count(f"{ADDRESS}/units/{FIRST}") >= 2


def test_runs_show_their_days_and_seats_left(house):
    a_dated_run(house, seats=12, seats_taken=11, partners=["INTERPOL"])
    page = house.get(ADDRESS).text
    for part in ("From 1 February 2027 to 12 March 2027", "1 seat left", "INTERPOL"):
        assert part in page


def test_ended_runs_are_not_offered(house):
    a_run(house, starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1))
    page = house.get(ADDRESS).text
    assert "2020" not in page
    assert "No run of this course can be entered at the moment." in page


def test_a_stranger_is_offered_to_sign_in_rather_than_a_form(house):
    run_id = a_run(house)
    page = house.get(ADDRESS).text
    assert f"/runs/{run_id}/enrolment" not in page
    assert f"/en/sign-in?next={ADDRESS}" in page


def test_a_full_run_has_no_button(house):
    run_id = a_run(house, seats=1, seats_taken=1)
    page = house.enter(house.amal()).get(ADDRESS).text
    assert "Every seat is taken" in page
    assert f"/runs/{run_id}/enrolment" not in page


def test_who_is_enrolled_finds_the_next_unit_and_no_other_run(house):
    other = a_dated_run(house)
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    completed(house, enrolment_id, FIRST)
    page = house.get(ADDRESS).text
    assert f'href="{ADDRESS}/units/{SECOND}">Continue' in page
    assert "1 of 12" in page
    assert f"/runs/{other}/enrolment" not in page


def test_who_completed_it_is_told_so_calmly(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    completed(house, enrolment_id, *UNITS)
    page = house.get(ADDRESS).text
    assert "You have completed this course" in page
    assert "with 12 units studied." in page


def test_who_did_not_finish_an_ended_run_may_enter_another(house):
    first = a_run(house)
    enrolled(house, house.amal(), first)
    with house.app.app_context(), transaction() as session:
        session.execute(update(CourseRun).values(ends_on=date(2020, 1, 1)))
    second = a_run(house)
    page = house.get(ADDRESS).text
    assert "Your run of this course has ended." in page
    assert f"/runs/{second}/enrolment" in page


def test_an_unknown_course_is_not_found(house):
    assert house.get("/en/courses/no-such-course").status_code == 404
