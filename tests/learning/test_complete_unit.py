"""Finishing a unit, and with the last one the course. SECURITY: case 5, case 32, P2."""

import threading

import pytest
from sqlalchemy import func, select

from learnplat.core.languages import Language
from learnplat.core.refusals import Conflict, Invalid, NotAllowed, NotFound
from learnplat.db import db, transaction
from learnplat.learning.actions import complete_unit, enrol
from learnplat.learning.models import Completion, Enrolment, EnrolmentStatus, UnitCompletion
from learnplat.outbox import OutboxMessage
from tests.learning.cast import (
    COURSE,
    FIRST,
    LAST,
    NOON,
    SECOND,
    UNITS,
    a_dated_run,
    a_run,
    actor_of,
    completed,
    enrolled,
    the_catalogue,
)


def done(session, person, unit, *, language=Language.AR, now=NOON, **more):
    return complete_unit(
        session,
        the_catalogue(),
        actor=actor_of(person),
        course_key=COURSE,
        unit_key=unit,
        language=language,
        now=now,
        **more,
    )


def with_place(house, person, run_id):
    with house.app.app_context(), transaction() as session:
        made, _ = enrol(session, the_catalogue(), actor=actor_of(person), run_id=run_id, now=NOON)
        return made.id


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_it_is_recorded_once(house):
    amal = house.amal()
    with_place(house, amal, a_run(house))
    for is_new in (True, False):
        with house.app.app_context(), transaction() as session:
            made = done(session, amal, FIRST)
            assert (made.is_new, made.progress.done, made.next_unit) == (is_new, 1, SECOND)
    with house.app.app_context():
        assert count(UnitCompletion) == 1


def test_the_language_and_edition_studied_are_kept(house):
    amal = house.amal()
    with_place(house, amal, a_run(house))
    with house.app.app_context(), transaction() as session:
        done(session, amal, FIRST, language=Language.FR)
        kept = session.scalars(select(UnitCompletion)).one()
        course = the_catalogue().course(COURSE)
        edition = course.module(course.unit(FIRST).module_key).editions[Language.FR]
        assert (kept.language, kept.edition_id) == (Language.FR, edition.id)


def test_units_are_finished_in_order(house):
    amal = house.amal()
    with_place(house, amal, a_run(house))
    with (
        house.app.app_context(),
        pytest.raises(Conflict, match="earlier_unit_open"),
        transaction() as session,
    ):
        done(session, amal, SECOND)


def test_strangers_to_the_course_are_refused(house):
    amal = house.amal()
    with (
        house.app.app_context(),
        pytest.raises(NotAllowed, match="not_enrolled"),
        transaction() as session,
    ):
        done(session, amal, FIRST)


def test_who_left_is_refused(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    house.ask("POST", f"/api/v1/enrolments/{enrolment_id}/withdrawal", {})
    answer = house.ask("POST", f"/api/v1/enrolments/{enrolment_id}/units/{FIRST}/completion", {})
    assert (answer.status_code, answer.json["code"]) == (403, "not_enrolled")


@pytest.mark.parametrize(
    ("day", "month", "code"), [(13, 3, "run_ended"), (31, 1, "run_not_started")]
)
def test_outside_the_days_of_the_run_it_is_refused(house, day, month, code):
    amal = house.amal()
    with_place(house, amal, a_dated_run(house))
    with house.app.app_context(), pytest.raises(Conflict, match=code), transaction() as session:
        done(session, amal, FIRST, now=NOON.replace(day=day, month=month))


def test_on_the_last_day_it_is_taken(house):
    amal = house.amal()
    with_place(house, amal, a_dated_run(house))
    with house.app.app_context(), transaction() as session:
        assert done(session, amal, FIRST, now=NOON.replace(day=12)).is_new


def test_a_unit_that_is_not_in_the_course_is_not_found(house):
    amal = house.amal()
    with_place(house, amal, a_run(house))
    with house.app.app_context(), pytest.raises(NotFound), transaction() as session:
        done(session, amal, "no-such-unit")


def test_the_last_unit_completes_the_course_with_the_editions_studied(house):
    amal = house.amal()
    enrolment_id = with_place(house, amal, a_run(house))
    with house.app.app_context(), transaction() as session:
        for unit in UNITS[:-1]:
            assert not done(session, amal, unit).has_completed_course
        assert done(session, amal, LAST, language=Language.EN).has_completed_course
    with house.app.app_context():
        made = db.session.scalars(select(Completion)).one()
        assert (made.enrolment_id, made.completed_at) == (enrolment_id, NOON)
        assert tuple(made.editions) == UNITS
        course = the_catalogue().course(COURSE)
        assert made.editions[LAST] == course.module("council-in-practice").editions[Language.EN].id
        assert (
            made.editions["criminalizing"]
            == course.module("into-practice").editions[Language.AR].id
        )
        assert db.session.get_one(Enrolment, enrolment_id).status is EnrolmentStatus.COMPLETED


def test_a_letter_congratulates_once(house):
    enrolment_id = enrolled(house, house.moussa(), a_run(house))
    completed(house, enrolment_id, *UNITS)
    completed(house, enrolment_id, LAST)
    with house.app.app_context():
        letters = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "course_completed")
        ).all()
        assert [(letter.language.value, letter.facts["course"][:8]) for letter in letters] == [
            ("fr", "Le cadre")
        ]


