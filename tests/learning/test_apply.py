"""Asking for a place in a run that asks for a confirmation.

SECURITY: T31, T44, T6, T60; cases 4 and 155
"""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from learnplat.core.refusals import Conflict, Invalid, NotFound, TooMany
from learnplat.db import reading, transaction
from learnplat.learning.actions import enrol
from learnplat.learning.applications import actions
from learnplat.learning.applications.rules import mailbox
from learnplat.learning.models import (
    Application,
    Completion,
    Confirmation,
    ConfirmationLetter,
    CourseRun,
    Enrolment,
)
from tests.learning.applying import (
    BOSS,
    answered,
    applied,
    asking_run,
    at_once,
    focal_point,
    letters,
    link,
    state,
)
from tests.learning.cast import NOON, a_run, actor_of, the_catalogue


def count(house, table):
    with house.app.app_context():
        return reading().scalar(select(func.count()).select_from(table))


def again(house, person, application_id, now=NOON):
    with house.app.app_context(), transaction() as session:
        actions.write_again(
            session,
            the_catalogue(),
            actor=actor_of(person),
            application_id=application_id,
            now=now,
        )


def renamed(house, person, application_id, now=NOON, **values):
    with house.app.app_context(), transaction() as session:
        actions.name_supervisor(
            session,
            the_catalogue(),
            actor=actor_of(person),
            application_id=application_id,
            now=now,
            **(BOSS | values),
        )


def withdrawn(house, person, application_id):
    with house.app.app_context(), transaction() as session:
        actions.withdraw_application(
            session, actor=actor_of(person), application_id=application_id, now=NOON
        )


def test_a_run_that_asks_cannot_be_entered_at_once(house):
    run_id = asking_run(house)
    answer = house.enter(house.moussa()).ask("POST", f"/api/v1/runs/{run_id}/enrolments", {})
    assert (answer.status_code, answer.json["code"]) == (409, "confirmation_asked")


def test_applying_makes_no_enrolment_and_takes_no_seat(house):
    run_id = asking_run(house, seats=3)
    applied(house, house.moussa(), run_id, **BOSS)
    assert count(house, Enrolment) == count(house, Completion) == 0
    with house.app.app_context():
        assert reading().scalar(select(CourseRun.seats_taken)) == 0


def test_the_supervisor_gets_a_letter_in_the_persons_language(house):
    applied(house, house.moussa(), asking_run(house), **BOSS)
    (letter,) = letters(house)
    assert (letter.template, letter.recipient, letter.language.value) == (
        "confirmation_asked",
        BOSS["supervisor_email"],
        "fr",
    )


def test_the_letter_says_no_more_of_the_person_than_the_name(house):
    applied(house, house.moussa(), asking_run(house), **BOSS)
    (letter,) = letters(house)
    assert set(letter.facts) == {
        "reader", "name", "course", "starts_on", "ends_on", "token", "days",
    }  # fmt: skip


def test_of_the_link_only_a_digest_is_kept(house):
    applied(house, house.moussa(), asking_run(house), **BOSS)
    with house.app.app_context():
        kept = reading().scalars(select(ConfirmationLetter)).one()
    assert link(house) not in (kept.token_digest, kept.mailbox)
    assert len(kept.token_digest) == 64


def test_a_second_time_changes_nothing(house):
    moussa, run_id = house.moussa(), asking_run(house)
    assert len({applied(house, moussa, run_id, **BOSS) for _ in range(2)}) == 1
    assert len(letters(house)) == 1


@pytest.mark.parametrize("own", ["{}", "{}".upper(), "X+{}", "ｘ{}"])
def test_ones_own_address_is_refused_in_every_spelling(house, own):
    person = house.person(email="moussa@ministry.example")
    spelt = {
        "{}": "moussa@ministry.example",
        "X+{}": "moussa+boss@Ministry.EXAMPLE",
        "ｘ{}": "ｍｏｕｓｓａ@ministry.example",
    }.get(own, "MOUSSA@MINISTRY.EXAMPLE")
    with pytest.raises(Invalid) as refusal:
        applied(house, person, asking_run(house), supervisor_name="X Y", supervisor_email=spelt)
    assert refusal.value.errors == {"supervisor_email": ["own_address"]}


def test_a_tag_does_not_make_another_mailbox():
    assert mailbox("A.B+tag@Justice.Example") == mailbox("a.b@justice.example")
    assert mailbox("a@b.example") != mailbox("ab@b.example")


def test_without_a_supervisor_the_fields_are_named(house):
    run_id = asking_run(house)
    answer = house.enter(house.moussa()).ask("POST", f"/api/v1/runs/{run_id}/applications", {})
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"supervisor_name", "supervisor_email"}


