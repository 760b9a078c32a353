"""The database of the running application, and the only commit in the house."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from learnplat.core.refusals import Conflict
from learnplat.orm import Base

PATIENCE = 10  # seconds that a writer waits for the others

db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"expire_on_commit": False, "autoflush": True},
)


def prepare_engine(engine: Engine) -> None:
    """Give every SQLite connection its safety settings and explicit BEGINs."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _settings(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={PATIENCE * 1000}",
            "temp_store=MEMORY",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A write transaction takes its lock at once: one that starts by reading and
        # then writes would fail whenever somebody else wrote in between.
        driver = cast(sqlite3.Connection, connection.connection.driver_connection)
        patience = connection.get_execution_options().get("learnplat_writes")
        if patience is not None:
            _begin_writing(driver, patience)
        else:
            driver.execute("BEGIN")


def _begin_writing(driver: sqlite3.Connection, patience: float) -> None:
    """Wait for the write lock in short steps: SQLite's own steps grow to a tenth of a second."""
    until = time.monotonic() + patience
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > until:
                    raise OperationalError("BEGIN IMMEDIATE", None, error) from error
            time.sleep(0.0003)
    finally:
        driver.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")


@contextmanager
def transaction(patience: float = PATIENCE) -> Iterator[Session]:
    """All of it, or none of it. Nothing else in the house may commit.

    Inside another transaction it is part of that one. `patience` is how many seconds it waits for
    the one writer of SQLite.
    """
    session = db.session()
    if g.get("in_transaction"):
        yield session
        session.flush()
        return
    session.rollback()
    g.in_transaction = True
    try:
        session.connection(execution_options={"learnplat_writes": patience})
        yield session
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict("already_recorded") from error
    except BaseException:
        session.rollback()
        raise
    finally:
        g.in_transaction = False


def reading() -> Session:
    """The session for reading: one consistent view until the request ends."""
    return db.session()


def end_reading() -> None:
    """Give the connection back before work that takes time; inside a transaction it is kept."""
    if not g.get("in_transaction"):
        db.session.rollback()