def test_thirty_threads_finish_the_last_unit_and_one_completion_stands(house):
    amal = house.amal()
    with_place(house, amal, a_run(house))
    with house.app.app_context(), transaction() as session:
        for unit in UNITS[:-1]:
            done(session, amal, unit)
    gate, made, failures = threading.Barrier(30), [], []

    def go():
        with house.app.app_context():
            the_catalogue()
            db.session.remove()
            gate.wait()
            try:
                with transaction() as session:
                    found = done(session, amal, LAST)
                made.append(found.has_completed_course)
            except Exception as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=go) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(made) == 1
    with house.app.app_context():
        assert (count(UnitCompletion), count(Completion)) == (len(UNITS), 1)


def test_the_page_leads_to_the_next_unit_and_says_how_many_are_left(house):
    enrolled(house, house.amal(), a_run(house))
    answer = house.post(f"/en/courses/{COURSE}/units/{FIRST}/completion")
    assert (answer.status_code, answer.location) == (303, f"/en/courses/{COURSE}/units/{SECOND}")
    assert "11 units are left." in house.get(answer.location).text


def test_the_page_refuses_a_later_unit_and_shows_the_next_one(house):
    enrolled(house, house.amal(), a_run(house))
    answer = house.post(f"/en/courses/{COURSE}/units/{LAST}/completion")
    assert answer.status_code == 409
    assert "Please complete the earlier units first." in answer.text
    assert f'href="/en/courses/{COURSE}/units/{FIRST}"' in answer.text


def test_the_page_refuses_people_who_are_not_enrolled(house):
    answer = house.enter(house.amal()).post(f"/en/courses/{COURSE}/units/{FIRST}/completion")
    assert answer.status_code == 403
    assert f'href="/en/courses/{COURSE}"' in answer.text


def test_the_api_takes_the_language_studied(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    completed(house, enrolment_id, FIRST, language="es")
    with house.app.app_context():
        assert db.session.scalars(select(UnitCompletion.language)).one() is Language.ES


def test_the_api_keeps_other_peoples_enrolments_to_themselves(house):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    house.enter(house.moussa())
    for number in (enrolment_id, 999_999):
        answer = house.ask("POST", f"/api/v1/enrolments/{number}/units/{FIRST}/completion", {})
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("body", [{"score": 100}, {"language": "de"}, {"language": 3}, []])
def test_the_api_refuses_other_bodies(house, body):
    enrolment_id = enrolled(house, house.amal(), a_run(house))
    answer = house.ask("POST", f"/api/v1/enrolments/{enrolment_id}/units/{FIRST}/completion", body)
    assert answer.status_code == 422
    with house.app.app_context():
        assert count(UnitCompletion) == 0


def test_a_language_in_which_the_unit_is_missing_is_refused(house):
    amal = house.amal()
    with_place(house, amal, a_run(house))
    with house.app.app_context(), pytest.raises(Invalid) as refusal, transaction() as session:
        done(session, amal, FIRST, language="de")
    assert refusal.value.errors == {"language": ["unit_not_in_language"]}


def test_it_costs_three_statements(house):
    """The person, the place with its progress, and the row."""
    enrolled(house, house.amal(), a_run(house))
    house.get(f"/en/courses/{COURSE}/units/{FIRST}")
    with house.heard() as said:
        house.post(f"/en/courses/{COURSE}/units/{FIRST}/completion")
    assert len(said) == 3, said
