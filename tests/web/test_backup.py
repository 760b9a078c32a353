"""A copy is whole, and comes back. SECURITY: case 45."""

import sqlite3
from types import SimpleNamespace

import pytest

from learnplat import upgrades
from learnplat.backups import NotBackedUp, back_up, restore


@pytest.fixture
def place(tmp_path):
    url = f"sqlite:///{tmp_path / 'live' / 'learnplat.db'}"
    upgrades.upgrade(url)
    return SimpleNamespace(
        data=tmp_path / "live",
        database_url=url,
        path=tmp_path / "live" / "learnplat.db",
        copy=tmp_path / "copy",
    )


def add(place, number):
    with sqlite3.connect(place.path) as live:
        live.execute(
            "insert into catalogue_version (id, number, search_digest) values (?, 1, '')", (number,)
        )
    live.close()


def versions(path):
    with sqlite3.connect(path) as found:
        rows = found.execute("select count(*) from catalogue_version").fetchone()[0]
    found.close()
    return rows


def test_what_was_there_comes_back(place):
    before = versions(place.path)
    back_up(place, place.copy)
    add(place, 77)
    restore(place, place.copy)
    assert versions(place.path) == before


def test_the_copy_is_for_its_owner_only(place):
    back_up(place, place.copy)
    assert place.copy.stat().st_mode & 0o077 == 0


def test_an_older_copy_is_not_written_over(place):
    back_up(place, place.copy)
    with pytest.raises(NotBackedUp, match="there already"):
        back_up(place, place.copy)


def test_a_database_in_use_is_not_replaced(place):
    back_up(place, place.copy)
    held = sqlite3.connect(place.path)
    held.execute("PRAGMA journal_mode=WAL")
    held.execute("select * from catalogue_version").fetchall()
    with pytest.raises(NotBackedUp, match="in use"):
        restore(place, place.copy)
    held.close()


def test_something_else_is_not_restored(place):
    place.copy.write_text("not a database")
    with pytest.raises(NotBackedUp):
        restore(place, place.copy)


def test_postgresql_is_pointed_to_its_own_tools(tmp_path):
    with pytest.raises(NotBackedUp, match="pg_dump"):
        back_up(SimpleNamespace(database_url="postgresql+psycopg://a@b/c"), tmp_path / "copy")
