"""Changing a planned discussion, before its start. SECURITY: case 42."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from learnplat.catalogue.shelf import shelf
from learnplat.core.clock import utc_now
from learnplat.core.refusals import Conflict
from learnplat.db import transaction
from learnplat.discussions.actions import change_discussion
from learnplat.discussions.models import Discussion
from learnplat.outbox import OutboxMessage

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def change(house, discussion_id, **body):
    return house.ask("PATCH", f"/api/v1/discussions/{discussion_id}", body)


def letters(house, template):
    with house.app.app_context(), transaction() as session:
        return session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.template == template)
            .order_by(OutboxMessage.id)
        ).all()


@pytest.mark.parametrize(
    "body",
    [
        {"time": "15:00"},
        {"zone": "Africa/Niamey"},
        {"minutes": 60},
        {"languages": ["es"]},
        {"texts": {"en": {"topic": "Freezing", "description": "Without delay."}}},
        {"experts": [{"name": "Moussa Maïga", "biographies": {"fr": "Procureur."}}]},
    ],
)
def test_each_change_that_a_calendar_hears_raises_the_sequence(house, planned, body):
    discussion_id = planned()
    answer = change(house.enter(house.trainer()), discussion_id, **body)
    assert (answer.status_code, answer.json["sequence"]) == (200, 1)


@pytest.mark.parametrize(
    "body",
    [{}, {"time": "14:30"}, {"seats": 9}, {"seats": None}, {"course": "universal-legal-framework"}],
)
def test_other_changes_leave_the_sequence(house, planned, body):
    discussion_id = planned()
    answer = change(house.enter(house.trainer()), discussion_id, **body)
    assert (answer.status_code, answer.json["sequence"]) == (200, 0)


def test_changing_the_zone_keeps_the_wall_time(house, planned):
    discussion_id = planned()
    answer = change(house.enter(house.trainer()), discussion_id, zone="Africa/Niamey")
    assert (answer.json["time"], answer.json["starts_at"]) == ("14:30", "2031-03-18T13:30:00Z")


def test_experts_are_replaced_whole(house, planned):
    discussion_id = planned()
    experts = [{"name": name, "biographies": {"en": "Judge."}} for name in ("B", "A", "C")]
    house.enter(house.trainer())
    change(house, discussion_id, experts=experts)
    answer = change(house, discussion_id, experts=[experts[1]])
    assert [expert["name"] for expert in answer.json["experts"]] == ["A"]


def test_a_language_may_take_the_place_of_another(house, planned):
    discussion_id = planned()
    texts = {"es": {"topic": "Congelar", "description": "Sin demora."}}
    answer = change(house.enter(house.trainer()), discussion_id, texts=texts)
    assert answer.json["texts"] == texts


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"date": "2020-01-01"}, "date"),
        ({"date": "2031-03-30", "time": "02:15"}, "time"),
        ({"zone": "Nowhere/Land"}, "zone"),
        ({"seats": 0}, "seats"),
        ({"status": "cancelled"}, "status"),
        ({"seats_taken": 0}, "seats_taken"),
    ],
)
def test_a_wrong_change_changes_nothing(house, planned, body, field):
    discussion_id = planned()
    house.enter(house.trainer())
    answer = change(house, discussion_id, minutes=45, **body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert house.get(f"/api/v1/discussions/{discussion_id}").json["minutes"] == 90


def test_seats_are_not_lowered_under_those_taken(house, planned):
    discussion_id = planned()
    for person in (house.amal(), house.moussa()):
        house.enter(person).ask("POST", f"/api/v1/discussions/{discussion_id}/registration")
    answer = change(house.enter(house.trainer()), discussion_id, seats=1)
    assert answer.status_code == 422
    assert answer.json["errors"] == {
        "seats": ["Plazas ya ocupadas: 2. Ofrezca al menos ese número."]
    }


def test_a_discussion_that_has_started_is_not_changed(house, planned):
    discussion_id = planned(now=LONG_AGO, date="2021-05-04")
    answer = change(house.enter(house.trainer()), discussion_id, minutes=45)
    assert (answer.status_code, answer.json["code"]) == (409, "discussion_has_started")


def test_a_cancelled_discussion_is_not_changed(house, planned):
    discussion_id = planned()
    house.enter(house.trainer()).ask("POST", f"/api/v1/discussions/{discussion_id}/cancellation")
    answer = change(house, discussion_id, minutes=45)
    assert (answer.status_code, answer.json["code"]) == (409, "discussion_is_cancelled")


def test_the_edit_page_shows_what_is_planned(house, planned):
    page = house.enter(house.trainer()).get(f"/ar/discussions/{planned()}/edit")
    for shown in ("2031-03-18", "14:30", "Geler sans délai", "Juge d’appel depuis 2011."):
        assert shown in page.text


def test_the_form_changes_it(house, planned, form):
    discussion_id = planned()
    answer = house.enter(house.trainer()).post(
        f"/fr/discussions/{discussion_id}/edit", form(minutes="45", seats="")
    )
    assert (answer.status_code, answer.location) == (303, f"/fr/discussions/{discussion_id}")
    shown = house.get(f"/api/v1/discussions/{discussion_id}").json
    assert (shown["minutes"], shown["seats"]) == (45, None)


def test_a_form_that_lost_a_field_is_refused(house, planned, form):
    discussion_id = planned()
    answer = house.enter(house.trainer()).post(
        f"/fr/discussions/{discussion_id}/edit", form(date="")
    )
    assert answer.status_code == 422


def test_registrants_are_told_in_their_language_and_zone(house, planned):
    discussion_id = planned()
    for person in (house.amal(), house.moussa()):
        house.enter(person).ask("POST", f"/api/v1/discussions/{discussion_id}/registration")
    change(house.enter(house.trainer()), discussion_id, time="16:00")
    told = letters(house, "discussion_changed")
    assert [letter.language for letter in told] == ["ar", "fr"]
    assert told[1].facts["topic"] == "Geler sans délai"
    assert "16:00" in told[1].facts["when"]
    assert "14:30" in told[1].facts["before"]


def test_nobody_is_written_to_about_seats(house, planned):
    discussion_id = planned()
    house.enter(house.amal()).ask("POST", f"/api/v1/discussions/{discussion_id}/registration")
    change(house.enter(house.trainer()), discussion_id, seats=50)
    assert letters(house, "discussion_changed") == []


def test_a_missing_discussion_is_not_found(house):
    house.enter(house.trainer())
    assert change(house, 987654, minutes=45).status_code == 404
    assert change(house, 10**30, minutes=45).status_code == 404


@pytest.fixture
def in_a_doubled_hour(planned):
    return planned(date="2031-10-26", time="02:30")


def test_the_second_of_two_equal_wall_times_stays(trainer, in_a_doubled_hour, session):
    # A start carried over may be the second; a change of something else leaves it there.
    discussion = session.get_one(Discussion, in_a_doubled_hour)
    discussion.starts_at = datetime(2031, 10, 26, 1, 30, tzinfo=UTC)
    session.flush()
    changed = change_discussion(
        session,
        shelf(),
        actor=trainer,
        discussion_id=discussion.id,
        values={"minutes": 45},
        now=utc_now(),
    )
    assert changed.starts_at == datetime(2031, 10, 26, 1, 30, tzinfo=UTC)


@pytest.fixture
def planned_already(planned):
    return planned()


def test_change_is_refused_at_the_very_start(trainer, planned_already, session):
    with pytest.raises(Conflict, match="discussion_has_started"):
        change_discussion(
            session,
            shelf(),
            actor=trainer,
            discussion_id=planned_already,
            values={"minutes": 45},
            now=datetime(2031, 3, 18, 13, 30, tzinfo=UTC),
        )
