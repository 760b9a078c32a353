"""Taking a place in a run. SECURITY: case 31, P3."""

import threading
from datetime import date

import pytest
from sqlalchemy import func, select

from learnplat.core.refusals import Conflict, NotFound
from learnplat.db import db, transaction
from learnplat.learning.actions import enrol, withdraw
from learnplat.learning.models import CourseRun, Enrolment, EnrolmentStatus
from learnplat.outbox import OutboxMessage
from learnplat.people.models import Account
from tests.learning.cast import COURSE, NOON, a_dated_run, a_run, actor_of, the_catalogue


def taken(session, run_id: int) -> int:
    return session.scalar(select(CourseRun.seats_taken).where(CourseRun.id == run_id))


def test_it_keeps_the_persons_facts_as_they_were(house):
    amal, run_id = house.amal(), a_run(house)
    with house.app.app_context(), transaction() as session:
        enrol(session, the_catalogue(), actor=actor_of(amal), run_id=run_id, now=NOON)
        account = session.get_one(Account, amal.id)
        account.country, account.profession, account.gender = "TN", "prosecutor", "male"
    with house.app.app_context(), transaction() as session:
        kept = session.scalars(select(Enrolment)).one()
        assert (kept.country, kept.profession, kept.gender) == ("MA", "judge", "female")
        assert (kept.institution_kind, kept.language.value) == ("court", "ar")
        assert kept.enrolled_at == NOON


def test_a_second_time_changes_nothing(house):
    amal, run_id = house.amal(), a_run(house, seats=3)
    for _ in range(2):
        with house.app.app_context(), transaction() as session:
            enrol(session, the_catalogue(), actor=actor_of(amal), run_id=run_id, now=NOON)
    with house.app.app_context(), transaction() as session:
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 1
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 1
        assert taken(session, run_id) == 1


def test_a_letter_in_the_persons_language_confirms_it(house):
    moussa, run_id = house.moussa(), a_dated_run(house)
    with house.app.app_context(), transaction() as session:
        enrol(session, the_catalogue(), actor=actor_of(moussa), run_id=run_id, now=NOON)
        letter = session.scalars(select(OutboxMessage)).one()
    assert (letter.template, letter.recipient, letter.language.value) == (
        "enrolled",
        moussa.email,
        "fr",
    )
    assert letter.facts["starts_on"] == "1er février 2027"


def test_a_full_run_is_refused(house):
    amal, moussa, run_id = house.amal(), house.moussa(), a_run(house, seats=1)
    with house.app.app_context(), transaction() as session:
        enrol(session, the_catalogue(), actor=actor_of(amal), run_id=run_id, now=NOON)
    with (
        house.app.app_context(),
        pytest.raises(Conflict, match="no_seats_left"),
        transaction() as session,
    ):
        enrol(session, the_catalogue(), actor=actor_of(moussa), run_id=run_id, now=NOON)


def test_a_dated_run_is_entered_until_its_last_day_in_its_own_zone(house):
    amal = house.amal()
    run_id = a_dated_run(house, ends_on=date(2027, 3, 1), zone="Pacific/Auckland")
    late = NOON.replace(hour=10, minute=59)  # 23:59 in Auckland
    with (
        house.app.app_context(),
        pytest.raises(Conflict, match="run_ended"),
        transaction() as session,
    ):
        enrol(
            session,
            the_catalogue(),
            actor=actor_of(amal),
            run_id=run_id,
            now=late.replace(hour=11, minute=0),
        )
    with house.app.app_context(), transaction() as session:
        enrol(session, the_catalogue(), actor=actor_of(amal), run_id=run_id, now=late)


def test_a_dated_run_is_entered_before_it_starts(house):
    amal = house.amal()
    run_id = a_dated_run(house, starts_on=date(2027, 3, 10))
    with house.app.app_context(), transaction() as session:
        _, is_new = enrol(session, the_catalogue(), actor=actor_of(amal), run_id=run_id, now=NOON)
    assert is_new


def test_one_course_is_studied_in_one_run_at_a_time(house):
    amal, first, second = house.amal(), a_run(house), a_dated_run(house)
    with house.app.app_context(), transaction() as session:
        enrol(session, the_catalogue(), actor=actor_of(amal), run_id=first, now=NOON)
    with (
        house.app.app_context(),
        pytest.raises(Conflict, match="enrolled_in_course"),
        transaction() as session,
    ):
        enrol(session, the_catalogue(), actor=actor_of(amal), run_id=second, now=NOON)


