"""Taking the database from one numbered revision to another, one process at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from learnplat.settings import ROOT
from learnplat.tables import metadata

_LOCK = 7_221_934  # any number, the same in every process


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """A connection that no other upgrade holds at the same time."""
    parsed = make_url(url)
    engine: Engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.commit()
            try:
                yield connection
            finally:
                connection.rollback()
                connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        return
    path = Path(parsed.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".upgrade").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with engine.connect() as connection:
            # A batch rebuilds a table by dropping the old one; with foreign keys on,
            # that would take the children with it.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.commit()
            yield connection
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if orphans:
                raise RuntimeError(f"the upgrade left {len(orphans)} rows without their parent")


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`, making it if it is not there."""
    with _alone(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def downgrade(url: str, revision: str) -> None:
    with _alone(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def newest() -> str:
    """The revision that this code was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(url: str) -> str | None:
    """The revision of the database, or None for an empty or a missing one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return None
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def differences(url: str) -> list[str]:
    """How the tables of the database differ from the models; empty when they agree."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        migration = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda item, name, kind, *_: (
                    not (kind in ("table", "index") and str(name).startswith("search_index"))
                ),
                "compare_type": False,
            },
        )
        return [str(found) for found in compare_metadata(migration, metadata)]


def write_revision(url: str, message: str, number: str) -> None:
    """For developers: a new revision from what the models say more than the database."""
    with _alone(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=number)
