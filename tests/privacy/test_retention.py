"""SECURITY: T131, T162, T156. What was kept for long enough goes on its day, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from privacy.conftest import CANARY, everything
from sqlalchemy import func, select

from learnplat.admission.models import Admission, AdmissionState
from learnplat.audit import verify
from learnplat.core.languages import Language
from learnplat.db import reading, transaction
from learnplat.outbox import OutboxMessage
from learnplat.people.models import Account, ApiToken, PasswordReset, SignIn, Standing
from learnplat.privacy import retention
from learnplat.privacy.housekeeping import forget_due, hourly, keep_house
from learnplat.web.models import KeptAnswer

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)


def session_of(person, **when):
    return SignIn(
        account_id=person.id, key_digest="s" * 64, session_epoch=0, device="", opened_at=NOW,
        seen_at=NOW, expires_at=when["end"],
    )  # fmt: skip


def token_of(person, end):
    return ApiToken(
        account_id=person.id, token_digest="t" * 64, session_epoch=0, issued_at=NOW, expires_at=end
    )


def revoked_token_of(person, end):
    return ApiToken(
        account_id=person.id, token_digest="t" * 64, session_epoch=0, issued_at=NOW,
        expires_at=NOW + timedelta(days=900), revoked_at=end,
    )  # fmt: skip


def link_of(person, end):
    return PasswordReset(account_id=person.id, token_digest="r" * 64, asked_at=NOW, expires_at=end)


def letter_of(person, end):
    return OutboxMessage(
        key="k", template="welcome", recipient="", language=Language.EN, facts={},
        written_at=NOW, due_at=NOW, sent_at=end,
    )  # fmt: skip


def answer_of(person, end):
    return KeptAnswer(
        account_id=person.id, holder="h", key="k", request_digest="d", status=201, body="{}",
        kept_at=end,
    )  # fmt: skip


KEPT = {
    "sign_in": (lambda person, end: session_of(person, end=end), timedelta(0)),
    "api_token": (token_of, timedelta(days=30)),
    "api_token revoked": (revoked_token_of, timedelta(days=30)),
    "password_reset": (link_of, timedelta(days=7)),
    "outbox_message": (letter_of, timedelta(days=30)),
    "kept_answer": (answer_of, timedelta(days=1)),
}


@pytest.mark.parametrize("name", KEPT)
def test_it_goes_on_its_day_and_not_a_moment_before(house, name):
    """SECURITY: T131. The boundary is included."""
    make, period = KEPT[name]
    person = house.person()
    with house.app.app_context():
        with transaction() as session:
            session.add(make(person, NOW - period + A_MOMENT))
        assert forget_due(NOW)[0] == {}
        assert forget_due(NOW + A_MOMENT)[0] == {name.split()[0]: 1}


def test_a_letter_not_sent_yet_is_not_touched(house):
    with house.app.app_context():
        with transaction() as session:
            session.add(letter_of(None, None))
        assert forget_due(NOW + timedelta(days=9000))[0] == {}


def applicant(house, state, standing, **when):
    person = house.person(f"{CANARY} Applicant", standing=standing)
    with house.app.app_context(), transaction() as session:
        session.add(
            Admission(
                account_id=person.id, state=state, purpose=f"{CANARY} asks",
                **{"applied_at": NOW, **when},
            )
        )  # fmt: skip
    return person


def test_an_application_that_nobody_confirmed_goes_after_a_week(house):
    """SECURITY: T156, T162. Its account too: it was never in a figure."""
    person = applicant(house, AdmissionState.UNCONFIRMED, Standing.APPLICANT)
    week = NOW + timedelta(days=7)
    with house.app.app_context():
        assert forget_due(week - A_MOMENT)[0] == {}
        assert forget_due(week)[0] == {retention.UNCONFIRMED: 1}
        assert reading().get(Account, person.id) is None


def test_a_declined_application_goes_after_a_year_and_its_name(house):
    """SECURITY: T162. The number stays, as after every erasure."""
    person = applicant(
        house, AdmissionState.DECLINED, Standing.DECLINED, decided_at=NOW - timedelta(days=365)
    )
    with house.app.app_context():
        assert forget_due(NOW - A_MOMENT)[0] == {}
        keep_house(house.app.config["LEARNPLAT"], NOW)
        assert reading().get(Account, person.id).standing is Standing.ERASED
        assert [row for row in everything(reading()) if CANARY in row] == []
        assert verify(reading()) is None


def test_somebody_admitted_is_not_removed_by_any_clock(house):
    person = applicant(
        house, AdmissionState.ADMITTED, Standing.ADMITTED, decided_at=NOW - timedelta(days=4000)
    )
    with house.app.app_context():
        assert forget_due(NOW)[0] == {}
        assert reading().get(Account, person.id).name == person.name


def test_a_dry_run_counts_what_the_run_then_removes(house):
    """SECURITY: T131. Over many batches."""
    person = house.person()
    old = NOW - timedelta(days=40)
    with house.app.app_context(), transaction() as session:
        for number in range(2 * retention.AT_ONCE + 3):
            row = letter_of(None, old)
            row.key = f"letter:{number}"
            session.add(row)
        session.add(answer_of(person, old))
    applicant(house, AdmissionState.UNCONFIRMED, Standing.APPLICANT, applied_at=old)
    with house.app.app_context():
        expected = retention.due(reading(), NOW)
        reading().rollback()
        assert expected["outbox_message"] == 2 * retention.AT_ONCE + 3
        assert forget_due(NOW)[0] == expected
        assert retention.due(reading(), NOW) == {}


def test_a_dry_run_removes_nothing(house):
    with house.app.app_context():
        with transaction() as session:
            session.add(letter_of(None, NOW - timedelta(days=40)))
        retention.due(reading(), NOW)
        assert reading().scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_the_postman_keeps_house_once_an_hour(house):
    errand = hourly(house.app.config["LEARNPLAT"])
    with house.app.app_context():
        with transaction() as session:
            session.add(letter_of(None, NOW - timedelta(days=40)))
        left = []
        for minutes in (0, 59, 60):
            errand(NOW + timedelta(minutes=minutes))
            left.append(reading().scalar(select(func.count()).select_from(OutboxMessage)))
            reading().rollback()
    assert left == [1, 1, 0]
