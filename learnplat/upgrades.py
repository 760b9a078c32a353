"""Taking the database from one numbered revision to another, one process at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect, text
from sqlalchemy.engine import make_url

from learnplat.settings import ROOT

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 7_221_934  # any number, the same in every process


# Alembic and the tables are loaded by those who change the database, not by those who start a server.


def _config() -> "Config":
    from alembic.config import Config

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
    from alembic import command

    with _alone(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def downgrade(url: str, revision: str) -> None:
    from alembic import command

    with _alone(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def newest() -> str:
    """The revision that this code was written for: they are numbered, and the last is the head."""
    return max(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))


def is_ours(revision: str) -> bool:
    """Whether this code knows the revision."""
    names = (ROOT / "migrations" / "versions").glob("[0-9]*.py")
    return revision in {path.name[:4] for path in names}


def current(url: str) -> str | None:
    """The revision of the database, or None for an empty or a missing one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return None
    with create_engine(url, poolclass=NullPool).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("select version_num from alembic_version"))
        return found


def differences(url: str) -> list[str]:
    """How the tables of the database differ from the models; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from learnplat.tables import metadata

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
    from alembic import command

    with _alone(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=number)
