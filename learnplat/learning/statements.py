"""What an action asks of the database in one statement, so that of two at once one does it."""

from functools import cache
from typing import Any, cast

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session


def inserted(session: Session, table: Table, **values: Any) -> bool:
    """Insert a row unless it is there already; of two at once, one does."""
    statement = _insert_once(session.get_bind().dialect.name, table)
    return session.connection().execute(statement, values).first() is not None


@cache
def _insert_once(engine: str, table: Table) -> Executable:
    """The statement, built once: it gives the new row's id, or nothing."""
    dialect = postgresql if engine == "postgresql" else sqlite
    statement: Executable = dialect.insert(table).on_conflict_do_nothing().returning(table.c.id)
    return statement


def changed(session: Session, statement: Any) -> int:
    """How many rows a statement changed."""
    return cast(CursorResult[Any], session.connection().execute(statement)).rowcount
