"""Alembic's door to the database. A revision runs alone, and SQLite keeps its children."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine

from learnplat.orm import UtcDateTime
from learnplat.tables import metadata


def rendered(kind: str, item: Any, autogen: Any) -> str | bool:
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def included(item: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    return not (kind in ("table", "index") and str(name).startswith("search_index"))


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=rendered,
        include_object=included,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    run(connection)
else:
    with create_engine(context.config.get_main_option("sqlalchemy.url") or "").connect() as opened:
        run(opened)