@pytest.mark.parametrize("name", ["http://win.example", "a@b.example", "see //x", "123"])
def test_a_supervisors_name_carries_no_address(house, name):
    run_id = asking_run(house)
    answer = house.enter(house.moussa()).ask(
        "POST", f"/api/v1/runs/{run_id}/applications", BOSS | {"supervisor_name": name}
    )
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["supervisor_name"])


@pytest.mark.parametrize("field", ["account_id", "state", "asks", "country", "decided_by"])
def test_a_field_that_is_not_ours_to_give_is_named(house, field):
    run_id = asking_run(house)
    answer = house.enter(house.moussa()).ask(
        "POST", f"/api/v1/runs/{run_id}/applications", BOSS | {field: "confirmed"}
    )
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert count(house, Application) == 0


def test_a_run_that_asks_a_focal_point_takes_no_supervisor(house):
    run_id = asking_run(house, Confirmation.FOCAL_POINT)
    with pytest.raises(Invalid) as refusal:
        applied(house, house.moussa(), run_id, **BOSS)
    assert set(refusal.value.errors) == set(BOSS)


def test_a_run_that_asks_nothing_takes_no_application(house):
    with pytest.raises(Conflict, match="no_confirmation_asked"):
        applied(house, house.moussa(), a_run(house), **BOSS)


def test_a_full_run_bothers_nobody(house):
    with pytest.raises(Conflict, match="no_seats_left"):
        applied(house, house.moussa(), asking_run(house, seats=1, seats_taken=1), **BOSS)
    assert letters(house) == []


def test_a_run_that_is_over_takes_no_application(house):
    run_id = asking_run(house, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 1))
    with pytest.raises(Conflict, match="run_ended"):
        applied(house, house.moussa(), run_id, **BOSS)


def test_whoever_is_in_another_run_of_the_course_applies_to_none(house):
    moussa, other = house.moussa(), a_run(house)
    with house.app.app_context(), transaction() as session:
        enrol(session, the_catalogue(), actor=actor_of(moussa), run_id=other, now=NOON)
    with pytest.raises(Conflict, match="enrolled_in_course"):
        applied(house, moussa, asking_run(house), **BOSS)


def test_the_database_itself_refuses_two_live_applications(house):
    moussa, run_id = house.moussa(), asking_run(house)
    applied(house, moussa, run_id, **BOSS)
    row = {
        "account_id": moussa.id,
        "run_id": run_id,
        "asks": "supervisor",
        "country": "NE",
        "applied_at": NOON,
    }
    with house.app.app_context(), pytest.raises((IntegrityError, Conflict)), transaction() as one:
        one.execute(insert(Application).values(state="confirmed", **row))
    with house.app.app_context(), transaction() as another:
        another.execute(insert(Application).values(state="declined", **row))


def test_of_eight_at_once_one_application_and_one_letter_come(house):
    moussa, run_id = house.moussa(), asking_run(house)
    outcomes = at_once(house, *[lambda: applied(house, moussa, run_id, **BOSS)] * 8)
    assert outcomes == ["done"] * 8
    assert count(house, Application) == len(letters(house)) == 1


def test_a_newer_letter_makes_the_link_before_void(house):
    moussa = house.moussa()
    application_id = applied(house, moussa, asking_run(house), **BOSS)
    first = link(house)
    again(house, moussa, application_id)
    with pytest.raises(NotFound, match="confirmation_link_spent"):
        answered(house, first)
    answered(house, link(house))
    assert state(house, application_id) == "confirmed"


def test_one_supervisor_gets_three_letters_at_most(house):
    moussa = house.moussa()
    application_id = applied(house, moussa, asking_run(house), **BOSS)
    for days in (1, 2):
        again(house, moussa, application_id, now=NOON + timedelta(days=days))
    with pytest.raises(TooMany, match="too_many_supervisor_letters"):
        again(house, moussa, application_id, now=NOON + timedelta(days=9))


def test_three_letters_an_hour_reach_one_mailbox_whoever_asks(house):
    run_id = asking_run(house)
    for _ in range(3):
        applied(house, house.moussa(), run_id, **BOSS)
    spelt_otherwise = BOSS | {"supervisor_email": "Idrissa+x@justice.example"}
    with pytest.raises(TooMany, match="too_many_supervisor_letters"):
        applied(house, house.moussa(), run_id, **spelt_otherwise)
    later = NOON + timedelta(hours=1, minutes=1)
    applied(house, house.moussa(), run_id, now=later, **BOSS)


