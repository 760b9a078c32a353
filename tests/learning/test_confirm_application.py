"""Confirming a place by the link of a letter to a supervisor.

SECURITY: T6, T31, T121; cases 3, 27 and 31
"""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from learnplat.core.refusals import Conflict, NotAllowed, NotFound
from learnplat.db import reading, transaction
from learnplat.learning.actions import enrol, withdraw
from learnplat.learning.applications import actions
from learnplat.learning.models import (
    Application,
    ApplicationState,
    CourseRun,
    Enrolment,
)
from learnplat.people.models import Account, Standing
from tests.learning.applying import (
    BOSS,
    answered,
    applied,
    asking_run,
    at_once,
    letters,
    link,
    state,
)
from tests.learning.cast import NOON, actor_of, the_catalogue


def enrolments(house):
    with house.app.app_context():
        return reading().scalar(
            select(func.count()).select_from(Enrolment).where(Enrolment.status == "active")
        )


def test_confirmed_means_enrolled_in_the_same_act(house):
    moussa = house.moussa()
    application_id = applied(house, moussa, asking_run(house, seats=2), **BOSS)
    answered(house, link(house))
    assert (state(house, application_id), enrolments(house)) == ("confirmed", 1)
    assert [letter.template for letter in letters(house)] == ["confirmation_asked", "enrolled"]


def test_looking_at_the_link_answers_nothing(house):
    application_id = applied(house, house.moussa(), asking_run(house), **BOSS)
    path = f"/en/confirmation/{link(house)}"
    for method in ("GET", "HEAD", "GET"):
        assert house.client.open(path, method=method).status_code == 200
    assert state(house, application_id) == "waiting"


def test_the_page_of_the_link_shows_the_name_the_course_and_no_more(house):
    moussa = house.person(
        "Moussa Issoufou", institution="Parquet de Niamey", country="NE", profession="prosecutor"
    )
    applied(house, moussa, asking_run(house), **BOSS)
    page = house.get(f"/en/confirmation/{link(house)}").text
    assert "Moussa Issoufou" in page
    for hidden in (moussa.email, "Parquet", "Niger", "Prosecutor", BOSS["supervisor_email"]):
        assert hidden not in page


def test_the_link_is_answered_without_signing_in_and_then_forgotten(house):
    application_id = applied(house, house.moussa(), asking_run(house), **BOSS)
    path = f"/en/confirmation/{link(house)}"
    answer = house.post(path, {"answer": "confirm"})
    assert (answer.status_code, answer.location) == (303, "/en/confirmation")
    assert "The place is confirmed." in house.get(answer.location).text
    assert house.get(path).status_code == 404
    assert house.post(path, {"answer": "decline"}).status_code == 404
    assert state(house, application_id) == "confirmed"


def test_an_answer_needs_the_token_of_the_form(house):
    application_id = applied(house, house.moussa(), asking_run(house), **BOSS)
    answer = house.client.post(f"/en/confirmation/{link(house)}", data={"answer": "confirm"})
    assert (answer.status_code, state(house, application_id)) == (400, "waiting")


@pytest.mark.parametrize("answer", ["", "yes", "CONFIRM"])
def test_only_two_answers_are_known(house, answer):
    application_id = applied(house, house.moussa(), asking_run(house), **BOSS)
    posted = house.post(f"/en/confirmation/{link(house)}", {"answer": answer})
    assert (posted.status_code, state(house, application_id)) == (422, "waiting")


def test_every_link_that_answers_no_more_is_refused_alike(house):
    moussa = house.moussa()
    applied(house, moussa, asking_run(house), **BOSS)
    used = link(house)
    answered(house, used, is_confirmed=False)
    withdrawn_id = applied(house, house.amal(), asking_run(house), **BOSS)
    void = link(house)
    with house.app.app_context(), transaction() as session:
        session.get_one(Application, withdrawn_id).state = ApplicationState.WITHDRAWN
    pages = [house.get(f"/en/confirmation/{token}") for token in (used, void, "never-sent")]
    assert {page.status_code for page in pages} == {404}
    bodies = [
        page.text.replace(token, "T")
        for page, token in zip(pages, (used, void, "never-sent"), strict=True)
    ]
    assert len(set(bodies)) == 1


def test_the_link_holds_fourteen_days_and_not_a_second_more(house):
    application_id = applied(house, house.moussa(), asking_run(house), **BOSS)
    with pytest.raises(NotFound, match="confirmation_link_spent"):
        answered(house, link(house), now=NOON + timedelta(days=14))
    answered(house, link(house), now=NOON + timedelta(days=14, seconds=-1))
    assert state(house, application_id) == "confirmed"


def test_the_applicant_does_not_answer_their_own_letter(house):
    moussa = house.moussa()
    application_id = applied(house, moussa, asking_run(house), **BOSS)
    with pytest.raises(NotAllowed, match="own_place"):
        answered(house, link(house), reader=moussa)
    answer = house.enter(moussa).post(f"/en/confirmation/{link(house)}", {"answer": "confirm"})
    assert answer.status_code == 403
    assert state(house, application_id) == "waiting"


