"""The chain of the audit log: whole when left alone, and broken where somebody was.

SECURITY: T166.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from conftest import unguarded
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from learnplat import audit
from learnplat.audit import AuditEntry, AuditHead
from learnplat.core.actors import Actor, Role
from learnplat.core.refusals import Conflict
from learnplat.db import reading, transaction
from learnplat.people.actions import grant_role
from learnplat.web.models import KeptAnswer

NOW = datetime(2026, 11, 20, 9, 0, 0, 250_000, tzinfo=UTC)


def written(session, count=5):
    for serial in range(count):
        audit.record(
            session,
            actor_id=serial + 1,
            action="run_changed",
            subject=("course_run", 7),
            reason="Asked for by the ministry «العدل»" if serial else None,
            now=NOW,
            changed=["seats", "zone"],
        )


@pytest.fixture
def log(house):
    """Five entries, committed."""
    with house.app.app_context(), transaction() as session:
        written(session)
    return house


def verified(house):
    with house.app.app_context():
        return audit.verify(reading())


def tampered(house, *statements):
    with house.app.app_context(), transaction() as session, unguarded(session):
        for statement in statements:
            session.execute(statement)
    return verified(house)


def test_an_empty_log_is_whole(house):
    assert verified(house) is None


def test_a_log_that_was_left_alone_is_whole(log):
    assert verified(log) is None


def test_entries_are_numbered_from_one_and_linked(log):
    with log.app.app_context():
        entries = reading().scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.previous for entry in entries] == [
        audit.NOTHING_YET,
        *(entry.digest for entry in entries[:-1]),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"at": datetime(2026, 11, 20, 9, 0, 1, tzinfo=UTC)},
        {"actor_id": 99},
        {"actor_id": None},
        {"action": "run_planned"},
        {"subject_kind": "account"},
        {"subject_id": 8},
        {"reason": "Asked for by nobody"},
        {"facts": {"changed": ["seats"]}},
        {"previous": "f" * 64},
        {"digest": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_is_found(log, change):
    assert tampered(log, update(AuditEntry).where(AuditEntry.number == 3).values(**change)) == 3


def test_a_changed_entry_with_a_digest_made_anew_breaks_the_next(log):
    with log.app.app_context():
        entry = reading().get_one(AuditEntry, 3)
        said = {name: getattr(entry, name) for name in AuditEntry.__table__.columns.keys()}  # noqa: SIM118
    said |= {"actor_id": 99}
    said.pop("digest")
    change = update(AuditEntry).where(AuditEntry.number == 3)
    assert tampered(log, change.values(actor_id=99, digest=audit.digest_of(said))) == 4


def test_a_value_that_cannot_be_read_any_more_is_found(log):
    if log.kind == "sqlite":
        for column in ("at", "facts"):
            spoilt = text(f"update audit_entry set {column} = '{{spoilt' where number = 2")
            assert tampered(log, spoilt) == 2


@pytest.mark.parametrize("number", [1, 3])
def test_a_removed_entry_is_found(log, number):
    assert tampered(log, delete(AuditEntry).where(AuditEntry.number == number)) == number


def test_a_removed_entry_is_found_when_the_others_move_up(log):
    moved = [
        update(AuditEntry).where(AuditEntry.number == number).values(number=number - 1)
        for number in (4, 5)
    ]
    assert tampered(log, delete(AuditEntry).where(AuditEntry.number == 3), *moved) == 3


def test_a_tail_cut_off_is_missed(log):
    assert tampered(log, delete(AuditEntry).where(AuditEntry.number > 3)) == 4


def test_a_log_that_was_emptied_is_missed(log):
    assert tampered(log, delete(AuditEntry)) == 1


def test_a_head_that_is_gone_or_put_back_is_noticed(log):
    assert tampered(log, update(AuditHead).values(number=4)) == 5
    assert tampered(log, delete(AuditHead)) == 1
    head = insert(AuditHead).values(id=1, number=0, digest=audit.NOTHING_YET)
    assert tampered(log, head) == 1


@pytest.mark.parametrize("number", [-1, 0, 6])
def test_an_inserted_entry_is_found(log, number):
    with log.app.app_context():
        last = reading().get_one(AuditEntry, 5)
        said = {
            "number": number,
            "at": NOW,
            "actor_id": 1,
            "action": "run_planned",
            "subject_kind": "course_run",
            "subject_id": 7,
            "reason": None,
            "facts": {},
            "previous": last.digest,
        }
    assert tampered(log, insert(AuditEntry).values(**said, digest=audit.digest_of(said))) == number


@pytest.mark.parametrize(
    "statement",
    [
        "update audit_entry set actor_id = 99 where number = 2",
        "update audit_entry set digest = digest",
        "delete from audit_entry where number = 5",
        "insert or replace into audit_entry select number, at, 99, action, subject_kind, subject_id,"
        " reason, facts, previous, digest from audit_entry where number = 5",
        "truncate audit_entry",
        "update audit_head set number = 3",
        "update audit_head set digest = 'x'",
        "delete from audit_head",
        "insert into audit_head (id, number, digest) values (2, 0, 'x')",
        "truncate audit_head",
    ],
)
def test_the_database_refuses_to_change_the_log(log, statement):
    if statement.startswith("truncate" if log.kind == "sqlite" else "insert or replace"):
        return
    with log.app.app_context(), pytest.raises((DBAPIError, Conflict)) as refused:  # noqa: SIM117
        with transaction() as session:
            session.execute(text(statement))
    assert "append-only" in str(refused.value.__cause__ or refused.value)
    assert verified(log) is None


def test_nothing_is_recorded_of_a_change_that_was_rolled_back(log):
    class Stopped(Exception):
        pass

    def act():
        with transaction() as session:
            written(session, 1)
            raise Stopped

    with log.app.app_context(), pytest.raises(Stopped):
        act()
    with log.app.app_context():
        assert audit.head(reading())[0] == 5
    assert verified(log) is None


def test_twenty_writers_at_once_make_one_dense_chain(log):
    def write(serial):
        with log.app.app_context():
            for _ in range(5):
                with transaction() as session:
                    written(session, 1)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))
    with log.app.app_context():
        numbers = reading().scalars(select(AuditEntry.number).order_by(AuditEntry.number)).all()
    assert numbers == list(range(1, 106))
    assert verified(log) is None


def test_a_log_is_verified_while_others_write(log):
    def write(_serial):
        with log.app.app_context():
            for _ in range(20):
                with transaction() as session:
                    written(session, 1)

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, serial) for serial in range(4)]
        found = {verified(log)}
        while not all(future.done() for future in writing):
            found.add(verified(log))
    assert found == {None}


def test_more_entries_than_a_batch_are_verified(log, monkeypatch):
    monkeypatch.setattr(audit, "_BATCH", 3)
    with log.app.app_context(), transaction() as session:
        written(session, 20)
    assert verified(log) is None
    assert tampered(log, update(AuditEntry).where(AuditEntry.number == 20).values(reason="x")) == 20


@pytest.mark.parametrize(
    ("action", "facts"),
    [
        ("run_burnt", {}),
        ("run_planned", {"seats": 3}),
        ("role_granted", {"role": "trainer", "scope": "Amal Bennani"}),
        ("role_granted", {"role": "amal@justice.example"}),
        ("role_granted", {"role": "أمل"}),
        ("run_changed", {"changed": ["seats", "a longer text"]}),
    ],
)
def test_what_could_be_a_name_or_a_text_is_not_recorded(session, action, facts):
    with pytest.raises(ValueError, match=action):
        audit.record(session, actor_id=1, action=action, subject=("x", 1), now=NOW, **facts)


def test_who_waits_for_the_log_keeps_nobody_from_finishing(house):
    # The answer to an Idempotency-Key is kept after the act was recorded, and names the account
    # that another act may hold while it waits for the log.
    first, second = house.admin(), house.admin()
    has_recorded = threading.Event()

    def act_and_keep_the_answer():
        with house.app.app_context(), transaction() as session:
            written(session, 1)
            has_recorded.set()
            time.sleep(0.4)
            answer = KeptAnswer(
                account_id=first.id,
                holder=f"account {first.id}",
                key="once",
                request_digest="x",
                status=201,
                body="{}",
                kept_at=NOW,
            )
            session.add(answer)

    def grant():
        has_recorded.wait(5)
        with house.app.app_context(), transaction() as session:
            actor = Actor(
                second.id, second.name, second.language, second.zone, second.country,
                roles=frozenset({Role.ADMIN}),
            )  # fmt: skip
            grant_role(session, actor=actor, account_id=first.id, role=Role.EXPERT, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(act_and_keep_the_answer), pool.submit(grant)]:
            future.result()
    with house.app.app_context():
        assert audit.head(reading())[0] == 2