def test_who_left_may_come_back_with_the_facts_of_then(house):
    amal, run_id = house.amal(), a_run(house, seats=1)
    actor = actor_of(amal)
    with house.app.app_context(), transaction() as session:
        made, _ = enrol(session, the_catalogue(), actor=actor, run_id=run_id, now=NOON)
        withdraw(session, actor=actor, enrolment_id=made.id, now=NOON)
        session.get_one(Account, amal.id).country = "TN"
        session.flush()
        again, is_new = enrol(
            session, the_catalogue(), actor=actor, run_id=run_id, now=NOON.replace(day=2)
        )
        assert (again.id, is_new, again.status) == (made.id, True, EnrolmentStatus.ACTIVE)
        assert (again.country, again.withdrawn_at) == ("TN", None)
        assert taken(session, run_id) == 1


def test_a_run_without_a_course_looks_like_a_missing_one(house):
    amal = house.amal()
    run_id = a_run(house, course_key=None, title="Curso de 2012")
    for unknown in (run_id, 999_999):
        with house.app.app_context(), pytest.raises(NotFound), transaction() as session:
            enrol(session, the_catalogue(), actor=actor_of(amal), run_id=unknown, now=NOON)


def test_twenty_people_race_for_five_seats_and_five_have_one(house):
    run_id = a_run(house, seats=5)
    people = [house.person(f"Person {number}") for number in range(20)]
    gate, answers = threading.Barrier(len(people)), []

    def go(person):
        client = house.browser(person)
        with client.session_transaction() as session:
            session["csrf_token"] = "0" * 40
        gate.wait()
        answers.append(
            client.post(f"/en/runs/{run_id}/enrolment", data={"csrf_token": token}).status_code
        )

    token = house.token
    threads = [threading.Thread(target=go, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303] * 5 + [409] * 15
    with house.app.app_context():
        active = select(func.count()).where(Enrolment.status == EnrolmentStatus.ACTIVE)
        assert db.session.scalar(active) == taken(db.session, run_id) == 5


def test_one_person_pressing_ten_times_at_once_has_one_seat(house):
    amal = house.amal()
    runs = [a_run(house, seats=5), a_run(house, seats=5)]
    gate = threading.Barrier(10)

    def go(run_id):
        with house.app.app_context():
            catalogue = the_catalogue()
            gate.wait()
            try:
                with transaction() as session:
                    enrol(session, catalogue, actor=actor_of(amal), run_id=run_id, now=NOON)
            except Conflict:
                pass
            finally:
                db.session.remove()

    threads = [threading.Thread(target=go, args=(runs[number % 2],)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with house.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 1
        assert sum(taken(db.session, run_id) for run_id in runs) == 1


def test_the_page_enrols_and_leads_to_the_course(house):
    run_id = a_run(house)
    answer = house.enter(house.amal()).post(f"/ar/runs/{run_id}/enrolment")
    assert (answer.status_code, answer.location) == (303, f"/ar/courses/{COURSE}")
    assert f"/ar/courses/{COURSE}/units/nineteen-instruments" in house.get(answer.location).text


def test_the_page_says_kindly_that_the_run_is_full(house):
    run_id = a_run(house, seats=1, seats_taken=1)
    answer = house.enter(house.moussa()).post(f"/en/runs/{run_id}/enrolment")
    assert answer.status_code == 409
    assert "Every seat in this run is taken." in answer.text


def test_a_stranger_is_asked_to_sign_in(house):
    run_id = a_run(house)
    assert house.post(f"/en/runs/{run_id}/enrolment").status_code == 401
    assert house.ask("POST", f"/api/v1/runs/{run_id}/enrolments", {}).status_code == 401


def test_an_unknown_field_is_named_and_nothing_is_written(house):
    run_id = a_run(house)
    house.enter(house.amal())
    for name in ("role", "status", "account_id", "score", "country"):
        answer = house.ask("POST", f"/api/v1/runs/{run_id}/enrolments", {name: "completed"})
        assert (answer.status_code, list(answer.json["errors"])) == (422, [name])
        assert house.post(f"/en/runs/{run_id}/enrolment", {name: "x"}).status_code == 422
    with house.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_the_api_repeats_its_answer_for_the_same_idempotency_key(house):
    run_id = a_run(house)
    house.enter(house.amal())
    answers = [
        house.ask(
            "POST", f"/api/v1/runs/{run_id}/enrolments", {}, headers={"Idempotency-Key": "one"}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