def test_one_person_has_six_letters_a_day_sent(house):
    moussa = house.moussa()
    application_id = applied(house, moussa, asking_run(house), **BOSS)
    for number in range(5):
        renamed(house, moussa, application_id, supervisor_email=f"a{number}@justice.example")
    with pytest.raises(TooMany, match="too_many_supervisor_letters"):
        renamed(house, moussa, application_id, supervisor_email="last@justice.example")


def test_another_supervisor_is_written_to_and_the_one_before_cannot_answer(house):
    moussa = house.moussa()
    application_id = applied(house, moussa, asking_run(house), **BOSS)
    first = link(house)
    renamed(house, moussa, application_id, supervisor_email="other@justice.example")
    assert letters(house)[-1].recipient == "other@justice.example"
    with pytest.raises(NotFound):
        answered(house, first)


def test_who_has_declined_is_not_asked_again(house):
    moussa, run_id = house.moussa(), asking_run(house)
    applied(house, moussa, run_id, **BOSS)
    answered(house, link(house), is_confirmed=False)
    with pytest.raises(Invalid) as refusal:
        applied(house, moussa, run_id, **BOSS)
    assert refusal.value.errors == {"supervisor_email": ["supervisor_has_declined"]}


def test_a_run_is_applied_to_three_times_at_most(house):
    moussa, run_id = house.moussa(), asking_run(house, Confirmation.FOCAL_POINT)
    for _ in range(3):
        withdrawn(house, moussa, applied(house, moussa, run_id))
    with pytest.raises(Conflict, match="too_many_applications"):
        applied(house, moussa, run_id)


def test_a_withdrawn_application_cannot_be_answered(house):
    moussa = house.moussa()
    application_id = applied(house, moussa, asking_run(house), **BOSS)
    token = link(house)
    for _ in range(2):
        withdrawn(house, moussa, application_id)
    with pytest.raises(NotFound, match="confirmation_link_spent"):
        answered(house, token)
    assert state(house, application_id) == "withdrawn"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("POST", "/withdrawal", {}),
        ("POST", "/letters", {}),
        ("PUT", "/supervisor", BOSS),
    ],
)
def test_anothers_application_answers_as_a_missing_one(house, method, path, body):
    application_id = applied(house, house.moussa(), asking_run(house), **BOSS)
    sent = len(letters(house))
    house.enter(house.amal())
    answers = [
        house.ask(method, f"/api/v1/applications/{number}{path}", body)
        for number in (application_id, 999_999)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json == answers[1].json
    assert (state(house, application_id), len(letters(house))) == ("waiting", sent)


def test_people_list_their_own_applications_and_no_other(house):
    run_id = asking_run(house)
    moussa = house.moussa()
    mine = applied(house, moussa, run_id, **BOSS)
    applied(house, house.amal(), run_id, **BOSS)
    found = house.enter(moussa).ask("GET", "/api/v1/applications").json["items"]
    assert [item["id"] for item in found] == [mine]


def test_the_course_page_leads_to_the_form_and_then_to_the_application(house):
    run_id = asking_run(house)
    house.enter(house.person("Mary", language="en"))
    course = "/en/courses/universal-legal-framework"
    assert f"/en/runs/{run_id}/application" in house.get(course).text
    answer = house.post(f"/en/runs/{run_id}/application", BOSS)
    assert answer.status_code == 303
    page = house.get(answer.location).text
    assert "Waiting for confirmation" in page
    assert answer.location in house.get(course).text
    assert answer.location in house.get("/en/my-learning").text


def test_a_wrong_form_comes_back_as_it_was_typed(house):
    run_id = asking_run(house)
    house.enter(house.person("Mary", language="en"))
    form = BOSS | {"supervisor_email": "no address"}
    answer = house.post(f"/en/runs/{run_id}/application", form)
    assert answer.status_code == 422
    assert "no address" in answer.text
    assert 'href="#f-supervisor_email"' in answer.text


def test_a_focal_point_run_says_who_answers(house):
    run_id = asking_run(house, Confirmation.FOCAL_POINT)
    house.enter(house.moussa())
    assert (
        "an administrator of the platform answers"
        in house.get(f"/en/runs/{run_id}/application").text
    )
    focal_point(house, "NE")
    assert "the focal point of Niger confirms" in house.get(f"/en/runs/{run_id}/application").text


def test_what_a_run_asks_is_planned_and_changed(house):
    house.enter(house.trainer())
    values = {
        "course_key": "universal-legal-framework",
        "pace": "self_paced",
        "languages": ["fr"],
        "confirmation": "focal_point",
    }
    run = house.ask("POST", "/api/v1/runs", values).json
    assert run["confirmation"] == "focal_point"
    del values["course_key"]
    changed = values | {"confirmation": "supervisor"}
    answer = house.ask("PUT", f"/api/v1/runs/{run['id']}", changed)
    assert answer.json["confirmation"] == "supervisor"
