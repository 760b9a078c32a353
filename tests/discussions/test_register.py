"""Taking a seat in a discussion, and giving it back. SECURITY: case 31, P3, T60."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from learnplat.core.refusals import Conflict
from learnplat.db import db, reading, transaction
from learnplat.discussions import actions
from learnplat.discussions.models import Discussion, Registration
from learnplat.outbox import OutboxMessage

NOW = datetime(2030, 6, 1, tzinfo=UTC)


def register(house, discussion_id):
    return house.ask("POST", f"/api/v1/discussions/{discussion_id}/registration")


def give_back(house, discussion_id):
    return house.ask("POST", f"/api/v1/discussions/{discussion_id}/registration/withdrawal")


def taken(house, discussion_id):
    return house.get(f"/api/v1/discussions/{discussion_id}").json["seats_taken"]


def letters(house):
    with house.app.app_context():
        return reading().scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()


def test_a_seat_is_taken_once(house, planned):
    discussion_id = planned()
    house.enter(house.amal())
    answers = [register(house, discussion_id) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert taken(house, discussion_id) == 1


def test_the_page_says_that_one_has_a_seat(house, planned):
    discussion_id = planned()
    house.enter(house.person("Mary O’Neill", language="en"))
    house.post(f"/en/discussions/{discussion_id}/registration")
    page = house.get(f"/en/discussions/{discussion_id}").text
    assert "Give my seat back" in page
    assert "Take a seat</button>" not in page


def test_one_letter_with_the_details_goes_out(house, planned):
    discussion_id = planned()
    house.enter(house.person("كنزة", zone="Asia/Tokyo"))
    for _ in range(2):
        register(house, discussion_id)
    (letter,) = letters(house)
    assert (letter.template, letter.language) == ("discussion_registered", "ar")
    assert letter.facts["topic"] == "تجميد الأصول دون تأخير"
    assert "22:30" in letter.facts["when"]
    assert "14:30" in letter.facts["organiser_when"]


def test_a_seat_given_back_is_free_again(house, planned):
    discussion_id = planned(seats=1)
    amal = house.amal()
    register(house.enter(amal), discussion_id)
    house.enter(house.moussa())
    assert register(house, discussion_id).json["code"] == "discussion_is_full"
    give_back(house.enter(amal), discussion_id)
    assert register(house.enter(house.moussa()), discussion_id).status_code == 201


def test_giving_back_twice_frees_one_seat(house, planned):
    discussion_id = planned()
    register(house.enter(house.moussa()), discussion_id)
    house.enter(house.amal())
    register(house, discussion_id)
    answers = [give_back(house, discussion_id) for _ in range(2)]
    assert [answer.json["is_registered"] for answer in answers] == [False, False]
    assert taken(house, discussion_id) == 1


def test_giving_back_what_one_never_had_changes_nothing(house, planned):
    discussion_id = planned()
    answer = give_back(house.enter(house.amal()), discussion_id)
    assert (answer.status_code, answer.json["registered_at"]) == (200, None)


def test_a_seat_may_be_taken_again(house, planned):
    discussion_id = planned()
    house.enter(house.amal())
    register(house, discussion_id)
    give_back(house, discussion_id)
    assert register(house, discussion_id).json["is_registered"] is True
    assert taken(house, discussion_id) == 1


def test_without_a_limit_everyone_may_come(house, planned):
    discussion_id = planned(seats=None)
    assert register(house.enter(house.amal()), discussion_id).status_code == 201


def test_a_full_discussion_is_refused_kindly_on_its_page(house, planned):
    discussion_id = planned(seats=1)
    register(house.enter(house.moussa()), discussion_id)
    answer = house.enter(house.amal()).post(f"/en/discussions/{discussion_id}/registration")
    assert answer.status_code == 409
    assert "Every seat is taken." in answer.text


@pytest.mark.parametrize("act", [register, give_back])
def test_nothing_moves_after_the_start(house, planned, act):
    discussion_id = planned(now=datetime(2020, 1, 1, tzinfo=UTC), date="2021-05-04")
    answer = act(house.enter(house.amal()), discussion_id)
    assert (answer.status_code, answer.json["code"]) == (409, "discussion_has_started")


def test_a_cancelled_discussion_takes_nobody(house, planned):
    discussion_id = planned()
    house.enter(house.trainer()).ask("POST", f"/api/v1/discussions/{discussion_id}/cancellation")
    answer = register(house.enter(house.amal()), discussion_id)
    assert (answer.status_code, answer.json["code"]) == (409, "discussion_is_cancelled")


@pytest.mark.parametrize("act", [register, give_back])
@pytest.mark.parametrize("discussion_id", [987654, 10**30])
def test_a_missing_discussion_is_not_found(house, act, discussion_id):
    assert act(house.enter(house.amal()), discussion_id).status_code == 404


@pytest.mark.parametrize("act", [register, give_back])
def test_strangers_sign_in_first(house, planned, act):
    assert act(house, planned()).status_code == 401


def test_a_repeated_key_repeats_the_answer(house, planned):
    discussion_id = planned()
    house.enter(house.amal())
    address = f"/api/v1/discussions/{discussion_id}/registration"
    answers = [house.ask("POST", address, headers={"Idempotency-Key": "seat-1"}) for _ in range(2)]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert answers[0].json == answers[1].json


def test_the_database_itself_refuses_a_seat_too_many(house, planned):
    discussion_id = planned(seats=5)
    with house.app.app_context():
        session = db.session()
        with pytest.raises(IntegrityError):
            session.execute(
                update(Discussion).where(Discussion.id == discussion_id).values(seats_taken=6)
            )
        session.rollback()


def test_twenty_at_once_get_five_seats(house, planned, acting_as):
    discussion_id = planned(seats=5)
    people = [acting_as(house.moussa()) for _ in range(20)]

    def rush(actor):
        with house.app.app_context():
            try:
                with transaction() as session:
                    actions.register(session, actor=actor, discussion_id=discussion_id, now=NOW)
                return "seat"
            except Conflict as refusal:
                return refusal.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(rush, people))
    assert sorted(outcomes) == ["discussion_is_full"] * 15 + ["seat"] * 5
    with house.app.app_context():
        assert reading().scalar(select(func.count()).select_from(Registration)) == 5
    assert taken(house, discussion_id) == 5


def test_one_person_who_rushes_gets_one_seat_and_no_error(house, planned, acting_as):
    discussion_id, actor = planned(seats=5), acting_as(house.amal())

    def rush(_number):
        with house.app.app_context():
            try:
                with transaction() as session:
                    actions.register(session, actor=actor, discussion_id=discussion_id, now=NOW)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rush, range(8)))
    assert taken(house, discussion_id) == 1
    assert len(letters(house)) == 1


@pytest.mark.parametrize("act", ["registration", "registration/withdrawal", "cancellation"])
@pytest.mark.parametrize("field", ["user_id", "account_id", "status", "role"])
def test_a_field_that_is_not_ours_to_give_is_named_and_changes_nothing(house, planned, act, field):
    discussion_id = planned()
    house.enter(house.trainer())
    before = house.get(f"/api/v1/discussions/{discussion_id}").json
    answer = house.ask("POST", f"/api/v1/discussions/{discussion_id}/{act}", {field: 1})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert house.post(f"/en/discussions/{discussion_id}/{act}", {field: "1"}).status_code == 422
    assert house.get(f"/api/v1/discussions/{discussion_id}").json == before
