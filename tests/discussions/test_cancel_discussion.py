"""Calling a discussion off."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from learnplat.db import reading
from learnplat.outbox import OutboxMessage


def cancel(house, discussion_id):
    return house.ask("POST", f"/api/v1/discussions/{discussion_id}/cancellation")


def test_it_stays_visible_as_cancelled(house, planned):
    discussion_id = planned()
    house.enter(house.trainer())
    answer = house.post(f"/en/discussions/{discussion_id}/cancellation")
    assert answer.status_code == 303
    house.leave()
    assert "This discussion is cancelled." in house.get(f"/en/discussions/{discussion_id}").text
    assert "Cancelled" in house.get("/en/discussions").text


def test_it_raises_the_sequence_once(house, planned):
    discussion_id = planned()
    house.enter(house.trainer())
    answers = [cancel(house, discussion_id).json for _ in range(2)]
    assert [(one["status"], one["sequence"]) for one in answers] == [("cancelled", 1)] * 2


def test_registrants_are_told_once(house, planned):
    discussion_id = planned()
    house.enter(house.moussa()).ask("POST", f"/api/v1/discussions/{discussion_id}/registration")
    house.enter(house.trainer())
    for _ in range(2):
        cancel(house, discussion_id)
    with house.app.app_context():
        told = (
            reading()
            .scalars(select(OutboxMessage).where(OutboxMessage.template == "discussion_cancelled"))
            .all()
        )
    assert [letter.language for letter in told] == ["fr"]


def test_a_discussion_that_has_started_is_not_cancelled(house, planned):
    discussion_id = planned(now=datetime(2020, 1, 1, tzinfo=UTC), date="2021-05-04")
    answer = house.enter(house.trainer()).post(f"/fr/discussions/{discussion_id}/cancellation")
    assert answer.status_code == 409


@pytest.mark.parametrize("name", ["amal", "moussa"])
def test_practitioners_do_not_cancel(house, planned, name):
    discussion_id = planned()
    house.enter(getattr(house, name)())
    assert cancel(house, discussion_id).status_code == 403


def test_a_missing_discussion_is_not_found(house):
    assert cancel(house.enter(house.trainer()), 987654).status_code == 404
