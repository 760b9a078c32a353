"""Whole copies of the database, and the way back."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from learnplat import upgrades
from learnplat.settings import Settings

if TYPE_CHECKING:
    from learnplat.privacy.register import Entry


class NotBackedUp(Exception):
    """One sentence saying why."""


def _database_file(settings: Settings) -> Path:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise NotBackedUp("this database is PostgreSQL: use its own pg_dump and pg_restore")
    return Path(url.database or "")


def _sound(path: Path) -> str | None:
    """The revision of a sound learnplat database; raises when it is not one."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            copy.execute("PRAGMA trusted_schema=OFF")
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            orphans = copy.execute("PRAGMA foreign_key_check").fetchone()
            revision = copy.execute("select version_num from alembic_version").fetchone()
    except sqlite3.Error as error:
        raise NotBackedUp(f"{path} is not a database of this platform") from error
    if found != "ok" or orphans:
        raise NotBackedUp(f"{path} is damaged")
    return revision[0] if revision else None


def _carries_nothing_else(path: Path, revision: str) -> None:
    """Refuse a copy in which something would act by itself, or what guards the audit log is gone.

    A trigger of somebody else is code that our own writes would carry out. So the copy has the very
    triggers, views and indexes that this platform makes at its revision, and no other table.
    """
    with TemporaryDirectory(prefix="learnplat-") as folder:
        fresh = Path(folder) / "fresh.db"
        upgrades.upgrade(f"sqlite:///{fresh}", revision)
        expected, found = _made_of(fresh), _made_of(path)
    if found != expected:
        names = sorted({name for _, name, _ in found ^ expected})
        raise NotBackedUp(f"{path} is not as this platform makes it: {', '.join(names[:5])}")


def _made_of(path: Path) -> set[tuple[str, str, str]]:
    """What a database has, by kind and name; whatever could act, word for word."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
        rows = copy.execute("select type, name, coalesce(sql, '') from sqlite_master").fetchall()
    return {
        (kind, name, "" if kind == "table" and not _is_virtual(sql) else " ".join(sql.split()))
        for kind, name, sql in rows
        if not _is_of_sqlite(kind, name, sql)
    }


def _is_of_sqlite(kind: str, name: str, sql: str) -> bool:
    """Whether SQLite made it for itself: by the name alone, a trigger may have any."""
    is_index = kind == "index" and not sql
    return name.startswith("sqlite_") and (is_index or (kind == "table" and not _is_virtual(sql)))


def _is_virtual(sql: str) -> bool:
    return " ".join(sql.upper().split()).startswith("CREATE VIRTUAL")


def back_up(settings: Settings, file: Path) -> None:
    """Copy the database to `file` as of one moment, readable by its owner only, and check the copy."""
    source = _database_file(settings)
    if not source.exists():
        raise NotBackedUp(f"there is no database at {source}")
    if file.exists():
        raise NotBackedUp(f"{file} is there already")
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(fresh)) as copy:
            live.backup(copy, pages=2000)
            copy.execute("PRAGMA journal_mode=DELETE")
        _sound(fresh)
        fresh.rename(file)
    except OSError as error:
        raise NotBackedUp(f"{file} cannot be written: {error.strerror}") from error
    finally:
        fresh.unlink(missing_ok=True)


def restore(settings: Settings, file: Path) -> int:
    """Replace the database by the copy. Refuses while anybody uses it.

    Who was erased after the copy was made is erased in it before it takes the place of the
    database; gives how many.
    """
    target = _database_file(settings)
    revision = _sound(file)
    if revision is None or revision > upgrades.newest():
        raise NotBackedUp(f"{file} is of a newer version of the platform")
    if not upgrades.is_ours(revision):
        raise NotBackedUp(f"{file} is not a database of this platform")
    _carries_nothing_else(file, revision)
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        closing(sqlite3.connect(target, timeout=0.5, isolation_level=None)) as live,
        TemporaryDirectory(prefix=".restoring-", dir=target.parent) as folder,
    ):
        try:
            # Out of write-ahead mode only the sole user of a database can go.
            if live.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete":
                raise NotBackedUp("the database is in use: stop the platform first")
            live.execute("BEGIN EXCLUSIVE")
            live.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            raise NotBackedUp("the database is in use: stop the platform first") from error
        erased = _known_erasures(settings, live)
        staged = Path(folder) / "copy.db"
        with (
            closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy,
            closing(sqlite3.connect(staged)) as fresh,
        ):
            copy.backup(fresh)
        count = _erase_again(staged, erased) if erased else 0
        with closing(sqlite3.connect(f"file:{staged}?mode=ro", uri=True)) as copy:
            copy.backup(live)
    target.chmod(0o600)
    _sound(target)
    return count


def _known_erasures(settings: Settings, live: sqlite3.Connection) -> "list[Entry]":
    """What the register and the database that is to go know of erasures; the register has both."""
    from learnplat.privacy import register

    with suppress(sqlite3.Error):  # a database of before, or none
        register.write(
            settings.data,
            [
                register.Entry(account_id, mark, datetime.fromisoformat(at).replace(tzinfo=UTC))
                for account_id, mark, at in live.execute(
                    "select account_id, mark, erased_at from erasure"
                )
            ],
        )
    return register.read(settings.data)


def _erase_again(staged: Path, erased: "list[Entry]") -> int:
    """Bring the staged copy to today's tables, erase in it, and leave no trace in its pages."""
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    from learnplat.core.clock import utc_now
    from learnplat.db import prepare_engine
    from learnplat.privacy import register

    url = f"sqlite:///{staged}"
    upgrades.upgrade(url)
    engine = create_engine(url)
    prepare_engine(engine)
    try:
        with Session(engine) as session, session.begin():
            session.connection(execution_options={"learnplat_writes": 1.0})
            count = register.erase_again(session, erased, utc_now())
    finally:
        engine.dispose()
    with closing(sqlite3.connect(staged, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("VACUUM")
    return count
