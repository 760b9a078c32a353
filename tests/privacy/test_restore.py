"""SECURITY: P9, T150. A copy of before an erasure comes back without the person."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pytest
from privacy.conftest import CANARY, everything
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from learnplat import upgrades
from learnplat.audit import verify
from learnplat.backups import back_up, restore
from learnplat.core.clock import utc_now
from learnplat.core.languages import Language
from learnplat.db import db, prepare_engine, reading, transaction
from learnplat.people.models import Account, AccountKind
from learnplat.privacy import register
from learnplat.privacy.actions import erase_by_rule
from learnplat.privacy.housekeeping import keep_house


@pytest.fixture
def place(tmp_path):
    data = tmp_path / "live"
    url = f"sqlite:///{data / 'learnplat.db'}"
    upgrades.upgrade(url)
    return SimpleNamespace(
        database_url=url, data=data, copy=tmp_path / "copy", path=data / "learnplat.db"
    )


def inside(place, work):
    """Do something in one transaction, with nobody else there."""
    engine = create_engine(place.database_url)
    prepare_engine(engine)
    try:
        with Session(engine, expire_on_commit=False) as session:
            session.connection(execution_options={"learnplat_writes": 1.0})
            found = work(session)
            session.commit()
            return found
    finally:
        engine.dispose()


def somebody(session, name=f"{CANARY} Name"):
    account = Account(
        name=name, email=f"{name.split()[0].lower()}@x.example", country="MA", zone="UTC",
        email_key=f"{name.split()[0].lower()}@x.example", institution_kind="court",
        profession="judge", gender="female", language=Language.AR, kind=AccountKind.OFFICIAL,
        registered_at=utc_now(), calendar_token=name,
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account.id


def gone(place, account_id):
    inside(place, lambda s: erase_by_rule(s, account_id=account_id, now=utc_now()))
    register.write(place.data, inside(place, register.entries_of))


def rows(place):
    with closing(sqlite3.connect(place.path)) as found:
        found.text_factory = str
        return found.execute("select id, name, standing from account order by id").fetchall()


def test_who_was_erased_since_is_erased_in_the_copy(place):
    account_id = inside(place, somebody)
    back_up(place, place.copy)
    gone(place, account_id)
    assert CANARY.encode() in place.copy.read_bytes()
    assert restore(place, place.copy) == 1
    assert rows(place) == [(account_id, "", "erased")]
    assert CANARY.encode() not in place.path.read_bytes()
    assert CANARY.lower().encode() not in place.path.read_bytes()


def test_the_database_that_goes_is_asked_when_the_register_is_lost(place):
    account_id = inside(place, somebody)
    back_up(place, place.copy)
    gone(place, account_id)
    (place.data / register.NAME).unlink()
    assert restore(place, place.copy) == 1


def test_the_log_of_the_copy_says_so_and_is_whole(place):
    account_id = inside(place, somebody)
    back_up(place, place.copy)
    gone(place, account_id)
    restore(place, place.copy)
    assert inside(place, verify) is None


def test_who_is_erased_in_the_copy_already_is_not_counted(place):
    account_id = inside(place, somebody)
    gone(place, account_id)
    back_up(place, place.copy)
    assert restore(place, place.copy) == 0


def test_somebody_else_with_the_number_of_another_database_stays(place):
    account_id = inside(place, somebody)
    foreign = register.Entry(account_id, "f" * 64, utc_now())
    register.write(place.data, [foreign])
    back_up(place, place.copy)
    assert restore(place, place.copy) == 0
    assert rows(place)[0][1] == f"{CANARY} Name"


def test_a_line_cut_off_by_a_crash_does_not_spoil_the_next(place):
    first, second = (register.Entry(n, str(n) * 64, utc_now()) for n in (1, 2))
    register.write(place.data, [first])
    path = place.data / register.NAME
    path.write_bytes(path.read_bytes() + b'{"account": 9, "ma')
    register.write(place.data, [second])
    assert [entry.account_id for entry in register.read(place.data)] == [1, 2]


def test_the_same_erasure_is_written_once(place):
    entry = register.Entry(1, "1" * 64, utc_now())
    assert register.write(place.data, [entry]) == 1
    assert register.write(place.data, [entry, entry]) == 0


def test_an_older_copy_is_brought_to_todays_tables_first(place):
    """A copy of before the tables of erasures existed."""
    account_id = inside(place, somebody)
    newest = upgrades.newest()
    upgrades.downgrade(place.database_url, "0005")
    back_up(place, place.copy)
    upgrades.upgrade(place.database_url)
    gone(place, account_id)
    assert restore(place, place.copy) == 1
    assert upgrades.current(place.database_url) == newest
    assert rows(place)[0][1] == ""


def test_housekeeping_erases_what_another_tool_brought_back(blank_house, tmp_path):
    """As after pg_restore: the register is in the data folder, the person in the database."""
    house = blank_house
    settings, person = house.app.config["LEARNPLAT"], house.person(f"{CANARY} Back")
    with house.app.app_context():
        account = reading().get(Account, person.id)
        from learnplat.privacy.rules import mark_of

        mark = mark_of(account.id, account.registered_at)
        reading().rollback()
        register.write(settings.data, [register.Entry(person.id, mark, utc_now())])
        keep_house(settings, utc_now() + timedelta(hours=1))
        assert [row for row in everything(reading()) if CANARY in row] == []
        db.session.remove()


def test_what_the_commit_left_is_written_later(blank_house):
    """A crash between the commit and the register: housekeeping writes the line."""
    house = blank_house
    settings, person = house.app.config["LEARNPLAT"], house.person(f"{CANARY} Crash")
    with house.app.app_context():
        with transaction() as session:
            erase_by_rule(session, account_id=person.id, now=utc_now())
        db.session.remove()
        assert register.read(settings.data) == []
        keep_house(settings, utc_now())
        assert [entry.account_id for entry in register.read(settings.data)] == [person.id]
        db.session.remove()