def test_a_suspended_applicant_gets_no_place(house):
    moussa = house.moussa()
    application_id = applied(house, moussa, asking_run(house), **BOSS)
    with house.app.app_context(), transaction() as session:
        session.get_one(Account, moussa.id).standing = Standing.SUSPENDED
    with pytest.raises(NotFound):
        answered(house, link(house))
    assert state(house, application_id) == "waiting"


def test_declined_is_told_kindly_and_once(house):
    moussa = house.moussa()
    application_id = applied(house, moussa, asking_run(house), **BOSS)
    answered(house, link(house), is_confirmed=False)
    assert (state(house, application_id), enrolments(house)) == ("declined", 0)
    last = letters(house)[-1]
    assert (last.template, last.recipient) == ("application_declined", moussa.email)


def test_the_secret_is_passed_on_to_nobody(house):
    applied(house, house.moussa(), asking_run(house), **BOSS)
    headers = house.get(f"/en/confirmation/{link(house)}").headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in headers["Cache-Control"]


def test_when_every_seat_is_taken_the_confirmation_is_kept(house):
    moussa, run_id = house.moussa(), asking_run(house, seats=1)
    application_id = applied(house, moussa, run_id, **BOSS)
    token = link(house)
    with house.app.app_context(), transaction() as session:
        session.get_one(CourseRun, run_id).seats_taken = 1
    answered(house, token)
    assert (state(house, application_id), enrolments(house)) == ("confirmed", 0)
    assert letters(house)[-1].template == "application_confirmed"
    house.enter(moussa)
    full = house.ask("POST", f"/api/v1/runs/{run_id}/enrolments", {})
    assert (full.status_code, full.json["code"]) == (409, "no_seats_left")
    with house.app.app_context(), transaction() as session:
        session.get_one(CourseRun, run_id).seats_taken = 0
    assert house.ask("POST", f"/api/v1/runs/{run_id}/enrolments", {}).status_code == 201


def test_who_left_comes_back_without_another_confirmation(house):
    moussa, run_id = house.moussa(), asking_run(house)
    applied(house, moussa, run_id, **BOSS)
    answered(house, link(house))
    with house.app.app_context(), transaction() as session:
        enrolment_id = session.scalars(select(Enrolment.id)).one()
        withdraw(session, actor=actor_of(moussa), enrolment_id=enrolment_id, now=NOON)
    with house.app.app_context(), transaction() as session:
        enrol(session, the_catalogue(), actor=actor_of(moussa), run_id=run_id, now=NOON)
    assert enrolments(house) == 1


def test_of_two_answers_at_once_one_counts(house):
    application_id = applied(house, house.moussa(), asking_run(house), **BOSS)
    token = link(house)
    outcomes = at_once(
        house,
        lambda: answered(house, token),
        lambda: answered(house, token, is_confirmed=False),
        lambda: answered(house, token),
    )
    assert sorted(outcomes) == ["confirmation_link_spent"] * 2 + ["done"]
    told = [letter for letter in letters(house) if letter.template != "confirmation_asked"]
    assert len(told) == 1
    assert (state(house, application_id) == "confirmed") == (enrolments(house) == 1)


def test_confirmed_and_withdrawn_at_once_has_one_outcome(house):
    moussa = house.moussa()
    application_id = applied(house, moussa, asking_run(house), **BOSS)
    token = link(house)

    def withdrawn():
        with house.app.app_context(), transaction() as session:
            actions.withdraw_application(
                session, actor=actor_of(moussa), application_id=application_id, now=NOON
            )

    outcomes = at_once(house, lambda: answered(house, token), withdrawn)
    if state(house, application_id) == "withdrawn":
        assert outcomes == ["confirmation_link_spent", "done"]
        assert enrolments(house) == 0
    else:
        assert outcomes == ["done", "application_has_place"]
        assert enrolments(house) == 1


def test_ten_confirmations_for_the_last_seat_give_it_once(house):
    run_id, tokens, ids = asking_run(house, seats=1), [], []
    for number in range(10):
        boss = BOSS | {"supervisor_email": f"boss{number}@justice.example"}
        ids.append(applied(house, house.moussa(), run_id, **boss))
        tokens.append(link(house))
    outcomes = at_once(house, *[lambda token=token: answered(house, token) for token in tokens])
    assert outcomes == ["done"] * 10
    assert enrolments(house) == 1
    assert {state(house, number) for number in ids} == {"confirmed"}
    templates = [letter.template for letter in letters(house)]
    assert (templates.count("enrolled"), templates.count("application_confirmed")) == (1, 9)


def test_a_run_that_has_ended_gives_no_place(house):
    moussa = house.moussa()
    run_id = asking_run(house, starts_on=date(2027, 2, 1), ends_on=date(2027, 3, 2))
    application_id = applied(house, moussa, run_id, **BOSS)
    with pytest.raises(Conflict, match="run_ended"):
        answered(house, link(house), now=NOON + timedelta(days=3))
    assert state(house, application_id) == "waiting"


def test_an_application_counts_in_no_figure(house):
    person = house.moussa()
    applied(house, person, asking_run(house), **BOSS)
    house.enter(house.admin())
    period = "since=2027-01-01&until=2027-12-31"
    found = house.ask("GET", f"/api/v1/statistics/participation?{period}").json
    assert (found["enrolments"], found["practitioners_trained"], found["countries"]) == (0, 0, [])
