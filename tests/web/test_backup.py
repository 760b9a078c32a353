"""A copy is whole, and comes back. SECURITY: case 45."""

import pickle
import sqlite3
from pathlib import Path
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


CODE = {
    "a trigger": "create trigger helpful after insert on sign_in begin "
    "insert into role_grant (account_id, role, scope) values (new.account_id, 'admin', ''); end",
    "a trigger under a name of SQLite's own": "create trigger helpful after insert on sign_in begin "
    "delete from role_grant; end; pragma writable_schema = on; update sqlite_master "
    "set name = 'sqlite_helpful', sql = replace(sql, 'helpful', 'sqlite_helpful') "
    "where name = 'helpful'",
    "a view": "create view helpful as select * from account",
    "another table": "create table helpful (id integer)",
    "another virtual table": "create virtual table helpful using fts5(a)",
    "an index that computes": "create index helpful on account (hex(zeroblob(id)))",
    "a guard of the log is gone": "drop trigger {guard}",
    "a guard of the log that lets pass": "drop trigger {guard}; create trigger {guard} "
    "before update on audit_entry begin select 1; end",
}


@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
def test_a_copy_that_would_act_by_itself_is_refused(place, code):
    """SECURITY: case 19"""
    back_up(place, place.copy)
    with sqlite3.connect(place.copy) as copy:
        guard = copy.execute(
            "select name from sqlite_master where type = 'trigger' and tbl_name = 'audit_entry'"
        ).fetchone()[0]
        copy.executescript(code.format(guard=guard))
    copy.close()
    before = place.path.read_bytes()
    with pytest.raises(NotBackedUp, match=f"helpful|{guard}"):
        restore(place, place.copy)
    assert place.path.read_bytes() == before


@pytest.mark.parametrize("revision", ["0000", "000x", "0001; drop table account", "../../0001", ""])
def test_a_copy_of_no_revision_of_ours_is_refused(place, revision):
    """SECURITY: case 19. What the copy says of itself is not passed on."""
    back_up(place, place.copy)
    with sqlite3.connect(place.copy) as copy:
        copy.execute("update alembic_version set version_num = ?", (revision,))
    copy.close()
    with pytest.raises(NotBackedUp, match="not a database of this platform"):
        restore(place, place.copy)


class Acts:
    """What unpickling would carry out."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return Path.touch, (self.file,)


def test_what_a_copy_holds_is_data(place, tmp_path):
    """SECURITY: case 19. A value that another program would carry out comes back as it lies."""
    acted = tmp_path / "acted"
    crafted = pickle.dumps(Acts(acted))
    with sqlite3.connect(place.path) as live:
        live.execute("update catalogue_version set search_digest = ?", (crafted,))
        live.execute(
            "insert into catalogue_version (id, number, search_digest) values (9, 1, ?)", (crafted,)
        )
    live.close()
    back_up(place, place.copy)
    restore(place, place.copy)
    with sqlite3.connect(place.path) as live:
        row = live.execute("select search_digest from catalogue_version where id = 9").fetchone()
    live.close()
    assert row[0] == crafted
    assert not acted.exists()


@pytest.mark.parametrize("revision", ["0003", "0007"])
def test_a_copy_of_before_an_upgrade_is_restored(place, tmp_path, revision):
    """What it is held against is what the platform made then."""
    older = tmp_path / "older.db"
    upgrades.upgrade(f"sqlite:///{older}", revision)
    restore(place, older)
    assert upgrades.current(place.database_url) == revision


def test_something_else_is_not_restored(place):
    place.copy.write_text("not a database")
    with pytest.raises(NotBackedUp):
        restore(place, place.copy)


def test_postgresql_is_pointed_to_its_own_tools(tmp_path):
    with pytest.raises(NotBackedUp, match="pg_dump"):
        back_up(SimpleNamespace(database_url="postgresql+psycopg://a@b/c"), tmp_path / "copy")
