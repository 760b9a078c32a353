"""Every revision goes up and down on both databases, with data in it. SECURITY: cases 43, 44, T143."""

import pytest
from sqlalchemy import create_engine, func, inspect, select, text

from learnplat import upgrades
from learnplat.core.clock import utc_now
from learnplat.db import transaction
from learnplat.demonstration import seed_demonstration
from learnplat.people.models import Account
from learnplat.scale import seed_scale
from learnplat.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, new_database):
    return new_database(request.param).database_url


def schema(url):
    engine = create_engine(url)
    found = inspect(engine)
    drawn = {
        name: (
            sorted(
                (column["name"], str(column["type"]), column["nullable"])
                for column in found.get_columns(name)
            ),
            sorted(str(index["name"]) for index in found.get_indexes(name)),
        )
        for name in found.get_table_names()
        if not name.startswith("search_index")
    }
    engine.dispose()
    return drawn


def test_the_revisions_make_what_the_models_say(url):
    upgrades.upgrade(url)
    assert upgrades.differences(url) == []


def test_up_down_and_up_again_is_the_same(url):
    upgrades.upgrade(url)
    before = schema(url)
    upgrades.downgrade(url, "base")
    assert set(schema(url)) <= {"alembic_version"}
    upgrades.upgrade(url)
    assert schema(url) == before


def counts(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def test_one_step_down_and_up_keeps_every_row(blank_house):
    url = blank_house.app.config["LEARNPLAT"].database_url
    seed_demonstration(blank_house.app)
    seed_scale(blank_house.app, 50)
    before = counts(url)
    assert before["enrolment"] == 50
    upgrades.downgrade(url, "-1")
    kept = set(schema(url))  # what the last revision brings it takes away again
    upgrades.upgrade(url)
    after = counts(url)
    assert {name: after[name] for name in kept & set(after)} == {
        name: before[name] for name in kept & set(before)
    }


def test_rows_can_be_added_after_the_demonstration(blank_house):
    seed_demonstration(blank_house.app)
    seed_scale(blank_house.app, 5)
    person = blank_house.person()
    with blank_house.app.app_context(), transaction() as session:
        assert session.get(Account, person.id).registered_at <= utc_now()


def test_four_processes_may_upgrade_at_once(url):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrades.upgrade, [url] * 4))
    assert upgrades.current(url) == upgrades.newest()


def test_sqlite_is_durable_and_keeps_its_references(house):
    if house.kind != "sqlite":
        return
    with house.app.app_context(), transaction() as session:
        found = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10000,
    }
